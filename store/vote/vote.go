// Package vote keeps the decisions of a village and of its groups: an idea,
// those who support it, the amendments it goes through, the vote, the result
// and what became of it.
//
// Short words: a proposal is one decision on its way. Its rule says how votes
// are counted and by whom; it is written before the vote opens and then frozen,
// and so is the roll, the list of who may vote. The urn holds the ballots of a
// secret vote: what they say and nothing else, no voter, no time, no order
// (urn.go). The ballots of other votes stand beside their voters until the end,
// and can be changed.
//
// How ballots are counted is package tally's. A vote ends by its time alone,
// with effect at that instant, and never while the clock is unsure (close.go).
package vote

import (
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/calendar"
	"copi.local/store/listing"
	"copi.local/store/vote/tally"
)

// Module names this package in refs.
const Module = "vote"

// Limits of what a person types, in characters, and of lists.
const (
	MaxText    = 10_000
	MaxReason  = 2000 // of an objection, an amendment's answer, a cancelled vote
	MaxChoice  = 140  // one option
	MaxChoices = 20
	MinChoices = 2
	MaxCarrier = 120
	MaxSteps   = 30  // of follow-up
	MaxAmended = 200 // amendments to one text
)

// How long things last.
const (
	MinOpen   = 5 * time.Minute      // a vote in a meeting
	MaxOpen   = 366 * 24 * time.Hour // of a vote, and of amendments
	toldFor   = time.Hour            // who gets a voice is not told of it again
	WarnedFor = 24 * time.Hour       // before the end people are told
	Longest   = 7 * 24 * time.Hour   // a vote of consent is put off by, at most
	SmallRoll = 5                    // below, a unanimous secret vote says how all voted
	oneIn     = 20                   // of the roll: the supports an idea needs, …
	leastOf   = 2                    // … and never fewer
)

// Paris is the zone of a vote that names none.
const Paris = "Europe/Paris"

// State is how far a proposal has come.
type State string

// The states.
const (
	Idea       State = "idea"       // it looks for supports
	Discussion State = "discussion" // enough support it: people talk, the text can change
	Amendment  State = "amendment"  // changes are asked for, until a day
	Voting     State = "vote"
	Closed     State = "closed" // it has a result
	Cancelled  State = "cancelled"
)

// Proposal is one decision on its way.
type Proposal struct {
	ID       string
	GroupID  string // whose decision it is; empty: of all residents
	Title    string
	Text     string
	Sort     Sort     // what is decided; empty: something in words
	Choices  []string // empty: for or against; of a date: on the wall, as calendar.Wall writes it
	Audience listing.Audience

	// Filled by the verbs, and when read.
	State      State
	AuthorID   string    // empty after they left
	Needed     int       // supports it needs, the author's own among them
	AmendUntil time.Time // zero: no phase of amendments yet
	Rule       Rule      // its Method is empty before it is written
	Closes     calendar.Wall
	Zone       string    // IANA
	ClosesAt   time.Time // zero before the rule is written
	OpenedAt   time.Time
	ClosedAt   time.Time // the instant it took effect, not when it was counted
	Round      int       // of consent, from 1
	RollSize   int       // who may vote, when it opened
	Extended   bool      // its end was put off once
	Restarted  bool      // the box came back from a copy: who had voted in secret votes again
	Outcome    tally.Outcome
	Reason     string // why it was cancelled
	CreatedAt  time.Time
	UpdatedAt  time.Time

	paper *PaperCount // of the round that is being counted
}

// Ref points at the proposal.
func (p *Proposal) Ref() store.Ref { return store.Ref{Module: Module, ID: p.ID} }

// Check tells what is wrong with the proposal as written.
func (p *Proposal) Check() error {
	var bad store.Errors
	bad.Add(listing.CheckTitle(p.Title))
	if strings.TrimSpace(p.Text) == "" {
		bad.Add(store.E(store.Invalid, "err.vote.text_empty").At("text"))
	}
	bad.Add(listing.CheckText("text", p.Text, MaxText))
	bad.Add(p.checkSort())
	bad.Add(checkChoices(p.Choices))
	return bad.OrNil()
}

// checkChoices wants none, or several that differ.
func checkChoices(list []string) *store.Error {
	if len(list) == 0 {
		return nil
	}
	if len(list) < MinChoices || len(list) > MaxChoices {
		return store.E(store.Invalid, "err.vote.choices", "min", MinChoices, "max", MaxChoices).At("choices")
	}
	seen := map[string]bool{}
	for _, c := range list {
		if bad := listing.CheckText("choices", c, MaxChoice); bad != nil {
			return bad
		}
		key := listing.TagKey(c)
		if strings.TrimSpace(c) == "" || strings.Contains(c, "\n") || seen[key] {
			return store.E(store.Invalid, "err.vote.choices_same").At("choices")
		}
		seen[key] = true
	}
	return nil
}

// IsEarly tells whether the text can still change: no vote was opened.
func (p *Proposal) IsEarly() bool {
	return p.State == Idea || p.State == Discussion || p.State == Amendment
}

// TakesAmendments tells whether changes can be asked for now.
func (p *Proposal) TakesAmendments(now time.Time) bool {
	return p.State == Amendment && now.Before(p.AmendUntil)
}

// Ready tells whether the rule is written.
func (p *Proposal) Ready() bool { return p.Rule.Method != "" }

// Over tells whether the time to vote is over, counted or not.
func (p *Proposal) Over(now time.Time) bool { return !now.Before(p.ClosesAt) }
