package category

import (
	"errors"
	"strings"
	"time"

	"copi.local/store"
)

// maxChain bounds how many merges one after the other Get follows. There can be
// no ring: a category is merged only while it stands, into one that stands.
const maxChain = 100

var errLoop = errors.New("categories merged in a ring")

// Merging is one category that went into another.
type Merging struct {
	ID         int64
	Set        string
	From, Into string   // keys
	FromName   string   // as it was called
	IntoName   string   // as it is called, wherever that one went since
	Things     []string // ids of what had From
	At         time.Time
}

// Merge makes into stand for from, for ever or until Unmerge. things are the
// ids of what has the category from; whoever has them gives them the new one in
// the same transaction.
func Merge(tx *store.Tx, set, from, into string, things []string) error {
	if _, err := own(tx, set, from); err != nil {
		return err
	}
	target, err := own(tx, set, into)
	switch {
	case store.KindOf(err) == store.NotFound, err == nil && target.Retired:
		return store.E(store.Invalid, "err.category.unknown").At("into")
	case err != nil:
		return err
	case from == into:
		return store.E(store.Invalid, "err.category.self").At("into")
	}
	if _, err := tx.Exec(sqlMerge, into, set, from); err != nil {
		return err
	}
	_, err = tx.Exec(sqlMergeLog, set, from, into, strings.Join(things, "\n"), tx.Now.Unix())
	return err
}

// Merges lists the merges of a set that stand, the latest first.
func Merges(tx *store.Tx, set string) ([]Merging, error) {
	list, err := store.All(tx, scanMerging, sqlMerges, set)
	if err != nil {
		return nil, err
	}
	for i := range list {
		into, err := Get(tx, set, list[i].Into)
		if err != nil {
			return nil, err
		}
		list[i].IntoName = into.Name
	}
	return list, nil
}

// Unmerge lets the category stand again that a merge took away, as it was. The
// caller gives it back the Things that still have what Get answers for Into;
// what was sorted anew since stays where it is.
func Unmerge(tx *store.Tx, set string, id int64) (Merging, error) {
	if err := may(tx, set); err != nil {
		return Merging{}, err
	}
	m, err := store.One(tx, scanMerging, sqlMerging, set, id)
	if err != nil {
		return m, err
	}
	back, err := store.One(tx, scan, sqlGet, set, m.From)
	if err != nil {
		return m, err
	}
	if err := back.check(tx); err != nil { // its name was given to another since
		return m, err
	}
	if _, err := tx.Exec(sqlMerge, "", set, m.From); err != nil {
		return m, err
	}
	_, err = tx.Exec(sqlUnmerge, tx.Now.Unix(), id)
	return m, err
}
