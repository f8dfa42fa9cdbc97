package ui

import (
	"net/url"
	"slices"
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/assembly"
	"copi.local/store/calendar"
	"copi.local/store/group"
	"copi.local/store/listing"
	"copi.local/store/vote"
	"copi.local/store/vote/tally"
)

// votePage is one proposal in any of its states, or one of its forms.
type votePage struct {
	page
	around
	Vote   vote.Proposal
	Href   string
	Form   *form
	State  string // in words
	Text   string
	Steps  []stepView
	Rights vote.Rights

	Supports  int
	Supported bool

	Rule    []voteSaid // the rule in words
	Shown   string     // digest of what opening the vote freezes
	Caution []noticeView
	Ends    string
	Part    string
	Waits   bool
	Mine    string    // that one has voted, and how
	Voice   voiceView // of who has not voted, where their voice goes
	Change  bool      // one's vote can be changed
	Awaited bool      // it is over, and ballots of paper are still to be typed
	Types   bool      // the reader may type them
	Answer  string    // what one voted, in a vote that is not secret
	SignIn  string
	Wards   []assembly.Ward // whose proxies the reader holds at a meeting now
	Ward    *assembly.Ward  // of the page of a ballot: for whom it is

	Ask    *voteAsk // what the mairie was asked; nil when it was not
	MayAsk bool     // the reader may address it to the mairie

	Changes  []voteChangeView
	Versions []voteVersion
	Result   *voteResult
	Earlier  []voteResult // rounds before
	Given    []voteGiven  // ballots of a vote that is not secret, once they may be read
	Follows  []voteStep
	Followed []actLine // of the public log
	Names    []string  // of the roll
	Voted    []string  // of it, who voted, after the end
	Turnout  int       // how many that are, with those who are not named
	Unnamed  int       // on the roll, and not among Names: hidden in their group, or gone from it

	// Of forms.
	Seen    []choice
	Doors   []aidDoor // methods
	Method  string    // the one whose rule is written
	Choices voteRuleChoices
	Fields  []field // of a ballot
	Blank   bool    // a ballot may be blank
	Tables  []voteTable
	Again   bool // another round may follow
	votePoll
	Draw bool // a lot is to be drawn
}

// voteSaid is one line of a rule in words.
type voteSaid struct{ Label, Text string }

// voteChangeView is a change somebody asks for.
type voteChangeView struct {
	ID, Text, Who, State, Answer string
	Open                         bool
}

// voteVersion is the text as it was.
type voteVersion struct {
	Title, Text, Until string
	Choices            []string
}

// voteGiven is a ballot with its voter.
type voteGiven struct {
	Account, Who, What, Reason, Answer string
	Carried                            string // voices of others that count with it
	Objects, Mine                      bool
	Was                                string // whom they named before they changed that
	Own                                bool   // of the person the round is about
}

// voteStep is a thing to do after a decision.
type voteStep struct {
	ID, Text, Carrier, Due, Done string
	Late                         bool
}

// vote is one proposal.
func (s *Server) vote(r *request) error { return s.showVote(r, r.Param("id")) }

func (s *Server) showVote(r *request, id string) error {
	p, err := r.votePage(id, r.emptyForm())
	if err != nil {
		return err
	}
	p.sameCard(p.Vote.ID, false)
	return r.Render("vote/vote", p)
}

