package directory

import (
	"copi.local/store"
	"copi.local/store/category"
	"copi.local/store/contact"
	"copi.local/store/listing"
	"copi.local/store/photo"
)

// summaryLength is how much of the text a card carries, in characters.
const summaryLength = 160

// around is what the card of an element says that stands elsewhere.
type around struct {
	category string            // its name
	answers  []category.Answer // to the operator's questions, public ones
	parent   *Element
	place    *listing.Point // its own, or what it has from its parent
}

// around looks that up.
func (e *Element) around(tx *store.Tx) (a around, err error) {
	if e.Category != "" && e.Kind != Person {
		c, err := category.Get(tx, e.Kind.Set(), e.Category)
		if err != nil && store.KindOf(err) != store.NotFound {
			return a, err
		}
		a.category = c.Name
	}
	fields, err := e.asked(tx)
	if err != nil {
		return a, err
	}
	for _, answer := range category.Shown(fields, e.Fields, true) {
		if !e.private(FieldPrefix + answer.Key) {
			a.answers = append(a.answers, answer)
		}
	}
	if !e.private("position") {
		if a.place, err = e.standsAt(tx); err != nil {
			return a, err
		}
	}
	if e.ParentID != "" {
		p, err := store.One(tx, scanElement, sqlByID, e.ParentID)
		if err != nil {
			return a, err
		}
		if p.Audience == listing.Public {
			a.parent = &p
		}
	}
	return a, nil
}

// put writes the card of the element as it stands.
func (e *Element) put(tx *store.Tx) error {
	a, err := e.around(tx)
	if err != nil {
		return err
	}
	body := e.body(a)
	if err := photo.Images(tx, e.Ref(), body); err != nil {
		return err
	}
	return listing.Put(tx, e.card(a), body)
}

// card is the element as lists, feeds and neighbours see it. Its first tag is
// the name of its category, so that filters, maps and neighbours find it. When
// it is archived it has expired: no list shows it, its address stays.
func (e *Element) card(a around) listing.Card {
	c := listing.Card{
		Ref: e.Ref(), Kind: e.Kind.Card(), Title: e.Name, Summary: e.summary(),
		Commune: e.Commune, Audience: e.Audience, Position: a.place, ExpiresAt: e.ArchivedAt,
	}
	if a.category != "" {
		c.Tags = append(c.Tags, a.category)
	}
	for _, t := range e.Tags {
		if listing.TagKey(t) != listing.TagKey(a.category) && len(c.Tags) < listing.MaxTags {
			c.Tags = append(c.Tags, t)
		}
	}
	return c
}

func (e *Element) summary() string {
	if e.Brief != "" {
		return e.open(e.Brief)
	}
	return listing.Clip(e.open(e.Description), summaryLength)
}

// open is a text of the element as everybody may read it.
func (e *Element) open(text string) string {
	if e.private(Contacts) {
		return contact.Mask(text, contact.Hidden)
	}
	return text
}

// types are the schema.org types of the kinds.
var types = map[Kind]string{Org: "Organization", Project: "Project", Place: "Place", POI: "Place", Person: "Person"}

// Body is the element as a document with schema.org names, what a neighbour's
// box fetches to show all of it. What only residents see is not in it.
func (e *Element) Body(tx *store.Tx) (listing.Body, error) {
	a, err := e.around(tx)
	return e.body(a), err
}

func (e *Element) body(a around) listing.Body {
	b := listing.Body{"@type": types[e.Kind], "name": e.Name}
	for _, f := range []struct{ field, property, value string }{
		{"brief", "disambiguatingDescription", e.open(e.Brief)},
		{"description", "description", e.open(e.Description)},
		{"phone", "telephone", e.Phone},
		{"email", "email", e.Email},
		{"website", "url", e.Website},
		{"hours", "openingHours", e.Hours},
		{"access", "accessibilitySummary", e.Access},
	} {
		if f.value != "" && !e.private(f.field) {
			b[f.property] = f.value
		}
	}
	if e.Street != "" && !e.private("street") {
		b["address"] = map[string]any{"@type": "PostalAddress", "streetAddress": e.Street}
	}
	if e.Capacity > 0 {
		b["maximumAttendeeCapacity"] = e.Capacity
	}
	e.lists(b, a)
	return b
}

// lists adds what there may be several of.
func (e *Element) lists(b listing.Body, a around) {
	var identifiers, amenities, more []any
	for _, id := range []struct{ name, value string }{{"RNA", e.RNA}, {"SIRET", e.SIRET}, {"registre", e.Register}} {
		if id.value != "" {
			identifiers = append(identifiers, map[string]any{"@type": "PropertyValue", "propertyID": id.name, "value": id.value})
		}
	}
	for _, what := range e.Equipment {
		amenities = append(amenities, map[string]any{"@type": "LocationFeatureSpecification", "name": what, "value": true})
	}
	for _, answer := range a.answers {
		more = append(more, map[string]any{"@type": "PropertyValue", "name": answer.Label, "value": answer.Value})
	}
	for name, list := range map[string][]any{"identifier": identifiers, "amenityFeature": amenities, "additionalProperty": more} {
		if len(list) > 0 {
			b[name] = list
		}
	}
	if a.parent != nil {
		property := "parentOrganization"
		if e.Kind == Place || e.Kind == POI {
			property = "containedInPlace"
		}
		b[property] = map[string]any{"@type": types[a.parent.Kind], "name": a.parent.Name}
	}
}
