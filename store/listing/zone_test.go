package listing_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/storetest"
)

// at is a public event somewhere.
func at(title, commune string, lat, lon float64) listing.Card {
	c := card(title)
	p := listing.At(lat, lon)
	c.Commune, c.Position = commune, &p
	return c
}

// places of MA-1, with their coordinates; the distances are those of the case.
var places = []struct {
	name, commune string
	lat, lon, km  float64
}{
	{"Bretenoux", "46038", 44.9160, 1.8381, 1.5},
	{"Altillac", "19007", 44.9733, 1.8480, 5.0},
	{"Beaulieu-sur-Dordogne", "19019", 44.9820, 1.8383, 6.0},
	{"Saint-Céré", "46251", 44.8593, 1.8913, 8.4},
	{"Brive-la-Gaillarde", "19031", 45.1589, 1.5275, 35.9},
	{"Aurillac", "15014", 44.9254, 2.4413, 46.8},
	{"Cahors", "46042", 44.4491, 1.4400, 62.2},
}

var biars = listing.At(44.9283, 1.8465)

func TestMA1_NearestFirstAcrossDepartments(t *testing.T) {
	db, _ := storetest.Open(t)
	for _, i := range []int{6, 2, 0, 4, 3, 1, 5} { // they arrive in no order
		p := places[i]
		put(t, db, at(p.name, p.commune, p.lat, p.lon))
	}
	res := find(t, db, visitor, listing.Query{Near: &biars, RadiusKM: 15, Order: listing.Nearest})
	want := []string{"Bretenoux", "Altillac", "Beaulieu-sur-Dordogne", "Saint-Céré"}
	if got := titles(res); !slices.Equal(got, want) || res.Total != 4 {
		t.Fatalf("within 15 km: %v, total %d, want %v", got, res.Total, want)
	}
	for _, limit := range []int{1, 2, 50} { // page by page the whole, in order
		q := listing.Query{Near: &biars, Order: listing.Nearest, Limit: limit}
		var all []listing.Card
		for {
			res := find(t, db, visitor, q)
			all = append(all, res.Cards...)
			if q.Cursor = res.Next; q.Cursor == "" {
				break
			}
		}
		if len(all) != len(places) {
			t.Fatalf("%d a page: %d cards, want %d", limit, len(all), len(places))
		}
		for i, c := range all {
			p := places[i]
			if c.Title != p.name || c.DistanceKM == nil || math.Abs(*c.DistanceKM-p.km) > 0.1 {
				t.Errorf("%d a page, place %d: %s at %v km, want %s at %v", limit, i, c.Title, *c.DistanceKM, p.name, p.km)
			}
		}
	}
}

// TestACardWithoutAPlaceIsInItsCommune: it is found around its commune, says
// that it is about there, and comes last when nobody knows its commune.
func TestACardWithoutAPlaceIsInItsCommune(t *testing.T) {
	db, _ := storetest.Open(t)
	there, nowhere := card("Loto de Bretenoux"), card("Loto de nulle part")
	there.Commune, nowhere.Commune = "46038", "x-nulle-part"
	put(t, db, nowhere, there, at("Loto de Cahors", "46042", 44.4479, 1.4413))
	if got := titles(find(t, db, visitor, listing.Query{Near: &biars, RadiusKM: 5})); !slices.Equal(got, []string{there.Title}) {
		t.Errorf("within 5 km: %v", got)
	}
	res := find(t, db, visitor, listing.Query{Near: &biars, Order: listing.Nearest})
	if got := titles(res); !slices.Equal(got, []string{there.Title, "Loto de Cahors", nowhere.Title}) {
		t.Fatalf("by distance: %v", got)
	}
	if c := res.Cards[0]; !c.Roughly || c.Position != nil || *c.DistanceKM > 5 {
		t.Errorf("%+v", c)
	}
	if c := res.Cards[2]; c.DistanceKM != nil {
		t.Errorf("somewhere at %v km", *c.DistanceKM)
	}
	if got := find(t, db, visitor, listing.Query{MaxPop: 5000}); got.Total != 2 || slices.Contains(titles(got), "Loto de Cahors") {
		t.Errorf("small communes: %v", titles(got))
	}
}

