package ui

import (
	"net/url"
	"slices"

	"copi.local/store"
	"copi.local/store/category"
	"copi.local/store/directory"
	"copi.local/store/listing"
)

// writing is one way through the form of an element.
type writing struct {
	title    string
	kind     directory.Kind
	is       *directory.Element // nil for a new one
	proposal bool
	save     func(f *form, e *directory.Element) error
}

// writeElement takes an element through its steps: refused with its faults,
// shown beside what is perhaps the same, shown as it will be, or saved.
func (r *request) writeElement(w writing) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	p, e, err := r.typedElement(f, &w)
	if err != nil {
		return err
	}
	p.Proposal = w.proposal
	step := min(max(f.int("step"), stepWhat), stepMore)
	do := f.text("do")
	switch do {
	case "edit", "back":
		f.Faults = nil
		return r.elementStep(p, step-1, do == "edit", false)
	case "next":
		if first := f.keepFaults(step); first != 0 {
			return r.elementStep(p, first, false, true)
		}
		return r.elementStep(p, step+1, false, false)
	}
	if first := f.keepFaults(stepMore); first != 0 {
		return r.elementStep(p, first, false, true)
	}
	if len(p.Same) > 0 && !f.has("another") {
		p.steps(4)
		return r.Render("directory/same", p)
	}
	if do != "publish" {
		p.steps(4)
		return r.Render("directory/preview", p)
	}
	if err := w.save(f, e); err != nil {
		return r.refusedElement(p, err)
	}
	return nil
}

// refusedElement shows the form again when what happened meanwhile forbids it.
func (r *request) refusedElement(p *elementFormPage, err error) error {
	f := p.Form
	if store.KindOf(err) == store.Busy {
		return r.busyForm(f, err, "directory/form", p)
	}
	if !f.refuse(err) {
		return err
	}
	return r.elementStep(p, max(f.keepFaults(stepMore), stepWhat), false, true)
}

// elementStep draws one step.
func (r *request) elementStep(p *elementFormPage, step int, first, refused bool) error {
	if p.Step != stepAll {
		p.Step = min(max(step, stepWhat), stepMore)
		if first {
			p.Step = stepWhat
		}
	}
	p.steps(p.Step)
	if refused {
		return r.RenderForm("directory/form", p)
	}
	return r.Render("directory/form", p)
}

// keepFaults keeps the faults of the steps up to one, one for each field, and
// tells the step of the first; 0 when there is none.
func (f *form) keepFaults(step int) (first int) {
	var kept []fault
	for _, bad := range onePerField(f.Faults) {
		at := stepFor(bad.Field)
		if at > step {
			continue
		}
		kept = append(kept, bad)
		if first == 0 || at < first {
			first = at
		}
	}
	f.Faults = kept
	return first
}

// typedElement reads the element and checks it: all that needs the database,
// in one look.
func (r *request) typedElement(f *form, w *writing) (p *elementFormPage, e *directory.Element, err error) {
	start := r.page(w.title)
	err = r.View(func(tx *store.Tx) error {
		home, err := listing.HomeOf(tx)
		if err != nil {
			return err
		}
		var fields []category.Field
		if w.kind != directory.Person {
			if fields, err = category.FieldsOf(tx, w.kind.Set()); err != nil {
				return err
			}
		}
		typed := elementOf(f, w.kind, fields, home.Position)
		e = &typed
		if w.is != nil {
			e.ID, e.Commune = w.is.ID, w.is.Commune
			e.Fields = category.Over(w.is.Fields, e.Fields)
			e.AuthorID = w.is.AuthorID
		} else if w.kind == directory.Person {
			e.AuthorID = r.actor.ID
		}
		if err := e.CheckIn(tx, w.is); err != nil && !f.refuse(err) {
			return err
		}
		if p, err = r.elementForm(tx, start, f, w.kind, w.is); err != nil {
			return err
		}
		return r.elementShown(tx, p, e, w)
	})
	return p, e, err
}

// elementShown is the element as it will look, and what is perhaps the same.
func (r *request) elementShown(tx *store.Tx, p *elementFormPage, e *directory.Element, w *writing) error {
	p.Preview = &elementPage{page: p.page, Element: *e}
	if err := r.describeElement(tx, p.Preview); err != nil {
		return err
	}
	p.Preview.page = p.page
	if w.is != nil || e.Kind == directory.Person {
		return nil
	}
	same, err := directory.Similar(tx, e)
	for _, s := range same {
		p.Same = append(p.Same, elementSame{thingHref(s.Ref()), r.Typo(s.Name), r.Typo(s.Brief)})
	}
	return err
}

