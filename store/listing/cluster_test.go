package listing_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/storetest"
)

// atlas puts n cards about a village, some in one spot, some overseas, two on
// either side of the date line, every tenth nowhere.
func atlas(t testing.TB, db *store.DB, n int) {
	t.Helper()
	spots := []listing.Point{listing.At(44.92, 1.84), listing.At(-21.1, 55.5), listing.At(-13.28, -176.17), listing.At(-18.1, 179.9), listing.At(90, 180)}
	storetest.Update(t, db, visitor, func(tx *store.Tx) error {
		for i := range n {
			c := card(fmt.Sprintf("%s %d", []string{"Loto", "Bal", "Marché"}[i%3], i))
			c.Kind = []string{listing.KindEvent, listing.KindOffer, listing.KindPlace}[i%3]
			c.Tags = []string{[]string{"bal", "fête", "vélo"}[i/3%3]}
			if i%2 == 0 {
				c.StartsAt = storetest.Now.Add(time.Duration(i%400-200) * time.Hour)
				c.EndsAt = c.StartsAt.Add(time.Duration(i%7) * time.Hour)
			}
			at := listing.At(44.92+float64(i*7919%1000-500)/5000, 1.84+float64(i*104729%1000-500)/5000)
			if i%4 == 1 {
				at = spots[i/4%len(spots)]
			}
			if c.Position = &at; i%10 == 9 {
				c.Position = nil
			}
			if err := listing.Put(tx, c, nil); err != nil {
				return err
			}
		}
		return nil
	})
}

