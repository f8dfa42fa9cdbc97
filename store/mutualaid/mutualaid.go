// Package mutualaid keeps what people of a village ask of each other and offer
// each other: a thing lent, a hand given, something they can do, a room, a seat
// in a car.
//
// Short words: a favour is asked for (a need) or offered (a help); it is of a
// sort, and a ride is one of the sorts. Whoever can answer it replies, in
// private; who put the favour chooses among the replies, and the others are told
// kindly. A favour with a date ends by itself after it, another one after two
// months. Nobody is ranked: what may answer a favour is found by its tags, its
// place and its date.
//
// A favour stands in the name of its author, or of an organisation of the
// directory whose administrators all read the replies and answer. The rosters
// and chores of the village are in files of their own.
package mutualaid

import (
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/calendar"
	"copi.local/store/listing"
)

// Module names this package in refs.
const Module = "mutualaid"

// Limits of what a person types: texts in characters, time in minutes.
const (
	MaxDescription = 3000
	MaxLine        = 120 // place, destination, availability, …
	MaxReply       = 2000
	MaxWord        = 300 // of thanks
	MaxTags        = listing.MaxTags - 1
	MaxMinutes     = 100 * 60
	MaxPlaces      = 99
)

// How long things last.
const (
	Lasting   = 60 * 24 * time.Hour  // a favour without a date, from its last change or renewal
	WarnedFor = 3 * 24 * time.Hour   // before that its author is told
	UrgentFor = 48 * time.Hour       // the flag, from when it was set
	Kept      = 365 * 24 * time.Hour // what has ended
	Ahead     = 366 * 24 * time.Hour // the furthest date
)

// Paris is the zone of a favour that names none.
const Paris = "Europe/Paris"

// Side tells who lacks from who has.
type Side string

// The sides.
const (
	Need Side = "need"
	Help Side = "help"
)

// Other is the side that answers.
func (s Side) Other() Side {
	if s == Need {
		return Help
	}
	return Need
}

// Sort is what it is about.
type Sort string

// The sorts.
const (
	Goods Sort = "goods"
	Hand  Sort = "hand" // "coup de main"
	Skill Sort = "skill"
	Space Sort = "space"
	Ride  Sort = "ride"
)

// Sorts are all of them, in the order of forms and lists.
var Sorts = []Sort{Hand, Goods, Skill, Space, Ride}

// State is how far a favour has come.
type State string

// The states.
const (
	Open    State = "open"
	Settled State = "settled" // its author chose, or says that it is done
	Over    State = "over"    // it ended by itself
)

// Favour is one thing asked for or offered.
type Favour struct {
	ID           string
	Side         Side
	Sort         Sort
	Title        string
	Description  string
	Masked       bool // contacts in its words are for registered people only
	Tags         []string
	Place        string // of a ride where it leaves from
	Destination  string // of a ride
	Carries      string // of a ride: what can be brought back
	Position     *listing.Point
	Starts       calendar.Wall // zero: at no given time
	Ends         calendar.Wall // of whole days the day after the last
	Zone         string        // IANA; empty is Paris
	AllDay       bool
	Availability string // in words
	Minutes      int64  // of the time bank, offered or asked for; 0 for none
	Places       int    // how many may be chosen, or seats; 0 for no limit
	Minor        bool   // it concerns somebody under age
	Adult        string // who is responsible for them
	Audience     listing.Audience
	Urgent       bool // to be shown among the alerts; see UrgentUntil

	// Filled by the verbs, and when read.
	UrgentUntil      time.Time // zero when it never was
	State            State
	AuthorID         string // empty after they left
	StartsAt, EndsAt time.Time
	ExpiresAt        time.Time
	EndedAt          time.Time // zero while it is open
	CreatedAt        time.Time
	UpdatedAt        time.Time
	Bare             bool // it has ended and the actor had no part in it: its title is all there is
}

// Ref points at the favour.
func (f *Favour) Ref() store.Ref { return store.Ref{Module: Module, ID: f.ID} }

// Kind is that of its card.
func (f *Favour) Kind() string {
	switch {
	case f.Sort == Ride:
		return listing.KindRide
	case f.Side == Need:
		return listing.KindNeed
	default:
		return listing.KindHelp
	}
}

