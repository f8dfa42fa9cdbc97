package mutualaid

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/listing"
)

// Bounds of what may answer a favour.
const (
	MatchKM     = 30 // around its place, or the commune
	matchLooked = 60 // cards looked at
)

// Matches are the cards that may answer a favour, on this box and the
// neighbours': of the other side, with a tag of its own in any spelling, or of
// its sort where one of the two has no tags to compare; not far, and at a time
// that suits (EN-3). The nearest come first, then the soonest: things are put in
// order, never people. At most limit.
func Matches(tx *store.Tx, f *Favour, limit int) ([]listing.Card, error) {
	near := f.Position
	if near == nil {
		home, err := listing.HomeOf(tx)
		if err != nil {
			return nil, err
		}
		near = home.Position
	}
	found, err := f.candidates(tx, near)
	if err != nil {
		return nil, err
	}
	var list []listing.Card
	for _, c := range found {
		mine, err := f.sameAuthor(tx, &c)
		if err != nil {
			return nil, err
		}
		if !mine && f.suits(&c, tx.Now) && !slices.ContainsFunc(list, func(o listing.Card) bool { return o.Ref.ID == c.Ref.ID }) {
			list = append(list, c)
		}
	}
	slices.SortStableFunc(list, nearer)
	return list[:min(limit, len(list))], nil
}

// candidates are cards of the other side by tag, and by sort.
func (f *Favour) candidates(tx *store.Tx, near *listing.Point) ([]listing.Card, error) {
	q := listing.Query{Kind: f.opposite(), Near: near, Current: tx.Now, Limit: matchLooked}
	if near != nil {
		q.RadiusKM, q.Order = MatchKM, listing.Nearest
	}
	bySort := q
	bySort.Tag = Word(f.Side.Other(), f.Sort)
	found, err := around(tx, bySort)
	if err != nil {
		return nil, err
	}
	found = slices.DeleteFunc(found, func(c listing.Card) bool { return !f.comparable(&c) })
	if len(f.Tags) == 0 || f.Sort == Ride {
		return found, nil
	}
	q.Tags = f.Tags
	tagged, err := around(tx, q)
	return append(tagged, found...), err
}

// around finds what lies within the circle, and this box's own cards that have
// no place: they are of the village.
func around(tx *store.Tx, q listing.Query) ([]listing.Card, error) {
	res, err := listing.Find(tx, q)
	if err != nil || q.RadiusKM == 0 {
		return res.Cards, err
	}
	q.RadiusKM, q.Order, q.Placed, q.Origin = 0, listing.ByDefault, listing.WithoutPlace, listing.FromHere
	here, err := listing.Find(tx, q)
	return append(res.Cards, here.Cards...), err
}

// opposite is the kind of card that answers.
func (f *Favour) opposite() string {
	o := Favour{Side: f.Side.Other(), Sort: f.Sort}
	return o.Kind()
}

// comparable tells whether the sort alone may make a match: one of the two has
// no tags of its own. A ride has to go the same way.
func (f *Favour) comparable(c *listing.Card) bool {
	if f.Sort == Ride {
		return strings.Contains(listing.Fold(c.Title+" "+c.Summary), listing.Fold(f.Destination))
	}
	return len(f.Tags) == 0 || len(c.Tags) <= 1
}

// sameAuthor tells whether an own card is of who put the favour: nobody answers
// themselves.
func (f *Favour) sameAuthor(tx *store.Tx, c *listing.Card) (bool, error) {
	if c.Origin != nil || c.Ref.Module != Module {
		return false, nil
	}
	author, err := AuthorOf(tx, c.Ref.ID)
	return author != "" && author == f.AuthorID, err
}

// slack is how far two rides, or two hours of one day, may lie apart.
const slack = 12 * time.Hour

// suits tells whether the times of the two meet. What has no time suits always.
func (f *Favour) suits(c *listing.Card, now time.Time) bool {
	if c.Over(now) {
		return false
	}
	if !f.Dated() || c.StartsAt.IsZero() {
		return true
	}
	return f.StartsAt.Before(c.EndsAt.Add(slack)) && c.StartsAt.Before(f.EndsAt.Add(slack))
}

// nearer puts cards in order: by distance in whole kilometres, those without one
// last, then by date, those without one last.
func nearer(a, b listing.Card) int {
	return cmp.Or(cmp.Compare(kilometres(&a), kilometres(&b)), cmp.Compare(begins(&a), begins(&b)), cmp.Compare(a.Ref.ID, b.Ref.ID))
}

const nowhere = 1 << 40

func kilometres(c *listing.Card) int64 {
	if c.DistanceKM == nil {
		return nowhere
	}
	return int64(*c.DistanceKM)
}

func begins(c *listing.Card) int64 {
	if c.StartsAt.IsZero() {
		return 1 << 62
	}
	return c.StartsAt.Unix()
}
