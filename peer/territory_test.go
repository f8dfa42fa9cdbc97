package peer

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"os"
	"slices"
	"testing"

	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/neighbour"
	"copi.local/store/storetest"
)

var operator = store.Actor{ID: "op", Role: store.Operator}

// zone makes a zone of communes and publishes it.
func (b *testBox) zone(name string, communes ...string) listing.Zone {
	b.t.Helper()
	z := listing.Zone{Name: name, Kind: listing.ZoneBasin, Note: "De part et d'autre de la rivière."}
	storetest.Update(b.t, b.db, operator, func(tx *store.Tx) (err error) {
		if err := listing.MakeZone(tx, &z); err != nil {
			return err
		}
		if err := listing.AddCommunes(tx, z.ID, communes); err != nil {
			return err
		}
		return listing.PublishZone(tx, z.ID, true)
	})
	return z
}

// territories are those a box knows of others, and the zone each is, where its
// body is here.
func (b *testBox) territories() (list []neighbour.Territory, zones []listing.Zone) {
	b.t.Helper()
	storetest.View(b.t, b.db, operator, func(tx *store.Tx) (err error) {
		list, err = neighbour.Territories(tx)
		zones = nil
		for i := range list {
			if z, err := list[i].Zone(tx); err == nil {
				zones = append(zones, z)
			}
		}
		return err
	})
	return list, zones
}

// adopt makes a zone of the only territory a box knows.
func (b *testBox) adopt() (z listing.Zone) {
	b.t.Helper()
	list, zones := b.territories()
	if len(list) != 1 || len(zones) != 1 {
		b.t.Fatalf("territories: %+v %+v", list, zones)
	}
	storetest.Update(b.t, b.db, operator, func(tx *store.Tx) (err error) {
		from := listing.ZoneSource{Origin: list[0].Origin, Card: store.FormatID(list[0].ID), Version: list[0].Version, Box: "Cajarc"}
		z, err = listing.AdoptZone(tx, zones[0], from)
		return err
	})
	return z
}

// A territory travels with the cards of its box, is adopted, changes, is taken
// anew and goes; what was adopted changes only when an operator says so.
func TestATerritoryIsPublishedAdoptedAndWithdrawn(t *testing.T) {
	a, b := newTestBox(t, "Cajarc"), newTestBox(t, "Altillac")
	z := a.zone("Deux rives", "46029", "19004")
	link(t, a, b)
	eventually(t, "the territory is here, with what lies in it", func() bool {
		_, zones := b.territories()
		return len(zones) == 1 && slices.Equal(zones[0].Communes, []string{"19004", "46029"}) && zones[0].Note == "De part et d'autre de la rivière."
	})
	if got := b.shown("rives"); len(got) != 0 {
		t.Errorf("searched as if it were for people: %v", got)
	}
	mine := b.adopt()
	storetest.Update(t, a.db, operator, func(tx *store.Tx) error { return listing.AddCommunes(tx, z.ID, []string{"46128"}) })
	eventually(t, "the neighbour knows of the change", func() bool {
		_, zones := b.territories()
		return len(zones) == 1 && len(zones[0].Communes) == 3
	})
	now := func() (z listing.Zone) {
		storetest.View(t, b.db, operator, func(tx *store.Tx) (err error) { z, err = listing.GetZone(tx, mine.ID); return err })
		return z
	}
	list, _ := b.territories()
	if got := now(); len(got.Communes) != 2 || got.Source.Version == list[0].Version {
		t.Errorf("the copy changed by itself: %+v", got)
	}
	if again := b.adopt(); again.ID != mine.ID || len(again.Communes) != 3 {
		t.Errorf("taken anew: %+v", again)
	}
	before := list[0].Version
	storetest.Update(t, a.db, operator, func(tx *store.Tx) error { return listing.PublishZone(tx, z.ID, false) })
	eventually(t, "the territory is withdrawn", func() bool { list, _ := b.territories(); return len(list) == 0 })
	if got := now(); len(got.Communes) != 3 {
		t.Errorf("the copy went with it: %+v", got)
	}
	for _, box := range []*testBox{a, b} {
		if box.gives(before) != nil {
			t.Errorf("still given by %s", box.PeerID())
		}
	}
}

// A zone that is removed is published no more, and one box's territory is not
// another's to pass on as its own.
func TestARemovedZoneIsWithdrawn(t *testing.T) {
	b := newBox(t, "a")
	z := listing.Zone{Name: "Deux rives", Kind: listing.ZoneBasin}
	storetest.Update(t, b.db, operator, func(tx *store.Tx) error {
		if err := listing.MakeZone(tx, &z); err != nil {
			return err
		}
		if err := listing.AddCommunes(tx, z.ID, []string{"46029"}); err != nil {
			return err
		}
		return listing.PublishZone(tx, z.ID, true)
	})
	live := func() (n int) {
		b.publish(t)
		storetest.View(t, b.db, store.Actor{}, func(tx *store.Tx) error {
			own, err := neighbour.OwnLog(tx)
			if err != nil {
				return err
			}
			records, err := neighbour.Live(tx, own)
			for _, r := range records {
				if c, err := wire.DecodeCard(r.Card); err == nil && c.Kind == wire.KindTerritory && c.BodyLen > 0 {
					n++
				}
			}
			return err
		})
		return n
	}
	if n := live(); n != 1 {
		t.Fatalf("%d territories in the own log", n)
	}
	again, err := b.log.Publish(t.Context())
	if err != nil || again {
		t.Errorf("published anew without a change: %v", err)
	}
	storetest.Update(t, b.db, operator, func(tx *store.Tx) error { return listing.RemoveZone(tx, z.ID) })
	if n := live(); n != 0 {
		t.Errorf("%d left", n)
	}
}

