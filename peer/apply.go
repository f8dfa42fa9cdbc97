package peer

import (
	"context"
	"errors"
	"time"

	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/neighbour"
)

// Faults after which something is to be written down, once the transaction
// that found them is rolled back.
var (
	errDigest = errors.New("the cards do not add up to the head")
	errQuota  = errors.New("more cards than are carried of one origin")
	errFork   = errors.New("two heads of one number")
)

// long is how many cards make a pull wait for its turn to be made main: 6,000 of
// them take ten megabytes while it is, and all sessions may have come to that.
const long = 512

// maxRestarts bounds how often a neighbour begins a log anew while we pull it: an
// honest one does when what it holds is replaced under its hands.
const maxRestarts = 16

// Pull brings one origin's log up to a neighbour's. Its use:
//
//	p, err := replica.Begin(ctx, peer, entry)  // p is nil when there is nothing to want
//	defer p.Release()
//	send p.Want(), then for each Batch: p.Stage(ctx, batch)
//	for the Tip: p.Finish(ctx, tip)
//
// The server goes on from batch to batch by itself; one Want starts it. Judge
// says what to do on an error. A pull that is released unfinished resumes at
// its last batch, from any peer, also after a restart.
type Pull struct {
	r    *Replica
	peer string
	hops uint64 // of this box from the origin, through peer
	from string // peer while this session alone fed the staging

	main neighbour.Log // as the pull began; without ID when nothing is held
	want wire.Want     // what comes next

	outside  neighbour.Outsider // where the origin lies, when that is outside
	cards    int                // staged
	waited   time.Duration      // of Finish: until others had written
	restarts int                // relists the neighbour began
	rekeyed  bool               // the neighbour is known by another key from now on
}

// Begin decides on an entry of a neighbour's Have and claims the origin for
// this pull. It returns nil when there is nothing to want: not newer, or our
// own log, whose entry is the neighbour's receipt unless it holds more of it
// than we do. It fails with kind
// Forbidden for an origin this box does not carry or has frozen, and Busy while
// another pull of the origin is under way.
func (r *Replica) Begin(ctx context.Context, peer string, e wire.HaveEntry) (*Pull, error) {
	p := &Pull{r: r, peer: peer, hops: e.Hops + 1, want: wire.Want{Origin: e.Origin, Epoch: e.Epoch}}
	if !r.claim(p) {
		return nil, store.E(store.Busy, "err.neighbour.busy")
	}
	wanted, err := p.begin(ctx, e)
	if err != nil || !wanted {
		p.Release()
		return nil, err
	}
	return p, nil
}

func (r *Replica) claim(p *Pull) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.pulls[p.want.Origin] != nil {
		return false
	}
	r.pulls[p.want.Origin] = p
	return true
}

// Release ends the pull, finished or not. A nil Pull may be released.
func (p *Pull) Release() {
	if p == nil {
		return
	}
	p.r.mu.Lock()
	defer p.r.mu.Unlock()
	if p.r.pulls[p.want.Origin] == p {
		delete(p.r.pulls, p.want.Origin)
	}
}

// whole tells whether all of the origin's log is to come, from its start.
func (p *Pull) whole() bool { return p.want.After == 0 }

// Want asks for what comes next.
func (p *Pull) Want() *wire.Want {
	w := p.want
	return &w
}

func (p *Pull) begin(ctx context.Context, e wire.HaveEntry) (wanted bool, err error) {
	var note func(*store.Tx) error // what is to be written down
	err = p.r.db.View(ctx, func(tx *store.Tx) error {
		wanted, note, err = p.decide(tx, e)
		return err
	})
	if err == nil && note != nil {
		err = p.r.db.Update(ctx, note)
	}
	return wanted, err
}

