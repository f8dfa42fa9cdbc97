package listing_test

import (
	"fmt"
	"testing"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/storetest"
)

// TestForeignBatches: a batch of any size leaves what the same cards leave one
// by one: hidden ones stay hidden, a card that comes twice is there once, as it
// came last, and no word of what was remains.
func TestForeignBatches(t *testing.T) {
	for _, n := range []int{3, 300} { // either side of what is read at once
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			db, _ := storetest.Open(t)
			var origin int64
			cards := make([]listing.Card, n)
			for i := range cards {
				cards[i] = listing.Card{
					Ref: store.Ref{ID: store.NewID()}, Kind: listing.KindEvent, Title: fmt.Sprintf("Bal %d", i), Tags: []string{"#Fête", "fete"},
				}
			}
			storetest.Update(t, db, moderator, func(tx *store.Tx) (err error) {
				if origin, err = listing.SetOrigin(tx, listing.Origin{Key: [32]byte{1}, Name: "Pontailler"}); err != nil {
					return err
				}
				if err := listing.PutForeign(tx, origin, cards); err != nil {
					return err
				}
				return listing.Hide(tx, store.Ref{Module: listing.Neighbour, ID: cards[0].Ref.ID}, true)
			})
			for i := range cards {
				cards[i].Title = fmt.Sprintf("Loto %d", i)
			}
			cards = append(cards, cards[1])
			cards[n].Title, cards[n].Version = "Concert", 9
			storetest.Update(t, db, moderator, func(tx *store.Tx) error { return listing.PutForeign(tx, origin, cards) })

			for q, want := range map[string]int{"bal": 0, "loto": n - 2, "concert": 1, "fête": n - 1, "": n - 1} {
				storetest.View(t, db, store.Actor{}, func(tx *store.Tx) error {
					res, err := listing.Find(tx, listing.Query{Q: q})
					if int(res.Total) != want {
						t.Errorf("%q finds %d, want %d", q, res.Total, want)
					}
					if q == "concert" && (len(res.Cards) != 1 || res.Cards[0].Version != 9 || len(res.Cards[0].Tags) != 1) {
						t.Errorf("kept as %+v", res.Cards)
					}
					return err
				})
			}
			storetest.Update(t, db, moderator, func(tx *store.Tx) error {
				gone := make([][store.IDBytes]byte, 0, n)
				for i := range n - 1 {
					id, err := store.ParseID(cards[i].Ref.ID)
					if err != nil {
						return err
					}
					gone = append(gone, id)
				}
				return listing.DropForeign(tx, origin, gone)
			})
			storetest.View(t, db, store.Actor{}, func(tx *store.Tx) error {
				res, err := listing.Find(tx, listing.Query{Q: "loto"})
				if res.Total != 1 {
					t.Errorf("%d cards are left of what was dropped", res.Total)
				}
				return err
			})
		})
	}
}