// ring is a square around a point, half a side in degrees.
func ring(lat, lon, half float64) listing.Shape {
	s, err := listing.Polygon(listing.Ring{
		listing.At(lat-half, lon-half), listing.At(lat-half, lon+half), listing.At(lat+half, lon+half), listing.At(lat+half, lon-half),
	})
	if err != nil {
		panic(err)
	}
	return s
}

func makeZone(t testing.TB, db *store.DB, name string, kind listing.ZoneKind, shape listing.Shape, communes ...string) listing.Zone {
	t.Helper()
	z := listing.Zone{Name: name, Kind: kind}
	storetest.Update(t, db, moderator, func(tx *store.Tx) error {
		if err := listing.MakeZone(tx, &z); err != nil {
			return err
		}
		if err := listing.DrawZone(tx, z.ID, shape); err != nil {
			return err
		}
		return listing.AddCommunes(tx, z.ID, communes)
	})
	return z
}

func TestMA6_AZoneAcrossBorders(t *testing.T) {
	db, _ := storetest.Open(t)
	both := at("Dans la commune et le hameau", "19007", 44.975, 1.861)
	hamlet := at("Dans le hameau", "19999", 44.976, 1.862)
	placeless := card("Sans lieu")
	placeless.Commune = "46029"
	far := at("Loin", "46042", 44.4479, 1.4413)
	put(t, db, both, hamlet, placeless)
	z := makeZone(t, db, "Pays des deux rives", listing.ZoneSelfManaged, ring(44.975, 1.861, 0.01),
		"46029", "46038", "46251", "19007", "19019", "19189")
	put(t, db, far) // after the zone: both ways in agree
	makeZone(t, db, "Hameau du Bourg", listing.ZoneQuarter, ring(44.975, 1.861, 0.01))
	q := listing.Query{Zone: z.ID}
	if z.ID != "pays-des-deux-rives" || z.Kind.Administrative() {
		t.Errorf("zone %+v", z)
	}
	want := []string{"Sans lieu", "Dans le hameau", "Dans la commune et le hameau"}
	if res := find(t, db, visitor, q); !slices.Equal(titles(res), want) || res.Total != 3 {
		t.Errorf("the zone has %v, total %d", titles(res), res.Total)
	}
	storetest.Update(t, db, moderator, func(tx *store.Tx) error {
		for ref, how := range map[store.Ref]listing.Hand{far.Ref: listing.PutIn, hamlet.Ref: listing.TakenOut} {
			c, err := listing.ByRef(tx, ref)
			if err != nil {
				return err
			}
			if err := listing.PutByHand(tx, z.ID, c, how); err != nil {
				return err
			}
		}
		return nil
	})
	want = []string{"Loin", "Sans lieu", "Dans la commune et le hameau"}
	for range 2 { // and again after the cards were written anew
		if got := titles(find(t, db, visitor, q)); !slices.Equal(got, want) {
			t.Errorf("by hand: %v, want %v", got, want)
		}
		put(t, db, far, hamlet)
	}
	storetest.Update(t, db, moderator, func(tx *store.Tx) error { return listing.RemoveZone(tx, z.ID) })
	if res := find(t, db, visitor, listing.Query{}); res.Total != 4 {
		t.Errorf("%d cards are left of 4", res.Total)
	}
	if res := find(t, db, visitor, q); res.Total != 0 || len(res.Cards) != 0 {
		t.Errorf("a zone that is gone has %v", titles(res))
	}
}

