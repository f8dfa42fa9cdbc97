package ui

import (
	"encoding/json"
	"net/url"

	"copi.local/store"
	"copi.local/store/category"
	"copi.local/store/contact"
	"copi.local/store/directory"
	"copi.local/store/moderation"
)

// What visitors propose for the directory waits with all other proposals. The
// form itself is kept, with the kind, and with the id of what it corrects.

// elementPropose is the form of a visitor: something new, or a correction of
// what nobody answers for. Whoever has an account writes at once.
func (s *Server) elementPropose(r *request) error {
	if id := r.Param("id"); id != "" {
		return r.beginCorrection(id)
	}
	if r.actor.Can(store.Resident) {
		return r.Redirect("/annuaire/nouveau", "")
	}
	return r.beginElement("directory.propose.title", "/annuaire/proposer", true)
}

// corrected is an element a visitor may correct: one nobody answers for. Else
// whoever does is to be told, with a report.
func corrected(tx *store.Tx, id string) (directory.Element, error) {
	e, err := directory.Get(tx, id)
	if err != nil {
		return e, err
	}
	kept, err := e.Kept(tx)
	if err == nil && kept {
		err = store.E(store.NotFound, "err.not_found")
	}
	return e, err
}

func (r *request) beginCorrection(id string) error {
	start := r.page("directory.correct.title")
	var p *elementFormPage
	err := r.View(func(tx *store.Tx) error {
		e, err := corrected(tx, id)
		if err != nil {
			return err
		}
		p, err = r.filledForm(tx, start, &e)
		return err
	})
	if err != nil {
		return err
	}
	p.Proposal, p.Correction = true, p.Form.Value("name")
	return r.Render("directory/form", p)
}

// elementProposed queues what a visitor wrote.
func (s *Server) elementProposed(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	w := writing{title: "directory.propose.title", kind: kindOf(f.text("kind")), proposal: true}
	if id := r.Param("id"); id != "" {
		w.title = "directory.correct.title"
		err := r.View(func(tx *store.Tx) error {
			e, err := corrected(tx, id)
			w.is, w.kind = &e, e.Kind
			return err
		})
		if err != nil {
			return err
		}
	}
	if w.kind == "" || w.kind == directory.Person {
		return r.RenderForm("directory/kinds", r.kindsPage("directory.propose.title", "/annuaire/proposer", url.Values{}))
	}
	w.save = func(f *form, e *directory.Element) error { return r.queueElement(f, e) }
	return r.writeElement(w)
}

func (r *request) queueElement(f *form, e *directory.Element) error {
	for _, name := range []string{"do", "step", "audience", "parent", "element"} {
		f.values.Del(name)
	}
	f.values.Set("kind", string(e.Kind))
	if e.ID != "" {
		f.values.Set("element", e.ID)
	}
	payload, err := json.Marshal(f.values)
	if err != nil {
		return err
	}
	var code string
	err = r.Update(func(tx *store.Tx) (err error) {
		code, err = moderation.Propose(tx, &moderation.Proposal{Module: directory.Module, Title: e.Name, Payload: payload}, r.sender())
		return err
	})
	if err != nil {
		return err
	}
	return r.Redirect("/proposer/suivi/"+code, "moderation.proposed")
}

// proposedElement reads a proposal again, for the moderator: the element, as
// it will look, and what it is now when it is a correction.
func (r *request) proposedElement(typed *form, start page) (*elementPage, *directory.Element, error) {
	kind := kindOf(typed.text("kind"))
	w := writing{kind: kind, title: "moderation.proposal.title"}
	if id := typed.text("element"); id != "" {
		err := r.View(func(tx *store.Tx) error {
			e, err := directory.Get(tx, id)
			if store.KindOf(err) == store.NotFound {
				return nil // gone meanwhile: something new, then
			}
			w.is, w.kind = &e, e.Kind
			return err
		})
		if err != nil {
			return nil, nil, err
		}
	}
	p, e, err := r.typedElement(typed, &w)
	if err != nil {
		return nil, nil, err
	}
	if w.is != nil {
		keepUnseen(e, w.is, p.Fields)
	}
	p.Preview.page = start
	p.Preview.Title = r.Typo(e.Name)
	return p.Preview, e, nil
}

// keepUnseen keeps of an element what the visitor who corrects it did not see.
func keepUnseen(e, is *directory.Element, fields []category.Field) {
	e.Audience, e.ParentID, e.ResidentsOnly, e.Withheld = is.Audience, is.ParentID, is.ResidentsOnly, is.Withheld
	for _, f := range is.ResidentsOnly {
		switch f {
		case directory.Contacts:
			e.Brief, e.Description = contact.Unmask(e.Brief, is.Brief), contact.Unmask(e.Description, is.Description)
		case "phone":
			e.Phone = is.Phone
		case "email":
			e.Email = is.Email
		case "street":
			e.Street = is.Street
		case "website":
			e.Website = is.Website
		case "position":
			e.Position = is.Position
		}
	}
	for _, f := range fields {
		if !f.Public && is.Fields[f.Key] != "" {
			e.Fields[f.Key] = is.Fields[f.Key]
		}
	}
}

// acceptElement publishes what a visitor proposed.
func acceptElement(tx *store.Tx, e *directory.Element) (store.Ref, error) {
	if e.ID != "" {
		return e.Ref(), directory.Edit(tx, e)
	}
	if err := directory.Accept(tx, e); err != nil {
		return store.Ref{}, err
	}
	return e.Ref(), nil
}
