package peer

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/neighbour"
	"copi.local/store/storetest"
)

// behind lists the bodies b has of an origin, by the card's id.
func (b *box) behind(t testing.TB, of *box) map[string]string {
	t.Helper()
	out := map[string]string{}
	storetest.View(t, b.db, store.Actor{}, func(tx *store.Tx) error {
		l, err := neighbour.LogOf(tx, of.log.Origin())
		if err != nil {
			return err
		}
		rows, err := neighbour.CopiesAfter(tx, l, 0, 100)
		for _, row := range rows {
			document, err := wire.DecodeBody(row.Body)
			if err != nil {
				return err
			}
			out[store.FormatID(row.ID)], _ = document["description"].(string)
		}
		return err
	})
	return out
}

// TestBundleCarriesBodies: what stands behind the cards comes with them, also
// through a third box; a difference brings the bodies of what changed only, and
// what a box's moderators hid is neither sent on nor kept.
func TestBundleCarriesBodies(t *testing.T) {
	a, b, c := newBox(t, "a"), newBox(t, "b"), newBox(t, "c")
	pair(t, a, b, c)
	bal, loto := a.put(t, "", "Bal"), a.put(t, "", "Loto")
	a.publish(t)
	b.take(t, a.bundleFor(t, b), false)
	if got := b.behind(t, a); len(got) != 2 || got[bal] != "Tout le monde vient. Bal" {
		t.Errorf("b has %v", got)
	}
	c.take(t, b.bundleFor(t, c), false)
	if got := c.behind(t, a); len(got) != 2 || got[loto] != "Tout le monde vient. Loto" {
		t.Errorf("through b, c has %v", got)
	}

	a.take(t, b.bundleFor(t, a), false)
	a.put(t, loto, "Grand loto")
	a.publish(t)
	file := a.bundleFor(t, b)
	if n := bodiesOf(t, file); n != 1 {
		t.Errorf("%d bodies travel, one has changed", n)
	}
	b.take(t, file, false)
	if got := b.behind(t, a); got[loto] != "Tout le monde vient. Grand loto" {
		t.Errorf("after the difference b has %v", got)
	}

	storetest.Update(t, b.db, store.Actor{ID: "m", Role: store.Moderator}, func(tx *store.Tx) error {
		return listing.Hide(tx, store.Ref{Module: listing.Neighbour, ID: bal}, true)
	})
	if n := bodiesOf(t, b.bundle(t, BundleOrder{For: c.log.Origin(), Whole: true})); n != 1 {
		t.Errorf("%d bodies travel on, one of two is hidden here", n)
	}
	storetest.Update(t, a.db, store.Actor{}, func(tx *store.Tx) error { // before the log follows
		return listing.Hide(tx, store.Ref{Module: "agenda", ID: loto}, true)
	})
	if n := bodiesOf(t, a.bundle(t, BundleOrder{})); n != 1 {
		t.Errorf("%d bodies travel, one of two was hidden a moment ago", n)
	}
}

// bodiesOf counts the bodies in a bundle.
func bodiesOf(t testing.TB, file []byte) (n int) {
	t.Helper()
	r, err := wire.NewBundleReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	for {
		m, err := r.Next()
		if errors.Is(err, io.EOF) {
			return n
		}
		if err != nil {
			t.Fatal(err)
		}
		if bodies, ok := m.(*wire.Bodies); ok {
			list, err := bodies.Unpack()
			if err != nil {
				t.Fatal(err)
			}
			n += len(list)
		}
	}
}

// TestKnownCardsGetTheirBodies: the cards came over the network, which was cut
// before the bodies; the stick brings these.
func TestKnownCardsGetTheirBodies(t *testing.T) {
	a, b := newBox(t, "a"), newBox(t, "b")
	pair(t, a, b)
	id := a.put(t, "", "Bal")
	a.publish(t)
	b.mustPull(t, a)
	if got := b.behind(t, a); len(got) != 0 {
		t.Fatalf("the bodies are here already: %v", got)
	}
	if p := b.take(t, a.bundleFor(t, b), false).part(t, a); p.State != PartKnown {
		t.Errorf("%+v", p)
	}
	if got := b.behind(t, a); got[id] != "Tout le monde vient. Bal" {
		t.Errorf("b has %v", got)
	}
}

// TestBundleBodiesNobodyNames are not kept: a stick is no way to fill a card.
func TestBundleBodiesNobodyNames(t *testing.T) {
	a, b := newBox(t, "a"), newBox(t, "b")
	pair(t, a, b)
	a.put(t, "", "Bal")
	a.publish(t)
	other, err := wire.EncodeBody(map[string]any{"description": "que personne ne nomme"})
	if err != nil {
		t.Fatal(err)
	}
	packed, _ := wire.PackBodies([][]byte{other})
	b.take(t, a.forge(t, BundleOrder{For: b.log.Origin()}, func(m wire.Message) []wire.Message {
		if _, ok := m.(*wire.Bodies); ok {
			return one(packed)
		}
		return one(m)
	}), false)
	storetest.View(t, b.db, store.Actor{}, func(tx *store.Tx) error {
		if _, err := neighbour.CopyOf(tx, wire.Sum(other)); store.KindOf(err) != store.NotFound {
			t.Errorf("it is kept: %v", err)
		}
		return nil
	})
}
