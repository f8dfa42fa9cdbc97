package peer

import (
	"bytes"
	"context"
	"runtime"
	"sync"

	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/neighbour"
)

// projection is what a staging changes in the listing.
type projection struct {
	profile *wire.Card // of the origin, when it changed
	cards   []listing.Card
	bodies  []body // of cards, in their order
	claims  []neighbour.Claim
	areas   []neighbour.Territory
	ids     []neighbour.ID // of all the cards that are new
}

// read decodes the staged cards that are new, outside the writing transaction:
// the claim keeps the staging still.
func (p *Pull) read(ctx context.Context) (projection, error) {
	var rows []neighbour.Record
	err := p.r.db.View(ctx, func(tx *store.Tx) error {
		l, s, err := p.staging(tx)
		if err != nil {
			return err
		}
		rows, err = neighbour.StagedNew(tx, l, s)
		return err
	})
	if err != nil {
		return projection{}, err
	}
	return project(rows)
}

// project decodes cards on all cores.
func project(rows []neighbour.Record) (projection, error) {
	type result struct {
		card *wire.Card
		err  error
	}
	results := make([]result, len(rows))
	workers := min(runtime.GOMAXPROCS(0), 1+len(rows)/256)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := w; i < len(rows); i += workers {
				results[i].card, results[i].err = wire.DecodeCard(rows[i].Card)
			}
		})
	}
	wg.Wait()
	var out projection
	for _, res := range results {
		if res.err != nil {
			return out, res.err // it decoded when it came
		}
		if res.card.Kind == wire.KindProfile {
			out.profile = res.card
		}
		out.ids = append(out.ids, res.card.ID)
		if c, ok := claimOf(res.card); ok {
			out.claims = append(out.claims, c)
		}
		if t, ok := territoryOf(res.card); ok {
			out.areas = append(out.areas, t)
			out.bodies = append(out.bodies, body{t.ID, res.card.Body, int64(res.card.BodyLen)})
		}
		if c, ok := listingCard(res.card); ok {
			out.cards = append(out.cards, c)
			out.bodies = append(out.bodies, body{res.card.ID, res.card.Body, int64(res.card.BodyLen)})
		}
	}
	return out, nil
}

// swap makes the staging main: records, head, epochs and listing together. It
// may run several times, when people write meanwhile.
func (p *Pull) swap(tx *store.Tx, tip *wire.Tip, head *wire.Head, new projection) error {
	p.rekeyed = false
	l, s, err := p.staging(tx)
	if err != nil {
		return err
	}
	if err := p.fresh(tx, l, tip, head); err != nil {
		return err
	}
	if erased, err := neighbour.StagesErasure(tx, l, s); err != nil {
		return err
	} else if erased { // what goes is overwritten (PROTOCOL.md §8)
		if err := tx.Seal(); err != nil {
			return err
		}
	}
	if err := p.thaw(tx, l, tip); err != nil {
		return err
	}
	gone, err := neighbour.StagedGone(tx, l, s)
	if err != nil {
		return err
	}
	if err := neighbour.Swap(tx, &l, s, head.Floor); err != nil {
		return err
	}
	if err := adds(tx, l, head); err != nil {
		return err
	}
	if err := p.speaks(tx, l, tip); err != nil {
		return err
	}
	if err := show(tx, &l, new, gone); err != nil {
		return err
	}
	before := l
	l.Epoch, l.Seq, l.Floor, l.Size = head.Epoch, head.Seq, head.Floor, head.Count
	if err := p.within(tx, l); err != nil {
		return err
	}
	l.Head = neighbour.Head{Bytes: tip.Head.Head, Sig: tip.Head.Sig}
	l.Hops, l.From = p.hops, p.peer
	if err := charge(tx, before, head, len(new.ids)+len(gone)); err != nil {
		return err
	}
	if err := neighbour.SetHead(tx, &l); err != nil {
		return err
	}
	return hear(tx, l, new, gone)
}

// charge counts changed cards, but not those of a first sync or of an origin that
// comes back, which the quota of cards bounds, nor those signed anew for a new epoch, of which there are few.
func charge(tx *store.Tx, before neighbour.Log, head *wire.Head, cards int) error {
	if before.Epoch != head.Epoch || before.Lease == neighbour.Lapsed || cards == 0 {
		return nil
	}
	return neighbour.Charge(tx, before, cards)
}

