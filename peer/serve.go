package peer

import (
	"bufio"
	"context"
	"errors"
	"io"
	"time"

	"github.com/libp2p/go-libp2p/core/network"
	libp2p "github.com/libp2p/go-libp2p/core/peer"

	"copi.local/peer/wire"
)

// gatherFor is how long changes are gathered before a neighbour is told
// (PROTOCOL.md §5: at most 1 s near): an import is one Have, not thousands.
const gatherFor = 300 * time.Millisecond

// gatherFar is how long news of boxes beyond is gathered when there is no other
// news (PROTOCOL.md §5: at most 60 s beyond 1 hop): it came a long way already,
// and with hundreds of boxes around there is always some.
const gatherFar = 30 * time.Second

// maxWants is how many questions of one stream wait. Ours asks one at a time;
// whoever asks more does not want answers.
const maxWants = 64

// handleSync answers a neighbour that opened a sync stream: it hears what we
// have, at once and then as it comes, and gets what it asks for.
func (n *Node) handleSync(s network.Stream) {
	peer := s.Conn().RemotePeer()
	if n.ctx.Err() != nil || !n.gate.isLinked(peer) {
		_ = s.Reset() // while pairing, or just blocked
		return
	}
	n.wake(peer) // it is there, and knows us
	n.work.Go(func() {
		ctx, cancel := context.WithCancel(n.ctx)
		defer cancel()
		stop := context.AfterFunc(ctx, func() { _ = s.Reset() })
		defer stop()
		v := &answerer{n: n, ctx: ctx, peer: peer, s: s, in: bufio.NewReader(s), logs: n.replica.Serve(), share: n.shareOf(peer), warned: map[wire.Hash]bool{}}
		err := v.run()
		if err == nil {
			_ = s.Close()
			return
		}
		_ = s.Reset()
		n.judge(peer, "serving", v.logs.sent, err)
	})
}

// answerer is our side of a sync stream a neighbour opened.
type answerer struct {
	n      *Node
	ctx    context.Context //nolint:containedctx // of the stream
	peer   libp2p.ID
	s      network.Stream
	in     *bufio.Reader
	logs   *Server
	share  *share
	scope  wire.Scope         // what the neighbour looks for
	own    wire.Hash          // the neighbour's log
	rev    uint64             // what it was told
	held   <-chan time.Time   // when news of boxes beyond is told; nil: none is held back
	owes   bool               // our Hello told of more than it knows, and no Have went out yet
	warned map[wire.Hash]bool // forks it was told of
}

func (v *answerer) run() error {
	if err := v.share.bytes.take(v.ctx, lookCost); err != nil { // opening streams is no way round the rate
		return err
	}
	if err := v.greet(); err != nil {
		return err
	}
	wants, failed := v.listen()
	changed := v.n.db.Changed() // before looking, so that nothing slips between
	if err := v.tell(); err != nil {
		return err
	}
	for {
		select {
		case <-v.ctx.Done():
			return v.ctx.Err()
		case err := <-failed:
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		case m := <-wants:
			if err := v.reply(m); err != nil {
				return err
			}
		case <-changed:
			if !v.gather() {
				return v.ctx.Err()
			}
			changed = v.n.db.Changed()
			if err := v.tell(); err != nil {
				return err
			}
		case <-v.held:
			v.held, v.owes = nil, true
			if err := v.tell(); err != nil {
				return err
			}
		}
	}
}

// gather waits for more changes; it answers false when the stream ended.
func (v *answerer) gather() bool {
	select {
	case <-v.ctx.Done():
		return false
	case <-v.n.clock.After(gatherFor):
		return true
	}
}

// greet reads the opener's Hello and answers ours.
func (v *answerer) greet() error {
	m, err := v.read(helloWithin)
	if err != nil {
		return err
	}
	hello, ok := m.(*wire.Hello)
	if !ok {
		return outOfPlace(m)
	}
	feed, rev, err := v.n.replica.Feed(v.ctx)
	if err != nil {
		return err
	}
	link, own, err := v.n.between(v.ctx, v.peer)
	if err != nil {
		return err
	}
	v.scope, v.own = hello.Scope, link.Origin
	if hello.Feed == feed && hello.Rev <= rev {
		v.rev = hello.Rev
	}
	v.owes = rev > v.rev
	return v.send(&wire.Hello{Version: 1, Scope: wire.Scope{Hops: own.limit}, Feed: feed, Rev: rev})
}