// TestZonesHoldWhatTheySay: after random cards, zones and changes, own and
// neighbours', every zone holds what a plain look at each card says, and its
// counts are exact for everybody.
func TestZonesHoldWhatTheySay(t *testing.T) {
	db, _ := storetest.Open(t)
	r := rand.New(rand.NewPCG(3, 4))
	communes := []string{"46029", "46038", "19007", "46042", "", "x-autre"}
	random := func() listing.Card {
		c := at("Loto", communes[r.IntN(len(communes))], 44.9+r.Float64()/5, 1.8+r.Float64()/5)
		if r.IntN(3) == 0 {
			c.Position = nil
		}
		if r.IntN(4) == 0 {
			c.Kind = listing.KindOffer
		}
		if r.IntN(5) == 0 {
			c.Audience = listing.Members
		}
		return c
	}
	cards := make([]listing.Card, 0, 600)
	for range 300 {
		cards = append(cards, random())
	}
	put(t, db, cards[:150]...)
	zones := []listing.Zone{
		makeZone(t, db, "A", listing.ZoneBasin, ring(45, 1.9, 0.05), "46029"), makeZone(t, db, "B", listing.ZoneBasin, nil, "46038", "19007"),
		makeZone(t, db, "C", listing.ZoneBasin, ring(44.95, 1.85, 0.04)),
	}
	put(t, db, cards[150:]...)
	for i := range 80 { // changed cards move
		again := random()
		again.Ref = cards[i].Ref
		cards[i] = again
		put(t, db, again)
	}
	foreign := make([]listing.Card, 0, 300)
	for range 300 {
		c := random()
		c.Audience = listing.Public
		if c.Commune == "" {
			c.Commune = "46042"
		}
		foreign = append(foreign, c)
	}
	storetest.Update(t, db, moderator, func(tx *store.Tx) error {
		origin, err := listing.SetOrigin(tx, listing.Origin{Key: [32]byte{1}, Name: "Altillac"})
		if err != nil {
			return err
		}
		if err := listing.PutForeign(tx, origin, foreign); err != nil {
			return err
		}
		return listing.Hide(tx, cards[0].Ref, true)
	})
	cards = append(cards[1:], foreign...)
	for i, z := range zones {
		shape := []listing.Shape{ring(45, 1.9, 0.05), nil, ring(44.95, 1.85, 0.04)}[i]
		own := [][]string{{"46029"}, {"46038", "19007"}, nil}[i]
		for _, who := range []store.Actor{visitor, resident} {
			for _, q := range []listing.Query{{}, {Kind: listing.KindEvent}, {Q: "loto"}, {Kind: listing.KindOffer, Q: "loto", Limit: 7}, {Limit: 5}, {Near: &biars, Order: listing.Nearest, Limit: 9}} {
				q.Zone = z.ID
				want := 0
				for _, c := range cards {
					inside := slices.Contains(own, c.Commune) || c.Position != nil && shape.Contains(*c.Position)
					if inside && (q.Kind == "" || c.Kind == q.Kind) && (c.Audience == listing.Public || who == resident) {
						want++
					}
				}
				seen := map[string]bool{}
				storetest.View(t, db, who, func(tx *store.Tx) error {
					res, err := listing.Find(tx, q)
					if err != nil {
						return err
					}
					if res.Total != int64(want) {
						t.Errorf("%s as %v %+v: total %d, want %d", z.ID, who.Role, q, res.Total, want)
					}
					return listing.Walk(tx, q, func(c listing.Card) error { seen[c.Ref.ID] = true; return nil })
				})
				if len(seen) != want {
					t.Errorf("%s as %v %+v: %d cards, want %d", z.ID, who.Role, q, len(seen), want)
				}
			}
		}
	}
}

func TestOnlyModeratorsDrawZones(t *testing.T) {
	db, _ := storetest.Open(t)
	z := makeZone(t, db, "Bourg", listing.ZoneQuarter, nil)
	for _, who := range []store.Actor{visitor, resident} {
		for name, do := range map[string]func(*store.Tx) error{
			"make": func(tx *store.Tx) error {
				return listing.MakeZone(tx, &listing.Zone{Name: "X", Kind: listing.ZoneOther})
			},
			"change": func(tx *store.Tx) error { return listing.ChangeZone(tx, z) },
			"draw":   func(tx *store.Tx) error { return listing.DrawZone(tx, z.ID, nil) },
			"add":    func(tx *store.Tx) error { return listing.AddCommunes(tx, z.ID, []string{"46029"}) },
			"drop":   func(tx *store.Tx) error { return listing.DropCommunes(tx, z.ID, nil) },
			"remove": func(tx *store.Tx) error { return listing.RemoveZone(tx, z.ID) },
		} {
			err := db.Update(store.As(t.Context(), who), do)
			if k := store.KindOf(err); k != store.Forbidden && k != store.Unauthenticated {
				t.Errorf("%v may %s: %v", who.Role, name, err)
			}
		}
	}
	err := db.Update(store.As(t.Context(), moderator), func(tx *store.Tx) error { return listing.AddCommunes(tx, z.ID, []string{"46029", "99999"}) })
	if store.KindOf(err) != store.Invalid {
		t.Errorf("a commune that is none: %v", err)
	}
}

