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
	"copi.local/store/neighbour"
)

// forwardWithin is how long other boxes may take to give what a neighbour asks
// us for.
const forwardWithin = 20 * time.Second

// maxGets is how many questions of one stream wait; whoever asks more on it does
// not want answers.
const maxGets = 4

// handleGet answers a neighbour that opened a get stream: it asks for hashes
// until it has enough.
func (n *Node) handleGet(s network.Stream) {
	n.oblige(s, "giving", func(peer libp2p.ID) (int, error) {
		g := &giver{n: n, ctx: n.ctx, peer: peer, s: s, in: bufio.NewReader(s), share: n.shareOf(peer)}
		err := g.run()
		return g.given, err
	})
}

// oblige holds a conversation that a linked box opened and judges how it went;
// run tells how much was given.
func (n *Node) oblige(s network.Stream, doing string, run func(peer libp2p.ID) (int, error)) {
	peer := s.Conn().RemotePeer()
	if n.ctx.Err() != nil || !n.gate.isLinked(peer) {
		_ = s.Reset()
		return
	}
	n.work.Go(func() {
		stop := context.AfterFunc(n.ctx, func() { _ = s.Reset() })
		defer stop()
		given, err := run(peer)
		if err != nil {
			_ = s.Reset()
			n.judge(peer, doing, given, err)
			return
		}
		_ = s.Close()
	})
}

// giver is our side of a get stream a neighbour opened.
type giver struct {
	n     *Node
	ctx   context.Context //nolint:containedctx // of the node
	peer  libp2p.ID
	s     network.Stream
	in    *bufio.Reader
	share *share
	given int // hashes
}

func (g *giver) run() error {
	ctx, cancel := context.WithCancel(g.ctx)
	defer cancel()
	gets, failed := g.listen(ctx)
	for {
		m, err := g.next(gets, failed)
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, errSlow) && g.given > 0:
			return nil
		case err != nil:
			return err
		}
		if err := g.answer(m); err != nil {
			return err
		}
	}
}

// next waits for a question.
func (g *giver) next(gets <-chan *wire.Get, failed <-chan error) (*wire.Get, error) {
	ctx, cancel := context.WithTimeout(g.ctx, helloWithin)
	defer cancel()
	select {
	case m := <-gets:
		return m, nil
	default:
	}
	select {
	case m := <-gets:
		return m, nil
	case err := <-failed:
		return nil, err
	case <-ctx.Done():
		return nil, errors.Join(g.ctx.Err(), errSlow)
	}
}

// listen reads questions until the stream ends or ctx does, also while others
// are answered: what is not read would lie in our memory.
func (g *giver) listen(ctx context.Context) (<-chan *wire.Get, <-chan error) {
	gets := make(chan *wire.Get, maxGets)
	failed := make(chan error, 1)
	go func() {
		for ctx.Err() == nil {
			m, err := wire.ReadFrame(g.in)
			if err == nil {
				err = heardGet(m, gets)
			}
			if err != nil {
				failed <- err
				return
			}
		}
	}()
	return gets, failed
}

func heardGet(m wire.Message, gets chan<- *wire.Get) error {
	switch m := m.(type) {
	case *wire.Get:
		select {
		case gets <- m:
			return nil
		default:
			return broken("questions without end")
		}
	case *wire.Unknown:
		return nil
	default:
		return outOfPlace(m)
	}
}

func (g *giver) answer(m *wire.Get) error {
	for _, hash := range m.Hashes {
		if err := g.share.bytes.take(g.ctx, lookCost); err != nil {
			return err
		}
		c, err := g.n.offer(g.ctx, hash)
		if store.KindOf(err) == store.NotFound && m.TTL > 0 {
			c, err = g.passOn(hash, m.TTL-1)
		}
		switch {
		case store.KindOf(err) == store.NotFound:
			err = g.send(&wire.Miss{Hash: hash})
		case err == nil:
			err = g.share.send(g.ctx, func() error { return g.stream(hash, c, int64(m.Offset)) })
			err = errors.Join(err, c.Close())
			g.given++
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// passOn asks our own neighbours for a hash that a card shown here names: how
// long the bytes are is known, and a box is nobody's errand boy for others.
func (g *giver) passOn(hash wire.Hash, ttl uint64) (content, error) {
	if err := g.share.bytes.take(g.ctx, forwardCost); err != nil {
		return content{}, err
	}
	var named []naming
	err := g.n.db.View(g.ctx, func(tx *store.Tx) (err error) {
		named, err = shownNaming(tx, hash)
		return err
	})
	if err != nil || len(named) == 0 {
		return content{}, orMissing(err)
	}
	ctx, cancel := context.WithTimeout(g.ctx, forwardWithin)
	defer cancel()
	if err := g.n.fetch(ctx, named[0].log, []neighbour.Mention{named[0].Mention}, ttl, g.peer); err != nil {
		return content{}, orMissing(nil) // whatever went wrong beyond us, the neighbour has no part in it
	}
	return g.n.offer(g.ctx, hash)
}

// stream sends the bytes from an offset on.
func (g *giver) stream(hash wire.Hash, c content, offset int64) error {
	if offset >= c.size {
		return g.send(&wire.Miss{Hash: hash})
	}
	if _, err := c.Seek(offset, io.SeekStart); err != nil {
		return err
	}
	buf := make([]byte, min(wire.MaxPiece, c.size-offset))
	for offset < c.size {
		n, err := io.ReadFull(c, buf[:min(int64(len(buf)), c.size-offset)])
		if err != nil {
			return err
		}
		if err := g.share.bytes.take(g.ctx, int64(n)); err != nil {
			return err
		}
		p := &wire.Piece{Hash: hash, Offset: uint64(offset), Total: uint64(c.size), Bytes: buf[:n]}
		if err := g.send(p); err != nil {
			return err
		}
		offset += int64(n)
	}
	return nil
}

func (g *giver) send(m wire.Message) error {
	return within(g.ctx, g.s, progressWithin, func() error { return wire.WriteFrame(g.s, m) })
}