// elementNew asks what it is, then for the rest.
func (s *Server) elementNew(r *request) error {
	return r.beginElement("directory.new.title", "/annuaire/nouveau", false)
}

// beginElement is the first page of a new element.
func (r *request) beginElement(title, path string, proposal bool) error {
	kind := kindOf(r.QueryParam("kind"))
	if kind == "" || (kind == directory.Person && proposal) {
		return r.Render("directory/kinds", r.kindsPage(title, path, without(r.QueryParams())))
	}
	start := r.page(title)
	var p *elementFormPage
	var mine string
	err := r.View(func(tx *store.Tx) (err error) {
		if kind == directory.Person {
			if mine, _, err = directory.PersonOf(tx, r.actor.ID); err != nil {
				return err
			}
		}
		p, err = r.elementForm(tx, start, r.newElementForm(kind), kind, nil)
		return err
	})
	if err != nil {
		return err
	}
	if mine != "" {
		return r.Redirect("/annuaire/"+mine+"/modifier", "")
	}
	p.Proposal = proposal
	p.steps(stepWhat)
	return r.Render("directory/form", p)
}

// elementAdd takes a resident's element through its steps and publishes it.
func (s *Server) elementAdd(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	kind := kindOf(f.text("kind"))
	if kind == "" {
		return r.RenderForm("directory/kinds", r.kindsPage("directory.new.title", "/annuaire/nouveau", url.Values{}))
	}
	return r.writeElement(writing{title: "directory.new.title", kind: kind, save: func(_ *form, e *directory.Element) error {
		if err := r.Update(func(tx *store.Tx) error { return directory.Add(tx, e) }); err != nil {
			return err
		}
		return r.Redirect(thingHref(e.Ref()), "directory.published")
	}})
}

// ownElement is the element of the address, for somebody who may change it.
func (r *request) ownElement() (e directory.Element, err error) {
	err = r.View(func(tx *store.Tx) error {
		e, err = directory.Own(tx, r.Param("id"))
		return err
	})
	return e, err
}

// elementEdit is the form of an element as it stands.
func (s *Server) elementEdit(r *request) error {
	start := r.page("directory.edit.title")
	var p *elementFormPage
	err := r.View(func(tx *store.Tx) error {
		e, err := directory.Own(tx, r.Param("id"))
		if err != nil {
			return err
		}
		p, err = r.filledForm(tx, start, &e)
		return err
	})
	if err != nil {
		return err
	}
	return r.Render("directory/form", p)
}

// filledForm is the form of an element that exists.
func (r *request) filledForm(tx *store.Tx, start page, e *directory.Element) (*elementFormPage, error) {
	p, err := r.elementForm(tx, start, nil, e.Kind, e)
	if err != nil {
		return nil, err
	}
	p.Form = r.elementValues(e, p.Fields)
	p.Form.findContacts("brief", "description")
	p.steps(stepMore)
	return p, nil
}

// elementChange stores an element as it was changed.
func (s *Server) elementChange(r *request) error {
	was, err := r.ownElement()
	if err != nil {
		return err
	}
	return r.writeElement(writing{title: "directory.edit.title", kind: was.Kind, is: &was, save: func(_ *form, e *directory.Element) error {
		e.ResidentsOnly = append(e.ResidentsOnly, customOnly(was.ResidentsOnly)...)
		err := r.Update(func(tx *store.Tx) error {
			if err := directory.Edit(tx, e); err != nil {
				return err
			}
			return settleReminders(tx, e.ID)
		})
		if err != nil {
			return err
		}
		return r.Redirect(thingHref(e.Ref()), "directory.changed")
	}})
}

// customOnly are the custom fields among the names of fields.
func customOnly(fields []string) []string {
	return slices.DeleteFunc(slices.Clone(fields), func(f string) bool { return f == directory.Contacts || slices.Contains(directory.Private, f) })
}

// elementRemovePage asks before an element goes for good.
type elementRemovePage struct {
	page
	Element directory.Element
	Inside  int
}

func (s *Server) elementRemoveForm(r *request) error {
	p := &elementRemovePage{page: r.page("directory.remove.title")}
	p.Section = "annuaire"
	err := r.View(func(tx *store.Tx) (err error) {
		if p.Element, err = directory.Own(tx, r.Param("id")); err != nil {
			return err
		}
		below, err := directory.Children(tx, p.Element.ID)
		p.Inside = len(below)
		return err
	})
	if err != nil {
		return err
	}
	return r.Render("directory/remove", p)
}

// elementRemove takes an element away for good.
func (s *Server) elementRemove(r *request) error {
	if err := r.Update(func(tx *store.Tx) error { return directory.Remove(tx, r.Param("id")) }); err != nil {
		return err
	}
	return r.Redirect("/annuaire", "directory.removed")
}
