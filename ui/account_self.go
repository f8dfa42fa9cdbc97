package ui

import (
	"time"

	"copi.local/store"
	"copi.local/store/account"
)

// selfPage is a person's own account.
type selfPage struct {
	formPage
	Person    account.Person
	Sessions  []account.Session
	History   []account.Happening
	Accepted  []account.Acceptance
	CodesLeft int
}

// Act says what a line of the history records.
func (p *selfPage) Act(a account.Act) string { return p.T("account.act." + string(a)) }

// Mine tells whether a session is the one that looks at the page.
func (p *selfPage) Mine(s account.Session) bool { return s.ID == p.Me.ID }

func (r *request) selfPage(f *form) (*selfPage, error) {
	p := &selfPage{formPage: r.formPage("account.self.title", f)}
	err := r.View(func(tx *store.Tx) (err error) {
		if p.Person, err = account.ByID(tx, r.actor.ID); err != nil {
			return err
		}
		if p.Sessions, err = account.Sessions(tx); err != nil {
			return err
		}
		if p.History, err = account.History(tx); err != nil {
			return err
		}
		if p.Accepted, err = account.Acceptances(tx); err != nil {
			return err
		}
		p.CodesLeft, err = account.CodesLeft(tx)
		return err
	})
	return p, err
}

func (s *Server) account(r *request) error {
	p, err := r.selfPage(nil)
	if err != nil {
		return err
	}
	p.Form = r.emptyForm("name", p.Person.Name, "hamlet", p.Person.Hamlet)
	return r.Render("account/self", p)
}

func (s *Server) rename(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	err = r.Update(func(tx *store.Tx) error { return account.Rename(tx, f.text("name"), f.text("hamlet")) })
	if err != nil {
		p, perr := r.selfPage(f)
		if perr != nil {
			return perr
		}
		return r.again(f, err, "account/self", p)
	}
	return r.Redirect(accountPath, "account.self.renamed")
}

// endSessions ends one session, or all others.
func (s *Server) endSessions(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	err = r.Update(func(tx *store.Tx) error {
		if id := f.text("session"); id != "" {
			return account.End(tx, id)
		}
		return account.EndOthers(tx, r.me.ID)
	})
	if err != nil {
		return err
	}
	return r.Redirect(accountPath, "account.self.sessions_ended")
}

type passwordPage struct {
	formPage
	Charter []passage // to be accepted at the same time; empty when it was
}

// First tells whether the person comes with a slip and has no password.
func (p *passwordPage) First() bool { return p.Me.MustChange }

func (r *request) passwordPage(f *form) (*passwordPage, error) {
	title := "account.password.title"
	if r.me.MustChange {
		title = "account.password.first"
	}
	p := &passwordPage{formPage: r.formPage(title, f)}
	if r.me.MustAccept {
		c, err := r.charterInForce()
		if err != nil {
			return nil, err
		}
		p.Charter = passages(c.Body)
	}
	return p, nil
}

func (s *Server) passwordForm(r *request) error {
	p, err := r.passwordPage(r.emptyForm("vers", r.QueryParam("vers")))
	if err != nil {
		return err
	}
	return r.Render("account/password", p)
}

func (s *Server) changePassword(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	err = s.desk.ChangePassword(r.context(), r.me, account.Choice{
		Current: f.lines("current"), Password: f.lines("password"), Charter: f.has("charter"), Source: r.source(),
	})
	if err != nil {
		p, perr := r.passwordPage(f)
		if perr != nil {
			return perr
		}
		return r.again(f, err, "account/password", p)
	}
	to := f.text("vers")
	if to == "" {
		to = accountPath
	}
	return r.Redirect(to, "account.password.done")
}

// resumeForm asks an operator who was away for the passphrase.
func (s *Server) resumeForm(r *request) error {
	p := r.formPage("account.resume.title", r.emptyForm("vers", r.QueryParam("vers")))
	return r.Render("account/resume", &p)
}

func (s *Server) resume(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	if err := s.desk.Resume(r.context(), r.me, f.lines("current"), r.source()); err != nil {
		p := r.formPage("account.resume.title", f)
		return r.again(f, err, "account/resume", &p)
	}
	return r.Redirect(f.text("vers"), "")
}

type codesPage struct {
	formPage
	Codes     []string // for ten minutes after they were made
	CodesLeft int
	Today     time.Time
}

func (r *request) codesPage(f *form) (*codesPage, error) {
	p := &codesPage{formPage: r.formPage("account.codes.title", f), Codes: r.s.once.get("codes/" + r.me.ID), Today: r.now}
	err := r.View(func(tx *store.Tx) (err error) {
		p.CodesLeft, err = account.CodesLeft(tx)
		return err
	})
	return p, err
}

func (s *Server) codes(r *request) error {
	p, err := r.codesPage(r.emptyForm())
	if err != nil {
		return err
	}
	return r.Render("account/codes", p)
}

func (s *Server) printCodes(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	var codes []string
	if err = s.desk.Confirm(r.context(), r.actor.ID, f.lines("current"), r.source()); err == nil {
		codes, err = s.desk.PrintCodes(r.context(), r.actor.ID)
	}
	if err != nil {
		p, perr := r.codesPage(f)
		if perr != nil {
			return perr
		}
		return r.again(f, err, "account/codes", p)
	}
	s.once.put("codes/"+r.me.ID, codes...)
	return r.Redirect("/compte/codes", "account.codes.made")
}

type leavePage struct {
	formPage
	Blocks []string // why it is not possible now
}

func (r *request) leavePage(f *form) (*leavePage, error) {
	p := &leavePage{formPage: r.formPage("account.leave.title", f)}
	err := r.View(func(tx *store.Tx) error {
		blocks, err := account.Blocks(tx, r.actor.ID)
		for _, b := range blocks {
			p.Blocks = append(p.Blocks, r.T(b.Key, b.Args...))
		}
		return err
	})
	return p, err
}

// Choices are what becomes of what the person wrote.
func (p *leavePage) Choices() []choice { return erasures(p.speech()) }

func erasures(s *speech) []choice {
	return []choice{
		{Value: "keep", Label: s.T("account.leave.keep"), Help: s.T("account.leave.keep_more")},
		{Value: "all", Label: s.T("account.leave.all"), Help: s.T("account.leave.all_more")},
	}
}

// erasure reads the choice; none is a fault of the form.
func (f *form) erasure() (store.Erasure, error) {
	switch f.text("how") {
	case "keep":
		return store.KeepUnnamed, nil
	case "all":
		return store.EraseAll, nil
	default:
		return 0, store.E(store.Invalid, "err.account.how").At("how")
	}
}

func (s *Server) leaveForm(r *request) error {
	p, err := r.leavePage(r.emptyForm())
	if err != nil {
		return err
	}
	return r.Render("account/leave", p)
}

func (s *Server) leave(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	how, err := f.erasure()
	if err == nil {
		err = s.desk.Confirm(r.context(), r.actor.ID, f.lines("current"), r.source())
	}
	if err == nil {
		err = r.Update(func(tx *store.Tx) error { return account.Leave(tx, r.actor.ID, how) })
	}
	if err != nil {
		p, perr := r.leavePage(f)
		if perr != nil {
			return perr
		}
		return r.again(f, err, "account/leave", p)
	}
	r.forget()
	return r.Redirect("/", "account.leave.done")
}
