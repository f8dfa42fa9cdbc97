package directory_test

import (
	"reflect"
	"testing"

	"copi.local/store"
	"copi.local/store/directory"
	"copi.local/store/listing"
	"copi.local/store/storetest"
)

var (
	ana = store.Actor{ID: "ana", Role: store.Resident}
	bob = store.Actor{ID: "bob", Role: store.Resident}
)

// TestAddAndGet: what is written is read again, and only whoever made it
// answers for it.
func TestAddAndGet(t *testing.T) {
	db, _ := storetest.Open(t, directory.Personal)
	at := listing.At(44.93, 1.84)
	e := directory.Element{
		Kind: directory.Place, Name: "Salle des fêtes", Brief: "Au bord de la rivière", Street: "2 place du Marché", Position: &at,
		Phone: "05 65 00 00 00", Hours: "Mo-Fr 09:00-12:00", Capacity: 120, Equipment: []string{"Cuisine", "Scène"},
		Tags: []string{"fête"}, Category: "salle", Fields: map[string]string{}, ResidentsOnly: []string{"phone"}, Audience: listing.Public,
	}
	storetest.Update(t, db, ana, func(tx *store.Tx) error { return directory.Add(tx, &e) })
	storetest.View(t, db, ana, func(tx *store.Tx) error {
		got, err := directory.Get(tx, e.ID)
		if err != nil {
			return err
		}
		e.VerifiedAt, e.CreatedAt, e.UpdatedAt = got.VerifiedAt, got.CreatedAt, got.UpdatedAt
		if !reflect.DeepEqual(got, e) {
			t.Errorf("got  %+v\nwant %+v", got, e)
		}
		body, err := got.Body(tx)
		if body["telephone"] != nil {
			t.Errorf("what only residents see is in the body: %v", body)
		}
		return err
	})
	e.Name = "À moi"
	err := db.Update(store.As(t.Context(), bob), func(tx *store.Tx) error { return directory.Edit(tx, &e) })
	if store.KindOf(err) != store.Forbidden {
		t.Errorf("somebody else may edit it: %v", err)
	}
}

// TestAPersonStaysHere: whatever the form says, nobody's own card travels.
func TestAPersonStaysHere(t *testing.T) {
	db, _ := storetest.Open(t, directory.Personal)
	e := directory.Element{Kind: directory.Person, Name: "Ana Exemple", Audience: listing.Public}
	storetest.Update(t, db, ana, func(tx *store.Tx) error { return directory.Add(tx, &e) })
	storetest.View(t, db, store.Actor{}, func(tx *store.Tx) error {
		if changes, err := listing.Changes(tx, 0, 10); err != nil || len(changes) != 0 {
			t.Errorf("neighbours are told %+v, %v", changes, err)
		}
		_, err := directory.Get(tx, e.ID)
		return err
	})
	storetest.Update(t, db, ana, func(tx *store.Tx) error { return directory.Personal.Erase(tx, ana.ID, store.KeepUnnamed) })
	storetest.View(t, db, ana, func(tx *store.Tx) error {
		if _, err := directory.Get(tx, e.ID); store.KindOf(err) != store.NotFound {
			t.Errorf("her card is still there: %v", err)
		}
		return nil
	})
}
