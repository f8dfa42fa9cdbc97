package neighbour

import (
	"copi.local/store"
)

// Bounds of what vouches can lead to: a box that vouches for thousands of made
// up origins fills nobody's disk.
const (
	MaxOrigins = 1000 // origins an ordinary box carries, the nearest first
	MaxVouches = 128  // vouches of one origin that count, in the order of their ids
)

// Route is how this box comes to carry an origin.
type Route struct {
	Origin Hash
	Hops   uint64 // 1 linked, else one more than who vouches for it
	Via    Hash   // who vouches for it; zero when linked
}

// RouteOf tells how far an origin is that this box carries; kind NotFound for
// one that it does not carry.
func RouteOf(tx *store.Tx, origin Hash) (Route, error) {
	return store.One(tx, scanRoute, sqlRouteOf, origin[:])
}

// Routes lists the origins this box carries, the nearest first.
func Routes(tx *store.Tx) ([]Route, error) { return store.All(tx, scanRoute, sqlRoutes) }

// Reckon finds the origins this box carries anew (PROTOCOL.md §7): those it is
// linked with, and from there along vouches up to the hop limit, without the
// blocked ones and those that lie outside its scope (§6). Where an origin lies
// is known once its cards were here; until then it is a route, so that they can
// come. What is held of an origin that is no longer among them is
// dropped at once. A new one makes the feeds of all neighbours be read from the
// start. To be called after every change of links, vouches, blocks or limit.
func Reckon(tx *store.Tx) error {
	w, err := newWalk(tx)
	if err != nil {
		return err
	}
	list, err := Routes(tx)
	if err != nil {
		return err
	}
	was := make(map[Hash]Route, len(list))
	for _, r := range list {
		was[r.Origin] = r
	}
	grown := false
	for _, r := range w.run() {
		if w.outside[r.Origin] {
			if _, err := tx.Exec(sqlDropOutsider, r.Origin[:]); err != nil {
				return err
			}
		}
		before, known := was[r.Origin]
		delete(was, r.Origin)
		if known && before == r {
			continue
		}
		grown = grown || !known || r.Hops < before.Hops
		if _, err := tx.Exec(sqlPutRoute, r.Origin[:], int64(r.Hops), viaColumn(r.Via)); err != nil {
			return err
		}
	}
	for origin := range was {
		if err := w.lose(tx, origin); err != nil {
			return err
		}
	}
	if grown {
		return Rescope(tx)
	}
	return nil
}

// lose forgets an origin that is no longer carried. Where it lies is kept of one
// outside: only a wider scope wants it again, and that asks anew by itself.
func (w *walk) lose(tx *store.Tx, origin Hash) error {
	if _, err := tx.Exec(sqlDropRoute, origin[:]); err != nil {
		return err
	}
	l, err := LogOf(tx, origin)
	if store.KindOf(err) == store.NotFound {
		return nil
	}
	if err != nil || l.Own {
		return err
	}
	if place, known := w.places[origin]; !known || w.sought.Has(origin, place) {
		return DropLog(tx, l)
	}
	if l.Epoch != 0 {
		o, err := OutsideOf(tx, l)
		if err != nil {
			return err
		}
		if err := putOutside(tx, o); err != nil {
			return err
		}
	}
	return dropLog(tx, l)
}

// Rescope makes this box read every neighbour's feed from its start: what it
// passed over there may now be wanted.
func Rescope(tx *store.Tx) error {
	if _, err := tx.Exec(sqlRescope); err != nil {
		return err
	}
	_, err := tx.Exec(sqlResetCursor)
	return err
}

// walk is one reckoning.
type walk struct {
	limit    uint64
	origins  int // at most
	links    []Hash
	vouches  map[Hash][]Hash // of an origin, in the order of the cards' ids
	blocked  map[Hash]bool   // by our operators
	labelled map[Hash]bool   // by a box whose labels they follow
	sought   Sought
	places   map[Hash]Place // of origins whose cards are or were here
	outside  map[Hash]bool  // known as outsiders
}

// newWalk is a reckoning by what the operators chose.
func newWalk(tx *store.Tx) (*walk, error) {
	p, err := PublisherOf(tx)
	if err != nil {
		return nil, err
	}
	scope, err := ScopeOf(tx)
	if err != nil {
		return nil, err
	}
	return walkOf(tx, scope, p.HopLimit)
}

// walkOf is a reckoning by what they might choose.
func walkOf(tx *store.Tx, scope Scope, hops uint64) (*walk, error) {
	w := &walk{limit: hops, origins: scope.Limits().Origins, outside: map[Hash]bool{}}
	var err error
	if w.sought, err = soughtOf(tx, scope); err != nil {
		return nil, err
	}
	if w.places, err = Places(tx); err != nil {
		return nil, err
	}
	gone, err := Outsiders(tx)
	for _, o := range gone {
		w.outside[o.Origin], w.places[o.Origin] = true, o.Place
	}
	if err != nil {
		return nil, err
	}
	return w, w.load(tx)
}

func (w *walk) load(tx *store.Tx) error {
	var err error
	if w.links, err = store.All(tx, scanHash, sqlPairedOrigins); err != nil {
		return err
	}
	if w.blocked, err = hashSet(tx, sqlBlockedOrigins); err != nil {
		return err
	}
	if w.labelled, err = hashSet(tx, sqlLabelledOrigins); err != nil {
		return err
	}
	edges, err := store.All(tx, func(r store.Row) (e [2]Hash, err error) {
		var from, about []byte
		err = r.Scan(&from, &about)
		copy(e[0][:], from)
		copy(e[1][:], about)
		return e, err
	}, sqlVouches, MaxVouches)
	w.vouches = make(map[Hash][]Hash)
	for _, e := range edges {
		w.vouches[e[0]] = append(w.vouches[e[0]], e[1])
	}
	return err
}

// run goes outwards, hop by hop. A link is our own judgement and stronger than
// another box's label.
func (w *walk) run() []Route {
	found := make(map[Hash]bool)
	var out []Route
	take := func(r Route) {
		if !found[r.Origin] && !w.blocked[r.Origin] && len(out) < w.origins {
			found[r.Origin] = true
			out = append(out, r)
		}
	}
	for _, o := range w.links {
		take(Route{Origin: o, Hops: 1})
	}
	for i := 0; i < len(out); i++ {
		from := out[i]
		if from.Hops >= w.limit {
			break
		}
		for _, o := range w.vouches[from.Origin] {
			place, known := w.places[o]
			if !w.labelled[o] && (!known || w.sought.Has(o, place)) {
				take(Route{Origin: o, Hops: from.Hops + 1, Via: from.Origin})
			}
		}
	}
	return out
}

func hashSet(tx *store.Tx, query string) (map[Hash]bool, error) {
	list, err := store.All(tx, scanHash, query)
	set := make(map[Hash]bool, len(list))
	for _, h := range list {
		set[h] = true
	}
	return set, err
}

func scanRoute(r store.Row) (route Route, err error) {
	var origin, via []byte
	var hops int64
	err = r.Scan(&origin, &hops, &via)
	copy(route.Origin[:], origin)
	copy(route.Via[:], via)
	route.Hops = uint64(hops)
	return route, err
}

// viaColumn is how a voucher is stored: nothing for a link.
func viaColumn(via Hash) []byte {
	if via == (Hash{}) {
		return []byte{}
	}
	return via[:]
}
