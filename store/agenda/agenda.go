// Package agenda keeps the events of a village: what happens, when on the
// clock of the church, where, and whom to ask.
//
// An event is written as people say it, a time on the wall and a zone; the
// instants lists are sorted by follow from it. It is public at once when a
// resident posts it; a visitor's proposal waits in package moderation, and
// becomes an event when a moderator validates it. Cancelling keeps an event
// visible, struck through; removing takes it away.
package agenda

import (
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/calendar"
	"copi.local/store/listing"
)

// Module names this package in refs.
const Module = "agenda"

// Limits of what a person types, in characters.
const (
	MaxDescription = 5000
	MaxLine        = 120 // place, organiser, contact
	MaxReason      = 300
)

// Paris is the zone of an event that names none.
const Paris = "Europe/Paris"

// Event is one event, on one day or several in a row, once or as a series.
type Event struct {
	ID          string
	Title       string
	Description string // plain text, may be empty
	Masked      bool   // contacts in its words are for registered people only
	Place       string
	Organiser   string // as shown: an association, the town hall
	Contact     string // public; where to ask
	Tags        []string
	Position    *listing.Point

	Starts calendar.Wall
	Ends   calendar.Wall // zero without an end; of an all-day event the day after the last
	Zone   string        // IANA; empty is Paris
	AllDay bool
	Winter bool // of an hour that comes twice, the second

	Repeat // how it takes place again; then the times above are those of the first date

	Audience    listing.Audience // as chosen; no wider than Group is read (listing.Effective)
	Group       string           // whose agenda it is in; empty for none
	Status      Status           // empty is confirmed
	Reason      string           // of a cancellation or postponement
	MovedFrom   calendar.Wall    // when it was to begin, of an event that was postponed and has its new date
	Draft       bool             // nobody but its author sees it; it has no card
	PublishAt   time.Time        // when a draft is published by itself; zero for never
	ParentID    string           // the event whose programme it belongs to
	AuthorID    string           // empty for a visitor's event, or after its author left
	ValidatedBy string           // the moderator who accepted a visitor's event
	Sequence    int64            // grows with what calendars must hear of (RFC 5545)
	CreatedAt   time.Time
	UpdatedAt   time.Time

	// Filled by Check, and when read.
	StartsAt, EndsAt time.Time // exclusive end; StartsAt without an end
}

// Ref points at the event.
func (e *Event) Ref() store.Ref { return store.Ref{Module: Module, ID: e.ID} }

// Check tells what is wrong with the event as written, and works out its
// instants. A time that a spring night skips is refused with the hour after
// proposed (AG-2).
func (e *Event) Check() error {
	var bad store.Errors
	bad.Add(listing.CheckTitle(e.Title))
	bad.Add(listing.CheckText("place", e.Place, MaxLine))
	if strings.TrimSpace(e.Place) == "" {
		bad.Add(store.E(store.Invalid, "err.agenda.place_empty").At("place"))
	}
	bad.Add(listing.CheckText("description", e.Description, MaxDescription))
	bad.Add(listing.CheckText("organiser", e.Organiser, MaxLine))
	bad.Add(listing.CheckText("contact", e.Contact, MaxLine))
	bad.Add(listing.CheckTags(e.Tags))
	bad.Add(e.checkRepeat())
	bad.Add(e.checkTimes())
	return bad.OrNil()
}

func (e *Event) checkTimes() *store.Error {
	if e.Zone == "" {
		e.Zone = Paris
	}
	zone, err := time.LoadLocation(e.Zone)
	if err != nil || e.Zone == "Local" {
		return store.E(store.Invalid, "err.agenda.zone").At("starts")
	}
	if e.Starts.IsZero() {
		return store.E(store.Invalid, "err.agenda.starts_empty").At("starts")
	}
	if e.Starts.Year < 1990 || e.Starts.Year > 2200 {
		return store.E(store.Invalid, "err.agenda.year").At("starts")
	}
	if e.AllDay {
		return e.checkDays(zone)
	}
	return e.checkHours(zone)
}

func (e *Event) checkHours(zone *time.Location) *store.Error {
	var proposed calendar.Wall
	var ok bool
	if e.StartsAt, proposed, ok = e.Starts.In(zone, e.Winter); !ok {
		return skipped(proposed, "starts_time")
	}
	e.EndsAt = e.StartsAt
	if e.Ends.IsZero() {
		return nil
	}
	if e.EndsAt, proposed, ok = e.Ends.In(zone, e.Winter); !ok {
		return skipped(proposed, "ends_time")
	}
	return e.checkSpan()
}

// skipped is the error for a time no clock shows, with the one an hour later.
func skipped(proposed calendar.Wall, field string) *store.Error {
	return store.E(store.Invalid, "err.agenda.skipped_hour", "hour", proposed.Hour, "minute", twoDigits(proposed.Minute)).At(field)
}

func twoDigits(n int) string { return string([]byte{byte('0' + n/10), byte('0' + n%10)}) }

// checkDays works out an all-day event: from midnight to the midnight after
// the last day (AG-11).
func (e *Event) checkDays(zone *time.Location) *store.Error {
	e.Starts = e.Starts.Midnight()
	if e.Ends.IsZero() {
		e.Ends = e.Starts.AddDays(1)
	}
	e.Ends = e.Ends.Midnight()
	midnight := func(w calendar.Wall) time.Time { return time.Date(w.Year, w.Month, w.Day, 0, 0, 0, 0, zone) }
	e.StartsAt, e.EndsAt = midnight(e.Starts), midnight(e.Ends)
	if !e.Starts.Before(e.Ends) {
		return store.E(store.Invalid, "err.agenda.ends_before").At("ends")
	}
	return e.checkSpan()
}

func (e *Event) checkSpan() *store.Error {
	switch d := e.EndsAt.Sub(e.StartsAt); {
	case d < 0:
		return store.E(store.Invalid, "err.agenda.ends_before").At("ends")
	case d > listing.MaxSpan:
		return store.E(store.Invalid, "err.agenda.too_long").At("ends")
	}
	return nil
}

// LastDay is the last day of an all-day event.
func (e *Event) LastDay() calendar.Wall { return e.Ends.AddDays(-1) }

// Twice tells whether the form must ask which of two hours is meant (AG-3).
func (e *Event) Twice() bool {
	zone, err := time.LoadLocation(e.Zone)
	return err == nil && !e.AllDay && e.Starts.Twice(zone)
}