// TestMapsAddUp: under random filters and in random boxes the counts are those
// of a plain loop; with what is nowhere they are the total; and going closer
// reaches every card (MA-2, MA-3, MA-4).
func TestMapsAddUp(t *testing.T) {
	db, _ := storetest.Open(t)
	atlas(t, db, 2400)
	rapid.Check(t, func(t *rapid.T) {
		q := aMapQuery(t)
		box := listing.Box{
			South: int32(rapid.IntRange(-90, 44).Draw(t, "south")) * 100000, North: int32(rapid.IntRange(45, 90).Draw(t, "north")) * 100000,
			West: int32(rapid.IntRange(-180, 180).Draw(t, "west")) * 100000, East: int32(rapid.IntRange(-180, 180).Draw(t, "east")) * 100000,
		}
		zoom := rapid.IntRange(0, listing.MaxZoom).Draw(t, "zoom")
		err := db.View(t.Context(), func(tx *store.Tx) error {
			ids, inside := map[string]bool{}, int64(0)
			err := listing.Walk(tx, q, func(c listing.Card) error {
				ids[c.Ref.ID] = true
				if c.Position != nil && box.Has(*c.Position) {
					inside++
				}
				return nil
			})
			if err != nil {
				return err
			}
			v, err := listing.Clusters(tx, q, box, zoom)
			if err != nil {
				return err
			}
			if sum(v) != inside || v.Inside != inside {
				t.Errorf("%+v in %s at %d: %d of %d, want %d", q, box, zoom, sum(v), v.Inside, inside)
			}
			return reaches(t, tx, q, ids)
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func aMapQuery(t *rapid.T) listing.Query {
	q := listing.Query{
		Q:     rapid.SampledFrom([]string{"", "", "loto", "mar"}).Draw(t, "q"),
		Kind:  rapid.SampledFrom([]string{"", "", listing.KindEvent}).Draw(t, "kind"),
		Kinds: rapid.SampledFrom([][]string{nil, {listing.KindEvent, listing.KindPlace}}).Draw(t, "kinds"),
		Tag:   rapid.SampledFrom([]string{"", "", "bal"}).Draw(t, "tag"),
		Tags:  rapid.SampledFrom([][]string{nil, nil, {"#Fête", "velo"}}).Draw(t, "tags"),
	}
	switch rapid.IntRange(0, 4).Draw(t, "more") {
	case 0:
		q.From = storetest.Now
	case 1:
		q.Current = storetest.Now
	case 2:
		at := listing.At(44.92, 1.84)
		q.Near, q.RadiusKM = &at, 5
	case 3:
		q.Box = &listing.Box{South: 4490000, West: 180000, North: 4500000, East: 190000}
	}
	return q
}

// reaches goes from afar to the nearest, into every mark, and then to the list
// of what is nowhere: that must be the whole set, each once.
func reaches(t *rapid.T, tx *store.Tx, q listing.Query, want map[string]bool) error {
	got := map[string]bool{}
	take := func(c listing.Card) error {
		if got[c.Ref.ID] {
			t.Errorf("%+v: %q twice", q, c.Title)
		}
		got[c.Ref.ID] = true
		return nil
	}
	var closer func(box listing.Box, zoom int) error
	closer = func(box listing.Box, zoom int) error {
		v, err := listing.Clusters(tx, q, box, zoom)
		if err != nil {
			return err
		}
		for _, c := range v.Pins {
			_ = take(c)
		}
		for _, c := range v.Clusters {
			switch {
			case zoom == listing.MaxZoom || c.Box.Spot():
				spot := q
				spot.Box = &c.Box
				if err := listing.Walk(tx, spot, take); err != nil {
					return err
				}
			default:
				if err := closer(c.Box, zoom+1); err != nil {
					return err
				}
			}
		}
		return nil
	}
	if err := closer(listing.World, 0); err != nil {
		return err
	}
	total, unplaced, err := listing.Places(tx, q)
	if err != nil {
		return err
	}
	if int64(len(got))+unplaced != total || total != int64(len(want)) {
		t.Errorf("%+v: %d on the map and %d nowhere are not %d (%d)", q, len(got), unplaced, total, len(want))
	}
	if unplaced > 0 {
		q.Placed = listing.WithoutPlace
		if err := listing.Walk(tx, q, take); err != nil {
			return err
		}
	}
	for id := range want {
		if !got[id] {
			t.Errorf("%+v: %s is not reached", q, id)
			break
		}
	}
	return nil
}

func sum(v listing.View) int64 {
	n := int64(len(v.Pins))
	for _, c := range v.Clusters {
		n += c.N
	}
	return n
}

// The complaint of the founding text: 137 events, 12 of them without a place.
func TestMA2_MA3_EveryEventIsOnTheMapAtEveryZoom(t *testing.T) {
	db, _ := storetest.Open(t)
	ids := map[string]bool{}
	storetest.Update(t, db, visitor, func(tx *store.Tx) error {
		for i := range 137 {
			c := card(fmt.Sprintf("Fête %d", i))
			at := listing.At(44.9+float64(i%30)/100, 1.8+float64(i%7)/100) // many share a place
			if c.Position = &at; i >= 125 {
				c.Position = nil
			}
			ids[c.Ref.ID] = true
			if err := listing.Put(tx, c, nil); err != nil {
				return err
			}
		}
		return nil
	})
	storetest.View(t, db, visitor, func(tx *store.Tx) error {
		q := listing.Query{Kind: listing.KindEvent}
		for zoom := range listing.MaxZoom + 1 {
			v, err := listing.Clusters(tx, q, listing.World, zoom)
			if err != nil {
				return err
			}
			total, unplaced, err := listing.Places(tx, q)
			if err != nil || total != 137 || unplaced != 12 || sum(v) != 125 {
				t.Errorf("zoom %d: %d on the map, %d nowhere, total %d (%v)", zoom, sum(v), unplaced, total, err)
			}
		}
		return nil
	})
}

func TestBoxesOfMapsAreRead(t *testing.T) {
	for in, want := range map[string]string{
		"44.5,1,45,2":           "44.5,1,45,2",
		"44.5, 1 ,45,2":         "44.5,1,45,2",
		"-20,170,-10,190":       "-20,170,-10,-170", // turned past the date line
		"-20,-190,-10,-170":     "-20,170,-10,-170",
		"-90,-400,90,400":       "-90,-180,90,180",
		"-20,179,-10,-179":      "-20,179,-10,-179",
		"44.5,1,45":             "",
		"45,1,44,2":             "",
		"44,1,95,2":             "",
		"NaN,1,45,2":            "",
		"44,1,45,1e99":          "",
		"44,200,45,100":         "",
		"44.5,1,45,2,3":         "",
		"nord,ouest,sud,est":    "",
		"-90,-180,90,180":       "-90,-180,90,180",
		"44.92,1.84,44.92,1.84": "44.92,1.84,44.92,1.84",
	} {
		b, ok := listing.ParseBox(in)
		if got := b.String(); ok != (want != "") || ok && got != want {
			t.Errorf("%q: %q, %v", in, got, ok)
		}
	}
	if b, _ := listing.ParseBox("-20,170,-10,190"); !b.Has(listing.At(-15, -175)) || !b.Has(listing.At(-15, 175)) || b.Has(listing.At(-15, 0)) {
		t.Error("a box across the date line holds the wrong places")
	}
}

func TestAWrongViewIsRefused(t *testing.T) {
	db, _ := storetest.Open(t)
	storetest.View(t, db, visitor, func(tx *store.Tx) error {
		for _, c := range []struct {
			box  listing.Box
			zoom int
		}{{listing.World, -1}, {listing.World, 19}, {listing.Box{South: 1}, 3}, {listing.Box{West: 200 * 100000}, 3}} {
			if _, err := listing.Clusters(tx, listing.Query{}, c.box, c.zoom); store.KindOf(err) != store.Invalid {
				t.Errorf("%+v: %v", c, err)
			}
		}
		return nil
	})
}

// Names on the ground are the larger communes of each cell, in their own places.
func TestNamesAreThinnedOut(t *testing.T) {
	lot := listing.Box{South: 4440000, West: 100000, North: 4500000, East: 220000}
	far, err := listing.Names(lot, 7)
	if err != nil {
		t.Fatal(err)
	}
	near, err := listing.Names(lot, 12)
	if err != nil {
		t.Fatal(err)
	}
	if len(far) == 0 || len(far) > 20 || len(near) < 3*len(far) || far[0].Name == "" {
		t.Errorf("%d from afar, %d from near", len(far), len(near))
	}
	for _, n := range near {
		if !lot.Has(n.At) {
			t.Errorf("%s lies outside", n.Name)
		}
	}
}
