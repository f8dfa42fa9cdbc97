package peer

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	libp2p "github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"
	"github.com/libp2p/go-libp2p/p2p/net/swarm"
	"github.com/libp2p/go-libp2p/p2p/protocol/holepunch"
	ma "github.com/multiformats/go-multiaddr"

	"copi.local/peer/bundle"
	"copi.local/peer/wire"
	"copi.local/store"
)

// Options is what a Node needs. DB, Identity, Listen and Log must be set.
type Options struct {
	DB       *store.DB
	Identity *Identity
	Listen   string // "host:port", ":4001" for all interfaces, port 0 for any
	Version  string // of the program, told to neighbours
	Bundles  string // directory where bundles wait to be looked at; empty: none are taken
	Log      *slog.Logger
	Photos   Photos         // nil: the box gives out no pictures of its own
	Machine  wire.Hash      // of the serial numbers of machine and storage; zero: not looked at
	Recovery Recovery       // nil: the box publishes nothing of its own
	Discover bool           // look for boxes on the local network
	Loopback bool           // tests: boxes on this machine count as on the local network
	Gather   time.Duration  // of news of boxes beyond; 0: gatherFar
	Zone     *time.Location // of the day whose traffic is counted; nil: UTC
}

// gatherFar is how long news of boxes beyond is gathered.
func (o *Options) gatherFar() time.Duration {
	if o.Gather > 0 {
		return o.Gather
	}
	return gatherFar
}

// Node is a box among its neighbours. It is safe for concurrent use.
type Node struct {
	db      *store.DB
	clock   store.Clock
	log     *slog.Logger
	opt     Options
	id      *Identity
	gate    *gate
	host    host.Host
	replica *Replica
	bundles bundle.Drawer
	seen    *sightings
	pairs   *pairings
	look    chan struct{} // wakes discovery

	passage  passage       // through us
	passable chan struct{} // wakes the asking for passage through others
	mirrors  *mirrors
	traffic  *traffic
	punch    *holepunch.Service

	shelf     *shelf        // pictures of others
	ahead     *ahead        // what is fetched before anybody asks
	occasion  chan struct{} // wakes the fetching ahead
	fetches   chan struct{} // one for each that is asked for by a person
	asked     asked         // what persons asked for
	share     func() *share // that a link gets
	maxCopies int64         // bytes kept of others; 0: as the scope says
	answers   chan struct{} // one for each question of a linked box that is looked at
	beyond    *beyond       // what linked boxes answered to questions of people here
	patience  time.Duration // with a neighbour that gives, beside what its bytes may take

	frames  atomic.Uint64 // sent on sync streams
	records atomic.Uint64 // of logs, sent in them
	scope   atomic.Uint64 // as last seen, of what this box carries
	places  chan struct{} // one for each session we hold open …
	taking  chan struct{} // … and for each whose cards are unpacked and written now
	heard   chan struct{} // a neighbour has told everything, for who waits for that

	mu        sync.Mutex // guards all below
	own       *Log       // nil until the box is set up
	callers   map[libp2p.ID]*caller
	waiting   int                     // callers without a place
	suspended map[libp2p.ID]bool      // broke a rule less than an hour ago
	contacts  map[libp2p.ID]time.Time // the last exchange in this run
	shares    map[libp2p.ID]*share    // of what links may take
	profiles  map[wire.Hash]profileAt // of the origins that questions found

	work   sync.WaitGroup     // everything that must end before Run returns
	ctx    context.Context    //nolint:containedctx // of Run and all it starts; Run's caller ends it
	cancel context.CancelFunc // ends ctx
}

