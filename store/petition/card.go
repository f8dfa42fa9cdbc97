package petition

import (
	"copi.local/store"
	"copi.local/store/listing"
)

// summaryLength is how much of the text a card carries, in characters.
const summaryLength = 160

// instant is how a body writes an instant, in UTC.
const instant = "2006-01-02T15:04:05Z"

// put writes the card as the petition stands. The count is in its body and not
// in its summary, so that who follows it is not told of every signature.
func (p *Petition) put(tx *store.Tx) error {
	tally, err := p.Tally(tx)
	if err != nil {
		return err
	}
	c := listing.Card{
		Ref: p.Ref(), Kind: listing.KindPetition, Title: p.open(p.Title), Summary: listing.Clip(p.open(p.Text), summaryLength),
		Tags: p.Tags, Audience: listing.Public,
	}
	if p.State == Closed {
		c.ExpiresAt = p.ClosedAt.Add(Listed)
	}
	return listing.Put(tx, c, p.body(tally))
}

// Body is the petition as a document with schema.org names, what a neighbour's
// box fetches to show all of it: the public text and the count, and nothing of
// who signed.
func (p *Petition) body(t Tally) listing.Body {
	addressee := map[string]any{"@type": "Organization", "name": p.open(p.Addressee)}
	b := listing.Body{
		"@type": "CreativeWork", "name": p.open(p.Title), "description": p.open(p.Text), "recipient": addressee,
		"interactionStatistic": map[string]any{
			"@type": "InteractionCounter", "interactionType": "https://schema.org/EndorseAction", "userInteractionCount": t.Total(),
		},
	}
	if p.IsOpen() {
		b["expires"] = p.EndsAt.UTC().Format(instant)
	}
	if p.Answer != "" {
		b["comment"] = map[string]any{"@type": "Answer", "text": p.Answer, "author": addressee, "dateCreated": p.AnsweredAt.UTC().Format(instant)}
	}
	return b
}
