package directory

import (
	"copi.local/store"
	"copi.local/store/listing"
)

// Personal is what the module holds about persons: what they made, what they
// belong to, what they asked for. An element somebody made stays when they
// leave, as nobody's: it speaks of an association, not of them. Their own card
// goes.
var Personal = store.Personal{
	Module: Module,
	Tables: []string{"directory_elements", "directory_members", "directory_invitations", "directory_claims"},
	Export: export,
	Erase:  erase,
}

func export(tx *store.Tx, account string) (any, error) {
	made, err := store.All(tx, scanElement, sqlMadeBy, account)
	if err != nil || len(made) == 0 {
		return nil, err
	}
	bodies := make([]listing.Body, len(made))
	for i := range made {
		bodies[i] = made[i].Body()
	}
	return bodies, nil
}

func erase(tx *store.Tx, account string, _ store.Erasure) error {
	id, err := store.One(tx, store.Scan[string], sqlPersonOf, account)
	if store.KindOf(err) != store.NotFound {
		if err != nil {
			return err
		}
		if _, err := tx.Exec(sqlDelete, id); err != nil {
			return err
		}
		if err := listing.Erase(tx, store.Ref{Module: Module, ID: id}); err != nil {
			return err
		}
	}
	for _, statement := range []string{sqlUnname, sqlLeaveAll, sqlUninvite, sqlUnuse, sqlUnclaim, sqlUnanswer} {
		if _, err := tx.Exec(statement, account); err != nil {
			return err
		}
	}
	return nil
}
