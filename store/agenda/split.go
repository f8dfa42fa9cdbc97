package agenda

import (
	"slices"
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/calendar"
	"copi.local/store/listing"
)

// EditDate changes one date of a series, known by its original moment: when,
// where, and a note. What c leaves empty is as on the other dates; whether the
// date is cancelled stays as it is.
func EditDate(tx *store.Tx, id string, original calendar.Wall, c Change) error {
	return onDate(tx, id, original, func(e *Event, was Change) (Change, error) {
		c.Original, c.Cancelled, c.Reason = original, was.Cancelled, was.Reason
		if taken := e.takenBy(&c); taken {
			return c, store.E(store.Conflict, "err.agenda.date_taken").At("starts")
		}
		return c, nil
	})
}

// takenBy tells whether a date would begin when another one does.
func (e *Event) takenBy(c *Change) bool {
	if c.Starts.IsZero() {
		return false
	}
	moved := e.date(calendar.Date{Starts: c.Original}, c)
	return slices.ContainsFunc(e.Dates(moved.At, moved.At.Add(time.Second)), func(d Date) bool {
		return d.Original != c.Original && d.At.Equal(moved.At)
	})
}

// CancelDate keeps one date of a series in every list, struck through, with a
// reason that may be empty.
func CancelDate(tx *store.Tx, id string, original calendar.Wall, reason string) error {
	if bad := listing.CheckText("reason", reason, MaxReason); bad != nil {
		return bad
	}
	return onDate(tx, id, original, func(_ *Event, c Change) (Change, error) {
		c.Cancelled, c.Reason = true, strings.TrimSpace(reason)
		return c, nil
	})
}

// RestoreDate takes the cancellation of one date back.
func RestoreDate(tx *store.Tx, id string, original calendar.Wall) error {
	return onDate(tx, id, original, func(_ *Event, c Change) (Change, error) {
		c.Cancelled, c.Reason = false, ""
		return c, nil
	})
}

// AddDate adds a date beside the rule of a series.
func AddDate(tx *store.Tx, id string, at calendar.Wall) error {
	e, err := own(tx, id)
	if err != nil {
		return err
	}
	if e.AllDay {
		at = at.Midnight()
	}
	once := e.On(e.date(calendar.Date{Starts: at}, &Change{Original: at, Starts: at}))
	once.Repeat = Repeat{}
	if bad := once.checkTimes(); bad != nil {
		return bad
	}
	if !e.Repeats() {
		return store.E(store.NotFound, "err.not_found")
	}
	if e.takenBy(&Change{Starts: at}) {
		return store.E(store.Conflict, "err.agenda.date_taken").At("starts")
	}
	before := e
	e.Without = slices.DeleteFunc(slices.Clone(e.Without), func(w calendar.Wall) bool { return w == at })
	if !e.has(at) {
		e.Extra = append(slices.Clone(e.Extra), at)
	}
	return alter(tx, &before, &e)
}

// RemoveDate takes a date out of a series as if it had never been one: a
// mistake. What was announced is better cancelled.
func RemoveDate(tx *store.Tx, id string, original calendar.Wall) error {
	return onDate(tx, id, original, func(e *Event, c Change) (Change, error) {
		e.Without = append(slices.Clone(e.Without), original)
		return Change{Original: c.Original}, nil
	})
}

// onDate stores what act makes of the change of one date.
func onDate(tx *store.Tx, id string, original calendar.Wall, act func(*Event, Change) (Change, error)) error {
	e, err := own(tx, id)
	if err != nil {
		return err
	}
	if _, ok := e.Date(original); !ok || !e.Repeats() {
		return store.E(store.NotFound, "err.not_found")
	}
	c := Change{Original: original}
	if was := e.changeOf(original); was != nil {
		c = *was
	}
	if c, err = act(&e, c); err != nil {
		return err
	}
	before := e
	e.Changes = slices.DeleteFunc(slices.Clone(e.Changes), func(x Change) bool { return x.Original == original })
	e.Changes = append(e.Changes, c)
	if err := e.Check(); err != nil {
		return err
	}
	if err := alter(tx, &before, &e); err != nil {
		return err
	}
	return tellDate(tx, &before, &e, original)
}

// From is the event as it would go on from one of its dates, which becomes the
// first: with what is left of its count, and of what was said of single dates.
// It fails for a date there is not, and for the first: nothing comes before.
func (e *Event) From(original calendar.Wall) (Event, bool) {
	d, ok := e.Date(original)
	if !ok || !e.Repeats() {
		return Event{}, false
	}
	n, _ := e.before(original)
	if n == 0 && !slices.ContainsFunc(e.Extra, func(w calendar.Wall) bool { return w.Before(original) }) {
		return Event{}, false
	}
	next := *e
	next.Starts, next.StartsAt = original, d.At
	if !e.Ends.IsZero() {
		next.Ends = original.Later(e.Ends.Since(e.Starts))
	}
	if e.Rule.Count > 0 {
		next.Rule.Count = max(1, e.Rule.Count-n)
	}
	early := func(w calendar.Wall) bool { return w.Before(original) }
	next.Extra = slices.DeleteFunc(slices.Clone(e.Extra), early)
	next.Without = slices.DeleteFunc(slices.Clone(e.Without), early)
	next.Changes = slices.DeleteFunc(slices.Clone(e.Changes), func(c Change) bool { return early(c.Original) })
	next.RelatedTo = e.ID
	return next, true
}

