package listing

import (
	"slices"
	"time"

	"copi.local/store"
)

// MaxOccasions bounds the dates of one card: one a day for four years.
const MaxOccasions = 1500

// Occasion is one date of a card that repeats.
type Occasion struct {
	StartsAt, EndsAt time.Time // exclusive end; zero means StartsAt
	Cancelled        bool
	Summary          string // instead of the card's; empty for the same
}

func (o *Occasion) over(now time.Time) bool { return !o.EndsAt.After(now) && !o.StartsAt.After(now) }

// checkOccasions sorts the dates of a card, gives each its end and takes the
// card's own date from them: the one going on or the next that is not
// cancelled, else the last.
func (c *Card) checkOccasions(now time.Time) *store.Error {
	if len(c.Occasions) == 0 {
		return nil
	}
	if len(c.Occasions) > MaxOccasions {
		return store.E(store.Invalid, "err.listing.occasions", "max", MaxOccasions)
	}
	slices.SortFunc(c.Occasions, func(a, b Occasion) int { return a.StartsAt.Compare(b.StartsAt) })
	for i := range c.Occasions {
		o := &c.Occasions[i]
		if o.EndsAt.IsZero() {
			o.EndsAt = o.StartsAt
		}
		if d := o.EndsAt.Sub(o.StartsAt); d < 0 || d > MaxSpan || i > 0 && o.StartsAt.Equal(c.Occasions[i-1].StartsAt) {
			return store.E(store.Invalid, "err.listing.dates").At("starts")
		}
	}
	next := slices.IndexFunc(c.Occasions, func(o Occasion) bool { return !o.Cancelled && !o.over(now) })
	if next < 0 {
		next = len(c.Occasions) - 1
	}
	c.StartsAt, c.EndsAt, c.Recurring = c.Occasions[next].StartsAt, c.Occasions[next].EndsAt, true
	return nil
}

// keepOccasions replaces the dates of a card.
func (c *Card) keepOccasions(tx *store.Tx, row int64) error {
	if _, err := tx.Exec(sqlDatesDelete, row); err != nil {
		return err
	}
	for _, o := range c.Occasions {
		flags := 0
		if o.Cancelled {
			flags = flagCancelled
		}
		if _, err := tx.Exec(sqlDateInsert, row, o.StartsAt.Unix(), o.EndsAt.Unix(), flags, o.Summary); err != nil {
			return err
		}
	}
	return nil
}

// OccasionsOf lists the dates of an own card that touch [from, to), in order;
// none for a card that does not repeat. It looks at no audience: who asks has
// read the card.
func OccasionsOf(tx *store.Tx, ref store.Ref, from, to time.Time) ([]Occasion, error) {
	was, err := stateOf(tx, 0, ref.ID)
	if err != nil || was.row == 0 {
		return nil, err
	}
	return store.All(tx, func(r store.Row) (o Occasion, err error) {
		var starts, ends, flags int64
		err = r.Scan(&starts, &ends, &flags, &o.Summary)
		o.StartsAt, o.EndsAt, o.Cancelled = instant(starts), instant(ends), flags&flagCancelled != 0
		return o, err
	}, sqlDatesOf, was.row, to.Unix(), from.Unix(), from.Unix())
}

// Jobs is what the module does by itself: the date a repeating card carries
// follows the time; cards that were there before are compared with each other.
var Jobs = []store.Job{
	{Name: "listing next dates", Every: time.Hour, Expires: true, Run: roll},
	{Name: "listing twins", Every: time.Hour, Run: pairAll},
}

// rolledAtOnce bounds how long others wait for a run.
const rolledAtOnce = 200

// roll gives repeating cards whose date is over their next one that is not
// cancelled. Neighbours hear of it; calendars do not, since nothing changed.
func roll(tx *store.Tx) error {
	type step struct{ row, rev, starts, ends int64 }
	steps, err := store.All(tx, func(r store.Row) (s step, err error) {
		return s, r.Scan(&s.row, &s.rev, &s.starts, &s.ends)
	}, sqlDatesDue, tx.Now.Unix(), rolledAtOnce)
	if err != nil {
		return err
	}
	for _, s := range steps {
		if s.rev > 0 {
			if s.rev, err = store.One(tx, store.Scan[int64], sqlNextRev); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(sqlDateMove, s.starts, s.ends, s.rev, s.row); err != nil {
			return err
		}
	}
	if len(steps) == rolledAtOnce {
		return store.ErrMore
	}
	return nil
}
