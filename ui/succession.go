package ui

import (
	"time"

	"copi.local/store"
	"copi.local/store/account"
)

// The box outlives whoever keeps it: what the next person needs, and the
// recovery sheet in three envelopes.

const (
	successionPath = "/admin/relais"
	envelopesPath  = "/admin/enveloppes"
)

func (s *Server) successionRoutes() []route {
	return []route{
		{GET, successionPath, operator, s.succession},
		{GET, envelopesPath, operator, s.envelopes},
		{POST, envelopesPath, operator, s.envelopesMake},
	}
}

// successionStep is something to have done before one leaves.
type successionStep struct {
	Text, Href, Action string
	Done               bool
}

// successionPage says how far the box is ready for the next person.
type successionPage struct {
	page
	Steps []successionStep
	Ready bool   // all is done
	Role  string // address where one gives one's role back
}

func (s *Server) succession(r *request) error {
	p := &successionPage{page: r.page("succession.title"), Role: peoplePath + "/" + r.actor.ID}
	var out BackupState
	var err error
	if s.opt.Backups != nil {
		if out, err = s.opt.Backups.State(); err != nil {
			return err
		}
		r.Uncached() // backups come without a commit
	}
	err = r.View(func(tx *store.Tx) error {
		operators, err := account.Count(tx, store.Operator)
		if err != nil {
			return err
		}
		b, err := account.BoxOf(tx)
		if err != nil {
			return err
		}
		shared, err := account.LastLogged(tx, account.ActSheetShared)
		p.Steps = []successionStep{
			{Done: operators > 1, Href: peoplePath, Action: r.T("succession.operators.go"), Text: r.T("succession.operators")},
			{Done: !shared.IsZero(), Href: envelopesPath, Action: r.T("succession.envelopes.go"), Text: r.T("succession.envelopes")},
			{
				Done: !out.OutAt.IsZero() && r.now.Sub(out.OutAt) < outEvery, Href: backupsPath,
				Action: r.T("succession.backup.go"), Text: r.T("succession.backup"),
			},
			{Done: b.Publisher.Check() == nil, Href: PublisherPath, Action: r.T("succession.publisher.go"), Text: r.T("succession.publisher")},
		}
		for i, done := range []string{
			r.T("succession.operators.done", "n", operators), r.T("succession.envelopes.done", "day", r.dayOf(shared)),
			r.T("succession.backup.done", "day", r.dayOf(out.OutAt)), r.T("succession.publisher.done", "name", r.Typo(b.Publisher.Director)),
		} {
			if p.Steps[i].Done {
				p.Steps[i].Text = done
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	p.Ready = true
	for _, step := range p.Steps {
		p.Ready = p.Ready && step.Done
	}
	return r.Render("account/succession", p)
}

// dayOf is a day, or nothing where there is none.
func (r *request) dayOf(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return r.Day(t)
}

// envelopesPage makes three envelopes of the recovery sheet, and shows them once.
type envelopesPage struct {
	formPage
	Box       string
	Shared    string // the day it was done last; empty: never
	Envelopes []envelopeView
	Today     time.Time
}

// envelopeView is one, to print.
type envelopeView struct {
	Title string
	Words []string
}

func (r *request) envelopesPage(f *form) (*envelopesPage, error) {
	r.Uncached()
	p := &envelopesPage{formPage: r.formPage("succession.envelopes.title", f), Today: r.now}
	err := r.View(func(tx *store.Tx) error {
		b, err := account.BoxOf(tx)
		if err != nil {
			return err
		}
		p.Box = r.Typo(b.Name)
		shared, err := account.LastLogged(tx, account.ActSheetShared)
		p.Shared = r.dayOf(shared)
		return err
	})
	return p, err
}

func (s *Server) envelopes(r *request) error {
	p, err := r.envelopesPage(r.emptyForm())
	if err != nil {
		return err
	}
	return r.Render("account/envelopes", p)
}

// envelopesMake shows them in the answer itself: nothing of them is kept.
func (s *Server) envelopesMake(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	var list [account.Envelopes]account.Envelope
	fault := r.Update(func(tx *store.Tx) (err error) {
		list, err = account.ShareSheet(tx, f.lines("words"))
		return err
	})
	f.values.Del("words") // they open everything
	p, err := r.envelopesPage(f)
	if err != nil {
		return err
	}
	if fault != nil {
		return r.again(f, fault, "account/envelopes", p)
	}
	for _, e := range list {
		p.Envelopes = append(p.Envelopes, envelopeView{r.T("succession.envelope", "n", int(e.N)), e.Words()})
	}
	return r.Render("account/envelopes", p)
}
