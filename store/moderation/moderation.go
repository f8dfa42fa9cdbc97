// Package moderation keeps what waits for a moderator: what visitors propose,
// and what people report; and what was decided.
//
// A proposal waits here whole, and nothing of it is anywhere else before a
// moderator accepts it. One report hides nothing; several people's hide a thing
// of this box for the time being (Rule), until a moderator decides. What a
// module holds (Hold) has no card before somebody has read it. Hiding is
// reversible, gives a reason its author reads, and stands in a public log that
// names nobody and that nobody can edit. No moderator decides on a report they
// made, or on a thing of their own.
package moderation

import (
	"slices"
	"unicode/utf8"

	"copi.local/store"
)

// Limits.
const (
	MaxText     = 500      // of a report or a reason, in characters
	MaxPayload  = 32 << 10 // of a proposal, in bytes
	PerHour     = 5        // proposals from one source (AG-15)
	ReportsHour = 10       // reports from one source
)

// Reason is why something is refused, reported or hidden; its sentence is
// "moderation.reason." and its name.
type Reason string

// Refusals are the reasons to refuse a proposal, in the order they are shown.
var Refusals = []Reason{"duplicate", "not_here", "incomplete", "past", "advertising", "charter", "other"}

// Complaints are the reasons to report or hide, in the order they are shown.
var Complaints = []Reason{"wrong", "over", "advertising", "personal", "insult", "illegal", "other"}

// Offences are the reasons to suspend somebody, in the order they are shown.
var Offences = []Reason{"insult", "personal", "advertising", "illegal", "other"}

// Illegal is the complaint whose content is sealed for an authority.
const Illegal Reason = "illegal"

// checkReason wants a reason of the list, and words with "other".
func checkReason(list []Reason, r Reason, text string) error {
	switch {
	case !slices.Contains(list, r):
		return store.E(store.Invalid, "err.moderation.reason").At("reason")
	case r == "other" && text == "":
		return store.E(store.Invalid, "err.moderation.reason_text").At("text")
	case utf8.RuneCountInString(text) > MaxText:
		return store.E(store.Invalid, "err.moderation.text_long", "max", MaxText).At("text")
	}
	return nil
}

// CheckReason wants a reason of a module's own list, and words with "other".
func CheckReason(list []Reason, r Reason, text string) error { return checkReason(list, r, text) }

// notOwn refuses who would decide on their own, and who moderates neither the
// box nor the place the content stands in.
func (c *Content) notOwn(tx *store.Tx, author string) error {
	if !c.Keeps {
		return notOwn(tx, author)
	}
	if author != "" && author == tx.Actor.ID {
		return store.E(store.Forbidden, "err.moderation.own")
	}
	return nil
}

// notOwn refuses a moderator who would decide on their own thing.
func notOwn(tx *store.Tx, author string) error {
	if err := tx.Actor.Need(store.Moderator); err != nil {
		return err
	}
	if author != "" && author == tx.Actor.ID {
		return store.E(store.Forbidden, "err.moderation.own")
	}
	return nil
}
