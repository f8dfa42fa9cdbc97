package directory

import (
	"slices"

	"copi.local/store/listing"
)

// summaryLength is how much of the text a card carries, in characters.
const summaryLength = 160

// card is the element as lists, feeds and neighbours see it.
func (e *Element) card() listing.Card {
	c := listing.Card{
		Ref: e.Ref(), Kind: e.Kind.card(), Title: e.Name, Summary: e.summary(), Tags: e.cardTags(),
		Commune: e.Commune, Audience: e.Audience,
	}
	if !e.private("position") {
		c.Position = e.Position
	}
	return c
}

// cardTags are the tags of the card. The first is to be the word of the
// category, so that filters, maps and neighbours find it.
func (e *Element) cardTags() []string { return e.Tags }

func (e *Element) summary() string {
	if e.Brief != "" {
		return e.Brief
	}
	return listing.Clip(e.Description, summaryLength)
}

// private tells whether only residents see a field.
func (e *Element) private(field string) bool { return slices.Contains(e.ResidentsOnly, field) }

// types are the schema.org types of the kinds.
var types = map[Kind]string{Org: "Organization", Project: "Project", Place: "Place", POI: "Place", Person: "Person"}

// Body is the element as a document with schema.org names, what a neighbour's
// box fetches to show all of it. What only residents see is not in it.
func (e *Element) Body() listing.Body {
	b := listing.Body{"@type": types[e.Kind], "name": e.Name}
	for _, f := range []struct{ field, property, value string }{
		{"description", "description", e.Description},
		{"phone", "telephone", e.Phone},
		{"email", "email", e.Email},
		{"website", "url", e.Website},
		{"hours", "openingHours", e.Hours},
	} {
		if f.value != "" && !e.private(f.field) {
			b[f.property] = f.value
		}
	}
	if e.Street != "" && !e.private("street") {
		b["address"] = map[string]any{"@type": "PostalAddress", "streetAddress": e.Street}
	}
	return b
}
