package peer

import (
	"slices"
	"sync"

	"github.com/libp2p/go-libp2p/core/control"
	"github.com/libp2p/go-libp2p/core/network"
	libp2p "github.com/libp2p/go-libp2p/core/peer"
	ma "github.com/multiformats/go-multiaddr"
)

// gate decides after the handshake, when the other's key is proved, who may
// stay: linked boxes, boxes one of our operators is pairing with, and, while an
// operator holds the door open to pair, strangers.
type gate struct {
	mu      sync.Mutex             // guards all below
	linked  map[libp2p.ID]bool     // true: may connect; false: shut out for now
	pairing map[libp2p.ID]int      // pairings under way, by peer
	dial    map[libp2p.ID][]string // addresses we may dial, as text
	open    bool                   // an operator waits for a box to pair with
}

func newGate() *gate {
	return &gate{linked: map[libp2p.ID]bool{}, pairing: map[libp2p.ID]int{}, dial: map[libp2p.ID][]string{}}
}

// setLinked replaces the linked boxes; a false value shuts a linked box out.
func (g *gate) setLinked(linked map[libp2p.ID]bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.linked = linked
}

// setOpen opens or closes the door to strangers who want to pair.
func (g *gate) setOpen(open bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.open = open
}

// admit lets p in for a pairing; the returned function takes that back.
func (g *gate) admit(p libp2p.ID) (release func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.pairing[p]++
	return sync.OnceFunc(func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		if g.pairing[p]--; g.pairing[p] <= 0 {
			delete(g.pairing, p)
		}
	})
}

// isLinked tells whether p is linked and not shut out.
func (g *gate) isLinked(p libp2p.ID) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.linked[p]
}

// lets tells whether p may be connected at all.
func (g *gate) lets(p libp2p.ID) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if may, known := g.linked[p]; known {
		return may
	}
	return g.open || g.pairing[p] > 0
}

// mayPair tells whether p may open a pairing with us.
func (g *gate) mayPair(p libp2p.ID) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if may, known := g.linked[p]; known && !may {
		return false
	}
	return g.open || g.pairing[p] > 0
}

// setDial names the addresses p may be called at: ours to say, whatever the
// peer claims about itself when it introduces itself (identify takes up to 500).
func (g *gate) setDial(p libp2p.ID, addrs []ma.Multiaddr) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.dial[p] = texts(addrs)
}

// punchAt adds the addresses a linked peer is to be met at in a hole punch; they
// are forgotten with the next setDial.
func (g *gate) punchAt(p libp2p.ID, addrs []ma.Multiaddr) {
	g.mu.Lock()
	defer g.mu.Unlock()
	known := g.dial[p]
	if len(known) > maxAddresses { // of earlier punches
		known = known[len(known)-maxAddresses:]
	}
	g.dial[p] = append(slices.Clone(known), texts(addrs)...)
}

func texts(addrs []ma.Multiaddr) []string {
	out := make([]string, len(addrs))
	for i, a := range addrs {
		out[i] = a.String()
	}
	return out
}

// InterceptPeerDial is asked before a peer is called.
func (g *gate) InterceptPeerDial(p libp2p.ID) bool { return g.lets(p) }

// InterceptAddrDial is asked for each address before it is called.
func (g *gate) InterceptAddrDial(p libp2p.ID, addr ma.Multiaddr) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, a := range g.dial[p] {
		if a == addr.String() {
			return true
		}
	}
	return false
}

// InterceptAccept lets every connection begin its handshake; the resource
// manager bounds how many.
func (g *gate) InterceptAccept(network.ConnMultiaddrs) bool { return true }

// InterceptSecured refuses strangers once their key is proved.
func (g *gate) InterceptSecured(_ network.Direction, p libp2p.ID, _ network.ConnMultiaddrs) bool {
	return g.lets(p)
}

// InterceptUpgraded has nothing to add.
func (g *gate) InterceptUpgraded(network.Conn) (bool, control.DisconnectReason) { return true, 0 }

// knows tells whether p is linked, shut out or not.
func (g *gate) knows(p libp2p.ID) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	_, known := g.linked[p]
	return known
}