// before counts the dates the rule has before one of them, taken out or not,
// and tells when the last of them begins.
func (e *Event) before(original calendar.Wall) (n int, last calendar.Date) {
	s := *e.Series()
	s.Extra, s.Without, s.Lasts = nil, nil, 0
	zone, err := calendar.Location(e.Zone)
	if err != nil {
		return 0, last
	}
	for _, d := range s.Between(instantOf(e.Starts.Midnight(), zone), instantOf(original, zone)) {
		if d.Starts.Before(original) {
			n, last = n+1, d
		}
	}
	return n, last
}

// until ends the event before one of its dates (AG-9): a count by what came
// before, any other rule with the beginning of the date before.
func (e *Event) until(original calendar.Wall) {
	n, last := e.before(original)
	late := func(w calendar.Wall) bool { return !w.Before(original) }
	e.Extra = slices.DeleteFunc(slices.Clone(e.Extra), late)
	e.Without = slices.DeleteFunc(slices.Clone(e.Without), late)
	e.Changes = slices.DeleteFunc(slices.Clone(e.Changes), func(c Change) bool { return late(c.Original) })
	switch {
	case e.Rule.IsZero():
	case n == 0: // only dates added by hand are left
		e.Rule = calendar.Rule{}
	case e.Rule.Count > 0:
		e.Rule.Count = n
	case e.AllDay:
		e.Rule.Until = calendar.EndOn(last.Starts)
	default:
		e.Rule.Until = calendar.End{At: last.At.UTC()}
	}
}

// EditFrom changes a series from one of its dates on: what came before stays
// as it was, under its name; the rest becomes an event of its own, related to
// it, with the words, times and rule of e. RANGE=THISANDFUTURE of calendars
// would say the same, and many do not understand it. What was said of single
// dates to come is kept where e has such a date. From the first date on it is
// an Edit. e.ID, the old event's, becomes the new one's.
func EditFrom(tx *store.Tx, e *Event, original calendar.Wall) error {
	was, err := own(tx, e.ID)
	if err != nil {
		return err
	}
	rest, ok := was.From(original)
	if !ok {
		if _, known := was.Date(original); !known {
			return store.E(store.NotFound, "err.not_found")
		}
		return Edit(tx, e)
	}
	if err := listing.CheckGroup(tx, e.Audience, e.Group, was.Group); err != nil {
		return err
	}
	e.Extra, e.Without, e.Changes, e.RelatedTo = rest.Extra, rest.Without, rest.Changes, was.ID
	e.rekey(&rest)
	e.ID = ""
	e.AuthorID, e.ValidatedBy, e.ParentID = was.AuthorID, was.ValidatedBy, was.ParentID
	e.Draft, e.PublishAt = was.Draft, was.PublishAt
	if err := add(tx, e); err != nil {
		return err
	}
	if err := carryOver(tx, &was, e, original); err != nil {
		return err
	}
	before := was
	was.until(original)
	return alter(tx, &before, &was)
}

// noticeOfEnd is for how long the dates of a series that was cancelled "from
// here on" are still shown, struck through.
const noticeOfEnd = 92

// CancelFrom cancels a series from one of its dates on. Those of the next
// three months stay visible, struck through, for whoever had noted them; the
// agenda is not filled for years with what does not take place. It returns the
// event that carries them.
func CancelFrom(tx *store.Tx, id string, original calendar.Wall, reason string) (string, error) {
	was, err := own(tx, id)
	if err != nil {
		return "", err
	}
	e, ok := was.From(original)
	if !ok {
		return id, Cancel(tx, id, reason)
	}
	e.ID = id
	end := original.AddDays(noticeOfEnd)
	if last, ends := e.Last(); !ends || last.After(e.StartsAt.AddDate(0, 0, noticeOfEnd)) {
		e.Rule.Count, e.Rule.Until = 0, calendar.EndOn(end)
		e.Extra = slices.DeleteFunc(e.Extra, end.Before)
	}
	if err := EditFrom(tx, &e, original); err != nil {
		return "", err
	}
	return e.ID, Cancel(tx, e.ID, reason)
}

// alter stores an event that was read and changed.
func alter(tx *store.Tx, was, e *Event) error {
	if err := e.Check(); err != nil {
		return err
	}
	e.as(was)
	return change(tx, e)
}
