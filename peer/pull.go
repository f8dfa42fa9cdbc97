package peer

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/libp2p/go-libp2p/core/network"
	libp2p "github.com/libp2p/go-libp2p/core/peer"

	"copi.local/peer/wire"
	"copi.local/store/neighbour"
)

// How long the other side of a stream may take, in elapsed time.
const (
	helloWithin    = 20 * time.Second // its first word
	progressWithin = 60 * time.Second // the next frame it owes us, or taking one of ours
)

// maxQueue bounds what one neighbour may have offered and not yet sent: with
// 45 B an entry, half a megabyte. It may be a hub.
const maxQueue = 11_000

// maxDeclined bounds the origins it may offer that we do not carry: a hub
// carries half as many, and some may change while we talk.
const maxDeclined = 20 * neighbour.MaxOrigins

// errBye is a neighbour that ended the stream in good order.
type errBye struct{ wire.Bye }

func (e *errBye) Error() string { return fmt.Sprintf("the neighbour says bye (%d) %s", e.Code, e.Text) }

// opener is our side of a sync stream we opened: it asks for what the
// neighbour has and we have not.
type opener struct {
	n     *Node
	ctx   context.Context //nolint:containedctx // of the session, as long as the opener
	peer  libp2p.ID
	s     network.Stream
	in    *bufio.Reader
	share *share
	idle  func(bool) // told when nothing is left to ask for, and when that is over

	origin wire.Hash // the neighbour's own log
	own    wire.Hash // ours
	limit  uint64    // how far an origin may be
	scope  uint64    // of what is carried, as the session began
	feed   [8]byte
	rev    uint64           // cursor once the queue is empty
	kept   uint64           // cursor as it is kept
	queue  []wire.HaveEntry // offered, not yet asked for
	pull   *Pull            // asked for, not yet all here …
	free   bool             // … and not held to the rate

	promised bool               // its Hello tells of more than we know, and no Have came yet
	batches  int                // received
	declined map[wire.Hash]bool // origins we do not carry
	settled  bool               // everything offered was here once
}

// run reads what the neighbour has, at once and then as it comes, until the
// stream or the session ends.
func (o *opener) run() error {
	stop := context.AfterFunc(o.ctx, func() { _ = o.s.Reset() })
	defer stop()
	defer func() { _ = o.s.Reset() }()
	defer func() { o.pull.Release() }()
	if err := o.greet(); err != nil {
		return err
	}
	for {
		if err := o.askNext(); err != nil {
			return err
		}
		limit := progressWithin
		if o.pull == nil && !o.promised {
			limit = 0 // an idle link sends nothing; Yamux notices a dead one
			o.settled = true
			o.idle(true)
			if o.n.scope.Load() > o.scope {
				return errAgain
			}
		}
		m, err := o.read(limit)
		if err != nil {
			return err
		}
		o.idle(false)
		if err := o.take(m); err != nil {
			return err
		}
	}
}

// greet exchanges Hellos. A feed we do not know starts at 0, and so does one
// that has not come as far as we have read it: a power cut took from its disk
// what it had told us.
func (o *opener) greet() error {
	link, self, err := o.n.between(o.ctx, o.peer)
	if err != nil {
		return err
	}
	o.origin, o.own, o.limit, o.scope = link.Origin, self.origin, self.limit, self.scope
	feed, rev := link.Feed, link.FeedRev
	if err := o.send(&wire.Hello{Version: 1, Scope: self.asks, Feed: feed, Rev: rev}); err != nil {
		return err
	}
	m, err := o.read(helloWithin)
	if err != nil {
		return err
	}
	switch m := m.(type) {
	case *wire.Hello:
		if o.feed = m.Feed; m.Feed == feed && m.Rev >= rev {
			o.rev, o.kept = rev, rev
		}
		o.promised = m.Rev > o.rev
		return nil
	case *wire.Bye:
		return &errBye{*m}
	default:
		return outOfPlace(m)
	}
}

func outOfPlace(m wire.Message) error { return broken(fmt.Sprintf("%T out of place", m)) }

// take deals with one message.
func (o *opener) take(m wire.Message) error {
	switch m := m.(type) {
	case *wire.Have:
		return o.offered(m)
	case *wire.Batch:
		return o.batch(m)
	case *wire.Tip:
		return o.tip(m)
	case *wire.Bye:
		return &errBye{*m}
	case *wire.Trail:
		return o.witness(m)
	case *wire.Unknown:
		return nil
	default:
		return outOfPlace(m)
	}
}

// offered notes what the neighbour has.
func (o *opener) offered(m *wire.Have) error {
	if m.Rev < o.rev || len(o.queue)+len(m.Entries) > maxQueue {
		return broken("a have that goes back, or offers too much at once")
	}
	o.queue = append(o.queue, m.Entries...)
	o.rev, o.promised = m.Rev, false
	return nil
}

