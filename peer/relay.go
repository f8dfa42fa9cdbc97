package peer

import (
	"context"
	"sync"
	"time"

	"github.com/libp2p/go-libp2p/core/network"
	libp2p "github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"
	"github.com/libp2p/go-libp2p/p2p/protocol/circuitv2/proto"
	"github.com/libp2p/go-libp2p/p2p/protocol/circuitv2/relay"
	ma "github.com/multiformats/go-multiaddr"

	"copi.local/store"
	"copi.local/store/neighbour"
)

// Two boxes that cannot call each other may talk through a third that both are
// linked with, when its operators let them (PROTOCOL.md §12, circuit relay v2).
// The third carries bytes it cannot read: the two have their own Noise inside.

// The protocols between a box and the one that carries its calls.
const (
	hopProtocol  protocol.ID = proto.ProtoIDv2Hop  // asked of the one in between
	stopProtocol protocol.ID = proto.ProtoIDv2Stop // by it, of the one that is called
)

// Bounds of what passes through this box. Nothing else limits a call: only
// linked boxes may make one, and a first sync is megabytes (PEER-NOTES §5.1).
const (
	maxCircuits     = 8         // calls at once, of one box
	maxReservations = 128       // boxes that may be called through this one
	reservedFor     = time.Hour // unless renewed
)

// passage is the relay of this box, when it has one.
type passage struct {
	mu      sync.Mutex // guards service
	service *relay.Relay
}

// passes is who may use the relay: both ends are linked with this box.
type passes struct{ gate *gate }

// AllowReserve tells whether p may be called through this box.
func (a passes) AllowReserve(p libp2p.ID, _ ma.Multiaddr) bool { return a.gate.isLinked(p) }

// AllowConnect tells whether from may call to through this box.
func (a passes) AllowConnect(from libp2p.ID, _ ma.Multiaddr, to libp2p.ID) bool {
	return a.gate.isLinked(from) && a.gate.isLinked(to)
}

// letPass opens the relay, or ends it with all that passes through it.
func (n *Node) letPass(on bool) error {
	n.passage.mu.Lock()
	defer n.passage.mu.Unlock()
	service := n.passage.service
	switch {
	case on && service == nil && n.ctx.Err() == nil:
		var err error
		n.passage.service, err = relay.New(n.host, relay.WithACL(passes{n.gate}), relay.WithResources(relay.Resources{
			ReservationTTL: reservedFor, MaxReservations: maxReservations, MaxCircuits: maxCircuits, BufferSize: 4 << 10,
			MaxReservationsPerIP: maxReservations, MaxReservationsPerASN: maxReservations, // villages may share a line
		}))
		return err
	case !on && service != nil:
		n.passage.service = nil
		err := service.Close()
		n.endCircuits()
		return err
	}
	return nil
}

// endCircuits cuts the calls that pass through this box, not those it makes
// through others.
func (n *Node) endCircuits() {
	for _, c := range n.host.Network().Conns() {
		for _, s := range c.GetStreams() {
			inbound := s.Stat().Direction == network.DirInbound
			if s.Protocol() == hopProtocol && inbound || s.Protocol() == stopProtocol && !inbound {
				_ = s.Reset()
			}
		}
	}
}

// Relays tells whether calls of linked boxes may pass through this one.
func (n *Node) Relays(ctx context.Context) (on bool, err error) {
	err = n.db.View(ctx, func(tx *store.Tx) error {
		on, err = neighbour.Relays(tx)
		return err
	})
	return on, err
}

// SetRelays lets them pass, or no longer.
func (n *Node) SetRelays(ctx context.Context, on bool) error {
	if err := n.db.Update(ctx, func(tx *store.Tx) error { return neighbour.SetRelays(tx, on) }); err != nil {
		return err
	}
	return n.applyRelays(ctx)
}

// applyRelays does what the operators decided.
func (n *Node) applyRelays(ctx context.Context) error {
	on, err := n.Relays(ctx)
	if err != nil {
		return err
	}
	return n.letPass(on)
}
