package ui

import (
	"copi.local/store"
	"copi.local/store/group"
)

func (s *Server) groupLeagueRoutes() []route {
	return []route{
		{GET, "/groupes/:id/federation", public, s.groupLeague},
		{POST, "/groupes/:id/federation", owner, s.groupLeagueChange},
		{POST, "/groupes/:id/questions/:question", owner, s.groupReply},
	}
}

// groupLeaguePage is what a group has to do with groups of groups: the groups in
// it and what it asks them, and the groups of groups it is in.
type groupLeaguePage struct {
	page
	Group      group.Group
	Form       *form
	Canonical  string
	Keeps      bool
	Parts      []group.Part
	Leagues    []leagueView
	Questions  []inquiryView
	Candidates []choice
}

// leagueView is a group of groups the group is in.
type leagueView struct {
	group.League
	Delegates field // who speaks for the group there; for its keepers
}

// inquiryView is one question in words.
type inquiryView struct {
	group.Inquiry
	Action  string
	Rule    string
	When    string
	Heard   string // "3 groupes sur 4 ont répondu"
	Result  string // empty while it runs
	Running bool
}

// Rules are the rules a question may have.
func (p *groupLeaguePage) Rules() []choice {
	return choicesOf(p.speech(), "group.rule.", group.Rules)
}

// Says is what a group answered, in words.
func (p *groupLeaguePage) Says(h group.Heard) string {
	if h.Answer == group.NoAnswer {
		return p.T("group.answer.none")
	}
	return p.T("group.answer." + string(h.Answer))
}

// Answers are the choices of an answer.
func (p *groupLeaguePage) Answers(h group.Heard) field {
	fd := p.Form.Select("answer", "group.answer")
	fd.Value = string(h.Answer)
	if h.Answer == group.NoAnswer {
		fd.Value = string(group.Yes)
	}
	return fd.Of(choicesOf(p.speech(), "group.answer.", group.Answers)).On(h.PartID)
}

func (r *request) groupLeaguePage(f *form) (*groupLeaguePage, error) {
	id := r.Param("id")
	p := &groupLeaguePage{page: r.page("group.league.title"), Form: f, Canonical: groupHref(id)}
	p.Section = "groupes"
	return p, r.View(func(tx *store.Tx) (err error) {
		if p.Group, err = group.Get(tx, id); err != nil {
			return err
		}
		role, err := group.RoleOf(tx, id)
		if err != nil {
			return err
		}
		p.Keeps = role == group.Keeper
		if p.Parts, err = group.Parts(tx, id); err != nil {
			return err
		}
		if err := r.groupLeagues(tx, p); err != nil {
			return err
		}
		questions, err := group.Inquiries(tx, id)
		for i := range questions {
			p.Questions = append(p.Questions, r.inquiryView(tx, &questions[i]))
		}
		if err != nil || !p.Keeps {
			return err
		}
		candidates, err := group.Candidates(tx, id)
		for _, g := range candidates {
			p.Candidates = append(p.Candidates, choice{Value: g.ID, Label: r.Typo(g.Name)})
		}
		return err
	})
}

// groupLeagues reads what the group is in; its keepers choose who speaks for it
// there.
func (r *request) groupLeagues(tx *store.Tx, p *groupLeaguePage) error {
	leagues, err := group.Leagues(tx, p.Group.ID)
	if err != nil || len(leagues) == 0 {
		return err
	}
	roster, err := group.Members(tx, p.Group.ID)
	if err != nil {
		return err
	}
	for _, l := range leagues {
		v := leagueView{League: l}
		if p.Keeps && l.Agreed {
			speak, err := group.DelegatesOf(tx, l.Group.ID, p.Group.ID)
			if err != nil {
				return err
			}
			form := r.emptyForm()
			for _, d := range speak {
				form.values.Add("delegate", d.Account)
			}
			var members []choice
			for _, m := range roster.Members {
				members = append(members, choice{Value: m.Account, Label: m.Name})
			}
			v.Delegates = form.Ticks("delegate", "group.league.delegates").Optional().Of(members).On(l.Group.ID)
		}
		p.Leagues = append(p.Leagues, v)
	}
	return nil
}

// inquiryView writes a question in words.
func (r *request) inquiryView(tx *store.Tx, q *group.Inquiry) inquiryView {
	ended := q.Ended(tx)
	t := q.Tally(ended)
	v := inquiryView{
		Inquiry: *q, Action: groupHref(q.GroupID) + "/questions/" + q.ID, Rule: r.T("group.rule." + string(q.Rule)), Running: !ended,
		Heard: r.T("group.heard", "n", t.Answered, "of", t.Asked), When: r.T("group.question.until", "when", r.DayTime(q.Until)),
	}
	if ended {
		v.When = r.T("group.question.ended", "when", r.DayTime(q.Until))
		v.Result = r.T("group.outcome."+string(t.Outcome)) + " " + r.T("group.outcome", "yes", t.Yes, "no", t.No, "abstain", t.Abstain)
	} else {
		r.FreshUntil(q.Until)
	}
	return v
}

// groupLeague shows it.
func (s *Server) groupLeague(r *request) error {
	p, err := r.groupLeaguePage(r.emptyForm("rule", string(group.Majority)))
	if err != nil {
		return err
	}
	return r.Render("group/league", p)
}

// groupLeagueChange is what a keeper does: invite a group, take one out, agree
// to an invitation, say who speaks, ask.
func (s *Server) groupLeagueChange(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	id, do, other := r.Param("id"), f.text("do"), f.text("other")
	verb := map[string]func(*store.Tx) error{
		"add":       func(tx *store.Tx) error { return group.AddPart(tx, id, f.text("part")) },
		"drop":      func(tx *store.Tx) error { return group.DropPart(tx, id, other) },
		"agree":     func(tx *store.Tx) error { return group.Agree(tx, other, id) },
		"leave":     func(tx *store.Tx) error { return group.DropPart(tx, other, id) },
		"delegates": func(tx *store.Tx) error { return group.Delegates(tx, other, id, f.values["delegate"]) },
		"ask":       func(tx *store.Tx) error { return group.Ask(tx, f.inquiry(id)) },
	}[do]
	if verb == nil {
		return errBadText
	}
	err = r.Update(func(tx *store.Tx) error {
		if _, err := group.Kept(tx, id); err != nil {
			return err
		}
		return verb(tx)
	})
	if err == nil {
		return r.Redirect(groupHref(id)+"/federation", "group.league.done_"+do)
	}
	p, perr := r.groupLeaguePage(f)
	if perr != nil {
		return perr
	}
	return r.again(f, err, "group/league", p)
}

// inquiry reads a question as it was typed; its last day is answered to its end.
func (f *form) inquiry(league string) *group.Inquiry {
	q := &group.Inquiry{GroupID: league, Question: f.text("question"), Text: f.lines("text"), Rule: group.Rule(f.text("rule"))}
	if last := f.date("until"); !last.IsZero() {
		q.Until = last.AddDate(0, 0, 1)
	}
	return q
}

// groupReply is what a group says, by who speaks for it.
func (s *Server) groupReply(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	err = r.Update(func(tx *store.Tx) error {
		return group.Reply(tx, r.Param("question"), f.text("part"), group.Voice(f.text("answer")))
	})
	if err == nil {
		return r.Redirect(groupHref(r.Param("id"))+"/federation", "group.answer.done")
	}
	if k := store.KindOf(err); k != store.Conflict && k != store.Invalid {
		return err
	}
	p, perr := r.groupLeaguePage(f)
	if perr != nil {
		return perr
	}
	return r.again(f, err, "group/league", p)
}