func (p *Pull) decide(tx *store.Tx, e wire.HaveEntry) (bool, func(*store.Tx) error, error) {
	l, err := neighbour.LogOf(tx, e.Origin)
	if err != nil && store.KindOf(err) != store.NotFound {
		return false, nil, err
	}
	p.main = l
	if l.Own {
		return p.decideOwn(tx, e)
	}
	if _, err := carried(tx, e); err != nil {
		return false, nil, err
	}
	switch {
	case l.Frozen && e.Epoch <= l.Epoch && e.Seq <= l.Seq+jump/2:
		return false, nil, store.E(store.Forbidden, "err.neighbour.frozen") // a repair is not that near
	case l.Lease == neighbour.Lapsed && !l.Before(e.Epoch, e.Seq):
		return false, nil, nil // only what the origin said since may bring it back
	case e.Epoch == l.Epoch && e.Seq == l.Seq && p.hops < l.Hops:
		return false, func(tx *store.Tx) error { return neighbour.Nearer(tx, l, p.hops, p.peer) }, nil
	case e.Epoch == l.Epoch && e.Seq == l.Seq && tx.Now.Sub(l.ConfirmedAt) > headEvery/6:
		return false, func(tx *store.Tx) error { return neighbour.Confirm(tx, l) }, nil
	case !l.Before(e.Epoch, e.Seq):
		return false, nil, nil
	case l.Epoch == e.Epoch && l.Debt(tx.Now) >= neighbour.MaxChanged:
		return false, func(tx *store.Tx) error { return neighbour.Wait(tx, l) }, nil
	}
	note, err := p.resume(tx, e)
	return true, note, err
}

// resume sets where the pull begins: at the staging's progress, else at main,
// else at the start. A staging that this neighbour's log does not reach, or of
// another epoch, gives way to what is here now.
func (p *Pull) resume(tx *store.Tx, e wire.HaveEntry) (func(*store.Tx) error, error) {
	l := p.main
	p.from = p.peer
	p.want.Relist = l.Epoch != e.Epoch || l.Relist
	if !p.want.Relist {
		p.want.After = l.Seq
	}
	s, err := neighbour.StagingOf(tx, l)
	switch {
	case store.KindOf(err) == store.NotFound:
		return nil, nil
	case err != nil:
		return nil, err
	case s.Epoch == e.Epoch && s.UpTo <= e.Seq:
		p.from, p.want.After, p.want.Relist, p.cards = "", s.UpTo, s.Relist, s.Cards
		return nil, nil
	}
	return func(tx *store.Tx) error { return neighbour.DropStaging(tx, l) }, nil
}

// Stage takes the next batch. Nothing of it is shown before Finish.
func (p *Pull) Stage(ctx context.Context, b *wire.Batch) error {
	after := p.want.After
	if b.Relist {
		after = 0
	}
	switch {
	case b.Origin != p.want.Origin:
		return broken("batch of another origin")
	case b.Epoch != p.want.Epoch && (!b.Relist || b.Epoch <= p.main.Epoch):
		return broken("batch of another epoch")
	case p.want.Relist && p.want.After == 0 && !b.Relist:
		return broken("relist that does not begin")
	case b.UpTo < after:
		return broken("batch that goes back")
	}
	if b.Relist {
		if p.restarts++; p.restarts > maxRestarts {
			return broken("relists without end")
		}
	}
	records, err := readBatch(b, after)
	if err != nil {
		return err
	}
	if b.More && len(records) == 0 {
		return broken("batch without cards that is not the last")
	}
	err = p.r.db.Update(ctx, func(tx *store.Tx) error { return p.stage(tx, b, records) })
	if err != nil {
		return p.settle(ctx, err, nil)
	}
	if b.Relist {
		p.from, p.cards = p.peer, 0
	}
	p.cards += len(records)
	p.want = *Next(&p.want, b)
	return nil
}

