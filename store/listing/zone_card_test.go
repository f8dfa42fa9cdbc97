package listing_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/storetest"
)

var op = store.Actor{ID: "op", Role: store.Operator}

// plainBody is a zone's body as a neighbour reads it.
func plainBody(t testing.TB, z listing.Zone) []byte {
	t.Helper()
	b, err := json.Marshal(z.Body())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// drawn is an outline with a hole.
var drawn = listing.Shape{{
	{{Lat: 44e5, Lon: -1e5}, {Lat: 45e5, Lon: -1e5}, {Lat: 45e5, Lon: 2e5}, {Lat: 44e5, Lon: 2e5}},
	{{Lat: 442e4, Lon: 0}, {Lat: 443e4, Lon: 0}, {Lat: 443e4, Lon: 1e5}},
}}

func TestATerritoryIsReadAsItWasWritten(t *testing.T) {
	z := listing.Zone{Name: "Causse & vallées", Kind: listing.ZoneBasin, Note: "Là où l'eau\nva à la Dordogne.", Communes: []string{"19004", "46128"}, Shape: drawn}
	got, err := listing.ReadZone(z.Name, plainBody(t, z))
	if err != nil {
		t.Fatal(err)
	}
	if got.Name != z.Name || got.Kind != z.Kind || got.Note != z.Note || !slices.Equal(got.Communes, z.Communes) || got.Shape.GeoJSON() != z.Shape.GeoJSON() {
		t.Errorf("read as %+v", got)
	}
}

func TestStrangeTerritoriesAreRefused(t *testing.T) {
	long := func(n int, of string) string { return "[" + strings.TrimSuffix(strings.Repeat(of+",", n), ",") + "]" }
	codes := make([]string, listing.MaxCardCommunes+1)
	for i := range codes {
		codes[i] = "x" + string(rune('a'+i/676)) + string(rune('a'+i/26%26)) + string(rune('a'+i%26))
	}
	many, _ := json.Marshal(codes)
	var ring strings.Builder
	for i := range listing.MaxCardPoints + 1 {
		ring.WriteString([]string{"4400000,1,", "4400001,2,"}[i%2])
	}
	for name, body := range map[string]string{
		"nothing":              `{}`,
		"no JSON":              `communes`,
		"other types":          `{"communes":[46128]}`,
		"a word for a list":    `{"communes":"46128"}`,
		"an empty code":        `{"communes":[""]}`,
		"a long code":          `{"communes":["4612846128461"]}`,
		"too many communes":    `{"communes":` + string(many) + `}`,
		"too many points":      `{"polygons":[[[` + strings.TrimSuffix(ring.String(), ",") + `]]]}`,
		"too many polygons":    `{"polygons":` + long(2000, "[[0,0,1,0,0,1]]") + `}`,
		"half a point":         `{"polygons":[[[4400000,100000,4500000,100000,4500000]]]}`,
		"a polygon of nothing": `{"polygons":[[]]}`,
		"a line":               `{"polygons":[[[4400000,0,4500000,0,4600000,0]]]}`,
		"off the earth":        `{"polygons":[[[9100000,0,4500000,0,4500000,100000]]]}`,
		"beyond numbers":       `{"polygons":[[[99999999999,0,4500000,0,4500000,100000]]]}`,
		"the whole world":      `{"polygons":[[[-9000000,-18000000,9000000,-18000000,9000000,18000000,-9000000,18000000]]]}`,
		"a belt of the world":  `{"polygons":[[[0,-18000000,1,18000000,2,0]]]}`,
		"fractions":            `{"polygons":[[[44.5,0,45.5,0,45.5,1]]]}`,
	} {
		if z, err := listing.ReadZone("Pays", []byte(body)); store.KindOf(err) != store.Invalid {
			t.Errorf("%s: %v, %d communes", name, err, len(z.Communes))
		}
	}
	if _, err := listing.ReadZone(" \u202e… ", []byte(`{"communes":["46128"]}`)); store.KindOf(err) != store.Invalid {
		t.Errorf("without a name: %v", err)
	}
	if z, err := listing.ReadZone("P"+strings.Repeat("a", 200), []byte(`{"communes":["46128","46128"],"additionalType":"empire","later":{}}`)); err != nil || len([]rune(z.Name)) > listing.MaxZoneName || z.Kind != listing.ZoneOther || len(z.Communes) != 1 {
		t.Errorf("a long name, another kind, a code twice: %v %+v", err, z)
	}
}

// FuzzReadZone reads anything a neighbour may send.
func FuzzReadZone(f *testing.F) {
	f.Add("Pays", []byte(`{"communes":["46128"],"polygons":[[[4400000,0,4500000,0,4500000,100000]]],"description":"x"}`))
	f.Add("", []byte(`{"polygons":[[]]}`))
	f.Fuzz(func(t *testing.T, title string, body []byte) {
		z, err := listing.ReadZone(title, body)
		if err != nil {
			return
		}
		if err := z.Check(); err != nil {
			t.Fatalf("read, and no zone: %v", err)
		}
		again, err := listing.ReadZone(z.Name, plainBody(t, z))
		if err != nil || again.Shape.GeoJSON() != z.Shape.GeoJSON() || !slices.Equal(again.Communes, z.Communes) {
			t.Fatalf("not read again as it was: %v", err)
		}
	})
}

// published makes a zone of communes and publishes it.
func published(t *testing.T, db *store.DB, communes ...string) (z listing.Zone) {
	t.Helper()
	z = listing.Zone{Name: "Deux rives", Kind: listing.ZoneBasin}
	storetest.Update(t, db, op, func(tx *store.Tx) (err error) {
		if err := listing.MakeZone(tx, &z); err != nil {
			return err
		}
		if err := listing.AddCommunes(tx, z.ID, communes); err != nil {
			return err
		}
		if err := listing.PublishZone(tx, z.ID, true); err != nil {
			return err
		}
		z, err = listing.GetZone(tx, z.ID)
		return err
	})
	return z
}

// Only what changes a published zone wakes the publisher, and nothing is done to
// it that its card could not say.
func TestAPublishedZoneSpreads(t *testing.T) {
	db, _ := storetest.Open(t)
	rev := func() (n int64) {
		storetest.View(t, db, op, func(tx *store.Tx) (err error) { n, err = listing.Rev(tx); return err })
		return n
	}
	z := published(t, db, "46029", "19004")
	quiet := listing.Zone{Name: "Ailleurs", Kind: listing.ZoneOther}
	storetest.Update(t, db, op, func(tx *store.Tx) error { return listing.MakeZone(tx, &quiet) })
	for _, do := range []struct {
		name   string
		fn     func(tx *store.Tx) error
		spread bool
	}{
		{"renamed", func(tx *store.Tx) error { z.Name = "Les deux rives"; return listing.ChangeZone(tx, z) }, true},
		{"more", func(tx *store.Tx) error { return listing.AddCommunes(tx, z.ID, []string{"46128"}) }, true},
		{"less", func(tx *store.Tx) error { return listing.DropCommunes(tx, z.ID, []string{"46128"}) }, true},
		{"drawn", func(tx *store.Tx) error { return listing.DrawZone(tx, z.ID, drawn) }, true},
		{"again", func(tx *store.Tx) error { return listing.PublishZone(tx, z.ID, true) }, false},
		{"another one", func(tx *store.Tx) error { return listing.AddCommunes(tx, quiet.ID, []string{"46128"}) }, false},
	} {
		before := rev()
		storetest.Update(t, db, op, do.fn)
		if (rev() > before) != do.spread {
			t.Errorf("%s: from %d to %d", do.name, before, rev())
		}
	}
	world := listing.Shape{{{{Lat: -80e5, Lon: -170e5}, {Lat: 80e5, Lon: -170e5}, {Lat: 80e5, Lon: 170e5}}}}
	refused := func(name string, fn func(tx *store.Tx) error) {
		t.Helper()
		if err := db.Update(store.As(t.Context(), op), fn); store.KindOf(err) != store.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	refused("as wide as the world", func(tx *store.Tx) error { return listing.DrawZone(tx, z.ID, world) })
	storetest.Update(t, db, op, func(tx *store.Tx) error { return listing.DrawZone(tx, z.ID, nil) })
	refused("left with nothing", func(tx *store.Tx) error { return listing.DropCommunes(tx, z.ID, []string{"46029", "19004"}) })
	refused("an empty one", func(tx *store.Tx) error {
		bare := listing.Zone{Name: "Vide", Kind: listing.ZoneOther}
		if err := listing.MakeZone(tx, &bare); err != nil {
			return err
		}
		return listing.PublishZone(tx, bare.ID, true)
	})
	before := rev()
	storetest.Update(t, db, op, func(tx *store.Tx) error { return listing.RemoveZone(tx, z.ID) })
	if rev() == before {
		t.Error("removed, and nobody hears of it")
	}
}

// A copy is made once and brought up to date when asked; what is no commune is
// left out, and moderators alone do not adopt.
func TestATerritoryIsAdoptedAndTakenAnew(t *testing.T) {
	db, _ := storetest.Open(t)
	from := listing.ZoneSource{Origin: [32]byte{1}, Card: store.NewID(), Version: [32]byte{2}, Box: "Cajarc"}
	theirs := listing.Zone{Name: "Deux rives", Kind: listing.ZoneBasin, Communes: []string{"19004", "46029", "99999", "x-autre"}}
	adopt := func(as store.Actor, z listing.Zone) (got listing.Zone, err error) {
		err = db.Update(store.As(t.Context(), as), func(tx *store.Tx) (err error) { got, err = listing.AdoptZone(tx, z, from); return err })
		return got, err
	}
	if _, err := adopt(store.Actor{ID: "mo", Role: store.Moderator}, theirs); store.KindOf(err) != store.Forbidden {
		t.Errorf("a moderator: %v", err)
	}
	z, err := adopt(op, theirs)
	if err != nil || !slices.Equal(z.Communes, []string{"19004", "46029"}) || z.Source == nil || z.Source.Box != "Cajarc" || z.Card != "" {
		t.Fatalf("%v %+v", err, z)
	}
	z.Name = "Chez nous"
	storetest.Update(t, db, op, func(tx *store.Tx) error { return listing.ChangeZone(tx, z) })
	from.Version = [32]byte{3}
	theirs.Communes, theirs.Shape, theirs.Note = []string{"46128"}, drawn, "Autrement."
	again, err := adopt(op, theirs)
	if err != nil || again.ID != z.ID || again.Name != "Chez nous" || again.Note != "Autrement." || !slices.Equal(again.Communes, []string{"46128"}) || len(again.Shape) != 1 || again.Source.Version != from.Version {
		t.Errorf("anew: %v %+v", err, again)
	}
	from.Card = store.NewID()
	if _, err := adopt(op, listing.Zone{Name: "Rien", Kind: listing.ZoneOther, Communes: []string{"99999"}}); store.KindOf(err) != store.Invalid {
		t.Errorf("of nothing known: %v", err)
	}
	storetest.View(t, db, op, func(tx *store.Tx) error {
		list, err := listing.AdoptedZones(tx)
		if len(list) != 1 {
			t.Errorf("%d copies", len(list))
		}
		return err
	})
	codes, err := again.Reaches()
	if err != nil || !slices.Contains(codes, "46128") || len(codes) < 100 || !slices.IsSorted(codes) {
		t.Errorf("reaches %d communes, %v", len(codes), err)
	}
}
