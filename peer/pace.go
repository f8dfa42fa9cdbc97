package peer

import (
	"context"
	"time"

	"copi.local/store"
)

// What a link may take of this box by /copi/get (PROTOCOL.md §7).
const (
	linkRate    = 1 << 20  // bytes a second, over all its streams
	lookCost    = 1 << 10  // of looking a hash up, in bytes sent instead
	forwardCost = 64 << 10 // of asking other boxes for a hash
	unpaced     = 32 << 10 // bytes that may go at once: timers are not exact
)

// pace holds what goes to one link to a rate, on elapsed time: bytes are waited
// for once they have added up, and takers wait for each other.
type pace struct {
	clock store.Clock
	rate  int           // bytes a second
	turn  chan struct{} // held by the one who takes; guards owed
	owed  int           // bytes given and not yet waited for
}

func newPace(clock store.Clock, rate int) *pace {
	return &pace{clock: clock, rate: rate, turn: make(chan struct{}, 1)}
}

// take waits until n more bytes may go.
func (p *pace) take(ctx context.Context, n int) error {
	select {
	case p.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-p.turn }()
	if p.owed += n; p.owed < unpaced {
		return nil
	}
	select {
	case <-p.clock.After(time.Duration(p.owed) * time.Second / time.Duration(p.rate)):
		p.owed = 0
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
