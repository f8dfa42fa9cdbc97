package moderation

import (
	"copi.local/store"
	"copi.local/store/listing"
)

// Content is what somebody published and moderators decide about: a thing with
// a card, or what has none, a single post for one.
type Content struct {
	Ref     store.Ref
	Kind    string // of its card, or what the public log calls it
	Title   string // of the thing, or of what a post is about
	Hidden  bool
	Foreign bool // a neighbour's: it can be hidden here, and no more
	Keeps   bool // the acting person moderates the place it stands in, without being a moderator of the box
}

// Shelf is where the contents of a module stand. Cards are the shelf of every
// module that brings none of its own.
type Shelf interface {
	// Find is a content as the acting person may know of it. It fails with kind
	// NotFound for one that is gone, or not for them.
	Find(tx *store.Tx, ref store.Ref) (Content, error)
	// Exists tells whether it is still there, whoever asks.
	Exists(tx *store.Tx, ref store.Ref) (bool, error)
	// Hide takes it out of everybody's sight, or brings it back.
	Hide(tx *store.Tx, ref store.Ref, hidden bool) error
	// Examine says that moderators of the box have to read it, wherever it
	// stands, or that they do not any more.
	Examine(tx *store.Tx, ref store.Ref, now bool) error
	// Reasons are those to report or hide it, in the order they are shown.
	Reasons() []Reason
}

var shelves = map[string]Shelf{}

// Keep makes s the shelf of the refs of a module. A module calls it once, before
// anything runs.
func Keep(module string, s Shelf) { shelves[module] = s }

// shelf is where the thing behind a ref stands.
func shelf(ref store.Ref) Shelf {
	if s, ok := shelves[ref.Module]; ok {
		return s
	}
	return cards{}
}

// Find is the content behind a ref, see Shelf.
func Find(tx *store.Tx, ref store.Ref) (Content, error) { return shelf(ref).Find(tx, ref) }

// ReasonsFor are those to report or hide what stands behind a ref, in the order
// they are shown.
func ReasonsFor(ref store.Ref) []Reason { return shelf(ref).Reasons() }

// exists tells whether a content is still there, whoever asks. What its author
// took away nobody has to decide about.
func exists(tx *store.Tx, ref store.Ref) (bool, error) { return shelf(ref).Exists(tx, ref) }

// Concerns tells whether a moderator of the box has to do with a thing: somebody
// reported it, a moderator of the box hid it, its author asked for a second
// opinion, or the name of somebody who left may stand in it. Then they read it also where they do not belong.
func Concerns(tx *store.Tx, ref store.Ref) (bool, error) {
	return store.One(tx, store.Scan[bool], sqlConcerns, ref.Module, ref.ID)
}

// cards is the shelf of things with cards.
type cards struct{}

func (cards) Find(tx *store.Tx, ref store.Ref) (Content, error) {
	c, err := listing.ByRef(tx, ref)
	return Content{Ref: c.Ref, Kind: c.Kind, Title: c.Title, Hidden: c.Hidden, Foreign: c.Origin != nil}, err
}

func (cards) Exists(tx *store.Tx, ref store.Ref) (bool, error) { return listing.Exists(tx, ref) }

func (cards) Hide(tx *store.Tx, ref store.Ref, hidden bool) error {
	return listing.Hide(tx, ref, hidden)
}

func (cards) Examine(tx *store.Tx, ref store.Ref, now bool) error {
	return listing.Examine(tx, ref, now)
}

func (cards) Reasons() []Reason { return Complaints }
