package ui

import (
	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/vote/tally"
)

// voteBallots lists the ballots of a vote that is not secret, for those whose
// vote it is.
func (r *request) voteBallots(tx *store.Tx, p *votePage) error {
	v := &p.Vote
	on, err := v.Entitled(tx, r.actor.ID)
	if err != nil || !on && !p.Rights.Lead {
		return err
	}
	list, err := v.Ballots(tx)
	if err != nil {
		return err
	}
	before, err := p.Election.namedBefore(tx, r.speech, v)
	if err != nil {
		return err
	}
	carried, err := v.Carried(tx)
	for _, g := range list {
		if err != nil {
			return err
		}
		view := voteGiven{
			Account: g.AccountID, What: r.givenWords(p, g.Ballot), Reason: r.Typo(g.Reason), Answer: r.Typo(g.Answer), Mine: g.AccountID == r.actor.ID,
			Objects: v.Rule.Method == tally.Consent && g.Answer == "" && len(g.Ballot.Values) == 1 && g.Ballot.Values[0] == tally.Objects,
		}
		if p.Election != nil {
			view.Own = g.AccountID == p.Election.own
		}
		if was := before[g.AccountID]; was != view.What {
			view.Was = was
		}
		if n := carried[g.AccountID]; n > 0 {
			view.Carried = r.T("vote.delegate.carried", "n", n)
		}
		if view.Who, err = r.voterName(tx, g.AccountID); err == nil {
			p.Given = append(p.Given, view)
		}
	}
	return err
}

// givenWords says what a ballot says, to the reader of the page.
func (r *request) givenWords(p *votePage, b tally.Ballot) string {
	if p.Election != nil {
		return p.Election.says(r.speech, p.Vote.Rule.Method, b)
	}
	return r.ballotWords(&p.Vote, b)
}

// voterName is how others read a voter, an asker; visitors read no name.
func (r *request) voterName(tx *store.Tx, id string) (string, error) {
	if r.actor.ID == "" {
		return "", nil
	}
	name, err := account.ShownName(tx, id)
	if err == nil && name == "" {
		name = r.T("vote.left")
	}
	return name, err
}
