package agenda

import (
	"slices"
	"time"

	"copi.local/store/calendar"
	"copi.local/store/listing"
)

// maxSaid bounds what a body says of single dates: each of its lists keeps the
// latest that many, so that a body stays within what boxes exchange.
const (
	maxSaid    = 250 // exdate, rdate
	maxChanged = 30  // recurrence: each may have a note
)

// repeatBody writes how the event repeats, with the words of iCalendar in lower
// case: rrule as there; exdate and rdate are lists of moments on the wall of
// tzid, "2026-11-11T20:00", or of days; recurrence lists the dates that are
// not like the others by their recurrenceId. Dates on holidays are among
// exdate as far as the lists of this box go: who reads it needs no table.
func (e *Event) repeatBody(b listing.Body, now time.Time) {
	if e.RelatedTo != "" {
		b["relatedTo"] = UID(e.RelatedTo)
	}
	if !e.Repeats() {
		return
	}
	if !e.Rule.IsZero() {
		b["rrule"] = e.Rule.String()
	}
	e.dateList(b, "rdate", latest(e.Extra, maxSaid))
	e.dateList(b, "exdate", latest(e.Excluded(now), maxSaid))
	e.changeList(b, latest(e.Changes, maxChanged))
}

// SayAll makes the lists of single dates in the body of the event whole. It is
// for calendars, which are not bounded as what boxes exchange.
func (e *Event) SayAll(b listing.Body, now time.Time) {
	e.dateList(b, "rdate", e.Extra)
	e.dateList(b, "exdate", e.Excluded(now))
	e.changeList(b, e.Changes)
}

func latest[T any](list []T, most int) []T { return list[max(0, len(list)-most):] }

func (e *Event) changeList(b listing.Body, changes []Change) {
	if len(changes) == 0 {
		return
	}
	list := make([]any, len(changes))
	for i, c := range changes {
		list[i] = map[string]any(e.changeBody(c))
	}
	b["recurrence"] = list
}

// Excluded are the dates of the rule that do not take place, in order: taken
// out by hand, or struck by a holiday up to the horizon. A date that was moved
// or changed by hand takes place.
func (e *Event) Excluded(now time.Time) []calendar.Wall {
	out := slices.Clone(e.Without)
	if e.Skip != (calendar.Skip{}) && e.Repeats() {
		s := e.Series()
		for _, d := range s.Between(e.StartsAt.AddDate(0, 0, -1), Horizon(now)) {
			if c := e.changeOf(d.Starts); d.Struck != "" && (c == nil || c.Starts.IsZero()) {
				out = append(out, d.Starts)
			}
		}
	}
	slices.SortFunc(out, func(a, b calendar.Wall) int { return int(a.Since(b) / time.Minute) })
	return slices.Compact(out)
}

func (e *Event) dateList(b listing.Body, name string, walls []calendar.Wall) {
	if len(walls) == 0 {
		return
	}
	list := make([]any, len(walls))
	for i, w := range walls {
		list[i] = e.wallWord(w)
	}
	b[name] = list
}

func (e *Event) wallWord(w calendar.Wall) string {
	if e.AllDay {
		return w.Date()
	}
	return w.String()
}

// changeBody is one date that is not like the others.
func (e *Event) changeBody(c Change) listing.Body {
	d := e.date(calendar.Date{Starts: c.Original}, &c)
	b := listing.Body{"recurrenceId": e.wallWord(c.Original)}
	if !c.Starts.IsZero() {
		b["startDate"] = e.moment(d.At, d.Starts)
		if !d.Ends.IsZero() {
			last := d.Ends
			if e.AllDay {
				last = last.AddDays(-1)
			}
			b["endDate"] = e.moment(d.Until, last)
		}
	}
	if c.Cancelled {
		b["eventStatus"] = "https://schema.org/EventCancelled"
		if c.Reason != "" {
			b["cancellationReason"] = c.Reason
		}
	}
	if c.Place != "" {
		b["location"] = map[string]any{"@type": "Place", "name": c.Place}
	}
	if c.Note != "" {
		b["description"] = c.Note
	}
	return b
}
