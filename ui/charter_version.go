package ui

import (
	"strconv"
	"time"

	"copi.local/store"
	"copi.local/store/account"
)

// The charter and its versions, for who reads and accepts them.

const charterPath = "/charte"

func (s *Server) charterRoutes() []route {
	return []route{
		{GET, charterPath, public, s.charter},
		{GET, charterPath + "/versions", public, s.charterVersions},
		{GET, charterPath + "/versions/:version", public, s.charterVersion},
		{GET, acceptPath, resident, s.acceptForm},
		{POST, acceptPath, resident, s.accept},
		{GET, amendPath, operator, s.amendForm},
		{POST, amendPath, operator, s.amendDraft},
		{GET, amendPath + "/publier", operator, s.amendReview},
		{POST, amendPath + "/publier", operator, s.amendPublish},
		{POST, amendPath + "/abandonner", operator, s.amendDrop},
	}
}

// charterPage is a version of the charter, what it changes, or all of them.
type charterPage struct {
	formPage
	Edition  account.Charter
	Charter  []passage
	Before   string    // name of the version it is compared with; empty without one
	Changes  []article // from that one to this
	Versions []account.Charter
	Drafted  bool   // an operator is writing the next one
	Shown    string // what is published is what was looked at
}

// LastDay is the last day on which a version can be accepted in time.
func (p *charterPage) LastDay(c account.Charter) string { return p.Day(c.DueAt.Add(-time.Second)) }

// Differs tells whether there is a change to show.
func (p *charterPage) Differs() bool { return len(p.Changes) > 0 }

// of puts a version on the page, and what it changes in the one before.
func (p *charterPage) of(c, before account.Charter) {
	p.Edition, p.Charter = c, passages(c.Body)
	if before.Version > 0 {
		p.Before, p.Changes = before.Name(), articlesChanged(before.Body, c.Body)
	}
}

func (s *Server) charter(r *request) error {
	p := &charterPage{formPage: r.formPage("account.charter.title", nil)}
	c, err := r.charterInForce()
	if err != nil {
		return err
	}
	p.of(c, account.Charter{})
	return r.Render("account/charter", p)
}

// charterVersions is the history of the charter.
func (s *Server) charterVersions(r *request) error {
	p := &charterPage{formPage: r.formPage("charter.versions.title", nil)}
	err := r.View(func(tx *store.Tx) (err error) {
		p.Versions, err = account.Versions(tx)
		return err
	})
	if err != nil {
		return err
	}
	return r.Render("account/versions", p)
}

// charterVersion is one version: what it changed, and its whole text.
func (s *Server) charterVersion(r *request) error {
	number, err := strconv.Atoi(r.Param("version"))
	if err != nil {
		return errNoPage
	}
	p := &charterPage{formPage: r.formPage("", nil)}
	err = r.View(func(tx *store.Tx) error {
		c, before, err := account.VersionOf(tx, number)
		p.of(c, before)
		return err
	})
	if err != nil {
		return err
	}
	p.Title = r.T("charter.version.title", "version", p.Edition.Name())
	return r.Render("account/version", p)
}

func (s *Server) acceptForm(r *request) error {
	return s.showAccept(r, r.emptyForm("vers", r.QueryParam("vers")), nil)
}

// showAccept asks to accept the charter; who accepted an earlier version reads
// what has changed since.
func (s *Server) showAccept(r *request, f *form, fault error) error {
	p := &charterPage{formPage: r.formPage("account.accept.title", f)}
	err := r.View(func(tx *store.Tx) error {
		c, err := account.CharterOf(tx)
		if err != nil {
			return err
		}
		before := account.Charter{}
		list, err := account.Acceptances(tx)
		if err != nil {
			return err
		}
		if n := len(list); n > 0 {
			if before, _, err = account.VersionOf(tx, list[n-1].Version); err != nil {
				return err
			}
		}
		p.of(c, before)
		return nil
	})
	if err != nil {
		return err
	}
	f.values.Set("version", strconv.Itoa(p.Edition.Version))
	if fault != nil {
		return r.again(f, fault, "account/accept", p)
	}
	return r.Render("account/accept", p)
}

func (s *Server) accept(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	err = store.E(store.Invalid, "err.account.charter_needed").At("charter")
	if f.has("charter") {
		err = r.Update(func(tx *store.Tx) error { return account.Accept(tx, f.int("version")) })
	}
	if err != nil {
		f.values.Del("charter") // what was ticked was another text, or nothing
		return s.showAccept(r, f, err)
	}
	return r.Redirect(f.text("vers"), "account.accept.done")
}
