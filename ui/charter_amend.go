package ui

import (
	"strconv"

	"copi.local/store"
	"copi.local/store/account"
)

// The next version of the charter: an operator writes it, looks at what it
// changes, and publishes it with a delay, or as a correction.

const amendPath = "/admin/charte"

// usualDays is the delay to accept a new charter that the form proposes.
const usualDays = 30

// amendPage is the draft, and what it would change.
func (r *request) amendPage(title string, f *form) (*charterPage, error) {
	p := &charterPage{formPage: r.formPage(title, f)}
	err := r.View(func(tx *store.Tx) error {
		now, err := account.CharterOf(tx)
		if err != nil {
			return err
		}
		draft, err := account.DraftOf(tx)
		if store.KindOf(err) == store.NotFound {
			draft, err = account.Charter{Body: now.Body}, nil
		} else {
			p.Drafted = err == nil
		}
		if err != nil {
			return err
		}
		p.of(draft, now)
		p.Shown, err = store.Shown(draft)
		return err
	})
	return p, err
}

func (s *Server) amendForm(r *request) error {
	p, err := r.amendPage("charter.amend.title", nil)
	if err != nil {
		return err
	}
	p.Form = r.emptyForm("charter", p.Edition.Body, "summary", p.Edition.Summary)
	return r.Render("account/amend", p)
}

// amendDraft keeps the draft and shows what it changes.
func (s *Server) amendDraft(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	err = r.Update(func(tx *store.Tx) error { return account.Draft(tx, f.lines("charter"), f.text("summary")) })
	if err != nil {
		p, perr := r.amendPage("charter.amend.title", f)
		if perr != nil {
			return perr
		}
		return r.again(f, err, "account/amend", p)
	}
	return r.Redirect(amendPath+"/publier", "charter.amend.saved")
}

// amendReview shows what the draft changes, and asks how it is to come into
// force.
func (s *Server) amendReview(r *request) error {
	p, err := r.amendPage("charter.review.title", r.emptyForm("days", strconv.Itoa(usualDays)))
	if err != nil {
		return err
	}
	if !p.Drafted {
		return r.Redirect(amendPath, "")
	}
	p.Form.values.Set("version", strconv.Itoa(p.Edition.Version))
	return r.Render("account/review", p)
}

// Kinds are the two ways a version comes into force.
func (p *charterPage) Kinds() []choice {
	return []choice{
		{Value: "new", Label: p.T("charter.review.new"), Help: p.T("charter.review.new_more")},
		{Value: "correction", Label: p.T("charter.review.correction"), Help: p.T("charter.review.correction_more")},
	}
}

func (s *Server) amendPublish(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	a := account.Amendment{Version: f.int("version"), Correction: f.text("kind") == "correction", Days: f.int("days")}
	if f.text("kind") == "" {
		f.fault("kind", "err.account.charter_kind")
	}
	if f.ok() {
		err = s.desk.Confirm(r.context(), r.actor.ID, f.lines("current"), r.source())
	}
	if err == nil && f.ok() {
		err = r.Update(func(tx *store.Tx) (err error) {
			if a.Ground, err = f.ground(tx); err != nil {
				return err
			}
			draft, err := account.DraftOf(tx)
			if err != nil {
				return err
			}
			if err := store.Unchanged(f.text("shown"), draft); err != nil {
				return err
			}
			return account.Amend(tx, a)
		})
		if err == nil {
			return r.Redirect(charterPath+"/versions", "charter.review.done")
		}
	}
	p, perr := r.amendPage("charter.review.title", f)
	if perr != nil {
		return perr
	}
	if !p.Drafted {
		return r.Redirect(amendPath, "")
	}
	if err == nil {
		return r.RenderForm("account/review", p)
	}
	return r.again(f, err, "account/review", p)
}

func (s *Server) amendDrop(r *request) error {
	if err := r.Update(account.DropDraft); err != nil {
		return err
	}
	return r.Redirect(amendPath, "charter.amend.dropped")
}

// charterChores remind of a draft.
func (s *Server) charterChores(r *request) ([]task, error) {
	drafted := false
	err := r.View(func(tx *store.Tx) error {
		_, err := account.DraftOf(tx)
		if store.KindOf(err) == store.NotFound {
			return nil
		}
		drafted = err == nil
		return err
	})
	if err != nil || !drafted {
		return nil, err
	}
	return []task{{Text: r.T("charter.amend.chore"), Action: r.T("charter.amend.see"), Href: amendPath}}, nil
}
