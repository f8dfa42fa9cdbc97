package peer

import (
	"context"
	"slices"
	"time"

	libp2p "github.com/libp2p/go-libp2p/core/peer"

	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/neighbour"
)

// contactEvery is how often a contact is written down: a box that polls must
// not wear its SD card.
const contactEvery = time.Hour

// links reads the links kept, by key. One that does not parse is left out: it
// cannot be called and nobody can claim it.
func (n *Node) links(ctx context.Context) (map[libp2p.ID]neighbour.Link, error) {
	out := map[libp2p.ID]neighbour.Link{}
	err := n.db.View(ctx, func(tx *store.Tx) error {
		all, err := neighbour.Links(tx)
		for _, l := range all {
			if id, err := libp2p.Decode(l.Peer); err == nil {
				out[id] = l
			}
		}
		return err
	})
	return out, err
}

// readyWithin is how long a box that has just started may take to find its own
// name among boxes.
const readyWithin = 3 * time.Second

// introduce is what this box says of itself to one it may be linked with. It
// fails with kind Conflict before the box is set up.
func (n *Node) introduce(ctx context.Context) (*wire.PairHello, error) {
	late := n.clock.After(readyWithin)
	for {
		changed := n.db.Changed()
		hello, err := n.introduction(ctx)
		if store.KindOf(err) != store.Conflict {
			return hello, err
		}
		select {
		case <-changed:
		case <-late:
			return nil, err
		case <-ctx.Done():
			return nil, err
		}
	}
}

func (n *Node) introduction(ctx context.Context) (*wire.PairHello, error) {
	hello := &wire.PairHello{}
	err := n.db.View(ctx, func(tx *store.Tx) error {
		home, err := listing.HomeOf(tx)
		if err != nil {
			return err
		}
		hello.Name, hello.Commune = printable(home.Name, 80), home.Commune
		own, err := neighbour.OwnLog(tx)
		if err != nil {
			return err
		}
		hello.Origin = own.Origin
		epochs, err := neighbour.Epochs(tx, own)
		for _, e := range epochs {
			hello.Epochs = append(hello.Epochs, wire.SignedEpoch(e))
		}
		return err
	})
	if store.KindOf(err) == store.NotFound {
		return nil, store.E(store.Conflict, "err.neighbour.not_ready").Because(err)
	}
	return hello, err
}

// keep keeps a box that was paired with.
func (n *Node) keep(ctx context.Context, l newLink) error {
	err := n.db.Update(ctx, func(tx *store.Tx) error {
		link := neighbour.Link{
			Peer: l.peer.String(), Origin: l.origin, Name: l.name, Commune: l.commune, State: neighbour.Paired,
			Addresses: merge(l.addrs, nil), PairedAt: tx.Now, ContactAt: tx.Now,
		}
		if err := replaced(tx, link); err != nil {
			return err
		}
		if err := letIn(tx, l.origin); err != nil { // who pairs has changed their mind
			return err
		}
		return neighbour.SaveLink(tx, link)
	})
	if err != nil {
		return err
	}
	return n.reload(ctx)
}

// replaced forgets the link by which an origin was known before its box key
// changed: the new key was proved by the origin's statements and by two people.
func replaced(tx *store.Tx, l neighbour.Link) error {
	old, err := neighbour.LinkByOrigin(tx, l.Origin)
	switch {
	case store.KindOf(err) == store.NotFound, err == nil && old.Peer == l.Peer:
		return nil
	case err != nil:
		return err
	default:
		return neighbour.DropLink(tx, old.Peer)
	}
}

// sawAt notes that a neighbour was met, and where it can be called.
func (n *Node) sawAt(ctx context.Context, id libp2p.ID, at []string) error {
	now := n.clock.Now()
	n.mu.Lock()
	n.contacts[id] = now
	n.mu.Unlock()
	all, err := n.links(ctx)
	if err != nil {
		return err
	}
	l, ok := all[id]
	addrs := merge(at, l.Addresses)
	if !ok || slices.Equal(addrs, l.Addresses) && now.Sub(l.ContactAt) < contactEvery {
		return nil
	}
	return n.db.Update(ctx, func(tx *store.Tx) error { return neighbour.Met(tx, id.String(), addrs) })
}

// merge puts the newest addresses first and keeps a bounded number. Names an
// operator typed stay: they outlive a change of address.
func merge(newest, known []string) []string {
	var out []string
	for _, a := range append(slices.Clone(newest), known...) {
		if t, err := parseTarget(a); err == nil && !slices.Contains(out, a) && (len(out) < maxAddresses-2 || !t.isIP()) && len(out) < maxAddresses {
			out = append(out, a)
		}
	}
	return out
}

// Block stops every exchange with a linked box and forgets what it published
// from the listing; nothing is told to it.
func (n *Node) Block(ctx context.Context, peer string) error {
	return n.setState(ctx, peer, neighbour.Blocked)
}

// Unblock resumes the exchange; the box's faults are forgiven.
func (n *Node) Unblock(ctx context.Context, peer string) error {
	return n.setState(ctx, peer, neighbour.Paired)
}

func (n *Node) setState(ctx context.Context, peer string, state neighbour.State) error {
	err := n.db.Update(ctx, func(tx *store.Tx) error {
		l, err := neighbour.LinkByPeer(tx, peer)
		if err != nil {
			return err
		}
		l.State = state
		if err := neighbour.SaveLink(tx, l); err != nil {
			return err
		}
		if state == neighbour.Blocked {
			return forget(tx, l)
		}
		return neighbour.Pardon(tx, peer)
	})
	if err != nil {
		return err
	}
	if id, err := libp2p.Decode(peer); err == nil {
		n.mu.Lock()
		delete(n.suspended, id)
		n.mu.Unlock()
	}
	return n.reload(ctx)
}