// thaw ends a freeze when the recovery key has spoken since.
func (p *Pull) thaw(tx *store.Tx, l neighbour.Log, tip *wire.Tip) error {
	if !l.Frozen {
		return nil
	}
	held, err := epochsOf(tx, l)
	if err != nil {
		return err
	}
	if !repaired(held, tip.Epochs) {
		return store.E(store.Forbidden, "err.neighbour.frozen")
	}
	return neighbour.Thaw(tx, l)
}

// speaks keeps who speaks for the origin from now on. When that is another box
// key than before, the link goes on under it.
func (p *Pull) speaks(tx *store.Tx, l neighbour.Log, tip *wire.Tip) error {
	held, err := epochsOf(tx, l)
	if err != nil {
		return err
	}
	if err := epochs(tx, l, tip.Epochs); err != nil || len(held) == 0 {
		return err
	}
	was, err := wire.DecodeEpoch(held[len(held)-1].Statement)
	if err != nil {
		return err
	}
	now, err := wire.DecodeEpoch(tip.Epochs[len(tip.Epochs)-1].Statement)
	if err != nil || now.BoxKey == was.BoxKey {
		return err
	}
	p.rekeyed, err = follow(tx, l.Origin, now.BoxKey)
	return err
}

// fresh checks that the head is newer than main and that the origin may still
// be shown: an operator may have blocked it meanwhile.
func (p *Pull) fresh(tx *store.Tx, l neighbour.Log, tip *wire.Tip, head *wire.Head) error {
	if _, err := carried(tx, wire.HaveEntry{Origin: l.Origin, Hops: p.hops - 1}); err != nil {
		return err
	}
	if head.Epoch == l.Epoch && head.Seq == l.Seq && !bytes.Equal(tip.Head.Head, l.Head.Bytes) {
		return errFork
	}
	if !l.Before(head.Epoch, head.Seq) || head.Epoch == l.Epoch && head.Floor < l.Floor {
		return store.E(store.Conflict, "err.neighbour.stale")
	}
	return nil
}

// adds checks that main, as it now lies, is what the head sums up.
func adds(tx *store.Tx, l neighbour.Log, head *wire.Head) error {
	entries, err := neighbour.Entries(tx, l, l.Generation)
	if err != nil {
		return err
	}
	if uint64(len(entries)) != head.Count || digest(entries) != head.Digest {
		return errDigest
	}
	live := 0
	for i := range entries {
		if entries[i].Gone == 0 {
			live++
		}
	}
	route, err := neighbour.RouteOf(tx, l.Origin)
	if err != nil {
		return err
	}
	if live > neighbour.Quota(route.Hops) {
		return errQuota
	}
	return nil
}

// show brings the listing to what main now is.
func show(tx *store.Tx, l *neighbour.Log, new projection, gone []neighbour.ID) error {
	origin, moved, err := originOf(tx, l, new.profile)
	if err != nil {
		return err
	}
	if l.Listed, err = listing.SetOrigin(tx, origin); err != nil {
		return err
	}
	if moved { // cards without a commune are of the profile's
		rows, err := neighbour.Live(tx, *l)
		if err != nil {
			return err
		}
		if new, err = project(rows); err != nil {
			return err
		}
	}
	for i := range new.cards {
		if new.cards[i].Commune == "" {
			new.cards[i].Commune = origin.Commune
		}
	}
	if err := listing.DropForeign(tx, l.Listed, gone); err != nil {
		return err
	}
	if err := listing.PutForeign(tx, l.Listed, new.cards); err != nil {
		return err
	}
	return mentioned(tx, *l, new.bodies, gone)
}

// originOf is how the listing is to show an origin: as its profile says, else
// as before, else as its operator named it when pairing. moved tells that it
// was listed under another commune.
func originOf(tx *store.Tx, l *neighbour.Log, profile *wire.Card) (o listing.Origin, moved bool, err error) {
	o = listing.Origin{Key: l.Origin}
	known, err := listing.Origins(tx)
	if err != nil {
		return o, false, err
	}
	listed := false
	for _, k := range known {
		if k.Key == l.Origin {
			o, listed = k, true
		}
	}
	if !listed {
		link, err := neighbour.LinkByOrigin(tx, l.Origin)
		if err != nil && store.KindOf(err) != store.NotFound {
			return o, false, err
		}
		o.Name, o.Commune = link.Name, link.Commune
	}
	before := o.Commune
	if profile != nil {
		o.Name, o.Commune, o.Position = listing.Plain(profile.Title), listing.Plain(profile.Commune), nil
		if at := profile.Position; at != nil {
			o.Position = &listing.Point{Lat: at.Lat, Lon: at.Lon}
		}
	}
	o.SeenAt = tx.Now
	return o, listed && before != o.Commune, nil
}
