package neighbour

import (
	"slices"

	"copi.local/store"
	"copi.local/store/listing"
)

// Ring is how much of what stands behind an origin's cards comes ahead, before
// anybody asks (PROTOCOL.md §6).
type Ring string

// The rings, outwards.
const (
	RingNear   Ring = "near"   // one hop away, or of the own territory: all words and small pictures
	RingAround Ring = "around" // within the radius: the words of the kinds in Scope
	RingBeyond Ring = "beyond" // carried for another reason: nothing
)

// Rings tells the ring of each origin that is carried here.
func Rings(tx *store.Tx) (map[Hash]Ring, error) {
	routes, err := Routes(tx)
	if err != nil {
		return nil, err
	}
	where, err := Places(tx)
	if err != nil {
		return nil, err
	}
	c, err := compassOf(tx)
	out := make(map[Hash]Ring, len(routes))
	for _, r := range routes {
		out[r.Origin] = c.ring(r.Hops, where[r.Origin])
	}
	return out, err
}

// compass is what a distance is counted from.
type compass struct {
	territory []string // codes of communes, the box's own too
	home      *listing.Point
	radius    int // kilometres; 0: any
}

func compassOf(tx *store.Tx) (c compass, err error) {
	s, err := ScopeOf(tx)
	if err != nil {
		return c, err
	}
	home, err := listing.HomeOf(tx)
	c.home, c.radius, c.territory = home.Position, s.Radius, s.Communes
	if home.Commune != "" {
		c.territory = append(c.territory, home.Commune)
	}
	return c, err
}

// ring is where an origin stands that says it lies at p.
func (c *compass) ring(hops uint64, p Place) Ring {
	ours := func(commune string) bool { return slices.Contains(c.territory, commune) }
	within := func(at listing.Point) bool { return at.DistanceKM(*c.home) <= float64(c.radius) }
	switch {
	case hops == 1 || slices.ContainsFunc(p.Communes, ours):
		return RingNear
	case c.radius == 0 || c.home != nil && slices.ContainsFunc(p.Points, within):
		return RingAround
	default:
		return RingBeyond
	}
}

// WantedOf is Wanted for the bodies of some cards alone.
func WantedOf(tx *store.Tx, l Log, cards []ID, limit int) ([]Mention, error) {
	return store.All(tx, scanMention, sqlWantedOf, l.ID, hexList(cards), limit)
}
