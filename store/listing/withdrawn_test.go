package listing_test

import (
	"testing"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/storetest"
)

// TestACodeIsKnownAfterItsCardIsGone: the page of a thing that was taken out of
// every list is still found under the code somebody wrote down, unless its
// author had it forgotten.
func TestACodeIsKnownAfterItsCardIsGone(t *testing.T) {
	for _, erased := range []bool{false, true} {
		db, _ := storetest.Open(t)
		ref := store.Ref{Module: "agenda", ID: store.NewID()}
		storetest.Update(t, db, store.Actor{}, func(tx *store.Tx) error {
			err := listing.Put(tx, listing.Card{Ref: ref, Kind: listing.KindOffer, Title: "Vélo", Audience: listing.Public}, nil)
			if err != nil {
				return err
			}
			c, err := listing.ByRef(tx, ref)
			if err != nil {
				return err
			}
			if _, err := listing.Withdrawn(tx, c.Code); store.KindOf(err) != store.NotFound {
				t.Errorf("a card that stands is withdrawn: %v", err)
			}
			gone := listing.Withdraw
			if erased {
				gone = listing.Erase
			}
			if err := gone(tx, ref); err != nil {
				return err
			}
			id, err := listing.Withdrawn(tx, c.Code)
			if erased != (store.KindOf(err) == store.NotFound) || !erased && id != ref.ID {
				t.Errorf("erased %v: %q, %v", erased, id, err)
			}
			if _, err := listing.Withdrawn(tx, "hello"); store.KindOf(err) != store.NotFound {
				t.Errorf("what is no code: %v", err)
			}
			return nil
		})
	}
}

func TestWhetherACardIsHushed(t *testing.T) {
	db, _ := storetest.Open(t)
	ref := store.Ref{Module: "agenda", ID: store.NewID()}
	storetest.Update(t, db, store.Actor{}, func(tx *store.Tx) error {
		if err := listing.Put(tx, listing.Card{Ref: ref, Kind: listing.KindOffer, Title: "Vélo", Audience: listing.Public}, nil); err != nil {
			return err
		}
		for _, want := range []bool{false, true, false} {
			if err := listing.Hide(tx, ref, want); err != nil && want {
				return err
			}
			if got, err := listing.Hushed(tx, ref); got != want || err != nil {
				t.Errorf("hushed %v, want %v: %v", got, want, err)
			}
			tx.Actor = store.Actor{ID: "mo", Role: store.Moderator}
		}
		return nil
	})
}

// TestAlsoAsksForASecondTag: both tags must be there, in any spelling, also
// after one of them was merged.
func TestAlsoAsksForASecondTag(t *testing.T) {
	db, _ := storetest.Open(t)
	mo := store.Actor{ID: "mo", Role: store.Moderator}
	storetest.Update(t, db, mo, func(tx *store.Tx) error {
		for _, tags := range [][]string{{"vélos", "à vendre"}, {"vélos", "à donner"}, {"bicyclette", "à vendre"}, {"vélos"}} {
			c := listing.Card{Ref: store.Ref{Module: "agenda", ID: store.NewID()}, Kind: listing.KindOffer, Title: "Chose", Tags: tags, Audience: listing.Public}
			if err := listing.Put(tx, c, nil); err != nil {
				return err
			}
		}
		count := func(want int64, q listing.Query) {
			t.Helper()
			res, err := listing.Find(tx, q)
			if n, err2 := listing.Count(tx, q); n != want || res.Total != want || int64(len(res.Cards)) != want || err != nil || err2 != nil {
				t.Errorf("%+v: counts %d, finds %d of %d: %v %v", q, n, len(res.Cards), res.Total, err, err2)
			}
		}
		count(2, listing.Query{Also: "A VENDRE"})
		count(1, listing.Query{Tag: "velos", Also: "à vendre"})
		count(1, listing.Query{Kind: listing.KindOffer, Tag: "#vélos", Also: "à donner"})
		count(0, listing.Query{Tag: "velos", Also: "à louer"})
		if _, err := listing.Merge(tx, "vélos", "bicyclette"); err != nil {
			return err
		}
		count(2, listing.Query{Tag: "bicyclette", Also: "à vendre"})
		return nil
	})
}
