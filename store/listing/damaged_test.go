package listing_test

import (
	"testing"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/storetest"
)

// A card whose text is damaged in the file is found, read without it, and
// hidden like any other.
func TestADamagedTextIsCountedAndLeftOut(t *testing.T) {
	db, _ := storetest.Open(t)
	ref := store.Ref{Module: "agenda", ID: store.NewID()}
	storetest.Update(t, db, store.Actor{}, func(tx *store.Tx) error {
		for _, r := range []store.Ref{ref, {Module: "agenda", ID: store.NewID()}} {
			c := listing.Card{Ref: r, Kind: listing.KindOffer, Title: "Vélo", Audience: listing.Public}
			if err := listing.Put(tx, c, listing.Body{"description": "Presque neuf."}); err != nil {
				return err
			}
		}
		return nil
	})
	count := func() (n int) {
		storetest.View(t, db, store.Actor{}, func(tx *store.Tx) (err error) {
			n, err = listing.Damaged(tx)
			return err
		})
		return n
	}
	if n := count(); n != 0 {
		t.Fatalf("%d damaged texts of none", n)
	}
	for _, text := range []string{"", "{", `"words"`, "[1]"} {
		storetest.Update(t, db, store.Actor{}, func(tx *store.Tx) error {
			_, err := tx.Exec("UPDATE listing_bodies SET body = ? WHERE card_id = (SELECT min(card_id) FROM listing_bodies)", text)
			return err
		})
		if n := count(); n != 1 {
			t.Errorf("%q: %d damaged texts", text, n)
		}
	}
	storetest.Update(t, db, store.Actor{}, func(tx *store.Tx) error {
		changes, err := listing.Changes(tx, 0, 10)
		if err != nil || len(changes) != 2 || changes[0].Damaged == nil || changes[0].Card.Title != "Vélo" || changes[1].Damaged != nil {
			t.Errorf("changes: %+v, %v", changes, err)
		}
		if b, err := listing.BodyOf(tx, changes[0].Card); b != nil || err != nil {
			t.Errorf("the damaged text reads %v, %v", b, err)
		}
		return listing.Hide(tx, ref, true)
	})
}
