package agenda

import (
	"time"

	"copi.local/store"
	"copi.local/store/calendar"
	"copi.local/store/notify"
)

// hasDate refuses a date the event does not have, and one on which nobody
// should come.
func (e *Event) hasDate(date calendar.Wall) error {
	if date.IsZero() != !e.Repeats() {
		return store.E(store.NotFound, "err.not_found")
	}
	if date.IsZero() {
		return nil
	}
	d, ok := e.Date(date)
	switch {
	case !ok:
		return store.E(store.NotFound, "err.not_found")
	case d.Off():
		return store.E(store.Conflict, "err.agenda.roll_off")
	}
	return nil
}

// times are when a date begins and ends; of one that is no more, as if it were.
func (e *Event) times(date calendar.Wall) (starts, ends time.Time) {
	if date.IsZero() {
		return e.StartsAt, e.EndsAt
	}
	d, ok := e.Date(date)
	if !ok {
		d = e.date(calendar.Date{Starts: date, At: e.instant(date), Until: e.instant(date)}, nil)
	}
	return d.At, d.Until
}

// carryOver takes people's places along when a series goes on as another event
// or at another hour: from the date since on, wherever now has such a date.
func carryOver(tx *store.Tx, was, now *Event, since calendar.Wall) error {
	if !was.Repeats() || !now.Repeats() {
		return nil
	}
	dates, err := JoinedDates(tx, was.ID)
	if err != nil || len(dates) == 0 {
		return err
	}
	if was.ID != now.ID {
		if r, ok, err := RollOf(tx, was.ID); err != nil {
			return err
		} else if ok {
			if _, err := tx.Exec(sqlSetRoll, now.ID, r.Capacity, r.Most, r.Anonymous, r.Closed); err != nil {
				return err
			}
		}
	}
	for _, date := range dates {
		key := now.keyAfter(was, date)
		if date.Before(since) || was.ID == now.ID && key == date {
			continue
		}
		if d, ok := now.Date(key); ok {
			if _, err := tx.Exec(sqlJoinedMove, now.ID, key.String(), d.Until.Unix(), was.ID, date.String()); err != nil {
				return err
			}
		}
	}
	return nil
}

// tellDate tells those who come to one date that it is not what it was, and
// keeps until when their names are needed.
func tellDate(tx *store.Tx, was, now *Event, original calendar.Wall) error {
	before, _ := was.Date(original)
	after, ok := now.Date(original)
	if !ok { // taken out of the series
		return tellJoined(tx, now, original, tidings[Cancelled])
	}
	key := "notify.agenda_moved"
	switch then, next := was.On(before), now.On(after); {
	case after.Off() && !before.Off():
		key = tidings[Cancelled]
	case before.Off() && !after.Off():
		key = tidings[Confirmed]
	case then.StartsAt.Equal(next.StartsAt) && then.EndsAt.Equal(next.EndsAt) && then.Place == next.Place:
		return nil
	}
	if _, err := tx.Exec(sqlJoinedMove, now.ID, original.String(), after.Until.Unix(), now.ID, original.String()); err != nil {
		return err
	}
	if err := tellJoined(tx, now, original, key); err != nil {
		return err
	}
	return settle(tx, now)
}

// tellJoined tells every account that registered for a date.
func tellJoined(tx *store.Tx, e *Event, date calendar.Wall, key string) error {
	accounts, err := store.All(tx, store.Scan[string], sqlAttendingDate, e.ID, date.String())
	for _, account := range accounts {
		if err == nil {
			err = notify.Tell(tx, account, e.shownAs(), key)
		}
	}
	return err
}