// readBatch unpacks and checks a batch, all but the signatures: the head's
// digest vouches for every card at once.
func readBatch(b *wire.Batch, after uint64) ([]neighbour.Record, error) {
	packed, err := wire.UnpackRecords(b.Zstd)
	if err != nil {
		return nil, malformed(err)
	}
	records := make([]neighbour.Record, len(packed))
	for i, rec := range packed {
		c, err := wire.DecodeCard(rec.Card)
		if err != nil {
			return nil, malformed(err)
		}
		if c.Seq <= after || c.Seq > b.UpTo {
			return nil, broken("card out of order")
		}
		after = c.Seq
		records[i] = neighbour.Record{
			Seq: c.Seq, ID: c.ID, Gone: uint64(c.Gone), Card: rec.Card, Sig: rec.Sig, Hash: wire.Sum(rec.Card),
		}
	}
	return records, nil
}

// stage writes a batch and the progress in one transaction, if the staging is
// still where this pull left it.
func (p *Pull) stage(tx *store.Tx, b *wire.Batch, records []neighbour.Record) error {
	quota, err := p.quota(tx)
	if err != nil {
		return err // blocked, or no longer vouched for, since the pull began
	}
	l, s, err := p.staging(tx)
	if err != nil {
		return err
	}
	if b.Relist {
		if err := neighbour.DropStaging(tx, l); err != nil {
			return err
		}
		s = neighbour.Staging{Epoch: b.Epoch, Relist: true, Generation: l.Generation + 1}
		s.From = p.peer
	} else {
		s.From = p.from
	}
	if s.Cards+len(records) > quota+neighbour.MaxTombstones {
		return errQuota
	}
	s.UpTo = b.UpTo
	return neighbour.Stage(tx, l, s, records)
}

// quota is how many cards of the origin are taken; of our own log, as many as
// neighbours of ours may hold.
func (p *Pull) quota(tx *store.Tx) (int, error) {
	if p.main.Own {
		return neighbour.Quota(1), nil
	}
	hops, err := carried(tx, wire.HaveEntry{Origin: p.want.Origin, Hops: p.hops - 1})
	return neighbour.Quota(hops), err
}

// staging reads the log and its staging, new when there is none, and checks
// that they are as this pull knows them.
func (p *Pull) staging(tx *store.Tx) (neighbour.Log, neighbour.Staging, error) {
	l, err := neighbour.LogOf(tx, p.want.Origin)
	if store.KindOf(err) == store.NotFound {
		l, err = neighbour.AddLog(tx, p.want.Origin, false)
	}
	if err != nil {
		return l, neighbour.Staging{}, err
	}
	s, err := neighbour.StagingOf(tx, l)
	if store.KindOf(err) == store.NotFound {
		s, err = neighbour.Staging{Epoch: p.want.Epoch, Relist: p.want.Relist, Generation: l.Generation + 1}, nil
		if !s.Relist {
			s.UpTo = l.Seq
		}
	}
	if err == nil && (s.Epoch != p.want.Epoch || s.UpTo != p.want.After || s.Relist != p.want.Relist) {
		err = store.E(store.Conflict, "err.neighbour.moved_on")
	}
	return l, s, err
}

// Finish checks the head that the staged cards lead to and makes them what
// this box shows and serves, in one transaction. On any error nothing of them
// shows. Cards that do not add up to the head are dropped; the error is of
// kind Forbidden when this neighbour alone sent all of them in one go, else
// Conflict: then nobody is to blame, and the next pull takes everything anew.
func (p *Pull) Finish(ctx context.Context, tip *wire.Tip) error {
	head, err := p.verify(tip)
	if err != nil {
		return err
	}
	if p.main.Own {
		err = p.r.db.Update(ctx, func(tx *store.Tx) error { return p.giveBack(tx, tip, head) })
		return p.settle(ctx, err, &tip.Head)
	}
	err = p.makeMain(ctx, tip, head)
	return p.settle(ctx, err, &tip.Head)
}

