package ui

import (
	"slices"
	"strconv"
	"strings"

	"copi.local/store"
	"copi.local/store/assembly"
	"copi.local/store/vote"
	"copi.local/store/vote/tally"
)

// maxDots and the like are bounds of what is typed into a ballot; the rule
// itself says more.
const blankValue = "blank"

// picks tells whether one option is picked on a ballot of the rule.
func picks(r *tally.Rule) bool {
	return r.Method == tally.Majority || r.Method == tally.NoCandidate || r.Method == tally.Advice && r.Variant == ""
}

// ticks tells whether any number of options is.
func ticks(r *tally.Rule) bool {
	return r.Method == tally.Approval || r.Method == tally.Advice && r.Variant == tally.VariantSeveral
}

// ballotFields are the fields of a ballot of the rule, of an election with its
// persons.
func (r *request) ballotFields(f *form, v *vote.Proposal, e *voteElection) (fields []field) {
	rule := &v.Rule.Rule
	if e != nil {
		return r.electionFields(f, e, rule.Method)
	}
	var options []choice
	for i, name := range r.optionWords(v.Sort, v.Options()) {
		options = append(options, choice{Value: strconv.Itoa(i), Label: r.Typo(name)})
	}
	if v.Rule.Shuffled {
		shuffle(options, v.ID+"|"+r.actor.ID)
	}
	switch {
	case rule.Method == tally.Consent:
		answers := r.options("vote.consent.", "0", "1", "2", "3")
		reason := f.Area("reason", "vote.ballot.reason").Optional().Max(vote.MaxReason)
		return []field{f.Radio("pick", "vote.ballot.consent").Of(answers), reason}
	case picks(rule):
		options = append(options, choice{Value: blankValue, Label: r.T("vote.ballot.blank")})
		return []field{f.Radio("pick", "vote.ballot.pick").Of(options)}
	case ticks(rule):
		return []field{f.Ticks("pick", "vote.ballot.ticks").Of(options)}
	}
	for _, option := range options {
		name := "v" + option.Value
		switch rule.Method {
		case tally.Date:
			fields = append(fields, f.Radio(name, "vote.ballot.date").Named(option.Label).Of(r.options("vote.date.", "2", "1", "0")).Optional())
		case tally.Judgment:
			fields = append(fields, f.Radio(name, "vote.ballot.grade").Named(option.Label).Of(gradeChoices(rule.Grades)).Optional())
		case tally.Score:
			fields = append(fields, f.Number(name, "vote.ballot.score").Named(option.Label).Optional())
		case tally.Dots:
			fields = append(fields, f.Number(name, "vote.ballot.dots").Named(option.Label).Optional())
		default:
			fields = append(fields, f.Number(name, "vote.ballot.rank").Named(option.Label).Optional())
		}
	}
	for i := range fields {
		fields[i].Unmarked, fields[i].Help = true, ""
	}
	return fields
}

// gradeChoices are the grades, the best first as people read them.
func gradeChoices(n int) (list []choice) {
	for i, word := range slices.Backward(vote.Grades(n)) {
		list = append(list, choice{Value: strconv.Itoa(i), Label: word})
	}
	return list
}

// ballotTyped reads a ballot of the rule.
func (f *form) ballotTyped(v *vote.Proposal) (b tally.Ballot) {
	rule := &v.Rule.Rule
	if f.has(blankValue) || f.text("pick") == blankValue {
		return tally.Ballot{Blank: true}
	}
	picked := f.values["pick"]
	switch {
	case rule.Method == tally.Consent:
		n, err := strconv.Atoi(f.text("pick"))
		if err != nil {
			f.fault("pick", "err.vote.ballot_empty")
			return b
		}
		return tally.Ballot{Values: []int{n}}
	case picks(rule), ticks(rule):
		b.Values = make([]int, rule.Options)
		for i := range b.Values {
			if slices.Contains(picked, strconv.Itoa(i)) {
				b.Values[i] = 1
			}
		}
		return b
	}
	for i := range rule.Options {
		name, n := "v"+strconv.Itoa(i), 0
		if f.has(name) {
			n = f.int(name)
		} else if rule.Method == tally.Judgment || rule.Method == tally.Score {
			n = tally.Missing
		}
		b.Values = append(b.Values, n)
	}
	return b
}

// ballotPage is the page of a ballot.
func (r *request) ballotPage(f *form) (*votePage, error) {
	p, err := r.votePage(r.Param("id"), f)
	if err != nil {
		return nil, err
	}
	p.said = nil // a ballot is no place to comment by mistake
	if whom := f.text("pour"); whom != "" {
		for i := range p.Wards {
			if p.Wards[i].AccountID == whom {
				p.Ward = &p.Wards[i]
			}
		}
		if p.Ward == nil && r.Request().Method == GET {
			return nil, store.E(store.Conflict, "err.assembly.no_ward")
		}
	}
	if p.Vote.State == vote.Voting {
		p.Fields = r.ballotFields(f, &p.Vote, p.Election)
		p.Blank = p.Vote.Rule.Method != tally.Consent && !picks(&p.Vote.Rule.Rule)
	}
	return p, nil
}

