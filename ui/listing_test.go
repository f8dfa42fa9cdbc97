package ui

import (
	"strings"
	"testing"

	"copi.local/store/agenda"
	"copi.local/store/listing"
)

// Zero results offer the next wider circle that has some, with their number.
func TestRE7_NothingNearOffersWhatIsFurther(t *testing.T) {
	b := newBox(t)
	at := func(lat int32) func(*agenda.Event) {
		return func(e *agenda.Event) { e.Position = &listing.Point{Lat: lat, Lon: 190000} }
	}
	for _, lat := range []int32{4520000, 4521000, 4650000} { // 22, 23 and 167 km north of the search
		b.schedule("Concours de labour", "2026-11-28T20:00", "", at(lat))
	}
	const near = "/recherche?q=labour&near=45.0,1.9&radius_km="
	for _, c := range []struct{ radius, want, link string }{
		{"5", "À moins de 40 km, il y a 2 fiches", "radius_km=40"},
		{"50", "", ""}, // something found: nothing offered
		{"1", "À moins de 40 km, il y a 2 fiches", "radius_km=40"},
	} {
		page := plainText(b.get(near + c.radius))
		if c.want == "" {
			if strings.Contains(page, "Rien à cette distance") {
				t.Errorf("%s km: wider offered beside results", c.radius)
			}
			continue
		}
		if !strings.Contains(page, c.want) || !strings.Contains(b.get(near+c.radius), c.link) {
			t.Errorf("%s km: no %q with a link to %s\n%s", c.radius, c.want, c.link, page)
		}
	}
	if page := plainText(b.get("/recherche?q=labour&near=43.0,1.9&radius_km=5")); !strings.Contains(page, "Sans limite de distance, il y a 3 fiches") {
		t.Errorf("nothing within 100 km: the whole is not offered\n%s", page)
	}
}