// makeMain swaps what was staged in, when it is its turn and nobody waits to
// write, and counts how long that took.
func (p *Pull) makeMain(ctx context.Context, tip *wire.Tip, head *wire.Head) error {
	clock := p.r.db.Clock()
	began := clock.Running()
	if p.cards >= long {
		select {
		case p.r.turn <- struct{}{}:
			defer func() { <-p.r.turn }()
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	p.waited = clock.Running() - began
	cards, err := p.read(ctx)
	if err != nil {
		return err
	}
	began = clock.Running()
	last := began // of the tries, all but the last were for somebody else
	err = p.r.db.UpdatePatiently(ctx, func(tx *store.Tx) error {
		last = clock.Running()
		return p.swap(tx, tip, head, cards)
	})
	p.waited += last - began
	return err
}

// settle writes down what a failed transaction found, and gives it its kind.
func (p *Pull) settle(ctx context.Context, err error, head *wire.SignedHead) error {
	var answer error
	var note func(*store.Tx, neighbour.Log) error
	switch {
	case errors.Is(err, errDigest):
		return p.giveUp(ctx)
	case errors.Is(err, errQuota):
		answer, note = store.E(store.Forbidden, "err.neighbour.quota").Because(err), neighbour.OverQuota
	case errors.Is(err, errFork):
		answer = store.E(store.Forbidden, "err.neighbour.frozen").Because(err)
		note = func(tx *store.Tx, l neighbour.Log) error {
			return freeze(tx, l, []wire.SignedHead{{Head: l.Head.Bytes, Sig: l.Head.Sig}, *head})
		}
	case errors.Is(err, errOutside):
		answer = store.E(store.Forbidden, "err.neighbour.not_carried").Because(err)
		note = func(tx *store.Tx, _ neighbour.Log) error { return neighbour.SetOutside(tx, p.outside) }
	default:
		return err
	}
	err = p.r.db.Update(ctx, func(tx *store.Tx) error {
		l, err := neighbour.LogOf(tx, p.want.Origin)
		if store.KindOf(err) == store.NotFound {
			return nil // the first batch was already too much
		}
		if err != nil {
			return err
		}
		if err := neighbour.DropStaging(tx, l); err != nil {
			return err
		}
		return note(tx, l)
	})
	if err != nil {
		return err
	}
	return answer
}

// verify checks a tip's signatures: one for the head, whatever the number of
// cards, and those of the epochs.
func (p *Pull) verify(tip *wire.Tip) (*wire.Head, error) {
	if tip.Origin != p.want.Origin {
		return nil, broken("tip of another origin")
	}
	epoch, err := wire.VerifyEpochs(tip.Origin, tip.Epochs)
	if err != nil {
		return nil, forged(err)
	}
	head, err := wire.VerifyHead(epoch.BoxKey[:], tip.Head)
	if err != nil {
		return nil, forged(err)
	}
	switch {
	case head.Origin != tip.Origin || head.Epoch != epoch.N:
		return nil, broken("head of another origin or epoch")
	case head.Epoch != p.want.Epoch || head.Seq < p.want.After:
		return nil, store.E(store.Conflict, "err.neighbour.stale")
	}
	return head, nil
}

// giveUp drops a staging that does not add up, and tells whose fault it is.
func (p *Pull) giveUp(ctx context.Context) error {
	blame := false
	err := p.r.db.Update(ctx, func(tx *store.Tx) error {
		l, err := neighbour.LogOf(tx, p.want.Origin)
		if err != nil {
			return err
		}
		s, err := neighbour.StagingOf(tx, l)
		if err != nil {
			return err
		}
		blame = s.Relist && s.From == p.peer
		if err := neighbour.Distrust(tx, l); err != nil {
			return err
		}
		return neighbour.DropStaging(tx, l)
	})
	switch {
	case err != nil:
		return err
	case blame:
		return store.E(store.Forbidden, "err.neighbour.faulty").Because(errDigest)
	default:
		return store.E(store.Conflict, "err.neighbour.mixed").Because(errDigest)
	}
}
