package peer

import (
	"fmt"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/neighbour"
	"copi.local/store/storetest"
)

// many puts n cards at once.
func (b *box) many(t testing.TB, ids []string, what string) {
	t.Helper()
	storetest.Update(t, b.db, store.Actor{}, func(tx *store.Tx) error {
		for i, id := range ids {
			if err := putEvent(tx, id, fmt.Sprint(what, " ", i)); err != nil {
				return err
			}
		}
		return nil
	})
	b.publish(t)
}

func ids(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = store.NewID()
	}
	return out
}

// Over its quota an origin stays whole at its last head, and the operator reads
// it; nearer, where the quota is larger, it goes on.
func TestAnOriginOverItsQuotaStaysAtItsLastHead(t *testing.T) {
	boxes := chain(t, "a", "b", "c")
	a, b, c := boxes[0], boxes[1], boxes[2]
	a.put(t, "", "Bal")
	a.publish(t)
	b.vouch(t, a)
	flow(t, boxes)
	a.many(t, ids(neighbour.Quota(2)), "carte")
	flow(t, boxes)
	if n := len(b.titles(t, a)); n != 1+neighbour.Quota(2) {
		t.Errorf("b, linked with a, shows %d", n)
	}
	if l := c.held(t, a); len(c.titles(t, a)) != 1 || !l.OverQuota {
		t.Errorf("c shows %d, over its quota: %v", len(c.titles(t, a)), l.OverQuota)
	}
	pair(t, a, c)
	c.sip(t, b)
	if l := c.held(t, a); len(c.titles(t, a)) != 1+neighbour.Quota(2) || l.OverQuota {
		t.Errorf("linked with a, c shows %d, over its quota: %v", len(c.titles(t, a)), l.OverQuota)
	}
}

// Who changes thousands of cards is taken once, and then waits until that is
// paid off.
func TestWhoChangesTooMuchWaits(t *testing.T) {
	a, b := newBox(t, "a"), newBox(t, "b")
	pair(t, a, b)
	list := ids(neighbour.MaxChanged)
	a.many(t, list, "carte")
	b.sip(t, a)
	if l := b.held(t, a); l.Changed != 0 {
		t.Errorf("a first sync costs %d changes", l.Changed)
	}
	a.many(t, list, "changée")
	b.sip(t, a)
	a.put(t, list[0], "changée encore")
	a.publish(t)
	b.sip(t, a)
	if l := b.held(t, a); b.titles(t, a)[list[0]] != "changée 0" || !l.Waits {
		t.Errorf("shows %q, waits: %v", b.titles(t, a)[list[0]], l.Waits)
	}
	b.clock.Add(time.Hour)
	if b.sip(t, a); b.titles(t, a)[list[0]] != "changée encore" || b.held(t, a).Waits {
		t.Errorf("an hour later it shows %q", b.titles(t, a)[list[0]])
	}
}

// putEvent is one of many cards, put in one transaction.
func putEvent(tx *store.Tx, id, title string) error {
	return listing.Put(tx, listing.Card{
		Ref: store.Ref{Module: "agenda", ID: id}, Kind: listing.KindEvent, Title: title, Audience: listing.Public, StartsAt: tx.Now,
	}, nil)
}
