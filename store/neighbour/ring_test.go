package neighbour

import (
	"testing"

	"copi.local/store/listing"
)

func TestRings(t *testing.T) {
	home := listing.Point{Lat: 44e5, Lon: 2e5}
	near, far := listing.Point{Lat: 44e5, Lon: 25e4}, listing.Point{Lat: 44e5, Lon: 3e5} // 40 and 80 km east
	at := func(p listing.Point, commune string) Place {
		return Place{Communes: []string{commune}, Points: []listing.Point{p}}
	}
	c := compass{territory: []string{"46045", "46102"}, home: &home, radius: 50}
	for _, row := range []struct {
		what string
		c    compass
		hops uint64
		at   Place
		want Ring
	}{
		{"linked, however far", c, 1, at(far, "75056"), RingNear},
		{"a commune of the territory, however far", c, 3, at(far, "46102"), RingNear},
		{"our own commune", c, 2, at(home, "46045"), RingNear},
		{"within the radius", c, 2, at(near, "46128"), RingAround},
		{"outside, and wished for", c, 2, at(far, "12145"), RingBeyond},
		{"it does not say where", c, 2, Place{}, RingBeyond},
		{"any distance", compass{home: &home}, 3, at(far, "12145"), RingAround},
		{"we do not know where we are", compass{radius: 50}, 2, at(near, "46128"), RingBeyond},
	} {
		if got := row.c.ring(row.hops, row.at); got != row.want {
			t.Errorf("%s: %s, want %s", row.what, got, row.want)
		}
	}
}
