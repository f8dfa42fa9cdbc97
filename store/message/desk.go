package message

import (
	"encoding/json"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/directory"
)

// What is written to an element that speaks officially is a question to a desk
// (FO-5): its administrators answer it, and where it has none the operators do.
// What was written to it before is not for them to read.

// KeepDesk says whether an element is a desk, for an operator.
func KeepDesk(tx *store.Tx, element string, on bool) error {
	if err := tx.Actor.Need(store.Operator); err != nil {
		return err
	}
	if !on {
		_, err := tx.Exec(sqlDropDesk, element)
		return err
	}
	_, err := tx.Exec(sqlKeepDesk, element, tx.Now.Unix())
	return err
}

// IsDesk tells whether a party is one.
func (p Party) IsDesk(tx *store.Tx) (bool, error) {
	if p.Element == "" {
		return false, nil
	}
	return store.One(tx, store.Scan[bool], sqlIsDesk, p.Element)
}

// staffed are the operators who read for an element: those of a desk without
// administrators.
func staffed(tx *store.Tx, element string) ([]string, error) {
	desk, err := Party{Element: element}.IsDesk(tx)
	if err != nil || !desk {
		return nil, err
	}
	return account.Operators(tx)
}

// staffs tells whether the actor reads a thread, or the next one where it is
// empty, for a desk without administrators.
func staffs(tx *store.Tx, element, thread string) (bool, error) {
	if !tx.Actor.Can(store.Operator) {
		return false, nil
	}
	admins, err := directory.AdminsOf(tx, element)
	if err != nil || len(admins) > 0 {
		return false, err
	}
	if thread == "" {
		return Party{Element: element}.IsDesk(tx)
	}
	return store.One(tx, store.Scan[bool], sqlOnDesk, thread, element)
}

// desks are the ids of those the actor answers for, as a statement takes a list;
// own tells whether those it administers are meant, too.
func desks(tx *store.Tx, own bool) (string, error) {
	all, err := store.All(tx, store.Scan[string], sqlDesks)
	if err != nil {
		return "", err
	}
	mine := []string{}
	for _, id := range all {
		reads, err := staffs(tx, id, "")
		if err == nil && !reads && own {
			reads, err = directory.IsAdmin(tx, id, tx.Actor.ID)
		}
		if err != nil {
			return "", err
		}
		if reads {
			mine = append(mine, id)
		}
	}
	list, err := json.Marshal(mine)
	return string(list), err
}

// Questions lists the threads on the actor's desks in which the other side had
// the last word, the longest waiting first; at most limit.
func Questions(tx *store.Tx, limit int) ([]Thread, error) {
	if tx.Actor.ID == "" {
		return nil, nil
	}
	elements, err := desks(tx, true)
	if err != nil || elements == "[]" {
		return nil, err
	}
	return store.All(tx, scanThread, sqlQuestions, tx.Actor.ID, elements, limit)
}
