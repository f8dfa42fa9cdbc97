package peer

import (
	"context"
	"net"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/libp2p/go-libp2p/core/network"
	libp2p "github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/p2p/protocol/holepunch"
	ma "github.com/multiformats/go-multiaddr"
	manet "github.com/multiformats/go-multiaddr/net"
)

// Two boxes that reached each other through a third try at once to do without
// it (DCUtR): each says where it thinks it is on the internet, both call there at
// the same moment, and two ordinary routers take that for two answers. Over QUIC
// alone: TCP does not pass (PEER-NOTES §5.3, case C).

// maxPunched bounds the addresses a box tries, and tells, in one attempt.
const maxPunched = 4

// mirrors is where linked boxes see this one come from.
type mirrors struct {
	loopback atomic.Bool // tests: this machine is the internet

	mu   sync.Mutex // guards seen
	seen map[libp2p.ID]ma.Multiaddr
}

// note takes what a linked box says it sees.
func (m *mirrors) note(by libp2p.ID, at ma.Multiaddr) {
	if at == nil || isRelayed(at) || !m.outside(at) {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, known := m.seen[by]; known || len(m.seen) < maxSeen {
		m.seen[by] = at
	}
}

// outside tells whether an address is one of the internet.
func (m *mirrors) outside(at ma.Multiaddr) bool {
	b, err := manet.ToIP(at)
	if err != nil {
		return false
	}
	ip, _ := netip.AddrFromSlice(b)
	ip = ip.Unmap()
	return ip.IsGlobalUnicast() && !ip.IsPrivate() && !sharedAddresses.Contains(ip) || m.loopback.Load() && ip.IsLoopback()
}

// sharedAddresses are those between a provider and its customers (RFC 6598).
var sharedAddresses = netip.MustParsePrefix("100.64.0.0/10")

// places guesses where this box may be met over QUIC: at its own addresses on
// the internet, where a neighbour sees it, and there under its own port, which
// most routers keep.
func (m *mirrors) places(own []ma.Multiaddr, port int) []ma.Multiaddr {
	m.mu.Lock()
	defer m.mu.Unlock()
	guesses := slices.Clone(own)
	for _, at := range m.seen {
		if kept, err := underPort(at, port); err == nil {
			guesses = append(guesses, kept)
		}
		guesses = append(guesses, at)
	}
	return m.punchable(guesses)
}

// underPort is an address over QUIC at the host of another.
func underPort(at ma.Multiaddr, port int) (ma.Multiaddr, error) {
	ip, err := manet.ToIP(at)
	if err != nil {
		return nil, err
	}
	udp, err := manet.FromNetAddr(&net.UDPAddr{IP: ip, Port: port})
	if err != nil {
		return nil, err
	}
	return udp.Encapsulate(ma.StringCast("/quic-v1")), nil
}

// punchable is what of a list a hole punch may call: a few addresses of the
// internet, over QUIC.
func (m *mirrors) punchable(addrs []ma.Multiaddr) []ma.Multiaddr {
	var out []ma.Multiaddr
	for _, at := range addrs {
		_, err := at.ValueForProtocol(ma.P_QUIC_V1)
		if err != nil || isRelayed(at) || !m.outside(at) || len(out) == maxPunched || ma.Contains(out, at) {
			continue
		}
		out = append(out, at)
	}
	return out
}

// punchPlaces is where this box may be met.
func (n *Node) punchPlaces() []ma.Multiaddr { return n.mirrors.places(n.host.Addrs(), n.Port()) }

// punching bounds what a hole punch tells and believes.
type punching struct{ n *Node }

// FilterLocal bounds what is told.
func (p punching) FilterLocal(_ libp2p.ID, addrs []ma.Multiaddr) []ma.Multiaddr {
	return p.n.mirrors.punchable(addrs)
}

// FilterRemote bounds what is called, and lets it through our gate: the one
// case where a linked box says itself where it is.
func (p punching) FilterRemote(id libp2p.ID, addrs []ma.Multiaddr) []ma.Multiaddr {
	addrs = p.n.mirrors.punchable(addrs)
	p.n.gate.punchAt(id, addrs)
	return addrs
}

// How often two boxes try again to do without the one between them.
const (
	punchAgain   = 2 * time.Second
	longestPunch = time.Hour
)

// keepPunching tries again while c, by which another box called us through a
// third, is the only way: libp2p tries once, perhaps before it knows where we
// are. It ends with the connection or with ctx.
func (n *Node) keepPunching(ctx context.Context, c network.Conn) {
	ready := false
	for wait := punchAgain; !c.IsClosed(); wait = min(2*wait, longestPunch) {
		select {
		case <-ctx.Done():
			return
		case <-n.clock.After(wait):
		}
		if n.directly(c.RemotePeer()) != nil {
			return
		}
		was := ready
		// Without its handler libp2p's call would wait for ever; the handler is
		// there a moment before it is ready.
		if ready = slices.Contains(n.host.Mux().Protocols(), holepunch.Protocol); ready && was && ctx.Err() == nil {
			if err := n.punch.DirectConnect(c.RemotePeer()); err != nil {
				n.log.Debug("neighbour still needs another box", "peer", c.RemotePeer().String(), "err", err)
			}
		}
	}
}
