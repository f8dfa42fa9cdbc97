package vote

import (
	"encoding/json"
	"strings"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/vote/tally"
)

// Answer is what somebody votes. A reason goes with methods that are never
// secret.
type Answer struct {
	Ballot tally.Ballot
	Reason string // of an objection, which needs one, or a reserve
}

// Cast votes for the acting account. In a secret vote that is once and for all;
// in others it can be changed until the end, and only the last counts (DE-5).
func Cast(tx *store.Tx, id string, a Answer) error {
	p, err := Get(tx, id)
	if err != nil {
		return err
	}
	if err := tx.Actor.Need(store.Resident); err != nil {
		return err
	}
	return p.cast(tx, tx.Actor.ID, Web, a)
}

// CastByProxy votes for an account whose proxy the actor holds, which package
// assembly vouches for (tx.Entrust): only where the rule says so. Their own vote
// replaces it, and is never replaced (DE-9).
func CastByProxy(tx *store.Tx, id, account string, a Answer) error {
	p, err := Get(tx, id)
	if err != nil {
		return err
	}
	if err := tx.Actor.Need(store.Resident); err != nil {
		return err
	}
	if !p.Rule.Proxies || p.Rule.Secret || !tx.VouchedFor(p.Ref()) {
		return store.E(store.Forbidden, "err.forbidden")
	}
	return p.cast(tx, account, Proxy, a)
}

// cast puts in what an account votes, in the way how says.
func (p *Proposal) cast(tx *store.Tx, account, how string, a Answer) error {
	if err := p.accepts(tx); err != nil {
		return err
	}
	if err := p.mayVote(tx, account); err != nil {
		return err
	}
	a.Ballot = p.Rule.Tidy(a.Ballot)
	if err := p.Rule.CheckBallot(a.Ballot); err != nil {
		return err
	}
	if p.Rule.Secret {
		return p.putIn(tx, account, how, a.Ballot)
	}
	if err := p.checkReason(&a); err != nil {
		return err
	}
	if err := p.checkOwn(tx, account, a.Ballot); err != nil {
		return err
	}
	return p.write(tx, account, how, a)
}

// accepts tells whether a ballot can be put in at this instant. While the clock
// is unsure none is: the end may be past (DE-6).
func (p *Proposal) accepts(tx *store.Tx) error {
	switch {
	case p.State != Voting:
		return store.E(store.Conflict, "err.vote.not_open")
	case !tx.ClockQuality().Sure():
		return store.E(store.Conflict, "err.vote.clock")
	case p.Over(tx.Now):
		return store.E(store.Conflict, "err.vote.over")
	}
	return nil
}

// mayVote fails with kind Conflict for an account that is not on the roll, or has left since where
// that ends the right (DE-4).
func (p *Proposal) mayVote(tx *store.Tx, account string) error {
	on, err := p.Entitled(tx, account)
	if err == nil && on && p.Rule.Departures == Removed {
		on, err = member(tx, p.GroupID, account)
	}
	if err == nil && !on {
		err = store.E(store.Conflict, "err.vote.not_on_roll")
	}
	return err
}

// Entitled tells whether an account is on the roll.
func (p *Proposal) Entitled(tx *store.Tx, account string) (bool, error) {
	if account == "" {
		return false, nil
	}
	_, err := store.One(tx, store.Scan[string], sqlEntitled, p.ID, account)
	if store.KindOf(err) == store.NotFound {
		return false, nil
	}
	return err == nil, err
}

// checkReason wants words with an objection (CO-2).
func (p *Proposal) checkReason(a *Answer) error {
	if !named(p.Rule.Method) {
		a.Reason = ""
	}
	if p.Rule.names() {
		return p.checkNamed(a)
	}
	objects := p.Rule.Method == tally.Consent && !a.Ballot.Blank && a.Ballot.Values[0] == tally.Objects
	if objects && strings.TrimSpace(a.Reason) == "" {
		return store.E(store.Invalid, "err.vote.objection_empty").At("reason")
	}
	if bad := listing.CheckText("reason", a.Reason, MaxReason); bad != nil {
		return bad
	}
	return nil
}

