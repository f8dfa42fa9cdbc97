package peer

import (
	"bytes"
	"maps"
	"testing"

	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/neighbour"
	"copi.local/store/storetest"
)

// bundleFor is what b puts on a stick for another box; nil for anybody.
func (b *box) bundleFor(t testing.TB, o *box) []byte {
	t.Helper()
	order := BundleOrder{}
	if o != nil {
		order.For = o.log.Origin()
	}
	return b.bundle(t, order)
}

func (b *box) bundle(t testing.TB, order BundleOrder) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := b.replica.WriteBundle(t.Context(), &out, b.keys.Box, order); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// take takes a bundle that is in order; accept as if its digits were compared.
func (b *box) take(t testing.TB, file []byte, accept bool) *Bundle {
	t.Helper()
	got, err := b.replica.TakeBundle(t.Context(), bytes.NewReader(file), accept)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// part is an origin's part of a bundle.
func (b *Bundle) part(t testing.TB, of *box) BundlePart {
	t.Helper()
	for _, p := range b.Parts {
		if p.Origin == of.log.Origin() {
			return p
		}
	}
	t.Fatalf("no part of %s in %+v", of.name, b)
	return BundlePart{}
}

// same fails unless b shows and holds of an origin what its own box does.
func (b *box) same(t testing.TB, of *box) {
	t.Helper()
	if got, want := b.titles(t, of), of.titles(t, of); !maps.Equal(got, want) {
		t.Errorf("%s shows %v of %s, which has %v", b.name, got, of.name, want)
	}
	if got, want := b.held(t, of), of.held(t, of); !bytes.Equal(got.Head.Bytes, want.Head.Bytes) {
		t.Errorf("%s holds %s at %d, it is at %d", b.name, of.name, got.Seq, want.Seq)
	}
}

// records counts the cards a bundle carries of an origin.
func records(t testing.TB, file []byte, of *box) (n int) {
	t.Helper()
	r, err := wire.NewBundleReader(bytes.NewReader(file))
	for err == nil {
		var m wire.Message
		if m, err = r.Next(); err != nil {
			break
		}
		if b, ok := m.(*wire.Batch); ok && b.Origin == of.log.Origin() {
			list, err := wire.UnpackRecords(b.Zstd)
			if err != nil {
				t.Fatal(err)
			}
			n += len(list)
		}
	}
	return n
}

// TestTwoBoxesByFileOnly: two boxes that never meet. The first bundle is whole
// and its maker accepted by its digits; those that follow carry what the other
// does not have yet, and what is withdrawn goes.
func TestTwoBoxesByFileOnly(t *testing.T) {
	a, b := newBox(t, "a"), newBox(t, "b")
	kept, edited := a.put(t, "", "Bal"), a.put(t, "", "Loto")
	gone := a.put(t, "", "Vide-grenier")
	a.publish(t)
	b.put(t, "", "Marché")
	b.publish(t)

	first := a.bundleFor(t, nil)
	seen, err := b.replica.LookBundle(t.Context(), bytes.NewReader(first), false)
	if err != nil {
		t.Fatal(err)
	}
	if p := seen.part(t, a); seen.Linked || seen.Name != "a" || len(seen.Digits) != 20 || p.State != PartForeign {
		t.Errorf("before the digits were compared: %+v", seen)
	}
	if b.take(t, first, false); len(b.titles(t, a)) != 0 {
		t.Error("a stranger's cards were taken")
	}
	if p := b.take(t, first, true).part(t, a); p.State != PartTaken || p.New != 3 || p.Changed+p.Gone != 0 {
		t.Errorf("the first bundle: %+v", p)
	}
	b.same(t, a)

	back := b.bundleFor(t, a)
	if records(t, back, a) != 0 {
		t.Error("a is sent its own cards")
	}
	if p := a.take(t, back, true).part(t, b); p.State != PartTaken || p.New != 1 {
		t.Errorf("the way back: %+v", p)
	}
	a.same(t, b)
	var link neighbour.Link
	storetest.View(t, a.db, store.Actor{}, func(tx *store.Tx) (err error) {
		link, err = neighbour.LinkByOrigin(tx, b.log.Origin())
		return err
	})
	if link.CoveredSeq != a.held(t, a).Seq {
		t.Errorf("the receipt says %d of %d", link.CoveredSeq, a.held(t, a).Seq)
	}

	a.put(t, edited, "Grand loto")
	a.put(t, "", "Concert")
	a.withdraw(t, gone)
	a.publish(t)
	next := a.bundleFor(t, b)
	if n := records(t, next, a); n != 3 {
		t.Errorf("the stick carries %d cards, 3 have changed", n)
	}
	if p := b.take(t, next, false).part(t, a); p.New != 1 || p.Changed != 1 || p.Gone != 1 {
		t.Errorf("the difference: %+v", p)
	}
	b.same(t, a)
	if b.titles(t, a)[kept] != "Bal" {
		t.Error("what did not change is no longer shown")
	}
	if n := records(t, b.bundleFor(t, a), b); n != 0 {
		t.Errorf("%d cards for a box that has them all", n)
	}
}

// TestAStickCarriesAThirdBox: b carries a's log to c, which is linked with a
// and does not meet it; what c is not linked with is named and left.
func TestAStickCarriesAThirdBox(t *testing.T) {
	a, b, c, d := newBox(t, "a"), newBox(t, "b"), newBox(t, "c"), newBox(t, "d")
	pair(t, a, b, c)
	b.link(t, d, neighbour.Paired)
	d.link(t, b, neighbour.Paired)
	a.put(t, "", "Bal")
	a.publish(t)
	d.put(t, "", "Foire")
	d.publish(t)
	b.mustPull(t, a)
	b.mustPull(t, d)

	got := c.take(t, b.bundleFor(t, c), false)
	if p := got.part(t, a); p.State != PartTaken || p.New != 1 || p.Name != "a" {
		t.Errorf("the third box: %+v", p)
	}
	if p := got.part(t, d); p.State != PartForeign {
		t.Errorf("a box c is not linked with: %+v", p)
	}
	c.same(t, a)
	if l := c.held(t, a); l.Hops != 2 {
		t.Errorf("a is %d hops away through b", l.Hops)
	}
	if len(c.titles(t, d)) != 0 {
		t.Error("a stranger's cards are shown")
	}
	a.put(t, "", "Concert")
	a.publish(t)
	c.mustPull(t, a) // the network goes on from where the stick came to
	c.same(t, a)
}

// TestBundleGap: a difference is no use to a box that was put back from a copy;
// it says so, and a whole bundle helps.
func TestBundleGap(t *testing.T) {
	a, b := newBox(t, "a"), newBox(t, "b")
	pair(t, a, b)
	a.put(t, "", "Bal")
	a.publish(t)
	b.take(t, a.bundleFor(t, b), false)
	a.take(t, b.bundleFor(t, a), false)
	a.put(t, "", "Loto")
	a.publish(t)
	storetest.Update(t, b.db, store.Actor{}, func(tx *store.Tx) error {
		l, err := neighbour.LogOf(tx, a.log.Origin())
		if err != nil {
			return err
		}
		return neighbour.DropLog(tx, l)
	})
	if p := b.take(t, a.bundleFor(t, b), false).part(t, a); p.State != PartGap {
		t.Errorf("a difference that begins too late: %+v", p)
	}
	if p := b.take(t, a.bundle(t, BundleOrder{For: b.log.Origin(), Whole: true}), false).part(t, a); p.State != PartTaken || p.New != 2 {
		t.Errorf("the whole: %+v", p)
	}
	b.same(t, a)
}

// TestBundleGoesOnFromTheNetwork: the difference overlaps with what came over
// the network, or with what a cut session staged.
func TestBundleGoesOnFromTheNetwork(t *testing.T) {
	a, b := newBox(t, "a"), newBox(t, "b")
	pair(t, a, b)
	a.replica.batch = 2
	a.put(t, "", "Bal")
	a.publish(t)
	b.take(t, a.bundleFor(t, b), false)
	a.take(t, b.bundleFor(t, a), false)
	for _, title := range []string{"un", "deux", "trois", "quatre", "cinq"} {
		a.put(t, "", title)
	}
	a.publish(t)
	if err := b.pull(t.Context(), &stream{from: a, cut: 1})[a.log.Origin()]; err == nil {
		t.Fatal("the session was to be cut")
	}
	if p := b.take(t, a.bundleFor(t, b), false).part(t, a); p.State != PartTaken || p.New != 5 {
		t.Errorf("after a cut session: %+v", p)
	}
	b.same(t, a)

	a.put(t, "", "six")
	a.publish(t)
	b.mustPull(t, a)
	a.put(t, "", "sept")
	a.publish(t)
	if p := b.take(t, a.bundleFor(t, b), false).part(t, a); p.State != PartTaken || p.New != 1 {
		t.Errorf("after a session: %+v", p)
	}
	b.same(t, a)

	c := newBox(t, "c") // a first sync was cut; the stick has a difference for another
	c.link(t, a, neighbour.Paired)
	if err := c.pull(t.Context(), &stream{from: a, cut: 1})[a.log.Origin()]; err == nil {
		t.Fatal("the first session was to be cut")
	}
	if p := c.take(t, a.bundleFor(t, b), false).part(t, a); p.State != PartGap {
		t.Errorf("a difference for another: %+v", p)
	}
	if p := c.take(t, a.bundleFor(t, nil), false).part(t, a); p.State != PartTaken || p.New != 8 {
		t.Errorf("everything: %+v", p)
	}
	c.same(t, a)
}

// TestBundleIsForNoStrangerAndNotForMe: a box does not take its own bundle, nor
// that of one an operator blocked.
func TestBundleIsForNoStrangerAndNotForMe(t *testing.T) {
	a, b := newBox(t, "a"), newBox(t, "b")
	pair(t, a, b)
	file := a.bundleFor(t, b)
	_, err := a.replica.TakeBundle(t.Context(), bytes.NewReader(file), false)
	wantKey(t, "its own", err, "err.neighbour.bundle_own")
	b.link(t, a, neighbour.Blocked)
	_, err = b.replica.TakeBundle(t.Context(), bytes.NewReader(file), true)
	wantKey(t, "blocked", err, "err.neighbour.bundle_blocked")
	if c := newBox(t, "c").take(t, file, true); !c.Other {
		t.Error("a bundle for b does not say so to c")
	}
}

// TestErasedByBundle: a stick tells of an erasure as the network does.
func TestErasedByBundle(t *testing.T) {
	a, b := newBox(t, "a"), newBox(t, "b")
	pair(t, a, b)
	id := a.put(t, "", "Bal")
	a.publish(t)
	b.take(t, a.bundleFor(t, b), false)
	a.take(t, b.bundleFor(t, a), false)
	storetest.Update(t, a.db, store.Actor{}, func(tx *store.Tx) error {
		return listing.Erase(tx, store.Ref{Module: "agenda", ID: id})
	})
	a.publish(t)
	file := a.bundleFor(t, b)
	if bytes.Contains(unpacked(t, file), []byte("Bal")) {
		t.Error("the bundle holds what was erased")
	}
	if p := b.take(t, file, false).part(t, a); p.Gone != 1 {
		t.Errorf("%+v", p)
	}
	if b.same(t, a); len(b.titles(t, a)) != 0 {
		t.Error("what was erased is shown")
	}
}

// TestMembersOnlyWordsAreNotInABundle: FE-4, by scanning all a bundle holds.
func TestMembersOnlyWordsAreNotInABundle(t *testing.T) {
	const canary = "colibri-noir"
	a := newBox(t, "a")
	card := listing.Card{
		Ref: store.Ref{Module: "agenda", ID: store.NewID()}, Kind: listing.KindEvent, Title: canary, Summary: canary,
		Tags: []string{canary}, StartsAt: storetest.Now,
	}
	for _, c := range []struct {
		audience listing.Audience
		there    bool
	}{{listing.Members, false}, {listing.Public, true}, {listing.Members, false}} {
		card.Audience = c.audience
		storetest.Update(t, a.db, store.Actor{}, func(tx *store.Tx) error {
			return listing.Put(tx, card, listing.Body{"description": "corps de " + canary})
		})
		a.publish(t)
		all := unpacked(t, a.bundleFor(t, nil))
		if got := bytes.Contains(all, []byte(canary)); got != c.there {
			t.Errorf("audience %v: the word is there: %v", c.audience, got)
		}
		if got := bytes.Contains(all, []byte("corps de "+canary)); got != c.there {
			t.Errorf("audience %v: the body is there: %v", c.audience, got)
		}
	}
}

// unpacked is everything a bundle holds, readable.
func unpacked(t testing.TB, file []byte) (all []byte) {
	t.Helper()
	r, err := wire.NewBundleReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	for {
		m, err := r.Next()
		if err != nil {
			return all
		}
		switch m := m.(type) {
		case *wire.Batch:
			list, err := wire.UnpackRecords(m.Zstd)
			if err != nil {
				t.Fatal(err)
			}
			for _, rec := range list {
				all = append(all, rec.Card...)
			}
		case *wire.Bodies:
			list, err := m.Unpack()
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, bytes.Join(list, nil)...)
		default:
			b, err := wire.Encode(m)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, b...)
		}
	}
}
