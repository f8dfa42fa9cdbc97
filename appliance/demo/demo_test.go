package demo_test

import (
	"encoding/json"
	"testing"

	"copi.local/appliance/demo"
	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/ads"
	"copi.local/store/booking"
	"copi.local/store/directory"
	"copi.local/store/listing"
	"copi.local/store/moderation"
	"copi.local/store/mutualaid"
	"copi.local/store/storetest"
)

// village fills a fresh box and gives everything an operator sees of it.
func village(t testing.TB, opt demo.Options) (string, demo.Village, *store.DB) {
	t.Helper()
	db, _ := storetest.Open(t)
	v, err := demo.Fill(t.Context(), db, opt)
	if err != nil {
		t.Fatal(err)
	}
	var all []byte
	storetest.View(t, db, store.Actor{ID: "x", Role: store.Operator}, func(tx *store.Tx) error {
		return listing.Walk(tx, listing.Query{}, func(c listing.Card) error {
			b, err := json.Marshal(c)
			all = append(append(all, b...), '\n')
			return err
		})
	})
	return string(all), v, db
}

func TestSameSeedSameVillage(t *testing.T) {
	one, _, _ := village(t, demo.Options{Listings: 60, Seed: 7})
	two, _, _ := village(t, demo.Options{Listings: 60, Seed: 7})
	if one != two {
		t.Error("the same seed and time made two villages")
	}
	if other, _, _ := village(t, demo.Options{Listings: 60, Seed: 8}); other == one {
		t.Error("another seed made the same village")
	}
}

func TestTheVillageIsWhole(t *testing.T) {
	_, v, db := village(t, demo.Options{})
	if len(v.People) != 6 || len(v.Recovery) != 24 {
		t.Errorf("%d people, %d words", len(v.People), len(v.Recovery))
	}
	storetest.View(t, db, store.Actor{ID: "x", Role: store.Operator}, func(tx *store.Tx) error {
		if ready, err := account.Ready(tx); !ready || err != nil {
			t.Errorf("the box is not set up: %v", err)
		}
		n, err := listing.Count(tx, listing.Query{})
		if n < 200 || err != nil {
			t.Errorf("%d listings, %v", n, err)
		}
		from := tx.Now
		n, err = listing.Count(tx, listing.Query{Kind: listing.KindEvent, From: from, To: from.AddDate(0, 0, 4)})
		if n < 5 || err != nil {
			t.Errorf("%d events in the next days, %v", n, err)
		}
		for kind, least := range map[string]int64{listing.KindOrg: 10, listing.KindPlace: 15, listing.KindProject: 3} {
			if n, err := listing.Count(tx, listing.Query{Kind: kind, Origin: listing.FromHere}); n < least || err != nil {
				t.Errorf("%d of %s in the directory, %v", n, kind, err)
			}
		}
		if n, err := listing.Count(tx, listing.Query{Kind: listing.KindPerson}); n != 2 || err != nil {
			t.Errorf("%d people in the directory, %v", n, err)
		}
		origins, err := listing.Origins(tx)
		if len(origins) != 2 || err != nil {
			t.Errorf("%d neighbours, %v", len(origins), err)
		}
		load, err := moderation.LoadOf(tx)
		if load != (moderation.Load{Proposals: 2, Reported: 2, Held: 1, Appeals: 1}) {
			t.Errorf("queue %+v", load)
		}
		return err
	})
	desk := account.NewDesk(db, account.Recommended)
	for _, p := range v.People {
		s, _, err := desk.SignIn(t.Context(), account.Arrival{Login: p.Login, Password: p.Password, Source: p.Login})
		if err != nil || s.Actor.Role != p.Role {
			t.Errorf("%s cannot sign in as %s: %v", p.Login, p.Role, err)
		}
	}
}

