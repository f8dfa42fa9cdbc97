package peer

import (
	"bufio"
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/libp2p/go-libp2p/core/event"
	"github.com/libp2p/go-libp2p/core/network"
	libp2p "github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/p2p/host/eventbus"
	ma "github.com/multiformats/go-multiaddr"

	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/neighbour"
)

// When neighbours are called (PROTOCOL.md §5, PEER-NOTES §3).
const (
	maxSessions  = 64               // sessions we hold open; more neighbours take turns
	maxTaking    = 8                // … of which so many have cards unpacked and written at a time
	pollEvery    = 15 * time.Minute // for neighbours without an open session
	firstPause   = 2 * time.Second  // after a call that failed
	longestPause = 6 * time.Hour
	meetFor      = time.Minute // as far as the clocks of two boxes may differ
)

// meetings are the intervals, since 1970, at which boxes that have not met for
// so long call one another: each divides the longest, so that there is a moment
// common to both however long each has waited.
var meetings = []time.Duration{pollEvery, 2 * pollEvery, time.Hour, 2 * time.Hour, longestPause}

// caller keeps one neighbour called. The mutex of Node guards it.
type caller struct {
	cancel context.CancelFunc
	wake   chan struct{} // call now: it was seen, or an operator wants to
	open   bool          // a session is open …
	idle   bool          // … and has nothing to ask for
	heard  bool          // everything it had to tell was taken once
	yield  func()        // ends the session for the sake of another
	why    Reason        // the last call failed; Unexplained when it did not
}

// pause is how long to wait after so many failed calls in a row, between 80 and
// 120 % of it so that boxes do not call in step.
func pause(failed int) time.Duration {
	d := pollEvery
	if failed > 0 {
		d = min(firstPause<<min(failed-1, 20), longestPause)
	}
	return time.Duration(float64(d) * (0.8 + 0.4*rand.Float64())) //nolint:gosec // spreads calls, guards nothing
}

// untilCall is how long to wait after so many failed calls in a row, and
// whether the other may call at that very moment. Two boxes behind two routers
// reach each other only when both call at once (PEER-NOTES §5.3, case B), and
// nothing but the time of day can tell them when.
func (n *Node) untilCall(failed int) (wait time.Duration, meet bool) {
	wait = pause(failed)
	if failed == 0 || wait < pollEvery || n.clock.Quality() == store.ClockNone {
		return wait, false
	}
	every := meetings[0]
	for _, m := range meetings {
		if m <= wait {
			every = m
		}
	}
	now := n.clock.Now()
	return now.Truncate(every).Add(every).Sub(now), true
}

// meet keeps calling a neighbour for a minute, until there is a connection.
// Absent ones hold no place among the sessions meanwhile.
func (n *Node) meet(ctx context.Context, id libp2p.ID) {
	ctx, cancel := context.WithTimeout(ctx, meetFor)
	defer cancel()
	for {
		addrs, err := n.whereIs(ctx, id)
		if err == nil {
			err = n.connect(ctx, id, addrs)
		}
		if err == nil {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-n.clock.After(time.Second):
		}
	}
}

