package peer

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	libp2p "github.com/libp2p/go-libp2p/core/peer"

	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/neighbour"
)

// When bytes are fetched without being asked for (PROTOCOL.md §6: of linked
// boxes all bodies and all small pictures; of others what ring.go says).
const (
	fetchAfter = 200 * time.Millisecond // a burst of cards is one question
	missedFor  = time.Hour              // before asking again for what a box had not got
)

// aheadOf is the share of the cache that may be filled ahead; the rest is for
// what people ask for.
func aheadOf(most int64) int64 { return most / 10 * 9 }

// ahead is what the fetching ahead remembers in this run.
type ahead struct {
	more chan struct{} // wakes the fetching when a late log can be begun
	turn chan struct{} // who fetches of a log without a link has it

	mu     sync.Mutex // guards all below
	busy   map[int64]bool
	late   map[int64]bool     // busy logs that have changed meanwhile
	done   map[int64]string   // state of each log of which nothing was left to fetch
	far    string             // sight in which logs without a link were looked at; empty: look again
	failed map[int64]bool     // logs whose neighbour is left alone until the next occasion
	missed map[wire.Hash]miss // what is not asked for now
}

func newAhead() *ahead {
	return &ahead{busy: map[int64]bool{}, late: map[int64]bool{}, more: make(chan struct{}, 1), turn: make(chan struct{}, 1), done: map[int64]string{}, failed: map[int64]bool{}, missed: map[wire.Hash]miss{}}
}

// miss is a hash a neighbour had not got: it is asked for again after a while,
// or when the neighbour's log has changed.
type miss struct {
	until time.Time
	state string
}

// fetching keeps what stands behind the cards of linked boxes as it should be,
// until ctx ends: it removes what no shown card names any more, and fetches
// what linked boxes' cards name.
func (n *Node) fetching(ctx context.Context) {
	tidied := &tidied{}
	for ctx.Err() == nil {
		changed := n.db.Changed() // before looking, so that nothing slips between
		err := errors.Join(n.tidy(ctx, tidied), n.fetchAhead(ctx))
		if err != nil && ctx.Err() == nil {
			n.log.Error("what stands behind neighbours' cards is not kept up", "err", err)
		}
		select {
		case <-ctx.Done():
		case <-changed:
			n.rest(ctx, fetchAfter)
		case <-n.ahead.more:
		case <-n.occasion:
			n.ahead.again()
			n.asked.again()
		case <-n.clock.After(pollEvery):
			n.ahead.again()
		}
	}
}

// rest waits on elapsed time.
func (n *Node) rest(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-n.clock.After(d):
	}
}

// again lets every log be looked at anew: a neighbour was met, or time went by.
func (a *ahead) again() {
	a.mu.Lock()
	defer a.mu.Unlock()
	clear(a.done)
	clear(a.failed)
	a.far = ""
}

// stir tells the fetching that there is an occasion.
func (n *Node) stir() {
	select {
	case n.occasion <- struct{}{}:
	default:
	}
}

// fetchAhead starts to fetch of each linked box that is met now, and through
// them of others, unless nothing has changed since it was done.
func (n *Node) fetchAhead(ctx context.Context) error {
	links, err := n.links(ctx)
	if err != nil {
		return err
	}
	logs, hidden, err := n.held(ctx)
	if err != nil {
		return err
	}
	for id, link := range links {
		l, ok := logs[link.Origin]
		if !ok || l.Own || !n.gate.isLinked(id) || !n.isOpen(id) {
			continue
		}
		state := fmt.Sprint(l.ID, l.Generation, l.Epoch, l.Seq, len(hidden[l.Listed]))
		if n.ahead.begin(l.ID, state) {
			n.work.Go(func() {
				err := n.bring(ctx, id, l, state, hidden[l.Listed])
				n.ahead.end(l.ID, state, err)
				if err != nil && ctx.Err() == nil {
					n.log.Debug("not everything was fetched ahead", "peer", id.String(), "err", err)
				}
			})
		}
	}
	return n.fetchFar(ctx, logs, hidden)
}

