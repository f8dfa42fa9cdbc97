package peer

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"log/slog"
	"sync"
	"time"

	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/neighbour"
)

const (
	// jump is how many numbers are skipped after an unclean stop: those of
	// commits that neighbours may have heard of and a power cut took.
	jump = 65_536

	// editionSize is how many changes one transaction signs.
	editionSize = 500

	headEvery   = 6 * 24 * time.Hour   // "at least one a week"
	tombstoneIn = 400 * 24 * time.Hour // how long a tombstone is kept at least
)

// Keys is what a box needs to speak for itself. Both exist once it is set up.
type Keys struct {
	Box      ed25519.PrivateKey
	Recovery wire.Hash // SHA-256 of the recovery public key
	Machine  wire.Hash // of the serial numbers of machine and storage; zero: not looked at
}

// Log is this box's own log: the only place where records are numbered and
// signed. There is one per database.
type Log struct {
	db    *store.DB
	keys  Keys
	log   *slog.Logger
	first wire.SignedEpoch

	mu      sync.Mutex // one Publish at a time; guards unclean
	unclean bool       // the last stop took perhaps what was told; nothing was published since
}

// OpenLog starts the publisher. The first time it founds the origin by
// forming E(1). After an unclean stop it skips numbers, and the first Publish makes
// a head, so that nothing a neighbour has heard of is ever said again with
// another content; before it the caller SHOULD let neighbours tell how far they
// hold this log (Unclean), since of what was lost they may give back. On another machine than before it publishes nothing until an operator
// has answered (Log.Continue). It fails with kind Conflict when the log is of
// another box key.
func OpenLog(ctx context.Context, db *store.DB, keys Keys, log *slog.Logger) (*Log, error) {
	l := &Log{db: db, keys: keys, log: log}
	err := db.Update(ctx, func(tx *store.Tx) error {
		p, err := neighbour.PublisherOf(tx)
		if err != nil {
			return err
		}
		if l.first, err = l.found(tx); err != nil {
			return err
		}
		if err := l.atHome(tx, p); err != nil {
			return err
		}
		skip := uint64(0)
		if l.unclean = p.Running; l.unclean {
			skip = jump
		}
		return neighbour.SetRunning(tx, true, skip)
	})
	if err != nil {
		return nil, err
	}
	if l.unclean {
		log.Warn("the last stop was not clean: numbers are skipped")
	}
	return l, nil
}

// Unclean tells whether the last stop was not clean and nothing was published
// since: neighbours may hold more of this log than it does.
func (l *Log) Unclean() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.unclean
}

// atHome compares the machine with the one this installation was made on.
func (l *Log) atHome(tx *store.Tx, p neighbour.Publisher) error {
	switch {
	case l.keys.Machine == p.Machine, l.keys.Machine == wire.Hash{}:
		return nil
	case p.Machine == wire.Hash{}: // a box from before this was looked at, or a new one
		return neighbour.Bind(tx, l.keys.Machine)
	case p.Doubt != neighbour.NoDoubt:
		return nil // one question at a time; its answer settles this one
	}
	l.log.Warn("the box runs on another machine than before: nothing is published until an operator says why")
	return neighbour.SetDoubt(tx, neighbour.Moved)
}

// Close marks a clean stop, unless what an unclean one may have taken was never
// asked for. Nothing may be published after it.
func (l *Log) Close(ctx context.Context) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.unclean {
		return nil
	}
	return l.db.Update(ctx, func(tx *store.Tx) error { return neighbour.SetRunning(tx, false, 0) })
}

// Origin is this box's id among boxes; it never changes.
func (l *Log) Origin() wire.Hash { return wire.Sum(l.first.Statement) }

// First is the statement E(1).
func (l *Log) First() wire.SignedEpoch { return l.first }

// found returns E(1), which it forms when there is none.
func (l *Log) found(tx *store.Tx) (wire.SignedEpoch, error) {
	own, err := neighbour.OwnLog(tx)
	if store.KindOf(err) == store.NotFound {
		first, err := wire.FirstEpoch(l.keys.Box, l.keys.Recovery)
		if err != nil {
			return first, err
		}
		if own, err = neighbour.AddLog(tx, wire.Sum(first.Statement), true); err != nil {
			return first, err
		}
		return first, neighbour.AddEpoch(tx, own, 1, neighbour.Epoch{Statement: first.Statement, Sig: first.Sig})
	}
	if err != nil {
		return wire.SignedEpoch{}, err
	}
	chain, err := epochsOf(tx, own)
	if err != nil {
		return wire.SignedEpoch{}, err
	}
	last, err := wire.VerifyEpochs(own.Origin, chain)
	if err != nil {
		return wire.SignedEpoch{}, err
	}
	if !bytes.Equal(last.BoxKey[:], l.keys.Box.Public().(ed25519.PublicKey)) {
		return wire.SignedEpoch{}, store.E(store.Conflict, "err.neighbour.other_key")
	}
	return chain[0], nil
}

