package account

import (
	"strings"

	"copi.local/store"
)

// Named lists the accounts that somebody typed the name of: those that have it,
// or the one that is shown so, with its hamlet or suffix. Logins are nobody's
// business.
func Named(tx *store.Tx, typed string) ([]Person, error) {
	if err := tx.Actor.Need(store.Resident); err != nil {
		return nil, err
	}
	bare, _, _ := strings.Cut(typed, " (")
	all, err := store.All(tx, scanPerson, sqlNamed, Fold(bare))
	if err != nil || bare == typed {
		return all, err
	}
	for _, p := range all {
		if Fold(p.Shown()) == Fold(typed) {
			return []Person{p}, nil
		}
	}
	return nil, nil
}
