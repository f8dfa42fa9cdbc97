package peer

import (
	"context"
	"crypto/ed25519"
	"io"

	"copi.local/peer/bundle"
	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/neighbour"
)

// BundleOrder says what a bundle is to hold. The zero value is a bundle for
// anybody, with everything.
type BundleOrder struct {
	For   wire.Hash // the box that will read it: it is spared what it said it holds
	Whole bool      // spare it nothing: it was put back from a copy, or lost the last bundle

	// Pictures of the cards it carries; "" is none. They follow their cards: to
	// a box that has these already they go with Whole.
	Pictures bundle.Pictures
}

// WriteBundle writes what this box holds as a bundle (PROTOCOL.md §11): its own
// log and those of the boxes it carries, each with the bodies that are here, and
// the pictures that were ordered as long as they fit, all of one moment. It
// fails with kind Conflict while the box has no log of its own.
func (r *Replica) WriteBundle(ctx context.Context, w io.Writer, key ed25519.PrivateKey, order BundleOrder) error {
	return r.db.View(ctx, func(tx *store.Tx) error {
		header, err := bundleHeader(tx, order)
		if err != nil {
			return err
		}
		vector := map[neighbour.Hash]neighbour.Reach{}
		if !order.Whole {
			if vector, err = neighbour.Vector(tx, order.For); err != nil {
				return err
			}
		}
		counted := &counter{w: w}
		out, err := wire.NewBundleWriter(counted, header)
		if err != nil {
			return err
		}
		b := &bundling{tx: tx, out: out, logs: r.Serve(), named: map[wire.Hash]neighbour.Mention{}}
		for _, e := range header.Haves {
			at := vector[e.Origin]
			if e.Origin == order.For || at.Epoch == e.Epoch && at.Seq >= e.Seq {
				continue
			}
			if err := b.origin(e.Origin, at); err != nil {
				return err
			}
		}
		if r.pictures != nil {
			if err := b.pictures(r.pictures, order.Pictures, func() int64 { return bundle.MaxSize - counted.n }); err != nil {
				return err
			}
		}
		return out.End(key)
	})
}

// bundleHeader says who makes the bundle and what this box holds.
func bundleHeader(tx *store.Tx, order BundleOrder) (*wire.BundleHeader, error) {
	own, err := neighbour.OwnLog(tx)
	if store.KindOf(err) == store.NotFound || err == nil && own.Epoch == 0 {
		return nil, store.E(store.Conflict, "err.neighbour.not_ready").Because(err)
	}
	if err != nil {
		return nil, err
	}
	home, err := listing.HomeOf(tx)
	if err != nil {
		return nil, err
	}
	h := &wire.BundleHeader{
		Version: 1, Origin: own.Origin, Name: printable(home.Name, 80), For: order.For,
		Made: wire.Date{Day: uint64(max(0, tx.Now.Unix()/day)), Quality: uint64(tx.ClockQuality())},
	}
	if h.Epochs, err = epochsOf(tx, own); err != nil {
		return nil, err
	}
	logs, err := neighbour.Logs(tx)
	for i := range logs {
		l := &logs[i]
		if isServed(l) && l.Hops < maxHops && len(h.Haves) < wire.MaxHave {
			h.Haves = append(h.Haves, wire.HaveEntry{Origin: l.Origin, Epoch: l.Epoch, Seq: l.Seq, Hops: l.Hops})
		}
	}
	return h, err
}

// bundling is a bundle being written.
type bundling struct {
	tx   *store.Tx
	out  *wire.BundleWriter
	logs *Server

	named map[wire.Hash]neighbour.Mention // pictures that the bodies written name
}

// origin writes the part of one origin: what comes after where the reader
// stands, or all of it.
func (b *bundling) origin(origin wire.Hash, at neighbour.Reach) error {
	l, err := neighbour.LogOf(b.tx, origin)
	if err != nil {
		return err
	}
	want := &wire.Want{Origin: origin, Epoch: l.Epoch, After: at.Seq, Relist: at.Epoch != l.Epoch}
	if want.Relist {
		want.After = 0
	}
	for first := true; ; first = false {
		batch, tip, err := b.logs.answer(b.tx, &l, want)
		if err != nil {
			return err
		}
		if first {
			if batch.Relist {
				want.After, want.Relist = 0, true
			}
			at.Seq = want.After
			err = b.out.Write(want)
		}
		if err == nil {
			err = b.out.Write(batch)
		}
		if err != nil {
			return err
		}
		if tip != nil {
			return b.end(&l, tip, at.Seq)
		}
		want = Next(want, batch)
	}
}

// end writes the head of a part, and the bodies behind its cards.
func (b *bundling) end(l *neighbour.Log, tip *wire.Tip, after uint64) error {
	if err := b.out.Write(tip); err != nil {
		return err
	}
	return b.bodies(l, after)
}
