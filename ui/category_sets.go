package ui

import (
	"copi.local/store"
	"copi.local/store/ads"
	"copi.local/store/category"
	"copi.local/store/directory"
)

// categoryOwner is what the operator's pages need of a module whose things have
// categories. The zero owner has no things yet.
//
// recategorise gives the things of one category another, and puts their cards
// again; with from and into the same it only puts the cards again, since their
// first tag is the category's name. things and assign, where a module has them,
// let a merge be taken back: the ids of what has a category, and a category for
// one of them. vets says that the module minds what a category asks of its
// things (category.Caution).
type categoryOwner struct {
	count        func(tx *store.Tx, set, key string) (int, error)
	recategorise func(tx *store.Tx, set, from, into string) error
	things       func(tx *store.Tx, set, key string) ([]string, error)
	assign       func(tx *store.Tx, set, id, key string) error
	vets         bool
}

// categoryOwners says whose the things of a set are: a module adds its line
// here.
func categoryOwners() map[string]categoryOwner {
	elements := categoryOwner{
		count: directory.CountCategory, recategorise: directory.Recategorise,
		things: directory.InCategory, assign: directory.Assign,
	}
	return map[string]categoryOwner{
		category.Organisations: elements, category.Projects: elements, category.Places: elements, category.Points: elements,
		category.Ads: {count: ads.CountCategory, recategorise: ads.Recategorise, things: ads.InCategory, assign: ads.Assign, vets: true},
	}
}

// categorySet is one set as its pages name it.
type categorySet struct{ Set, Slug, Icon string }

// categorySets are the sets in their order.
var categorySets = []categorySet{
	{category.Organisations, "organisations", "contact"},
	{category.Projects, "projets", "users"},
	{category.Places, "lieux", "map-pin"},
	{category.Points, "points-d-interet", "signpost"},
	{category.Ads, "annonces", "tag"},
}

// Href is the set's page.
func (c categorySet) Href() string { return categoriesPath + "/" + c.Slug }

// categorySet is the set of the address.
func (r *request) categorySet() (categorySet, error) {
	for _, c := range categorySets {
		if c.Slug == r.Param("set") {
			return c, nil
		}
	}
	return categorySet{}, errNoPage
}

// countOf is how many things have a category.
func (s *Server) countOf(tx *store.Tx, set, key string) (int, error) {
	if count := s.sorted[set].count; count != nil {
		return count(tx, set, key)
	}
	return 0, nil
}

// thingsOf are the ids of what has a category, where its owner can tell.
func (s *Server) thingsOf(tx *store.Tx, set, key string) ([]string, error) {
	if things := s.sorted[set].things; things != nil {
		return things(tx, set, key)
	}
	return nil, nil
}

// recategorise gives what has one category another.
func (s *Server) recategorise(tx *store.Tx, set, from, into string) error {
	if move := s.sorted[set].recategorise; move != nil {
		return move(tx, set, from, into)
	}
	return nil
}

// putAgain writes the cards of a whole set anew, after a field of theirs has
// changed.
func (s *Server) putAgain(tx *store.Tx, set string) error {
	list, err := category.All(tx, set)
	if err != nil {
		return err
	}
	for _, c := range list {
		if err := s.recategorise(tx, set, c.Key, c.Key); err != nil {
			return err
		}
	}
	return nil
}

// categoryIcons are the pictures an operator chooses from, with the key of the
// word for each.
var categoryIcons = []string{
	"users", "users-round", "handshake", "hand-heart", "store", "shopping-basket", "hammer", "wrench", "building-2", "tractor",
	"stethoscope", "hospital", "heart-pulse", "landmark", "life-buoy", "school", "graduation-cap", "library", "book-open",
	"door-open", "church", "castle", "palette", "music", "volleyball", "toy-brick", "coffee", "utensils", "bed", "tent",
	"trees", "tree-deciduous", "leaf", "sprout", "carrot", "paw-print", "sun", "flame", "droplets", "recycle", "toilet",
	"armchair", "footprints", "binoculars", "signpost", "map-pin", "bike", "car", "bus", "ev-charger", "construction",
	"mailbox", "newspaper", "monitor", "lightbulb", "star",
}
