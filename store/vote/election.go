package vote

import (
	"slices"

	"copi.local/store"
	"copi.local/store/group"
	"copi.local/store/vote/tally"
)

// An election without candidates (EL-1) asks nobody to stand. Opening it
// freezes the roll and numbers it, as a lot does; then it goes from round to
// round:
//
//  1. everybody names one person of the roll, or nobody, and says why. What
//     they say is hidden until the round ends; then those on the roll read it;
//  2. a round of changes, as often as wanted: what was said stands until it is
//     changed, and everybody reads it at once;
//  3. who conducts the election proposes a person, not always the one named
//     most, and says why. All say whether they object, the person too.
//
// The person is elected when nobody's objection stands and they have said
// themselves that they accept. Otherwise another person can be proposed, or
// another round of changes opened.
//
// Words about persons stay among those on the roll: what is published knows
// people by their numbers, and the person elected by name.

// MaxPersons is how many an election can have on its roll: each is an option of
// a ballot, and so is naming nobody.
const MaxPersons = tally.MaxOptions - 1

// Nobody is the last option of a ballot that names somebody, in what is
// published.
const Nobody = "personne"

// names tells whether a round of the rule asks for names.
func (r *Rule) names() bool { return r.Method == tally.NoCandidate }

// Changing tells whether the round of changes of an election is open.
func (p *Proposal) Changing() bool {
	return p.Sort == Election && p.State == Voting && p.Rule.names() && p.Rule.Visible
}

// Pending tells whether an election has rounds behind it, none open, and nobody
// elected yet.
func (p *Proposal) Pending() bool {
	return p.Sort == Election && p.State == Closed && p.Outcome != tally.Elected
}

// checkElection checks the rule of an election, and completes it. It keeps what
// the round of consent is held by: the quorum, silence, and whether the end is
// put off once.
func (r *Rule) checkElection() error {
	departures := Kept
	if r.Departures == Removed {
		departures = Removed
	}
	*r = Rule{Departures: departures, Extend: r.Extend && !r.Silence, Rule: tally.Rule{
		Method: tally.NoCandidate, Options: max(1, r.Options), Silence: r.Silence,
		QuorumNum: r.QuorumNum, QuorumDen: r.QuorumDen, QuorumAtLeast: r.QuorumAtLeast,
	}}
	if err := r.Valid(); err != nil {
		return store.Errors{store.E(store.Invalid, "err.vote.rule").At("method").Because(err)}
	}
	return nil
}

// numberPersons numbers those an election can name, once its roll is frozen. A
// group whose members do not see each other cannot name anybody.
func (p *Proposal) numberPersons(tx *store.Tx) error {
	if p.RollSize > MaxPersons {
		return store.E(store.Conflict, "err.vote.election_large", "max", MaxPersons, "n", p.RollSize)
	}
	if p.GroupID != "" {
		g, err := group.Get(tx, p.GroupID)
		if err != nil {
			return err
		}
		if g.Seen == group.ToKeepers {
			return store.E(store.Conflict, "err.vote.election_hidden")
		}
	}
	p.Rule.Options = p.RollSize + 1
	return p.number(tx)
}

// persons are the options of a round that names somebody, by number.
func (p *Proposal) persons() []string {
	n := max(0, p.Rule.Options-1)
	list := make([]string, 0, n+1)
	for i := range n {
		list = append(list, ticket(i, n))
	}
	return append(list, Nobody)
}

// ChangeNames opens a round of changes: what was said in the last round of
// names stands until somebody changes it, and all on the roll read it at once.
// t says by when.
func ChangeNames(tx *store.Tx, id string, t Terms) error {
	p, err := pending(tx, id)
	if err != nil {
		return err
	}
	if err := p.ends(tx, t); err != nil {
		return err
	}
	if err := p.nextRound(tx); err != nil {
		return err
	}
	numbers, err := p.Numbers(tx)
	if err != nil {
		return err
	}
	p.Rule.Method, p.Rule.Options, p.Rule.Visible = tally.NoCandidate, len(numbers)+1, true
	if err := p.restoreNames(tx); err != nil {
		return err
	}
	return p.open(tx, "notify.vote_changes")
}

// pending is an election that waits for who conducts it, for them.
func pending(tx *store.Tx, id string) (Proposal, error) {
	p, _, err := managed(tx, id)
	if err == nil && !p.Pending() {
		err = store.E(store.Conflict, "err.vote.no_election")
	}
	return p, err
}

// ends takes over when the next round ends.
func (p *Proposal) ends(tx *store.Tx, t Terms) error {
	if t.Zone == "" {
		t.Zone = Paris
	}
	at, fault := closing(tx, t.Closes, t.Zone)
	if fault != nil {
		return store.Errors{fault}
	}
	p.Closes, p.Zone, p.ClosesAt = t.Closes, t.Zone, at
	return nil
}

// nextRound puts what was said in the round that is over aside.
func (p *Proposal) nextRound(tx *store.Tx) error {
	if _, err := tx.Exec(sqlSayings, p.Round, p.ID); err != nil {
		return err
	}
	for _, statement := range []string{sqlUnballot, sqlUnvote} {
		if _, err := tx.Exec(statement, p.ID); err != nil {
			return err
		}
	}
	p.Round++
	return nil
}

// restoreNames takes what was said in the last round of names up again.
func (p *Proposal) restoreNames(tx *store.Tx) error {
	said, err := p.Before(tx)
	for _, one := range said {
		if err != nil {
			return err
		}
		if on, err := p.Entitled(tx, one.AccountID); err != nil {
			return err
		} else if !on {
			continue
		}
		err = p.write(tx, one.AccountID, one.How, Answer{one.Ballot, one.Reason})
	}
	return err
}

// Before lists what people said in the round of names before a round of changes;
// nothing of any other round.
func (p *Proposal) Before(tx *store.Tx) ([]Saying, error) {
	if p.Sort != Election || !p.Rule.names() || !p.Rule.Visible {
		return nil, nil
	}
	last, err := p.lastNames(tx, p.Round)
	if err != nil || last == nil {
		return nil, err
	}
	return p.Sayings(tx, last.Round)
}

// lastNames is the last round of names before a round that was counted; nil
// when there is none.
func (p *Proposal) lastNames(tx *store.Tx, before int) (*Minutes, error) {
	rounds, err := p.Results(tx)
	for i := range slices.Backward(rounds) {
		if rounds[i].Rule.names() && rounds[i].Round < before {
			return &rounds[i].Minutes, err
		}
	}
	return nil, err
}

// Saying is what somebody said in a round that is over.
type Saying struct {
	Given
	Round int
	How   string
}

// Sayings lists what people said in a round of an election after which another
// was opened.
func (p *Proposal) Sayings(tx *store.Tx, round int) ([]Saying, error) {
	return store.All(tx, scanSaying, sqlSayingsOf, p.ID, round)
}
