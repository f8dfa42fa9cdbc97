package ui

import (
	"slices"
	"strconv"
	"strings"

	"copi.local/store"
	"copi.local/store/vote"
	"copi.local/store/vote/tally"
)

// slipRows is how many ballots of paper are typed at once.
const slipRows = 8

// What is typed instead of an answer, in both languages.
var (
	slipBlanks = []string{blankValue, "blanc", "b"}
	slipSpoilt = []string{"spoilt", "nul", "n"}
)

// paperEntry is the page of one's own entry of the ballots in the urn.
func (r *request) paperEntry(f *form) (*votePaperPage, error) {
	p := &votePaperPage{page: r.page("vote.paper.title"), Form: f, Href: votePath + "/" + r.Param("id")}
	p.Section = "decisions"
	err := r.View(func(tx *store.Tx) error {
		v, k, err := vote.Typing(tx, r.Param("id"))
		if err != nil {
			return err
		}
		p.Vote, p.Entry = v, &k
		d, _, err := v.DeskOf(tx)
		if err == nil && len(d.Entries) == 2 && d.Entries[0].Done() && d.Entries[1].Done() {
			codes, same := vote.Differences(&d.Entries[0], &d.Entries[1])
			p.Differ = codes
			switch {
			case len(codes) > 0:
				p.Differs = r.T("vote.paper.differ", "n", len(codes))
			case !same:
				p.Differs = r.T("vote.paper.differ_found")
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, s := range p.Entry.Ballots {
		p.Slips = append(p.Slips, voteSlip{s.Code, r.ballotWords(&p.Vote, s.Ballot)})
	}
	rule := &p.Vote.Rule.Rule
	switch {
	case picks(rule):
	case ticks(rule):
		p.HowTyped = append(p.HowTyped, r.T("vote.paper.how_ticks"))
	default:
		p.HowTyped = append(p.HowTyped, r.T("vote.paper.how_numbers"))
		if rule.Method == tally.Judgment {
			p.HowTyped = append(p.HowTyped, r.T("vote.paper.how_grade", "grades", numberedGrades(rule.Grades)))
		}
	}
	for n := 1; n <= slipRows; n++ {
		p.Rows = append(p.Rows, batchRow{n, r.slipFieldsOf(f, &p.Vote, "-"+strconv.Itoa(n))})
	}
	return p, nil
}

// slipFieldsOf are the fields of one ballot of paper.
func (r *request) slipFieldsOf(f *form, v *vote.Proposal, at string) []field {
	code := f.Text("code"+at, "vote.desk.code").Unless().Max(12)
	if !picks(&v.Rule.Rule) {
		return []field{code, f.Text("says"+at, "vote.paper.says").Unless().Max(200)}
	}
	options := []choice{{Value: "", Label: "—"}}
	for i, name := range v.Options() {
		options = append(options, choice{Value: strconv.Itoa(i + 1), Label: strconv.Itoa(i+1) + ". " + r.Typo(name)})
	}
	options = append(options, choice{Value: blankValue, Label: r.T("vote.ballot.blank")}, choice{Value: "spoilt", Label: r.T("vote.ballot.spoilt")})
	return []field{code, f.Select("says"+at, "vote.paper.says").Unless().Of(options)}
}

// slipTyped reads what stands on a ballot of paper, as it was typed; one that
// says nothing the rule could mean is empty, and refused there.
func slipTyped(r *tally.Rule, text string) (b tally.Ballot) {
	words := strings.FieldsFunc(strings.ToLower(text), func(c rune) bool { return c == ' ' || c == ',' || c == ';' })
	if len(words) == 1 && slices.Contains(slipBlanks, words[0]) {
		return tally.Ballot{Blank: true}
	}
	if len(words) == 1 && slices.Contains(slipSpoilt, words[0]) {
		return tally.Ballot{Spoilt: true}
	}
	if len(words) == 0 {
		return b // of a number alone: the answer was forgotten
	}
	if picks(r) || ticks(r) {
		b.Values = make([]int, r.Options)
		for _, w := range words {
			n, err := strconv.Atoi(w)
			if err != nil || n < 1 || n > r.Options {
				return tally.Ballot{}
			}
			b.Values[n-1] = 1
		}
		return b
	}
	for _, w := range words {
		n, err := strconv.Atoi(w)
		switch {
		case w == "-" || w == "–" || w == "—":
			n = 0
			if r.Method == tally.Judgment || r.Method == tally.Score {
				n = tally.Missing
			}
		case err != nil:
			return tally.Ballot{}
		case r.Method == tally.Judgment:
			if n--; n < 0 {
				return tally.Ballot{}
			}
		}
		b.Values = append(b.Values, n)
	}
	return b
}

// votePaper is one's own entry.
func (s *Server) votePaper(r *request) error {
	p, err := r.paperEntry(r.emptyForm())
	if err != nil {
		return err
	}
	return r.Render("vote/paper", p)
}

// votePaperType adds ballots to one's entry, takes one out, or ends it.
func (s *Server) votePaperType(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	p, err := r.paperEntry(f)
	if err != nil {
		return err
	}
	id, do := p.Vote.ID, f.text("do")
	rows := map[int]vote.Slip{}
	for n := 1; n <= slipRows; n++ {
		at := "-" + strconv.Itoa(n)
		if f.has("code"+at) || f.has("says"+at) {
			rows[n] = vote.Slip{Code: f.text("code" + at), Ballot: slipTyped(&p.Vote.Rule.Rule, f.text("says"+at))}
		}
	}
	verbs := map[string]func(*store.Tx) error{
		"type":   func(tx *store.Tx) error { return vote.TypePaper(tx, id, rows) },
		"remove": func(tx *store.Tx) error { return vote.UntypePaper(tx, id, f.text("code")) },
		"finish": func(tx *store.Tx) error { return vote.FinishPaper(tx, id, f.int("found")) },
	}
	verb, ok := verbs[do]
	if !ok {
		return errBadText
	}
	if do == "finish" && !f.has("found") {
		f.fault("found", "err.vote.found", "n", len(p.Entry.Ballots))
	}
	if f.ok() {
		err = r.Update(verb)
	}
	if f.refuse(err) || !f.ok() {
		f.Faults = onePerField(f.Faults)
		if p, err = r.paperEntry(f); err != nil {
			return err
		}
		return r.RenderForm("vote/paper", p)
	} else if err != nil {
		return err
	}
	return r.afterTyping(id, do)
}

// afterTyping goes on to the result where the vote was counted, else back to
// the entry.
func (r *request) afterTyping(id, do string) error {
	waits := false
	err := r.View(func(tx *store.Tx) error {
		v, err := vote.Get(tx, id)
		if err == nil {
			waits, err = v.AwaitsPaper(tx)
		}
		return err
	})
	if err != nil {
		return err
	}
	if !waits {
		return r.Redirect(votePath+"/"+id, "vote.paper.counted")
	}
	return r.Redirect(votePath+"/"+id+"/depouillement", "vote.paper.did."+do)
}

// paperNotes say what became of paper and of voices passed on (DE-10, DE-11).
func (s *speech) paperNotes(m *vote.Minutes) (notes []string) {
	if c := m.Paper; c != nil {
		notes = append(notes, s.T("vote.paper.note", "n", c.Found, "signed", c.Signed, "counted", c.Counted, "printed", c.Printed))
		switch {
		case c.Found > c.Signed:
			notes = append(notes, s.T("vote.paper.note_more", "n", c.Found-c.Signed))
		case c.Found < c.Signed:
			notes = append(notes, s.T("vote.paper.note_fewer", "n", c.Signed-c.Found))
		}
	}
	if m.Delegated > 0 {
		notes = append(notes, s.T("vote.delegate.note", "n", m.Delegated))
	}
	if m.Lost > 0 {
		notes = append(notes, s.T("vote.delegate.lost", "n", m.Lost))
	}
	return notes
}
