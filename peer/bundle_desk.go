package peer

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/neighbour"
)

// A bundle somebody brought lies as a file in Options.Bundles, under its hash,
// until an operator has looked at it. What a box writes has no name on its card
// at all, so that nothing of it is left once it was handed over.
const (
	bundleSuffix = ".copi"
	maxWaiting   = 3 // bundles; the oldest gives way, and a restart forgets all
)

// sweepBundles removes all but the newest bundles that wait; at a start, when
// none are kept, also what a cut left.
func (n *Node) sweepBundles(keep int) error {
	if n.opt.Bundles == "" {
		return nil
	}
	if keep == 0 {
		return os.RemoveAll(n.opt.Bundles)
	}
	names, err := n.bundleNames()
	for _, name := range names[min(keep, len(names)):] {
		err = errors.Join(err, gone(os.Remove(n.bundlePath(name))))
	}
	return err
}

// bundleNames lists the bundles that wait, the newest first.
func (n *Node) bundleNames() ([]string, error) {
	if n.opt.Bundles == "" {
		return nil, nil
	}
	entries, err := os.ReadDir(n.opt.Bundles)
	if err != nil {
		return nil, gone(err)
	}
	var names []string
	at := map[string]int64{}
	for _, e := range entries {
		name, whole := strings.CutSuffix(e.Name(), bundleSuffix)
		if !whole {
			continue // being received
		}
		info, err := e.Info()
		if err != nil {
			if err := gone(err); err != nil {
				return nil, err
			}
			continue
		}
		names, at[name] = append(names, name), info.ModTime().UnixNano()
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Compare(at[b], at[a]) })
	return names, nil
}

// WaitingBundle is a bundle nobody has taken or dropped.
type WaitingBundle struct {
	Name string // it waits under
	From string // the commune of its maker, as it says
}

// WaitingBundles lists the bundles that wait, the newest first.
func (n *Node) WaitingBundles() ([]WaitingBundle, error) {
	names, err := n.bundleNames()
	if err != nil {
		return nil, err
	}
	var out []WaitingBundle
	for _, name := range names {
		from, err := n.madeBy(name)
		if store.KindOf(err) == store.NotFound {
			continue // taken just now
		}
		if err != nil {
			return nil, err
		}
		out = append(out, WaitingBundle{Name: name, From: from})
	}
	return out, nil
}

// madeBy reads the head of a bundle that waits.
func (n *Node) madeBy(name string) (commune string, err error) {
	f, err := n.openBundle(name)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	r, err := wire.NewBundleReader(f)
	if err != nil {
		return "", err
	}
	return printable(r.Header.Name, 80), nil
}

// gone takes a file that is not there for one that was removed.
func gone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// ReceiveBundle keeps a bundle that somebody brought, and says what it would
// change. It returns the name it waits under: the same file has the same. Of
// what cannot be believed, or is larger than MaxBundle, nothing is kept; the
// error is of kind Invalid, at the field "file".
func (n *Node) ReceiveBundle(ctx context.Context, r io.Reader) (name string, err error) {
	f, err := n.newBundle()
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, f.Close(), gone(os.Remove(f.Name()))) }()
	sum := sha256.New()
	size, err := io.Copy(io.MultiWriter(f, sum), io.LimitReader(r, MaxBundle+1))
	switch {
	case err != nil:
		return "", err
	case size > MaxBundle:
		return "", store.E(store.Invalid, "err.neighbour.bundle_large", "mb", MaxBundle>>20).At("file")
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return "", err
	}
	if _, err := n.replica.LookBundle(ctx, f, false); err != nil {
		return "", err
	}
	name = hex.EncodeToString(sum.Sum(nil)[:16])
	if err := os.Rename(f.Name(), n.bundlePath(name)); err != nil {
		return "", err
	}
	return name, n.sweepBundles(maxWaiting)
}

// newBundle makes a file in the bundles' directory.
func (n *Node) newBundle() (*os.File, error) {
	if n.opt.Bundles == "" {
		return nil, store.E(store.NotFound, "err.not_found")
	}
	if err := os.MkdirAll(n.opt.Bundles, 0o700); err != nil {
		return nil, err
	}
	return os.CreateTemp(n.opt.Bundles, "part.*") // 0600
}

func (n *Node) bundlePath(name string) string {
	return filepath.Join(n.opt.Bundles, name+bundleSuffix)
}

// openBundle opens a bundle that waits; kind NotFound when it does not.
func (n *Node) openBundle(name string) (*os.File, error) {
	b, err := hex.DecodeString(name)
	if err != nil || len(b) != 16 || n.opt.Bundles == "" {
		return nil, store.E(store.NotFound, "err.not_found")
	}
	f, err := os.Open(n.bundlePath(hex.EncodeToString(b)))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, store.E(store.NotFound, "err.not_found")
	}
	return f, err
}

// LookBundle says what a bundle that waits would change here; accept counts its
// maker as linked.
func (n *Node) LookBundle(ctx context.Context, name string, accept bool) (b *Bundle, err error) {
	f, err := n.openBundle(name)
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
	f, err := n.openBundle(name)
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
func (n *Node) DropBundle(name string) error {
	f, err := n.openBundle(name)
	if store.KindOf(err) == store.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), gone(os.Remove(f.Name())))
}

// MakeBundle writes what this box holds for another one, named by its link's
// peer or its commune, or for anybody when that is empty. The file begins at its
// start and has no name any more: closing it is its end.
func (n *Node) MakeBundle(ctx context.Context, forBox string, whole bool) (*os.File, error) {
	order := BundleOrder{Whole: whole}
	if forBox != "" {
		var err error
		if order.For, err = n.linked(ctx, forBox); err != nil {
			return nil, err
		}
	}
	if err := n.caughtUp(ctx); err != nil {
		return nil, err
	}
	f, err := n.newBundle()
	if err != nil {
		return nil, err
	}
	err = os.Remove(f.Name())
	if err == nil {
		err = n.replica.WriteBundle(ctx, f, n.id.Key(), order)
	}
	if err == nil {
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
