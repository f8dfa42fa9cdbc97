package peer

import (
	"bytes"
	"cmp"
	"context"
	"slices"

	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/neighbour"
)

// sighting is a head that somebody showed, verified.
type sighting struct {
	wire.Head
	signed wire.SignedHead
}

// double looks for a proof that two boxes speak for one origin: two heads of
// one number, or an installation that comes back after another within an epoch.
// The proof is those two or three heads, which anybody can verify who knows the
// origin's epochs; nil when there is none. It sorts heads.
func double(heads []sighting) []wire.SignedHead {
	slices.SortFunc(heads, func(a, b sighting) int {
		return cmp.Or(cmp.Compare(a.Epoch, b.Epoch), cmp.Compare(a.Seq, b.Seq), bytes.Compare(a.signed.Head, b.signed.Head))
	})
	var left []int // the heads after which another installation spoke, in this epoch
	for i := 1; i < len(heads); i++ {
		was, now := heads[i-1], heads[i]
		if was.Epoch != now.Epoch {
			left = nil
			continue
		}
		if was.Seq == now.Seq && !bytes.Equal(was.signed.Head, now.signed.Head) {
			return []wire.SignedHead{was.signed, now.signed}
		}
		if was.Inst == now.Inst {
			continue
		}
		left = append(left, i-1)
		for _, j := range left {
			if heads[j].Inst == now.Inst {
				return []wire.SignedHead{heads[j].signed, was.signed, now.signed}
			}
		}
	}
	return nil
}

// Witness compares the heads a neighbour showed of an origin with those held.
// When they prove that two boxes speak for it, the origin is frozen: nothing
// newer is taken or passed on, what came after the last head before the fork is
// not shown any more, and the proof is kept. For our own origin the publisher
// stops. Heads of epochs not known here prove nothing yet; a head with a wrong
// signature fails with kind Unauthenticated.
func (r *Replica) Witness(ctx context.Context, origin wire.Hash, shown []wire.SignedHead) (forked bool, err error) {
	err = r.db.View(ctx, func(tx *store.Tx) error {
		_, _, forked, err = r.look(tx, origin, shown)
		return err
	})
	if err != nil || !forked {
		return false, err
	}
	err = r.db.Update(ctx, func(tx *store.Tx) error {
		l, heads, still, err := r.look(tx, origin, shown)
		if err != nil || !still || l.Frozen {
			return err
		}
		return freeze(tx, l, double(heads))
	})
	return forked, err
}

// look merges the heads held of an origin with verified ones of the shown.
func (r *Replica) look(tx *store.Tx, origin wire.Hash, shown []wire.SignedHead) (l neighbour.Log, heads []sighting, forked bool, err error) {
	l, err = neighbour.LogOf(tx, origin)
	if store.KindOf(err) == store.NotFound {
		return l, nil, false, nil
	}
	if err != nil {
		return l, nil, false, err
	}
	chain, err := epochsOf(tx, l)
	if err != nil {
		return l, nil, false, err
	}
	held, err := neighbour.Trail(tx, l)
	if err != nil {
		return l, nil, false, err
	}
	all := slices.Clone(shown)
	for _, h := range held {
		all = append(all, wire.SignedHead{Head: h.Bytes, Sig: h.Sig})
	}
	for _, s := range all {
		head, known, err := verifySighting(origin, chain, s)
		if err != nil {
			return l, nil, false, err
		}
		if known && head.Epoch >= settled(chain) {
			heads = append(heads, sighting{*head, s})
		}
	}
	return l, heads, double(heads) != nil, nil
}

// settled is the epoch before which the recovery key has ended every quarrel.
func settled(chain []wire.SignedEpoch) uint64 {
	for i := len(chain); i > 0; i-- {
		if byRecovery(chain[i-1]) {
			return uint64(i)
		}
	}
	return 1
}

// verifySighting checks a head against the epochs held; one of another epoch is
// not known.
func verifySighting(origin wire.Hash, chain []wire.SignedEpoch, s wire.SignedHead) (h *wire.Head, known bool, err error) {
	h, err = wire.DecodeHead(s.Head)
	if err != nil {
		return nil, false, malformed(err)
	}
	if h.Origin != origin {
		return nil, false, broken("head of another origin")
	}
	if h.Epoch > uint64(len(chain)) {
		return h, false, nil
	}
	epoch, err := wire.VerifyEpochs(origin, chain[:h.Epoch])
	if err != nil {
		return nil, false, err
	}
	if _, err := wire.VerifyHead(epoch.BoxKey[:], s); err != nil {
		return nil, false, forged(err)
	}
	return h, true, nil
}

// freeze keeps a proof. What the origin's two boxes do not have in common goes
// from the listing; of our own, the operator is asked.
func freeze(tx *store.Tx, l neighbour.Log, proof []wire.SignedHead) error {
	frame, err := wire.Encode(&wire.Trail{Heads: map[wire.Hash][]wire.SignedHead{l.Origin: proof}})
	if err != nil {
		return err
	}
	if err := neighbour.Freeze(tx, l, frame); err != nil {
		return err
	}
	if l.Own {
		return raise(tx, neighbour.Forked)
	}
	common, err := commonSeq(tx, l, proof)
	if err != nil || l.Listed == 0 {
		return err
	}
	rows, err := neighbour.After(tx, l, common, neighbour.MaxCards+neighbour.MaxTombstones)
	if err != nil {
		return err
	}
	var doubtful []neighbour.ID
	for _, r := range rows {
		c, err := wire.DecodeCard(r.Card)
		if err != nil {
			return err
		}
		doubtful = append(doubtful, c.ID)
	}
	return listing.DropForeign(tx, l.Listed, doubtful)
}

// commonSeq is the number of the last head held, of main's epoch, from before
// the fork; 0 when none is.
func commonSeq(tx *store.Tx, l neighbour.Log, proof []wire.SignedHead) (uint64, error) {
	fork, err := wire.DecodeHead(proof[0].Head)
	if err != nil {
		return 0, err
	}
	trail, err := neighbour.Trail(tx, l)
	if err != nil {
		return 0, err
	}
	for _, held := range trail { // newest first
		h, err := wire.DecodeHead(held.Bytes)
		if err != nil {
			return 0, err
		}
		if h.Epoch == l.Epoch && (h.Epoch < fork.Epoch || h.Epoch == fork.Epoch && h.Seq < fork.Seq) {
			return h.Seq, nil
		}
	}
	return 0, nil
}

// Proofs lists the proofs of forks held, at most as many as one Trail tells.
func (r *Replica) Proofs(ctx context.Context) (*wire.Trail, error) {
	out := &wire.Trail{Heads: map[wire.Hash][]wire.SignedHead{}}
	err := r.db.View(ctx, func(tx *store.Tx) error {
		frames, err := neighbour.Proofs(tx, wire.MaxTrails)
		for _, frame := range frames {
			m, err := wire.Decode(frame)
			if err != nil {
				continue // of a version that kept one head; it proves nothing to others
			}
			if t, ok := m.(*wire.Trail); ok {
				for origin, heads := range t.Heads {
					out.Heads[origin] = heads
				}
			}
		}
		return err
	})
	return out, err
}
