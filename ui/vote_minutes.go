package ui

import (
	"net/http"
	"strconv"
	"strings"

	"copi.local/store"
	"copi.local/store/calendar"
	"copi.local/store/listing"
	"copi.local/store/vote"
)

// minutes are the minutes of a round that was counted, as pages and files say
// them.
func (r *request) minutes() (*votePage, error) {
	p := &votePage{page: r.page("vote.minutes.title"), Href: votePath + "/" + r.Param("id")}
	p.Section = "decisions"
	err := r.View(func(tx *store.Tx) error {
		v, c, err := r.countedOf(tx)
		if err != nil {
			return err
		}
		if v.State == vote.Closed && v.Round == c.Round {
			if p.Follows, err = r.voteFollows(tx, &v); err != nil {
				return err
			}
		}
		announced := v.ClosesAt
		v.Title, v.Text, v.Rule, v.ClosesAt, v.OpenedAt, v.RollSize, v.Round = c.Title, c.Text, c.Rule, c.ClosedAt, c.OpenedAt, c.RollSize, c.Round
		v.State = vote.Closed
		p.Vote, p.Result, p.Text = v, r.voteResult(&c), r.Typo(c.Text)
		p.Ends = r.T("vote.minutes.span", "from", r.WholeTime(c.OpenedAt), "to", r.WholeTime(c.ClosedAt))
		if v.Sort == vote.Lot {
			v.ClosesAt, p.Ends = announced, r.T("vote.lot.span", "from", r.WholeTime(c.OpenedAt), "to", r.WholeTime(c.ClosedAt))
		}
		p.Rule, err = r.voteSaid(tx, &v)
		return err
	})
	return p, err
}

// voteFollows are the things to do after a decision.
func (r *request) voteFollows(tx *store.Tx, v *vote.Proposal) (list []voteStep, err error) {
	steps, err := v.Steps(tx)
	today := calendar.WallOf(r.now.In(r.zone))
	for _, s := range steps {
		list = append(list, voteStep{s.ID, r.Typo(s.Text), r.Typo(s.Carrier), r.wholeDay(s.Due), r.Typo(s.Done), s.Late(today)})
	}
	return list, err
}

// voteMinutes are the minutes of a vote, to read and to print.
func (s *Server) voteMinutes(r *request) error {
	p, err := r.minutes()
	if err != nil {
		return err
	}
	return r.Render("vote/minutes", p)
}

// Subject is what was voted on, with its round after the first.
func (p *votePage) Subject() string {
	if p.Vote.Round > 1 {
		return p.Typo(p.Vote.Title) + ", " + p.T("vote.round", "n", p.Vote.Round)
	}
	return p.Typo(p.Vote.Title)
}

// voteSheet are the minutes as a PDF file: what the page says, in its order.
func (s *Server) voteSheet(r *request) error {
	p, err := r.minutes()
	if err != nil {
		return err
	}
	file, err := p.minutesSheet()
	if err != nil {
		return err
	}
	name := "proces-verbal-" + listing.Slug(p.Vote.Title) + "-" + r.local(p.Vote.ClosesAt).Format("2006-01-02")
	if p.Vote.Round > 1 {
		name += "-tour-" + strconv.Itoa(p.Vote.Round)
	}
	r.Response().Header().Set("Content-Disposition", `attachment; filename="`+name+`.pdf"`)
	return r.Blob(http.StatusOK, "application/pdf", file)
}

// minutesSheet writes the minutes.
func (p *votePage) minutesSheet() ([]byte, error) {
	foot := p.Subject()
	if p.Village != "" {
		foot = p.Village + " · " + foot
	}
	d := p.speech().sheet(p.Title, foot, p.Vote.ClosesAt)
	d.head(p.Subject())
	d.text(p.Ends)
	d.text(p.Text)
	for _, choice := range p.OptionWords(p.Vote.Choices) {
		d.indented("• " + p.Typo(choice))
	}
	d.head(p.T("vote.rule.words"))
	for _, said := range p.Rule {
		d.fact(said.Label, said.Text)
	}
	d.head(p.T("vote.result"))
	p.resultSheet(d)
	if len(p.Result.Reasons) > 0 {
		d.head(p.T("vote.reasons"))
	}
	for _, why := range p.Result.Reasons {
		d.fact(p.ReasonName(why), p.Typo(why.Text))
		if why.Answer != "" {
			d.indented(p.T("vote.judged", "why", why.Answer))
		}
	}
	if len(p.Follows) > 0 {
		d.head(p.T("vote.follow.title"))
	}
	for _, step := range p.Follows {
		d.fact(step.Text, p.T("vote.follow.by", "who", step.Carrier, "day", step.Due))
		if step.Done != "" {
			d.indented(step.Done)
		}
	}
	d.head(p.T("vote.minutes.check"))
	d.text(p.FileWords())
	d.small("SHA-256 : " + p.Result.SHA256)
	if d.lost {
		d.small(p.T("ui.sheet.lost"))
	}
	return d.bytes()
}

// resultSheet writes what was counted.
func (p *votePage) resultSheet(d *sheet) {
	res := p.Result
	d.strong(res.Sentence)
	d.text(strings.Join(res.Numbers, " · "))
	d.text(res.Order)
	for _, t := range res.Tables {
		d.strong(t.Title)
		for _, row := range t.Rows {
			name := row.Name
			if row.Win {
				name += " (" + p.T("vote.table.won") + ")"
			}
			d.fact(name, row.Line)
		}
	}
	for _, note := range res.Notes {
		d.small(note)
	}
	d.small(res.Drawn)
}

// ReasonName is what a reason stood with.
func (p *votePage) ReasonName(why vote.Reason) string {
	if why.Objects {
		return p.T("vote.consent.3")
	}
	return p.T("vote.consent.1")
}
