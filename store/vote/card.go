package vote

import (
	"time"

	"copi.local/store"
	"copi.local/store/listing"
)

// summaryLength is how much of the text a card carries, in characters.
const summaryLength = 160

// words are the tags by which cards of a state are found, on this box and at
// the neighbours', whose cards say no more of the state. They are content, as
// what people write is.
var words = map[State]string{
	Idea: "idée", Discussion: "en discussion", Amendment: "amendements", Voting: "vote ouvert", Closed: "résultat", Cancelled: "vote annulé",
}

// Word is the tag of a state.
func Word(s State) string { return words[s] }

// word is the tag of the state the proposal is in.
func (p *Proposal) word() string {
	switch {
	case p.Announced():
		return "tirage annoncé"
	case p.Pending():
		return "élection en cours"
	}
	return words[p.State]
}

// put writes the card as the proposal stands. Nothing in it changes while
// people vote: not a number, not its version (SE-2).
func (p *Proposal) put(tx *store.Tx) error {
	body := listing.Body{
		"@type": "CreativeWork", "name": p.Title, "description": p.Text, "creativeWorkStatus": p.word(),
	}
	if len(p.Choices) > 0 {
		body["itemListElement"] = p.Choices
	}
	if p.State == Voting || p.State == Closed {
		body["expires"] = p.ClosesAt.Format(time.RFC3339)
	}
	return listing.Put(tx, listing.Card{
		Ref: p.Ref(), Kind: listing.KindDecision, Title: p.Title, Summary: listing.Clip(p.Text, summaryLength), Tags: []string{p.word()},
		Audience: p.Audience, Group: p.GroupID,
	}, body)
}