// voteBallot is an empty ballot, or in a vote that is not secret one's own.
func (s *Server) voteBallot(r *request) error {
	f := r.emptyForm("pour", r.QueryParam("pour"))
	err := r.View(func(tx *store.Tx) error {
		v, err := vote.Get(tx, r.Param("id"))
		if err != nil || v.Rule.Secret || f.has("pour") {
			return err
		}
		g, ok, err := v.Mine(tx)
		if ok {
			f.writeBallot(&v, g)
		}
		return err
	})
	if err != nil {
		return err
	}
	p, err := r.ballotPage(f)
	if err != nil {
		return err
	}
	return r.Render("vote/ballot", p)
}

// writeBallot fills in what somebody voted.
func (f *form) writeBallot(v *vote.Proposal, g vote.Given) {
	f.values.Set("reason", g.Reason)
	rule := &v.Rule.Rule
	if g.Ballot.Blank {
		f.values.Set(blankValue, "1")
		f.values.Set("pick", blankValue)
		return
	}
	for i, n := range g.Ballot.Values {
		switch {
		case rule.Method == tally.Consent:
			f.values.Set("pick", strconv.Itoa(n))
		case picks(rule), ticks(rule):
			if n == 1 {
				f.values.Add("pick", strconv.Itoa(i))
			}
		case n != tally.Missing && (n != 0 || !rule.Ranked()):
			f.values.Set("v"+strconv.Itoa(i), strconv.Itoa(n))
		}
	}
}

// voteCast puts a ballot in.
func (s *Server) voteCast(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	p, err := r.ballotPage(f)
	if err != nil {
		return err
	}
	if p.Vote.State == vote.Voting {
		a := vote.Answer{Ballot: f.ballotTyped(&p.Vote), Reason: f.lines("reason")}
		if p.Vote.Rule.Secret && !f.has("sure") {
			f.fault("sure", "err.vote.sure")
		}
		if f.ok() {
			err = r.Update(func(tx *store.Tx) error {
				if whom := f.text("pour"); whom != "" {
					return assembly.CastFor(tx, p.Vote.ID, whom, a)
				}
				return vote.Cast(tx, p.Vote.ID, a)
			})
		}
	} else {
		err = store.E(store.Conflict, "err.vote.not_open")
	}
	if f.refuse(err) || !f.ok() {
		if p, err = r.ballotPage(f); err != nil {
			return err
		}
		return r.RenderForm("vote/ballot", p)
	} else if err != nil {
		return err
	}
	if p.Ward != nil {
		return r.Redirect(p.Href, "assembly.ward.done", "name", p.Ward.Name)
	}
	told := "vote.cast.named"
	if p.Vote.Rule.Secret {
		told = "vote.cast.secret"
	}
	return r.Redirect(p.Href, told)
}

// ballotWords says what a ballot says.
func (s *speech) ballotWords(v *vote.Proposal, b tally.Ballot) string {
	rule, names := &v.Rule.Rule, s.optionWords(v.Sort, v.Options())
	switch {
	case b.Blank:
		return s.T("vote.ballot.blank")
	case b.Spoilt:
		return s.T("vote.ballot.spoilt")
	case rule.Method == tally.Consent:
		return s.T("vote.consent." + strconv.Itoa(b.Values[0]))
	}
	var words []string
	for i, n := range b.Values {
		name := s.Typo(names[i])
		switch {
		case picks(rule), ticks(rule):
			if n == 1 {
				words = append(words, name)
			}
		case n == tally.Missing, rule.Ranked() && n == 0:
		case rule.Method == tally.Date:
			words = append(words, s.T("vote.ballot.is", "name", name, "value", s.T("vote.date."+strconv.Itoa(n))))
		case rule.Method == tally.Judgment:
			words = append(words, s.T("vote.ballot.is", "name", name, "value", vote.Grades(rule.Grades)[n]))
		default:
			words = append(words, s.T("vote.ballot.is", "name", name, "value", n))
		}
	}
	return strings.Join(words, " ; ")
}

// RankNotes say on a ballot of ranks what its rule allows beside a rank for each
// option (RK-5).
func (p *votePage) RankNotes() (notes []string) {
	r := &p.Vote.Rule
	switch {
	case !r.Ranked():
		return nil
	case r.Truncated:
		notes = append(notes, p.T("vote.ballot.truncated"))
	default:
		notes = append(notes, p.T("vote.ballot.whole"))
	}
	if r.Equal {
		notes = append(notes, p.T("vote.ballot.equal"))
	}
	return notes
}
