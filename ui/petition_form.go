package ui

import (
	"strconv"
	"strings"

	"copi.local/store"
	"copi.local/store/amount"
	"copi.local/store/petition"
)

// keeps are how many months signatures may be kept after the closing.
var keeps = []int{1, 3, 6, 12}

// petitionForm is the page of the form of a petition; locked tells that
// somebody signed it.
func (r *request) petitionForm(f *form, locked bool) (*petitionPage, error) {
	names, err := r.namesFor(f, petitionRef(r.Param("id")))
	if err != nil {
		return nil, err
	}
	title := "petition.new.title"
	if r.Param("id") != "" {
		title = "petition.edit.title"
	}
	f.findContacts("title", "text", "addressee")
	p := &petitionPage{page: r.page(title), Form: f, NameChoices: names, Action: r.Request().URL.Path, Locked: locked}
	p.Section = "petitions"
	p.Choices = []choice{
		{Value: "none", Label: r.T("petition.form.goal_none")},
		{Value: "number", Label: r.T("petition.form.goal_number")},
		{Value: "share", Label: r.T("petition.form.goal_share")},
	}
	for _, n := range keeps {
		p.Keep = append(p.Keep, choice{Value: strconv.Itoa(n), Label: r.T("petition.form.months", "n", n)})
	}
	return p, nil
}

// petitionOf reads a petition as it was typed.
func petitionOf(f *form) petition.Petition {
	v := petition.Petition{
		Title: f.text("title"), Text: f.lines("text"), Addressee: f.text("addressee"), Purpose: f.lines("purpose"), Tags: tagsOf(f.text("tags")),
		KeepMonths: f.int("keep"), OnlyElectors: f.has("only_electors"),
	}
	switch f.text("aim") {
	case "number":
		if v.Goal = f.int("goal"); v.Goal < 1 && f.ok() {
			f.fault("goal", "err.petition.goal", "max", petition.MaxGoal)
		}
	case "share":
		v.Electors = f.int("electors")
		if share, err := amount.ParseMoney(strings.TrimSuffix(f.text("share"), "%")); err != nil || share < 1 || share > petition.MaxShare {
			f.fault("share", "err.petition.share")
		} else {
			v.Share = int(share)
		}
	default:
		v.OnlyElectors = false
	}
	if last := f.date("ends"); !last.IsZero() {
		v.EndsAt = last.AddDate(0, 0, 1)
	}
	f.findContacts("title", "text", "addressee")
	v.Masked = f.masked()
	return v
}

// formOfPetition writes a petition into a form.
func (r *request) formOfPetition(v *petition.Petition) *form {
	f := r.emptyForm("title", v.Title, "text", v.Text, "addressee", v.Addressee, "purpose", v.Purpose, "tags", strings.Join(v.Tags, ", "),
		"keep", strconv.Itoa(v.KeepMonths), "aim", "none", "ends", r.local(v.EndsAt.Add(-1)).Format("2006-01-02"))
	f.setMasked(v.Masked)
	if v.OnlyElectors {
		f.values.Set("only_electors", "1")
	}
	switch {
	case v.Share > 0:
		f.values.Set("aim", "share")
		f.values.Set("share", r.amountTyped(int64(v.Share)))
		f.values.Set("electors", strconv.Itoa(v.Electors))
	case v.Goal > 0:
		f.values.Set("aim", "number")
		f.values.Set("goal", strconv.Itoa(v.Goal))
	}
	return f
}

// petitionNew is an empty form.
func (s *Server) petitionNew(r *request) error {
	f := r.emptyForm("aim", "number", "keep", "3", "purpose", r.T("petition.form.purpose_first"), "organisation", r.QueryParam("organisation"),
		"ends", r.Now().AddDate(0, 2, 0).Format("2006-01-02"))
	p, err := r.petitionForm(f, false)
	if err != nil {
		return err
	}
	return r.Render("petition/form", p)
}

// writePetition reads the form and stores it with save, or shows it again with
// what is wrong.
func (r *request) writePetition(was *petition.Petition, locked bool, done string, save func(f *form, v *petition.Petition) error) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	p, err := r.petitionForm(f, locked)
	if err != nil {
		return err
	}
	var v petition.Petition
	if locked { // what they signed is not on the form
		v = *was
		if last := f.date("ends"); !last.IsZero() {
			v.EndsAt = last.AddDate(0, 0, 1)
		}
	} else {
		v = petitionOf(f)
	}
	f.chosenName(p.NameChoices)
	if err := v.Check(); !f.refuse(err) && err != nil {
		return err
	}
	if f.ok() {
		v.ID = r.Param("id")
		if err := save(f, &v); !f.refuse(err) {
			if err != nil {
				return err
			}
			return r.Redirect(petitionsPath+"/"+v.ID, done)
		}
	}
	f.Faults = onePerField(f.Faults)
	if was != nil {
		p.Petition = *was
	}
	return r.RenderForm("petition/form", p)
}

// petitionAdd publishes a petition.
func (s *Server) petitionAdd(r *request) error {
	return r.writePetition(nil, false, "petition.published", func(f *form, v *petition.Petition) error {
		return r.Update(func(tx *store.Tx) error { return petition.Add(tx, v, f.text("organisation")) })
	})
}

// editable is the petition of the address as its organiser changes it, and
// whether somebody signed it.
func (r *request) editable() (v petition.Petition, locked bool, err error) {
	err = r.View(func(tx *store.Tx) (err error) {
		if v, err = petition.Own(tx, r.Param("id")); err != nil {
			return err
		}
		locked, err = v.Signed(tx)
		return err
	})
	return v, locked, err
}

// petitionEdit is the form of a petition as it stands.
func (s *Server) petitionEdit(r *request) error {
	v, locked, err := r.editable()
	if err != nil {
		return err
	}
	p, err := r.petitionForm(r.formOfPetition(&v), locked)
	if err != nil {
		return err
	}
	p.Petition = v
	return r.Render("petition/form", p)
}

// petitionChange stores a petition as it was changed.
func (s *Server) petitionChange(r *request) error {
	was, locked, err := r.editable()
	if err != nil {
		return err
	}
	return r.writePetition(&was, locked, "petition.changed", func(f *form, v *petition.Petition) error {
		return r.Update(func(tx *store.Tx) error { return petition.Edit(tx, v, f.text("organisation")) })
	})
}
