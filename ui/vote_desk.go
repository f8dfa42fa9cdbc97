package ui

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/vote"
	"copi.local/store/vote/tally"
)

// votePaperPage is every page of who keeps the desk of a vote, or types its
// ballots of paper; each fills what it shows.
type votePaperPage struct {
	page
	Form    *form
	Vote    vote.Proposal
	Href    string
	Open    bool // people can vote
	Desk    bool // there are ballots of paper
	Printed string
	Handed  string
	Tellers []voteTeller
	Entries []voteEntry
	Type    bool // there is something to type

	// To print.
	Codes   []string
	Lines   []string // of a ballot: its options
	How     string   // to fill it in
	Numbers bool     // a number stands before each line, not a cross
	Names   []string

	// Of a vote at the desk.
	Person   string
	Fields   []field
	Blank    bool
	Election *voteElection

	// Of an entry.
	Entry    *vote.Keying
	Rows     []batchRow
	Slips    []voteSlip
	Differs  string
	Differ   []string // of the ballots the two entries differ in
	HowTyped []string
}

// voteTeller is somebody who may type ballots.
type voteTeller struct{ Account, Name string }

// voteEntry is an entry of the ballots, in words.
type voteEntry struct {
	N    int
	Text string
}

// voteSlip is a ballot one has typed.
type voteSlip struct{ Code, Says string }

// deskOf fills a page of the desk; only who leads the vote gets one.
func (r *request) deskOf(title string, f *form, more ...func(*store.Tx, *votePaperPage) error) (*votePaperPage, error) {
	p := &votePaperPage{page: r.page(title), Form: f, Href: votePath + "/" + r.Param("id")}
	p.Section = "decisions"
	return p, r.View(func(tx *store.Tx) (err error) {
		if p.Vote, err = vote.Led(tx, r.Param("id")); err != nil {
			return err
		}
		p.Open = p.Vote.State == vote.Voting && !p.Vote.Over(r.now)
		for _, part := range more {
			if err := part(tx, p); err != nil {
				return err
			}
		}
		return nil
	})
}

// deskState says how far paper has come.
func (r *request) deskState(tx *store.Tx, p *votePaperPage) error {
	d, ok, err := p.Vote.DeskOf(tx)
	if err != nil || !ok {
		return err
	}
	n, err := p.Vote.Voters(tx)
	if err != nil {
		return err
	}
	p.Desk, p.Printed, p.Handed = true, r.T("vote.desk.printed", "n", d.Printed), r.T("vote.desk.handed", "n", n)
	p.Type = !p.Open && p.Vote.State == vote.Voting && !d.Settled
	for _, id := range d.Tellers {
		name, err := r.voterName(tx, id)
		if err != nil {
			return err
		}
		p.Tellers = append(p.Tellers, voteTeller{id, name})
	}
	for i := range d.Entries {
		e := &d.Entries[i]
		name, err := r.voterName(tx, e.AccountID)
		if err != nil {
			return err
		}
		key := "vote.desk.entry"
		if !e.Done() {
			key = "vote.desk.entry_open"
		}
		p.Entries = append(p.Entries, voteEntry{e.N, r.T(key, "n", e.N, "who", name)})
	}
	return nil
}

// voteDesk is the desk of a vote.
func (s *Server) voteDesk(r *request) error {
	p, err := r.deskOf("vote.desk.title", r.emptyForm("count", "20"), r.deskState)
	if err != nil {
		return err
	}
	return r.Render("vote/desk", p)
}

// voteDeskDo is what the buttons of the desk do.
func (s *Server) voteDeskDo(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	id, do := r.Param("id"), f.text("do")
	named := func(field string, verb func(*store.Tx, string) error) func(*store.Tx) error {
		return func(tx *store.Tx) error {
			v, err := vote.Led(tx, id)
			if err != nil {
				return err
			}
			who, err := v.RollNamed(tx, f.text(field), field)
			if err != nil {
				return err
			}
			return verb(tx, who)
		}
	}
	verbs := map[string]func(*store.Tx) error{
		"print": func(tx *store.Tx) error { return vote.Print(tx, id, f.int("count")) },
		"hand":  named("person", func(tx *store.Tx, who string) error { return vote.HandOut(tx, id, who) }),
		"back":  named("person", func(tx *store.Tx, who string) error { return vote.GiveBack(tx, id, who, f.text("code")) }),
		"teller": named("teller", func(tx *store.Tx, who string) error {
			return vote.SetTeller(tx, id, who, true)
		}),
		"unteller": func(tx *store.Tx) error { return vote.SetTeller(tx, id, f.text("which"), false) },
		"close":    func(tx *store.Tx) error { return vote.CloseDesk(tx, id) },
		"discard":  func(tx *store.Tx) error { return vote.DiscardEntry(tx, id, f.int("which")) },
	}
	verb, ok := verbs[do]
	if !ok {
		if _, err := r.deskOf("vote.desk.title", f); err != nil {
			return err
		}
		return errBadText
	}
	err = r.Update(verb)
	if f.refuse(err) {
		f.Faults = onePerField(f.Faults)
		p, err := r.deskOf("vote.desk.title", f, r.deskState)
		if err != nil {
			return err
		}
		return r.RenderForm("vote/desk", p)
	} else if err != nil {
		return err
	}
	return r.Redirect(votePath+"/"+id+"/guichet", "vote.desk.did."+do)
}

