package moderation

import (
	"copi.local/store"
)

// MayName says that the name of somebody who leaves may stand in what another
// wrote, which a moderator looks at (VP-1). Nothing says who it was.
func MayName(tx *store.Tx, ref store.Ref) error {
	if _, err := tx.Exec(sqlMayName, ref.Module, ref.ID, tx.Now.Unix()); err != nil {
		return err
	}
	return shelf(ref).Examine(tx, ref, true)
}

// Named lists the contents in which such a name may stand and which are still
// there, the longest waiting first, for a moderator.
func Named(tx *store.Tx) (list []store.Ref, err error) {
	if err := tx.Actor.Need(store.Moderator); err != nil {
		return nil, err
	}
	all, err := store.All(tx, scanRef, sqlNames)
	for _, ref := range all {
		there, err := exists(tx, ref)
		if err != nil {
			return nil, err
		}
		if there {
			list = append(list, ref)
		}
	}
	return list, err
}

// Looked says that a moderator looked at one of them.
func Looked(tx *store.Tx, ref store.Ref) error {
	if err := tx.Actor.Need(store.Moderator); err != nil {
		return err
	}
	if _, err := tx.Exec(sqlLooked, ref.Module, ref.ID); err != nil {
		return err
	}
	n, err := ReportCount(tx, ref)
	if err != nil {
		return err
	}
	return shelf(ref).Examine(tx, ref, n > 0)
}

func scanRef(r store.Row) (ref store.Ref, err error) {
	err = r.Scan(&ref.Module, &ref.ID)
	return ref, err
}
