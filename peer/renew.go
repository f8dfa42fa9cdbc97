package peer

import (
	"context"
	"crypto/ed25519"
	"errors"
	"slices"

	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/neighbour"
)

// Continue is the operator's word that this box is the only one that speaks
// for its origin: it was moved to this machine, or put back from a copy. What
// neighbours gave back comes into the log, a new epoch begins (reason 2), and
// every live card is signed anew. It fails with kind Conflict when nothing was
// asked, or when only the recovery sheet can settle it.
func (l *Log) Continue(ctx context.Context) error {
	return l.settle(ctx, func(tx *store.Tx, p neighbour.Publisher) error {
		if p.Doubt != neighbour.Moved && p.Doubt != neighbour.Older {
			return store.E(store.Conflict, "err.neighbour.not_asked")
		}
		own, err := takeBack(tx)
		if err != nil {
			return err
		}
		chain, err := epochsOf(tx, own)
		if err != nil {
			return err
		}
		s, err := wire.NextEpoch(own.Origin, chain, l.keys.Box, wire.Restore)
		if err != nil {
			return err
		}
		return l.renew(tx, own, l.keys.Box, s.ByBox(l.keys.Box), 1)
	})
}

// Repair begins an epoch with a new box key, by the recovery key of the sheet:
// whoever else has the old key speaks for nobody any more. The log stays as
// this box holds it. It fails with kind Invalid when the recovery key is not
// the one the origin's statements name.
func (l *Log) Repair(ctx context.Context, next, recovery ed25519.PrivateKey) error {
	err := l.settle(ctx, func(tx *store.Tx, p neighbour.Publisher) error {
		reason := wire.ForkRepair
		switch p.Doubt {
		case neighbour.NoDoubt:
			reason = wire.KeyChange
		case neighbour.Copied:
			return store.E(store.Conflict, "err.neighbour.not_asked")
		case neighbour.Moved, neighbour.Older, neighbour.Forked:
		}
		own, chain, first, err := ground(tx)
		if err != nil {
			return err
		}
		s, err := wire.NextEpoch(own.Origin, chain, next, reason)
		if err != nil {
			return err
		}
		s = s.ByRecovery(recovery)
		if _, err := wire.VerifyEpochs(own.Origin, append(slices.Clone(chain), s)); err != nil {
			return store.E(store.Invalid, "err.account.seed_other").At("words").Because(err)
		}
		return errors.Join(l.renew(tx, own, next, s, first), neighbour.Thaw(tx, own))
	})
	if err == nil {
		l.keys.Box = next
	}
	return err
}

// ground is what a repair builds on: our statements, or those of another box
// that beat ours, and the first number that nobody has used in the epoch to
// come. A rival epoch of the same number may be far on already, and holders
// only take what is newer.
func ground(tx *store.Tx) (own neighbour.Log, chain []wire.SignedEpoch, first uint64, err error) {
	if own, err = neighbour.OwnLog(tx); err != nil {
		return own, nil, 0, err
	}
	if chain, err = epochsOf(tx, own); err != nil {
		return own, nil, 0, err
	}
	ret, tip, err := returned(tx, own)
	if err != nil || tip == nil {
		return own, chain, 1, err
	}
	switch err := epochs(tx, own, tip.Epochs); {
	case err == nil:
		chain = tip.Epochs
	case store.KindOf(err) != store.Forbidden && store.KindOf(err) != store.Conflict && !errors.Is(err, errFork):
		return own, nil, 0, err
	}
	if first = 1; ret.Epoch > uint64(len(chain)) {
		first = ret.Seq + jump
	}
	return own, chain, first, nil
}

// returned is what a neighbour gave back of our log; no tip when there is none
// newer than ours.
func returned(tx *store.Tx, own neighbour.Log) (neighbour.Return, *wire.Tip, error) {
	ret, err := neighbour.ReturnOf(tx, own)
	if store.KindOf(err) == store.NotFound {
		return ret, nil, nil
	}
	if err != nil || !own.Before(ret.Epoch, ret.Seq) {
		return ret, nil, err
	}
	m, err := wire.Decode(ret.Tip)
	if err != nil {
		return ret, nil, err
	}
	tip, ok := m.(*wire.Tip)
	if !ok {
		return ret, nil, outOfPlace(m)
	}
	return ret, tip, nil
}

