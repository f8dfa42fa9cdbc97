package listing_test

import (
	"testing"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/storetest"
)

// TestBetterPositions: what a file says of a commune wins over the estimate,
// for the set-up and for communes the box knows already, and only an operator
// brings it.
func TestBetterPositions(t *testing.T) {
	db, _ := storetest.Open(t)
	const girac = "46123"
	c, err := listing.CommuneByINSEE(girac)
	if err != nil {
		t.Fatal(err)
	}
	at := listing.At(44.91, 1.82)
	known := func() (p listing.Point) {
		storetest.View(t, db, store.Actor{}, func(tx *store.Tx) error {
			a, err := listing.AreaOf(tx, girac)
			if a.Position != nil {
				p = *a.Position
			}
			return err
		})
		return p
	}
	put := func() {
		storetest.Update(t, db, store.Actor{}, func(tx *store.Tx) error {
			card := listing.Card{Ref: store.Ref{Module: "agenda", ID: tx.NewID()}, Kind: "event", Title: "Loto", Commune: girac}
			return listing.Put(tx, card, nil)
		})
	}
	put()
	if known() == at {
		t.Fatal("known before it was said")
	}
	err = db.Update(store.As(t.Context(), store.Actor{ID: "a", Role: store.Moderator}), func(tx *store.Tx) error {
		return listing.PlaceCommunes(tx, []listing.CommunePoint{{INSEE: girac, At: at}})
	})
	if store.KindOf(err) != store.Forbidden {
		t.Errorf("a moderator: %v", err)
	}
	storetest.Update(t, db, store.Actor{Role: store.Operator}, func(tx *store.Tx) error {
		return listing.PlaceCommunes(tx, []listing.CommunePoint{{INSEE: girac, At: at}})
	})
	storetest.View(t, db, store.Actor{}, c.Improve)
	if c.Position == nil || *c.Position != at || c.Quality != listing.Imported || known() != at {
		t.Errorf("position %v, quality %c, known %v; want %v", c.Position, c.Quality, known(), at)
	}
}

// TestPutAllIsPut: cards put together are what they are put alone.
func TestPutAllIsPut(t *testing.T) {
	db, _ := storetest.Open(t)
	var entries []listing.Entry
	for _, title := range []string{"Le Four banal", "Les Amis du Four", "Moulin"} {
		entries = append(entries, listing.Entry{
			Card: listing.Card{Ref: store.Ref{Module: "directory", ID: store.NewID()}, Kind: listing.KindOrg, Title: title, Tags: []string{"association"}, Audience: listing.Public},
			Body: listing.Body{"name": title, "description": "pain"},
		})
	}
	storetest.Update(t, db, store.Actor{}, func(tx *store.Tx) error { return listing.PutAll(tx, entries) })
	for q, want := range map[string]int64{"four": 2, "pain": 3, "moulin": 1} {
		if got := find(t, db, store.Actor{}, listing.Query{Q: q}).Total; got != want {
			t.Errorf("%s: %d found, want %d", q, got, want)
		}
	}
	bad := append([]listing.Entry{{Card: entries[0].Card}}, listing.Entry{})
	err := db.Update(t.Context(), func(tx *store.Tx) error { return listing.PutAll(tx, bad) })
	if store.KindOf(err) != store.Invalid {
		t.Errorf("a card without title: %v", err)
	}
}
