package peer

import (
	"errors"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"copi.local/peer/wire"
)

// mesh is boxes linked at random, of which some vouch for those they are linked
// with.
type mesh struct {
	*world
	linked  map[*box][]*box
	vouched map[*box]map[*box]bool
}

// TestRandomTopologiesConverge: whoever is linked with whom, whoever vouches for
// whom and wherever lines are cut, what a box shows of an origin is a state
// that origin signed; and when the lines hold, each box shows all it should
// carry, as it is now, and nothing else.
func TestRandomTopologiesConverge(t *testing.T) {
	if testing.Short() {
		t.Skip("some seconds of histories")
	}
	rapid.Check(t, func(r *rapid.T) {
		n := newMesh(modelT{t, r}, r)
		for range rapid.IntRange(5, 15).Draw(r, "steps") {
			n.move(r)
			n.check()
		}
		n.settle()
	})
}

func newMesh(t modelT, r *rapid.T) *mesh {
	n := &mesh{
		world:   &world{t: t, signed: map[wire.Hash]map[string]map[string]string{}, ids: map[*box][]string{}},
		linked:  map[*box][]*box{},
		vouched: map[*box]map[*box]bool{},
	}
	for _, name := range []string{"a", "b", "c", "d", "e"} {
		b := newBox(t, name)
		b.replica.batch = 2
		n.boxes, n.vouched[b] = append(n.boxes, b), map[*box]bool{}
		n.sign(b)
	}
	for i, b := range n.boxes {
		for j, o := range n.boxes[:i] {
			if j == i-1 || rapid.IntRange(0, 3).Draw(r, "link") == 0 {
				pair(t, b, o)
				n.linked[b], n.linked[o] = append(n.linked[b], o), append(n.linked[o], b)
			}
		}
	}
	return n
}

func (n *mesh) move(r *rapid.T) {
	b := rapid.SampledFrom(n.boxes).Draw(r, "box")
	o := rapid.SampledFrom(n.linked[b]).Draw(r, "other")
	switch rapid.SampledFrom([]string{"put", "vouch", "vouch", "unvouch", "pull", "pull", "pull"}).Draw(r, "step") {
	case "put":
		n.n++
		b.put(n.t, "", fmt.Sprint("carte ", n.n))
		n.publish(b)
	case "vouch":
		n.vouched[b][o] = true
		b.vouch(n.t, o)
		n.sign(b)
	case "unvouch":
		delete(n.vouched[b], o)
		b.unvouch(n.t, o)
		n.sign(b)
	case "pull":
		n.draw(b, o, rapid.IntRange(0, 3).Draw(r, "cut"))
	}
}

// draw pulls; only what is not carried, or went another way meanwhile, may be
// left out.
func (n *mesh) draw(b, from *box, cut int) {
	for origin, err := range b.pull(n.t.Context(), &stream{from: from, cut: cut}) {
		if v := Judge(err); !errors.Is(err, errCut) && v != Retry && v != Refuse {
			n.t.Fatalf("%s blames honest %s for %s: %v", b.name, from.name, origin, err)
		}
	}
}

// settle lets everything through until nothing more can come: each round
// carries logs one hop on.
func (n *mesh) settle() {
	for range 2 * len(n.boxes) {
		for _, b := range n.boxes {
			for _, o := range n.linked[b] {
				n.draw(b, o, 0)
			}
		}
	}
	n.check()
	for _, b := range n.boxes {
		hops := n.hops(b)
		for _, o := range n.boxes {
			held, own := b.held(n.t, o), o.held(n.t, o)
			switch {
			case b == o:
			case hops[o] == 0 && held.ID != 0:
				n.t.Fatalf("%s holds %s, for which nobody vouches", b.name, o.name)
			case hops[o] > 0 && string(held.Head.Bytes) != string(own.Head.Bytes):
				n.t.Fatalf("%s stays at %d of %s, %d hops away, which is at %d", b.name, held.Seq, o.name, hops[o], own.Seq)
			}
		}
	}
}

// hops is how far each box is that b should carry, within three.
func (n *mesh) hops(b *box) map[*box]int {
	hops := map[*box]int{}
	var queue []*box
	reach := func(o *box, at int) {
		if o != b && hops[o] == 0 {
			hops[o] = at
			queue = append(queue, o)
		}
	}
	for _, o := range n.linked[b] {
		reach(o, 1)
	}
	for len(queue) > 0 {
		from := queue[0]
		if queue = queue[1:]; hops[from] == 3 {
			continue
		}
		for _, o := range n.boxes {
			if n.vouched[from][o] {
				reach(o, hops[from]+1)
			}
		}
	}
	return hops
}
