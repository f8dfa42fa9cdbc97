package moderation

import (
	"math"
	"slices"
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/account"
)

// Entry is a line of the public log (MD-4): no names, no titles.
type Entry struct {
	N       int64
	At      time.Time
	Act     string // accept, refuse, dismiss, hide, show, pending, …
	Kind    string // of the card, or the module a proposal was for
	Reason  Reason
	Article string // of the charter, its title as it stood; empty without one
}

// Decision is a line as moderators read it: who decided, and about what.
type Decision struct {
	Entry
	Ref    store.Ref // of module account: about a person
	By     string    // account; empty for the box itself, or who left
	Author string    // account that wrote the thing; empty for nobody, or who left
}

// write puts a decision into the public log, and beside it who took it.
func (d *Decision) write(tx *store.Tx) error {
	n, err := store.One(tx, store.Scan[int64], sqlLog, tx.Now.Unix(), d.Act, d.Kind, d.Reason, d.Article)
	if err != nil {
		return err
	}
	_, err = tx.Exec(sqlDecision, n, d.Ref.Module, d.Ref.ID, d.By, d.Author)
	return err
}

// log writes what the acting moderator decided about a thing.
func log(tx *store.Tx, act, kind string, ref store.Ref, author string, why Cause) error {
	d := Decision{Entry: Entry{Act: act, Kind: kind, Reason: why.Reason, Article: why.Article}, Ref: ref, By: tx.Actor.ID, Author: author}
	return d.write(tx)
}

// LogBefore lists up to limit lines, the newest first, older than line n; 0
// starts at the newest.
func LogBefore(tx *store.Tx, n int64, limit int) ([]Entry, error) {
	return store.All(tx, func(r store.Row) (e Entry, err error) {
		var at int64
		err = r.Scan(&e.N, &at, &e.Act, &e.Kind, &e.Reason, &e.Article)
		e.At = time.Unix(at, 0).UTC()
		return e, err
	}, sqlEntries, before(n), limit)
}

// DecisionsBefore is LogBefore with names, for moderators. Lines from before
// names were kept have none.
func DecisionsBefore(tx *store.Tx, n int64, limit int) ([]Decision, error) {
	if err := tx.Actor.Need(store.Moderator); err != nil {
		return nil, err
	}
	return store.All(tx, func(r store.Row) (d Decision, err error) {
		var at int64
		err = r.Scan(&d.N, &at, &d.Act, &d.Kind, &d.Reason, &d.Article, &d.Ref.Module, &d.Ref.ID, &d.By, &d.Author)
		d.At = time.Unix(at, 0).UTC()
		return d, err
	}, sqlDecisions, before(n), limit)
}

func before(n int64) int64 {
	if n <= 0 {
		return math.MaxInt64
	}
	return n
}

// Note writes a line for another module, whose decisions are no cards: act has
// its sentence "moderation.act." and its name.
func Note(tx *store.Tx, act, kind string, reason Reason) error {
	return log(tx, act, kind, store.Ref{}, "", Cause{Reason: reason})
}

// Articles are the titles of the charter in force, which a decision can rest on.
func Articles(tx *store.Tx) (titles []string, err error) {
	c, err := account.CharterOf(tx)
	if store.KindOf(err) == store.NotFound {
		return nil, nil
	}
	for line := range strings.Lines(c.Body) {
		if title, ok := strings.CutPrefix(line, "# "); ok {
			titles = append(titles, strings.TrimSpace(title))
		}
	}
	return titles, err
}

// Cause is why something is hidden, removed, or somebody suspended.
type Cause struct {
	Reason  Reason
	Text    string // for the author; never in the public log
	Article string // of the charter, one of Articles; empty for none
}

// check wants a reason of the list, and an article that is in the charter.
func (why *Cause) check(tx *store.Tx, list []Reason) error {
	if err := checkReason(list, why.Reason, why.Text); err != nil {
		return err
	}
	if why.Article == "" {
		return nil
	}
	titles, err := Articles(tx)
	if err == nil && !slices.Contains(titles, why.Article) {
		err = store.E(store.Invalid, "err.moderation.article").At("article")
	}
	return err
}
