package peer

import (
	"testing"

	"github.com/libp2p/go-libp2p/core/network"
	libp2p "github.com/libp2p/go-libp2p/core/peer"
	ma "github.com/multiformats/go-multiaddr"

	"copi.local/store"
	"copi.local/store/neighbour"
	"copi.local/store/storetest"
)

// know links a with b without telling it where b is: only another box does.
func (b *testBox) know(other *testBox) {
	b.t.Helper()
	hello, err := other.introduce(b.t.Context())
	if err != nil {
		b.t.Fatal(err)
	}
	storetest.Update(b.t, b.db, store.Actor{}, func(tx *store.Tx) error {
		return neighbour.SaveLink(tx, neighbour.Link{
			Peer: other.PeerID(), Origin: hello.Origin, Name: hello.Name, Commune: hello.Commune, State: neighbour.Paired,
		})
	})
	if err := b.reload(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
}

// apart makes two boxes that know each other but not where, and a third that
// both are linked with.
func apart(t *testing.T, punch bool) (a, b, between *testBox) {
	t.Helper()
	a, b, between = newTestBox(t, "Cajarc"), newTestBox(t, "Altillac"), newTestBox(t, "Cahors")
	for _, box := range []*testBox{a, b} {
		box.mirrors.loopback.Store(punch)
		link(t, box, between)
	}
	a.know(b)
	b.know(a)
	return a, b, between
}

func TestTwoBoxesMeetThroughAThird(t *testing.T) {
	a, b, between := apart(t, false)
	a.put(store.NewID(), "Fête des voisins")
	if err := between.SetRelays(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the card came through", func() bool { return len(b.shown("voisins")) == 1 })
	if got := overWhat(b.Node, a.id.id); got != "relay" {
		t.Errorf("over %q", got)
	}
	links, err := b.links(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if at := links[a.id.id].Addresses; len(at) > 0 {
		t.Errorf("the address of the box between is kept as that of the other: %v", at)
	}

	if err := between.SetRelays(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	eventually(t, "what passed is cut", func() bool { return overWhat(b.Node, a.id.id) == "" })
	eventually(t, "nobody offers it any more", func() bool { return len(a.circuits(b.id.id))+len(b.circuits(a.id.id)) == 0 })
	if overWhat(a.Node, between.id.id) != "tcp" {
		t.Error("the links with the box between are cut as well")
	}
}

func TestAHolePunchShortensTheWay(t *testing.T) {
	a, b, between := apart(t, true)
	if err := between.SetRelays(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	a.put(store.NewID(), "Fête des voisins")
	eventually(t, "the card came", func() bool { return len(b.shown("voisins")) == 1 })
	eventually(t, "they are linked directly, and only so", func() bool {
		return overWhat(a.Node, b.id.id) == "quic" && overWhat(b.Node, a.id.id) == "quic" && !relayed(a.Node, b.id.id)
	})
	a.put(store.NewID(), "Vide-grenier")
	eventually(t, "the exchange goes on", func() bool { return len(b.shown("grenier")) == 1 })
}

// What libp2p tried too early is tried again.
func TestAHolePunchIsTriedAgain(t *testing.T) {
	a, b, between := apart(t, false)
	if err := between.SetRelays(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	eventually(t, "they are linked", func() bool { return overWhat(b.Node, a.id.id) == "relay" })
	for _, box := range []*testBox{a, b} {
		box.mirrors.loopback.Store(true) // now they know where they are
	}
	eventually(t, "they are linked directly", func() bool {
		return overWhat(a.Node, b.id.id) == "quic" && overWhat(b.Node, a.id.id) == "quic"
	})
}

// relayed tells whether there is a connection by way of another box.
func relayed(n *Node, id libp2p.ID) bool {
	for _, c := range n.host.Network().ConnsToPeer(id) {
		if isRelayed(c.RemoteMultiaddr()) {
			return true
		}
	}
	return false
}

// A box carries nothing unless its operators say so, and never for or to a box
// that it is not linked with, or no longer.
func TestOnlyLinkedBoxesPass(t *testing.T) {
	a, b, between := apart(t, false)
	if err := a.reserve(t.Context(), between.id.id); err == nil {
		t.Error("a place with a box that carries nothing")
	}
	if err := between.SetRelays(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	eventually(t, "they are linked", func() bool { return overWhat(b.Node, a.id.id) == "relay" })
	p := passes{between.gate}
	stranger := newStranger(t).id.id
	for name, c := range map[string]struct {
		from, to libp2p.ID
		want     bool
	}{
		"linked boxes":    {a.id.id, b.id.id, true},
		"from a stranger": {stranger, b.id.id, false},
		"to a stranger":   {a.id.id, stranger, false},
	} {
		if got := p.AllowConnect(c.from, nil, c.to); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if p.AllowReserve(stranger, nil) || !p.AllowReserve(a.id.id, nil) {
		t.Error("a place for a stranger, or none for a neighbour")
	}
	if err := between.Block(t.Context(), a.PeerID()); err != nil {
		t.Fatal(err)
	}
	eventually(t, "a blocked box passes no more", func() bool { return overWhat(b.Node, a.id.id) == "" })
}

func TestCallsThroughOthersComeLast(t *testing.T) {
	tcp, quic, circuit := ma.StringCast("/ip4/192.0.2.1/tcp/4001"), ma.StringCast("/ip4/192.0.2.1/udp/4001/quic-v1"),
		ma.StringCast("/ip4/192.0.2.9/tcp/4001/p2p/12D3KooWGRUFfzZPQn5KUfkDMZDp1aKBCWpFvZnYxr8vPgJ6uUkH/p2p-circuit")
	for name, c := range map[string]struct {
		addrs []ma.Multiaddr
		want  []network.AddrDelay
	}{
		"all":     {[]ma.Multiaddr{circuit, quic, tcp}, []network.AddrDelay{{Addr: circuit, Delay: relayAfter}, {Addr: quic, Delay: quicAfter}, {Addr: tcp}}},
		"no TCP":  {[]ma.Multiaddr{quic, circuit}, []network.AddrDelay{{Addr: quic}, {Addr: circuit, Delay: relayAfter}}},
		"nothing": {[]ma.Multiaddr{circuit}, []network.AddrDelay{{Addr: circuit}}},
	} {
		for i, got := range rankDials(c.addrs) {
			if got.Delay != c.want[i].Delay || !got.Addr.Equal(c.want[i].Addr) {
				t.Errorf("%s: %v, want %v", name, got, c.want[i])
			}
		}
	}
}

func TestOnlyTheInternetIsPunched(t *testing.T) {
	m := &mirrors{seen: map[libp2p.ID]ma.Multiaddr{}}
	m.note("a", ma.StringCast("/ip4/192.168.1.9/tcp/5000"))
	m.note("b", ma.StringCast("/ip4/100.64.3.4/tcp/5000"))
	m.note("c", nil)
	if got := m.places(nil, 4001); len(got) != 0 {
		t.Errorf("a box that no one on the internet sees is at %v", got)
	}
	m.note("d", ma.StringCast("/ip4/203.0.113.2/udp/5000/quic-v1"))
	if got := m.places([]ma.Multiaddr{ma.StringCast("/ip4/192.168.1.9/udp/4001/quic-v1")}, 4001); len(got) != 2 ||
		got[0].String() != "/ip4/203.0.113.2/udp/4001/quic-v1" || got[1].String() != "/ip4/203.0.113.2/udp/5000/quic-v1" {
		t.Errorf("places %v", got)
	}
	var many []ma.Multiaddr
	for _, host := range []string{"1", "2", "3", "4", "5", "6"} {
		many = append(many, ma.StringCast("/ip4/203.0.113."+host+"/udp/4001/quic-v1"), ma.StringCast("/ip4/203.0.113."+host+"/tcp/4001"))
	}
	if got := m.punchable(many); len(got) != maxPunched {
		t.Errorf("%d addresses are tried", len(got))
	}
}

// overWhat is the transport of a connection with a box, a direct one rather than
// not; empty without one.
func overWhat(n *Node, id libp2p.ID) string {
	over := ""
	for _, c := range n.host.Network().ConnsToPeer(id) {
		switch {
		case isRelayed(c.RemoteMultiaddr()):
			over = "relay"
		case tcpPort(c.RemoteMultiaddr()) > 0:
			return "tcp"
		default:
			return "quic"
		}
	}
	return over
}

// A box that becomes a hub relays at once, and no more when it is one no longer.
func TestAHubRelaysAsSoonAsItIsOne(t *testing.T) {
	b := newTestBox(t, "Cahors")
	relays := func() bool {
		b.passage.mu.Lock()
		defer b.passage.mu.Unlock()
		return b.passage.service != nil
	}
	for _, hub := range []bool{true, false} {
		storetest.Update(t, b.db, store.Actor{}, func(tx *store.Tx) error {
			s, err := neighbour.ScopeOf(tx)
			if err != nil {
				return err
			}
			s.Hub = hub
			return neighbour.SetScope(tx, s)
		})
		eventually(t, "the relay follows", func() bool { return relays() == hub })
	}
}
