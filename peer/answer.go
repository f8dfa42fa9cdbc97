package peer

import (
	"bufio"
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"github.com/libp2p/go-libp2p/core/network"
	libp2p "github.com/libp2p/go-libp2p/core/peer"

	"copi.local/peer/wire"
	"copi.local/store"
)

// Bounds of answering what linked boxes search here (PROTOCOL.md §7: ten seconds
// of work a minute for each link).
const (
	seekWithin  = 2 * time.Second // a question that takes longer is not answered
	answerWork  = 10 * time.Second
	answerLeast = 100 * time.Millisecond // charged for any question
	maxAnswers  = 2                      // at once, of all links
	askAgain    = 30 * time.Second       // told to a link that had its share
)

// handleSearch answers the one question of a linked box.
func (n *Node) handleSearch(s network.Stream) {
	peer := s.Conn().RemotePeer()
	if n.ctx.Err() != nil || !n.gate.isLinked(peer) {
		_ = s.Reset()
		return
	}
	n.work.Go(func() {
		stop := context.AfterFunc(n.ctx, func() { _ = s.Reset() })
		defer stop()
		found, err := n.answerSearch(n.ctx, s, peer)
		if err != nil {
			_ = s.Reset()
			n.judge(peer, "answering a search", found, err)
			return
		}
		_ = s.Close()
	})
}

// answerSearch reads a question and writes the answer; it tells how many
// origins it told of.
func (n *Node) answerSearch(ctx context.Context, s network.Stream, peer libp2p.ID) (int, error) {
	q, err := readSearch(ctx, s)
	if err != nil {
		return 0, err
	}
	list, more, err := n.answerTo(ctx, peer, q)
	switch {
	case store.KindOf(err) == store.Forbidden:
		return 0, sendWithin(ctx, s, &wire.Bye{Code: wire.ByeRefused, Text: "searches are not answered here"})
	case store.KindOf(err) == store.Busy:
		return 0, sendWithin(ctx, s, &wire.Bye{Code: wire.ByeBusy, Text: "later", Retry: uint64(askAgain / time.Second)})
	case err != nil:
		return 0, err
	}
	for i, f := range list {
		if err := sendWithin(ctx, s, f); err != nil {
			return i, err
		}
	}
	return len(list), sendWithin(ctx, s, &wire.FoundAll{More: more})
}

// readSearch reads the question that opens a stream.
func readSearch(ctx context.Context, s network.Stream) (*wire.Search, error) {
	var m wire.Message
	err := within(ctx, s, helloWithin, func() (err error) {
		m, err = wire.ReadFrame(bufio.NewReader(io.LimitReader(s, wire.MaxFrame)))
		return err
	})
	if err != nil {
		return nil, err
	}
	if q, ok := m.(*wire.Search); ok {
		return q, nil
	}
	return nil, outOfPlace(m)
}

func sendWithin(ctx context.Context, s network.Stream, m wire.Message) error {
	return within(ctx, s, progressWithin, func() error { return wire.WriteFrame(s, m) })
}

// answerTo looks for what a linked box asks. It fails with kind Forbidden when
// operators here do not want that, and Busy when the link has had its share or
// looking takes too long.
func (n *Node) answerTo(ctx context.Context, peer libp2p.ID, q *wire.Search) ([]*wire.Found, bool, error) {
	share := n.shareOf(peer)
	if !share.open(n.clock.Now()) {
		return nil, false, busyAnswering(errors.New("the link has had its share"))
	}
	ctx, cancel := context.WithTimeout(ctx, seekWithin)
	defer cancel()
	select {
	case n.answers <- struct{}{}:
		defer func() { <-n.answers }()
	case <-ctx.Done():
		return nil, false, busyAnswering(ctx.Err())
	}
	began := n.clock.Now()
	list, more, err := n.seek(ctx, peer, q)
	share.charge(n.clock.Now(), max(answerLeast, n.clock.Now().Sub(began)))
	if err != nil && ctx.Err() != nil {
		err = busyAnswering(err)
	}
	return list, more, err
}

func busyAnswering(err error) error {
	return store.E(store.Busy, "err.busy").Because(err)
}

// share is how much work a link's questions may make: what is owed is paid off
// as time goes by.
type share struct {
	mu   sync.Mutex // guards all below
	owed time.Duration
	at   time.Time
}

// shareOf is a link's share, for as long as the program runs: hanging up begins
// no new one.
func (n *Node) shareOf(peer libp2p.ID) *share {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.shares[peer] == nil {
		n.shares[peer] = &share{}
	}
	return n.shares[peer]
}

// open tells whether there is something left of the share.
func (s *share) open(now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pay(now)
	return s.owed < answerWork
}

func (s *share) charge(now time.Time, work time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pay(now)
	s.owed += work
}

// pay takes off what the time since has paid: answerWork each minute.
func (s *share) pay(now time.Time) {
	if !s.at.IsZero() {
		paid := max(0, now.Sub(s.at)) * time.Duration(answerWork/time.Second) / 60
		s.owed = max(0, s.owed-paid)
	}
	s.at = now
}
