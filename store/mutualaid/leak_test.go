package mutualaid_test

import (
	"encoding/json"
	"strings"
	"testing"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/mutualaid"
	"copi.local/store/storetest"
)

// openly is the card and the body of a thing as everybody may fetch them.
func openly(t *testing.T, db *store.DB, ref store.Ref) string {
	t.Helper()
	var s string
	storetest.View(t, db, store.Actor{}, func(tx *store.Tx) error {
		c, err := listing.ByRef(tx, ref)
		if err != nil {
			return err
		}
		b, err := listing.BodyOf(tx, c)
		j, _ := json.Marshal([]any{c, b})
		s = string(j)
		return err
	})
	return s
}

func TestPA3_PlaceAndTagsOfAFavourAreMaskedToo(t *testing.T) {
	db, _ := storetest.Open(t)
	f := need("Garder un chat", func(f *mutualaid.Favour) {
		f.Masked, f.Description, f.Place, f.Tags = true, "Tél 06 12 34 56 78", "chez Léa 06 12 34 56 78", []string{"lea@example.org"}
	})
	f = add(t, db, lea, f)
	if s := openly(t, db, f.Ref()); strings.Contains(s, "06 12") || strings.Contains(s, "lea@") {
		t.Errorf("says: %s", s)
	}
}

func TestPA3_WhatARideCarriesIsMaskedToo(t *testing.T) {
	db, _ := storetest.Open(t)
	f := add(t, db, lea, need("Aller à Figeac", func(f *mutualaid.Favour) {
		f.Sort, f.Side, f.Masked, f.Description = mutualaid.Ride, mutualaid.Help, true, "Tél 06 12 34 56 78"
		f.Place, f.Destination, f.Carries, f.Places = "Mairie", "Figeac", "colis, 06 12 34 56 78", 2
	}, starting(t, "2026-11-28T10:00")))
	if s := openly(t, db, f.Ref()); strings.Contains(s, "06 12") {
		t.Errorf("says: %s", s)
	}
}

func TestPA3_RostersAndChoresTellNoNumber(t *testing.T) {
	db, _ := storetest.Open(t)
	r := ovenRoster(t)
	r.Place = "Four, chez Jean 05 65 00 00 00"
	storetest.Update(t, db, planner, func(tx *store.Tx) error { return mutualaid.PlanRoster(tx, &r) })
	if s := openly(t, db, r.Ref()); strings.Contains(s, "05 65") {
		t.Errorf("roster says: %s", s)
	}
	c := mutualaid.Chore{Title: "Banc : 05 65 00 00 00", Place: "chez Jean, 05 65 00 00 00", Hands: 1, Audience: listing.Public}
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return mutualaid.PutChore(tx, &c) })
	if s := openly(t, db, c.Ref()); strings.Contains(s, "05 65") {
		t.Errorf("chore says: %s", s)
	}
}