// A restored box publishes no territory that it had withdrawn since the copy,
// and takes down one it has no zone for any more.
func TestARestoredBoxLeavesItsTerritoriesWithdrawn(t *testing.T) {
	a, b := newBox(t, "a"), newBox(t, "b")
	pair(t, a, b)
	zone := func(name string) (z listing.Zone) {
		z = listing.Zone{Name: name, Kind: listing.ZoneBasin}
		storetest.Update(t, a.db, operator, func(tx *store.Tx) error {
			if err := listing.MakeZone(tx, &z); err != nil {
				return err
			}
			if err := listing.AddCommunes(tx, z.ID, []string{"46029"}); err != nil {
				return err
			}
			return listing.PublishZone(tx, z.ID, true)
		})
		return z
	}
	names := func() (list []string) {
		b.mustPull(t, a)
		storetest.View(t, b.db, operator, func(tx *store.Tx) error {
			all, err := neighbour.Territories(tx)
			for i := range all {
				list = append(list, all[i].Name)
			}
			return err
		})
		slices.Sort(list)
		return list
	}
	zone("Deux rives")
	gone := zone("Causse")
	a.publish(t)
	a.stop(t)
	old := a.copied(t)
	a.start(t)
	storetest.Update(t, a.db, operator, func(tx *store.Tx) error { return listing.PublishZone(tx, gone.ID, false) })
	zone("Depuis la copie")
	a.publish(t)
	if got := names(); !slices.Equal(got, []string{"Depuis la copie", "Deux rives"}) {
		t.Fatalf("b knows of %q", got)
	}
	a.cutPower(t, old)
	a.mustPull(t, b)
	a.proceed(t)
	a.put(t, "", "Bal")
	a.publish(t)
	if got := names(); !slices.Equal(got, []string{"Deux rives"}) {
		t.Errorf("after the restore b knows of %q", got)
	}
	storetest.View(t, a.db, operator, func(tx *store.Tx) error {
		if z, err := listing.GetZone(tx, gone.ID); err != nil || z.Card != "" {
			t.Errorf("its own page says %+v, %v", z, err)
		}
		return nil
	})
}

// Hostile cards of the kind are no territories, and one box shows no more than
// its share.
func TestHostileTerritoriesAreBounded(t *testing.T) {
	for name, c := range map[string]*wire.Card{
		"another kind":   {Kind: "place", Title: "Pays", Body: wire.Hash{1}, BodyLen: 9},
		"without a body": {Kind: wire.KindTerritory, Title: "Pays"},
		"without a name": {Kind: wire.KindTerritory, Title: "\u202e \u200b", Body: wire.Hash{1}, BodyLen: 9},
	} {
		if got, ok := territoryOf(c); ok {
			t.Errorf("%s: taken as %+v", name, got)
		}
	}
	b := newBox(t, "a")
	storetest.Update(t, b.db, store.Actor{}, func(tx *store.Tx) error {
		l, err := neighbour.AddLog(tx, wire.Hash{7}, false)
		if err != nil {
			return err
		}
		var many []neighbour.Territory
		var changed []neighbour.ID
		for i := range 3 * neighbour.MaxTerritories {
			many = append(many, neighbour.Territory{ID: neighbour.ID{1, byte(i)}, Name: "Pays", Version: wire.Hash{byte(i)}})
			changed = append(changed, many[i].ID)
		}
		if err := neighbour.SetTerritories(tx, l, changed, nil, many); err != nil {
			return err
		}
		list, err := neighbour.Territories(tx)
		if len(list) != neighbour.MaxTerritories {
			t.Errorf("%d are shown", len(list))
		}
		if err := neighbour.SetTerritories(tx, l, changed[:90], changed[90:], many[:1]); err != nil {
			return err
		}
		if list, _ = neighbour.Territories(tx); len(list) != 1 {
			t.Errorf("%d are left of one", len(list))
		}
		return err
	})
}

// A box within the radius, which is not linked, sends its territories with what
// lies in them; they pass through the box between.
func TestATerritoryPassesOn(t *testing.T) {
	a, b, c := newTestBox(t, "Cajarc"), newTestBox(t, "Figeac"), newTestBox(t, "Altillac")
	a.lies("46045", 1)
	c.lies("46102", 3)
	a.zone("Deux rives", "46029", "19004")
	link(t, a, b)
	link(t, b, c)
	b.say(a)
	eventually(t, "the territory is two links away", func() bool {
		_, zones := c.territories()
		return len(zones) == 1 && len(zones[0].Communes) == 2
	})
	storetest.Update(t, c.db, operator, func(tx *store.Tx) error { return neighbour.ShutOut(tx, a.origin(), "Cajarc") })
	if list, _ := c.territories(); len(list) != 0 {
		t.Errorf("shut out, and still shown: %+v", list)
	}
}

// What lies in a territory is written as the golden vector says, for ever.
func TestATerritoryIsItsVector(t *testing.T) {
	file, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var set struct{ Vectors []struct{ Name, Hex string } }
	if err := json.Unmarshal(file, &set); err != nil {
		t.Fatal(err)
	}
	for _, v := range set.Vectors {
		if v.Name != "a territory's" {
			continue
		}
		golden, err := hex.DecodeString(v.Hex)
		if err != nil {
			t.Fatal(err)
		}
		z, err := listing.ReadZone("Deux rives", plainBody(golden))
		if err != nil {
			t.Fatal(err)
		}
		if b, err := wire.EncodeBody(z.Body()); err != nil || !bytes.Equal(b, golden) {
			t.Errorf("written as %x, %v", b, err)
		}
		return
	}
	t.Error("no vector")
}
