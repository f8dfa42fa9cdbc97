package intake

import (
	"context"
	"io"

	"copi.local/store"
	"copi.local/store/intake/format"
	"copi.local/store/listing"
)

// communes reads positions of communes, and writes them when told to. They are
// no cards: coming again they are written again, and are not undone.
func (p *pass) communes(ctx context.Context, r io.Reader) error {
	p.report.Skips = map[string]int64{}
	var places []listing.CommunePoint
	flush := func() error {
		n := int64(len(places))
		defer func() { places, p.taken = places[:0], p.taken+n }()
		if n == 0 || p.write && p.taken+n <= p.run.Position {
			return ctx.Err()
		}
		if !p.write {
			p.report.Added += n
			return ctx.Err()
		}
		err := p.db.Update(ctx, func(tx *store.Tx) error {
			if err := listing.PlaceCommunes(tx, places); err != nil {
				return err
			}
			return written(tx, p.run.ID, p.taken, n, Counts{Added: n})
		})
		if err != nil {
			return err
		}
		p.run.Position, p.run.State = p.taken+n, Writing
		p.run.Added += n
		if p.enough != nil && p.enough() {
			return errPause
		}
		return nil
	}
	err := format.Places(r, func(c format.CommunePlace) error {
		places = append(places, listing.CommunePoint{INSEE: c.INSEE, At: listing.At(c.Lat, c.Lon)})
		if len(places) < batch {
			return nil
		}
		return flush()
	}, p.refuse)
	if err != nil {
		return err
	}
	return flush()
}
