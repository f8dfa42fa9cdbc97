package peer

import (
	"context"
	"sync"

	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/neighbour"
)

// maxHops is how far an origin may be to be carried at all (PROTOCOL.md §6).
const maxHops = 8

// Replica is what this box holds of all logs, for the sync streams: what it
// has (Haves), what it wants of a neighbour's (Begin, then the Pull), what it
// answers (Serve). It knows no network and may be used from any goroutine.
type Replica struct {
	db    *store.DB
	batch int // cards of a batch; tests make it small

	pictures gallery // nil: a bundle's are neither written nor kept

	turn chan struct{} // held by the one long pull that is made main

	mu    sync.Mutex          // guards pulls
	pulls map[wire.Hash]*Pull // under way, one an origin
}

// NewReplica serves and fills the logs in db.
func NewReplica(db *store.DB) *Replica {
	return &Replica{db: db, batch: wire.MaxBatchCards, turn: make(chan struct{}, 1), pulls: make(map[wire.Hash]*Pull)}
}

// Feed is the id of this box's have-feed and its newest rev, for Hello.
func (r *Replica) Feed(ctx context.Context) (id [8]byte, rev uint64, err error) {
	err = r.db.View(ctx, func(tx *store.Tx) error {
		p, err := neighbour.PublisherOf(tx)
		id, rev = p.Feed, p.Rev
		return err
	})
	return id, rev, err
}

// Haves lists what changed after rev, for a peer: nothing it gave, save how far
// we hold its own log, which is its receipt; nothing beyond its hop limit or
// outside the rest of its scope, or of an origin two boxes speak for. Who
// starts at 0 may have lost what it gave, or dropped it when nobody vouched for
// it, and is offered all of it. The Rev of the answer is the next call's rev. An
// answer without entries whose Rev is rev means nothing is new.
func (r *Replica) Haves(ctx context.Context, peer string, rev uint64, scope wire.Scope) (*wire.Have, error) {
	have := &wire.Have{Rev: rev, Entries: []wire.HaveEntry{}}
	err := r.db.View(ctx, func(tx *store.Tx) error {
		link, err := neighbour.LinkByPeer(tx, peer)
		if err != nil && store.KindOf(err) != store.NotFound {
			return err
		}
		logs, err := neighbour.Haves(tx, rev, wire.MaxHave)
		if err != nil || len(logs) == 0 {
			return err
		}
		sought := soughtBy(scope)
		var places map[neighbour.Hash]neighbour.Place
		if !sought.All {
			if places, err = neighbour.Places(tx); err != nil {
				return err
			}
		}
		for i := range logs {
			l := &logs[i]
			have.Rev = l.Rev
			wanted := (l.From != peer || rev == 0) && l.Hops < scope.Hops && (l.Own || sought.Has(l.Origin, places[l.Origin]))
			if isServed(l) && !l.Frozen && (wanted || l.Origin == link.Origin) {
				have.Entries = append(have.Entries, wire.HaveEntry{Origin: l.Origin, Epoch: l.Epoch, Seq: l.Seq, Hops: l.Hops})
			}
		}
		return err
	})
	return have, err
}

// Trail lists the last heads of an origin, newest first; none when nothing is
// held of it.
func (r *Replica) Trail(ctx context.Context, origin wire.Hash) ([]wire.SignedHead, error) {
	var heads []wire.SignedHead
	err := r.db.View(ctx, func(tx *store.Tx) error {
		l, err := neighbour.LogOf(tx, origin)
		if err != nil {
			return err
		}
		list, err := neighbour.Trail(tx, l)
		for _, h := range list {
			heads = append(heads, wire.SignedHead{Head: h.Bytes, Sig: h.Sig})
		}
		return err
	})
	if store.KindOf(err) == store.NotFound {
		err = nil
	}
	return heads, err
}

// Server answers the Wants of one stream. It remembers from which state it
// began to serve each origin: when that is replaced meanwhile, the opener has
// to begin anew.
type Server struct {
	r       *Replica
	serving map[wire.Hash]state // of what is being sent, as it began
	sent    int                 // records
}

// state is what a log's earlier batches were read from.
type state struct {
	generation int64
	floor      uint64
}

// Serve makes a server for one stream.
func (r *Replica) Serve() *Server { return &Server{r: r, serving: make(map[wire.Hash]state)} }