// Publish signs every change of the listing that is not in the log yet, and a
// head when the last is about a week old. When it has returned true, the log
// has a new head on stable storage that may be announced.
func (l *Log) Publish(ctx context.Context) (bool, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	published := false
	for {
		due, weekly, err := l.due(ctx)
		if err != nil || !due {
			return published, err
		}
		if err := l.edition(ctx, weekly); err != nil {
			return published, err
		}
		l.unclean, published = false, true
	}
}

// due looks, without writing, whether there is something to publish.
func (l *Log) due(ctx context.Context) (due, weekly bool, err error) {
	err = l.db.View(ctx, func(tx *store.Tx) error {
		p, err := neighbour.PublisherOf(tx)
		if err != nil {
			return err
		}
		own, err := neighbour.OwnLog(tx)
		if err != nil {
			return err
		}
		rev, err := listing.Rev(tx)
		if err != nil {
			return err
		}
		if p.Doubt != neighbour.NoDoubt {
			return nil
		}
		moved, err := l.moved(tx, own, p)
		weekly = l.unclean || own.Epoch == 0 || tx.Now.Sub(p.HeadAt) > headEvery
		due = weekly || moved || rev > p.Published
		return err
	})
	return due, weekly, err
}

// edition puts the next changes and the head over them into the log, in one
// transaction.
func (l *Log) edition(ctx context.Context, always bool) error {
	return l.db.Update(ctx, func(tx *store.Tx) error {
		p, err := neighbour.PublisherOf(tx)
		if err != nil || p.Doubt != neighbour.NoDoubt {
			return err
		}
		own, err := neighbour.OwnLog(tx)
		if err != nil {
			return err
		}
		changes, err := listing.Changes(tx, p.Published, editionSize)
		if err != nil {
			return err
		}
		e := &edition{Log: l, tx: tx, own: own, key: l.keys.Box, next: p.NextSeq}
		if err := errors.Join(e.profile(p.Profile), e.claims(), e.territories()); err != nil {
			return err
		}
		rev := p.Published
		for i := range changes {
			if err := e.change(&changes[i]); err != nil {
				return err
			}
			rev = changes[i].Rev
		}
		if len(changes) < editionSize { // a rev may belong to a card that has changed since
			if rev, err = listing.Rev(tx); err != nil {
				return err
			}
		}
		if len(e.records) > 0 || always {
			if err := e.head(p.Inst); err != nil {
				return err
			}
		}
		return errors.Join(neighbour.Forget(tx, own), neighbour.Published(tx, e.next, rev))
	})
}

// edition is one transaction of the publisher.
type edition struct {
	*Log
	tx      *store.Tx
	own     neighbour.Log
	home    listing.Home
	key     ed25519.PrivateKey // the epoch's
	next    uint64             // number of the next record
	records []neighbour.Record
}

// moved tells whether the cards about boxes, ours and others, say something
// else than the box's home and its operators.
func (l *Log) moved(tx *store.Tx, own neighbour.Log, p neighbour.Publisher) (bool, error) {
	e := &edition{Log: l, tx: tx, own: own, key: l.keys.Box, next: p.NextSeq}
	if err := errors.Join(e.profile(p.Profile), e.claims()); err != nil {
		return false, err
	}
	return len(e.records) > 0, nil
}

// profile takes the card of the box itself when it changed.
func (e *edition) profile(id wire.ID) (err error) {
	if e.home, err = listing.HomeOf(e.tx); err != nil || e.home.Commune == "" {
		return err
	}
	c := &wire.Card{ID: id, Kind: wire.KindProfile, Title: oneLine(e.home.Name), Commune: oneLine(e.home.Commune)}
	if at := e.home.Position; at != nil {
		c.Position = &wire.Point{Lat: at.Lat, Lon: at.Lon}
	}
	return e.add(c)
}

// change takes one change of the listing.
func (e *edition) change(ch *listing.Change) error {
	id, err := store.ParseID(ch.ID)
	if err != nil {
		return err
	}
	if ch.Gone {
		return e.gone(id, ch.Erased)
	}
	if ch.Damaged != nil {
		e.log.Error("a text cannot be read and its card is published without it", "id", ch.ID, "err", ch.Damaged)
	}
	c := wireCard(&ch.Card, id, e.home.Commune)
	if err := e.body(c, ch.Body); err != nil {
		return err
	}
	if err := e.add(c); !errors.Is(err, wire.ErrForm) {
		return err
	} else if e.log.Error("a card does not fit the wire and stays at home", "id", ch.ID, "err", err); true {
		return e.gone(id, false)
	}
	return nil
}

