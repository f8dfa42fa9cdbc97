package moderation

import (
	"math"
	"time"

	"copi.local/store"
)

// Entry is a line of the public log (MD-4): no names, no titles.
type Entry struct {
	N      int64
	At     time.Time
	Act    string // accept, refuse, dismiss, hide, show, pending
	Kind   string // of the card, or the module a proposal was for
	Reason Reason
}

func log(tx *store.Tx, act, kind string, reason Reason) error {
	_, err := tx.Exec(sqlLog, tx.Now.Unix(), act, kind, reason)
	return err
}

// LogBefore lists up to limit lines, the newest first, older than line n; 0
// starts at the newest.
func LogBefore(tx *store.Tx, n int64, limit int) ([]Entry, error) {
	if n <= 0 {
		n = math.MaxInt64
	}
	return store.All(tx, func(r store.Row) (e Entry, err error) {
		var at int64
		err = r.Scan(&e.N, &at, &e.Act, &e.Kind, &e.Reason)
		e.At = time.Unix(at, 0).UTC()
		return e, err
	}, sqlEntries, n, limit)
}

// Note writes a line for another module, whose decisions are no cards: act has
// its sentence "moderation.act." and its name.
func Note(tx *store.Tx, act, kind string, reason Reason) error { return log(tx, act, kind, reason) }
