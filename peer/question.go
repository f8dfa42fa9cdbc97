package peer

import (
	"context"
	"crypto/ed25519"

	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/neighbour"
)

// maxShown bounds the titles of a Question.
const maxShown = 50

// Question is what a box asks its operator about itself, and what answering
// would change.
type Question struct {
	Doubt   neighbour.Doubt
	Restart bool     // answered: the new key is taken at the next start
	From    string   // commune of the neighbour that holds more of our log
	Lost    []string // titles of cards it holds that are not here, or newer; at most 50
	More    int      // how many there are beyond Lost
	Gone    int      // cards here that were withdrawn since
}

// Question is what this box asks its operator; Doubt is empty when nothing is.
func (n *Node) Question(ctx context.Context) (q Question, err error) {
	err = n.db.View(ctx, func(tx *store.Tx) error {
		p, err := neighbour.PublisherOf(tx)
		if err != nil {
			return err
		}
		q.Doubt = p.Doubt
		named, err := namedKey(tx)
		if err != nil {
			return err
		}
		q.Restart = p.Doubt == neighbour.Copied || named != [ed25519.PublicKeySize]byte{} && named != n.id.Public()
		return q.readReturn(tx)
	})
	return q, err
}

// readReturn tells what a neighbour holds of our log that is not here.
func (q *Question) readReturn(tx *store.Tx) error {
	own, err := neighbour.OwnLog(tx)
	if store.KindOf(err) == store.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	ret, tip, err := returned(tx, own)
	if err != nil || tip == nil {
		return err
	}
	link, err := neighbour.LinkByPeer(tx, ret.Peer)
	if err != nil && store.KindOf(err) != store.NotFound {
		return err
	}
	q.From = link.Name
	s, err := neighbour.StagingOf(tx, own)
	if err != nil {
		return err
	}
	fresh, err := neighbour.StagedNew(tx, own, s)
	if err != nil {
		return err
	}
	for _, r := range fresh {
		c, err := wire.DecodeCard(r.Card)
		switch {
		case err != nil:
			return err
		case c.Kind == wire.KindProfile:
		case len(q.Lost) == maxShown:
			q.More++
		default:
			q.Lost = append(q.Lost, listing.Plain(c.Title))
		}
	}
	gone, err := neighbour.StagedGone(tx, own, s)
	q.Gone = len(gone)
	return err
}

// Continue answers that this box is the only one: moved, or put back from a
// copy (Log.Continue).
func (n *Node) Continue(ctx context.Context) error {
	own, err := n.ownLog()
	if err != nil {
		return err
	}
	return own.Continue(ctx)
}

// BeCopy answers that another box goes on under this one's name: this one takes
// keys of its own at its next start and forgets its links. It fails with kind
// Conflict when nothing was asked.
func (n *Node) BeCopy(ctx context.Context) error {
	own, err := n.ownLog()
	if err != nil {
		return err
	}
	return own.settle(ctx, func(tx *store.Tx, p neighbour.Publisher) error {
		if p.Doubt == neighbour.NoDoubt {
			return store.E(store.Conflict, "err.neighbour.not_asked")
		}
		return neighbour.SetDoubt(tx, neighbour.Copied)
	})
}

// Repair gives the box a new key by the recovery key of its sheet (Log.Repair);
// neighbours that are there follow at once. The box calls under the new key
// from its next start on.
func (n *Node) Repair(ctx context.Context, recovery ed25519.PrivateKey) error {
	own, err := n.ownLog()
	if err != nil {
		return err
	}
	next, err := n.id.prepare()
	if err != nil {
		return err
	}
	return own.Repair(ctx, next, recovery)
}

// ownLog is the publisher's log; kind Conflict before the box is set up.
func (n *Node) ownLog() (*Log, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.own == nil {
		return nil, store.E(store.Conflict, "err.neighbour.not_ready")
	}
	return n.own, nil
}
