package agenda

import (
	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/photo"
)

// Personal is what the module holds about persons: who wrote an event, and who
// validated a visitor's.
var Personal = store.Personal{
	Module: Module,
	Tables: []string{"agenda_events"},
	Export: export,
	Erase:  erase,
}

// all is more events than anybody writes.
const all = 1 << 30

func export(tx *store.Tx, account string) (any, error) {
	events, err := Of(tx, account, all)
	if err != nil || len(events) == 0 {
		return nil, err
	}
	bodies := make([]listing.Body, len(events))
	for i := range events {
		bodies[i] = events[i].Body()
	}
	return bodies, nil
}

func erase(tx *store.Tx, account string, how store.Erasure) error {
	if how == store.EraseAll {
		ids, err := store.All(tx, store.Scan[string], sqlIDsOf, account)
		if err != nil {
			return err
		}
		for _, id := range ids {
			ref := store.Ref{Module: Module, ID: id}
			if err := photo.Drop(tx, ref); err != nil {
				return err
			}
			if _, err := tx.Exec(sqlDelete, id); err != nil {
				return err
			}
			if err := listing.Erase(tx, ref); err != nil {
				return err
			}
		}
	}
	if _, err := tx.Exec(sqlUnname, account); err != nil {
		return err
	}
	_, err := tx.Exec(sqlUnnameMod, account)
	return err
}
