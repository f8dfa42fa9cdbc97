package peer

import (
	"strings"
	"testing"
	"time"

	ma "github.com/multiformats/go-multiaddr"

	"copi.local/store"
)

// linkOf is what a box knows of its link with another.
func (b *testBox) linkOf(other *testBox) Link {
	b.t.Helper()
	all, err := b.Links(b.t.Context())
	if err != nil {
		b.t.Fatal(err)
	}
	for _, l := range all {
		if l.Peer == other.PeerID() {
			return l
		}
	}
	b.t.Fatal("not linked")
	return Link{}
}

// An operator reads how much of the box's own listings a neighbour has, and
// what was exchanged.
func TestWhatANeighbourHolds(t *testing.T) {
	a, b := newTestBox(t, "Cajarc"), newTestBox(t, "Altillac")
	link(t, a, b)
	a.put(store.NewID(), "Bal du village")
	eventually(t, "the neighbour has all", func() bool { l := a.linkOf(b); return l.Told && l.Missing == 0 && len(b.shown("bal")) == 1 })
	l := a.linkOf(b)
	if l.In == 0 || l.Out == 0 || !l.Started || l.Since.IsZero() {
		t.Errorf("%+v", l)
	}
	b.kill()
	a.put(store.NewID(), "Loto")
	eventually(t, "the neighbour lacks one", func() bool { l := a.linkOf(b); return l.Missing == 1 && !l.Connected })
	a.clock.Add(24 * time.Hour)
	if l := a.linkOf(b); l.In+l.Out != 0 || l.Started {
		t.Errorf("the next day: %+v", l)
	}
}

// Why a neighbour does not answer is known as far as it can be.
func TestWhyANeighbourIsNotReached(t *testing.T) {
	a, b, c := newTestBox(t, "Cajarc"), newTestBox(t, "Altillac"), newTestBox(t, "Figeac")
	link(t, a, b)
	if err := b.Block(t.Context(), a.PeerID()); err != nil {
		t.Fatal(err)
	}
	eventually(t, "kept out", func() bool { return a.linkOf(b).Why == KeptOut })
	if err := b.Unblock(t.Context(), a.PeerID()); err != nil {
		t.Fatal(err)
	}
	a.CallAll()
	eventually(t, "back", func() bool { l := a.linkOf(b); return l.Connected && l.Why == Unexplained })
	port := b.Addrs()[0]
	b.kill()
	eventually(t, "nobody there", func() bool { return a.linkOf(b).Why == NobodyThere })
	if !strings.HasPrefix(port, "127.0.0.1:") {
		t.Fatal(port)
	}
	if err := a.connect(t.Context(), b.id.id, c.host.Addrs()[:1]); whyUnreached(err) != OtherKey {
		t.Errorf("another box at the address: %q, %v", whyUnreached(err), err)
	}
	if err := a.connect(t.Context(), b.id.id, []ma.Multiaddr{}); whyUnreached(err) != NoRoute {
		t.Errorf("no address: %q, %v", whyUnreached(err), err)
	}
}