// forget takes a blocked box's listings off this one (FE-10: within the hour;
// at once).
func forget(tx *store.Tx, l neighbour.Link) error {
	log, err := neighbour.LogOf(tx, l.Origin)
	if store.KindOf(err) == store.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	return neighbour.DropLog(tx, log)
}

// Link is a linked box as operators and visitors see it.
type Link struct {
	Peer      string
	Name      string
	Cards     int // of its own, shown here
	Contact   time.Time
	Connected bool
	Through   bool // … by way of another box
	Blocked   bool
	Origin    wire.Hash
	Vouched   bool // our operators vouch for it
	Labels    bool // what it keeps out is kept out here too
	Frozen    bool // two boxes speak for its origin
	Stale     bool // nothing newer of it came for long …
	Lapsed    bool // … and so long that what was here of it is gone

	Since   time.Time // the boxes were linked
	Told    bool      // it has said that it holds some of our own log …
	Missing int       // … and so many changes of it not yet
	Why     Reason    // our last call failed
	In, Out int64     // bytes exchanged today …
	Started bool      // … of which only those since this run began are known
}

// Links lists the linked boxes, oldest link first.
func (n *Node) Links(ctx context.Context) ([]Link, error) {
	var out []Link
	err := n.db.View(ctx, func(tx *store.Tx) error {
		all, err := neighbour.Links(tx)
		if err != nil {
			return err
		}
		own, err := neighbour.OwnLog(tx)
		if err != nil && store.KindOf(err) != store.NotFound {
			return err
		}
		for _, l := range all {
			missing, err := missingOf(tx, own, l)
			if err != nil {
				return err
			}
			cards, held, err := heldOf(tx, l)
			if err != nil {
				return err
			}
			vouched, err := neighbour.Said(tx, neighbour.Vouch, l.Origin)
			if err != nil {
				return err
			}
			out = append(out, Link{
				Peer: l.Peer, Origin: l.Origin, Name: l.Name, Cards: cards, Contact: l.ContactAt,
				Blocked: l.State == neighbour.Blocked, Vouched: vouched, Labels: l.Labels, Frozen: held.Frozen,
				Stale: held.Lease == neighbour.Stale, Lapsed: held.Lease == neighbour.Lapsed,
				Since: l.PairedAt, Told: l.CoveredEpoch > 0, Missing: missing,
			})
		}
		return nil
	})
	n.mu.Lock()
	defer n.mu.Unlock()
	for i := range out {
		id, err := libp2p.Decode(out[i].Peer)
		if err != nil {
			continue
		}
		if at := n.contacts[id]; at.After(out[i].Contact) {
			out[i].Contact = at
		}
		c := n.callers[id]
		out[i].In, out[i].Out, out[i].Started = n.traffic.of(id)
		if out[i].Connected = c != nil && c.open; c != nil {
			out[i].Why = c.why
		}
		out[i].Through = out[i].Connected && n.directly(id) == nil
	}
	return out, err
}

// missingOf counts the changes of our own log that a neighbour's receipt does
// not cover. A head without them is no change.
func missingOf(tx *store.Tx, own neighbour.Log, l neighbour.Link) (int, error) {
	after := l.CoveredSeq
	if l.CoveredEpoch != own.Epoch {
		after = 0
	}
	if own.ID == 0 {
		return 0, nil
	}
	return neighbour.CountAfter(tx, own, after)
}

// heldOf is what is held of a link's own log, and how much of it is shown here.
func heldOf(tx *store.Tx, l neighbour.Link) (cards int, log neighbour.Log, err error) {
	log, err = neighbour.LogOf(tx, l.Origin)
	if store.KindOf(err) == store.NotFound {
		return 0, neighbour.Log{}, nil
	}
	if err != nil || log.Listed == 0 {
		return 0, log, err
	}
	cards, err = listing.CountFrom(tx, log.Listed)
	return cards, log, err
}

// self is what a session knows of this box.
type self struct {
	origin       wire.Hash // zero before it has one
	limit, scope uint64    // how far it looks, and how often that has grown
	asks         wire.Scope
}

// between is the link with a neighbour, and this box.
func (n *Node) between(ctx context.Context, id libp2p.ID) (link neighbour.Link, own self, err error) {
	err = n.db.View(ctx, func(tx *store.Tx) error {
		var err error
		if link, err = neighbour.LinkByPeer(tx, id.String()); err != nil {
			return err
		}
		p, err := neighbour.PublisherOf(tx)
		if err != nil {
			return err
		}
		asks, err := scopeOf(tx, p.HopLimit)
		if err != nil {
			return err
		}
		log, err := neighbour.OwnLog(tx)
		if own = (self{log.Origin, p.HopLimit, p.Scope, asks}); store.KindOf(err) == store.NotFound {
			err = nil
		}
		return err
	})
	return link, own, err
}

// sawRev keeps the cursor, once everything up to it that the scope takes is
// here.
func (n *Node) sawRev(ctx context.Context, id libp2p.ID, feed [8]byte, rev, scope uint64) error {
	return n.db.Update(ctx, func(tx *store.Tx) error { return neighbour.SetCursor(tx, id.String(), feed, rev, scope) })
}
