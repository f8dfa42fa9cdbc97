package peer

import (
	"context"
	"time"

	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/neighbour"
)

// carried tells how far an origin is that this box keeps: linked, or reached by
// vouches within the hop limit, not known to lie outside its scope, and not
// blocked (PROTOCOL.md §§6, 7). It fails with
// kind Forbidden for one that it does not keep. How far the neighbour that
// offers it says it is counts for the way it came, not for whether it is kept:
// vouches are signed, that number is not.
func carried(tx *store.Tx, e wire.HaveEntry) (hops uint64, err error) {
	route, err := neighbour.RouteOf(tx, e.Origin)
	if err != nil && store.KindOf(err) != store.NotFound {
		return 0, err
	}
	if err != nil || e.Hops >= maxHops {
		return 0, store.E(store.Forbidden, "err.neighbour.not_carried")
	}
	return route.Hops, nil
}

// claimOf is what a card says of another origin; false when it says nothing of
// any.
func claimOf(c *wire.Card) (neighbour.Claim, bool) {
	kind := neighbour.ClaimKind(c.Kind)
	if c.About == (wire.Hash{}) || kind != neighbour.Vouch && kind != neighbour.Label {
		return neighbour.Claim{}, false
	}
	return neighbour.Claim{ID: c.ID, Kind: kind, About: c.About, Name: listing.Plain(c.Title)}, true
}

// hear takes what a log's new cards claim of other origins, and what gone ones
// claimed no more; what this box carries follows in the same transaction.
func hear(tx *store.Tx, l neighbour.Log, new projection, gone []neighbour.ID) error {
	if err := neighbour.SetTerritories(tx, l, new.ids, gone, new.areas); err != nil {
		return err
	}
	differs, err := neighbour.SetClaims(tx, l, new.ids, gone, new.claims)
	if err != nil || !differs {
		return err
	}
	return neighbour.Reckon(tx)
}

// claims takes what our operators say of other origins when it changed: a card
// for each, a tombstone for what they took back.
func (e *edition) claims() error {
	list, err := neighbour.ClaimsOf(e.tx, e.own)
	if err != nil {
		return err
	}
	for _, c := range list {
		card := &wire.Card{ID: c.ID, Kind: string(c.Kind), Title: printable(oneLine(c.Name), 80), About: c.About}
		if c.Gone {
			if _, err := neighbour.RecordOf(e.tx, e.own, c.ID); store.KindOf(err) == store.NotFound {
				continue // nobody ever heard of it
			}
			card = &wire.Card{ID: c.ID, Gone: wire.Withdrawn}
		}
		if err := e.add(card); err != nil {
			return err
		}
	}
	return nil
}

// relieveEvery is how often origins that wait for their changes to be paid off
// are looked at.
const relieveEvery = time.Hour

// relieving has origins asked for again that waited long enough, or lay outside
// when they were last looked at, until ctx ends.
func (n *Node) relieving(ctx context.Context) {
	for ctx.Err() == nil {
		if err := n.relieve(ctx); err != nil && ctx.Err() == nil {
			n.log.Error("origins that wait cannot be read", "err", err)
		}
		n.pause(ctx, relieveEvery)
	}
}

// relieve writes only when there is something to write.
func (n *Node) relieve(ctx context.Context) error {
	var waiting []neighbour.Log
	var outside bool
	err := n.db.View(ctx, func(tx *store.Tx) (err error) {
		if waiting, err = neighbour.Waiting(tx); err != nil {
			return err
		}
		outside, err = neighbour.LookedLongAgo(tx)
		return err
	})
	if err != nil || len(waiting) == 0 && !outside {
		return err
	}
	return n.db.Update(ctx, func(tx *store.Tx) error {
		if err := neighbour.Relieve(tx); err != nil || !outside {
			return err
		}
		return neighbour.ForgetOutsiders(tx)
	})
}

// rescopeAfter is how long changes of what is carried are gathered before
// sessions begin anew: a neighbour may tell of many vouches at once.
const rescopeAfter = time.Second

// rescoping has the sessions begin anew after what this box carries has grown:
// what neighbours offered before and was passed over may now be wanted; and a
// hub relays. It ends with ctx.
func (n *Node) rescoping(ctx context.Context) {
	for ctx.Err() == nil {
		changed := n.db.Changed() // before looking, so that nothing slips between
		if err := n.rescope(ctx); err != nil && ctx.Err() == nil {
			n.log.Error("what is carried cannot be read", "err", err)
		}
		select {
		case <-ctx.Done():
		case <-changed:
			n.pause(ctx, rescopeAfter)
		}
	}
}

func (n *Node) rescope(ctx context.Context) error {
	var p neighbour.Publisher
	err := n.db.View(ctx, func(tx *store.Tx) (err error) {
		p, err = neighbour.PublisherOf(tx)
		return err
	})
	if err != nil || n.scope.Swap(p.Scope) == p.Scope {
		return err
	}
	if err := n.applyRelays(ctx); err != nil { // it may have become a hub, or be one no more
		return err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, c := range n.callers {
		if c.idle { // one that is busy sees it when it is done
			c.idle = false
			c.again()
		}
	}
	return nil
}

// again ends the session and calls back at once; Node's mutex is held.
func (c *caller) again() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
	c.yield()
}

// Vouch says that this box's operators know a linked one, so that boxes beyond
// carry it too, or takes that back.
func (n *Node) Vouch(ctx context.Context, peer string, on bool) error {
	return n.db.Update(ctx, func(tx *store.Tx) error {
		l, err := neighbour.LinkByPeer(tx, peer)
		if err != nil {
			return err
		}
		if !on {
			return neighbour.TakeBack(tx, neighbour.Vouch, l.Origin)
		}
		if l.State != neighbour.Paired {
			return store.E(store.Conflict, "err.neighbour.not_linked")
		}
		return neighbour.Say(tx, neighbour.Vouch, l.Origin, l.Name)
	})
}