func TestShapes(t *testing.T) {
	hole := `{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[0,0],[10,0],[10,10],[0,10],[0,0]],[[4,4],[6,4],[6,6],[4,6],[4,4]]]}}`
	s, err := listing.ParseShape(hole)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		lat, lon float64
		in       bool
	}{{1, 1, true}, {5, 5, false}, {0, 5, true}, {4, 5, true}, {10, 10, true}, {11, 5, false}, {5, -0.001, false}, {7, 5, true}} {
		if got := s.Contains(listing.At(c.lat, c.lon)); got != c.in {
			t.Errorf("%v,%v: inside %v", c.lat, c.lon, got)
		}
	}
	again, err := listing.ParseShape(s.GeoJSON())
	if err != nil || again.GeoJSON() != s.GeoJSON() {
		t.Errorf("read back as %s, %v", again.GeoJSON(), err)
	}
	for name, text := range map[string]string{
		"nothing": "", "a KML": "<kml><Polygon/></kml>", "a point": `{"type":"Point","coordinates":[1,44]}`, "a line": `{"type":"Polygon","coordinates":[[[0,0],[1,1],[2,2],[0,0]]]}`,
		"cut": hole[:60], "two points": `{"type":"Polygon","coordinates":[[[0,0],[1,1]]]}`, "an empty polygon": `{"type":"Polygon","coordinates":[]}`,
		"out of the world": `{"type":"Polygon","coordinates":[[[0,0],[1e9,0],[1,1]]]}`, "north of it": `{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,91]]]}`,
		"no numbers": `{"type":"Polygon","coordinates":[[["a","b"]]]}`, "nested": strings.Repeat(`{"type":"FeatureCollection","features":[`, 50),
		"too long": `{"type":"Polygon","coordinates":[[` + strings.Repeat("[1.5,44.5],[1.6,44.4],", 1300) + `[1,1]]]}`,
		"null":     `{"type":"Feature","geometry":null}`,
	} {
		if _, err := listing.ParseShape(text); store.KindOf(err) != store.Invalid {
			t.Errorf("%s: %v, want invalid", name, err)
		}
	}
}

// TestCircles: what lies within a radius is in the circle's shape, up to what a
// polygon of 48 sides cannot.
func TestCircles(t *testing.T) {
	for _, km := range []float64{0.2, 5, 80} {
		s, err := listing.Circle(biars, km)
		if err != nil {
			t.Fatal(err)
		}
		for i := range 360 {
			sin, cos := math.Sincos(float64(i) * math.Pi / 180)
			p := func(f float64) listing.Point {
				lat, lon := biars.Degrees()
				return listing.At(lat+km*f*cos/111.195, lon+km*f*sin/111.195/math.Cos(lat*math.Pi/180))
			}
			if !s.Contains(p(0.97)) || s.Contains(p(1.03)) {
				t.Fatalf("%v km, %d°: %v %v", km, i, s.Contains(p(0.97)), s.Contains(p(1.03)))
			}
		}
	}
	if _, err := listing.Circle(biars, math.NaN()); store.KindOf(err) != store.Invalid {
		t.Error("a radius that is no number")
	}
}

func TestCommunesOfOneNameHaveTheirOwnAddress(t *testing.T) {
	db, _ := storetest.Open(t)
	makeZone(t, db, "Z", listing.ZoneOther, nil, "46029", "19007", "46268", "46066") // Saint-Cirq and others
	storetest.View(t, db, visitor, func(tx *store.Tx) error {
		for slug, code := range map[string]string{"biars-sur-cere": "46029", "altillac": "19007"} {
			a, err := listing.AreaBySlug(tx, slug)
			if err != nil || a.Commune != code || a.Population == 0 || a.Position == nil {
				t.Errorf("%s: %+v, %v", slug, a, err)
			}
		}
		return nil
	})
}

// FuzzParseShape: anything at all is refused or can be written and read again.
func FuzzParseShape(f *testing.F) {
	f.Add(ring(45, 2, 1).GeoJSON())
	f.Add(`{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[1,2],[3,4],[5,7]]]}}`)
	f.Fuzz(func(t *testing.T, text string) {
		s, err := listing.ParseShape(text)
		if err != nil {
			return
		}
		again, err := listing.ParseShape(s.GeoJSON())
		if err != nil && len(s.GeoJSON()) <= listing.MaxShapeBytes {
			t.Fatalf("%s: %v", s.GeoJSON(), err)
		}
		if err == nil && again.Contains(s.Middle()) != s.Contains(s.Middle()) {
			t.Fatal(fmt.Sprint(s, again))
		}
	})
}
