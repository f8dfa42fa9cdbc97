// Package category keeps the words an operator sorts things by: what kinds of
// organisations, places or points of interest a village has, and what it wants
// to know of each.
//
// Categories come in sets, one for each kind of thing. A thing keeps the key of
// its category; the name may change, and the name is what people read and the
// first tag of the thing's card. So nothing is ever deleted: a category is
// retired, and then nobody chooses it any more, or merged into another, and
// then Get answers with that one. A merge keeps the list of the things it
// moved and can be taken back.
//
// The package knows no thing. Who has things of a set counts them, and puts
// their cards again when a name changes; ui/category_sets.go joins the two.
package category

import (
	"strings"
	"unicode/utf8"

	"copi.local/store"
	"copi.local/store/listing"
)

// The sets a box knows: the module whose things they sort, and the kind of
// thing.
const (
	ads           = "ads"
	directory     = "directory"
	Organisations = directory + ".org"
	Projects      = directory + ".project"
	Places        = directory + ".place"
	Points        = directory + ".poi"
	Ads           = ads + ".ad"
)

// Sets lists them in the order they are shown.
var Sets = []string{Organisations, Projects, Places, Points, Ads}

// Limits.
const (
	MaxChoices = 60  // categories of a set that can be chosen
	MaxWarning = 600 // characters
	maxKey     = 40
)

// Category is one word of a set.
type Category struct {
	Set, Key string
	Name     string // the first tag of the cards that have it
	Icon     string // of the sprite
	Position int
	Retired  bool   // not to be chosen any more; what has it keeps it
	Warning  string // shown to who writes a thing of it, and to who reads one; may be empty
	Vetted   bool   // a moderator reads its things before they are shown
	into     string
}

// Of lists the categories of a set that can be chosen, in their order.
func Of(tx *store.Tx, set string) ([]Category, error) {
	return store.All(tx, scan, sqlOf, set)
}

// All lists the retired ones too, after the others. Merged ones are gone.
func All(tx *store.Tx, set string) ([]Category, error) {
	return store.All(tx, scan, sqlAll, set)
}

// Get is the category that a key stands for today: after a merge, the one it
// was merged into.
func Get(tx *store.Tx, set, key string) (Category, error) {
	for range maxChain {
		c, err := store.One(tx, scan, sqlGet, set, key)
		if err != nil || c.into == "" {
			return c, err
		}
		key = c.into
	}
	return Category{}, store.E(store.Internal, "err.not_found").Because(errLoop)
}

// Active is Get for somebody who chooses: a retired category is refused, unless
// it is the one the thing has.
func Active(tx *store.Tx, set, key, has string) (Category, error) {
	c, err := Get(tx, set, key)
	switch {
	case store.KindOf(err) == store.NotFound && key == "":
		return c, store.E(store.Invalid, "err.category.choose").At("category")
	case store.KindOf(err) == store.NotFound, err == nil && c.Retired && key != has:
		return c, store.E(store.Invalid, "err.category.unknown").At("category")
	}
	return c, err
}

// Known is the category of a set with a name, as imports bring it; kind
// NotFound when there is none. Spelling is compared as of tags.
func Known(tx *store.Tx, set, name string) (Category, error) {
	list, err := All(tx, set)
	if err != nil {
		return Category{}, err
	}
	for _, c := range list {
		if listing.TagKey(c.Name) == listing.TagKey(name) {
			return c, nil
		}
	}
	return Category{}, store.E(store.NotFound, "err.not_found")
}

// check tells whether a name can stand in a set beside the others.
func (c *Category) check(tx *store.Tx) error {
	switch {
	case listing.TagKey(c.Name) == "":
		return store.E(store.Invalid, "err.category.name_empty").At("name")
	case strings.ContainsAny(c.Name, ",;\n") || !utf8.ValidString(c.Name) || strings.ContainsRune(c.Name, 0):
		return store.E(store.Invalid, "err.category.name_comma").At("name")
	case utf8.RuneCountInString(c.Name) > listing.MaxTag:
		return store.E(store.Invalid, "err.category.name_long", "max", listing.MaxTag).At("name")
	}
	other, err := Known(tx, c.Set, c.Name)
	switch {
	case err == nil && other.Key != c.Key:
		key := "err.category.name_taken"
		if other.Retired {
			key = "err.category.name_retired"
		}
		return store.E(store.Conflict, key, "name", other.Name).At("name")
	case store.KindOf(err) == store.NotFound:
		return nil
	}
	return err
}

// may fails unless the actor keeps the box and the set exists.
func may(tx *store.Tx, set string) error {
	if err := tx.Actor.Need(store.Operator); err != nil {
		return err
	}
	for _, s := range Sets {
		if s == set {
			return nil
		}
	}
	return store.E(store.NotFound, "err.not_found")
}
