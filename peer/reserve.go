package peer

import (
	"context"
	"fmt"
	"time"

	"github.com/libp2p/go-libp2p/core/network"
	libp2p "github.com/libp2p/go-libp2p/core/peer"
	pbv2 "github.com/libp2p/go-libp2p/p2p/protocol/circuitv2/pb"
	"github.com/libp2p/go-libp2p/p2p/protocol/circuitv2/util"
	ma "github.com/multiformats/go-multiaddr"
)

// renewEvery is how often a box asks anew to be reachable through others. It
// counts what has elapsed here, never the date the other writes into its
// answer: libp2p's own client refuses that when our clock is ahead, and a box
// without a clock would be out of reach (PEER-NOTES §5.2, trap 3).
const renewEvery = reservedFor / 3

// maxRelayMessage bounds what is read of a relay's answer, in bytes.
const maxRelayMessage = 4 << 10

// isRelayed tells whether an address is by way of another box.
func isRelayed(a ma.Multiaddr) bool {
	_, err := a.ValueForProtocol(ma.P_CIRCUIT)
	return err == nil
}

// directly is a connection with a box that no other carries; nil without one.
func (n *Node) directly(id libp2p.ID) network.Conn {
	for _, c := range n.host.Network().ConnsToPeer(id) {
		if !isRelayed(c.RemoteMultiaddr()) {
			return c
		}
	}
	return nil
}

// passers lists the linked boxes at hand that let calls pass, with the
// connection to each.
func (n *Node) passers() map[libp2p.ID]network.Conn {
	found := map[libp2p.ID]network.Conn{}
	for _, id := range n.host.Network().Peers() {
		offers, err := n.host.Peerstore().SupportsProtocols(id, hopProtocol)
		if err != nil || len(offers) == 0 || !n.gate.isLinked(id) {
			continue
		}
		if c := n.directly(id); c != nil {
			found[id] = c
		}
	}
	return found
}

// circuits are the ways to a box through others. Whether it is to be had there,
// the one in between says when it is asked: nobody keeps lists of it.
func (n *Node) circuits(to libp2p.ID) []ma.Multiaddr {
	var out []ma.Multiaddr
	for id := range n.passers() {
		at, err := ma.NewMultiaddr(fmt.Sprintf("/p2p/%s/p2p-circuit", id))
		if err == nil && id != to && len(out) < maxAddresses {
			out = append(out, at)
		}
	}
	return out
}

// reserving keeps this box reachable through every linked box that lets calls
// pass, until ctx ends. Whether it could be called directly is for each caller
// to find out; a place kept in vain costs some hundred bytes an hour.
func (n *Node) reserving(ctx context.Context) {
	held := map[libp2p.ID]network.Conn{}
	due := n.clock.After(renewEvery)
	for {
		n.reserveAll(ctx, held)
		select {
		case <-ctx.Done():
			return
		case <-n.passable:
		case <-due:
			due = n.clock.After(renewEvery)
			clear(held)
		}
	}
}

// reserveAll asks where nothing is held over the present connection.
func (n *Node) reserveAll(ctx context.Context, held map[libp2p.ID]network.Conn) {
	for id, c := range n.passers() {
		if held[id] == c {
			continue
		}
		if err := n.reserve(ctx, id); err != nil {
			n.log.Debug("a neighbour does not let us be called through it", "peer", id.String(), "err", err)
			continue
		}
		held[id] = c
		n.CallAll() // who could not be reached may be reached this way
	}
}

// reserve asks a box to let others call us through it, for an hour.
func (n *Node) reserve(ctx context.Context, id libp2p.ID) error {
	ctx, cancel := context.WithTimeout(ctx, callWithin)
	defer cancel()
	s, err := n.host.NewStream(network.WithNoDial(ctx, "connected"), id, hopProtocol)
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	stop := context.AfterFunc(ctx, func() { _ = s.Reset() })
	defer stop()
	if err := util.NewDelimitedWriter(s).WriteMsg(&pbv2.HopMessage{Type: pbv2.HopMessage_RESERVE.Enum()}); err != nil {
		return err
	}
	in := util.NewDelimitedReader(s, maxRelayMessage)
	defer in.Close()
	var answer pbv2.HopMessage
	if err := in.ReadMsg(&answer); err != nil {
		return err
	}
	if answer.GetType() != pbv2.HopMessage_STATUS || answer.GetStatus() != pbv2.Status_OK {
		return fmt.Errorf("answered %v", answer.GetStatus())
	}
	return nil
}

// passableNow is told that a box may have begun to let calls pass.
func (n *Node) passableNow() {
	select {
	case n.passable <- struct{}{}:
	default:
	}
}

// shorten drops what passes through other boxes once there is a connection
// without them; the session begins anew over it, where it was.
func (n *Node) shorten(id libp2p.ID) {
	for _, c := range n.host.Network().ConnsToPeer(id) {
		if isRelayed(c.RemoteMultiaddr()) {
			n.work.Go(func() { _ = c.Close() })
		}
	}
}

// directAgain calls a box that is reached through another, in the background.
func (n *Node) directAgain(id libp2p.ID) {
	if len(n.host.Network().ConnsToPeer(id)) == 0 || n.directly(id) != nil {
		return
	}
	n.work.Go(func() {
		ctx, cancel := context.WithTimeout(n.ctx, callWithin)
		defer cancel()
		addrs, err := n.directTo(ctx, id)
		if err != nil || len(addrs) == 0 {
			return
		}
		n.gate.setDial(id, addrs)
		n.host.Peerstore().AddAddrs(id, addrs, time.Minute)
		if err := n.host.Connect(network.WithForceDirectDial(ctx, "reached through another"), libp2p.AddrInfo{ID: id}); err != nil {
			n.log.Debug("neighbour is not where it was seen", "peer", id.String(), "err", err)
		}
	})
}
