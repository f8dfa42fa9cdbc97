// Package booking keeps who has a room, or some of the village's tables, and
// when.
//
// A resource is a room, several rooms opened into one, or goods of one sort. A
// booking takes a half-open stretch of it, as written on the wall, and of all
// that is the same space: of the parts of a whole, and of the wholes a part
// belongs to. What it takes is written down for each (booking_spans), with
// what the room keeps free before and after, so that whether something is free
// is one look-up. A request that waits for its answer holds its hours, and for
// some days only.
//
// Managers answer: the operators, and whom they named for a room. A plan tells
// everybody when a room is taken; by whom and for what, only what is public.
package booking

import (
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/calendar"
	"copi.local/store/listing"
)

// Module names this package in refs.
const Module = "booking"

// Limits of what a person types, in characters.
const (
	MaxTitle = 120
	MaxNote  = 1000
	MaxLine  = 120
	MaxText  = 300 // a reason
)

// MaxSpan bounds one booking: goods are lent for some weeks at most.
const MaxSpan = 92 * 24 * time.Hour

// Paris is the zone of a resource that names none.
const Paris = "Europe/Paris"

// State is where a booking stands.
type State string

// The states. Asked and Approved hold their hours.
const (
	Asked     State = "asked"     // waits for its answer
	Approved  State = "approved"  //
	Refused   State = "refused"   //
	Cancelled State = "cancelled" // by who asked, or by a manager
	Queued    State = "queued"    // the hours are another's; first when they are free again
	Expired   State = "expired"   // nobody answered in time
)

// Holds tells whether a booking in this state keeps others out.
func (s State) Holds() bool { return s == Asked || s == Approved }

// Slot is where and when.
type Slot struct {
	Resource string        `json:"resource"`
	Starts   calendar.Wall `json:"starts"`
	Ends     calendar.Wall `json:"ends"` // exclusive; of whole days the day after the last
	AllDay   bool          `json:"all_day"`
}

// Booking is one request, and what became of it.
type Booking struct {
	ID       string
	SeriesID string // of a request that repeats
	AuthorID string // who asked; empty after they left
	Holder   string // for whom, when a manager wrote it down; theirs to read only
	Title    string
	Note     string // to the managers
	Private  bool   // plans say that it is occupied, and nothing more
	People   int    // 0: not said
	Units    int    // of goods; 1 of a room
	Class    string // of the resource's terms; empty for none
	Package  string // of the resource's terms; empty: the hours as they are

	Slot
	Zone string // IANA, of the resource

	State      State
	Reason     string        // why it was refused or cancelled
	Derogation string        // why a manager set a rule aside
	Was        *Slot         // where it stood, while a change waits for its answer; still held
	Publish    bool          // as an event of the agenda, once approved
	EventID    string        // that event
	EventDate  calendar.Wall // of an event that repeats, which of its dates; zero for its only one
	Follows    bool          // the event moves too when the change is approved
	AnsweredBy string
	AskedAt    time.Time
	ExpiresAt  time.Time // of one that waits; zero for never
	UpdatedAt  time.Time

	// Of a new request; see Handover for what was answered.
	Answers  map[string]string // to the questions of the terms, by their keys
	Accepted bool              // the rules of the terms

	// Filled by Check, and when read.
	StartsAt, EndsAt time.Time
}

// Ref points at the booking.
func (b *Booking) Ref() store.Ref { return store.Ref{Module: Module, ID: b.ID} }

// Check tells what is wrong with the booking as written, and works out its
// instants.
func (b *Booking) Check(r *Resource) error {
	var bad store.Errors
	if strings.TrimSpace(b.Title) == "" {
		bad.Add(store.E(store.Invalid, "err.booking.title_empty").At("title"))
	}
	bad.Add(listing.CheckText("title", b.Title, MaxTitle))
	bad.Add(listing.CheckText("holder", b.Holder, MaxLine))
	bad.Add(listing.CheckText("note", b.Note, MaxNote))
	if b.People < 0 || b.People > 1_000_000 {
		bad.Add(store.E(store.Invalid, "err.booking.people").At("people"))
	}
	if r.Kind == Room {
		b.Units = 1
	}
	if b.Units < 1 || b.Units > r.Stock {
		bad.Add(store.E(store.Invalid, "err.booking.units", "max", r.Stock).At("units"))
	}
	b.Resource, b.Zone = r.ID, r.Zone
	bad.Add(b.checkTimes())
	return bad.OrNil()
}

