package vote

import (
	"maps"
	"slices"

	"copi.local/store"
	"copi.local/store/notify"
	"copi.local/store/vote/tally"
)

// Where the rule allows it a person passes their voice on, in a vote that is
// not secret: of a delegated secret ballot its holder would know what was
// chosen. Who votes keeps their own voice, whatever they passed on. A voice that
// meets nobody who votes, or that goes round, counts as not given, and is never
// given to somebody by the box (DE-11).

// passed is what became of the voices passed on.
type passed struct {
	to   map[string]string // who casts it, by whose voice it is
	lost int               // those that meet nobody who votes
}

// weight is how many voices a voter casts, their own among them.
func (d passed) weight(account string) int {
	n := 1
	for _, by := range d.to {
		if by == account {
			n++
		}
	}
	return n
}

// delegations are the voices passed on, by whose they are.
func (p *Proposal) delegations(tx *store.Tx) (tally.Delegations, error) {
	if !p.Rule.Delegable {
		return nil, nil
	}
	list, err := store.All(tx, func(r store.Row) (d [2]string, err error) { return d, r.Scan(&d[0], &d[1]) }, sqlDelegations, p.ID)
	all := tally.Delegations{}
	for _, d := range list {
		all[d[0]] = d[1]
	}
	return all, err
}

// passedOn follows the voices passed on to those who gave a ballot. That of
// somebody who may not vote any more counts for nothing (DE-4), and neither
// does it lead on to others.
func (p *Proposal) passedOn(tx *store.Tx, given []Given) (d passed, err error) {
	all, err := p.delegations(tx)
	if err != nil || len(all) == 0 {
		return d, err
	}
	votes := map[string]bool{}
	for i := range given {
		votes[given[i].AccountID] = true
	}
	for _, from := range slices.Collect(maps.Keys(all)) {
		if votes[from] {
			continue
		}
		if err := p.mayVote(tx, from); store.KindOf(err) == store.Conflict {
			delete(all, from)
		} else if err != nil {
			return d, err
		}
	}
	holder, _ := all.Resolve(votes)
	d.to = map[string]string{}
	for from := range all {
		switch by := holder[from]; {
		case votes[from]:
		case by == "":
			d.lost++
		default:
			d.to[from] = by
		}
	}
	return d, nil
}

// markDelegated notes on the roll whose voice somebody cast.
func (h *heap) markDelegated(tx *store.Tx, p *Proposal) error {
	for _, from := range slices.Sorted(maps.Keys(h.passed.to)) {
		if _, err := tx.Exec(sqlVoted, Delegated, p.ID, from); err != nil {
			return err
		}
	}
	return nil
}

// Delegate passes the acting account's voice on to another one of the roll,
// instead of whom it was passed on to before. Who has voted has none to pass on.
func Delegate(tx *store.Tx, id, to string) error {
	p, err := Get(tx, id)
	if err != nil {
		return err
	}
	if err := tx.Actor.Need(store.Resident); err != nil {
		return err
	}
	if err := p.delegable(tx); err != nil {
		return err
	}
	if to == tx.Actor.ID {
		return store.E(store.Invalid, "err.vote.delegate_self").At("person")
	}
	if err := p.mayVote(tx, to); store.KindOf(err) == store.Conflict {
		return store.E(store.Invalid, "err.vote.nobody").At("person")
	} else if err != nil {
		return err
	}
	was, err := p.delegateOf(tx, tx.Actor.ID)
	if err != nil || was == to {
		return err
	}
	if _, err := tx.Exec(sqlDelegate, p.ID, tx.Actor.ID, to); err != nil {
		return err
	}
	return p.tellHolder(tx, to)
}

// tellHolder tells somebody that the acting account's voice is theirs to cast,
// once an hour at most however often it is taken back and passed on again.
func (p *Proposal) tellHolder(tx *store.Tx, to string) error {
	told, err := store.One(tx, store.Scan[int64], sqlToldAt, p.ID, tx.Actor.ID, to)
	if err != nil && store.KindOf(err) != store.NotFound {
		return err
	}
	if err == nil && tx.Now.Before(store.Instant(told).Add(toldFor)) {
		return nil
	}
	if _, err := tx.Exec(sqlTold, p.ID, tx.Actor.ID, to, tx.Now.Unix()); err != nil {
		return err
	}
	return notify.Tell(tx, to, p.Ref(), "notify.vote_delegated")
}

// delegable tells whether the acting account has a voice to pass on now.
func (p *Proposal) delegable(tx *store.Tx) error {
	if !p.Rule.Delegable {
		return store.E(store.Conflict, "err.vote.not_delegable")
	}
	if err := p.accepts(tx); err != nil {
		return err
	}
	if err := p.mayVote(tx, tx.Actor.ID); err != nil {
		return err
	}
	how, err := p.How(tx, tx.Actor.ID)
	if err == nil && how != "" {
		err = store.E(store.Conflict, "err.vote.delegate_voted")
	}
	return err
}

// TakeBack takes the acting account's voice back.
func TakeBack(tx *store.Tx, id string) error {
	p, err := Get(tx, id)
	if err != nil {
		return err
	}
	if err := p.accepts(tx); err != nil {
		return err
	}
	_, err = tx.Exec(sqlUndelegate, p.ID, tx.Actor.ID)
	return err
}

// delegateOf is whom an account passed its voice on to; empty: nobody.
func (p *Proposal) delegateOf(tx *store.Tx, account string) (string, error) {
	to, err := store.One(tx, store.Scan[string], sqlDelegateOf, p.ID, account)
	if store.KindOf(err) == store.NotFound {
		return "", nil
	}
	return to, err
}

// Voice is where a voice passed on goes.
type Voice struct {
	Trail []string // accounts it goes to, one after the other, until the first of them who votes
	Cycle bool     // the last of them passes it on to one before, or to whose it is
	Gone  bool     // the last of them may not vote any more, so that it ends there
	From  []string // who passed theirs on to this account
}

// VoiceOf is where the acting account's voice goes, and who gave it theirs. It
// does not say who has voted: the voice stops at the first who does.
func (p *Proposal) VoiceOf(tx *store.Tx) (v Voice, err error) {
	all, err := p.delegations(tx)
	if err != nil {
		return v, err
	}
	me := tx.Actor.ID
	for at, ok := all[me]; ok; at, ok = all[at] {
		if v.Cycle = at == me || slices.Contains(v.Trail, at); v.Cycle {
			v.Trail = append(v.Trail, at)
			break
		}
		v.Trail = append(v.Trail, at)
		if err := p.mayVote(tx, at); store.KindOf(err) == store.Conflict {
			v.Gone = true
			break
		} else if err != nil {
			return v, err
		}
	}
	for from, to := range all {
		if to == me {
			v.From = append(v.From, from)
		}
	}
	slices.Sort(v.From)
	return v, nil
}

// Carried is, of a vote that is closed and not secret, how many voices each
// voter cast beside their own.
func (p *Proposal) Carried(tx *store.Tx) (map[string]int, error) {
	if p.State != Closed || !p.Rule.Delegable {
		return nil, nil
	}
	all, err := p.delegations(tx)
	if err != nil {
		return nil, err
	}
	roll, err := p.Roll(tx)
	votes := map[string]bool{}
	for _, e := range roll { // as it was counted: who has left since makes no difference
		votes[e.AccountID] = e.How != "" && e.How != Delegated
		if e.How != Delegated {
			delete(all, e.AccountID)
		}
	}
	holder, _ := all.Resolve(votes)
	maps.DeleteFunc(holder, func(of, _ string) bool { return votes[of] }) // their own
	return tally.Carried(holder), err
}