// votePrint is the ballots to print.
func (s *Server) votePrint(r *request) error {
	p, err := r.deskOf("vote.sheet.title", nil, func(tx *store.Tx, p *votePaperPage) error {
		d, ok, err := p.Vote.DeskOf(tx)
		if err == nil && (!ok || !p.Open) {
			err = store.E(store.NotFound, "err.not_found")
		}
		p.Codes = d.Codes
		return err
	})
	if err != nil {
		return err
	}
	for i, name := range p.Vote.Options() {
		p.Lines = append(p.Lines, strconv.Itoa(i+1)+". "+r.Typo(name))
	}
	rule := &p.Vote.Rule.Rule
	p.Numbers, p.How = !picks(rule) && !ticks(rule), r.slipHow(rule)
	return r.Render("vote/sheet", p)
}

// slipHow says how a ballot of paper is filled in.
func (s *speech) slipHow(r *tally.Rule) string {
	switch {
	case picks(r):
		return s.T("vote.sheet.how_pick")
	case ticks(r):
		return s.T("vote.sheet.how_ticks")
	case r.Method == tally.Judgment:
		return s.T("vote.sheet.how_grade", "grades", numberedGrades(r.Grades))
	case r.Method == tally.Score:
		return s.T("vote.sheet.how_score", "max", r.MaxScore)
	case r.Method == tally.Date:
		return s.T("vote.sheet.how_date")
	case r.Method == tally.Dots:
		return s.T("vote.sheet.how_dots", "n", r.Dots)
	default:
		return s.T("vote.sheet.how_rank")
	}
}

// numberedGrades is "1 À rejeter, 2 Insuffisant, …": by number they are typed.
func numberedGrades(n int) string {
	var words []string
	for i, g := range vote.Grades(n) {
		words = append(words, strconv.Itoa(i+1)+" "+g)
	}
	return strings.Join(words, ", ")
}

// voteSignatures is the roll to print and to sign.
func (s *Server) voteSignatures(r *request) error {
	p, err := r.deskOf("vote.sheet.roll", nil, func(tx *store.Tx, p *votePaperPage) error {
		roll, err := p.Vote.Roll(tx)
		for _, e := range roll {
			if err != nil {
				break
			}
			var name string
			name, err = r.voterName(tx, e.AccountID)
			p.Names = append(p.Names, name)
		}
		return err
	})
	if err != nil {
		return err
	}
	slices.SortFunc(p.Names, func(a, b string) int { return cmp.Compare(account.Fold(a), account.Fold(b)) })
	return r.Render("vote/signatures", p)
}

// deskBallot is the ballot of somebody who is at the desk, for who leads a vote
// that is not secret.
func (r *request) deskBallot(f *form, name string) (*votePaperPage, error) {
	p, err := r.deskOf("vote.desk.title", f, func(tx *store.Tx, p *votePaperPage) (err error) {
		if p.Vote.Rule.Secret || !p.Open {
			return store.E(store.NotFound, "err.not_found")
		}
		p.Election, err = r.electionOf(tx, &p.Vote)
		return err
	})
	if err != nil {
		return nil, err
	}
	p.Person, p.Title = name, r.T("vote.desk.for", "name", name)
	p.Fields = r.ballotFields(f, &p.Vote, p.Election)
	p.Blank = p.Vote.Rule.Method != tally.Consent && !picks(&p.Vote.Rule.Rule)
	return p, nil
}

// voteDeskBallot is that ballot, empty, or the desk again when nobody has the
// name.
func (s *Server) voteDeskBallot(r *request) error {
	f := r.emptyForm("person", r.QueryParam("person"))
	err := r.View(func(tx *store.Tx) error {
		v, err := vote.Led(tx, r.Param("id"))
		if err != nil {
			return err
		}
		who, err := v.RollNamed(tx, f.text("person"), "person")
		if err != nil {
			return err
		}
		if how, err := v.How(tx, who); err != nil || how == "" || v.Changing() {
			return err
		}
		return store.E(store.Conflict, "err.vote.voted_desk").At("person")
	})
	if f.refuse(err) {
		p, err := r.deskOf("vote.desk.title", f, r.deskState)
		if err != nil {
			return err
		}
		return r.RenderForm("vote/desk", p)
	} else if err != nil {
		return err
	}
	p, err := r.deskBallot(f, f.text("person"))
	if err != nil {
		return err
	}
	return r.Render("vote/desk_ballot", p)
}

// voteDeskCast records the vote of somebody who is at the desk.
func (s *Server) voteDeskCast(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	p, err := r.deskBallot(f, f.text("person"))
	if err != nil {
		return err
	}
	a := vote.Answer{Ballot: f.ballotTyped(&p.Vote), Reason: f.lines("reason")}
	if f.ok() {
		err = r.Update(func(tx *store.Tx) error {
			who, err := p.Vote.RollNamed(tx, p.Person, "person")
			if err != nil {
				return err
			}
			return vote.CastFor(tx, p.Vote.ID, who, a)
		})
	}
	if f.refuse(err) || !f.ok() {
		if p, err = r.deskBallot(f, p.Person); err != nil {
			return err
		}
		return r.RenderForm("vote/desk_ballot", p)
	} else if err != nil {
		return err
	}
	return r.Redirect(p.Href+"/guichet", "vote.desk.did.vote")
}
