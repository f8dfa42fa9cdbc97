package peer

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/neighbour"
)

// tidyEvery is how often what nobody looked at is gone through.
const tidyEvery = 24 * time.Hour

// tidied is what the last tidying saw.
type tidied struct {
	state string // of the logs, of what is hidden, of how much is here
	at    time.Time
}

// tidy removes copies that no shown card names any more (withdrawn, erased,
// blocked, hidden by a moderator), large pictures nobody looked at for a month,
// and the least used while there are too many bytes. It does nothing while
// nothing has changed.
func (n *Node) tidy(ctx context.Context, last *tidied) error {
	var state string
	due := false
	var gone []neighbour.Hash
	err := n.db.View(ctx, func(tx *store.Tx) (err error) {
		if state, err = n.stateOfCopies(tx); err != nil {
			return err
		}
		if due = state != last.state || tx.Now.Sub(last.at) >= tidyEvery; !due {
			return nil
		}
		gone, err = n.superfluous(tx)
		return err
	})
	if err != nil || !due {
		return err
	}
	err = errors.Join(n.discard(ctx, gone), n.shelf.sweep(n.spokenOf(ctx, last.state == "")))
	*last = tidied{state, n.clock.Now()}
	return err
}

// stateOfCopies changes whenever a copy may have become superfluous.
func (n *Node) stateOfCopies(tx *store.Tx) (string, error) {
	logs, err := neighbour.Logs(tx)
	if err != nil {
		return "", err
	}
	hidden, err := listing.HiddenForeign(tx)
	if err != nil {
		return "", err
	}
	most, err := n.mostCopies(tx)
	if err != nil {
		return "", err
	}
	held, err := neighbour.Held(tx)
	state := fmt.Sprint(hidden, max(0, held-most))
	for i := range logs {
		if l := &logs[i]; !l.Own {
			state += fmt.Sprint(" ", l.ID, l.Generation, l.Seq)
		}
	}
	return state, err
}

// superfluous lists the copies that go.
func (n *Node) superfluous(tx *store.Tx) ([]neighbour.Hash, error) {
	logs, err := neighbour.Logs(tx)
	if err != nil {
		return nil, err
	}
	listed, err := listing.HiddenForeign(tx)
	if err != nil {
		return nil, err
	}
	hidden := map[int64][]neighbour.ID{}
	for i := range logs {
		hidden[logs[i].ID] = listed[logs[i].Listed]
	}
	gone, err := neighbour.Loose(tx, hidden)
	if err != nil {
		return nil, err
	}
	if tx.ClockQuality().Sure() { // else nothing is old
		idle, err := neighbour.Idle(tx, tx.Now.Add(-neighbour.KeepUnused))
		if err != nil {
			return nil, err
		}
		gone = append(gone, idle...)
	}
	limit, err := n.mostCopies(tx)
	if err != nil {
		return nil, err
	}
	most, err := neighbour.LeastUsed(tx, limit)
	return append(gone, most...), err
}

// mostCopies is how many bytes of others are kept.
func (n *Node) mostCopies(tx *store.Tx) (int64, error) {
	if n.maxCopies > 0 {
		return n.maxCopies, nil
	}
	s, err := neighbour.ScopeOf(tx)
	return s.Limits().Copies, err
}

// discard removes files, then their rows: when the power goes in between, the
// row still says what to do.
func (n *Node) discard(ctx context.Context, gone []neighbour.Hash) error {
	for _, h := range gone {
		if err := n.shelf.drop(wire.Hash(h)); err != nil {
			return err
		}
	}
	if len(gone) == 0 {
		return nil
	}
	return n.db.Update(ctx, func(tx *store.Tx) error { return neighbour.DropCopies(tx, gone) })
}

// spokenOf tells whether a file is to stay: one that is whole when it is kept
// (asked only at a start: later none is there without its row), one that is
// coming in while a shown card names it. What is being written now stays.
func (n *Node) spokenOf(ctx context.Context, start bool) func(wire.Hash, bool) (bool, error) {
	return func(h wire.Hash, whole bool) (keep bool, err error) {
		if whole && !start || n.shelf.holds(h) {
			return true, nil
		}
		err = n.db.View(ctx, func(tx *store.Tx) error {
			if whole {
				_, err := neighbour.CopyOf(tx, h)
				if keep = err == nil; store.KindOf(err) == store.NotFound {
					err = nil
				}
				return err
			}
			shown, err := shownNaming(tx, h)
			keep = len(shown) > 0
			return err
		})
		return keep, err
	}
}

func isIn(ids []neighbour.ID, id neighbour.ID) bool { return slices.Contains(ids, id) }
