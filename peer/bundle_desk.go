package peer

import (
	"context"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"copi.local/peer/bundle"
	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/neighbour"
)

// WaitingBundles lists the bundles nobody has taken or dropped, the newest
// first, each with what its maker says its commune is.
func (n *Node) WaitingBundles() ([]bundle.Waiting, error) {
	list, err := n.bundles.Waiting()
	for i := range list {
		list[i].From = printable(list[i].From, 80)
	}
	return list, err
}

// ReceiveBundle keeps a bundle that somebody brought, and says nothing of it
// yet. Of what cannot be believed nothing is kept; the error is of kind Invalid,
// at the field "file".
func (n *Node) ReceiveBundle(ctx context.Context, r io.Reader) (name string, err error) {
	return n.bundles.Receive(r, func(file io.Reader) error {
		_, err := n.replica.LookBundle(ctx, file, false)
		return err
	})
}

// LookBundle says what a bundle that waits would change here; accept counts its
// maker as linked.
func (n *Node) LookBundle(ctx context.Context, name string, accept bool) (b *Bundle, err error) {
	f, err := n.bundles.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return n.replica.LookBundle(ctx, f, accept)
}

// TakeBundle takes a bundle that waits, and forgets the file unless a part is
// just coming over the network. accept links its maker first, from now on also
// over the network.
func (n *Node) TakeBundle(ctx context.Context, name string, accept bool) (b *Bundle, err error) {
	f, err := n.bundles.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if b, err = n.replica.TakeBundle(ctx, f, accept); err != nil {
		return nil, err
	}
	n.log.Info("a bundle was taken", "origin", b.Origin.String(), "parts", len(b.Parts))
	if slices.ContainsFunc(b.Parts, func(p BundlePart) bool { return p.State == PartBusy }) {
		return b, n.reload(ctx)
	}
	return b, errors.Join(n.DropBundle(name), n.reload(ctx))
}

// DropBundle forgets a bundle that waits.
func (n *Node) DropBundle(name string) error { return n.bundles.Drop(name) }

// MakeBundle writes what this box holds for another one, named by its link's
// peer or its commune, or for anybody when that is empty. The file begins at its
// start and has no name any more: closing it is its end.
func (n *Node) MakeBundle(ctx context.Context, forBox string, whole bool, pictures bundle.Pictures) (*os.File, error) {
	order := BundleOrder{Whole: whole, Pictures: pictures}
	if forBox != "" {
		var err error
		if order.For, err = n.linked(ctx, forBox); err != nil {
			return nil, err
		}
	}
	if err := n.caughtUp(ctx); err != nil {
		return nil, err
	}
	f, err := n.bundles.Blank()
	if err != nil {
		return nil, err
	}
	if err = n.replica.WriteBundle(ctx, f, n.id.Key(), order); err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// publishedWithin is how long a bundle waits for the own log to have what was
// published a moment ago.
const publishedWithin = 5 * time.Second

// caughtUp waits until the own log has what the listing has; a publisher that
// fails holds up no bundle.
func (n *Node) caughtUp(ctx context.Context) error {
	late := n.clock.After(publishedWithin)
	for {
		changed := n.db.Changed() // before looking, so that nothing slips between
		behind := false
		err := n.db.View(ctx, func(tx *store.Tx) error {
			p, err := neighbour.PublisherOf(tx)
			if err != nil {
				return err
			}
			rev, err := listing.Rev(tx)
			behind = rev > p.Published
			return err
		})
		if err != nil || !behind {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-late:
			return nil
		case <-changed:
		}
	}
}

// linked is the origin of a linked box, by its peer or its commune's name.
func (n *Node) linked(ctx context.Context, box string) (origin wire.Hash, err error) {
	err = n.db.View(ctx, func(tx *store.Tx) error {
		all, err := neighbour.Links(tx)
		for _, l := range all {
			if l.State == neighbour.Paired && (l.Peer == box || strings.EqualFold(l.Name, box)) {
				origin = l.Origin
			}
		}
		if err == nil && origin == (wire.Hash{}) {
			err = store.E(store.Conflict, "err.neighbour.bundle_for").At("for")
		}
		return err
	})
	return origin, err
}

// Digits are this box's own twenty; empty before it has an origin.
func (n *Node) Digits(ctx context.Context) (digits string, err error) {
	err = n.db.View(ctx, func(tx *store.Tx) error {
		own, err := neighbour.OwnLog(tx)
		if store.KindOf(err) == store.NotFound {
			return nil
		}
		digits = Digits(own.Origin)
		return err
	})
	return digits, err
}