// New takes the port, so that a port another box has is found at start. Run
// does the work; without it Close gives the port back.
func New(opt Options) (*Node, error) {
	listen, err := listenAddrs(opt.Listen)
	if err != nil {
		return nil, err
	}
	n := &Node{
		db: opt.DB, clock: opt.DB.Clock(), log: opt.Log, opt: opt, id: opt.Identity,
		gate: newGate(), look: make(chan struct{}, 1),
		replica: NewReplica(opt.DB), bundles: bundle.Drawer(opt.Bundles), places: make(chan struct{}, maxSessions), taking: make(chan struct{}, maxTaking), heard: make(chan struct{}, 1), callers: map[libp2p.ID]*caller{},
		suspended: map[libp2p.ID]bool{}, contacts: map[libp2p.ID]time.Time{},
		passable: make(chan struct{}, 1), mirrors: &mirrors{seen: map[libp2p.ID]ma.Multiaddr{}},
		seen: &sightings{clock: opt.DB.Clock(), loopback: opt.Loopback, seen: map[libp2p.ID]Found{}},
	}
	n.mirrors.loopback.Store(opt.Loopback)
	n.traffic = newTraffic(n.clock, opt.Zone, n.gate.knows)
	n.shelf, n.ahead = newShelf(filepath.Join(filepath.Dir(opt.DB.Path()), "neighbours")), newAhead()
	n.occasion, n.fetches = make(chan struct{}, 1), make(chan struct{}, maxFetches)
	n.patience, n.asked.cards = progressWithin, map[string]*inquiry{}
	n.answers, n.beyond = make(chan struct{}, maxAnswers), newBeyond()
	n.shares, n.profiles = map[libp2p.ID]*share{}, map[wire.Hash]profileAt{}
	n.share = func() *share { return newShare(n.clock, linkRate) }
	n.replica.pictures = n
	n.ctx, n.cancel = context.WithCancel(context.Background())
	n.pairs = &pairings{
		self: n.id.id, gate: n.gate, clock: n.clock, log: n.log, intro: n.introduce, keep: n.keep,
		where: n.callBack, byID: map[string]*pairing{},
	}
	if err = n.bundles.Empty(); err != nil {
		return nil, err
	}
	h, err := newHost(n.id, n.gate, n.traffic, listen, "copi/"+opt.Version, opt.Log)
	if err != nil {
		return nil, err
	}
	n.host = h
	if n.punch, err = holepunch.NewService(h, h.IDService(), n.punchPlaces, holepunch.WithAddrFilter(punching{n})); err != nil {
		return nil, errors.Join(err, h.Close())
	}
	n.host.SetStreamHandler(pairProtocol, n.handlePair)
	n.host.SetStreamHandler(syncProtocol, n.handleSync)
	n.host.SetStreamHandler(getProtocol, n.handleGet)
	n.host.SetStreamHandler(searchProtocol, n.handleSearch)
	return n, nil
}

// Close gives the port back and ends everything.
func (n *Node) Close() error {
	n.cancel()
	n.pairs.shutDoor()
	err := errors.Join(n.letPass(false), n.punch.Close(), n.host.Close())
	n.work.Wait()
	return err
}

// Run serves and calls neighbours until ctx ends.
func (n *Node) Run(ctx context.Context) error {
	stop := context.AfterFunc(ctx, n.cancel)
	defer stop()
	own, err := n.openOwn(n.ctx) //nolint:contextcheck // n.ctx ends with ctx
	if err != nil {
		n.log.Error("the own log is not open", "err", err) // publishing tries again
	}
	// The log is open before neighbours are let in: nobody is told a number
	// that a power cut took from the disk.
	if err := errors.Join(n.watch(n.ctx), n.reload(n.ctx), n.applyRelays(n.ctx)); err != nil { //nolint:contextcheck // n.ctx ends with ctx
		if n.ctx.Err() != nil { // stopped before it had begun
			err = nil
		}
		return errors.Join(err, n.Close())
	}
	if n.opt.Recovery != nil {
		n.work.Go(func() { n.publishing(n.ctx, own) })
	}
	n.work.Go(func() { n.fetching(n.ctx) })
	n.work.Go(func() { n.rescoping(n.ctx) })
	n.work.Go(func() { n.reserving(n.ctx) })
	n.work.Go(func() { n.relieving(n.ctx) })
	n.work.Go(func() { n.leasing(n.ctx) })
	if n.opt.Discover {
		n.work.Go(func() { n.seen.browse(n.ctx, n.log, n.id.id, n.look, n.pairs.isOpen, n.met) })
	}
	<-n.ctx.Done()
	return n.Close()
}

