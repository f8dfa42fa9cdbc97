package ui

import (
	"net/http"
	"time"

	"copi.local/store/assembly"
	"copi.local/store/listing"
)

// assemblyToMinute is a meeting for its minutes: for who keeps it at any time,
// for those on its roll once it is closed.
func (r *request) assemblyToMinute() (*assemblyPage, error) {
	p, err := r.assemblyPage(r.emptyForm())
	if err != nil {
		return nil, err
	}
	if !p.Keeps && p.Assembly.State != assembly.Closed {
		return nil, errNoPage
	}
	p.Title = r.T("assembly.minutes.title")
	return p, nil
}

// assemblyMinutes is the draft of the minutes, to read and to print.
func (s *Server) assemblyMinutes(r *request) error {
	p, err := r.assemblyToMinute()
	if err != nil {
		return err
	}
	return r.Render("assembly/minutes", p)
}

// assemblyFile is the same as a PDF file, to sign and to keep.
func (s *Server) assemblyFile(r *request) error {
	p, err := r.assemblyToMinute()
	if err != nil {
		return err
	}
	file, err := p.minutesSheet()
	if err != nil {
		return err
	}
	name := "proces-verbal-" + listing.Slug(p.Assembly.Title) + "-" + r.local(p.Assembly.StartsAt).Format("2006-01-02")
	r.Response().Header().Set("Content-Disposition", `attachment; filename="`+name+`.pdf"`)
	return r.Blob(http.StatusOK, "application/pdf", file)
}

// Heading is whose meeting the minutes are of.
func (p *assemblyPage) Heading() string {
	if p.Owner == "" {
		return p.Typo(p.Assembly.Title)
	}
	return p.Owner + p.Typo(" : ") + p.Typo(p.Assembly.Title)
}

// Held says when and where, how people were convened, and when it began and
// ended, as far as it has.
func (p *assemblyPage) Held() (lines []string) {
	a := &p.Assembly
	at := p.T("assembly.letter.at", "when", p.When, "place", p.Typo(a.Place))
	if p.Convened != "" {
		at += " " + p.Convened
	}
	if p.First != "" {
		at += " " + p.T("assembly.second") + "."
	}
	lines = append(lines, at)
	if !a.OpenedAt.IsZero() {
		span := p.T("assembly.minutes.opened", "when", p.WholeTime(a.OpenedAt))
		if !a.ClosedAt.IsZero() {
			span += " " + p.T("assembly.minutes.closed", "when", p.WholeTime(a.ClosedAt))
		}
		lines = append(lines, span)
	}
	return lines
}

// day is what the file is dated: the last thing that happened.
func (p *assemblyPage) day() time.Time {
	a := &p.Assembly
	for _, at := range []time.Time{a.ClosedAt, a.OpenedAt, a.ConvenedAt} {
		if !at.IsZero() {
			return at
		}
	}
	return a.CreatedAt
}

// minutesSheet writes the minutes: what the page says, in its order.
func (p *assemblyPage) minutesSheet() ([]byte, error) {
	foot := p.Heading()
	if p.Village != "" {
		foot = p.Village + " · " + foot
	}
	d := p.speech().sheet(p.Title, foot, p.day())
	d.head(p.Heading())
	for _, line := range p.Held() {
		d.text(line)
	}
	d.head(p.T("assembly.rules"))
	for _, said := range p.Said {
		d.fact(said.Label, said.Text)
	}
	d.head(p.T("assembly.minutes.items"))
	for i := range p.Items {
		p.itemSheet(d, &p.Items[i])
	}
	d.head(p.T("assembly.minutes.roll", "n", p.Count))
	d.text(p.Quorum.Line())
	for _, s := range p.Roll {
		d.indented("• " + p.RollLine(s))
	}
	if len(p.Proxies) > 0 {
		d.head(p.T("assembly.said.proxies"))
	}
	for _, x := range p.Proxies {
		d.indented("• " + p.T("assembly.proxy.line", "from", x.From, "to", x.To, "word", x.Word))
	}
	d.text(p.T("assembly.minutes.sign"))
	if d.lost {
		d.small(p.T("ui.sheet.lost"))
	}
	return d.bytes()
}

// itemSheet writes one item.
func (p *assemblyPage) itemSheet(d *sheet, i *assemblyItem) {
	d.strong(i.Name())
	d.small(i.Needs)
	if i.State == assembly.Done {
		d.small(i.Count.Line())
		d.text(i.Hands)
		d.text(i.Result)
		d.text(i.Text)
	}
	if i.Decision != nil {
		d.text(i.Decision.Line())
		d.text(i.Decision.Result)
	}
	if i.State != assembly.Done {
		d.text(p.T("assembly.minutes.not_done"))
	}
}