// reload brings the gate and the callers in line with the links kept. It is
// called after every change of a link.
func (n *Node) reload(ctx context.Context) error {
	links, err := n.links(ctx)
	if err != nil {
		return err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	may := make(map[libp2p.ID]bool, len(links))
	for id, l := range links {
		may[id] = l.State == neighbour.Paired && !n.suspended[id]
	}
	n.gate.setLinked(may)
	for id, c := range n.callers {
		if !may[id] {
			c.cancel()
			delete(n.callers, id)
			n.hangUp(id)
		}
	}
	for id, allowed := range may {
		if allowed && n.callers[id] == nil && n.ctx.Err() == nil {
			n.startCaller(id) //nolint:contextcheck // a caller outlives whoever made the link
		}
	}
	return nil
}

// hangUp ends all connections with a neighbour, in the background: libp2p
// waits for the streams.
func (n *Node) hangUp(id libp2p.ID) {
	n.work.Go(func() { _ = n.host.Network().ClosePeer(id) })
}

// startCaller keeps calling a neighbour until its context ends; n.mu is held.
func (n *Node) startCaller(id libp2p.ID) {
	ctx, cancel := context.WithCancel(n.ctx)
	c := &caller{cancel: cancel, wake: make(chan struct{}, 1)}
	n.callers[id] = c
	n.work.Go(func() { n.keepCalling(ctx, id, c) })
}

// keepCalling holds a session with a neighbour open, or tries anew after a
// pause.
func (n *Node) keepCalling(ctx context.Context, id libp2p.ID, c *caller) {
	for failed := 0; ctx.Err() == nil; {
		if !n.takePlace(ctx) {
			return
		}
		select { // whoever woke us is called now
		case <-c.wake:
		default:
		}
		settled, err := n.session(ctx, id, c)
		<-n.places
		if settled {
			failed = 0
		}
		if err != nil {
			failed++
		}
		wait, meet := n.untilCall(failed)
		select {
		case <-ctx.Done():
		case <-c.wake:
		case <-n.clock.After(wait):
			if meet {
				n.meet(ctx, id)
			}
		}
	}
}

// takePlace waits for a place among the open sessions; an idle one makes room,
// now or when it becomes idle. It answers false when ctx ended first.
func (n *Node) takePlace(ctx context.Context) bool {
	select {
	case n.places <- struct{}{}:
		return true
	default:
	}
	n.queue(1)
	defer n.queue(-1)
	select {
	case n.places <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

// queue counts the callers that wait for a place; a new one ends one idle
// session, whose neighbour is called again at the next poll.
func (n *Node) queue(change int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.waiting += change
	if change < 0 {
		return
	}
	for _, c := range n.callers { // a map's order is as good as any
		if c.idle {
			c.idle = false
			c.yield()
			return
		}
	}
}

// session calls a neighbour and reads what it has, until one of us ends it. It
// tells whether everything the neighbour had was here once.
func (n *Node) session(ctx context.Context, id libp2p.ID, c *caller) (settled bool, err error) {
	addrs, err := n.whereIs(ctx, id)
	if err != nil {
		return false, err
	}
	callCtx, cancel := context.WithTimeout(ctx, callWithin)
	s, err := n.open(callCtx, id, addrs, syncProtocol)
	cancel()
	if err != nil {
		n.unreached(ctx, c, err)
		n.log.Debug("neighbour does not answer", "peer", id.String(), "err", err)
		return false, err
	}
	turn, yield := context.WithCancel(ctx)
	defer yield()
	n.sessionOpen(id, c, yield)
	o := &opener{
		n: n, ctx: turn, peer: id, s: s, in: bufio.NewReader(s), share: n.shareOf(id), declined: map[wire.Hash]bool{},
		idle: func(idle bool) { n.sessionIdle(c, idle) },
	}
	err = o.run()
	n.sessionOpen(id, c, nil)
	var bye *errBye
	if errors.Is(err, errAgain) {
		n.wake(id)
	}
	if turn.Err() != nil || errors.As(err, &bye) || errors.Is(err, errAgain) {
		err = nil // in good order
	}
	if n.judge(id, "pulling", o.batches, err) == Refuse {
		err = nil // asking again soon would get the same answer
	}
	return o.settled, err
}

// unreached notes why a call failed, unless we ended it ourselves.
func (n *Node) unreached(ctx context.Context, c *caller, err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if ctx.Err() == nil {
		c.why = whyUnreached(err)
	}
}

// whereIs lists the addresses of a neighbour: its own, and by way of others.
func (n *Node) whereIs(ctx context.Context, id libp2p.ID) ([]ma.Multiaddr, error) {
	addrs, err := n.directTo(ctx, id)
	return append(addrs, n.circuits(id)...), err
}

// directTo lists the addresses of a neighbour itself: where it was met before,
// and where it was seen on the local network.
func (n *Node) directTo(ctx context.Context, id libp2p.ID) ([]ma.Multiaddr, error) {
	links, err := n.links(ctx)
	if err != nil {
		return nil, err
	}
	return bothWays(resolve(ctx, append(n.seen.at(id), links[id].Addresses...))), nil
}

// sessionOpen notes that a neighbour was met, and how to end the session with
// it; nil when it ended.
func (n *Node) sessionOpen(id libp2p.ID, c *caller, yield func()) {
	n.mu.Lock()
	defer n.mu.Unlock()
	c.open, c.idle, c.yield = yield != nil, false, yield
	n.contacts[id] = n.clock.Now()
	if c.open {
		c.why = Unexplained
		n.stir()
	}
}

func (n *Node) sessionIdle(c *caller, idle bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if idle && !c.heard {
		c.heard = true
		select {
		case n.heard <- struct{}{}:
		default:
		}
	}
	if c.idle = idle; idle && n.waiting > 0 {
		c.idle = false
		c.yield()
	}
}

// wake calls a neighbour now if it is one and waits.
func (n *Node) wake(id libp2p.ID) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if c := n.callers[id]; c != nil {
		select {
		case c.wake <- struct{}{}:
		default:
		}
	}
}

// watch learns from connections where neighbours are, and calls back who
// called. It ends with ctx.
func (n *Node) watch(ctx context.Context) error {
	sub, err := n.host.EventBus().Subscribe([]any{
		new(event.EvtPeerIdentificationCompleted), new(event.EvtPeerProtocolsUpdated),
	}, eventbus.Name("copi"))
	if err != nil {
		return err
	}
	n.work.Go(func() {
		defer func() { _ = sub.Close() }()
		for {
			select {
			case <-ctx.Done():
				return
			case e, ok := <-sub.Out():
				if !ok {
					return
				}
				if done, ok := e.(event.EvtPeerIdentificationCompleted); ok {
					n.identified(ctx, done)
				}
				n.passableNow()
			}
		}
	})
	return nil
}

// identified is told of each connection once the other said where it listens.
func (n *Node) identified(ctx context.Context, e event.EvtPeerIdentificationCompleted) {
	if !n.gate.isLinked(e.Peer) {
		return
	}
	if at := seenAt(e.Conn, e.ListenAddrs); len(at) > 0 {
		if err := n.sawAt(ctx, e.Peer, at); err != nil {
			n.log.Warn("address of a neighbour not kept", "peer", e.Peer.String(), "err", err)
		}
	}
	switch {
	case !isRelayed(e.Conn.RemoteMultiaddr()):
		n.mirrors.note(e.Peer, e.ObservedAddr)
		n.shorten(e.Peer)
	case e.Conn.Stat().Direction == network.DirInbound:
		n.work.Go(func() { n.keepPunching(ctx, e.Conn) })
	}
	n.wake(e.Peer)
}

// CallAll calls every linked box now and tells how many there are.
func (n *Node) CallAll() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, c := range n.callers {
		if c.open {
			continue // it hears by itself
		}
		select {
		case c.wake <- struct{}{}:
		default:
		}
	}
	return len(n.callers)
}
