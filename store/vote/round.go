package vote

import (
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/notify"
	"copi.local/store/vote/tally"
)

// last is the minutes of the round that was counted last.
func (p *Proposal) last(tx *store.Tx) (*Minutes, error) {
	all, err := p.Results(tx)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, store.E(store.Conflict, "err.vote.not_closed")
	}
	return &all[len(all)-1].Minutes, nil
}

// Lift takes the acting account's objection back: its words stay, as a reserve.
// Without another one the proposal is adopted (CO-1).
func Lift(tx *store.Tx, id string) error {
	p, err := Get(tx, id)
	if err != nil {
		return err
	}
	if err := tx.Actor.Need(store.Resident); err != nil {
		return err
	}
	g, ok, err := p.Mine(tx)
	if err != nil {
		return err
	}
	if !ok || !p.toSettle() || !objects(&g) {
		return store.E(store.Conflict, "err.vote.no_objection")
	}
	g.Ballot.Values[0] = tally.Reserves
	if err := p.write(tx, tx.Actor.ID, Web, Answer{g.Ballot, g.Reason}); err != nil {
		return err
	}
	return p.again(tx)
}

// Judge settles somebody's objection as not valid, with words that say who
// judged it and how. Never whoever made the proposal: only others who answer
// for the decisions.
func Judge(tx *store.Tx, id, account, why string) error {
	p, r, err := managed(tx, id)
	if err != nil {
		return err
	}
	switch {
	case !r.Lead || r.Author:
		return store.E(store.Forbidden, "err.vote.judge")
	case strings.TrimSpace(why) == "":
		return store.E(store.Invalid, "err.vote.judge_empty").At("answer")
	}
	if bad := listing.CheckText("answer", why, MaxReason); bad != nil {
		return bad
	}
	g, err := store.One(tx, scanGiven, sqlBallotOf, p.ID, account)
	if err != nil {
		return err
	}
	if !p.toSettle() || !objects(&g) {
		return store.E(store.Conflict, "err.vote.no_objection")
	}
	if n, ok, err := p.Nominee(tx); err != nil {
		return err
	} else if ok && n.AccountID == account {
		return store.E(store.Forbidden, "err.vote.judge_own")
	}
	if _, err := tx.Exec(sqlAnswer, why, p.ID, account); err != nil {
		return err
	}
	if err := notify.Tell(tx, account, p.Ref(), "notify.vote_judged"); err != nil {
		return err
	}
	return p.again(tx)
}

// objects tells whether the ballot is an objection that stands.
func objects(g *Given) bool {
	return g.Answer == "" && len(g.Ballot.Values) == 1 && g.Ballot.Values[0] == tally.Objects
}

// toSettle tells whether the vote ended with an objection to be dealt with.
func (p *Proposal) toSettle() bool { return p.State == Closed && p.Outcome == tally.Objection }

// again counts the round once more, after an objection was settled.
func (p *Proposal) again(tx *store.Tx) error {
	m, err := p.last(tx)
	if err != nil {
		return err
	}
	h, err := p.heap(tx, false)
	if err != nil {
		return err
	}
	m.Ballots, m.Reasons = h.ballots, h.reasons
	if err := m.recount(); err != nil {
		return err
	}
	if err := p.person(tx, m); err != nil {
		return err
	}
	if err := p.keep(tx, m); err != nil || p.Outcome == tally.Objection {
		return err
	}
	return p.tellRoll(tx, "notify.vote_result")
}

// MayGoOn tells whether another round can follow: an objection or a silence
// stands, or too few took part. An election goes on by other rounds: see Pending.
func (p *Proposal) MayGoOn() bool {
	return p.Sort != Election && p.State == Closed && (p.Outcome == tally.Objection || p.Outcome == tally.Silence || p.Outcome == tally.NoQuorum ||
		p.Outcome == tally.NobodyVoted || p.Outcome == tally.NoneExpressed || p.Outcome == tally.Tied)
}

// Resume opens another round with the words as they now are and nobody's answer
// kept, on the same roll. t says by when; its rule may differ in the quorum
// alone, where the statutes allow a lower one (DE-3).
func Resume(tx *store.Tx, id, title, text string, t Terms) error {
	p, _, err := managed(tx, id)
	if err != nil {
		return err
	}
	if !p.MayGoOn() {
		return store.E(store.Conflict, "err.vote.no_round")
	}
	to := p
	to.Title, to.Text = title, text
	var bad store.Errors
	if err := bad.Take(to.Check()); err != nil {
		return err
	}
	if t.Zone == "" {
		t.Zone = Paris
	}
	at, fault := closing(tx, t.Closes, t.Zone)
	bad.Add(fault)
	to.Rule.QuorumNum, to.Rule.QuorumDen, to.Rule.QuorumAtLeast = t.Rule.QuorumNum, t.Rule.QuorumDen, t.Rule.QuorumAtLeast
	if err := bad.Take(to.Rule.check(&to)); err != nil {
		return err
	}
	if err := bad.OrNil(); err != nil {
		return err
	}
	if err := p.keepText(tx); err != nil {
		return err
	}
	for _, statement := range []string{sqlUnballot, sqlUnvote} {
		if _, err := tx.Exec(statement, p.ID); err != nil {
			return err
		}
	}
	to.Closes, to.Zone, to.ClosesAt = t.Closes, t.Zone, at
	to.Round++
	return to.open(tx, "notify.vote_round")
}

// Draw records a lot that settles a tie, with words that say how it was drawn,
// and counts again. It is drawn once.
func Draw(tx *store.Tx, id string, d tally.Draw, how string) error {
	p, _, err := managed(tx, id)
	if err != nil {
		return err
	}
	if strings.TrimSpace(how) == "" {
		return store.E(store.Invalid, "err.vote.draw_empty").At("drawn")
	}
	if bad := listing.CheckText("drawn", how, MaxReason); bad != nil {
		return bad
	}
	if p.State != Closed || p.Outcome != tally.NeedsDraw {
		return store.E(store.Conflict, "err.vote.no_draw")
	}
	if p.Sort == Lot {
		return p.drawLot(tx, d.Seed, how)
	}
	m, err := p.last(tx)
	if err != nil {
		return err
	}
	m.Draw, m.Drawn = d, how
	if err := m.recount(); err != nil {
		return store.E(store.Invalid, "err.vote.draw").At("seed").Because(err)
	}
	if err := p.keep(tx, m); err != nil {
		return err
	}
	return p.tellRoll(tx, "notify.vote_result")
}

// OpenAmendments begins the phase in which others ask for changes, until a day.
func OpenAmendments(tx *store.Tx, id string, until time.Time) error {
	p, _, err := managed(tx, id)
	if err != nil {
		return err
	}
	switch {
	case p.State != Discussion && p.State != Amendment:
		return store.E(store.Conflict, "err.vote.not_discussed")
	case until.Before(tx.Now.Add(MinOpen)):
		return store.E(store.Invalid, "err.vote.closes_soon").At("until")
	case until.After(tx.Now.Add(MaxOpen)):
		return store.E(store.Invalid, "err.vote.closes_far").At("until")
	}
	p.State, p.AmendUntil = Amendment, until
	return p.save(tx)
}
