package peer

import (
	"testing"

	"pgregory.net/rapid"

	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/neighbour"
	"copi.local/store/storetest"
)

// at moves the box east, by about eight kilometres for each tenth of a degree.
func (b *box) at(t testing.TB, tenths int) {
	t.Helper()
	storetest.Update(t, b.db, store.Actor{}, func(tx *store.Tx) error {
		return listing.SetHome(tx, listing.Home{Commune: "x-" + b.name, Name: b.name, Position: &listing.Point{Lat: 44e5, Lon: int32(2e5 + tenths*1e4)}})
	})
	b.publish(t)
}

// looks sets how far the box looks.
func (b *box) looks(t testing.TB, radius int) {
	t.Helper()
	b.choose(t, neighbour.Scope{Radius: radius})
}

func (b *box) choose(t testing.TB, s neighbour.Scope) {
	t.Helper()
	storetest.Update(t, b.db, store.Actor{}, func(tx *store.Tx) error { return neighbour.SetScope(tx, s) })
}

// line is a, b and c in a row, b vouching for a, which lies 80 km from both.
func line(t *testing.T) (a, b, c *box) {
	t.Helper()
	boxes := chain(t, "a", "b", "c")
	a, b, c = boxes[0], boxes[1], boxes[2]
	a.at(t, 10)
	a.put(t, "", "Bal de Cajarc")
	a.publish(t)
	b.vouch(t, a)
	return a, b, c
}

// A box is not offered what lies outside what it asked for, gets it when it
// looks further or names it, and loses it when it looks less far. A linked box
// is carried wherever it lies.
func TestWhatLiesOutsideIsNotOffered(t *testing.T) {
	a, b, c := line(t)
	flow(t, []*box{a, b, c})
	if l := c.held(t, a); l.ID != 0 || len(b.titles(t, a)) != 1 {
		t.Fatalf("c, which looks 50 km far, holds %+v; b, which is linked, shows %v", l, b.titles(t, a))
	}
	c.looks(t, 100)
	if flow(t, []*box{a, b, c}); len(c.titles(t, a)) != 1 {
		t.Fatal("c looks 100 km far and has nothing")
	}
	storetest.View(t, c.db, store.Actor{}, func(tx *store.Tx) error {
		l, err := neighbour.LeavingWith(tx, neighbour.Scope{Radius: 20}, 3)
		if l != (neighbour.Leaving{Boxes: 1, Cards: 1}) {
			t.Errorf("would leave: %+v", l)
		}
		return err
	})
	c.looks(t, 20)
	if l := c.held(t, a); l.ID != 0 || len(c.titles(t, a)) != 0 {
		t.Fatalf("c looks 20 km far and keeps %+v", l)
	}
	if flow(t, []*box{a, b, c}); len(c.titles(t, a)) != 0 {
		t.Fatal("what went comes back")
	}
	storetest.Update(t, c.db, store.Actor{}, func(tx *store.Tx) error {
		return neighbour.SetWish(tx, neighbour.Wish{Origin: a.log.Origin(), Name: "a"}, true)
	})
	if flow(t, []*box{a, b, c}); len(c.titles(t, a)) != 1 {
		t.Error("c named a and has nothing")
	}
}

// A commune of the own territory is inside, however far.
func TestTerritoryIsInside(t *testing.T) {
	a, b, c := line(t)
	c.choose(t, neighbour.Scope{Radius: 1, Communes: []string{"x-a"}})
	if flow(t, []*box{a, b, c}); len(c.titles(t, a)) != 1 {
		t.Error("a commune of the territory is not carried")
	}
}

// A neighbour that offers what lies outside, against the scope it was told, gets
// it looked at once and no more; the origin is none of what this box shows.
func TestWhatLiesOutsideIsRefused(t *testing.T) {
	a, b, c := line(t)
	flow(t, []*box{a, b})
	c.sip(t, b) // its vouch
	held := b.held(t, a)
	entry := wire.HaveEntry{Origin: a.log.Origin(), Epoch: held.Epoch, Seq: held.Seq, Hops: 1}
	if err := c.takes(t, b, entry); Judge(err) != Refuse {
		t.Fatalf("taken: %v", err)
	}
	if l := c.held(t, a); l.ID != 0 || len(c.titles(t, a)) != 0 {
		t.Errorf("kept: %+v", l)
	}
	storetest.View(t, c.db, store.Actor{}, func(tx *store.Tx) error {
		list, err := neighbour.Outsiders(tx)
		if len(list) != 1 || list[0].Name != "a" || list[0].Cards == 0 || len(list[0].Place.Points) != 1 {
			t.Errorf("known outside: %+v", list)
		}
		return err
	})
	if p, err := c.replica.Begin(t.Context(), b.name, entry); p != nil || Judge(err) != Refuse {
		t.Errorf("looked at again at once: %v", err)
	}
	c.clock.Add(neighbour.LookAgain + 1)
	storetest.Update(t, c.db, store.Actor{}, neighbour.ForgetOutsiders)
	if err := c.takes(t, b, entry); Judge(err) != Refuse {
		t.Errorf("after a week: %v", err)
	}
}

