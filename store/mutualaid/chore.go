package mutualaid

import (
	"slices"
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/calendar"
	"copi.local/store/listing"
)

// Limits of a chore.
const (
	MaxHands        = 50       // persons
	MaxChoreMinutes = 100 * 60 // of work for each
	MaxAgain        = 366      // days
	maxChoreText    = 2000     // characters
	maxChoreLine    = 120      // characters: place, contact
	choreSummary    = 160      // characters
)

// Chore is a task of the village that somebody takes on: to mend the bench, to
// wipe the library's shelves every month, to change the poster on the box.
type Chore struct {
	ID       string
	Title    string
	Text     string // plain, may be empty
	Place    string // may be empty
	Contact  string // whom to ask; people with an account read it
	Tags     []string
	Day      calendar.Wall // by when, at midnight; zero: when somebody can
	Minutes  int           // of work for each person, 0 to MaxChoreMinutes; 0: not said
	Hands    int           // persons it needs, 1 to MaxHands
	Again    int           // days after it was done it is to do again, 0 to MaxAgain; 0: once
	Audience listing.Audience

	// Filled by the verbs, and when read.
	DoneAt   time.Time // zero while it is to do
	LastDone time.Time // of what repeats, the last time; zero for never
	AuthorID string    // empty after they left
	Takers   []string  // accounts who took it, the first first

	CreatedAt, UpdatedAt time.Time
}

// Ref points at the chore.
func (c *Chore) Ref() store.Ref { return store.Ref{Module: Module, ID: c.ID} }

// Done tells that it is done for good.
func (c *Chore) Done() bool { return !c.DoneAt.IsZero() }

// Free is how many persons it still needs.
func (c *Chore) Free() int { return max(0, c.Hands-len(c.Takers)) }

// Late tells that its day is past. It stays on the board: a task is not done
// because nobody did it in time.
func (c *Chore) Late(now time.Time) bool {
	return !c.Done() && !c.Day.IsZero() && !now.Before(c.end())
}

// end is the midnight after its day.
func (c *Chore) end() time.Time {
	zone, err := calendar.Location(Paris)
	if err != nil {
		zone = time.UTC
	}
	d := c.Day.AddDays(1)
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, zone)
}

// Check tells what is wrong with the chore as written.
func (c *Chore) Check() error {
	var bad store.Errors
	bad.Add(listing.CheckTitle(c.Title))
	bad.Add(listing.CheckText("text", c.Text, maxChoreText))
	bad.Add(listing.CheckText("place", c.Place, maxChoreLine))
	bad.Add(listing.CheckText("contact", c.Contact, maxChoreLine))
	bad.Add(listing.CheckTags(c.Tags))
	c.Day = c.Day.Midnight()
	if !c.Day.IsZero() && (c.Day.Year < earliestYear || c.Day.Year > latestYear) {
		bad.Add(store.E(store.Invalid, "err.roster.year").At("day"))
	}
	if c.Minutes < 0 || c.Minutes > MaxChoreMinutes {
		bad.Add(store.E(store.Invalid, "err.chore.minutes", "max", MaxChoreMinutes/60).At("minutes"))
	}
	if c.Hands < 1 || c.Hands > MaxHands {
		bad.Add(store.E(store.Invalid, "err.chore.hands", "max", MaxHands).At("hands"))
	}
	if c.Again < 0 || c.Again > MaxAgain {
		bad.Add(store.E(store.Invalid, "err.chore.again", "max", MaxAgain).At("again"))
	}
	return bad.OrNil()
}

// card is the chore as lists, feeds and neighbours see it: on its day it is
// theirs, afterwards only the board's.
func (c *Chore) card() listing.Card {
	card := listing.Card{
		Ref: c.Ref(), Kind: listing.KindNeed, Title: masked(c.Title), Tags: c.Tags, Audience: c.Audience,
		Summary: listing.Clip(masked(strings.Trim(c.Place+" — "+c.Text, " —")), choreSummary),
	}
	if !c.Day.IsZero() {
		card.EndsAt, card.AllDay = c.end(), true
		card.StartsAt, card.ExpiresAt = card.EndsAt.AddDate(0, 0, -1), card.EndsAt
	}
	return card
}

// body is the chore as a neighbour's box shows it. Whom to ask stays here.
func (c *Chore) body() listing.Body {
	b := listing.Body{"@type": "Demand", "name": masked(c.Title)}
	if c.Text != "" {
		b["description"] = masked(c.Text)
	}
	if c.Place != "" {
		b["availableAtOrFrom"] = map[string]any{"@type": "Place", "name": masked(c.Place)}
	}
	if !c.Day.IsZero() {
		b["availabilityEnds"] = c.Day.Date()
	}
	return b
}

// put writes the card. While nobody is looked for it says nothing but the title
// and is in no list, whatever the clock says; its address stays.
func (c *Chore) put(tx *store.Tx) error {
	if c.Done() || c.Free() == 0 {
		return listing.Put(tx, restingCard(c.Ref(), masked(c.Title), c.Audience), listing.Body{"@type": "Demand", "name": c.Title})
	}
	return listing.Put(tx, c.card(), c.body())
}

// restingCard is the card of what looks for nobody just now.
func restingCard(ref store.Ref, title string, audience listing.Audience) listing.Card {
	return listing.Card{Ref: ref, Kind: listing.KindNeed, Title: title, Audience: audience, ExpiresAt: time.Unix(0, 0)}
}

// MayChange tells whether the actor may change the chore: who wrote it, who
// answers for the organisation in whose name it stands, or an operator.
func (c *Chore) MayChange(tx *store.Tx) bool {
	return tx.Actor.ID != "" && (tx.Actor.ID == c.AuthorID || tx.VouchedFor(c.Ref())) || tx.Actor.Can(store.Operator)
}

// Has tells whether an account took the chore on.
func (c *Chore) Has(account string) bool {
	return account != "" && slices.Contains(c.Takers, account)
}
