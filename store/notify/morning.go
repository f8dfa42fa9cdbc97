package notify

import (
	"time"

	"copi.local/store"
)

// village is the zone of the clocks people rise by.
const village = "Europe/Paris"

// morning is the hour of the day news are gathered at, on the clock of the
// church: nobody is told at night.
const morning = 8

// gather tells what waited for this morning, in one line for each follow. What
// waits says by itself whether a morning has passed since: a box that slept
// through three tells once, and a night of 23 or 25 hours has one morning.
func gather(tx *store.Tx) error {
	zone, err := time.LoadLocation(village)
	if err != nil {
		return err
	}
	now := tx.Now.In(zone)
	list, err := store.All(tx, scanWaiting, sqlWaiting, lastMorning(now, Daily).Unix(), lastMorning(now, Weekly).Unix(), batch)
	if err != nil {
		return err
	}
	for i := range list {
		if err := list[i].tell(tx); err != nil {
			return err
		}
	}
	if len(list) == batch {
		return store.ErrMore
	}
	return nil
}

// waiting is a follow with news that waited for this morning.
type waiting struct {
	Follow
	n int
}

// tell makes one line of them; a single thing has its own.
func (v *waiting) tell(tx *store.Tx) error {
	l := gathered(&v.Follow, v.n)
	if v.n == 1 {
		one, err := store.One(tx, scanWait, sqlWaitOf, v.ID)
		if err != nil {
			return err
		}
		l.about, l.key, l.print = one.about, one.key, one.print
	}
	if err := tell(tx, l); err != nil {
		return err
	}
	_, err := tx.Exec(sqlForgetWaits, v.ID)
	return err
}

// lastMorning is the latest morning up to now on which news are gathered.
func lastMorning(now time.Time, often Often) time.Time {
	y, m, d := now.Date()
	at := time.Date(y, m, d, morning, 0, 0, 0, now.Location())
	for at.After(now) || often == Weekly && at.Weekday() != time.Monday {
		d--
		at = time.Date(y, m, d, morning, 0, 0, 0, now.Location())
	}
	return at
}

// purge forgets what was read three months ago, what nobody read in a year,
// and what is more than anybody reads.
func purge(tx *store.Tx) error {
	_, err := tx.Exec(sqlPurge, tx.Now.Add(-keepRead).Unix(), tx.Now.Add(-keepUnread).Unix())
	if err != nil {
		return err
	}
	_, err = tx.Exec(sqlTrim, maxNotices)
	return err
}
