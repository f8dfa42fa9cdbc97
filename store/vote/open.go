package vote

import (
	"time"

	"copi.local/store"
	"copi.local/store/calendar"
)

// Terms are the rule of a vote and when it ends.
type Terms struct {
	Rule   Rule
	Closes calendar.Wall
	Zone   string
}

// Prepare writes the rule a vote will be held by. It can be written anew until
// the vote opens.
func Prepare(tx *store.Tx, id string, t Terms) error {
	p, _, err := managed(tx, id)
	if err != nil {
		return err
	}
	if !p.IsEarly() {
		return store.E(store.Conflict, "err.vote.locked")
	}
	if t.Zone == "" {
		t.Zone = Paris
	}
	var bad store.Errors
	if err := bad.Take(t.Rule.check(&p)); err != nil {
		return err
	}
	at, fault := closing(tx, t.Closes, t.Zone)
	bad.Add(fault)
	if err := bad.OrNil(); err != nil {
		return err
	}
	p.Rule, p.Closes, p.Zone, p.ClosesAt = t.Rule, t.Closes, t.Zone, at
	return p.save(tx)
}

// Terms is what opening a vote freezes, for the digest of what was read: the
// words and the rule.
func (p *Proposal) Terms() any {
	return struct {
		Words []string
		Terms Terms
	}{p.Words(), Terms{p.Rule, p.Closes, p.Zone}}
}

// Start opens the vote: words, rule and roll are frozen. shown is the digest of
// the Terms that were read. Its author may once enough support it; who answers
// for the decisions may at once.
func Start(tx *store.Tx, id, shown string) error {
	p, r, err := managed(tx, id)
	if err != nil {
		return err
	}
	switch {
	case !p.IsEarly():
		return store.E(store.Conflict, "err.vote.locked")
	case p.State == Idea && !r.Lead:
		return store.E(store.Conflict, "err.vote.supports")
	case p.TakesAmendments(tx.Now):
		return store.E(store.Conflict, "err.vote.amending")
	case !p.Ready():
		return store.E(store.Conflict, "err.vote.no_rule")
	}
	if err := store.Unchanged(shown, p.Terms()); err != nil {
		return err
	}
	if _, fault := closing(tx, p.Closes, p.Zone); fault != nil {
		return fault
	}
	if err := p.ruleStands(); err != nil {
		return err
	}
	if err := p.enrolAll(tx); err != nil {
		return err
	}
	switch p.Sort { //nolint:exhaustive // the others need no numbers
	case Lot:
		return p.announce(tx)
	case Election:
		if err := p.numberPersons(tx); err != nil {
			return err
		}
	}
	return p.open(tx, "notify.vote_opened")
}

// ruleStands checks the rule once more: the choices may have changed.
func (p *Proposal) ruleStands() error {
	was := p.Rule
	if err := was.check(p); err != nil {
		return store.E(store.Conflict, "err.vote.no_rule").Because(err)
	}
	return nil
}

// enrolAll freezes the roll.
func (p *Proposal) enrolAll(tx *store.Tx) error {
	all, err := people(tx, p.GroupID)
	if err != nil {
		return err
	}
	for _, account := range all {
		if _, err := tx.Exec(sqlEnrol, p.ID, account); err != nil {
			return err
		}
	}
	if p.RollSize = len(all); p.RollSize == 0 {
		return store.E(store.Conflict, "err.vote.no_roll")
	}
	return nil
}

// open starts a round.
func (p *Proposal) open(tx *store.Tx, told string) error {
	p.State, p.OpenedAt, p.ClosedAt, p.Outcome, p.Extended, p.Restarted = Voting, tx.Now, time.Time{}, "", false, false
	if p.Rule.Secret {
		if err := p.setUrn(tx); err != nil {
			return err
		}
	}
	for _, statement := range []string{sqlUnwarn, sqlUndesk, sqlUndelegates, sqlUntold} { // of the round before
		if _, err := tx.Exec(statement, p.ID); err != nil {
			return err
		}
	}
	if err := p.save(tx); err != nil {
		return err
	}
	return p.tellRoll(tx, told)
}

// warn tells people that a vote ends soon: all of them, also who has voted.
func warn(tx *store.Tx) error {
	list, err := store.All(tx, scanProposal, sqlWarn, tx.Now.Add(WarnedFor).Unix(), tx.Now.Add(-WarnedFor).Unix(), atOnce)
	if err != nil {
		return err
	}
	for i := range list {
		if err := list[i].tellRoll(tx, "notify.vote_soon"); err != nil {
			return err
		}
		if _, err := tx.Exec(sqlWarned, list[i].ID); err != nil {
			return err
		}
	}
	return store.More(len(list), atOnce)
}