// takes pulls one entry from another box, whatever it offers by itself.
func (b *box) takes(t testing.TB, from *box, e wire.HaveEntry) error {
	t.Helper()
	p, err := b.replica.Begin(t.Context(), from.name, e)
	if err != nil || p == nil {
		return err
	}
	defer p.Release()
	server := from.replica.Serve()
	for want := p.Want(); ; want = p.Want() {
		batch, tip, err := server.Answer(t.Context(), want)
		if err != nil {
			return err
		}
		if err := p.Stage(t.Context(), batch); err != nil {
			return err
		}
		if tip != nil {
			return p.Finish(t.Context(), tip)
		}
	}
}

// TestScopesInANetwork: whatever the links, vouches, places and scopes of some
// boxes, and however these change, each ends with exactly the origins they
// allow.
func TestScopesInANetwork(t *testing.T) {
	if testing.Short() {
		t.Skip("some seconds of histories")
	}
	rapid.Check(t, func(r *rapid.T) {
		n := newMesh(modelT{t, r}, r)
		place, radius := map[*box]int{}, map[*box]int{}
		for _, b := range n.boxes {
			place[b], radius[b] = rapid.IntRange(0, 20).Draw(r, "place"), rapid.SampledFrom([]int{1, 20, 50, 100, 300}).Draw(r, "radius")
			b.at(n.t, place[b])
			b.looks(n.t, radius[b])
			n.sign(b)
		}
		for range rapid.IntRange(3, 8).Draw(r, "steps") {
			if n.move(r); rapid.Bool().Draw(r, "looks elsewhere") {
				b := rapid.SampledFrom(n.boxes).Draw(r, "who")
				radius[b] = rapid.SampledFrom([]int{1, 20, 50, 100, 300}).Draw(r, "radius")
				b.looks(n.t, radius[b])
			}
		}
		for range 2 * len(n.boxes) {
			for _, b := range n.boxes {
				for _, o := range n.linked[b] {
					n.draw(b, o, 0)
				}
			}
		}
		inside := func(b, o *box) bool {
			p, q := listing.Point{Lat: 44e5, Lon: int32(2e5 + place[b]*1e4)}, listing.Point{Lat: 44e5, Lon: int32(2e5 + place[o]*1e4)}
			return p.DistanceKM(q) <= float64(radius[b])
		}
		want := n.allowed(inside)
		for _, b := range n.boxes {
			for _, o := range n.boxes {
				if held := b.held(n.t, o); b != o && (held.Epoch != 0) != want[b][o] {
					n.t.Fatalf("%s looks %d km far from %d: carries %s at %d: %v, should: %v", b.name, radius[b], place[b], o.name, place[o], held.Epoch != 0, want[b][o])
				}
			}
		}
	})
}

// allowed is what each box should end with: what it is linked with, and what
// lies inside, is vouched for by one it carries within three hops, and is carried
// by a box it is linked with.
func (n *mesh) allowed(inside func(b, o *box) bool) map[*box]map[*box]bool {
	const far = 99
	away := map[*box]map[*box]int{} // how far a copy came
	for _, b := range n.boxes {
		away[b] = map[*box]int{}
		for _, o := range n.boxes {
			if away[b][o] = far; b == o {
				away[b][o] = 0
			}
		}
	}
	for changed := true; changed; {
		changed = false
		for _, b := range n.boxes {
			for o := range n.routes(b, func(o *box) bool { return away[b][o] < far }, inside) {
				for _, via := range n.linked[b] {
					if d := away[via][o] + 1; d <= 3 && d < away[b][o] {
						away[b][o], changed = d, true
					}
				}
			}
		}
	}
	out := map[*box]map[*box]bool{}
	for b, list := range away {
		out[b] = map[*box]bool{}
		for o, d := range list {
			out[b][o] = d < far
		}
	}
	return out
}

// routes are the boxes b may carry, by the vouches of those it holds.
func (n *mesh) routes(b *box, holds func(*box) bool, inside func(b, o *box) bool) map[*box]int {
	hops := map[*box]int{}
	var queue []*box
	for _, o := range n.linked[b] {
		hops[o] = 1
		queue = append(queue, o)
	}
	for ; len(queue) > 0; queue = queue[1:] {
		from := queue[0]
		if hops[from] == 3 || !holds(from) {
			continue
		}
		for _, o := range n.boxes {
			if n.vouched[from][o] && o != b && hops[o] == 0 && inside(b, o) {
				hops[o] = hops[from] + 1
				queue = append(queue, o)
			}
		}
	}
	return hops
}