// listen reads the opener's questions until the stream ends.
func (v *answerer) listen() (<-chan wire.Message, <-chan error) {
	wants := make(chan wire.Message, maxWants)
	failed := make(chan error, 1)
	go func() { // ends when the stream or the session does
		for {
			m, err := v.read(0)
			if err == nil {
				err = v.heard(m, wants)
			}
			if err != nil {
				failed <- err
				return
			}
		}
	}()
	return wants, failed
}

func (v *answerer) heard(m wire.Message, wants chan<- wire.Message) error {
	switch m := m.(type) {
	case *wire.Want, *wire.Trail:
		select {
		case wants <- m:
			return nil
		default:
			return broken("questions without end")
		}
	case *wire.Bye:
		return io.EOF
	case *wire.Unknown:
		return nil
	default:
		return outOfPlace(m)
	}
}

// tell sends what is new since the neighbour was last told. Nothing new is not
// a byte, except after a Hello that told of more: the neighbour waits for it,
// even when all of it was for others.
func (v *answerer) tell() error {
	for {
		have, err := v.n.replica.Haves(v.ctx, v.peer.String(), v.rev, v.scope)
		if err != nil {
			return err
		}
		if have.Rev == v.rev && !v.owes {
			return v.warn()
		}
		if have.Rev != v.rev && len(have.Entries) == 0 {
			v.rev = have.Rev
			continue // nothing for this neighbour
		}
		if !v.owes && v.far(have) {
			if v.held == nil {
				v.held = v.n.clock.After(v.n.opt.gatherFar())
			}
			return nil
		}
		v.rev, v.owes, v.held = have.Rev, false, nil
		if err := v.send(have); err != nil {
			return err
		}
	}
}

// far tells whether all that is new is of boxes beyond, and nothing of ours or of
// how far we hold the neighbour's own.
func (v *answerer) far(have *wire.Have) bool {
	for _, e := range have.Entries {
		if e.Hops == 0 || e.Origin == v.own {
			return false
		}
	}
	return true
}

// reply answers one question.
func (v *answerer) reply(m wire.Message) error {
	switch m := m.(type) {
	case *wire.Want:
		return v.answer(m)
	case *wire.Trail:
		return v.trails(m)
	}
	return nil
}

// answer sends the batches of one question, and the tip they lead to. A whole
// log goes at full speed the first time, all else at the link's rate.
func (v *answerer) answer(want *wire.Want) error {
	if err := v.share.bytes.take(v.ctx, lookCost); err != nil {
		return err
	}
	free := false
	for want != nil {
		err := v.share.send(v.ctx, func() (err error) {
			want, free, err = v.answerNext(want, free)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// answerNext sends a batch, held to the rate or free, and the tip if it is the
// last. It returns the question that follows, nil after the tip.
func (v *answerer) answerNext(want *wire.Want, free bool) (*wire.Want, bool, error) {
	before := v.logs.sent
	batch, tip, err := v.logs.Answer(v.ctx, want)
	if err != nil {
		return nil, free, err
	}
	free = free || (batch.Relist || want.After == 0) && v.share.atFullSpeed(want.Origin)
	if !free {
		if err := v.share.bytes.take(v.ctx, int64(len(batch.Zstd))); err != nil {
			return nil, free, err
		}
	}
	if err := v.send(batch); err != nil {
		return nil, free, err
	}
	v.n.records.Add(uint64(v.logs.sent - before))
	if tip != nil {
		return nil, free, v.send(tip)
	}
	return Next(want, batch), free, nil
}

func (v *answerer) send(m wire.Message) error {
	v.n.frames.Add(1)
	return within(v.ctx, v.s, progressWithin, func() error { return wire.WriteFrame(v.s, m) })
}

func (v *answerer) read(limit time.Duration) (m wire.Message, err error) {
	err = within(v.ctx, v.s, limit, func() error {
		m, err = wire.ReadFrame(v.in)
		return err
	})
	return m, err
}