func (o *opener) batch(m *wire.Batch) error {
	if o.pull == nil {
		return outOfPlace(m)
	}
	o.batches++
	if m.Relist {
		o.free = o.free || o.share.atFullSpeed(o.pull.want.Origin)
	}
	return o.share.checkBut(o.ctx, o.free, func() (time.Duration, error) {
		return o.inTurn(func() error { return o.pull.Stage(o.ctx, m) })
	})
}

// inTurn works on cards when few other sessions do: what that needs of memory is
// bounded, and a neighbour that is slow to send holds nobody up. It tells how
// long it waited for its turn.
func (o *opener) inTurn(work func() error) (waited time.Duration, err error) {
	began := o.n.clock.Running()
	select {
	case o.n.taking <- struct{}{}:
		defer func() { <-o.n.taking }()
	case <-o.ctx.Done():
		return 0, o.ctx.Err()
	}
	waited = o.n.clock.Running() - began
	return waited, work()
}

func (o *opener) tip(m *wire.Tip) error {
	if o.pull == nil {
		return outOfPlace(m)
	}
	pull := o.pull
	err := o.share.checkBut(o.ctx, o.free, func() (time.Duration, error) {
		waited, err := o.inTurn(func() error { return pull.Finish(o.ctx, m) })
		return waited + pull.waited, err
	})
	pull.Release()
	o.pull = nil
	err = o.doubled(m.Origin, err)
	if err == nil && pull.rekeyed {
		return o.n.reload(o.ctx)
	}
	if Judge(err) == Refuse { // this origin stays where it is; the others go on
		o.n.log.Warn("a neighbour's log was refused", "peer", o.peer.String(), "err", err)
		return nil
	}
	return err
}

// askNext asks for the next thing we lack. With nothing left it keeps the
// cursor, so that the neighbour need not offer all this again.
func (o *opener) askNext() error {
	for o.pull == nil && len(o.queue) > 0 {
		entry := o.queue[0]
		o.queue = o.queue[1:]
		var pull *Pull
		err := o.share.check(o.ctx, false, func() (err error) {
			pull, err = o.begin(entry)
			return err
		})
		if err != nil {
			pull.Release()
			return err
		}
		if pull != nil {
			o.pull, o.free = pull, pull.whole() && o.share.atFullSpeed(entry.Origin)
			return o.send(pull.Want())
		}
	}
	if o.pull != nil || o.rev == o.kept {
		return nil
	}
	o.kept = o.rev
	return o.share.check(o.ctx, false, func() error { return o.n.sawRev(o.ctx, o.peer, o.feed, o.rev, o.scope) })
}

// begin decides on one entry; nil is nothing to ask for.
func (o *opener) begin(e wire.HaveEntry) (*Pull, error) {
	if o.believes(e) {
		pull, err := o.n.replica.Begin(o.ctx, o.peer.String(), e)
		if Judge(err) != Refuse {
			return pull, err
		}
	}
	if o.declined[e.Origin] = true; len(o.declined) > maxDeclined {
		return nil, broken("offers without end of what is not carried here")
	}
	return nil, nil
}

// believes tells whether an entry may come from this neighbour: its own log, or
// one within our hops that is not its own. A box that offers another's log as
// its own must not hold up the pull from the other.
func (o *opener) believes(e wire.HaveEntry) bool {
	if e.Origin == o.origin {
		return true
	}
	return e.Hops > 0 && (e.Hops < o.limit || e.Origin == o.own)
}

func (o *opener) send(m wire.Message) error {
	o.n.frames.Add(1)
	return within(o.ctx, o.s, progressWithin, func() error { return wire.WriteFrame(o.s, m) })
}

func (o *opener) read(limit time.Duration) (m wire.Message, err error) {
	err = within(o.ctx, o.s, limit, func() error {
		m, err = wire.ReadFrame(o.in)
		return err
	})
	return m, err
}

// errAgain ends a session in good order: what is carried has grown, so all the
// neighbour has is looked at anew.
var errAgain = errors.New("what is carried has grown")

// errSlow is a neighbour that kept us waiting.
var errSlow = errors.New("the neighbour takes too long")

// within runs one read or write on s and resets s when it takes longer than
// limit; 0 is no limit. Deadlines of libp2p take the time of day, which a box
// may not know; a context counts elapsed time.
func within(ctx context.Context, s network.Stream, limit time.Duration, do func() error) error {
	if limit == 0 {
		return do()
	}
	ctx, cancel := context.WithTimeoutCause(ctx, limit, errSlow)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { _ = s.Reset() })
	defer stop()
	err := do()
	if err != nil && errors.Is(context.Cause(ctx), errSlow) {
		return errSlow
	}
	return err
}