func (b *Booking) checkTimes() *store.Error {
	zone, err := time.LoadLocation(b.Zone)
	if err != nil {
		return store.E(store.Invalid, "err.booking.zone").At("starts")
	}
	var bad *store.Error
	b.StartsAt, b.EndsAt, bad = b.instants(zone)
	return bad
}

// instants are the two ends of a slot in a zone. Of an hour that comes twice in
// an autumn night the stretch has both: it begins with the first and ends with
// the second. A time that a spring night skips is refused.
func (s *Slot) instants(zone *time.Location) (from, until time.Time, bad *store.Error) {
	if s.AllDay {
		s.Starts, s.Ends = s.Starts.Midnight(), s.Ends.Midnight()
	}
	switch {
	case s.Starts.IsZero() || s.Starts.Year < 1990 || s.Starts.Year > 2200:
		return from, until, store.E(store.Invalid, "err.booking.starts").At("starts")
	case s.Ends.IsZero():
		return from, until, store.E(store.Invalid, "err.booking.ends").At("ends")
	}
	if from, bad = instantOf(s.Starts, zone, false, s.AllDay, "starts_time"); bad != nil {
		return from, until, bad
	}
	if until, bad = instantOf(s.Ends, zone, true, s.AllDay, "ends_time"); bad != nil {
		return from, until, bad
	}
	switch d := until.Sub(from); {
	case d <= 0:
		return from, until, store.E(store.Invalid, "err.booking.ends_before").At("ends")
	case d > MaxSpan:
		return from, until, store.E(store.Invalid, "err.booking.too_long", "days", int(MaxSpan/(24*time.Hour))).At("ends")
	}
	return from, until, nil
}

func instantOf(w calendar.Wall, zone *time.Location, later, allDay bool, field string) (time.Time, *store.Error) {
	if allDay { // where midnight is skipped, the day begins an hour later
		return time.Date(w.Year, w.Month, w.Day, 0, 0, 0, 0, zone), nil
	}
	t, proposed, ok := w.In(zone, later)
	if !ok {
		minute := string([]byte{byte('0' + proposed.Minute/10), byte('0' + proposed.Minute%10)})
		return t, store.E(store.Invalid, "err.booking.skipped_hour", "hour", proposed.Hour, "minute", minute).At(field)
	}
	return t, nil
}

// LastDay is the last day of a booking of whole days.
func (s *Slot) LastDay() calendar.Wall { return s.Ends.AddDays(-1) }

// Span is a stretch of time, its end exclusive.
type Span struct{ From, Until time.Time }

// Lasts is its real length, also over a change of the clocks (SA-3).
func (s Span) Lasts() time.Duration { return s.Until.Sub(s.From) }

// Overlaps tells whether two stretches share an instant.
func (s Span) Overlaps(t Span) bool { return s.From.Before(t.Until) && t.From.Before(s.Until) }

// Span is when the booking is.
func (b *Booking) Span() Span { return Span{b.StartsAt, b.EndsAt} }

// Rules are how the box handles bookings.
type Rules struct {
	Days int // a request holds its hours so long without an answer: 1 to 90
}

// RulesOf are the rules of the box.
func RulesOf(tx *store.Tx) (Rules, error) {
	days, err := store.One(tx, store.Scan[int], sqlRules)
	return Rules{days}, err
}

// SetRules changes them; only an operator may.
func SetRules(tx *store.Tx, r Rules) error {
	if err := tx.Actor.Need(store.Operator); err != nil {
		return err
	}
	if r.Days < 1 || r.Days > 90 {
		return store.E(store.Invalid, "err.booking.days", "max", 90).At("days")
	}
	_, err := tx.Exec(sqlSetRules, r.Days)
	return err
}
