package peer

import (
	"context"
	"time"

	libp2p "github.com/libp2p/go-libp2p/core/peer"

	"copi.local/store"
	"copi.local/store/neighbour"
)

// What a neighbour that breaks a rule meets (PROTOCOL.md §7).
const (
	suspendFor = time.Hour
	maxFaults  = 3 // then an operator must look
)

// judge draws the consequences of the end of a stream, and writes the one line
// about it.
func (n *Node) judge(id libp2p.ID, what string, count int, err error) Verdict {
	v := Judge(err)
	n.log.Info("session ended", "peer", id.String(), "doing", what, "count", count, "verdict", v, "err", err)
	if v != Suspend {
		return v
	}
	if err := n.shutOut(n.ctx, id); err != nil {
		n.log.Error("neighbour cannot be shut out", "peer", id.String(), "err", err)
	}
	return v
}

// shutOut hangs up on a neighbour that broke a rule, for an hour; the third
// time until an operator has looked.
func (n *Node) shutOut(ctx context.Context, id libp2p.ID) error {
	var faults int
	err := n.db.Update(ctx, func(tx *store.Tx) (err error) {
		faults, err = neighbour.Fault(tx, id.String())
		return err
	})
	if err != nil {
		return err
	}
	if faults >= maxFaults {
		return n.Block(ctx, id.String())
	}
	n.mu.Lock()
	already := n.suspended[id]
	n.suspended[id] = true
	n.mu.Unlock()
	if already {
		return nil
	}
	n.work.Go(func() { n.letInAgain(ctx, id) })
	return n.reload(ctx)
}

// letInAgain ends a suspension when its hour is over.
func (n *Node) letInAgain(ctx context.Context, id libp2p.ID) {
	select {
	case <-ctx.Done():
		return
	case <-n.clock.After(suspendFor):
	}
	n.mu.Lock()
	delete(n.suspended, id)
	n.mu.Unlock()
	if err := n.reload(ctx); err != nil && ctx.Err() == nil {
		n.log.Error("neighbour stays shut out", "peer", id.String(), "err", err)
	}
}
