package peer

import (
	"context"
	"time"

	"copi.local/store"
	"copi.local/store/neighbour"
)

// leaseEvery is how often leases are looked at; nothing is written unless one
// has run out.
const leaseEvery = time.Hour

// leasing ends the leases of what was not confirmed for long (PROTOCOL.md §8),
// until ctx ends. It begins with a pause: a box that was put back from a copy
// first meets its neighbours.
func (n *Node) leasing(ctx context.Context) {
	for {
		n.pause(ctx, leaseEvery)
		if ctx.Err() != nil {
			return
		}
		if err := n.endLeases(ctx); err != nil && ctx.Err() == nil {
			n.log.Error("what was not confirmed for long cannot be looked for", "err", err)
		}
	}
}

func (n *Node) endLeases(ctx context.Context) error {
	due := false
	err := n.db.View(ctx, func(tx *store.Tx) (err error) {
		due, err = neighbour.LeasesDue(tx)
		return err
	})
	if err != nil || !due {
		return err
	}
	return n.db.Update(ctx, neighbour.ApplyLeases)
}