// checkNamed wants somebody named with a reason; who names nobody may give one.
func (p *Proposal) checkNamed(a *Answer) error {
	if a.Ballot.Blank || a.Ballot.Spoilt {
		return store.E(store.Invalid, "err.vote.name_who").At("pick")
	}
	if a.Ballot.Values[p.Rule.Options-1] == 0 && strings.TrimSpace(a.Reason) == "" {
		return store.E(store.Invalid, "err.vote.name_why").At("reason")
	}
	if bad := listing.CheckText("reason", a.Reason, MaxReason); bad != nil {
		return bad
	}
	return nil
}

// replaces tells whether a ballot cast in one way can take the place of another.
// What was done on paper or at the desk cannot be done over on the web (DE-10);
// one's own vote takes the place of a proxy's, never the other way round (DE-9).
func replaces(was, how string) bool {
	return was == Proxy || was == Web && how == Web
}

// write stores a ballot beside its voter.
func (p *Proposal) write(tx *store.Tx, account, how string, a Answer) error {
	was, err := store.One(tx, store.Scan[string], sqlEntitled, p.ID, account)
	if err != nil {
		return err
	}
	if was != "" && !p.Changing() && !replaces(was, how) {
		return store.E(store.Conflict, "err.vote.voted")
	}
	text, err := json.Marshal(a.Ballot)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(sqlBallot, p.ID, account, string(text), a.Reason); err != nil {
		return err
	}
	_, err = tx.Exec(sqlVoted, how, p.ID, account)
	return err
}

// Entry is one account of the roll.
type Entry struct {
	AccountID string // of somebody who has left: an id of nobody
	How       string // how they voted; empty: not, or not to be known yet
}

// Roll is who may vote, in the order of the ids. Of a secret vote that is open
// it says of nobody whether they have voted.
func (p *Proposal) Roll(tx *store.Tx) ([]Entry, error) {
	return store.All(tx, func(r store.Row) (e Entry, err error) { return e, r.Scan(&e.AccountID, &e.How) }, sqlRoll, p.ID)
}

// Voters is how many have voted so far.
func (p *Proposal) Voters(tx *store.Tx) (int, error) {
	if p.Rule.Secret && p.State == Voting {
		return store.One(tx, store.Scan[int], sqlMarksN, p.ID)
	}
	return store.One(tx, store.Scan[int], sqlVotedN, p.ID)
}

// How is how an account voted; empty when it has not.
func (p *Proposal) How(tx *store.Tx, account string) (string, error) {
	query := sqlEntitled
	if p.Rule.Secret && p.State == Voting {
		query = sqlIsMarked
	}
	how, err := store.One(tx, store.Scan[string], query, p.ID, account)
	if store.KindOf(err) == store.NotFound {
		return "", nil
	}
	return how, err
}

// Given is the ballot of an account in a vote that is not secret.
type Given struct {
	AccountID string // of somebody who has left: an id of nobody
	Ballot    tally.Ballot
	Reason    string
	Answer    string // why an objection was judged not valid; empty: it was not
}

// Mine is what the acting account voted, in a vote that is not secret; ok is
// false when it has not.
func (p *Proposal) Mine(tx *store.Tx) (g Given, ok bool, err error) {
	g, err = store.One(tx, scanGiven, sqlBallotOf, p.ID, tx.Actor.ID)
	if store.KindOf(err) == store.NotFound {
		return g, false, nil
	}
	return g, err == nil, err
}

// Ballots lists the ballots of a vote that is not secret, once its results may
// be read; before that there are none for anybody (SE-3).
func (p *Proposal) Ballots(tx *store.Tx) ([]Given, error) {
	if p.Rule.Secret || p.State == Voting && !p.Rule.Visible {
		return nil, nil
	}
	return store.All(tx, scanGiven, sqlBallots, p.ID)
}

func scanGiven(r store.Row) (g Given, err error) {
	var text string
	if err = r.Scan(&g.AccountID, &text, &g.Reason, &g.Answer); err == nil {
		err = json.Unmarshal([]byte(text), &g.Ballot)
	}
	return g, err
}

// counted is the ballot as it counts: an objection judged not valid is a
// reserve.
func (g *Given) counted() tally.Ballot {
	if g.Answer != "" {
		return tally.Ballot{Values: []int{tally.Reserves}}
	}
	return g.Ballot
}
