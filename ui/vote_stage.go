package ui

import (
	"net/url"
	"slices"

	"copi.local/store"
	"copi.local/store/vote"
	"copi.local/store/vote/tally"
)

// voteEarly fills what there is before the vote.
func (r *request) voteEarly(tx *store.Tx, p *votePage) (err error) {
	v := &p.Vote
	if p.Supports, err = v.Supports(tx); err != nil {
		return err
	}
	if p.Supported, err = v.Supported(tx); err != nil {
		return err
	}
	if p.Shown, err = store.Shown(v.Terms()); err != nil {
		return err
	}
	if v.Ready() {
		if p.Rule, err = r.voteSaid(tx, v); err != nil {
			return err
		}
		p.Caution = r.voteCaution(tx, v)
	}
	changes, err := v.Amendments(tx)
	for _, c := range changes {
		if err != nil {
			return err
		}
		view := voteChangeView{ID: c.ID, Text: r.Typo(c.Text), State: r.T("vote.amendment." + string(c.State)), Answer: r.Typo(c.Answer), Open: c.State == vote.Asked}
		if view.Who, err = r.voterName(tx, c.AuthorID); err == nil {
			p.Changes = append(p.Changes, view)
		}
	}
	if err != nil {
		return err
	}
	versions, err := v.Versions(tx)
	for _, was := range slices.Backward(versions) {
		p.Versions = append(p.Versions, voteVersion{r.Typo(was.Title), r.Typo(was.Text), r.WholeTime(was.Until), was.Choices})
	}
	if v.TakesAmendments(r.now) {
		r.FreshUntil(v.AmendUntil)
		p.Ends = r.T("vote.amend_until", "when", r.DayTime(v.AmendUntil))
	}
	return err
}

// voteOpen fills what there is while a vote is open.
func (r *request) voteOpen(tx *store.Tx, p *votePage) (err error) {
	v := &p.Vote
	if v.State != vote.Voting {
		return nil
	}
	r.FreshUntil(v.ClosesAt)
	p.Ends = r.T("vote.ends", "when", r.DayTime(v.ClosesAt))
	if v.Over(r.now) {
		p.Ends = r.T("vote.over")
		if p.Awaited, err = v.AwaitsPaper(tx); err != nil {
			return err
		}
		if p.Types, err = v.MayType(tx); err != nil {
			return err
		}
	}
	n, err := v.Voters(tx)
	if err != nil {
		return err
	}
	p.Part = r.T("vote.part", "n", n, "roll", v.RollSize)
	if p.Waits, p.Mine, err = r.awaited(tx, v); err != nil {
		return err
	}
	switch {
	case v.Over(r.now) && p.Waits:
		p.Waits, p.Mine = false, ""
	case p.Mine == "" && r.actor.ID != "":
		p.Mine = r.T("vote.ballot.none")
	}
	if p.Waits && v.Rule.Delegable {
		if p.Voice, err = r.voiceWords(tx, v); err != nil {
			return err
		}
	}
	if r.actor.ID == "" {
		p.SignIn = "/connexion?vers=" + url.QueryEscape(p.Href+"/voter")
	}
	if g, ok, err := v.Mine(tx); err != nil {
		return err
	} else if ok {
		p.Answer = r.givenWords(p, g.Ballot)
		how, err := v.How(tx, r.actor.ID)
		if err != nil {
			return err
		}
		p.Change = (how == vote.Web || how == vote.Proxy || v.Changing()) && !v.Over(r.now)
	}
	if !v.Rule.Visible {
		return nil
	}
	m, err := v.SoFar(tx)
	if err != nil {
		return err
	}
	p.Election.nameOptions(m)
	p.Result = r.voteResult(&vote.Counted{Minutes: *m})
	return r.voteBallots(tx, p)
}

// voteClosed fills what there is after the vote.
func (r *request) voteClosed(tx *store.Tx, p *votePage) error {
	v := &p.Vote
	if v.State != vote.Closed && v.Round < 2 {
		return nil
	}
	rounds, err := v.Results(tx)
	if err != nil {
		return err
	}
	for i := range rounds {
		p.Election.nameOptions(&rounds[i].Minutes)
		res := r.voteResult(&rounds[i])
		if err := r.electionRound(tx, p.Election, v, &rounds[i], res); err != nil {
			return err
		}
		if v.State == vote.Closed && rounds[i].Round == v.Round {
			p.Result = res
		} else {
			p.Earlier = append(p.Earlier, *res)
		}
	}
	p.Again, p.Draw = v.MayGoOn(), v.Outcome == tally.NeedsDraw
	if n := len(rounds); n > 0 {
		r.voteSettle(p, &rounds[n-1].Minutes)
		err = r.voteLot(tx, p, &rounds[n-1].Minutes)
	} else {
		err = r.voteLot(tx, p, nil)
	}
	if err != nil {
		return err
	}
	if p.Follows, err = r.voteFollows(tx, v); err != nil {
		return err
	}
	if v.State != vote.Closed {
		return nil
	}
	if p.Followed, err = r.followed(tx, v.Ref()); err != nil {
		return err
	}
	return r.voteBallots(tx, p)
}