// PeerID is the box's name among boxes, "12D3Koo…".
func (n *Node) PeerID() string { return n.id.PeerID() }

// Addrs lists where the box can be called, "host:port": IPv4 first, people can
// read it aloud; this machine alone only when there is nothing else.
func (n *Node) Addrs() []string {
	var out []string
	for _, a := range n.host.Addrs() {
		if s, err := hostPort(a); err == nil && tcpPort(a) > 0 {
			out = append(out, s)
		}
	}
	slices.SortStableFunc(out, func(a, b string) int { return addressRank(a) - addressRank(b) })
	return out
}

// Port is where the box listens for neighbours.
func (n *Node) Port() int {
	for _, a := range n.host.Network().ListenAddresses() {
		if port := tcpPort(a); port > 0 {
			return port
		}
	}
	return 0
}

// TXT is what the box says of itself under Service on the local network.
func (n *Node) TXT(origin wire.Hash, name string) []string {
	return []string{txtPeer + n.PeerID(), txtOrigin + origin.String()[:12], txtName + name}
}

// Found lists boxes seen on the local network.
func (n *Node) Found() []Found {
	list := n.seen.list()
	for i := range list {
		if id, err := libp2p.Decode(list[i].Peer); err == nil {
			list[i].Linked = n.gate.knows(id)
		}
	}
	return list
}

// met is told of each box seen on the local network: a neighbour that came
// back is called at once, and one that is reached through another, directly.
func (n *Node) met(id libp2p.ID) {
	n.wake(id)
	if n.gate.isLinked(id) {
		n.directAgain(id)
	}
}

// OpenDoor lets any box ask for a pairing during the next ten minutes.
func (n *Node) OpenDoor() {
	n.pairs.openDoor(n.ctx)
	n.lookAround()
}

// lookAround searches the local network now.
func (n *Node) lookAround() {
	select {
	case n.look <- struct{}{}:
	default:
	}
}

// DoorOpen tells whether a box may ask for a pairing now.
func (n *Node) DoorOpen() bool { return n.pairs.isOpen() }

// Pairings lists the pairings under way and lately ended, the newest first.
func (n *Node) Pairings() []Pairing { return n.pairs.list() }

// Confirm says that the digits of a pairing are the same on both screens.
func (n *Node) Confirm(id string) error { return n.pairs.answer(id, true) }

// Refuse says that they are not, or gives a pairing up.
func (n *Node) Refuse(id string) error { return n.pairs.answer(id, false) }

// StartPairing calls the box at an address (as parseTarget reads it) or with a
// key that was seen on the local network, and asks for a pairing. It returns
// the pairing's id once the box was reached; what follows is in Pairings. It
// opens the door as well, so that it does not matter which of two operators is
// first.
func (n *Node) StartPairing(ctx context.Context, where string) (string, error) {
	if _, err := n.introduce(ctx); err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, callWithin)
	defer cancel()
	n.OpenDoor()
	id, addrs, err := n.locateNew(ctx, where)
	if err != nil {
		return "", err
	}
	return n.pairWith(ctx, id, addrs, aim{names: namesIn([]string{where})})
}

// locateNew is locate for a box that is not linked, and not this one.
func (n *Node) locateNew(ctx context.Context, where string) (libp2p.ID, []ma.Multiaddr, error) {
	id, addrs, err := n.locate(ctx, where)
	switch {
	case err != nil:
		return "", nil, err
	case id == n.id.id:
		return "", nil, store.E(store.Conflict, "err.neighbour.own").At("address")
	case n.gate.isLinked(id):
		return "", nil, store.E(store.Conflict, "err.neighbour.linked").At("address")
	}
	return id, addrs, nil
}

