package ui

import (
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/moderation"
)

// logPage is the log of moderation: without names for everybody, with them for
// moderators.
type logPage struct {
	page
	Lines  []logLine
	Next   int64
	Work   moderation.Work
	Median string // how long an answer takes; empty without one
	Staff  bool
}

type logLine struct {
	moderation.Decision
	Text       string
	Who, Whose string // names, for moderators
	Title      string // of what it is about, for moderators, while it is there
	Href       string
}

// logLines is how many lines of the log one page has.
const logLines = 50

// moderationLog is the public log: what was done and why, no names (MD-4).
func (s *Server) moderationLog(r *request) error { return s.logOf(r, false) }

// moderationRegister is the same for moderators, with who decided and about
// what.
func (s *Server) moderationRegister(r *request) error { return s.logOf(r, true) }

func (s *Server) logOf(r *request, staff bool) error {
	f := r.queryForm()
	before := int64(f.int("avant"))
	if !f.ok() {
		return &badAddress{store.E(store.Invalid, "err.ui.number").At("avant")}
	}
	title := "moderation.log.title"
	if staff {
		title = "moderation.register.title"
	}
	p := &logPage{page: r.page(title), Staff: staff}
	err := r.View(func(tx *store.Tx) (err error) {
		if p.Work, err = moderation.WorkOf(tx); err != nil {
			return err
		}
		if staff {
			return r.addDecisions(tx, p, before)
		}
		lines, err := moderation.LogBefore(tx, before, logLines+1)
		for _, l := range lines {
			p.Lines = append(p.Lines, logLine{Decision: moderation.Decision{Entry: l}})
		}
		return err
	})
	if err != nil {
		return err
	}
	if p.Work.Median > 0 {
		p.Median = r.waited(p.Work.Median)
	}
	if len(p.Lines) > logLines {
		p.Lines = p.Lines[:logLines]
		p.Next = p.Lines[logLines-1].N
	}
	for i := range p.Lines {
		p.Lines[i].Text = r.logText(&p.Lines[i].Entry)
	}
	return r.Render("moderation/log", p)
}

func (r *request) logText(e *moderation.Entry) string {
	text := r.T(r.of("moderation.act."+e.Act, e.Kind))
	if e.Reason != "" {
		text += " " + r.T("moderation.reason."+string(e.Reason))
	}
	if e.Article != "" {
		text += " " + r.T("moderation.by_article", "title", r.Typo(e.Article))
	}
	return text
}

// addDecisions finds the lines with their names.
func (r *request) addDecisions(tx *store.Tx, p *logPage, before int64) error {
	list, err := moderation.DecisionsBefore(tx, before, logLines+1)
	for _, d := range list {
		l := logLine{Decision: d}
		if l.Who, err = nameOf(tx, d.By); err != nil {
			return err
		}
		if l.Whose, err = nameOf(tx, d.Author); err != nil {
			return err
		}
		c, err := moderation.Find(tx, d.Ref)
		if err == nil {
			l.Title, l.Href = r.contentTitle(&c), thingHref(d.Ref)
			if c.Foreign {
				l.Href = "/fiche/" + d.Ref.ID
			}
		} else if store.KindOf(err) != store.NotFound {
			return err
		}
		p.Lines = append(p.Lines, l)
	}
	return err
}

// nameOf is the shown name of an account; empty for nobody.
func nameOf(tx *store.Tx, id string) (string, error) {
	if id == "" {
		return "", nil
	}
	return account.ShownName(tx, id)
}

// waited is a length of time as people say it, in hours or days, at least one
// hour.
func (r *request) waited(d time.Duration) string {
	if hours := int((d + time.Hour - 1) / time.Hour); hours < 48 {
		return r.T("moderation.hours", "n", hours)
	}
	return r.T("moderation.days", "n", int(d/(24*time.Hour)))
}
