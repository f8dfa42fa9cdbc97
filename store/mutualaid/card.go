package mutualaid

import (
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/contact"
	"copi.local/store/listing"
)

// summaryLength is how much of the text a card carries, in characters.
const summaryLength = 160

// words are the tags by which cards of a sort are found, on this box and at the
// neighbours', whose cards say no more of the sort. They are content, as what
// people write is.
var words = map[Side]map[Sort]string{
	Need: {Goods: "objet", Hand: "coup de main", Skill: "savoir-faire", Space: "local", Ride: "trajet cherché"},
	Help: {Goods: "objet", Hand: "coup de main", Skill: "savoir-faire", Space: "local", Ride: "trajet proposé"},
}

// Word is the tag of a sort on a side; empty for what is neither.
func Word(side Side, sort Sort) string { return words[side][sort] }

func (f *Favour) word() string { return Word(f.Side, f.Sort) }

// put writes the card as the favour stands. What has ended keeps a card that
// says nothing: it is in no list, whatever the clock says, and its address and
// what a moderator did to it stay.
func (f *Favour) put(tx *store.Tx) error {
	if !f.IsOpen() {
		return listing.Put(tx, listing.Card{
			Ref: f.Ref(), Kind: f.Kind(), Title: f.open(f.Title), Audience: f.Audience, ExpiresAt: time.Unix(0, 0),
		}, listing.Body{"@type": f.schema(), "name": f.open(f.Title)})
	}
	return listing.Put(tx, f.card(), f.Body())
}

// card is the favour as lists, feeds and neighbours see it. Its first tag is
// the word of its sort.
func (f *Favour) card() listing.Card {
	c := listing.Card{
		Ref: f.Ref(), Kind: f.Kind(), Title: f.open(f.Title), Summary: f.summary(), Tags: []string{f.word()},
		Position: f.Position, StartsAt: f.StartsAt, EndsAt: f.EndsAt, AllDay: f.AllDay,
		Audience: f.Audience, ExpiresAt: f.ExpiresAt,
	}
	for _, t := range f.Tags {
		if listing.TagKey(t) != listing.TagKey(f.word()) && f.open(t) == t {
			c.Tags = append(c.Tags, t)
		}
	}
	if f.Minutes > 0 {
		c.Price = &listing.Price{Amount: f.Minutes, Unit: "min"}
	}
	return c
}

// summary is the way or the place, when it suits, and the beginning of what.
func (f *Favour) summary() string {
	where := f.Place
	if f.Sort == Ride {
		where += " → " + f.Destination
	}
	var parts []string
	for _, p := range []string{f.open(where), f.open(f.Availability), f.open(f.Description)} {
		if p != "" && p != f.Title {
			parts = append(parts, p)
		}
	}
	return listing.Clip(strings.Join(parts, " — "), summaryLength)
}

// open is a text of the favour as everybody may read it (PA-3).
func (f *Favour) open(text string) string {
	if f.Masked {
		return contact.Mask(text, contact.Hidden)
	}
	return text
}

// schema is the schema.org type.
func (f *Favour) schema() string {
	if f.Side == Need {
		return "Demand"
	}
	return "Offer"
}

// Body is the favour as a document with schema.org names, what a neighbour's
// box fetches to show all of it. Nobody is named in it.
func (f *Favour) Body() listing.Body {
	b := listing.Body{"@type": f.schema(), "name": f.open(f.Title)}
	place := func(name string) map[string]any { return map[string]any{"@type": "Place", "name": name} }
	switch {
	case f.Sort == Ride:
		trip := map[string]any{"@type": "Trip", "itinerary": []any{place(f.open(f.Place)), place(f.open(f.Destination))}}
		trip["departureTime"] = f.moment(f.StartsAt)
		b["itemOffered"] = trip
	case f.Place != "":
		b["availableAtOrFrom"] = place(f.open(f.Place))
	}
	if f.Description != "" {
		b["description"] = f.open(f.Description)
	}
	if f.Dated() && f.Sort != Ride {
		b["availabilityStarts"] = f.moment(f.StartsAt)
		if f.EndsAt.After(f.StartsAt) {
			b["availabilityEnds"] = f.moment(f.EndsAt)
		}
	}
	for name, text := range map[string]string{"availabilityNote": f.open(f.Availability), "carries": f.open(f.Carries)} {
		if text != "" {
			b[name] = text
		}
	}
	if f.Places > 0 {
		b["inventoryLevel"] = f.Places
	}
	return b
}

// moment is an instant with the offset of the favour's zone.
func (f *Favour) moment(t time.Time) string {
	zone, err := time.LoadLocation(f.Zone)
	if err != nil {
		zone = time.UTC // cannot be: Check loaded it
	}
	return t.In(zone).Format(time.RFC3339)
}
