package ui

import (
	"slices"
	"strings"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/vote"
)

const votePath = "/decisions"

func (s *Server) voteRoutes() []route {
	return []route{
		{GET, votePath, public, s.votes},
		{GET, votePath + "/nouvelle", resident, s.voteNew},
		{POST, votePath + "/nouvelle", resident, s.voteAdd},
		{GET, votePath + "/:id", public, s.vote},
		{POST, votePath + "/:id", resident, s.voteDo},
		{GET, votePath + "/:id/modifier", caretaker, s.voteEdit},
		{POST, votePath + "/:id/modifier", caretaker, s.voteChange},
		{GET, votePath + "/:id/regle", caretaker, s.voteRule},
		{POST, votePath + "/:id/regle", caretaker, s.votePrepare},
		{POST, votePath + "/:id/etat", caretaker, s.voteMark},
		{GET, votePath + "/:id/voter", resident, s.voteBallot},
		{POST, votePath + "/:id/voter", resident, s.voteCast},
		{GET, votePath + "/:id/liste", resident, s.voteRoll},
		{GET, votePath + "/:id/deleguer", resident, s.voteDelegate},
		{POST, votePath + "/:id/deleguer", resident, s.votePass},
		{GET, votePath + "/:id/guichet", caretaker, s.voteDesk},
		{POST, votePath + "/:id/guichet", caretaker, s.voteDeskDo},
		{GET, votePath + "/:id/guichet/bulletins", caretaker, s.votePrint},
		{GET, votePath + "/:id/guichet/liste", caretaker, s.voteSignatures},
		{GET, votePath + "/:id/guichet/voter", caretaker, s.voteDeskBallot},
		{POST, votePath + "/:id/guichet/voter", caretaker, s.voteDeskCast},
		{GET, votePath + "/:id/depouillement", caretaker, s.votePaper},
		{POST, votePath + "/:id/depouillement", caretaker, s.votePaperType},
		{GET, votePath + "/:id/proces-verbal", public, s.voteMinutes},
		{GET, votePath + "/:id/proces-verbal.json", public, s.voteFile},
		{GET, votePath + "/:id/proces-verbal.pdf", public, s.voteSheet},
		{GET, votePath + "/:id/comparer", public, s.voteCompare},
		{GET, "/admin/decisions", operator, s.answerRule},
		{POST, "/admin/decisions", operator, s.answerRuleSet},
	}
}

// votesPage lists decisions: votes under way, then those of a state.
type votesPage struct {
	page
	Open  []voteLine
	Owed  []voteLine // ideas the mairie should have answered
	Views []viewLink
	Cards []cardView
	Total int64
	Pager pagerView
	Empty *noticeView
}

// voteLine is a vote under way, in a list.
type voteLine struct {
	Href, Title string
	Ends        string
	Part        string // how many have voted
	Mine        string // that the reader is awaited, or has voted
	Waits       bool
}

// voteViews are the lists there are; a view is a tag of cards.
var voteViews = []struct {
	key   string
	state vote.State
}{
	{"vote.view.all", ""},
	{"vote.view.idea", vote.Idea},
	{"vote.view.discussion", vote.Discussion},
	{"vote.view.amendment", vote.Amendment},
	{"vote.view.vote", vote.Voting},
	{"vote.view.closed", vote.Closed},
}

// votes lists the decisions of this box and its neighbours.
func (s *Server) votes(r *request) error {
	q, err := r.filters()
	if err != nil {
		return err
	}
	p := &votesPage{page: r.page("vote.title")}
	q.Kind, q.Kinds = listing.KindDecision, nil
	for _, view := range voteViews {
		word, href := vote.Word(view.state), votePath
		if word != "" {
			href += "?tag=" + strings.ReplaceAll(word, " ", "+")
		}
		p.Views = append(p.Views, viewLink{href, r.T(view.key), listing.TagKey(q.Tag) == listing.TagKey(word)})
	}
	err = r.View(func(tx *store.Tx) error {
		if p.Open, err = r.openVotes(tx); err != nil {
			return err
		}
		if p.Owed, err = r.overdue(tx); err != nil {
			return err
		}
		res, err := listing.Find(tx, q)
		if err != nil {
			return err
		}
		for _, c := range res.Cards {
			p.Cards = append(p.Cards, r.card(c, false))
		}
		p.Total, p.Pager = res.Total, r.pager(r.QueryParams(), q.Cursor, res.Next, "listing.next")
		return r.freshUntilListsChange(tx)
	})
	if err != nil {
		return err
	}
	if p.Total == 0 {
		p.Empty = &noticeView{Text: r.T("vote.empty"), Href: votePath + "/nouvelle", Action: r.T("vote.new.go")}
	}
	p.sameList("/fiches.atom", "?kind="+listing.KindDecision)
	return r.Render("vote/list", p)
}

// openVotes are the votes under way the reader may know of.
func (r *request) openVotes(tx *store.Tx) (list []voteLine, err error) {
	if r.isOff(votePath) {
		return nil, nil
	}
	open, err := vote.Open(tx)
	for i := range open {
		if err != nil {
			return nil, err
		}
		p := &open[i]
		r.FreshUntil(p.ClosesAt)
		l := voteLine{Href: votePath + "/" + p.ID, Title: r.Typo(p.Title), Ends: r.T("vote.ends", "when", r.DayTime(p.ClosesAt))}
		var n int
		if n, err = p.Voters(tx); err != nil {
			return nil, err
		}
		l.Part = r.T("vote.part", "n", n, "roll", p.RollSize)
		if l.Waits, l.Mine, err = r.awaited(tx, p); err != nil {
			return nil, err
		}
		list = append(list, l)
	}
	return list, err
}