func TestTheVillageHasMembers(t *testing.T) {
	_, v, db := village(t, demo.Options{Listings: 60})
	storetest.View(t, db, store.Actor{ID: "x", Role: store.Moderator}, func(tx *store.Tx) error {
		found, err := directory.Named(tx, "comite des fetes")
		if err != nil || len(found) != 1 {
			t.Fatalf("%d of them, %v", len(found), err)
		}
		r, err := directory.RosterOf(tx, &found[0])
		if err != nil || r.Count != 3 || len(r.Members) != 2 {
			t.Errorf("members %+v, %v", r, err)
		}
		g, err := directory.GraphOf(tx, found[0].ID)
		if len(g.Ties) < 3 {
			t.Errorf("tied to %+v", g.Ties)
		}
		if n, err := directory.ClaimsWaiting(tx); n != 1 || err != nil {
			t.Errorf("%d claims of %d people, %v", n, len(v.People), err)
		}
		return err
	})
}

func TestTheVillageHasRooms(t *testing.T) {
	_, v, db := village(t, demo.Options{Listings: 60})
	storetest.View(t, db, store.Actor{ID: "x", Role: store.Operator}, func(tx *store.Tx) error {
		list, err := booking.Resources(tx, false)
		if err != nil || len(list) != 5 {
			t.Fatalf("%d rooms and goods of %s, %v", len(list), v.Name, err)
		}
		waiting, late, whole := 0, 0, 0
		for _, r := range list {
			asked, _, err := booking.Waiting(tx, r.ID)
			if err != nil {
				return err
			}
			out, err := booking.NotBack(tx, r.ID)
			if err != nil {
				return err
			}
			waiting, late, whole = waiting+len(asked), late+len(out), whole+len(r.Parts)
		}
		if waiting != 1 || late != 1 || whole != 2 {
			t.Errorf("%d requests wait, %d loans are late, a whole has %d parts", waiting, late, whole)
		}
		return nil
	})
}

func TestTheVillageHasAds(t *testing.T) {
	_, _, db := village(t, demo.Options{Listings: 60})
	storetest.View(t, db, store.Actor{ID: "x", Role: store.Resident}, func(tx *store.Tx) error {
		for kind, least := range map[string]int64{listing.KindOffer: 9, listing.KindWanted: 2} {
			if n, err := listing.Count(tx, listing.Query{Kind: kind, Origin: listing.FromHere}); n < least || err != nil {
				t.Errorf("%d of %s, %v", n, kind, err)
			}
		}
		for _, v := range ads.Verbs {
			if n, err := listing.Count(tx, listing.Query{Tag: v.Tag(), Origin: listing.FromHere}); n == 0 || err != nil {
				t.Errorf("nothing is %s, %v", v.Tag(), err)
			}
		}
		return nil
	})
}

func TestAnAssociationTellsEverybodyAndResidents(t *testing.T) {
	_, _, db := village(t, demo.Options{Listings: 60})
	for who, want := range map[store.Role]int64{0: 1, store.Resident: 2} {
		storetest.View(t, db, store.Actor{ID: "x", Role: who}, func(tx *store.Tx) error {
			n, err := listing.Count(tx, listing.Query{Kind: listing.KindNotice, Origin: listing.FromHere})
			if n != want {
				t.Errorf("%v finds %d entries", who, n)
			}
			return err
		})
	}
}

// TestTheVillageHelps finds one of each sort of mutual aid, an urgent need, a
// settled one with its thanks, and what may answer a need.
func TestTheVillageHelps(t *testing.T) {
	_, _, db := village(t, demo.Options{Listings: 60})
	storetest.View(t, db, store.Actor{}, func(tx *store.Tx) error {
		for _, kind := range []string{listing.KindNeed, listing.KindHelp, listing.KindRide} {
			if n, err := listing.Count(tx, listing.Query{Kind: kind, Origin: listing.FromHere}); err != nil || n < 2 {
				t.Errorf("%d of kind %s, %v", n, kind, err)
			}
		}
		urgent, err := mutualaid.Alerts(tx)
		if len(urgent) != 1 {
			t.Errorf("urgent: %v", urgent)
		}
		return err
	})
}
