// Package petition keeps the petitions of a village: what is asked of whom, who
// signed, on the web or on a sheet of paper, and what became of it.
//
// A petition is public, text and count; who signed is not. A name is shown only
// of those who agreed to it, and a year of birth, which tells namesakes apart,
// never. One person counts once, however often they signed: rows with the same
// name, year of birth and commune are one person.
//
// Signing ends on a day that is said from the start. The petition is then
// handed over (deposited), which freezes its figure, answered, and closed; some
// months later every signature is deleted. One that nobody closes closes by
// itself, so that nothing is kept for ever.
package petition

import (
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/contact"
	"copi.local/store/listing"
)

// Module names this package in refs.
const Module = "petition"

// Limits of what a person types: texts in characters.
const (
	MaxText      = 5000
	MaxLine      = 120 // addressee, name, commune, contact
	MaxPurpose   = 500
	MaxAnswer    = 5000
	MaxGoal      = 1_000_000
	MaxShare     = 100_00 // hundredths of a percent
	MaxKeep      = 12     // months
	MaxOpen      = 5      // petitions of one account that are not closed
	MaxTags      = listing.MaxTags
	MaxSheet     = 999
	MaxSheetRows = 20 // lines of a printed sheet
	oldest       = 1900
)

// How long things last.
const (
	Longest  = 366 * 24 * time.Hour // from now to the last day of signing
	Unclosed = 183 * 24 * time.Hour // from the end of signing until it closes by itself
	Listed   = 60 * 24 * time.Hour  // a closed one stays in lists
)

// State is how far a petition has come.
type State string

// The states.
const (
	Open      State = "open"
	Over      State = "over"      // nobody signs any more; to be handed over
	Deposited State = "deposited" // handed over: its figure is frozen
	Closed    State = "closed"
)

// Who is what somebody who signs declares to be. Nobody verifies it. The lower
// number counts where two signatures of one person differ.
type Who int

// The three counters.
const (
	Elector    Who = 1 // on the electoral roll of the commune
	Inhabitant Who = 2
	Other      Who = 3 // a neighbour, a friend, somebody who owns a house here
)

// Whos lists them in the order of forms and tables.
var Whos = []Who{Elector, Inhabitant, Other}

// Tally is how many people signed, by what they declared.
type Tally struct{ Electors, Inhabitants, Others int }

// Total is everybody.
func (t Tally) Total() int { return t.Electors + t.Inhabitants + t.Others }

// Petition is one petition.
type Petition struct {
	ID           string
	Title        string
	Text         string
	Masked       bool // contacts in its words are for registered people only
	Addressee    string
	Purpose      string // what the signatures are for
	Tags         []string
	Goal         int // signatures; 0 for none, or for a share
	Share        int // of the electors, in hundredths of a percent; 0 for none
	Electors     int // how many there are, as stated; with a share
	OnlyElectors bool
	KeepMonths   int
	EndsAt       time.Time // the midnight after the last day

	// Filled by the verbs, and when read.
	State       State
	AuthorID    string // empty after they left
	OverAt      time.Time
	DepositedAt time.Time
	ClosedAt    time.Time
	PurgeAt     time.Time // zero until it is closed
	Purged      bool
	Frozen      Tally
	Withdrawn   int // since the figure is frozen
	Answer      string
	AnsweredAt  time.Time
	Official    bool // an operator of the box published the answer
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

// Ref points at the petition.
func (p *Petition) Ref() store.Ref { return store.Ref{Module: Module, ID: p.ID} }

// Target is how many signatures are aimed at: a share of the electors is
// rounded up; 0 for no goal.
func (p *Petition) Target() int {
	if p.Share > 0 {
		return (p.Electors*p.Share + MaxShare - 1) / MaxShare
	}
	return p.Goal
}

// Counted is how many signatures of a tally count for the goal.
func (p *Petition) Counted(t Tally) int {
	if p.OnlyElectors {
		return t.Electors
	}
	return t.Total()
}

// IsOpen tells whether it can be signed.
func (p *Petition) IsOpen() bool { return p.State == Open }

// IsFrozen tells whether its figure stands, whoever takes a signature back.
func (p *Petition) IsFrozen() bool { return p.State == Deposited || p.State == Closed }

// KeptUntil is when its signatures are deleted, at the latest.
func (p *Petition) KeptUntil() time.Time {
	switch {
	case !p.PurgeAt.IsZero():
		return p.PurgeAt
	case !p.OverAt.IsZero():
		return p.OverAt.Add(Unclosed).AddDate(0, p.KeepMonths, 0)
	default:
		return p.EndsAt.Add(Unclosed).AddDate(0, p.KeepMonths, 0)
	}
}

// Check tells what is wrong with the petition as written.
func (p *Petition) Check() error {
	var bad store.Errors
	bad.Add(listing.CheckTitle(p.Title))
	bad.Add(written("text", p.Text, MaxText, "err.petition.text_empty"))
	bad.Add(written("addressee", p.Addressee, MaxLine, "err.petition.addressee_empty"))
	bad.Add(p.checkGoal())
	bad.Add(written("purpose", p.Purpose, MaxPurpose, "err.petition.purpose_empty"))
	bad.Add(listing.CheckTags(p.Tags))
	if p.KeepMonths < 1 || p.KeepMonths > MaxKeep {
		bad.Add(store.E(store.Invalid, "err.petition.keep", "max", MaxKeep).At("keep"))
	}
	if p.EndsAt.IsZero() {
		bad.Add(store.E(store.Invalid, "err.petition.ends_empty").At("ends"))
	}
	return bad.OrNil()
}

// written tells what is wrong with a text that must be there.
func written(field, text string, most int, empty string) *store.Error {
	if strings.TrimSpace(text) == "" {
		return store.E(store.Invalid, empty).At(field)
	}
	return listing.CheckText(field, text, most)
}

func (p *Petition) checkGoal() *store.Error {
	switch {
	case p.Goal < 0 || p.Goal > MaxGoal:
		return store.E(store.Invalid, "err.petition.goal", "max", MaxGoal).At("goal")
	case p.Share < 0 || p.Share > MaxShare:
		return store.E(store.Invalid, "err.petition.share").At("share")
	case p.Share > 0 && p.Goal > 0:
		return store.E(store.Invalid, "err.petition.goal_twice").At("share")
	case p.Share > 0 && (p.Electors < 1 || p.Electors > MaxGoal):
		return store.E(store.Invalid, "err.petition.electors").At("electors")
	case p.Share == 0:
		p.Electors = 0
	}
	return nil
}

// open is a text of the petition as everybody may read it (PA-3).
func (p *Petition) open(text string) string {
	if p.Masked {
		return contact.Mask(text, contact.Hidden)
	}
	return text
}