// votePage reads a proposal with all that stands on its page.
func (r *request) votePage(id string, f *form) (*votePage, error) {
	p := &votePage{page: r.page(""), Form: f, Href: votePath + "/" + id}
	p.Section = "decisions"
	err := r.View(func(tx *store.Tx) (err error) {
		if p.Vote, err = vote.Get(tx, id); err != nil {
			return err
		}
		v := &p.Vote
		if p.Rights, err = v.RightsOf(tx); err != nil {
			return err
		}
		if p.around, err = r.around(tx, v.Ref(), v.AuthorID, v.Audience); err != nil {
			return err
		}
		for _, part := range []func(*store.Tx, *votePage) error{r.voteEarly, r.voteAsked, r.voteElection, r.voteOpen, r.voteWards, r.voteClosed} {
			if err := part(tx, p); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	v := &p.Vote
	p.Title, p.Text, p.State, p.Steps = r.Typo(v.Title), r.Typo(v.Text), r.stateWords(v), r.voteSteps(v)
	if p.Awaited {
		p.State, p.Ends = r.T("vote.state.typing"), ""
	}
	return p, nil
}

// voteSteps is how far a proposal has come.
func (s *speech) voteSteps(v *vote.Proposal) (steps []stepView) {
	for _, state := range []vote.State{vote.Idea, vote.Discussion, vote.Amendment, vote.Voting, vote.Closed} {
		current := v.State == state
		if v.State == vote.Cancelled || v.Pending() {
			current = state == vote.Voting
		}
		steps = append(steps, stepView{s.T("vote.step." + string(state)), current})
	}
	return steps
}

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

// voteDo is what any resident does about a proposal, by the form's button.
func (s *Server) voteDo(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	id := r.Param("id")
	verbs := map[string]func(*store.Tx) error{
		"support":      func(tx *store.Tx) error { return vote.Support(tx, id, true) },
		"unsupport":    func(tx *store.Tx) error { return vote.Support(tx, id, false) },
		"amend":        func(tx *store.Tx) error { return vote.Amend(tx, id, f.lines("amendment")) },
		"decline_seat": func(tx *store.Tx) error { return vote.Decline(tx, id, f.text("number")) },
		"lift":         func(tx *store.Tx) error { return vote.Lift(tx, id) },
	}
	return r.voteVerb(id, f, verbs)
}

// voteMark is what who answers for a proposal does.
func (s *Server) voteMark(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	id := r.Param("id")
	verbs := map[string]func(*store.Tx) error{
		"discuss":  func(tx *store.Tx) error { return vote.Discuss(tx, id) },
		"amending": func(tx *store.Tx) error { return vote.OpenAmendments(tx, id, f.until()) },
		"open":     func(tx *store.Tx) error { return vote.Start(tx, id, f.text("shown")) },
		"address":  func(tx *store.Tx) error { return vote.Address(tx, id) },
		"study":    func(tx *store.Tx) error { return vote.Study(tx, id) },
		"respond": func(tx *store.Tx) error {
			return vote.Respond(tx, id, vote.Stand(f.text("stand")), f.lines("response"))
		},
		"announce": func(tx *store.Tx) error { return vote.Start(tx, id, f.text("shown")) },
		"cancel":   func(tx *store.Tx) error { return vote.Cancel(tx, id, f.lines("reason")) },
		"withdraw": func(tx *store.Tx) error { return vote.Withdraw(tx, id) },
		"take": func(tx *store.Tx) error {
			return vote.AnswerAmendment(tx, id, f.text("which"), vote.Taken, f.lines("answer"))
		},
		"decline": func(tx *store.Tx) error {
			return vote.AnswerAmendment(tx, id, f.text("which"), vote.Declined, f.lines("answer"))
		},
		"choose": func(tx *store.Tx) error { return vote.Choose(tx, id, f.picked("chosen"), f.lines("why")) },
		"put_forward": func(tx *store.Tx) error {
			return vote.PutForward(tx, id, f.text("person"), f.lines("why"), vote.Terms{Closes: f.closes(), Zone: f.zone.String()})
		},
		"changes": func(tx *store.Tx) error {
			return vote.ChangeNames(tx, id, vote.Terms{Closes: f.closes(), Zone: f.zone.String()})
		},
		"judge": func(tx *store.Tx) error { return vote.Judge(tx, id, f.text("which"), f.lines("answer")) },
		"draw":  func(tx *store.Tx) error { return vote.Draw(tx, id, tally.Draw{Seed: f.text("seed")}, f.lines("drawn")) },
		"resume": func(tx *store.Tx) error {
			return vote.Resume(tx, id, f.text("title"), f.lines("text"), vote.Terms{Rule: f.quorum(), Closes: f.closes(), Zone: f.zone.String()})
		},
		"follow": func(tx *store.Tx) error {
			return vote.Follow(tx, id, vote.Step{Text: f.lines("step"), Carrier: f.text("carrier"), Due: wallOf(f.date("due"), 0)})
		},
		"finish": func(tx *store.Tx) error { return vote.Finish(tx, id, f.text("which"), f.lines("done")) },
		"drop":   func(tx *store.Tx) error { return vote.Drop(tx, id, f.text("which")) },
	}
	return r.voteVerb(id, f, verbs)
}

// voteVerb runs what the form's button says; a fault shows the page again.
func (r *request) voteVerb(id string, f *form, verbs map[string]func(*store.Tx) error) error {
	do, ok := verbs[f.text("do")]
	if !ok {
		return errBadText
	}
	err := r.Update(func(tx *store.Tx) error {
		if err := do(tx); err != nil {
			return err
		}
		if !f.ok() {
			return store.E(store.Invalid, "err.vote.form")
		}
		return nil
	})
	if f.refuse(err) {
		f.Faults = onePerField(f.Faults)
		p, err := r.votePage(id, f)
		if err != nil {
			return err
		}
		return r.RenderForm("vote/vote", p)
	} else if err != nil {
		return err
	}
	if f.text("do") == "withdraw" {
		return r.Redirect(votePath, "vote.did.withdraw")
	}
	return r.Redirect(votePath+"/"+id, "vote.did."+f.text("do"))
}

// until is the end of the day amendments are taken to.
func (f *form) until() time.Time {
	day := f.date("until")
	if day.IsZero() {
		return day
	}
	return day.AddDate(0, 0, 1)
}

// closes is when a vote ends, on the wall.
func (f *form) closes() calendar.Wall {
	at, _ := f.clock("closes_time")
	return wallOf(f.date("closes"), at)
}

// rollSeen are the accounts of a group's roll the reader may see by name (FO-1);
// nil for a roll of all residents.
func (r *request) rollSeen(tx *store.Tx, v *vote.Proposal) (map[string]bool, error) {
	if v.GroupID == "" {
		return nil, nil
	}
	seen := map[string]bool{}
	roster, err := group.Members(tx, v.GroupID)
	for _, m := range roster.Members {
		seen[m.Account] = true
	}
	if store.KindOf(err) == store.NotFound {
		err = nil
	}
	return seen, err
}

// groupVotes are the decisions of a group, on its page.
func (r *request) groupVotes(tx *store.Tx, p *groupPage) (v groupSection, err error) {
	if r.isOff(votePath) {
		return v, nil
	}
	v = groupSection{Title: r.T("vote.title"), None: r.T("vote.none")}
	res, err := listing.Find(tx, listing.Query{Group: p.Group.ID, Kind: listing.KindDecision, Limit: votesInGroup})
	if err != nil {
		return v, err
	}
	for _, c := range res.Cards {
		v.Cards = append(v.Cards, r.card(c, false).within())
	}
	if may, err := group.MayWrite(tx, p.Group.ID); err != nil || !may {
		return v, err
	}
	v.Actions = append(v.Actions, door{votePath + "/nouvelle?groupe=" + p.Group.ID, "lightbulb", r.T("vote.new.go"), ""})
	return v, nil
}

// votesInGroup is how many decisions stand on a group's page.
const votesInGroup = 12
