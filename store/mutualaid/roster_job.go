package mutualaid

import (
	"errors"
	"time"

	"copi.local/store"
	"copi.local/store/calendar"
)

// How long the box keeps who took which turn, and the hour of the day before at
// which people are reminded.
const (
	turnsKept  = 365 * 24 * time.Hour
	remindHour = 8
)

// rosterBatch is how many rows a job changes in one transaction.
const rosterBatch = 200

// remindAt is when somebody is reminded: at eight in the morning of the day
// before, on the wall of the shift.
func (t *Turn) remindAt() time.Time {
	day := t.Date.Midnight().AddDays(-1)
	day.Hour = remindHour
	zone, err := calendar.Location(Paris)
	if err != nil {
		return t.At.Add(-24 * time.Hour)
	}
	at, _, ok := day.In(zone, false)
	if !ok {
		return t.At.Add(-24 * time.Hour)
	}
	return at
}

// remindTurns tells people of the shift they have tomorrow, and forgets who had
// which a year after.
func remindTurns(tx *store.Tx) error {
	if _, err := tx.Exec(sqlForgetTurns, tx.Now.Add(-turnsKept).Unix(), rosterBatch); err != nil {
		return err
	}
	due, err := store.All(tx, scanTurn, sqlTurnsToRemind, tx.Now.Unix(), tx.Now.Add(48*time.Hour).Unix(), rosterBatch)
	if err != nil {
		return err
	}
	next := time.Time{}
	for i := range due {
		t := &due[i]
		if at := t.remindAt(); tx.Now.Before(at) {
			if next.IsZero() || at.Before(next) {
				next = at
			}
			continue
		}
		if err := t.remind(tx); err != nil {
			return err
		}
	}
	switch {
	case len(due) == rosterBatch && next.IsZero():
		return store.ErrMore
	case !next.IsZero():
		return store.Again(next)
	}
	return nil
}

// remind tells who has the turn, unless the shift does not take place.
func (t *Turn) remind(tx *store.Tx) error {
	r, err := store.One(tx, scanRoster, sqlRosterByID, t.RosterID)
	if err != nil {
		return err
	}
	s, err := r.Shift(tx, t.Date.String())
	if err != nil && store.KindOf(err) != store.NotFound {
		return err
	}
	var told error
	if err == nil && !s.Off() {
		told = t.tell(tx, &r, "notify.roster_tomorrow", t.AccountID)
	}
	_, err = tx.Exec(sqlReminded, t.ID)
	return errors.Join(told, err)
}

// rosterJobs are what the box does by itself for rosters, chores and the list
// of isolated persons.
var rosterJobs = []store.Job{
	{Name: "mutualaid turns", Every: 6 * time.Hour, Expires: true, Run: remindTurns},
	{Name: "mutualaid chores", Every: 24 * time.Hour, Expires: true, Run: clearBoard},
	{Name: "mutualaid isolated", Every: 24 * time.Hour, Expires: true, Run: watch},
}
