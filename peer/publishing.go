package peer

import (
	"context"
	"time"

	"copi.local/peer/wire"
)

// How the box's own log follows its listing.
const (
	publishAfter = 100 * time.Millisecond // a burst of posts is one head
	publishAgain = 10 * time.Second       // after a failure
	publishCheck = time.Hour              // for the weekly head

	askWithin = time.Minute // after an unclean stop, for neighbours to tell what they hold
)

// Recovery answers the hash of the public recovery key once the box is set up:
// before that it has nothing to say and no origin.
type Recovery func(ctx context.Context) (hash wire.Hash, known bool, err error)

// publishing signs the changes of the listing as they come, until ctx ends. The
// own log is nil while it is not open.
func (n *Node) publishing(ctx context.Context, own *Log) {
	defer func() {
		if own == nil {
			return
		}
		if err := own.Close(context.WithoutCancel(ctx)); err != nil {
			n.log.Error("the own log was not closed; the next start skips numbers", "err", err)
		}
	}()
	for ctx.Err() == nil {
		changed := n.db.Changed() // before looking, so that nothing slips between
		wait := publishCheck
		var err error
		if own, err = n.publish(ctx, own); err != nil && ctx.Err() == nil {
			n.log.Error("nothing was published", "err", err)
			wait = publishAgain
		}
		select {
		case <-ctx.Done():
		case <-n.clock.After(wait):
		case <-changed:
			n.pause(ctx, publishAfter)
		}
	}
}

// openOwn opens the own log; nil when the box is not set up yet, or has nothing
// to say.
func (n *Node) openOwn(ctx context.Context) (*Log, error) {
	if n.opt.Recovery == nil {
		return nil, nil
	}
	recovery, known, err := n.opt.Recovery(ctx)
	if err != nil || !known {
		return nil, err
	}
	own, err := OpenLog(ctx, n.db, Keys{Box: n.id.Key(), Recovery: recovery, Machine: n.opt.Machine}, n.log)
	if err != nil {
		return nil, err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.own = own
	return own, nil
}

// publish opens the own log when it is not and can be, and brings it up to the
// listing.
func (n *Node) publish(ctx context.Context, own *Log) (_ *Log, err error) {
	if own == nil {
		if own, err = n.openOwn(ctx); own == nil {
			return nil, err
		}
	}
	if own.Unclean() {
		n.askAround(ctx)
	}
	_, err = own.Publish(ctx)
	return own, err
}

// askAround waits until every neighbour has told what it has, or for askWithin:
// an absent one must not keep a village silent.
func (n *Node) askAround(ctx context.Context) {
	late := n.clock.After(askWithin)
	for !n.allHeard() {
		select {
		case <-n.heard:
		case <-ctx.Done():
			return
		case <-late:
			n.log.Warn("not every neighbour could tell what it holds of the own log")
			return
		}
	}
}

// allHeard tells whether every neighbour had nothing left to tell once in this run.
func (n *Node) allHeard() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, c := range n.callers {
		if !c.heard {
			return false
		}
	}
	return true
}

// pause waits on elapsed time, or until ctx ends.
func (n *Node) pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-n.clock.After(d):
	}
}
