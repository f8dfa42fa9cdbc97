package peer

import (
	"context"
	"sync"
	"time"

	"copi.local/store"
)

// How readers who ask for what stands behind a card are answered
// (ACCEPTANCE.md FE-5, FE-6).
const (
	readerWaits = 3 * time.Second  // then they are told that it is on its way
	askedFor    = 10 * time.Minute // before it is asked for again what nobody gave
)

// asked are the cards that readers asked for: one question however many they
// are, and none for a while after it was in vain.
type asked struct {
	mu    sync.Mutex // guards cards
	cards map[string]*inquiry
}

// inquiry is one card that is asked for, or was in vain.
type inquiry struct {
	done chan struct{} // closed when it is over; then the rest is set
	err  error
	at   time.Duration // when it was over, in running time
}

func (a *inquiry) over() bool {
	select {
	case <-a.done:
		return true
	default:
		return false
	}
}

// begin finds the question for a card that is under way or was in vain lately;
// begun tells that there was none, and that the caller is to end the one it gets.
func (a *asked) begin(id string, now time.Duration) (q *inquiry, begun bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for card, q := range a.cards {
		if q.over() && now-q.at >= askedFor {
			delete(a.cards, card)
		}
	}
	if q := a.cards[id]; q != nil {
		return q, false
	}
	q = &inquiry{done: make(chan struct{})}
	a.cards[id] = q
	return q, true
}

// end ends a question. Only one that neighbours did not answer is remembered.
func (a *asked) end(id string, q *inquiry, err error, now time.Duration, vain bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !vain {
		delete(a.cards, id)
	}
	q.err, q.at = err, now
	close(q.done)
}

// again forgets what was in vain: a neighbour was met.
func (a *asked) again() {
	a.mu.Lock()
	defer a.mu.Unlock()
	for card, q := range a.cards {
		if q.over() {
			delete(a.cards, card)
		}
	}
}

// Fetch brings what stands behind a neighbour's card and is not here: its body,
// then the pictures that names. It asks the box the card comes from, then other
// linked ones, which may ask theirs. It fails with kind NotFound when there is
// no such card, and Busy when the bytes cannot be had now, or are still on their
// way after three seconds: they go on coming. All who ask meanwhile wait for the
// same answer, and one in vain stands for ten minutes or until a neighbour is
// met.
func (n *Node) Fetch(ctx context.Context, id string) error {
	q, begun := n.asked.begin(id, n.clock.Running())
	if begun {
		n.inquire(id, q) // it goes on when its first reader has left
	}
	select {
	case <-q.done:
		return q.err
	case <-n.clock.After(readerWaits):
		return store.E(store.Busy, "err.neighbour.on_its_way")
	case <-ctx.Done():
		return ctx.Err()
	}
}

// inquire asks for what stands behind a card, unless too much is asked for now.
func (n *Node) inquire(id string, q *inquiry) {
	full := n.ctx.Err() != nil
	if !full {
		select {
		case n.fetches <- struct{}{}:
		default:
			full = true
		}
	}
	if full {
		n.asked.end(id, q, store.E(store.Busy, "err.neighbour.not_fetched"), 0, false)
		return
	}
	n.work.Go(func() {
		err := n.bringAll(n.ctx, id)
		<-n.fetches
		n.asked.end(id, q, err, n.clock.Running(), store.KindOf(err) == store.Busy)
	})
}
