// Package bundle is the file in which cards, bodies and pictures travel without a
// network (PROTOCOL.md §11): the order and the bounds of what is in it, which
// pictures go, and where the files wait. What it means to a box is peer's.
package bundle

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

// Visitor takes a bundle's parts as they come. Part answers whether what
// follows of the origin is wanted; Batch, Tip and Bodies are called for such
// parts only. Picture gets each picture whole, with the right hash; its bytes are
// the visitor's until it returns.
type Visitor interface {
	Header(*wire.BundleHeader) error
	Part(e wire.HaveEntry, w *wire.Want) (bool, error)
	Batch(*wire.Batch) error
	Tip(*wire.Tip) error
	Bodies(*wire.Bodies) error
	Picture(hash wire.Hash, b []byte) error
}

// Read reads a bundle from its first byte to its signature. It holds one frame
// or picture at a time. Its error, which Unreadable words, means that nothing of the file
// may be believed; a visitor's own error ends the reading as it is.
func Read(in io.Reader, v Visitor) error {
	r, err := wire.NewBundleReader(in)
	if err != nil {
		return Unreadable(err)
	}
	if r.Header.Version != 1 {
		return store.E(store.Invalid, "err.neighbour.bundle_newer").At("file")
	}
	if err := v.Header(r.Header); err != nil {
		return err
	}
	g := &grammar{header: r.Header, visitor: v, seen: map[wire.Hash]bool{}}
	for {
		m, err := r.Next()
		if errors.Is(err, io.EOF) {
			return g.atEnd()
		}
		if err != nil {
			return Unreadable(err)
		}
		if err := g.take(m); err != nil {
			return err
		}
	}
}

// Unreadable says what is wrong with a file, at the field it came by.
func Unreadable(err error) error {
	key := "err.neighbour.bundle_damaged"
	switch {
	case errors.Is(err, wire.ErrShort):
		key = "err.neighbour.bundle_short"
	case errors.Is(err, wire.ErrNoBundle):
		key = "err.neighbour.bundle_other"
	case !errors.Is(err, wire.ErrForm) && !errors.Is(err, wire.ErrSignature) && store.KindOf(err) != store.Invalid:
		return err // our own fault
	}
	return store.E(store.Invalid, key).Because(err).At("file")
}

// Damaged says that what a bundle holds is not what one may hold.
func Damaged(what string) error {
	return store.E(store.Invalid, "err.neighbour.bundle_damaged").Because(errors.New(what)).At("file")
}

// grammar holds a bundle to the order of its frames.
type grammar struct {
	header   *wire.BundleHeader
	visitor  Visitor
	seen     map[wire.Hash]bool
	want     *wire.Want // that begins the part being read
	last     *wire.Batch
	wanted   bool // by the visitor
	ended    bool // the part has its tip
	unpacked int
	picture  wire.Piece // what is here of the one being read; without a hash between two
	pictured bool       // no part may follow
}

func (g *grammar) take(m wire.Message) error {
	if _, ok := m.(*wire.Blob); !ok && g.picture.Hash != (wire.Hash{}) {
		return g.broken("a picture without its end")
	}
	switch m := m.(type) {
	case *wire.Blob:
		return g.blob(&m.Piece)
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

func (g *grammar) broken(what string) error { return Damaged(what) }

func (g *grammar) begin(w *wire.Want) (err error) {
	e, ok := g.header.Has(w.Origin)
	if g.open() || g.pictured || !ok || g.seen[w.Origin] || e.Epoch != w.Epoch || w.Relist != (w.After == 0) {
		return g.broken("a part that has no place here")
	}
	g.seen[w.Origin] = true
	g.want, g.last, g.ended = w, nil, false
	g.wanted, err = g.visitor.Part(e, w)
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
	return g.visitor.Batch(b)
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
	return g.visitor.Tip(t)
}

func (g *grammar) bodies(b *wire.Bodies) error {
	if !g.ended || g.pictured {
		return g.broken("bodies out of place")
	}
	if !g.wanted {
		return nil
	}
	if err := g.spend(); err != nil {
		return err
	}
	return g.visitor.Bodies(b)
}

// blob puts the pieces of a picture together and checks its hash.
func (g *grammar) blob(p *wire.Piece) error {
	have := &g.picture
	switch {
	case g.open():
		return g.broken("a picture out of place")
	case have.Hash == (wire.Hash{}):
		*have = wire.Piece{Hash: p.Hash, Total: p.Total, Bytes: have.Bytes[:0]}
	case have.Hash != p.Hash || have.Total != p.Total:
		return g.broken("a picture without its end")
	}
	if p.Offset != uint64(len(have.Bytes)) {
		return g.broken("pieces of a picture out of order")
	}
	g.pictured = true
	have.Bytes = append(have.Bytes, p.Bytes...)
	if !p.Last() {
		return nil
	}
	if wire.Sum(have.Bytes) != have.Hash {
		return g.broken("a picture of another name")
	}
	have.Hash = wire.Hash{}
	return g.visitor.Picture(p.Hash, have.Bytes)
}

func (g *grammar) atEnd() error {
	switch {
	case g.open():
		return g.broken("a part without its tip")
	case g.picture.Hash != (wire.Hash{}):
		return g.broken("a picture without its end")
	}
	return nil
}
