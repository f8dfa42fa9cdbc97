package peer

import (
	"context"
	"testing"
	"time"

	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/neighbour"
	"copi.local/store/storetest"
)

// vouch says that b's operators know o, and publishes it; unvouch takes it back.
func (b *box) vouch(t testing.TB, o *box) {
	t.Helper()
	storetest.Update(t, b.db, store.Actor{}, func(tx *store.Tx) error {
		return neighbour.Say(tx, neighbour.Vouch, o.log.Origin(), o.name)
	})
	b.publish(t)
}

func (b *box) unvouch(t testing.TB, o *box) {
	t.Helper()
	storetest.Update(t, b.db, store.Actor{}, func(tx *store.Tx) error {
		return neighbour.TakeBack(tx, neighbour.Vouch, o.log.Origin())
	})
	b.publish(t)
}

// sip pulls whatever b carries of what from has; what b does not carry is no
// fault.
func (b *box) sip(t testing.TB, from *box) {
	t.Helper()
	for origin, err := range b.pull(t.Context(), &stream{from: from}) {
		if Judge(err) != Refuse {
			t.Fatalf("%s pulls %s from %s: %v", b.name, origin, from.name, err)
		}
	}
}

// chain is boxes in a row, each linked with the next.
func chain(t testing.TB, names ...string) []*box {
	t.Helper()
	var boxes []*box
	for i, name := range names {
		boxes = append(boxes, newBox(t, name))
		if i > 0 {
			pair(t, boxes[i-1], boxes[i])
		}
	}
	return boxes
}

// flow carries what there is from the first box to the last. A vouch that comes
// with a log lets the next one in, so once more per hop.
func flow(t testing.TB, boxes []*box) {
	t.Helper()
	for range boxes {
		for i := 1; i < len(boxes); i++ {
			boxes[i].sip(t, boxes[i-1])
		}
	}
}

// A card travels from box to box as far as operators vouch for its origin, and
// a vouch that is taken back takes it away again, also further on.
func TestACardTravelsAlongVouches(t *testing.T) {
	boxes := chain(t, "a", "b", "c", "d")
	a, b, c, d := boxes[0], boxes[1], boxes[2], boxes[3]
	a.put(t, "", "Bal de Cajarc")
	a.publish(t)
	if flow(t, boxes); len(c.titles(t, a)) != 0 {
		t.Fatal("c carries a box for which nobody vouches")
	}
	b.vouch(t, a)
	if flow(t, boxes); len(c.titles(t, a)) != 1 || c.held(t, a).Hops != 2 || c.held(t, a).From != "b" {
		t.Fatalf("c shows %v, held as %+v", c.titles(t, a), c.held(t, a))
	}
	if len(d.titles(t, a)) != 0 {
		t.Fatal("d carries what c does not vouch for")
	}
	c.vouch(t, b)
	if flow(t, boxes); len(d.titles(t, a)) != 1 || d.held(t, a).Hops != 3 {
		t.Fatalf("d shows %v, held as %+v", d.titles(t, a), d.held(t, a))
	}
	b.unvouch(t, a)
	if flow(t, boxes); len(c.titles(t, a)) != 0 || len(d.titles(t, a)) != 0 {
		t.Error("a vouch was taken back and its cards stay")
	}
	if l := d.held(t, a); l.ID != 0 {
		t.Error("the log of an origin nobody vouches for stays")
	}
	b.vouch(t, a)
	if flow(t, boxes); len(d.titles(t, a)) != 1 {
		t.Error("vouched for again, the cards do not come back")
	}
}

// A vouch is not listed: people search for things, not for boxes.
func TestVouchesAreNotListed(t *testing.T) {
	boxes := chain(t, "a", "b", "c")
	boxes[1].vouch(t, boxes[0])
	if flow(t, boxes); len(boxes[2].titles(t, boxes[1])) != 0 {
		t.Errorf("c lists %v", boxes[2].titles(t, boxes[1]))
	}
}

