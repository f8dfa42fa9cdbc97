package agenda

import "copi.local/store"

// ScheduleFor adds e in the name of an account, on behalf of somebody who may
// publish what that account asked for: who grants a room, say. Without an
// account the event is nobody's, as a visitor's is.
func ScheduleFor(tx *store.Tx, e *Event, account string) error {
	if err := tx.Actor.Need(store.Resident); err != nil && account == "" {
		return err
	}
	e.AuthorID, e.ValidatedBy = account, ""
	return add(tx, e)
}