// Answer is the next batch for a Want and, when nothing follows it, the Tip,
// both of one state. After a batch with More the opener's next Want follows
// from it: Answer(Next(want, batch)). It fails with kind NotFound when nothing
// is held of the origin.
func (s *Server) Answer(ctx context.Context, want *wire.Want) (*wire.Batch, *wire.Tip, error) {
	var batch *wire.Batch
	var tip *wire.Tip
	err := s.r.db.View(ctx, func(tx *store.Tx) error {
		l, err := neighbour.LogOf(tx, want.Origin)
		if err != nil {
			return err
		}
		if !isServed(&l) {
			return store.E(store.NotFound, "err.not_found")
		}
		batch, tip, err = s.answer(tx, &l, want)
		return err
	})
	return batch, tip, err
}

// isServed tells whether this box holds what a head speaks of, and not just the
// head.
func isServed(l *neighbour.Log) bool { return l.Epoch != 0 && l.Lease != neighbour.Lapsed }

// answer is Answer inside a transaction.
func (s *Server) answer(tx *store.Tx, l *neighbour.Log, want *wire.Want) (*wire.Batch, *wire.Tip, error) {
	batch, err := s.batch(tx, l, want)
	if err != nil || batch.More {
		return batch, nil, err
	}
	tip := &wire.Tip{Origin: l.Origin, Head: wire.SignedHead{Head: l.Head.Bytes, Sig: l.Head.Sig}}
	tip.Epochs, err = epochsOf(tx, *l)
	return batch, tip, err
}

func (s *Server) batch(tx *store.Tx, l *neighbour.Log, want *wire.Want) (*wire.Batch, error) {
	after, relist := want.After, false
	if s.restarts(l, want) {
		after, relist = 0, true
		s.serving[l.Origin] = state{l.Generation, l.Floor}
	} else if _, began := s.serving[l.Origin]; !began {
		s.serving[l.Origin] = state{l.Generation, l.Floor}
	}
	rows, err := neighbour.After(tx, *l, after, s.r.batch+1)
	if err != nil {
		return nil, err
	}
	records := make([]wire.Record, min(len(rows), s.r.batch))
	for i := range records {
		records[i] = wire.Record{Card: rows[i].Card, Sig: rows[i].Sig}
	}
	b := &wire.Batch{Origin: l.Origin, Epoch: l.Epoch, UpTo: max(after, l.Seq), Relist: relist}
	var n int
	b.Zstd, n = wire.PackRecords(records)
	s.sent += n
	if n < len(rows) {
		b.More, b.UpTo = true, rows[n-1].Seq
	} else {
		delete(s.serving, l.Origin)
	}
	return b, nil
}

// restarts tells whether a Want is answered from the start: where the opener
// stands, tombstones it would need are forgotten. A relist that was begun in an
// earlier session goes on all the same, lest one with many old cards never
// ends; when it does not add up nobody is blamed for it.
func (s *Server) restarts(l *neighbour.Log, want *wire.Want) bool {
	began, ok := s.serving[l.Origin]
	switch {
	case want.Epoch != l.Epoch, ok && began.generation != l.Generation:
		return true
	case want.Relist:
		return want.After == 0 || ok && began.floor != l.Floor && want.After < l.Floor
	default:
		return want.After < l.Floor
	}
}

// Next is the Want that follows from a batch.
func Next(want *wire.Want, b *wire.Batch) *wire.Want {
	return &wire.Want{Origin: want.Origin, Epoch: b.Epoch, After: b.UpTo, Relist: want.Relist || b.Relist}
}

// VerifyRecord checks a card that travels without its log against the epochs
// held of its origin.
func VerifyRecord(chain []wire.SignedEpoch, origin wire.Hash, epoch uint64, rec wire.Record) (*wire.Card, error) {
	if epoch == 0 || epoch > uint64(len(chain)) {
		return nil, broken("card of an unknown epoch")
	}
	e, err := wire.VerifyEpochs(origin, chain[:epoch])
	if err != nil {
		return nil, forged(err)
	}
	if err := wire.VerifyCard(e.BoxKey[:], origin, epoch, rec.Card, rec.Sig); err != nil {
		return nil, forged(err)
	}
	c, err := wire.DecodeCard(rec.Card)
	if err != nil {
		return nil, malformed(err)
	}
	return c, nil
}
