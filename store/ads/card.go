package ads

import (
	"copi.local/store"
	"copi.local/store/category"
	"copi.local/store/listing"
	"copi.local/store/photo"
)

// summaryLength is how much of the text a card carries, in characters.
const summaryLength = 160

// put writes the card of the ad as it stands, or takes it away.
func put(tx *store.Tx, a *Ad) error {
	if !a.Live() {
		return a.withdraw(tx)
	}
	c, err := category.Get(tx, category.Ads, a.Category)
	if err != nil && store.KindOf(err) != store.NotFound {
		return err
	}
	fields, err := category.FieldsOf(tx, category.Ads)
	if err != nil {
		return err
	}
	body := a.body(c.Name, category.Shown(fields, a.Fields, true))
	if err := photo.Images(tx, a.Ref(), body); err != nil {
		return err
	}
	return listing.Put(tx, a.card(c.Name), body)
}

// withdraw takes the card away. One that a moderator hid is in no list and
// stays, so that it does not come back to light when the ad does.
func (a *Ad) withdraw(tx *store.Tx) error {
	hushed, err := listing.Hushed(tx, a.Ref())
	if err != nil || hushed {
		return err
	}
	return listing.Withdraw(tx, a.Ref())
}

// card is the ad as lists, feeds and neighbours see it.
func (a *Ad) card(sort string) listing.Card {
	c := listing.Card{
		Ref: a.Ref(), Kind: a.Kind(), Title: a.open(a.Title), Summary: listing.Clip(a.open(a.Text), summaryLength), Tags: []string{a.Verb.Tag()},
		Position: a.Position, Price: a.Price, ExpiresAt: a.ExpiresAt, Audience: a.Audience, Group: a.Group,
	}
	if sort != "" {
		c.Tags = []string{sort, a.Verb.Tag()}
	}
	return c
}

// availability are the states in the words of schema.org.
var availability = map[State]string{Available: "https://schema.org/InStock", Reserved: "https://schema.org/Reserved"}

// units are what a price is for, as UN/CEFACT writes it.
var units = map[Per]string{PerHour: "HUR", PerDay: "DAY", PerWeek: "WEE", PerMonth: "MON"}

// body is the ad as a document with schema.org names, what a neighbour's box
// fetches to show all of it. testdata/ keeps an example: a box of today must
// read it for ever.
func (a *Ad) body(sort string, answers []category.Answer) listing.Body {
	b := listing.Body{"@type": "Offer", "name": a.open(a.Title), "verb": string(a.Verb)}
	if a.Verb == Seek {
		b["@type"] = "Demand"
	}
	if a.Text != "" {
		b["description"] = a.open(a.Text)
	}
	if sort != "" {
		b["category"] = sort
	}
	if state, ok := availability[a.State]; ok {
		b["availability"] = state
	}
	if a.Per != "" {
		b["unitCode"] = units[a.Per]
	}
	if a.Place != "" {
		b["availableAtOrFrom"] = map[string]any{"@type": "Place", "name": a.open(a.Place)}
	}
	var more []any
	for _, answer := range answers {
		more = append(more, map[string]any{"@type": "PropertyValue", "name": answer.Label, "value": a.open(answer.Value)})
	}
	if more != nil {
		b["additionalProperty"] = more
	}
	return b
}

// CountCategory is how many ads have a category.
func CountCategory(tx *store.Tx, _, key string) (int, error) {
	return store.One(tx, store.Scan[int], sqlCategoryCount, key)
}

// InCategory are the ids of the ads that have a category.
func InCategory(tx *store.Tx, _, key string) ([]string, error) {
	return store.All(tx, store.Scan[string], sqlCategoryIDs, key)
}

// Recategorise gives the ads of one category another and writes their cards
// anew; with from and into the same only that.
func Recategorise(tx *store.Tx, set, from, into string) error {
	ids, err := InCategory(tx, set, from)
	for _, id := range ids {
		if err := Assign(tx, set, id, into); err != nil {
			return err
		}
	}
	return err
}

// Assign gives one ad a category, for an operator who sorts. Its date stays.
func Assign(tx *store.Tx, _, id, key string) error {
	if err := tx.Actor.Need(store.Operator); err != nil {
		return err
	}
	a, err := store.One(tx, scanAd, sqlByID, id)
	if err != nil {
		return err
	}
	a.Category = key
	if _, err := tx.Exec(sqlUpdate, append(a.columns(), a.ID)...); err != nil {
		return err
	}
	return put(tx, &a)
}
