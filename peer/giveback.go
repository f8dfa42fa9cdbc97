package peer

import (
	"errors"

	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/neighbour"
)

// decideOwn decides on a neighbour's entry for our own log: a receipt, or more
// than we hold ourselves. Then this box was put back from a copy, or another
// box speaks in its name; what the neighbour holds is asked for and judged by
// its signatures, since a claim alone must not stop a publisher.
func (p *Pull) decideOwn(tx *store.Tx, e wire.HaveEntry) (bool, func(*store.Tx) error, error) {
	own := p.main
	if !own.Before(e.Epoch, e.Seq) {
		return false, func(tx *store.Tx) error { return neighbour.Receipt(tx, p.peer, e.Epoch, e.Seq) }, nil
	}
	ret, err := neighbour.ReturnOf(tx, own)
	switch {
	case store.KindOf(err) == store.NotFound:
		ret = neighbour.Return{}
	case err != nil:
		return false, nil, err
	}
	if ret.Epoch > e.Epoch || ret.Epoch == e.Epoch && ret.Seq >= e.Seq {
		return false, nil, nil // another neighbour gave as much
	}
	note, err := p.resume(tx, e)
	if s, missing := neighbour.StagingOf(tx, own); missing != nil || s.Epoch != e.Epoch || s.UpTo > e.Seq || !s.Relist {
		p.want.After, p.want.Relist = 0, true // everything: what came since may hang on what was lost
		note = func(tx *store.Tx) error { return neighbour.DropStaging(tx, own) }
	}
	return true, note, err
}

// giveBack keeps what a neighbour holds of our own log, when it is signed and
// whole, and stops the publisher until an operator has said what happened.
func (p *Pull) giveBack(tx *store.Tx, tip *wire.Tip, head *wire.Head) error {
	own, s, err := p.staging(tx)
	if err != nil {
		return err
	}
	if !own.Before(head.Epoch, head.Seq) {
		return store.E(store.Conflict, "err.neighbour.stale")
	}
	entries, err := neighbour.Entries(tx, own, s.Generation)
	if err != nil {
		return err
	}
	if uint64(len(entries)) != head.Count || digest(entries) != head.Digest {
		return errDigest
	}
	frame, err := wire.Encode(tip)
	if err != nil {
		return err
	}
	doubt, err := p.doubtOf(tx, own, tip.Epochs)
	if err != nil {
		return err
	}
	ret := neighbour.Return{Epoch: head.Epoch, Seq: head.Seq, Peer: p.peer, Tip: frame}
	return errors.Join(neighbour.SetReturn(tx, own, ret), raise(tx, doubt))
}

// doubtOf tells what a newer state of our log means: our own past, or another
// box that has taken over with a key we do not have.
func (p *Pull) doubtOf(tx *store.Tx, own neighbour.Log, chain []wire.SignedEpoch) (neighbour.Doubt, error) {
	ours, err := epochsOf(tx, own)
	if err != nil {
		return neighbour.NoDoubt, err
	}
	mine, err := wire.VerifyEpochs(own.Origin, ours)
	if err != nil {
		return neighbour.NoDoubt, err
	}
	theirs, err := wire.VerifyEpochs(own.Origin, chain)
	if err != nil {
		return neighbour.NoDoubt, err
	}
	if theirs.BoxKey != mine.BoxKey || parting(ours, chain) < min(len(ours), len(chain)) {
		return neighbour.Forked, nil
	}
	return neighbour.Older, nil
}

// raise sets a doubt unless a graver question is open already.
func raise(tx *store.Tx, d neighbour.Doubt) error {
	p, err := neighbour.PublisherOf(tx)
	if err != nil {
		return err
	}
	rank := map[neighbour.Doubt]int{neighbour.Older: 1, neighbour.Moved: 2, neighbour.Forked: 3, neighbour.Copied: 4}
	if rank[d] <= rank[p.Doubt] {
		return nil
	}
	return neighbour.SetDoubt(tx, d)
}
