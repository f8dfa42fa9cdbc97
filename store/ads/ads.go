// Package ads keeps the classified ads of a village: what people give, sell,
// lend, rent, swap and look for, and the work there is.
//
// An ad stands for some weeks (Rule) and then ends by itself. Its author is
// told three days before and prolongs it with one tap, so many times; then its
// words have to be looked at again. Reserved is said and taken back without
// anything being lost. An ad that is gone or over has no card: no list, feed or
// neighbour shows it. Its page stays, for whoever noted the address, and says
// to others nothing but what it was about; a year later it is deleted.
//
// The card's first tag is the category's name, the second what is done (Verb),
// so that every list of cards, a neighbour's too, is sorted by both.
package ads

import (
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/category"
	"copi.local/store/listing"
)

// Module names this package in refs.
const Module = "ads"

// Limits.
const (
	MaxText  = 3000 // characters
	MaxPlace = 120  // characters
	MaxPrice = 100_000_000_00
	MaxLive  = 100 // ads of one account that are not over
)

// Verb is what somebody does with the thing.
type Verb string

// The verbs.
const (
	Give Verb = "give"
	Sell Verb = "sell"
	Lend Verb = "lend"
	Rent Verb = "rent"
	Swap Verb = "swap"
	Job  Verb = "job"  // work that is offered
	Seek Verb = "seek" // looked for, of any of these
)

// Verbs lists them in the order they are shown.
var Verbs = []Verb{Give, Sell, Lend, Rent, Seek, Swap, Job}

// tags are the verbs as tags of cards, in the language of the village.
var tags = map[Verb]string{
	Give: "à donner", Sell: "à vendre", Lend: "à prêter", Rent: "à louer", Swap: "à échanger", Job: "emploi", Seek: "recherché",
}

// Tag is the tag that cards of the verb have.
func (v Verb) Tag() string { return tags[v] }

// Known tells whether there is such a verb.
func (v Verb) Known() bool { return tags[v] != "" }

// Priced tells whether a price belongs to the verb, and whether one must be
// said.
func (v Verb) Priced() (may, must bool) {
	switch v {
	case Sell, Rent:
		return true, true
	case Job, Seek:
		return true, false
	case Give, Lend, Swap:
	}
	return false, false
}

// State is where an ad stands.
type State string

// The states. Live ones are in lists; the others have no card.
const (
	Available State = "available"
	Reserved  State = "reserved" // promised to somebody who has not come yet
	Waiting   State = "waiting"  // a moderator looks at it first
	Gone      State = "gone"     // its author says so
	Over      State = "over"     // its time has passed
)

// Per is what a rent or a wage is for; empty for the whole.
type Per string

// What a price may be for.
const (
	PerHour  Per = "hour"
	PerDay   Per = "day"
	PerWeek  Per = "week"
	PerMonth Per = "month"
)

// Pers lists them in the order they are shown.
var Pers = []Per{PerHour, PerDay, PerWeek, PerMonth}

// Ad is one ad.
type Ad struct {
	ID       string
	Verb     Verb
	Title    string
	Text     string            // plain, may be empty
	Masked   bool              // contacts in its words are for registered people only
	Category string            // key of category.Ads
	Fields   map[string]string // answers to the operator's questions, by key
	Price    *listing.Price    // nil where none was said
	Per      Per
	Place    string           // in words; may be empty
	Position *listing.Point   // rough; nil: the commune
	Exact    bool             // keep Position as it is: it is an organisation's, not a home; not stored
	Audience listing.Audience // as chosen; no wider than Group is read (listing.Effective)
	Group    string           // whose ad it is beside the author's; empty for none

	State     State
	Renewals  int    // since its words changed last
	Warned    bool   // its author was told that it ends soon
	AuthorID  string // empty after they left, where an organisation answers for it
	ExpiresAt time.Time
	EndedAt   time.Time // zero unless gone or over
	CreatedAt time.Time
	UpdatedAt time.Time
}

// Ref points at the ad.
func (a *Ad) Ref() store.Ref { return store.Ref{Module: Module, ID: a.ID} }

// Kind is the kind of its card.
func (a *Ad) Kind() string {
	if a.Verb == Seek {
		return listing.KindWanted
	}
	return listing.KindOffer
}

// Live tells whether the ad is in lists.
func (a *Ad) Live() bool { return a.State == Available || a.State == Reserved }

// Past tells whether nothing but its page is left.
func (a *Ad) Past() bool { return a.State == Gone || a.State == Over }

// settle makes the verb and the price agree: what is sold for nothing is given,
// and a gift has the price of one (PA-2).
func (a *Ad) settle() {
	unit := ""
	if a.Price != nil {
		unit = a.Price.Unit
	}
	switch {
	case a.Verb == Sell && unit == "free":
		a.Verb = Give
	case a.Verb == Rent && unit == "free":
		a.Verb = Lend
	case a.Verb == Sell && unit == "swap":
		a.Verb = Swap
	}
	switch a.Verb {
	case Give, Lend:
		a.Price = &listing.Price{Unit: "free"}
	case Swap:
		a.Price = &listing.Price{Unit: "swap"}
	case Sell, Rent, Job, Seek:
	}
	if (a.Verb != Rent && a.Verb != Job) || a.Price == nil || a.Price.Unit != "EUR" && a.Price.Unit != "min" {
		a.Per = ""
	}
	a.Title, a.Text, a.Place = strings.TrimSpace(a.Title), strings.TrimSpace(a.Text), strings.TrimSpace(a.Place)
}

// Check tells what is wrong with the ad as written, and makes its verb and its
// price agree. The category is for CheckIn.
func (a *Ad) Check() error {
	a.settle()
	var bad store.Errors
	if !a.Verb.Known() {
		bad.Add(store.E(store.Invalid, "err.ads.verb").At("verb"))
	}
	bad.Add(listing.CheckTitle(a.Title))
	bad.Add(listing.CheckText("text", a.Text, MaxText))
	bad.Add(listing.CheckText("place", a.Place, MaxPlace))
	bad.Add(a.checkPrice())
	return bad.OrNil()
}

func (a *Ad) checkPrice() *store.Error {
	_, must := a.Verb.Priced()
	switch {
	case a.Price == nil && must:
		return store.E(store.Invalid, "err.ads.price_empty").At("price")
	case a.Price != nil && (a.Price.Amount < 0 || a.Price.Amount > MaxPrice):
		return store.E(store.Invalid, "err.ads.price").At("price")
	}
	switch a.Per {
	case "", PerHour, PerDay, PerWeek, PerMonth:
		return nil
	}
	return store.E(store.Invalid, "err.ads.per").At("per")
}

// CheckIn is Check, and whether the category and the answers to the operator's
// questions are such as the box has. had is the category of the ad as it
// stands; empty of a new one.
func (a *Ad) CheckIn(tx *store.Tx, had string) error {
	var bad store.Errors
	if err := bad.Take(a.Check()); err != nil {
		return err
	}
	c, err := category.Active(tx, category.Ads, a.Category, had)
	if err := bad.Take(err); err != nil {
		return err
	}
	if err == nil {
		a.Category = c.Key
	}
	fields, err := category.CheckValues(tx, category.Ads, a.Fields)
	if err := bad.Take(err); err != nil {
		return err
	}
	a.Fields = fields
	return bad.OrNil()
}
