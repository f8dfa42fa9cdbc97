package account

import (
	"time"

	"copi.local/store"
)

// How long people have to accept a new charter, in days: enough for who comes
// once a week, and not for ever.
const (
	MinAcceptDays = 7
	MaxAcceptDays = 365
)

// village is the zone of the box's commune: delays end with a day there.
const village = "Europe/Paris"

// Draft keeps the next version of the charter as an operator writes it. Nobody
// but operators sees it, and nothing changes before it is published.
func Draft(tx *store.Tx, body, summary string) error {
	if err := tx.Actor.Need(store.Operator); err != nil {
		return err
	}
	return saveDraft(tx, body, Tidy(summary))
}

// DropDraft forgets the next version; without one it does nothing.
func DropDraft(tx *store.Tx) error {
	if err := tx.Actor.Need(store.Operator); err != nil {
		return err
	}
	_, err := tx.Exec(sqlDropDraft)
	return err
}

// Amendment is how a new version comes into force.
type Amendment struct {
	Version    int       // of the draft that was looked at
	Correction bool      // changes nothing people agreed to: nobody has to accept it
	Days       int       // to accept it, MinAcceptDays to MaxAcceptDays; the last one counts whole
	Ground     store.Ref // the decision it follows; the zero Ref without one
}

// Amend publishes the draft as the charter in force. What people accepted
// before stays on record.
func Amend(tx *store.Tx, a Amendment) error {
	if err := tx.Actor.Need(store.Operator); err != nil {
		return err
	}
	draft, err := DraftOf(tx)
	if err == nil && draft.Version != a.Version {
		err = store.E(store.Conflict, "err.account.charter_moved")
	}
	if err != nil {
		return err
	}
	now, err := CharterOf(tx)
	switch {
	case err != nil:
		return err
	case now.Body == draft.Body:
		return store.E(store.Invalid, "err.account.charter_same")
	case !tx.ClockQuality().Sure():
		return store.E(store.Conflict, "err.account.charter_clock")
	case !a.Correction && (a.Days < MinAcceptDays || a.Days > MaxAcceptDays):
		return store.E(store.Invalid, "err.account.charter_days", "min", MinAcceptDays, "max", MaxAcceptDays).At("days")
	}
	major, minor, act := now.Major+1, 0, ActCharterNew
	var due any
	if a.Correction {
		major, minor, act = now.Major, now.Minor+1, ActCharterCorrected
	} else {
		last, err := dayAfter(tx.Now, a.Days)
		if err != nil {
			return err
		}
		due = last.Unix()
	}
	if _, err := tx.Exec(sqlPublishDraft, tx.Now.Unix(), major, minor, due); err != nil {
		return err
	}
	return LogFor(tx, act, a.Ground)
}

// dayAfter is the end of the day that lies so many days after now.
func dayAfter(now time.Time, days int) (time.Time, error) {
	zone, err := time.LoadLocation(village)
	if err != nil {
		return time.Time{}, err
	}
	y, m, d := now.In(zone).Date()
	return time.Date(y, m, d+days+1, 0, 0, 0, 0, zone), nil
}
