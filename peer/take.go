package peer

import (
	"bufio"
	"context"
	"errors"
	"time"

	"github.com/libp2p/go-libp2p/core/network"
	libp2p "github.com/libp2p/go-libp2p/core/peer"

	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/neighbour"
)

// slowest is the rate, in bytes a second, below which a neighbour that gives is
// given up: it would hold the stream for hours.
const slowest = 4 << 10

// taker is our side of a get stream we opened: it asks a neighbour for bytes
// and believes nothing before their hash is right.
type taker struct {
	n    *Node
	peer libp2p.ID
	s    network.Stream
	in   *bufio.Reader

	keep   func(context.Context, []neighbour.Copy) error // what came whole and checked
	taken  int                                           // hashes
	missed []wire.Hash                                   // it has not got them
	here   []neighbour.Copy                              // whole and checked, not yet kept
	wants  []neighbour.Mention                           // of this call
}

// ask asks one neighbour for what cards name, each hash held by the caller. It
// returns what the neighbour has not got.
func (n *Node) ask(ctx context.Context, id libp2p.ID, wants []neighbour.Mention, ttl uint64) (missed []wire.Hash, err error) {
	return n.askKeeping(ctx, id, wants, ttl, n.arrived)
}

// askKeeping is ask for what is to be kept elsewhere than behind the cards here.
func (n *Node) askKeeping(ctx context.Context, id libp2p.ID, wants []neighbour.Mention, ttl uint64, keep func(context.Context, []neighbour.Copy) error) (missed []wire.Hash, err error) {
	addrs, err := n.whereIs(ctx, id)
	if err != nil {
		return nil, err
	}
	callCtx, cancel := context.WithTimeout(ctx, callWithin)
	s, err := n.open(callCtx, id, addrs, getProtocol)
	cancel()
	if err != nil {
		return nil, store.E(store.Busy, "err.neighbour.unreachable").Because(err)
	}
	stop := context.AfterFunc(ctx, func() { _ = s.Reset() })
	defer stop()
	t := &taker{n: n, peer: id, s: s, in: bufio.NewReader(s), wants: wants, keep: keep}
	if err = t.run(ctx, ttl); err == nil {
		_ = s.Close()
	} else {
		_ = s.Reset()
	}
	if ctx.Err() == nil && err != nil || Judge(err) == Suspend {
		n.judge(id, "fetching", t.taken, err)
	}
	return t.missed, err
}

// run asks for all, in groups; what was begun before a cut goes on alone, where
// it stopped.
func (t *taker) run(ctx context.Context, ttl uint64) error {
	var group []neighbour.Mention
	for _, m := range t.wants {
		if m.Role != neighbour.RoleBody && t.n.shelf.begun(m.Hash) > 0 {
			if err := t.get(ctx, []neighbour.Mention{m}, ttl); err != nil {
				return err
			}
			continue
		}
		if group = append(group, m); len(group) == wire.MaxHashes {
			if err := t.get(ctx, group, ttl); err != nil {
				return err
			}
			group = nil
		}
	}
	if len(group) == 0 {
		return nil
	}
	return t.get(ctx, group, ttl)
}

// get asks one question and keeps what comes, also when the rest does not.
func (t *taker) get(ctx context.Context, group []neighbour.Mention, ttl uint64) error {
	question := &wire.Get{TTL: ttl}
	size := int64(0)
	for _, m := range group {
		question.Hashes = append(question.Hashes, m.Hash)
		size += m.Bytes
	}
	offset := int64(0)
	if len(group) == 1 && group[0].Role != neighbour.RoleBody {
		if offset = t.n.shelf.begun(group[0].Hash); offset >= group[0].Bytes {
			offset = 0 // not what is meant: anew
		}
		question.Offset = uint64(offset)
	}
	whole, cancel := context.WithTimeoutCause(ctx, t.n.patience+time.Duration(size/slowest)*time.Second, errSlow)
	defer cancel()
	stop := context.AfterFunc(whole, func() { _ = t.s.Reset() })
	defer stop()
	err := within(whole, t.s, progressWithin, func() error { return wire.WriteFrame(t.s, question) })
	for i := 0; i < len(group) && err == nil; i++ {
		if err = t.receive(whole, group[i], offset); Judge(err) == Refuse {
			t.missed = append(t.missed, group[i].Hash) // not asked for again soon
		}
	}
	if err != nil && errors.Is(context.Cause(whole), errSlow) {
		err = errSlow
	}
	kept := t.keep(context.WithoutCancel(ctx), t.here)
	t.here = nil
	return errors.Join(err, kept)
}

// receive takes the pieces of one hash.
func (t *taker) receive(ctx context.Context, want neighbour.Mention, from int64) error {
	var body []byte
	at := from
	for at < want.Bytes {
		var m wire.Message
		err := within(ctx, t.s, progressWithin, func() (err error) {
			m, err = wire.ReadFrame(t.in)
			return err
		})
		if err != nil {
			return err
		}
		switch m := m.(type) {
		case *wire.Unknown:
			continue
		case *wire.Miss:
			if m.Hash != want.Hash || at > from {
				return outOfPlace(m)
			}
			t.missed = append(t.missed, want.Hash)
			return nil
		case *wire.Piece:
			if err := fits(m, want, at); err != nil {
				return err
			}
			if want.Role == neighbour.RoleBody {
				body = append(body, m.Bytes...)
			} else if err := t.n.shelf.add(want.Hash, at, m.Bytes); err != nil {
				return err
			}
			at += int64(len(m.Bytes))
		default:
			return outOfPlace(m)
		}
	}
	return t.whole(want, body, from)
}

// fits checks that a piece is the next of what was asked for. That the bytes
// are longer or shorter than the card says is a fault of whoever wrote it, and
// maybe not of this neighbour.
func fits(p *wire.Piece, want neighbour.Mention, at int64) error {
	switch {
	case p.Hash != want.Hash || int64(p.Offset) != at:
		return broken("a piece of something else")
	case int64(p.Total) != want.Bytes:
		return store.E(store.Forbidden, "err.neighbour.faulty").Because(errors.New("bytes of another length than was said"))
	}
	return nil
}

// whole checks what has come against its name. Who gave all of it is to blame
// when it is something else; what several sessions gave is begun anew.
func (t *taker) whole(want neighbour.Mention, body []byte, from int64) error {
	c := neighbour.Copy{Hash: want.Hash, Bytes: want.Bytes}
	var err error
	if want.Role == neighbour.RoleBody {
		if c.Body, c.Plain = body, plainBody(body); wire.Sum(body) != want.Hash {
			err = errHash
		}
	} else {
		err = t.n.shelf.finish(want.Hash)
	}
	switch {
	case errors.Is(err, errHash) && from > 0:
		return store.E(store.Conflict, "err.neighbour.mixed").Because(err)
	case errors.Is(err, errHash):
		return malformed(err)
	case err != nil:
		return err
	}
	t.taken++
	t.here = append(t.here, c)
	return nil
}
