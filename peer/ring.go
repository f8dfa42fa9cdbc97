package peer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"

	libp2p "github.com/libp2p/go-libp2p/core/peer"

	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/neighbour"
)

// errNobody is a log of which something is wanted that no open link gave.
var errNobody = errors.New("no linked box that is met has it")

// distant is a log that is carried here without a link to its origin, and what
// of it comes ahead.
type distant struct {
	neighbour.Log

	route  neighbour.Route
	ring   neighbour.Ring
	kinds  []string // of cards whose words come, in RingAround
	hidden []neighbour.ID
}

// state changes whenever something else may have to be fetched.
func (d *distant) state() string {
	return fmt.Sprint(d.ID, d.Generation, d.Epoch, d.Seq, len(d.hidden), d.ring, d.kinds)
}

// distants lists the logs carried for another reason than a link, the nearest
// first, without those of which nothing comes ahead.
func (n *Node) distants(ctx context.Context, logs map[wire.Hash]neighbour.Log, hidden map[int64][]neighbour.ID) (out []distant, err error) {
	err = n.db.View(ctx, func(tx *store.Tx) error {
		out = nil
		routes, err := neighbour.Routes(tx)
		if err != nil {
			return err
		}
		rings, err := neighbour.Rings(tx)
		if err != nil {
			return err
		}
		scope, err := neighbour.ScopeOf(tx)
		if err != nil {
			return err
		}
		for _, r := range routes {
			ring := rings[r.Origin]
			if r.Hops == 1 || ring == neighbour.RingBeyond {
				continue
			}
			l := logs[r.Origin] // none when it is announced and not here yet
			d := distant{Log: l, route: r, ring: ring, hidden: hidden[l.Listed]}
			if ring == neighbour.RingAround {
				d.kinds = scope.Kinds
			}
			if l.Epoch > 0 {
				out = append(out, d)
			}
		}
		return nil
	})
	return out, err
}

// fetchFar starts to fetch what comes ahead of origins without a link, unless
// nothing has changed since it was done: one after the other, since their bytes
// come over the same few links.
func (n *Node) fetchFar(ctx context.Context, logs map[wire.Hash]neighbour.Log, hidden map[int64][]neighbour.ID) error {
	sight, err := n.sightOf(ctx, logs, hidden)
	if err != nil || !n.ahead.isNew(sight) {
		return err
	}
	all, err := n.distants(ctx, logs, hidden)
	if err != nil {
		return err
	}
	due := slices.DeleteFunc(all, func(d distant) bool { return !n.ahead.begin(d.ID, d.state()) })
	if len(due) == 0 {
		return nil
	}
	n.work.Go(func() {
		for i := range due {
			d := &due[i]
			err := n.inTurn(ctx, func() error { return n.bringFar(ctx, d) })
			n.ahead.end(d.ID, d.state(), err)
			if err != nil && ctx.Err() == nil {
				n.log.Debug("not everything was fetched ahead", "origin", wire.Hash(d.Origin).String(), "err", err)
			}
		}
	})
	return nil
}

// sightOf changes whenever something of any log may have to be fetched: a hub
// carries thousands, and finds out about each only then.
func (n *Node) sightOf(ctx context.Context, logs map[wire.Hash]neighbour.Log, hidden map[int64][]neighbour.ID) (sight string, err error) {
	sum := uint64(0) // of hashes, since a map has no order
	for _, l := range logs {
		h := fnv.New64a()
		_, _ = fmt.Fprint(h, l.ID, l.Generation, l.Epoch, l.Seq, len(hidden[l.Listed]))
		sum += h.Sum64()
	}
	err = n.db.View(ctx, func(tx *store.Tx) error {
		p, err := neighbour.PublisherOf(tx)
		sight = fmt.Sprint(p.Scope, sum)
		return err
	})
	return sight, err
}

// isNew tells whether the logs were not looked at in this sight yet.
func (a *ahead) isNew(sight string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.far == sight {
		return false
	}
	a.far = sight
	return true
}