// body stores what stands behind the card and names it there.
func (e *edition) body(c *wire.Card, body listing.Body) error {
	if len(body) == 0 {
		return neighbour.DropBody(e.tx, c.ID)
	}
	b, err := wire.EncodeBody(body)
	if err != nil {
		e.log.Error("a body does not fit the wire and stays at home", "id", store.FormatID(c.ID), "err", err)
		return neighbour.DropBody(e.tx, c.ID)
	}
	c.Body, c.BodyLen = wire.Sum(b), uint64(len(b))
	return neighbour.PutBody(e.tx, c.ID, c.Body, b)
}

// gone takes a tombstone, unless nobody ever heard of the card.
func (e *edition) gone(id wire.ID, erased bool) error {
	if err := neighbour.DropBody(e.tx, id); err != nil {
		return err
	}
	if _, err := neighbour.RecordOf(e.tx, e.own, id); store.KindOf(err) == store.NotFound {
		return nil
	} else if err != nil {
		return err
	}
	if !erased {
		return e.add(&wire.Card{ID: id, Gone: wire.Withdrawn})
	}
	c, said := &wire.Card{ID: id, Gone: wire.Erased}, len(e.records)
	if err := e.add(c); err != nil || len(e.records) == said {
		return err
	}
	return neighbour.NoteErasure(e.tx, id, e.epoch(), c.Seq)
}

// add signs a card under the next number, unless it says nothing new. In a
// View it only collects.
func (e *edition) add(c *wire.Card) error {
	was, err := neighbour.RecordOf(e.tx, e.own, c.ID)
	if err != nil && store.KindOf(err) != store.NotFound {
		return err
	}
	if err == nil {
		c.Seq = was.Seq
		if b, err := c.Encode(); err != nil || bytes.Equal(b, was.Card) {
			return err
		}
	}
	return e.sign(c)
}

// sign gives a card the next number and its signature.
func (e *edition) sign(c *wire.Card) error {
	c.Seq = e.next
	b, err := c.Encode()
	if err != nil {
		return err
	}
	e.next++
	e.records = append(e.records, neighbour.Record{
		Seq: c.Seq, ID: c.ID, Gone: uint64(c.Gone), Card: b, Hash: wire.Sum(b),
		Sig: wire.SignCard(e.key, e.own.Origin, e.epoch(), b),
	})
	return nil
}

// epoch is the one this box writes in.
func (e *edition) epoch() uint64 { return max(1, e.own.Epoch) }

// head writes the records and the head over all the log.
func (e *edition) head(inst [8]byte) error {
	own := &e.own
	if err := neighbour.Put(e.tx, *own, own.Generation, e.records); err != nil {
		return err
	}
	if err := e.forget(); err != nil {
		return err
	}
	entries, err := neighbour.Entries(e.tx, *own, own.Generation)
	if err != nil {
		return err
	}
	h := wire.Head{
		Origin: own.Origin, Epoch: e.epoch(), Seq: e.next, Floor: own.Floor, Count: uint64(len(entries)),
		Digest: digest(entries), Inst: inst,
		Made: wire.Date{Day: uint64(max(0, e.tx.Now.Unix()/day)), Quality: uint64(e.tx.ClockQuality())},
	}
	if len(own.Head.Bytes) > 0 {
		h.Previous = wire.Sum(own.Head.Bytes)
	}
	e.next++
	b, err := h.Encode()
	if err != nil {
		return err
	}
	own.Epoch, own.Seq, own.Size = h.Epoch, h.Seq, h.Count
	own.Head = neighbour.Head{Bytes: b, Sig: wire.SignHead(e.key, b)}
	return neighbour.SetHead(e.tx, own)
}

// forget raises the floor over tombstones that need not be kept. An unsure
// clock makes none old.
func (e *edition) forget() error {
	var before time.Time
	if e.tx.ClockQuality().Sure() {
		before = e.tx.Now.Add(-tombstoneIn)
	}
	floor, err := neighbour.TombstoneFloor(e.tx, e.own, before, neighbour.MaxTombstones)
	if err != nil || floor <= e.own.Floor {
		return err
	}
	e.own.Floor = floor
	return neighbour.ForgetTombstones(e.tx, e.own, e.own.Generation, floor)
}

// digest is wire.Digest of what the store holds.
func digest(entries []neighbour.Entry) wire.Hash {
	out := make([]wire.Entry, len(entries))
	for i, e := range entries {
		out[i] = wire.Entry{ID: e.ID, Seq: e.Seq, Hash: e.Hash}
	}
	return wire.Digest(out)
}

// epochsOf reads an origin's chain of statements.
func epochsOf(tx *store.Tx, l neighbour.Log) ([]wire.SignedEpoch, error) {
	list, err := neighbour.Epochs(tx, l)
	chain := make([]wire.SignedEpoch, len(list))
	for i, e := range list {
		chain[i] = wire.SignedEpoch(e)
	}
	return chain, err
}
