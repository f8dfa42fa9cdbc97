package ui

import (
	"copi.local/store"
	"copi.local/store/assembly"
	"copi.local/store/vote"
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
