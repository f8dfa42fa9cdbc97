package listing_test

import (
	"slices"
	"testing"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/storetest"
)

var operator = store.Actor{ID: "operator", Role: store.Operator}

func switchOff(t testing.TB, db *store.DB, off listing.Off) {
	t.Helper()
	storetest.Update(t, db, operator, func(tx *store.Tx) error { return listing.SwitchOff(tx, off) })
}

// TestWhatIsOffIsNowhere compares, for what is off in every way, lists, counts
// and overviews with a plain look at all cards; on again, all is there as it was.
func TestWhatIsOffIsNowhere(t *testing.T) {
	db, _ := storetest.Open(t)
	key := region(t, db)
	ads := card("Loto à vendre")
	ads.Ref.Module, ads.Kind = "ads", listing.KindOffer
	put(t, db, ads)
	z := makeZone(t, db, "Z", listing.ZoneOther, ring(45, 2, 0.4))
	near := listing.At(45, 2)
	queries := []listing.Query{
		{},
		{Kind: listing.KindEvent},
		{Kind: listing.KindOffer},
		{Q: "loto"},
		{Q: "loto", Kind: listing.KindOffer},
		{Q: "loto bal", Order: listing.Best},
		{Tag: "bal"},
		{Zone: z.ID},
		{Zone: z.ID, Kind: listing.KindEvent},
		{Zone: z.ID, Q: "loto"},
		{From: storetest.Now},
		{Near: &near, RadiusKM: 30},
		{Near: &near, Order: listing.Nearest},
		{Origin: key},
		{Order: listing.OwnFirst},
		{Kinds: []string{listing.KindEvent, listing.KindPlace}},
	}
	walk := func(q listing.Query) (all []listing.Card) {
		storetest.View(t, db, resident, func(tx *store.Tx) error {
			return listing.Walk(tx, q, func(c listing.Card) error { all = append(all, c); return nil })
		})
		return all
	}
	before := make([][]listing.Card, len(queries))
	for i, q := range queries {
		before[i] = walk(q)
	}
	for name, off := range map[string]listing.Off{
		"a kind":                  {Switches: []string{"agenda"}, Kinds: []string{listing.KindEvent}},
		"two kinds":               {Kinds: []string{listing.KindEvent, listing.KindPlace}},
		"a module":                {Modules: []string{"ads"}},
		"a module that has all":   {Modules: []string{"agenda"}},
		"a kind and a module":     {Kinds: []string{listing.KindEvent}, Modules: []string{"ads"}},
		"nothing, after all that": {},
	} {
		switchOff(t, db, off)
		for i, q := range queries {
			var want []string
			for _, c := range before[i] {
				if !slices.Contains(off.Kinds, c.Kind) && !slices.Contains(off.Modules, c.Ref.Module) {
					want = append(want, c.Ref.ID)
				}
			}
			var got []string
			for _, c := range walk(q) {
				got = append(got, c.Ref.ID)
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s off, %+v: %d cards, want %d", name, q, len(got), len(want))
			}
			storetest.View(t, db, resident, func(tx *store.Tx) error {
				n, err := listing.Count(tx, q)
				if err != nil {
					return err
				}
				q.Limit = 1
				res, err := listing.Find(tx, q)
				if err != nil {
					return err
				}
				all, err := listing.Overview(tx, q, listing.Glance{Today: storetest.Now})
				if int(n) != len(want) || int(res.Total) != len(want) || int(all.Total) != len(want) {
					t.Errorf("%s off, %+v: counted %d, %d, %d, want %d", name, q, n, res.Total, all.Total, len(want))
				}
				return err
			})
		}
	}
}

// TestNeighboursAreToldWhatIsOff: own public cards of what is switched off are
// gone for them, each once, and come back with the switch; others are not told
// again.
func TestNeighboursAreToldWhatIsOff(t *testing.T) {
	db, _ := storetest.Open(t)
	loto, bal, place, members := card("Loto"), card("Bal"), card("Salle"), card("Réunion")
	place.Kind, members.Audience = listing.KindPlace, listing.Members
	put(t, db, loto, bal, place, members)
	rev := int64(0)
	changes := func() map[string]bool {
		out := map[string]bool{}
		storetest.View(t, db, visitor, func(tx *store.Tx) error {
			for { // one at a time: no two of one rev
				list, err := listing.Changes(tx, rev, 1)
				if err != nil || len(list) == 0 {
					return err
				}
				out[list[0].ID], rev = list[0].Gone, list[0].Rev
			}
		})
		return out
	}
	if got := changes(); len(got) != 3 {
		t.Fatalf("published %v", got)
	}
	off := listing.Off{Switches: []string{"agenda"}, Kinds: []string{listing.KindEvent}}
	switchOff(t, db, off)
	if got := changes(); len(got) != 2 || !got[loto.Ref.ID] || !got[bal.Ref.ID] {
		t.Errorf("told %v", got)
	}
	switchOff(t, db, off)
	put(t, db, place)
	if got := changes(); len(got) != 1 || got[place.Ref.ID] {
		t.Errorf("told again: %v", got)
	}
	put(t, db, bal) // by somebody's form that was open
	if got := changes(); len(got) != 1 || !got[bal.Ref.ID] {
		t.Errorf("what was written while off is told: %v", got)
	}
	storetest.View(t, db, moderator, func(tx *store.Tx) error {
		if _, err := listing.ByRef(tx, loto.Ref); store.KindOf(err) != store.NotFound {
			t.Errorf("read while off: %v", err)
		}
		return nil
	})
	switchOff(t, db, listing.Off{})
	if got := changes(); len(got) != 2 || got[loto.Ref.ID] || got[bal.Ref.ID] {
		t.Errorf("back: %v", got)
	}
	err := db.Update(store.As(t.Context(), moderator), func(tx *store.Tx) error { return listing.SwitchOff(tx, off) })
	if store.KindOf(err) != store.Forbidden {
		t.Errorf("a moderator switches off: %v", err)
	}
}
