package peer

import (
	"cmp"
	"context"
	"slices"
	"time"

	libp2p "github.com/libp2p/go-libp2p/core/peer"

	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/neighbour"
)

// seek looks for what a linked box asks among all that may leave this one: its
// own cards and those it carries. The second result tells that there is more.
func (n *Node) seek(ctx context.Context, peer libp2p.ID, q *wire.Search) (list []*wire.Found, more bool, err error) {
	err = n.db.View(ctx, func(tx *store.Tx) error { // as nobody in particular
		on, err := neighbour.Answers(tx)
		if err == nil && !on {
			err = store.E(store.Forbidden, "err.forbidden")
		}
		if err != nil {
			return err
		}
		own, err := neighbour.OwnLog(tx)
		if err != nil {
			return err
		}
		link, err := neighbour.LinkByPeer(tx, peer.String())
		if err != nil {
			return err
		}
		res, err := listing.Page(tx, seekQuery(q, own.Origin, link.Origin))
		if err != nil {
			return err
		}
		f := &finder{n: n, tx: tx, own: own, of: map[wire.Hash]*wire.Found{}}
		for i := range res.Cards {
			if err := f.add(&res.Cards[i]); err != nil {
				return err
			}
		}
		list, more = f.list, res.Next != "" || f.short
		return nil
	})
	return list, more, err
}

// seekQuery is a question as the listing takes it: words fit best first, then
// what is nearest, then what is newest.
func seekQuery(q *wire.Search, own, asker wire.Hash) listing.Query {
	out := listing.Query{
		Q: q.Words, Kinds: q.Kinds, Leaves: true, Limit: int(q.Limit), Without: []string{asker.String()},
	}
	for _, o := range q.Without {
		if o == own {
			out.Without = append(out.Without, listing.FromHere)
		}
		out.Without = append(out.Without, o.String())
	}
	if q.Around != nil {
		out.Near, out.RadiusKM = &listing.Point{Lat: q.Around.Lat, Lon: q.Around.Lon}, float64(q.Around.KM)
	}
	if q.When != nil && earliest <= q.When.Start {
		out.From, out.To = time.Unix(q.When.Start*60, 0).UTC(), time.Unix(min(q.When.End, latest)*60, 0).UTC()
	}
	switch {
	case listing.Fold(q.Words) != "":
		out.Order = listing.Best
	case q.When != nil:
		out.Order = listing.ByDate
	case q.Around != nil:
		out.Order = listing.Nearest
	}
	return out
}

// finder gathers an answer, with what proves it.
type finder struct {
	n          *Node
	tx         *store.Tx
	own        neighbour.Log
	of         map[wire.Hash]*wire.Found
	list       []*wire.Found // in the order of their first cards
	statements int
	short      bool // something was left out, since its proof is too long
}

// add takes a card with its record. What is not signed yet, and what two boxes
// speak for, is left out.
func (f *finder) add(c *listing.Card) error {
	log := f.own
	if c.Origin != nil {
		var err error
		if log, err = neighbour.LogOf(f.tx, c.Origin.Key); err != nil {
			return orNothing(err)
		}
	}
	id, err := store.ParseID(c.Ref.ID)
	if err != nil || log.Epoch == 0 || log.Frozen {
		return nil //nolint:nilerr // an id that cannot travel has no record
	}
	rec, err := neighbour.RecordOf(f.tx, log, id)
	if err != nil {
		return orNothing(err)
	}
	// What was changed a moment ago is signed a moment later.
	if card, err := wire.DecodeCard(rec.Card); err != nil || card.Gone != wire.Live || card.Kind != c.Kind {
		return err
	}
	found, err := f.found(log)
	if err != nil || found == nil {
		return err
	}
	found.Cards = append(found.Cards, wire.SignedCard{Card: rec.Card, Sig: rec.Sig})
	return nil
}

// found is the part of the answer that is about one origin; nil when its
// statements would make the answer too long.
func (f *finder) found(log neighbour.Log) (*wire.Found, error) {
	if found := f.of[log.Origin]; found != nil {
		return found, nil
	}
	chain, err := epochsOf(f.tx, log)
	if err != nil {
		return nil, err
	}
	if f.statements+len(chain) > wire.MaxStatements {
		f.short = true
		return nil, nil //nolint:nilnil // nothing is left out in silence: short says so
	}
	f.statements += len(chain)
	found := &wire.Found{Origin: log.Origin, Epochs: chain, Head: wire.SignedHead{Head: log.Head.Bytes, Sig: log.Head.Sig}, Hops: log.Hops}
	if !log.Own {
		found.Age = uint64(max(0, f.tx.Now.Sub(log.ConfirmedAt)/time.Minute))
	}
	if found.Profile, err = f.n.profileOf(f.tx, log); err != nil {
		return nil, err
	}
	f.of[log.Origin] = found
	f.list = append(f.list, found)
	return found, nil
}

// profileAt is the profile card of one state of a log.
type profileAt struct {
	generation int64
	seq        uint64
	card       *wire.SignedCard // nil: it has none
}

// maxProfiles bounds how many candidates are looked at: other cards may have the
// word in their titles.
const maxProfiles = 50

// profileOf is the profile card of a log. It is looked for once for each state
// of the log: there is no column for it.
func (n *Node) profileOf(tx *store.Tx, log neighbour.Log) (*wire.SignedCard, error) {
	n.mu.Lock()
	known, ok := n.profiles[log.Origin]
	n.mu.Unlock()
	if ok && known.generation == log.Generation && known.seq == log.Seq {
		return known.card, nil
	}
	rows, err := neighbour.WithText(tx, log, wire.KindProfile, maxProfiles)
	if err != nil {
		return nil, err
	}
	at := profileAt{generation: log.Generation, seq: log.Seq}
	for _, r := range rows {
		if c, err := wire.DecodeCard(r.Card); err == nil && c.Kind == wire.KindProfile {
			at.card = &wire.SignedCard{Card: r.Card, Sig: r.Sig}
		}
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.profiles) >= neighbour.MaxOrigins {
		clear(n.profiles)
	}
	n.profiles[log.Origin] = at
	return at.card, nil
}

// heldOrigins are the origins whose cards are here, the nearest first, for a
// question that is about others.
func heldOrigins(tx *store.Tx) ([]wire.Hash, error) {
	logs, err := neighbour.Logs(tx)
	if err != nil {
		return nil, err
	}
	logs = slices.DeleteFunc(logs, func(l neighbour.Log) bool { return l.Epoch == 0 })
	slices.SortStableFunc(logs, func(a, b neighbour.Log) int { return cmp.Compare(a.Hops, b.Hops) })
	out := make([]wire.Hash, len(logs))
	for i := range logs {
		out[i] = logs[i].Origin
	}
	return out, nil
}
