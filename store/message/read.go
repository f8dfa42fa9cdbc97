package message

import (
	"encoding/json"
	"slices"

	"copi.local/store"
	"copi.local/store/directory"
	"copi.local/store/notify"
)

// Mine lists the threads of the acting person and of the organisations they
// administer, the latest first, and those behind the first skip.
func Mine(tx *store.Tx, skip, limit int) ([]Thread, error) {
	if err := tx.Actor.Need(store.Resident); err != nil {
		return nil, err
	}
	elements, err := administered(tx)
	if err != nil {
		return nil, err
	}
	staffed, err := desks(tx, false)
	if err != nil {
		return nil, err
	}
	return store.All(tx, scanThread, sqlMine, tx.Actor.ID, elements, limit, skip, staffed)
}

// administered are the ids of what the actor administers, as a statement takes
// a list.
func administered(tx *store.Tx) (string, error) {
	ids, err := directory.AdministeredBy(tx, tx.Actor.ID)
	if err != nil {
		return "", err
	}
	list, err := json.Marshal(ids)
	return string(list), err
}

// Get is a thread of the acting person, or of an organisation they administer.
// For everybody else, whatever their role, and for who threw it away, it fails
// with kind NotFound.
func Get(tx *store.Tx, id string) (Thread, error) {
	t, err := get(tx, id)
	if err == nil && t.lastN <= t.cleared[t.Mine] {
		err = store.E(store.NotFound, "err.not_found")
	}
	return t, err
}

// get is Get for who threw it away, too.
func get(tx *store.Tx, id string) (Thread, error) {
	if tx.Actor.ID == "" {
		return Thread{}, store.E(store.NotFound, "err.not_found")
	}
	t, err := store.One(tx, scanThread, sqlThread, id, tx.Actor.ID)
	if err != nil {
		return t, err
	}
	for side, p := range t.Sides { // who began comes first, should somebody be on both
		if mine, err := p.mine(tx, id); err != nil {
			return Thread{}, err
		} else if mine {
			t.Mine = side
			return t, nil
		}
	}
	return Thread{}, store.E(store.NotFound, "err.not_found")
}

// Messages lists up to limit messages of a thread before number n, or the last
// ones when n is 0, the oldest first.
func (t *Thread) Messages(tx *store.Tx, n, limit int) ([]Message, error) {
	if n <= 0 {
		n = t.lastN + 1
	}
	list, err := store.All(tx, scanMessage, sqlMessages, t.ID, t.cleared[t.Mine], n, limit)
	slices.Reverse(list)
	return list, err
}

// Answered tells whether the other party ever wrote in the thread.
func (t *Thread) Answered(tx *store.Tx) (bool, error) {
	return store.One(tx, store.Scan[bool], sqlAnswered, t.ID, 1-t.Mine)
}

// message is one the actor can still read in the thread.
func (t *Thread) message(tx *store.Tx, n int) (Message, error) {
	list, err := t.Messages(tx, n+1, 1)
	if err != nil {
		return Message{}, err
	}
	if len(list) == 0 || list[0].N != n {
		return Message{}, store.E(store.NotFound, "err.not_found")
	}
	return list[0], nil
}

// Opened marks a thread as read for the actor, and for nobody else to know.
func (t *Thread) Opened(tx *store.Tx) error {
	if _, err := tx.Exec(sqlOpened, t.ID, tx.Actor.ID); err != nil {
		return err
	}
	return notify.Settle(tx, tx.Actor.ID, t.Ref(), told)
}

// Delete throws away what the actor's side has of a thread. The other keeps
// their copy; what they write afterwards comes back as a thread of the new
// messages only. What both threw away is gone for good.
func Delete(tx *store.Tx, id string) error {
	t, err := Get(tx, id)
	if err != nil {
		return err
	}
	t.cleared[t.Mine] = t.lastN
	if _, err := tx.Exec(sqlClear, t.lastN, t.ID, t.Mine); err != nil {
		return err
	}
	if err := t.Opened(tx); err != nil {
		return err
	}
	if _, err := tx.Exec(sqlLeaveSeats, t.ID, t.Mine); err != nil {
		return err
	}
	return sweep(tx, id)
}

// sweep deletes what no side can read any more, unless a moderator is still to
// read it.
func sweep(tx *store.Tx, id string) error {
	open, err := store.One(tx, store.Scan[bool], sqlIsReported, id)
	if err != nil || open {
		return err
	}
	if _, err := tx.Exec(sqlSweepMessages, id); err != nil {
		return err
	}
	_, err = tx.Exec(sqlSweep, id)
	return err
}
