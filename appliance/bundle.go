package appliance

import (
	"context"
	"io"
	"path/filepath"
	"time"

	"copi.local/peer"
	"copi.local/peer/bundle"
	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/ui"
)

// bundles is where bundles that were brought wait to be looked at.
func bundles(dir string) string { return filepath.Join(dir, "bundles") }

// One limit for the pages and the exchange, which never meet.
var _ = [1]struct{}{}[ui.MaxBundle-bundle.MaxSize]

// Digits are this box's own twenty.
func (n neighbours) Digits(ctx context.Context) (string, error) { return n.node.Digits(ctx) }

// MakeBundle writes a bundle for a linked box, or for anybody.
func (n neighbours) MakeBundle(ctx context.Context, order ui.BundleOrder) (io.ReadSeekCloser, error) {
	pictures, err := bundle.ParsePictures(order.Pictures)
	if err != nil {
		return nil, err
	}
	f, err := n.node.MakeBundle(ctx, order.For, order.Whole, pictures)
	if err != nil {
		return nil, err // not a nil file in an interface
	}
	return f, nil
}

// BundlePictures is how many pictures a bundle with everything would carry.
func (n neighbours) BundlePictures(ctx context.Context) (small, all ui.PictureSize, err error) {
	s, a, err := n.node.BundlePictures(ctx)
	return ui.PictureSize(s), ui.PictureSize(a), err
}

// ReceiveBundle keeps a bundle until somebody has looked at it.
func (n neighbours) ReceiveBundle(ctx context.Context, file io.Reader) (string, error) {
	return n.node.ReceiveBundle(ctx, file)
}

// LookBundle says what taking a bundle would change, its maker accepted.
func (n neighbours) LookBundle(ctx context.Context, name string) (*ui.NeighbourBundle, error) {
	b, err := n.node.LookBundle(ctx, name, true)
	if err != nil {
		return nil, err
	}
	return bundleView(b), nil
}

// TakeBundle takes a bundle.
func (n neighbours) TakeBundle(ctx context.Context, name string, accept bool) (*ui.NeighbourBundle, error) {
	b, err := n.node.TakeBundle(ctx, name, accept)
	if err != nil {
		return nil, err
	}
	return bundleView(b), nil
}

// DropBundle forgets a bundle.
func (n neighbours) DropBundle(_ context.Context, name string) error { return n.node.DropBundle(name) }

func bundleView(b *peer.Bundle) *ui.NeighbourBundle {
	out := &ui.NeighbourBundle{Name: b.Name, Digits: b.Digits, Linked: b.Linked, Other: b.Other, Made: claimed(b.Made), Pictures: ui.PictureSize(b.Pictures)}
	for _, p := range b.Parts {
		out.Parts = append(out.Parts, ui.BundlePart{
			Maker: p.Origin == b.Origin, Name: p.Name, State: string(p.State),
			New: p.New, Changed: p.Changed, Gone: p.Gone, Head: claimed(p.Head),
		})
	}
	return out
}

// claimed is a day of another box's clock; noon, so that no time zone makes it
// another day.
func claimed(d wire.Date) ui.ClaimedDay {
	at := time.Unix(int64(d.Day)*86400+43200, 0)
	return ui.ClaimedDay{Day: at, Sure: store.ClockQuality(d.Quality).Sure()}
}

// WaitingBundles lists the bundles nobody has taken or dropped.
func (n neighbours) WaitingBundles() ([]ui.WaitingBundle, error) {
	list, err := n.node.WaitingBundles()
	out := make([]ui.WaitingBundle, len(list))
	for i, w := range list {
		out[i] = ui.WaitingBundle{ID: w.Name, Name: w.From}
	}
	return out, err
}
