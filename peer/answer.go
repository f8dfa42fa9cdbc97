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
	"copi.local/store"
)

// Bounds of answering what linked boxes search here.
const (
	seekWithin  = 2 * time.Second        // a question that takes longer is not answered
	answerLeast = 100 * time.Millisecond // charged for any question
	maxAnswers  = 2                      // at once, of all links
	askAgain    = 30 * time.Second       // told to a link that had its share
)

// handleSearch answers the one question of a linked box.
func (n *Node) handleSearch(s network.Stream) {
	n.oblige(s, "answering a search", func(peer libp2p.ID) (int, error) { return n.answerSearch(n.ctx, s, peer) })
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
	questions := n.shareOf(peer).questions
	if questions.spent() {
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
	began := n.clock.Running()
	list, more, err := n.seek(ctx, peer, q)
	questions.charge(int64(max(answerLeast, n.clock.Running()-began)))
	if err != nil && ctx.Err() != nil {
		err = busyAnswering(err)
	}
	return list, more, err
}

func busyAnswering(err error) error {
	return store.E(store.Busy, "err.busy").Because(err)
}
