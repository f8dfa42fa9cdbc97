package peer

import (
	"testing"

	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/neighbour"
	"copi.local/store/storetest"
)

// rival makes b hold, in place of the last head it took of a, another head of
// the same number that a's key signed, over fewer cards: as if a copy of a had
// been heard first.
func (b *testBox) rival(a *testBox) {
	b.t.Helper()
	storetest.Update(b.t, b.db, store.Actor{}, func(tx *store.Tx) error {
		link, err := neighbour.LinkByPeer(tx, a.PeerID())
		if err != nil {
			return err
		}
		l, err := neighbour.LogOf(tx, link.Origin)
		if err != nil {
			return err
		}
		h, err := wire.DecodeHead(l.Head.Bytes)
		if err != nil {
			return err
		}
		h.Count--
		head, err := h.Encode()
		if err != nil {
			return err
		}
		sig := wire.SignHead(a.id.Key(), head)
		if _, err := tx.Exec("UPDATE neighbour_heads SET head = ?, sig = ? WHERE log_id = ? AND seq = ?", head, sig, l.ID, int64(l.Seq)); err != nil {
			return err
		}
		_, err = tx.Exec("DELETE FROM neighbour_records WHERE log_id = ? AND generation = ? AND seq = 1", l.ID, l.Generation)
		return err
	})
}

func (b *testBox) frozen(of *testBox) (frozen bool) {
	b.t.Helper()
	links, err := b.Links(b.t.Context())
	if err != nil {
		b.t.Fatal(err)
	}
	for _, l := range links {
		if l.Peer == of.PeerID() {
			frozen = l.Frozen
		}
	}
	return frozen
}

// TestForkIsFoundToldAndEnded on a loopback network: cards do not add up, the
// trail is asked for and proves two boxes; the origin and the third box hear of
// it; the recovery key ends it and the link follows the new box key.
func TestForkIsFoundToldAndEnded(t *testing.T) {
	a, b, c := newTestBox(t, "Cajarc"), newTestBox(t, "Altillac"), newTestBox(t, "Figeac")
	link(t, a, b)
	link(t, b, c)
	link(t, a, c)
	a.put(store.NewID(), "Bal du village")
	eventually(t, "all show the event", func() bool { return len(b.shown("bal")) == 1 && len(c.shown("bal")) == 1 })
	b.rival(a)
	a.put(store.NewID(), "Loto")
	eventually(t, "b finds the fork", func() bool { return b.frozen(a) })
	eventually(t, "a is told", func() bool {
		q, err := a.Question(t.Context())
		return err == nil && q.Doubt == neighbour.Forked
	})
	eventually(t, "c is told", func() bool { return c.frozen(a) })
	if l := b.shown("loto"); len(l) > 0 {
		t.Errorf("b shows what only one of the two says: %+v", l)
	}
	if err := a.Continue(t.Context()); store.KindOf(err) != store.Conflict {
		t.Errorf("a fork ends without the sheet: %v", err)
	}
	if err := a.Repair(t.Context(), sheetKey("any")); err != nil {
		t.Fatal(err)
	}
	eventually(t, "both follow the new key", func() bool { return len(b.shown("loto")) == 1 && len(c.shown("loto")) == 1 })
	for _, box := range []*testBox{b, c} {
		eventually(t, "nobody talks to the old key", func() bool { return !box.gate.isLinked(a.id.id) })
	}
	q, err := a.Question(t.Context())
	if err != nil || q.Doubt != neighbour.NoDoubt || !q.Restart {
		t.Errorf("after the repair a asks %+v, %v", q, err)
	}
}
