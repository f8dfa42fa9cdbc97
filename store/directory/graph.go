package directory

import (
	"encoding/json"

	"copi.local/store"
	"copi.local/store/listing"
)

// Relation is how something is tied to an element.
type Relation string

// The relations, in the order they are shown.
const (
	InParent  Relation = "parent"  // what it is part of
	InChild   Relation = "child"   // organisations within it
	InProject Relation = "project" // its projects
	InPlace   Relation = "place"   // its places
	InHouse   Relation = "house"   // who has this place
	InPartner Relation = "partner" // both sides said yes
	InEvent   Relation = "event"   // what it organises or houses, from now on
	InMember  Relation = "member"  // members who agreed to be named to the reader
)

// Ties are what is tied to an element in one way.
type Ties struct {
	Relation Relation
	Cards    []listing.Card
	Members  []Member
	Past     int64 // events that are over, not among the cards
}

// Len is how many there are.
func (t Ties) Len() int { return len(t.Cards) + len(t.Members) }

// Graph is an element and what is tied to it, as far as the actor may know.
type Graph struct {
	Element Element
	Ties    []Ties      // none is empty
	Between [][2]string // ids of elements among them that are tied to each other
}

// GraphOf reads the graph around an element.
func GraphOf(tx *store.Tx, id string) (Graph, error) {
	var g Graph
	var err error
	if g.Element, err = Get(tx, id); err != nil {
		return g, err
	}
	if g.Element.Kind == Person {
		return g, store.E(store.NotFound, "err.not_found")
	}
	for _, read := range []func(*store.Tx, *Graph) error{tieParents, tieChildren, tieVenues, tiePartners, tieEvents, tieMembers} {
		if err := read(tx, &g); err != nil {
			return g, err
		}
	}
	return g, tieBetween(tx, &g)
}

// add puts elements among the ties of a relation.
func (g *Graph) add(tx *store.Tx, r Relation, elements ...Element) error {
	var cards []listing.Card
	for i := range elements {
		c, err := listing.ByRef(tx, elements[i].Ref())
		if store.KindOf(err) == store.NotFound || (err == nil && c.Hidden) {
			continue // not for this reader
		}
		if err != nil {
			return err
		}
		cards = append(cards, c)
	}
	g.tie(Ties{Relation: r, Cards: cards})
	return nil
}

// tie joins ties of one relation, and leaves empty ones out.
func (g *Graph) tie(t Ties) {
	if t.Len() == 0 && t.Past == 0 {
		return
	}
	for i := range g.Ties {
		if g.Ties[i].Relation == t.Relation {
			g.Ties[i].Cards = append(g.Ties[i].Cards, t.Cards...)
			return
		}
	}
	g.Ties = append(g.Ties, t)
}

func tieParents(tx *store.Tx, g *Graph) error {
	list, err := Ancestors(tx, &g.Element)
	if err != nil {
		return err
	}
	return g.add(tx, InParent, list...)
}

func tieChildren(tx *store.Tx, g *Graph) error {
	children, err := Children(tx, g.Element.ID)
	if err != nil {
		return err
	}
	for _, kind := range []struct {
		is Kind
		as Relation
	}{{Org, InChild}, {Project, InProject}, {Place, InPlace}, {POI, InPlace}} {
		var some []Element
		for _, c := range children {
			if c.Kind == kind.is {
				some = append(some, c)
			}
		}
		if err := g.add(tx, kind.as, some...); err != nil {
			return err
		}
	}
	return nil
}

// tieVenues adds the places it has, and who has it when it is a place.
func tieVenues(tx *store.Tx, g *Graph) error {
	links, err := Links(tx, g.Element.Ref())
	if err != nil {
		return err
	}
	var places, housed []Element
	for _, l := range links {
		if l.Role == Venue {
			places = append(places, Element{ID: l.Element})
		}
	}
	ids, err := Things(tx, g.Element.ID, Venue, Module)
	if err != nil {
		return err
	}
	for _, id := range ids {
		housed = append(housed, Element{ID: id})
	}
	if err := g.add(tx, InPlace, places...); err != nil {
		return err
	}
	return g.add(tx, InHouse, housed...)
}

func tiePartners(tx *store.Tx, g *Graph) error {
	list, err := Partners(tx, g.Element.ID)
	if err != nil {
		return err
	}
	var both []Element
	for _, p := range list {
		if p.Confirmed {
			both = append(both, p.Element)
		}
	}
	return g.add(tx, InPartner, both...)
}

func tieEvents(tx *store.Tx, g *Graph) error {
	ids, err := store.All(tx, store.Scan[string], sqlStandingThings, g.Element.ID, Module)
	if err != nil || len(ids) == 0 {
		return err
	}
	t := Ties{Relation: InEvent}
	q := listing.Query{Kind: listing.KindEvent, IDs: ids, From: tx.Now, Order: listing.ByDate}
	err = listing.Walk(tx, q, func(c listing.Card) error {
		t.Cards = append(t.Cards, c)
		return nil
	})
	if err != nil {
		return err
	}
	if t.Past, err = listing.Count(tx, listing.Query{Kind: listing.KindEvent, IDs: ids}); err != nil {
		return err
	}
	t.Past -= int64(len(t.Cards))
	g.tie(t)
	return nil
}

func tieMembers(tx *store.Tx, g *Graph) error {
	r, err := RosterOf(tx, &g.Element)
	if err != nil {
		return err
	}
	t := Ties{Relation: InMember}
	for _, m := range r.Members {
		if r.tells(tx, min(m.Shown, r.Seen)) && (m.Shown > ToNobody) { // an administrator's wider view stays on their own page
			t.Members = append(t.Members, m)
		}
	}
	g.tie(t)
	return nil
}

// tieBetween finds which of the elements are tied to each other.
func tieBetween(tx *store.Tx, g *Graph) error {
	var ids []string
	for _, t := range g.Ties {
		for _, c := range t.Cards {
			if c.Ref.Module == Module {
				ids = append(ids, c.Ref.ID)
			}
		}
	}
	list, err := json.Marshal(ids)
	if err != nil || len(ids) < 2 {
		return err
	}
	g.Between, err = store.All(tx, func(r store.Row) (pair [2]string, err error) {
		err = r.Scan(&pair[0], &pair[1])
		return pair, err
	}, sqlBetween, string(list), Partner, Module)
	return err
}
