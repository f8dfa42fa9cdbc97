package ui

import (
	"encoding/hex"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/neighbour"
)

// way is how the cards of a box come here.
type way struct {
	hops int
	via  string // name of the box that vouches for it; empty when linked, or nameless
}

// findWays looks up how the cards of other boxes come here; request.card says it
// from there. It belongs in the transaction that found the cards: one look-up for
// each box, none for a list of this box's own.
func (r *request) findWays(tx *store.Tx, cards []listing.Card) error {
	for i := range cards {
		o := cards[i].Origin
		if o == nil {
			continue
		}
		if _, known := r.ways[o.Key]; known {
			continue
		}
		w, err := wayOf(tx, o.Key)
		if err != nil {
			return err
		}
		if r.ways == nil {
			r.ways = map[[32]byte]way{}
		}
		r.ways[o.Key] = w
	}
	return nil
}

// wayOf is how the cards of one box come; the zero way of one that is not
// carried any more.
func wayOf(tx *store.Tx, key [32]byte) (w way, err error) {
	route, err := neighbour.RouteOf(tx, key)
	if store.KindOf(err) == store.NotFound {
		return w, nil
	}
	if err != nil || route.Hops < 2 {
		return way{hops: int(route.Hops)}, err
	}
	w.hops = int(route.Hops)
	via, err := listing.OriginByName(tx, hex.EncodeToString(route.Via[:]))
	if store.KindOf(err) == store.NotFound {
		err = nil // it vouches, and publishes nothing itself
	}
	w.via = via.Name
	return w, err
}

// comes says where a neighbour's card comes from and how: "boîte de Cajarc, par
// Altillac (2 étapes), vue il y a 3 jours".
func (s *speech) comes(o *listing.Origin, w way) string {
	name := s.boxOf(o)
	if w.via != "" {
		name += ", " + s.T("listing.by", "name", w.via)
	}
	if w.hops > 1 {
		name += " (" + s.T("listing.hops", "n", w.hops) + ")"
	}
	return name + ", " + s.T("listing.foreign.seen", "ago", s.Ago(o.SeenAt))
}