// begin claims a log, unless it is being fetched, was fetched whole in this
// state, or has to wait.
func (a *ahead) begin(log int64, state string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.busy[log] {
		a.late[log] = true
		return false
	}
	if a.failed[log] || a.done[log] == state {
		return false
	}
	a.busy[log] = true
	return true
}

func (a *ahead) end(log int64, state string, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.busy, log)
	a.done[log] = state
	if err != nil {
		delete(a.done, log)
		a.failed[log] = true
	}
	if a.late[log] {
		delete(a.late, log)
		a.far = ""
		select {
		case a.more <- struct{}{}:
		default:
		}
	}
}

// held are the logs by origin, and what moderators hid by where it is listed.
func (n *Node) held(ctx context.Context) (logs map[wire.Hash]neighbour.Log, hidden map[int64][]neighbour.ID, err error) {
	logs = map[wire.Hash]neighbour.Log{}
	err = n.db.View(ctx, func(tx *store.Tx) error {
		all, err := neighbour.Logs(tx)
		if err != nil {
			return err
		}
		for _, l := range all {
			logs[l.Origin] = l
		}
		hidden, err = listing.HiddenForeign(tx)
		return err
	})
	return logs, hidden, err
}

// bring fetches the bodies and small pictures of one log from its origin, until
// nothing is left that the origin has.
func (n *Node) bring(ctx context.Context, id libp2p.ID, l neighbour.Log, state string, hidden []neighbour.ID) error {
	for {
		wants, err := n.next(ctx, l, state, hidden)
		if err != nil || len(wants) == 0 {
			return err
		}
		if err := n.roomFor(ctx, l, wants); err != nil {
			return err
		}
		missed, err := n.askFor(ctx, id, wants, 0)
		n.ahead.miss(missed, miss{n.clock.Now().Add(missedFor), state})
		if err != nil && (Judge(err) != Refuse || len(missed) == 0) {
			return err
		}
	}
}

// next lists what to ask a linked box for: at most as much as one question holds.
func (n *Node) next(ctx context.Context, l neighbour.Log, state string, hidden []neighbour.ID) ([]neighbour.Mention, error) {
	return n.wanted(ctx, state, func(tx *store.Tx, limit int) ([]neighbour.Mention, error) {
		return neighbour.Wanted(tx, l, hidden, limit)
	})
}

// wanted lists what to ask for of a log in a state: at most as much as one
// question holds, nothing that was missed lately, and nothing while the cache is
// full. list names what is not here, bodies first.
func (n *Node) wanted(ctx context.Context, state string, list func(tx *store.Tx, limit int) ([]neighbour.Mention, error)) (wants []neighbour.Mention, err error) {
	missed := n.ahead.missing(n.clock.Now(), state)
	err = n.db.View(ctx, func(tx *store.Tx) error {
		wants = nil
		most, err := n.mostCopies(tx)
		if err != nil {
			return err
		}
		held, err := neighbour.Held(tx)
		if err != nil || held > aheadOf(most) {
			return err
		}
		all, err := list(tx, wire.MaxHashes+len(missed))
		for _, m := range all {
			if !missed[m.Hash] && len(wants) < wire.MaxHashes && (len(wants) == 0 || m.Role == wants[0].Role) {
				wants = append(wants, m) // words do not wait for the room that pictures need
			}
		}
		return err
	})
	return wants, err
}

func (a *ahead) miss(hashes []wire.Hash, m miss) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, h := range hashes {
		a.missed[h] = m
	}
}

// missing are the hashes not asked for now, of a log in a state.
func (a *ahead) missing(now time.Time, state string) map[wire.Hash]bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	out := map[wire.Hash]bool{}
	for h, m := range a.missed {
		switch {
		case now.After(m.until):
			delete(a.missed, h)
		case m.state == state:
			out[h] = true
		}
	}
	return out
}