// A blocked origin goes at once and stays away, whoever offers it.
func TestABlockedOriginStaysAway(t *testing.T) {
	boxes := chain(t, "a", "b", "c")
	a, b, c := boxes[0], boxes[1], boxes[2]
	a.put(t, "", "Bal de Cajarc")
	a.publish(t)
	b.vouch(t, a)
	flow(t, boxes)
	storetest.Update(t, c.db, store.Actor{}, func(tx *store.Tx) error {
		return neighbour.ShutOut(tx, a.log.Origin(), "a")
	})
	if len(c.titles(t, a)) != 0 {
		t.Fatal("a blocked origin is still shown")
	}
	a.put(t, "", "Loto de Cajarc")
	a.publish(t)
	if flow(t, boxes); len(c.titles(t, a)) != 0 || c.held(t, a).ID != 0 {
		t.Error("a blocked origin came back")
	}
	if len(b.titles(t, a)) != 2 {
		t.Error("a block at c changes what b shows")
	}
	storetest.Update(t, c.db, store.Actor{}, func(tx *store.Tx) error { return neighbour.LetIn(tx, a.log.Origin()) })
	if flow(t, boxes); len(c.titles(t, a)) != 2 {
		t.Error("let in again, it does not come back")
	}
}

// A pull that began before a block must not bring the origin back.
func TestABlockStopsAPullUnderWay(t *testing.T) {
	a, b := newBox(t, "a"), newBox(t, "b")
	pair(t, a, b)
	a.replica.batch = 1
	a.put(t, "", "Bal")
	a.put(t, "", "Loto")
	a.publish(t)
	n := 0
	s := &stream{from: a, batch: nil}
	s.batch = func(*wire.Batch) bool {
		if n++; n == 2 {
			storetest.Update(t, b.db, store.Actor{}, func(tx *store.Tx) error {
				return neighbour.ShutOut(tx, a.log.Origin(), "a")
			})
		}
		return true
	}
	for _, err := range b.pull(t.Context(), s) {
		if Judge(err) != Refuse {
			t.Errorf("the pull ends with %v", err)
		}
	}
	if b.held(t, a).ID != 0 || len(b.titles(t, a)) != 0 {
		t.Error("a pull under way brought a blocked origin back")
	}
}

// A shorter way to an origin is taken note of, so that it travels further.
func TestAShorterWayIsTaken(t *testing.T) {
	boxes := chain(t, "a", "b", "c")
	a, b, c := boxes[0], boxes[1], boxes[2]
	b.vouch(t, a)
	flow(t, boxes)
	if l := c.held(t, a); l.Hops != 2 {
		t.Fatalf("%d hops", l.Hops)
	}
	pair(t, a, c)
	rev := c.held(t, a).Rev
	c.sip(t, a)
	if l := c.held(t, a); l.Hops != 1 || l.From != "a" || l.Rev <= rev {
		t.Errorf("held as %+v", l)
	}
}

// The labels of a linked box hold where its operators follow them, and not
// against a link of their own.
func TestLabelsOfOthersAreFollowedByChoice(t *testing.T) {
	boxes := chain(t, "a", "b", "c")
	a, b, c := boxes[0], boxes[1], boxes[2]
	e := newBox(t, "e")
	pair(t, c, e)
	a.put(t, "", "Bal")
	a.publish(t)
	b.vouch(t, a)
	flow(t, boxes)
	label := func() {
		storetest.Update(t, e.db, store.Actor{}, func(tx *store.Tx) error {
			return neighbour.Say(tx, neighbour.Label, a.log.Origin(), "a")
		})
		e.publish(t)
		c.sip(t, e)
	}
	if label(); len(c.titles(t, a)) != 1 {
		t.Fatal("a label holds though nobody follows it")
	}
	follow := func(on bool) {
		storetest.Update(t, c.db, store.Actor{}, func(tx *store.Tx) error { return neighbour.FollowLabels(tx, "e", on) })
	}
	if follow(true); len(c.titles(t, a)) != 0 {
		t.Error("a followed label does not hold")
	}
	follow(false)
	if flow(t, boxes); len(c.titles(t, a)) != 1 {
		t.Error("no longer followed, the label still holds")
	}
	follow(true)
	pair(t, a, c)
	if c.sip(t, a); len(c.titles(t, a)) != 1 {
		t.Error("a label is stronger than a link of one's own")
	}
}

// say has a running box vouch for another.
func (b *testBox) say(o *testBox) {
	b.t.Helper()
	if err := b.Vouch(b.t.Context(), o.PeerID(), true); err != nil {
		b.t.Fatal(err)
	}
}