// pairWith connects to a box and starts the pairing.
//
//nolint:contextcheck // the pairing outlives the request that began it
func (n *Node) pairWith(ctx context.Context, id libp2p.ID, addrs []ma.Multiaddr, to aim) (string, error) {
	release := n.gate.admit(id)
	talkCtx, cancel := context.WithCancel(n.ctx)
	p, err := n.pairs.begin(id, false, func() { cancel(); release() })
	if err != nil {
		cancel()
		release()
		return "", err
	}
	p.aim = to
	s, err := n.open(ctx, id, addrs, pairProtocol)
	if err != nil {
		n.pairs.drop(p)
		return "", errNotWaiting(err)
	}
	n.work.Go(func() { n.pairs.run(talkCtx, p, s) })
	return p.ID, nil
}

// locate finds out which box is meant and where it is.
func (n *Node) locate(ctx context.Context, where string) (libp2p.ID, []ma.Multiaddr, error) {
	if id, err := libp2p.Decode(where); err == nil {
		addrs := resolve(ctx, n.seen.at(id))
		if len(addrs) == 0 {
			return "", nil, store.E(store.Conflict, "err.neighbour.unreachable").At("address")
		}
		return id, addrs, nil
	}
	t, err := parseTarget(where)
	if err != nil {
		return "", nil, err
	}
	addrs, err := t.addrs(ctx)
	if err == nil && t.peer != "" {
		return t.peer, addrs, nil
	}
	var id libp2p.ID
	for _, addr := range addrs {
		if id, err = whoIs(ctx, n.id, addr); err == nil {
			return id, []ma.Multiaddr{addr}, nil
		}
	}
	return "", nil, store.E(store.Conflict, "err.neighbour.unreachable").At("address").Because(err)
}

// callBack lists where the other end of a connection can be called.
func (n *Node) callBack(c network.Conn) []string {
	return seenAt(c, n.host.Peerstore().Addrs(c.RemotePeer()))
}

// resolve is what libp2p can dial of a list of "host:port".
func resolve(ctx context.Context, texts []string) []ma.Multiaddr {
	var out []ma.Multiaddr
	for _, text := range texts {
		t, err := parseTarget(text)
		if err != nil {
			continue
		}
		addrs, err := t.addrs(ctx)
		if err == nil {
			out = append(out, addrs...)
		}
	}
	return out
}

// open calls a box unless it is connected already, and opens a stream.
func (n *Node) open(ctx context.Context, id libp2p.ID, addrs []ma.Multiaddr, proto protocol.ID) (network.Stream, error) {
	if err := n.connect(ctx, id, addrs); err != nil {
		return nil, err
	}
	// A box that carries our bytes may have limits of its own.
	ctx = network.WithAllowLimitedConn(network.WithNoDial(ctx, "called above"), "by way of another box")
	return n.host.NewStream(ctx, id, proto)
}

// connect calls a box unless it is connected already.
func (n *Node) connect(ctx context.Context, id libp2p.ID, addrs []ma.Multiaddr) error {
	if len(n.host.Network().ConnsToPeer(id)) > 0 {
		return nil
	}
	n.gate.setDial(id, addrs)
	n.host.Peerstore().ClearAddrs(id)
	n.host.Peerstore().AddAddrs(id, addrs, time.Minute)
	if s, ok := n.host.Network().(*swarm.Swarm); ok {
		s.Backoff().Clear(id) // we keep our own pauses
	}
	return n.host.Connect(ctx, libp2p.AddrInfo{ID: id})
}

// handlePair answers a box that asks for a pairing.
func (n *Node) handlePair(s network.Stream) {
	id := s.Conn().RemotePeer()
	if n.ctx.Err() != nil || !n.gate.mayPair(id) {
		_ = s.Reset()
		return
	}
	release := n.gate.admit(id)
	ctx, cancel := context.WithCancel(n.ctx)
	p, err := n.pairs.begin(id, true, func() { cancel(); release() })
	if err != nil {
		_ = wire.WriteFrame(s, &wire.PairAnswer{Answer: wire.PairBusy})
		_ = s.Close()
		cancel()
		release()
		return
	}
	n.work.Go(func() { n.pairs.run(ctx, p, s) })
}