// inTurn runs fn while no other is run by it.
func (n *Node) inTurn(ctx context.Context, fn func() error) error {
	select {
	case n.ahead.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-n.ahead.turn }()
	return fn()
}

// bringFar fetches what comes ahead of one log, until nothing is left that
// linked boxes have.
func (n *Node) bringFar(ctx context.Context, d *distant) error {
	for {
		wants, err := n.wantedFar(ctx, d)
		if err != nil || len(wants) == 0 {
			return err
		}
		if err := n.roomFor(ctx, d.Log, wants); err != nil {
			return err
		}
		left, err := n.fromCheapest(ctx, d, wants)
		if err != nil {
			return err
		}
		var missed []wire.Hash
		for _, m := range left {
			missed = append(missed, m.Hash)
		}
		n.ahead.miss(missed, miss{n.clock.Now().Add(missedFor), d.state()})
	}
}

// wantedFar lists what to ask for: at most as much as one question holds.
func (n *Node) wantedFar(ctx context.Context, d *distant) ([]neighbour.Mention, error) {
	return n.wanted(ctx, d.state(), func(tx *store.Tx, limit int) ([]neighbour.Mention, error) {
		if d.ring == neighbour.RingNear {
			return neighbour.Wanted(tx, d.Log, d.hidden, limit)
		}
		cards, err := listing.ForeignOf(tx, d.Listed, d.kinds)
		if err != nil {
			return nil, err
		}
		areas, err := neighbour.TerritoriesOf(tx, d.Log) // few and small, and no reader asks for them
		if cards = append(cards, areas...); err != nil || len(cards) == 0 {
			return nil, err
		}
		return neighbour.WantedOf(tx, d.Log, cards, limit)
	})
}

// fromCheapest asks the linked boxes that are met, in the order of what it
// costs: first for what they hold themselves, then the likeliest one for what
// others must be asked for. It answers what nobody gave, and fails when nobody
// is there or all were cut off.
func (n *Node) fromCheapest(ctx context.Context, d *distant, wants []neighbour.Mention) (left []neighbour.Mention, err error) {
	givers, err := n.giversOf(ctx, d)
	if err != nil {
		return nil, err
	}
	if len(givers) == 0 {
		return nil, errNobody
	}
	var cut error
	ask := func(id libp2p.ID, ttl uint64) error {
		if _, err := n.askFor(ctx, id, wants, ttl); err != nil && Judge(err) != Refuse {
			cut = errors.Join(cut, err)
		}
		return n.db.View(ctx, func(tx *store.Tx) (err error) {
			wants, err = lacking(tx, wants)
			return err
		})
	}
	for _, id := range givers {
		if err := ask(id, 0); err != nil || len(wants) == 0 {
			return nil, err
		}
	}
	if err := ask(givers[0], min(d.route.Hops-1, wire.MaxTTL)); err != nil || len(wants) == 0 {
		return nil, err
	}
	return wants, cut
}

// giversOf lists linked boxes with an open session, the likeliest first to hold
// what an origin's cards name: who vouches for it, since it is linked with it;
// who gave its head; then the others, few of them.
func (n *Node) giversOf(ctx context.Context, d *distant) ([]libp2p.ID, error) {
	links, err := n.links(ctx)
	if err != nil {
		return nil, err
	}
	rank := func(id libp2p.ID) int {
		switch {
		case links[id].Origin == d.route.Via:
			return 0
		case id.String() == d.From:
			return 1
		default:
			return 2
		}
	}
	var out []libp2p.ID
	for id := range links {
		if n.gate.isLinked(id) && n.isOpen(id) {
			out = append(out, id)
		}
	}
	slices.SortFunc(out, func(a, b libp2p.ID) int { return cmp.Or(rank(a)-rank(b), cmp.Compare(a, b)) })
	return out[:min(len(out), maxSources)], nil
}