// Over the wire: four boxes in a row, only neighbours paired, and c and d are
// never started anew.
func TestACardTravelsFourBoxesOverTheWire(t *testing.T) {
	a, b, c, d := newTestBox(t, "Cajarc"), newTestBox(t, "Bagnac"), newTestBox(t, "Altillac"), newTestBox(t, "Figeac")
	link(t, a, b)
	link(t, b, c)
	link(t, c, d)
	id := store.NewID()
	a.put(id, "Bal du village")
	eventually(t, "the card at b", func() bool { return len(b.shown("bal")) == 1 })
	b.say(a)
	eventually(t, "the card at c", func() bool { return len(c.shown("bal")) == 1 })
	c.say(b)
	eventually(t, "the card at d", func() bool { return len(d.shown("bal")) == 1 })
	if card := d.shown("bal")[0]; card.Origin == nil || card.Origin.Name != "Cajarc" {
		t.Errorf("shown as %+v", card)
	}
	a.put(id, "Grand bal du village")
	eventually(t, "the edit at d", func() bool { return len(d.shown("grand")) == 1 })
	if err := b.Vouch(context.Background(), a.PeerID(), false); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the vouch taken back at d", func() bool { return len(d.shown("bal")) == 0 })
	if len(b.shown("bal")) != 1 {
		t.Error("b no longer shows the box it is linked with")
	}
}

// An idle link stays silent with vouches in it.
func TestVouchesDoNotMakeSessionsBeginForEver(t *testing.T) {
	a, b, c := newTestBox(t, "Cajarc"), newTestBox(t, "Bagnac"), newTestBox(t, "Altillac")
	link(t, a, b)
	link(t, b, c)
	a.put(store.NewID(), "Bal du village")
	b.say(a)
	eventually(t, "the card at c", func() bool { return len(c.shown("bal")) == 1 })
	frames := func() uint64 { return a.frames.Load() + b.frames.Load() + c.frames.Load() }
	quiet := func() bool {
		before := frames()
		time.Sleep(3 * rescopeAfter)
		return frames() == before
	}
	eventually(t, "silence", quiet)
	if !quiet() {
		t.Error("boxes with nothing new talk")
	}
}

// A box that dropped an origin gets it back also from who had it from there.
func TestWhoStartsOverIsOfferedWhatItGave(t *testing.T) {
	a, v, b, l := newBox(t, "a"), newBox(t, "v"), newBox(t, "b"), newBox(t, "l")
	pair(t, a, v)
	pair(t, v, b, l)
	a.put(t, "", "Bal")
	a.publish(t)
	v.vouch(t, a)
	v.sip(t, a)
	b.sip(t, v)
	b.sip(t, v) // the vouch came with the first
	l.sip(t, b)
	l.sip(t, b)
	if held := l.held(t, a); held.From != "b" {
		t.Fatalf("l holds a's log as %+v", held)
	}
	storetest.Update(t, b.db, store.Actor{}, func(tx *store.Tx) error { return neighbour.ShutOut(tx, a.log.Origin(), "a") })
	storetest.Update(t, b.db, store.Actor{}, func(tx *store.Tx) error { return neighbour.LetIn(tx, a.log.Origin()) })
	if b.sip(t, l); len(b.titles(t, a)) != 1 {
		t.Error("what b gave to l does not come back from there")
	}
}

// News of a box beyond alone is held back; with other news it goes at once.
func TestNewsOfBoxesBeyondIsGathered(t *testing.T) {
	v := &answerer{own: wire.Hash{9}}
	own, beyond := wire.HaveEntry{Origin: wire.Hash{1}}, wire.HaveEntry{Origin: wire.Hash{2}, Hops: 1}
	receipt := wire.HaveEntry{Origin: wire.Hash{9}, Hops: 1}
	for _, c := range []struct {
		entries []wire.HaveEntry
		held    bool
	}{
		{[]wire.HaveEntry{beyond}, true},
		{[]wire.HaveEntry{beyond, own}, false},
		{[]wire.HaveEntry{receipt}, false},
	} {
		if got := v.far(&wire.Have{Entries: c.entries}); got != c.held {
			t.Errorf("%v: held back %v", c.entries, got)
		}
	}
	if gatherFar > time.Minute {
		t.Errorf("gathered for %v", gatherFar)
	}
}
