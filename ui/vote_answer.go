package ui

import (
	"strconv"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/calendar"
	"copi.local/store/vote"
)

// voteAsk is what the mairie was asked about a proposal, and says to it.
type voteAsk struct {
	Stand, When, Answer string // in words
	Given               string
	Words               string // of the answer, to correct
	Waits, Late         bool
	Fresh               bool // nobody said yet that it is looked into
	Mine                bool // the reader answers for the mairie
}

// wallToday is today on the wall.
func (r *request) wallToday() calendar.Wall { return calendar.WallOf(r.now.In(r.zone)).Midnight() }

// freshWhileDue keeps a page until a wait turns into a delay.
func (r *request) freshWhileDue(a *vote.Ask) {
	if a.Waits() && !a.Late(r.wallToday()) {
		end, _, _ := a.Due.AddDays(1).In(r.zone, false)
		r.FreshUntil(end)
	}
}

// voteAsked fills what the mairie was asked.
func (r *request) voteAsked(tx *store.Tx, p *votePage) error {
	a, ok, err := p.Vote.AskOf(tx)
	if err != nil {
		return err
	}
	if !ok {
		p.MayAsk = p.Vote.GroupID == "" && p.Vote.Sort != vote.Election && p.Vote.IsEarly() && p.Rights.Manage()
		return nil
	}
	r.freshWhileDue(&a)
	p.Ask = &voteAsk{
		Stand: r.T("vote.ask.stand." + string(a.Stand)), When: r.T("vote.ask.until", "day", r.wholeDay(a.Due)), Answer: r.Typo(a.Answer), Words: a.Answer,
		Waits: a.Waits(), Late: a.Late(r.wallToday()), Fresh: a.Stand == vote.Received, Mine: r.actor.Can(store.Operator),
	}
	if !a.Waits() {
		p.Ask.When, p.Ask.Given = r.T("vote.ask.answered", "day", r.Day(a.AnsweredAt)), string(a.Stand)
	}
	return nil
}

// StandChoices are what the mairie can make of an idea.
func (p *votePage) StandChoices() []choice {
	return p.speech().options("vote.ask.stand.", string(vote.TakenUp), string(vote.SetAside))
}

// overdue are the ideas the mairie should have answered, that the reader may
// know of.
func (r *request) overdue(tx *store.Tx) (list []voteLine, err error) {
	if r.isOff(votePath) {
		return nil, nil
	}
	owed, err := vote.Unanswered(tx)
	for i := range owed {
		o := &owed[i]
		r.freshWhileDue(&o.Ask)
		if o.Ask.Late(r.wallToday()) {
			list = append(list, voteLine{
				Href: votePath + "/" + o.Proposal.ID, Title: r.Typo(o.Proposal.Title), Ends: r.T("vote.ask.was_due", "day", r.wholeDay(o.Ask.Due)),
			})
		}
	}
	return list, err
}

// answerDuty are the ideas that wait for the mairie, for operators, who speak
// for it.
func answerDuty(r *request, tx *store.Tx) ([]task, error) {
	if !r.actor.Can(store.Operator) {
		return nil, nil
	}
	owed, err := vote.Unanswered(tx)
	var list []task
	for i := range owed {
		o, key := &owed[i], "todo.idea"
		late := o.Ask.Late(r.wallToday())
		if late {
			key = "todo.idea_late"
		}
		list = append(list, task{
			Text: r.T(key, "day", r.wholeDay(o.Ask.Due), "title", r.Typo(o.Proposal.Title)), Action: r.T("todo.answer"),
			Href: votePath + "/" + o.Proposal.ID, Urgent: late,
		})
	}
	return list, err
}

// answerRule is how long the mairie has to answer.
func (s *Server) answerRule(r *request) error {
	p := &votePage{page: r.page("vote.ask.rule")}
	err := r.View(func(tx *store.Tx) error {
		days, err := vote.AnswerDays(tx)
		p.Form = r.emptyForm("days", strconv.Itoa(days))
		return err
	})
	if err != nil {
		return err
	}
	return r.Render("vote/answers", p)
}

// answerRuleSet changes it.
func (s *Server) answerRuleSet(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	days := f.int("days")
	if f.ok() {
		err = r.enact(f, account.ActRulesVote, func(tx *store.Tx) error { return vote.SetAnswerDays(tx, days) })
	}
	if f.refuse(err) || !f.ok() {
		return r.RenderForm("vote/answers", &votePage{page: r.page("vote.ask.rule"), Form: f})
	}
	if err != nil {
		return err
	}
	return r.Redirect("/admin/decisions", "vote.ask.rule_set")
}
