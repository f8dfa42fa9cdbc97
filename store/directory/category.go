package directory

import (
	"strings"

	"copi.local/store"
)

// kindOf is the kind whose categories a set has.
func kindOf(set string) Kind { return Kind(strings.TrimPrefix(set, Module+".")) }

// CountCategory is how many elements have a category.
func CountCategory(tx *store.Tx, set, key string) (int, error) {
	return store.One(tx, store.Scan[int], sqlCategoryCount, string(kindOf(set)), key)
}

// InCategory are the ids of the elements that have a category.
func InCategory(tx *store.Tx, set, key string) ([]string, error) {
	return store.All(tx, store.Scan[string], sqlCategoryIDs, string(kindOf(set)), key)
}

// Recategorise gives the elements of one category another and writes their
// cards anew; with from and into the same only that.
func Recategorise(tx *store.Tx, set, from, into string) error {
	ids, err := InCategory(tx, set, from)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := Assign(tx, set, id, into); err != nil {
			return err
		}
	}
	return nil
}

// Assign gives one element of a set a category, for an operator who sorts.
func Assign(tx *store.Tx, set, id, key string) error {
	if err := tx.Actor.Need(store.Operator); err != nil {
		return err
	}
	e, err := store.One(tx, scanElement, sqlByID, id)
	if err != nil || e.Kind != kindOf(set) {
		return err
	}
	if e.Category != key {
		if _, err := tx.Exec(sqlSetCategory, key, id); err != nil {
			return err
		}
		e.Category = key
	}
	return e.put(tx)
}
