package peer

import (
	"context"
	"sync"
	"time"

	libp2p "github.com/libp2p/go-libp2p/core/peer"

	"copi.local/peer/wire"
	"copi.local/store"
)

// What a link may take of this box, by sync, get and search (PROTOCOL.md §7).
const (
	linkRate    = 1 << 20  // bytes a second that go to it
	unpaced     = 32 << 10 // bytes that may go at once
	lookCost    = 1 << 10  // of looking a thing up, in bytes sent instead
	forwardCost = 64 << 10 // of asking other boxes for a hash

	checkTime  = 10 * time.Second // of work on what it sends …
	answerWork = 10 * time.Second // … and on what it searches here …
	checkEach  = time.Minute      // … in each of these

	maxSending = 2 // answers on their way at once: whoever reads slowly makes us hold them

	wholeEach = 24 * time.Hour // the whole log of an origin comes or goes at full speed once
)

// share is what one link may take of this box, over all its streams and for as
// long as the program runs: hanging up begins no new account.
type share struct {
	bytes     *pace         // that go to it
	work      *pace         // on what it sends, in nanoseconds
	questions *pace         // on what it searches here, in nanoseconds
	sending   chan struct{} // one for each batch or piece on its way

	mu    sync.Mutex                  // guards whole
	whole map[wire.Hash]time.Duration // origins whose log came or went whole, and when in running time
}

func newShare(clock store.Clock, rate int64) *share {
	return &share{
		bytes:     newPace(clock, rate, time.Second, unpaced),
		work:      newPace(clock, int64(checkTime), checkEach, int64(checkTime)),
		questions: newPace(clock, int64(answerWork), checkEach, int64(answerWork)),
		sending:   make(chan struct{}, maxSending),
		whole:     map[wire.Hash]time.Duration{},
	}
}

// shareOf is what a link may take of this box.
func (n *Node) shareOf(peer libp2p.ID) *share {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.shares[peer] == nil {
		n.shares[peer] = n.share()
	}
	return n.shares[peer]
}

// atFullSpeed tells whether the whole log of an origin may come or go without
// being held to the rate: a first sync and a relist are bounded by the quota of
// the origin, so once a day each is. Only origins held or carried here are asked
// about, which bounds the memory of it.
func (s *share) atFullSpeed(origin wire.Hash) bool {
	now := s.bytes.clock.Running()
	s.mu.Lock()
	defer s.mu.Unlock()
	if at, known := s.whole[origin]; known && now-at < wholeEach {
		return false
	}
	s.whole[origin] = now
	return true
}

// send makes and sends what is large, when little else is on its way to the link.
func (s *share) send(ctx context.Context, large func() error) error {
	select {
	case s.sending <- struct{}{}:
		defer func() { <-s.sending }()
		return large()
	case <-ctx.Done():
		return ctx.Err()
	}
}

// check does work on what the link sent. Unless free, it counts, by the time it
// takes, and what is too much is waited for before the link is heard again.
func (s *share) check(ctx context.Context, free bool, work func() error) error {
	return s.checkBut(ctx, free, func() (time.Duration, error) { return 0, work() })
}

// checkBut is check of work that lets others go first: it tells for how long,
// and that is not the link's doing.
func (s *share) checkBut(ctx context.Context, free bool, work func() (waited time.Duration, err error)) error {
	began := s.work.clock.Running()
	waited, err := work()
	if err != nil || free {
		return err
	}
	return s.work.take(ctx, int64(s.work.clock.Running()-began-waited))
}

// pace holds what one link takes to a rate, in elapsed time; takers wait for
// each other.
type pace struct {
	clock store.Clock
	rate  float64       // of units in a nanosecond
	burst int64         // units that may be taken at once after a pause
	turn  chan struct{} // held by the one who takes; guards the rest
	owed  int64         // units taken and not yet paid off …
	at    time.Duration // … at this moment of running time
}

// newPace allows units in each period.
func newPace(clock store.Clock, units int64, period time.Duration, burst int64) *pace {
	return &pace{clock: clock, rate: float64(units) / float64(period), burst: burst, turn: make(chan struct{}, 1)}
}

// take takes n units, and waits until that was not too much.
func (p *pace) take(ctx context.Context, n int64) error {
	select {
	case p.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-p.turn }()
	p.payOff(p.clock.Running())
	if p.owed += max(0, n); p.owed <= p.burst {
		return nil
	}
	wait := time.Duration(float64(p.owed-p.burst) / p.rate)
	select {
	case <-p.clock.After(wait):
		p.payOff(p.at + wait) // timers are not exact: what they exceed counts too
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// spent tells whether everything that may be taken at once was.
func (p *pace) spent() bool {
	p.turn <- struct{}{}
	defer func() { <-p.turn }()
	p.payOff(p.clock.Running())
	return p.owed >= p.burst
}

// charge takes n units without waiting: who asks next finds them spent.
func (p *pace) charge(n int64) {
	p.turn <- struct{}{}
	defer func() { <-p.turn }()
	p.payOff(p.clock.Running())
	p.owed += n
}

// payOff takes off what time has paid until a moment.
func (p *pace) payOff(now time.Duration) {
	if now > p.at {
		p.owed = max(0, p.owed-int64(float64(now-p.at)*p.rate))
		p.at = now
	}
}
