package timebank

import (
	"time"

	"copi.local/store"
	"copi.local/store/neighbour"
)

// TrustLine is what this village and that of a linked box may owe each other
// (TB-12). Its frontier account stands for the other village: above 0, people
// from here have had help there; below, people from there have had help here.
// Without a line nothing moves to a frontier or from it.
type TrustLine struct {
	Peer   string // of the linked box
	Number string // of the frontier account
	Limits        // as this village says
	Theirs Limits // as the other one said
	SetAt  time.Time
	SetBy  string    // account id; empty: somebody who left
	Ended  time.Time // zero: it holds
}

// Limits are what one village agrees to, in minutes, 0 or above.
type Limits struct {
	Owe  int64 // it owes the other one at most
	Lend int64 // the other one owes it at most
}

// High is the most on the frontier account: what this village owes. What the
// more careful of both said counts.
func (l *TrustLine) High() int64 { return min(l.Owe, l.Theirs.Lend) }

// Low is the least on it, 0 or below: what the other village owes.
func (l *TrustLine) Low() int64 { return -min(l.Lend, l.Theirs.Owe) }

// Judge tells whether the frontier account may change by some minutes from a
// balance. One that is outside already can come back.
func (l *TrustLine) Judge(balance, change int64) *store.Error {
	after := balance + change
	switch {
	case !l.Ended.IsZero():
		return store.E(store.Conflict, "err.timebank.no_line")
	case change > 0 && after > l.High():
		return store.E(store.Conflict, "err.timebank.line_high", "max", Minutes(l.High()), "left", Minutes(max(0, l.High()-balance))).At("minutes")
	case change < 0 && after < l.Low():
		return store.E(store.Conflict, "err.timebank.line_low", "max", Minutes(-l.Low()), "left", Minutes(max(0, balance-l.Low()))).At("minutes")
	}
	return nil
}

func (l Limits) check(bad *store.Errors, prefix string) {
	if l.Owe < 0 || l.Owe > maxLimit {
		bad.Add(store.E(store.Invalid, "err.timebank.line_limit").At(prefix + "owe"))
	}
	if l.Lend < 0 || l.Lend > maxLimit {
		bad.Add(store.E(store.Invalid, "err.timebank.line_limit").At(prefix + "lend"))
	}
}

// SetLine makes or changes the line to a linked box, and opens its frontier
// account. Only an operator may.
func SetLine(tx *store.Tx, peer string, ours, theirs Limits) (TrustLine, error) {
	if err := tx.Actor.Need(store.Operator); err != nil {
		return TrustLine{}, err
	}
	var bad store.Errors
	ours.check(&bad, "")
	theirs.check(&bad, "their_")
	if err := bad.OrNil(); err != nil {
		return TrustLine{}, err
	}
	link, err := linked(tx, peer)
	if err != nil {
		return TrustLine{}, err
	}
	l, err := store.One(tx, scanLine, sqlLine, peer)
	if store.KindOf(err) == store.NotFound {
		a, err := OpenFrontier(tx, link.Name)
		if err != nil {
			return l, err
		}
		l.Peer, l.Number = peer, a.Number
	} else if err != nil {
		return l, err
	}
	l.Limits, l.Theirs, l.SetAt, l.SetBy, l.Ended = ours, theirs, tx.Now.UTC().Truncate(time.Second), tx.Actor.ID, time.Time{}
	_, err = tx.Exec(sqlSetLine, l.Peer, l.Number, l.Owe, l.Lend, theirs.Owe, theirs.Lend, l.SetAt.Unix(), l.SetBy)
	return l, err
}

// EndLine ends a line. What the villages owe each other stays on the frontier
// account until a line lets it be brought back.
func EndLine(tx *store.Tx, peer string) error {
	if err := tx.Actor.Need(store.Operator); err != nil {
		return err
	}
	if _, err := store.One(tx, scanLine, sqlLine, peer); err != nil {
		return err
	}
	_, err := tx.Exec(sqlEndLine, tx.Now.Unix(), tx.Actor.ID, peer)
	return err
}

// Lines lists all lines, also those that ended, for an operator.
func Lines(tx *store.Tx) ([]TrustLine, error) {
	if err := tx.Actor.Need(store.Operator); err != nil {
		return nil, err
	}
	return store.All(tx, scanLine, sqlLines)
}

// linked is the link to a box that both sides have confirmed.
func linked(tx *store.Tx, peer string) (neighbour.Link, error) {
	link, err := neighbour.LinkByPeer(tx, peer)
	if store.KindOf(err) == store.NotFound || err == nil && link.State != neighbour.Paired {
		return link, store.E(store.Conflict, "err.timebank.not_linked")
	}
	return link, err
}

// lineOf is the line of a frontier account that movements may use now.
func lineOf(tx *store.Tx, number string) (TrustLine, error) {
	l, err := store.One(tx, scanLine, sqlLineOf, number)
	if store.KindOf(err) == store.NotFound {
		return l, store.E(store.Conflict, "err.timebank.no_line")
	}
	if err != nil {
		return l, err
	}
	_, err = linked(tx, l.Peer)
	return l, err
}

// across keeps movements to and from another village within its line. As long
// as boxes tell each other nothing of movements, an operator enters both
// halves, each on its own box, from one receipt.
func across(tx *store.Tx, from, to *Account, minutes int64) error {
	for _, side := range []struct {
		account *Account
		change  int64
	}{{from, -minutes}, {to, minutes}} {
		if side.account.Kind != Frontier {
			continue
		}
		if !tx.Actor.Can(store.Operator) {
			return store.E(store.Conflict, "err.timebank.across").At("to")
		}
		l, err := lineOf(tx, side.account.Number)
		if err != nil {
			return err
		}
		if bad := l.Judge(side.account.Balance, side.change); bad != nil {
			return bad
		}
	}
	return nil
}

func scanLine(r store.Row) (l TrustLine, err error) {
	var set, ended int64
	err = r.Scan(&l.Peer, &l.Number, &l.Owe, &l.Lend, &l.Theirs.Owe, &l.Theirs.Lend, &set, &l.SetBy, &ended)
	l.SetAt = time.Unix(set, 0).UTC()
	if ended > 0 {
		l.Ended = time.Unix(ended, 0).UTC()
	}
	return l, err
}
