package moderation

import (
	"slices"
	"time"

	"copi.local/store"
)

// Load is how much waits for a moderator.
type Load struct{ Proposals, Reported, Held, Appeals, Removals int }

// Sum is all of it.
func (l Load) Sum() int { return l.Proposals + l.Reported + l.Held + l.Appeals + l.Removals }

// LoadOf counts what waits.
func LoadOf(tx *store.Tx) (l Load, err error) {
	if l.Proposals, err = store.One(tx, store.Scan[int], sqlQueueCount); err != nil {
		return l, err
	}
	if l.Held, err = store.One(tx, store.Scan[int], sqlHeldCount); err != nil {
		return l, err
	}
	if l.Reported, err = reported(tx); err != nil {
		return l, err
	}
	appeals, err := openAppeals(tx)
	if err != nil {
		return l, err
	}
	removals, err := Removals(tx)
	l.Appeals, l.Removals = len(appeals), len(removals)
	return l, err
}

// loadDays is how far back Work looks.
const loadDays = 30

// Work is what moderators did in the last thirty days.
type Work struct {
	Days      int
	Reports   int           // that came in
	Decisions int           // lines of the log
	Median    time.Duration // from a report to its answer; zero without one
}

// WorkOf measures it. The box's own acts, such as hiding for the time being,
// are no decisions.
func WorkOf(tx *store.Tx) (w Work, err error) {
	w.Days = loadDays
	since := tx.Now.Add(-loadDays * 24 * time.Hour).Unix()
	if w.Reports, err = store.One(tx, store.Scan[int], sqlReportsSince, since); err != nil {
		return w, err
	}
	if w.Decisions, err = store.One(tx, store.Scan[int], sqlDecisionsSince, since); err != nil {
		return w, err
	}
	took, err := store.All(tx, store.Scan[int64], sqlAnswerTimes, since)
	if err != nil || len(took) == 0 {
		return w, err
	}
	slices.Sort(took)
	w.Median = time.Duration(took[len(took)/2]) * time.Second
	return w, nil
}
