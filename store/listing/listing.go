// Package listing is the spine of a box: every searchable thing of every
// module has exactly one card here, and so has every public thing of the
// neighbouring boxes.
//
// Search, lists, the map, feeds, calendars, the home page and the exchange
// between boxes read cards and nothing else. A module's verb writes its own
// rows and puts or withdraws its card in the same transaction, so that all of
// these see a change, or none does.
//
// A card has no column for a person, and only the audience Public leaves the
// box; the audience Group is in no list but that of the group (reader.go). Short words: a card's origin is the box it comes from; its ref is the
// module and id of the thing it stands for; its rev numbers the changes of own
// cards for the neighbours.
package listing

import (
	"time"

	"copi.local/store"
)

// Kinds of cards, as on the wire (PROTOCOL.md §2 key 3).
const (
	KindEvent   = "event"
	KindOffer   = "offer"  // an ad: to give, sell, lend, rent, swap, a job
	KindWanted  = "wanted" // an ad of somebody who looks for a thing
	KindNeed    = "need"   // mutual aid asked for
	KindHelp    = "help"   // mutual aid offered
	KindRide    = "ride"   // a seat in a car, offered or asked for
	KindPlace   = "place"
	KindOrg     = "org"
	KindProject = "project"
	KindNotice  = "notice"
	KindPerson  = "person" // never on the wire: its audience is Here at most

	KindGroup    = "group"    // people who talk and decide together
	KindTopic    = "topic"    // what a group talks about
	KindDecision = "decision" // an idea on its way, a vote, its result
	KindPetition = "petition"
)

// Neighbour is the module of refs to cards of other boxes.
const Neighbour = "neighbour"

// Card is the public face of one thing.
type Card struct {
	Ref            store.Ref
	Kind           string
	Title, Summary string    // a neighbour's card has no summary
	Tags           []string  // as shown, canonical spelling
	Commune        string    // INSEE code or x-…; empty in Put means the box's own
	Position       *Point    // nil when it has none
	StartsAt       time.Time // zero when it has no date
	EndsAt         time.Time // exclusive; zero in Put means StartsAt
	AllDay         bool
	Cancelled      bool
	Recurring      bool
	Postponed      bool
	Tentative      bool // not sure yet; own cards only, the wire has no such flag
	Price          *Price
	ExpiresAt      time.Time // zero for never
	Audience       Audience
	Group          string     // id of the group it belongs to; empty for none
	Occasions      []Occasion // of an own card that repeats: all its dates, from which Put takes its own; not read back

	// Filled when read; Put ignores them, PutForeign takes UpdatedAt and Version.
	Code       string  // short code, "7KQ"; own cards that are or were public
	Origin     *Origin // nil for this box
	Hidden     bool
	Version    int64 // grows with every change of this card
	CreatedAt  time.Time
	UpdatedAt  time.Time
	DistanceKM *float64 // from Query.Near; nil when either end is unknown
	Also       []Card   // the same event as other boxes entered it (FE-11), as far as the actor sees them
	Roughly    bool     // DistanceKM is that of the commune: the card has no place
	Direction  string   // the wind in which it lies from Query.Near: n, ne, e, …
	row        int64
	examined   bool     // moderators have to judge it
	chosen     Audience // by the author; Audience is no wider than the group is read
}

// Body is what stands behind a card: a map with schema.org property names
// (PROTOCOL.md §2). Its values are what encoding/json can write.
type Body map[string]any

// Audience is who may see a card on this box.
type Audience uint8

// The audiences. The zero value is the narrow one: forgetting it leaks nothing.
const (
	Members Audience = iota // people with an account here
	Public                  // everybody, including neighbouring boxes
	Here                    // everybody on this box, and no neighbour
	Group                   // who belongs to Card.Group
)

// Price is an amount in minor units (cents, minutes) and its unit.
type Price struct {
	Amount int64
	Unit   string // EUR, min (time bank), free, swap or ask
}

// Limits of a card, so that it always fits the wire (PROTOCOL.md §2).
const (
	MaxTitle      = 140 // characters
	MaxTitleBytes = 400
	MaxTags       = 8
	MaxTag        = 32  // characters
	MaxTagBytes   = 300 // all tags together
	MaxCommune    = 12
	MaxKind       = 24
	MaxSummary    = 400      // characters; stays on the box
	MaxBody       = 32 << 10 // bytes of CBOR or JSON

	// MaxSpan bounds an event: lists look back no further for what is still on.
	MaxSpan = 366 * 24 * time.Hour
)

// never is the expiry of what does not expire: the end of the year 9999.
const never = 253402300799

// Flags of PROTOCOL.md §2 key 15.
const (
	flagAllDay = 1 << iota
	flagCancelled
	flagRecurring
	flagPostponed
	flagTentative // of this file only
)

// flags packs the booleans of a card.
func (c *Card) flags() int64 {
	var f int64
	for i, on := range []bool{c.AllDay, c.Cancelled, c.Recurring, c.Postponed, c.Tentative} {
		if on {
			f |= 1 << i
		}
	}
	return f
}

func (c *Card) setFlags(f int64) {
	c.AllDay = f&flagAllDay != 0
	c.Cancelled = f&flagCancelled != 0
	c.Recurring = f&flagRecurring != 0
	c.Postponed = f&flagPostponed != 0
	c.Tentative = f&flagTentative != 0
}