// Check tells what is wrong with the favour as written, and works out its
// instants. A ride without a title is named after its way.
func (f *Favour) Check() error {
	if f.Sort == Ride && strings.TrimSpace(f.Title) == "" && f.Place != "" && f.Destination != "" {
		f.Title = listing.Clip(f.Place+" → "+f.Destination, listing.MaxTitle)
	}
	var bad store.Errors
	if f.Side != Need && f.Side != Help {
		bad.Add(store.E(store.Invalid, "err.mutualaid.side").At("side"))
	}
	bad.Add(f.checkSort())
	bad.Add(listing.CheckTitle(f.Title))
	bad.Add(listing.CheckText("description", f.Description, MaxDescription))
	for _, line := range []struct{ field, text string }{
		{"place", f.Place}, {"destination", f.Destination}, {"carries", f.Carries}, {"availability", f.Availability}, {"adult", f.Adult},
	} {
		bad.Add(listing.CheckText(line.field, line.text, MaxLine))
	}
	bad.Add(listing.CheckTags(f.Tags))
	if len(f.Tags) > MaxTags {
		bad.Add(store.E(store.Invalid, "err.listing.tags_many", "max", MaxTags).At("tags"))
	}
	if f.Minutes < 0 || f.Minutes > MaxMinutes {
		bad.Add(store.E(store.Invalid, "err.mutualaid.minutes", "max", MaxMinutes/60).At("minutes"))
	}
	if f.Places < 0 || f.Places > MaxPlaces {
		bad.Add(store.E(store.Invalid, "err.mutualaid.places", "max", MaxPlaces).At("places"))
	}
	if f.Urgent && f.Side != Need {
		bad.Add(store.E(store.Invalid, "err.mutualaid.urgent_need").At("urgent"))
	}
	if f.Minor && strings.TrimSpace(f.Adult) == "" {
		bad.Add(store.E(store.Invalid, "err.mutualaid.adult").At("adult"))
	}
	bad.Add(f.checkTimes())
	return bad.OrNil()
}

// checkSort looks at what only rides have, and must have.
func (f *Favour) checkSort() *store.Error {
	switch {
	case f.word() == "":
		return store.E(store.Invalid, "err.mutualaid.sort").At("sort")
	case f.Sort != Ride:
		f.Destination, f.Carries = "", ""
		return nil
	case strings.TrimSpace(f.Place) == "":
		return store.E(store.Invalid, "err.mutualaid.from_empty").At("place")
	case strings.TrimSpace(f.Destination) == "":
		return store.E(store.Invalid, "err.mutualaid.to_empty").At("destination")
	case f.Starts.IsZero() || f.AllDay:
		return store.E(store.Invalid, "err.mutualaid.departure").At("starts")
	case f.Places < 1:
		return store.E(store.Invalid, "err.mutualaid.seats").At("places")
	}
	return nil
}

// checkTimes works out the instants.
func (f *Favour) checkTimes() *store.Error {
	if f.Zone == "" {
		f.Zone = Paris
	}
	zone, err := calendar.Location(f.Zone)
	if err != nil {
		return store.E(store.Invalid, "err.agenda.zone").At("starts")
	}
	f.StartsAt, f.EndsAt = time.Time{}, time.Time{}
	if f.Starts.IsZero() {
		if !f.Ends.IsZero() {
			return store.E(store.Invalid, "err.agenda.starts_empty").At("starts")
		}
		return nil
	}
	if f.AllDay {
		f.Starts = f.Starts.Midnight()
		if f.Ends.IsZero() {
			f.Ends = f.Starts.AddDays(1)
		}
		f.Ends = f.Ends.Midnight()
		f.StartsAt, f.EndsAt = midnight(f.Starts, zone), midnight(f.Ends, zone)
		return f.checkSpan()
	}
	var proposed calendar.Wall
	var ok bool
	if f.StartsAt, proposed, ok = f.Starts.In(zone, false); !ok {
		return skipped(proposed).At("starts_time")
	}
	f.EndsAt = f.StartsAt
	if f.Ends.IsZero() {
		return nil
	}
	if f.EndsAt, proposed, ok = f.Ends.In(zone, false); !ok {
		return skipped(proposed).At("ends_time")
	}
	return f.checkSpan()
}

// skipped refuses a time no clock shows, with the one an hour later.
func skipped(w calendar.Wall) *store.Error {
	return store.E(store.Invalid, "err.agenda.skipped_hour", "hour", w.Hour, "minute", w.String()[14:])
}

func midnight(w calendar.Wall, zone *time.Location) time.Time {
	return time.Date(w.Year, w.Month, w.Day, 0, 0, 0, 0, zone)
}

func (f *Favour) checkSpan() *store.Error {
	switch d := f.EndsAt.Sub(f.StartsAt); {
	case d < 0, f.AllDay && d == 0:
		return store.E(store.Invalid, "err.agenda.ends_before").At("ends")
	case d > listing.MaxSpan:
		return store.E(store.Invalid, "err.agenda.too_long").At("ends")
	}
	return nil
}

// Dated tells whether it ends by its date and not after so many days.
func (f *Favour) Dated() bool { return !f.Starts.IsZero() }

// LastDay is the last day of one over whole days.
func (f *Favour) LastDay() calendar.Wall { return f.Ends.AddDays(-1) }

// end is when it ends by itself: a ride when it leaves, what has a date the
// night after it (EN-2), all else some time from now.
func (f *Favour) end(now time.Time) time.Time {
	switch {
	case !f.Dated():
		return now.Add(Lasting)
	case f.Sort == Ride:
		return f.StartsAt
	case f.AllDay:
		return f.EndsAt
	}
	zone, err := calendar.Location(f.Zone)
	if err != nil { // cannot be: Check loaded it
		zone = time.UTC
	}
	return midnight(calendar.WallOf(f.EndsAt.In(zone)).AddDays(1), zone)
}

// IsOpen tells whether it can still be answered.
func (f *Favour) IsOpen() bool { return f.State == Open }

// IsUrgent tells whether the flag still counts.
func (f *Favour) IsUrgent(now time.Time) bool { return f.IsOpen() && now.Before(f.UrgentUntil) }