// awaited tells whether the reader may vote and has not, in words.
func (r *request) awaited(tx *store.Tx, p *vote.Proposal) (waits bool, words string, err error) {
	on, err := p.Entitled(tx, r.actor.ID)
	if err != nil || !on {
		return false, "", err
	}
	how, err := p.How(tx, r.actor.ID)
	if how != "" {
		return false, r.T("vote.how." + how), err
	}
	return true, r.T("vote.waits"), err
}

// busyVotes are votes under way, which are lost to nobody when the module is
// switched off later (BO-9).
func busyVotes(r *request, tx *store.Tx) (string, error) {
	n, err := vote.OpenCount(tx)
	if err != nil || n == 0 {
		return "", err
	}
	return r.T("ui.module.votes", "n", n), nil
}

// voteForm is the page of the words of a proposal.
func (r *request) voteForm(f *form) *votePage {
	p := &votePage{page: r.page("vote.new.title"), Form: f, Href: r.Request().URL.Path, MayAsk: r.Param("id") == "" && !f.has("groupe")}
	if r.Param("id") != "" {
		p.Title = r.T("vote.edit.title")
	}
	p.Section = "decisions"
	r.sortForm(p)
	p.Seen = []choice{
		{Value: "public", Label: r.T("listing.audience.public")}, {Value: "members", Label: r.T("listing.audience.members")},
	}
	if f.has("groupe") {
		p.Seen = append(p.Seen, choice{Value: "group", Label: r.T("vote.audience.group")})
	}
	return p
}

// voteTyped reads a proposal as it was typed.
func voteTyped(f *form) vote.Proposal {
	p := vote.Proposal{Title: f.text("title"), Text: f.lines("text"), Sort: vote.Sort(f.text("sorte")), Zone: f.zone.String(), Audience: listing.Public}
	switch f.text("audience") {
	case "members":
		p.Audience = listing.Members
	case "group":
		p.Audience = listing.Group
	}
	if p.Sort == vote.Dates {
		p.Choices = f.datesTyped()
	}
	for line := range strings.SplitSeq(f.lines("choices"), "\n") {
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			p.Choices = append(p.Choices, line)
		}
	}
	return p
}

// voteNew is the empty form of an idea.
func (s *Server) voteNew(r *request) error {
	f := r.emptyForm("audience", "public", "groupe", r.QueryParam("groupe"), "sorte", r.QueryParam("sorte"))
	if f.has("groupe") {
		f.values.Set("audience", "group")
	}
	return r.Render("vote/form", r.voteForm(f))
}

// voteAdd puts an idea.
func (s *Server) voteAdd(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	v := voteTyped(f)
	v.GroupID = f.text("groupe")
	if !slices.Contains(sortsShown, v.Sort) {
		return errBadText
	}
	if f.has("more") {
		return r.Render("vote/form", r.voteForm(f))
	}
	if f.ok() {
		err = r.Update(func(tx *store.Tx) error {
			if err := vote.Propose(tx, &v); err != nil || !f.has("mairie") {
				return err
			}
			return vote.Address(tx, v.ID)
		})
	}
	if f.refuse(err) || !f.ok() {
		f.Faults = onePerField(f.Faults)
		return r.RenderForm("vote/form", r.voteForm(f))
	} else if err != nil {
		return err
	}
	return r.Redirect(votePath+"/"+v.ID, "vote.proposed")
}

// voteEdit is the form of a proposal as it stands.
func (s *Server) voteEdit(r *request) error {
	var f *form
	err := r.View(func(tx *store.Tx) error {
		v, err := vote.Managed(tx, r.Param("id"))
		if err != nil {
			return err
		}
		if !v.IsEarly() {
			return store.E(store.Conflict, "err.vote.locked")
		}
		shown, err := store.Shown(v.Words())
		f = r.emptyForm("title", v.Title, "text", v.Text, "choices", strings.Join(v.Choices, "\n"), "shown", shown, "audience", "public")
		switch v.Audience { //nolint:exhaustive // public is set
		case listing.Members:
			f.values.Set("audience", "members")
		case listing.Group:
			f.values.Set("audience", "group")
		}
		f.values.Set("groupe", v.GroupID)
		f.values.Set("sorte", string(v.Sort))
		f.setDates(&v)
		return err
	})
	if err != nil {
		return err
	}
	return r.Render("vote/form", r.voteForm(f))
}

// voteChange stores the words as they were changed.
func (s *Server) voteChange(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	v := voteTyped(f)
	v.ID = r.Param("id")
	if f.has("more") {
		return r.Render("vote/form", r.voteForm(f))
	}
	if f.ok() {
		err = r.Update(func(tx *store.Tx) error { return vote.Edit(tx, &v, f.text("shown")) })
	}
	if f.refuse(err) || !f.ok() {
		f.Faults = onePerField(f.Faults)
		return r.RenderForm("vote/form", r.voteForm(f))
	} else if err != nil {
		return err
	}
	return r.Redirect(votePath+"/"+v.ID, "vote.changed")
}