// settle runs one answer of an operator in a transaction, no Publish beside it.
func (l *Log) settle(ctx context.Context, answer func(*store.Tx, neighbour.Publisher) error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.db.Update(ctx, func(tx *store.Tx) error {
		p, err := neighbour.PublisherOf(tx)
		if err != nil {
			return err
		}
		return answer(tx, p)
	})
}

// takeBack makes the own log what a neighbour gave back, if that is newer. The
// head is replaced by the caller's before anyone sees it.
func takeBack(tx *store.Tx) (neighbour.Log, error) {
	own, err := neighbour.OwnLog(tx)
	if err != nil {
		return own, err
	}
	ret, tip, err := returned(tx, own)
	if err != nil || tip == nil {
		return own, err
	}
	s, err := neighbour.StagingOf(tx, own)
	if err != nil {
		return own, err
	}
	if err := stayGone(tx, own, s); err != nil {
		return own, err
	}
	if err := neighbour.Swap(tx, &own, s, 0); err != nil {
		return own, err
	}
	own.Head = neighbour.Head{Bytes: tip.Head.Head, Sig: tip.Head.Sig}
	own.Epoch, own.Seq = ret.Epoch, ret.Seq
	return own, epochs(tx, own, tip.Epochs)
}

// stayGone takes out of the listing what this box had withdrawn or erased in the
// time that the copy does not know of, so that a later change does not publish
// it again.
func stayGone(tx *store.Tx, own neighbour.Log, s neighbour.Staging) error {
	tombs, err := neighbour.StagedTombs(tx, own, s)
	if err != nil {
		return err
	}
	for _, e := range tombs {
		remove := listing.Withdraw
		if wire.Gone(e.Gone) == wire.Erased {
			remove = listing.Erase
		}
		if err := remove(tx, store.Ref{ID: store.FormatID(e.ID)}); err != nil {
			return err
		}
	}
	missing, err := neighbour.StagedGone(tx, own, s)
	for _, id := range missing { // also what is forgotten even as a tombstone
		if err := listing.Withdraw(tx, store.Ref{ID: store.FormatID(id)}); err != nil {
			return err
		}
		if err := listing.UnpublishCard(tx, store.FormatID(id)); err != nil {
			return err
		}
	}
	return err
}

// renew begins an epoch with a signed statement: every live card of the log is
// signed anew with the key it names, numbered from first on, under a head of a
// new installation. Tombstones are forgotten: holders take the epoch's cards
// and nothing else.
func (l *Log) renew(tx *store.Tx, own neighbour.Log, key ed25519.PrivateKey, s wire.SignedEpoch, first uint64) error {
	stated, err := wire.DecodeEpoch(s.Statement)
	if err != nil {
		return err
	}
	if err := neighbour.AddEpoch(tx, own, stated.N, neighbour.Epoch(s)); err != nil {
		return err
	}
	live, err := neighbour.Live(tx, own)
	if err != nil {
		return err
	}
	own.Epoch = stated.N
	e := &edition{Log: l, tx: tx, own: own, key: key, next: first}
	if err := e.resign(live); err != nil {
		return err
	}
	if err := neighbour.DropReturn(tx, own); err != nil {
		return err
	}
	if err := neighbour.Restart(tx, &e.own, e.records); err != nil {
		return err
	}
	if err := neighbour.NewInst(tx, l.keys.Machine); err != nil {
		return err
	}
	p, err := neighbour.PublisherOf(tx)
	if err != nil {
		return err
	}
	if err := e.head(p.Inst); err != nil {
		return err
	}
	l.log.Warn("a new epoch of the own log begins", "epoch", stated.N, "reason", stated.Reason, "cards", len(live))
	return neighbour.Published(tx, e.next, p.Published)
}

// resign signs cards under the epoch's key, in the order they had. Keys of a
// later protocol stay in them.
func (e *edition) resign(cards []neighbour.Record) error {
	for _, r := range cards {
		c, err := wire.DecodeCard(r.Card)
		if err != nil {
			return err
		}
		if err := e.sign(c); err != nil {
			return err
		}
	}
	return nil
}
