package ui

import (
	"strconv"

	"copi.local/store"
	"copi.local/store/account"
)

// Statutes, internal rules and other texts people refer to, with every version
// and what it changed.

const (
	textsPath     = "/textes"
	textAdminPath = "/admin/textes"
)

func (s *Server) textRoutes() []route {
	return []route{
		{GET, textsPath, public, s.texts},
		{GET, textsPath + "/:id", public, s.text},
		{GET, textsPath + "/:id/:version", public, s.text},
		{GET, textAdminPath, operator, s.textForm},
		{POST, textAdminPath, operator, s.textPublish},
		{GET, textAdminPath + "/:id", operator, s.textForm},
		{POST, textAdminPath + "/:id", operator, s.textPublish},
	}
}

// textPage is a text, or the list of all.
type textPage struct {
	formPage
	Text     account.Text
	Passages []passage
	Before   int       // version it is compared with; 0 without one
	Changes  []article // from that one to this
	Versions []account.Text
	Latest   bool
	Texts    []account.Text
}

// texts lists the latest version of each.
func (s *Server) texts(r *request) error {
	p := &textPage{formPage: r.formPage("text.title", nil)}
	err := r.View(func(tx *store.Tx) (err error) {
		p.Texts, err = account.Texts(tx)
		return err
	})
	if err != nil {
		return err
	}
	return r.Render("account/texts", p)
}

// text is one version: what it changed, its whole words, and the others.
func (s *Server) text(r *request) error {
	version := 0
	if v := r.Param("version"); v != "" {
		var err error
		if version, err = strconv.Atoi(v); err != nil || version < 1 {
			return errNoPage
		}
	}
	p := &textPage{formPage: r.formPage("", nil)}
	err := r.View(func(tx *store.Tx) error {
		t, before, err := account.TextOf(tx, r.Param("id"), version)
		if err != nil {
			return err
		}
		p.Text, p.Passages = t, passages(t.Body)
		if before.Version > 0 {
			p.Before, p.Changes = before.Version, articlesChanged(before.Body, t.Body)
		}
		p.Versions, err = account.TextVersions(tx, t.ID)
		p.Latest = err == nil && p.Versions[0].Version == t.Version
		return err
	})
	if err != nil {
		return err
	}
	p.Title = p.Text.Title
	return r.Render("account/text", p)
}

// textEditor is the form of a text's next version, or of a new one.
func (r *request) textEditor(f *form) (*textPage, error) {
	p := &textPage{formPage: r.formPage("text.write", f)}
	id := r.Param("id")
	if id == "" {
		return p, nil
	}
	err := r.View(func(tx *store.Tx) (err error) {
		p.Text, _, err = account.TextOf(tx, id, 0)
		return err
	})
	p.Title = r.T("text.change", "title", p.Text.Title)
	return p, err
}

func (s *Server) textForm(r *request) error {
	p, err := r.textEditor(nil)
	if err != nil {
		return err
	}
	p.Form = r.emptyForm("title", p.Text.Title, "body", p.Text.Body, "version", strconv.Itoa(p.Text.Version))
	return r.Render("account/text_edit", p)
}

func (s *Server) textPublish(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	t := account.Text{
		ID: r.Param("id"), Version: f.int("version"), Title: f.text("title"), Body: f.lines("body"), Summary: f.text("summary"),
	}
	err = r.Update(func(tx *store.Tx) error {
		ground, err := f.ground(tx)
		if err != nil {
			return err
		}
		return account.PublishText(tx, &t, ground)
	})
	if f.refuse(err) || !f.ok() {
		p, err := r.textEditor(f)
		if err != nil {
			return err
		}
		return r.RenderForm("account/text_edit", p)
	} else if err != nil {
		return err
	}
	return r.Redirect(textsPath+"/"+t.ID, "text.published")
}
