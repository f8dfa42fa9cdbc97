// Package assembly helps to hold the general meeting of an organisation or a
// group: the order of the day, the convocation with the delay the statutes want,
// who stands for whom, who is there, the quorum as it is at every moment, and
// the draft of the minutes.
//
// Short words: the roll is the list of who may take part, each an account or a
// name; a giver gives a proxy to its holder; a voice is somebody who is there,
// or who is represented by somebody who is.
//
// A meeting has no card: those on the roll know of it, and who keeps it. What is
// decided by a vote of this box is a decision of package vote, which an item of
// the order of the day names.
package assembly

import (
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/calendar"
	"copi.local/store/listing"
	"copi.local/store/vote/tally"
)

// Module names this package in refs.
const Module = "assembly"

// Limits of what a person types, in characters, and of lists.
const (
	MaxPlace  = 200
	MaxText   = 5000 // of the convocation, and of what the minutes say of an item
	MaxReason = 1000
	MaxItems  = 40
	MaxRoll   = 1000
	MaxName   = 100
	MaxNotice = 90 // days
	MaxHeld   = 10 // proxies of one person
)

// UsualNotice is the delay most statutes ask for, in days, and UsualProxies how
// many proxies one person may hold.
const (
	UsualNotice  = 15
	UsualProxies = 1
)

const (
	before   = 3 * time.Hour            // a meeting can be opened so long before its hour
	farthest = 2 * 366 * 24 * time.Hour // a meeting can be planned so far ahead
	atOnce   = 200                      // meetings in a list
)

// State is how far a meeting has come.
type State string

// The states.
const (
	Draft     State = "draft"
	Convened  State = "convened"
	Open      State = "open" // the roll is called, items are taken up
	Closed    State = "closed"
	Cancelled State = "cancelled"
)

// Share is a part of the roll that must be there or represented: at least
// Num/Den of it, or more than that. Den 0: none is asked for.
type Share struct {
	Num, Den int
	AtLeast  bool
}

// Of is how many voices make the share of so many people.
func (s Share) Of(people int) int { return tally.Least(people, s.Num, s.Den, s.AtLeast) }

// maxRatio bounds both numbers of a share.
const maxRatio = 1000

func (s Share) check(field string) *store.Error {
	if s == (Share{}) || s.Den > 0 && s.Den <= maxRatio && s.Num > 0 && s.Num <= s.Den && (s.AtLeast || s.Num < s.Den) {
		return nil
	}
	return store.E(store.Invalid, "err.assembly.share").At(field)
}

// Assembly is one meeting.
type Assembly struct {
	ID        string
	GroupID   string // whose meeting it is, or
	ElementID string // the organisation's
	Title     string
	Place     string
	Text      string
	Starts    calendar.Wall
	Zone      string // IANA; empty: Paris

	// As the statutes have it.
	Notice      int // days between convocation and meeting
	Strict      bool
	Proxies     int // how many one person may hold
	Quorum      Share
	Again       Share // of a second convocation
	AgainNotice int

	// Filled by the verbs, and when read.
	AuthorID    string
	StartsAt    time.Time
	AfterID     string // the meeting without quorum it follows
	State       State
	ConvenedAt  time.Time
	Late        int // days it was convened too late
	OpenedAt    time.Time
	ClosedAt    time.Time
	Present     int // when it was closed
	Represented int
	Reason      string
	CreatedAt   time.Time
}

// Ref points at the meeting.
func (a *Assembly) Ref() store.Ref { return store.Ref{Module: Module, ID: a.ID} }

// Before tells whether the meeting is yet to be held.
func (a *Assembly) Before() bool { return a.State == Draft || a.State == Convened }

// TakesProxies tells whether proxies can be given now: until the meeting is
// closed, as who leaves it may still give one.
func (a *Assembly) TakesProxies() bool {
	return a.Proxies > 0 && (a.State == Convened || a.State == Open)
}

// Check tells what is wrong with the meeting as written.
func (a *Assembly) Check() error {
	var bad store.Errors
	bad.Add(listing.CheckTitle(a.Title))
	if strings.TrimSpace(a.Place) == "" {
		bad.Add(store.E(store.Invalid, "err.assembly.place_empty").At("place"))
	}
	bad.Add(listing.CheckText("place", a.Place, MaxPlace))
	bad.Add(listing.CheckText("text", a.Text, MaxText))
	bad.Add(within("notice", a.Notice, MaxNotice))
	bad.Add(within("again_notice", a.AgainNotice, MaxNotice))
	bad.Add(within("proxies", a.Proxies, MaxHeld))
	bad.Add(a.Quorum.check("quorum"))
	bad.Add(a.Again.check("again"))
	return bad.OrNil()
}

func within(field string, n, most int) *store.Error {
	if n < 0 || n > most {
		return store.E(store.Invalid, "err.assembly.number", "max", most).At(field)
	}
	return nil
}

// begins works out when a meeting begins; it refuses a time no clock shows, with
// the one an hour later.
func (a *Assembly) begins(tx *store.Tx) *store.Error {
	if a.Zone == "" {
		a.Zone = "Europe/Paris"
	}
	zone, err := calendar.Location(a.Zone)
	if err != nil {
		return store.E(store.Invalid, "err.agenda.zone").At("starts")
	}
	if a.Starts.IsZero() {
		return store.E(store.Invalid, "err.assembly.starts_empty").At("starts")
	}
	at, proposed, ok := a.Starts.In(zone, false)
	switch {
	case !ok:
		return store.E(store.Invalid, "err.agenda.skipped_hour", "hour", proposed.Hour, "minute", proposed.String()[14:]).At("starts_time")
	case !at.After(tx.Now):
		return store.E(store.Invalid, "err.assembly.starts_past").At("starts")
	case at.After(tx.Now.Add(farthest)):
		return store.E(store.Invalid, "err.assembly.starts_far").At("starts")
	}
	a.StartsAt = at
	return nil
}

// LastDay is the last day a convocation sent on is in time.
func (a *Assembly) LastDay() calendar.Wall { return a.Starts.Midnight().AddDays(-a.Notice) }

// Lacks is how many days a convocation sent at an instant comes too late, and
// the first day the meeting could be held; 0 when it is in time.
func (a *Assembly) Lacks(now time.Time) (days int, first calendar.Wall) {
	zone, err := calendar.Location(a.Zone)
	if err != nil {
		return 0, a.Starts
	}
	first = calendar.WallOf(now.In(zone)).Midnight().AddDays(a.Notice)
	if lacks := first.Since(a.Starts.Midnight()); lacks > 0 {
		return int(lacks / (24 * time.Hour)), first
	}
	return 0, first
}
