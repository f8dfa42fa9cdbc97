package peer

import (
	"errors"
	"io"

	"copi.local/peer/wire"
	"copi.local/store"
)

// maxUnpacked is how many frames of packed things are unpacked of one bundle:
// each may come to wire.MaxBatchBytes, so that a small file full of zeros costs
// seconds and not hours. An honest one packs 256 cards in each.
const maxUnpacked = 20_000

// bundleVisitor takes a bundle's parts as they come. part answers whether what
// follows of the origin is wanted; batch, tip and bodies are called for such
// parts only.
type bundleVisitor interface {
	header(*wire.BundleHeader) error
	part(e wire.HaveEntry, w *wire.Want) (bool, error)
	batch(*wire.Batch) error
	tip(*wire.Tip) error
	bodies(*wire.Bodies) error
}

// readBundle reads a bundle from its first byte to its signature. It holds one
// frame at a time. Its error, which unreadable words, means that nothing of the
// file may be believed; a visitor's own error ends the reading as it is.
func readBundle(in io.Reader, v bundleVisitor) error {
	r, err := wire.NewBundleReader(in)
	if err != nil {
		return unreadable(err)
	}
	if r.Header.Version != 1 {
		return store.E(store.Invalid, "err.neighbour.bundle_newer").At("file")
	}
	if err := v.header(r.Header); err != nil {
		return err
	}
	g := &grammar{header: r.Header, visitor: v, seen: map[wire.Hash]bool{}}
	for {
		m, err := r.Next()
		if errors.Is(err, io.EOF) {
			return g.atEnd()
		}
		if err != nil {
			return unreadable(err)
		}
		if err := g.take(m); err != nil {
			return err
		}
	}
}

// unreadable says what is wrong with a file, at the field it came by.
func unreadable(err error) error {
	key := "err.neighbour.bundle_damaged"
	switch {
	case errors.Is(err, wire.ErrShort):
		key = "err.neighbour.bundle_short"
	case errors.Is(err, wire.ErrNoBundle):
		key = "err.neighbour.bundle_other"
	case Judge(err) != Suspend:
		return err // our own fault
	}
	return store.E(store.Invalid, key).Because(err).At("file")
}

// grammar holds a bundle to the order of its frames.
type grammar struct {
	header   *wire.BundleHeader
	visitor  bundleVisitor
	seen     map[wire.Hash]bool
	want     *wire.Want // that begins the part being read
	last     *wire.Batch
	wanted   bool // by the visitor
	ended    bool // the part has its tip
	unpacked int
}

func (g *grammar) take(m wire.Message) error {
	switch m := m.(type) {
	case *wire.Want:
		return g.begin(m)
	case *wire.Batch:
		return g.batch(m)
	case *wire.Tip:
		return g.tip(m)
	case *wire.Bodies:
		return g.bodies(m)
	case *wire.Unknown:
		return nil
	default:
		return g.broken("a frame that has no place in a bundle")
	}
}

func (g *grammar) broken(what string) error { return unreadable(broken(what)) }

func (g *grammar) begin(w *wire.Want) (err error) {
	e, ok := g.header.Has(w.Origin)
	if g.open() || !ok || g.seen[w.Origin] || e.Epoch != w.Epoch || w.Relist != (w.After == 0) {
		return g.broken("a part that has no place here")
	}
	g.seen[w.Origin] = true
	g.want, g.last, g.ended = w, nil, false
	g.wanted, err = g.visitor.part(e, w)
	return err
}

// open tells whether a part has begun and has not come to its tip.
func (g *grammar) open() bool { return g.want != nil && !g.ended }

func (g *grammar) batch(b *wire.Batch) error {
	switch {
	case !g.open() || g.last != nil && !g.last.More:
		return g.broken("a batch out of place")
	case b.Origin != g.want.Origin || b.Epoch != g.want.Epoch || b.Relist != (g.last == nil && g.want.Relist):
		return g.broken("a batch of another part")
	}
	g.last = b
	if !g.wanted {
		return nil
	}
	if err := g.spend(); err != nil {
		return err
	}
	return g.visitor.batch(b)
}

// spend counts what is unpacked.
func (g *grammar) spend() error {
	if g.unpacked++; g.unpacked > maxUnpacked {
		return g.broken("more than is unpacked of one bundle")
	}
	return nil
}

func (g *grammar) tip(t *wire.Tip) error {
	if !g.open() || g.last == nil || g.last.More || t.Origin != g.want.Origin {
		return g.broken("a tip out of place")
	}
	g.ended = true
	if !g.wanted {
		return nil
	}
	return g.visitor.tip(t)
}

func (g *grammar) bodies(b *wire.Bodies) error {
	if !g.ended {
		return g.broken("bodies out of place")
	}
	if !g.wanted {
		return nil
	}
	if err := g.spend(); err != nil {
		return err
	}
	return g.visitor.bodies(b)
}

func (g *grammar) atEnd() error {
	if g.open() {
		return g.broken("a part without its tip")
	}
	return nil
}
