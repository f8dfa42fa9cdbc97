package agenda

import (
	"slices"
	"time"

	"copi.local/store/calendar"
)

// Date is one date of an event, with what was changed about it.
type Date struct {
	Original     calendar.Wall // as the rule has it: its name for ever
	Starts, Ends calendar.Wall // Ends is zero without an end
	At, Until    time.Time     // exclusive end; At without an end
	Struck       string        // the holiday on which there is none, as in package calendar
	Change       *Change       // nil when it is like the others
}

// Off tells whether nobody should come.
func (d *Date) Off() bool { return d.Struck != "" || d.Change != nil && d.Change.Cancelled }

// Moved tells whether it takes place at another time than the rule has.
func (d *Date) Moved() bool { return d.Starts != d.Original }

// Dates lists the dates that touch [from, to), in order, each where it was
// moved to; those that holidays strike out and the cancelled ones are among
// them. An event that does not repeat has its one.
func (e *Event) Dates(from, to time.Time) []Date {
	if !e.Repeats() {
		d := Date{Original: e.Starts, Starts: e.Starts, Ends: e.Ends, At: e.StartsAt, Until: e.EndsAt}
		if d.touches(from, to) {
			return []Date{d}
		}
		return nil
	}
	s := e.Series()
	var dates []Date
	for _, c := range s.Between(from, to) {
		if d := e.date(c, e.changeOf(c.Starts)); d.touches(from, to) {
			dates = append(dates, d)
		}
	}
	for i := range e.Changes { // those that were moved in from elsewhere
		c := &e.Changes[i]
		known := func(d Date) bool { return d.Original == c.Original }
		if c.Starts.IsZero() || slices.ContainsFunc(dates, known) || slices.Contains(e.Without, c.Original) {
			continue
		}
		if d := e.date(calendar.Date{Starts: c.Original}, c); d.touches(from, to) {
			dates = append(dates, d)
		}
	}
	slices.SortStableFunc(dates, func(a, b Date) int { return a.At.Compare(b.At) })
	return dates
}

func (d *Date) touches(from, to time.Time) bool {
	return d.At.Before(to) && (d.Until.After(from) || d.At.Equal(d.Until) && !d.At.Before(from))
}

// changeOf is what was changed about a date; nil for nothing.
func (e *Event) changeOf(original calendar.Wall) *Change {
	for i := range e.Changes {
		if e.Changes[i].Original == original {
			return &e.Changes[i]
		}
	}
	return nil
}

// date is a date of the rule with what was changed about it. A moved date is
// not struck: who moved it knew the day.
func (e *Event) date(c calendar.Date, change *Change) Date {
	d := Date{Original: c.Starts, Starts: c.Starts, At: c.At, Until: c.Until, Struck: c.Struck, Change: change}
	lasts := e.Ends.Since(e.Starts)
	if !e.Ends.IsZero() {
		d.Ends = d.Starts.Later(lasts)
	}
	if change == nil || change.Starts.IsZero() {
		return d
	}
	d.Struck, d.Starts = "", change.Starts
	switch {
	case !change.Ends.IsZero():
		d.Ends = change.Ends
	case !e.Ends.IsZero():
		d.Ends = d.Starts.Later(lasts)
	}
	d.At = e.instant(d.Starts)
	if d.Until = d.At; !d.Ends.IsZero() {
		d.Until = e.instant(d.Ends)
	}
	return d
}

// instant is a moment on the wall of the event's zone.
func (e *Event) instant(w calendar.Wall) time.Time {
	zone, err := calendar.Location(e.Zone)
	if err != nil {
		zone = time.UTC // cannot be: Check loaded it
	}
	return instantOf(w, zone)
}

// Date is a date by its original moment on the wall.
func (e *Event) Date(original calendar.Wall) (Date, bool) {
	if c := e.changeOf(original); c != nil && !c.Starts.IsZero() && !slices.Contains(e.Without, original) {
		return e.date(calendar.Date{Starts: original}, c), true
	}
	if !e.Repeats() {
		dates := e.Dates(e.StartsAt, e.StartsAt.Add(time.Second))
		return dates[0], original == e.Starts
	}
	c, ok := ruleDate(e.Series(), original)
	return e.date(c, e.changeOf(original)), ok
}

// DateNamed is a date by its name in addresses: the original day, or the
// moment where two dates begin on one day. A day to which one was moved finds
// it too.
func (e *Event) DateNamed(name string) (Date, bool) {
	if w, err := calendar.ParseWall(name); err == nil {
		return e.Date(w)
	}
	day, err := calendar.ParseWall(name + "T00:00")
	if err != nil {
		return Date{}, false
	}
	for _, w := range append(slices.Clone(e.Extra), e.Starts) {
		at := day
		at.Hour, at.Minute = w.Hour, w.Minute
		if d, ok := e.Date(at); ok && e.Name(&d) == name {
			return d, true
		}
	}
	for _, d := range e.Dates(e.instant(day), e.instant(day.AddDays(1))) {
		if d.Moved() && d.Starts.Date() == name {
			return d, true
		}
	}
	return Date{}, false
}

// Name is the name of a date in addresses, see DateNamed.
func (e *Event) Name(d *Date) string {
	for _, w := range e.Extra {
		sameHour := w.Hour == e.Starts.Hour && w.Minute == e.Starts.Minute
		if !e.AllDay && w.Date() == d.Original.Date() && (w != d.Original || !sameHour) {
			return d.Original.String()
		}
	}
	return d.Original.Date()
}

// On is the event as it takes place on one of its dates.
func (e *Event) On(d Date) Event {
	on := *e
	on.Starts, on.Ends, on.StartsAt, on.EndsAt = d.Starts, d.Ends, d.At, d.Until
	c := d.Change
	switch {
	case c == nil || e.Off():
	case c.Cancelled:
		on.Status, on.Reason = Cancelled, c.Reason
	}
	if c != nil && c.Place != "" {
		on.Place, on.Position = c.Place, nil
	}
	return on
}

// Last is when the last date ends, changes apart; false for a series without
// an end.
func (e *Event) Last() (time.Time, bool) {
	if !e.Repeats() {
		return e.EndsAt, true
	}
	return e.Series().Last()
}
