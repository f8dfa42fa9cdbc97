package ui

import (
	"slices"
	"strconv"

	"copi.local/store"
	"copi.local/store/booking"
)

func (s *Server) bookingTermsRoutes() []route {
	return []route{
		{GET, "/salles/:id/conditions", public, s.termsSheet},
		{GET, "/salles/:id/conditions/modifier", caretaker, s.termsEdit},
		{POST, "/salles/:id/conditions/modifier", caretaker, s.termsChange},
	}
}

// termsSheetPage is what hangs beside the door: the room and its terms.
type termsSheetPage struct {
	page
	Room    booking.Resource
	Terms   *termsView
	Manages bool
}

// termsSheet shows the terms of a thing, for paper too.
func (s *Server) termsSheet(r *request) error {
	p := &termsSheetPage{page: r.page("booking.terms.sheet")}
	p.Section = "salles"
	var t *booking.Terms
	err := r.View(func(tx *store.Tx) (err error) {
		if p.Room, err = booking.Get(tx, r.Param("id")); err != nil {
			return err
		}
		if t, err = booking.ParseTerms(p.Room.Terms); err != nil {
			return err
		}
		p.Manages, err = booking.Manages(tx, p.Room.ID)
		return err
	})
	if err != nil {
		return err
	}
	p.Title, p.Terms = r.Typo(p.Room.Name), r.termsOf(t)
	return r.Render("booking/sheet", p)
}

// termsFormPage is the form of the terms of a thing.
type termsFormPage struct {
	page
	Room  booking.Resource
	Form  *form
	Terms *booking.Terms // as typed: its classes and packages have prices

	Classes, Periods, Days, Later []choice
	Packages, Quotas              []int // the rows to show
	Fees, Questions               []int
}

// Adds tells whether a row is the empty one behind those that are filled: it
// stays closed until somebody wants it.
func (p *termsFormPage) Adds(name string, i int) bool {
	filled := map[string]int{"quota": len(p.Terms.Quotas), "package": len(p.Terms.Packages), "question": len(p.Terms.Questions)}
	return i == filled[name]
}

// Tariffs are the fields of prices, by class.
func (p *termsFormPage) Tariffs() []tariffFields {
	keys := []tariffFields{{Who: p.T("booking.terms.everybody")}}
	if len(p.Terms.Classes) > 0 {
		keys[0].Who = p.T("booking.terms.others")
	}
	for _, c := range p.Terms.Classes {
		keys = append(keys, tariffFields{key: c.Key, Who: p.Typo(c.Name)})
	}
	for i := range keys {
		k := &keys[i]
		for _, u := range booking.Units {
			k.Fields = append(k.Fields, p.Form.Text(booking.PriceField(k.key, u, ""), "booking.terms.form.price_"+string(u)).Optional().Max(12))
		}
		for _, pack := range p.Terms.Packages {
			fd := p.Form.Text(booking.PriceField(k.key, booking.ByPackage, pack.Key), "booking.terms.form.price_package")
			k.Fields = append(k.Fields, fd.Named(p.T("booking.terms.form.price_package", "name", p.Typo(pack.Name))).Optional().Max(12))
		}
		k.Closed = k.key != "" && !slices.ContainsFunc(k.Fields, func(fd field) bool { return fd.Value != "" })
	}
	return keys
}

// tariffFields are the prices of one class.
type tariffFields struct {
	key, Who string
	Fields   []field
	Closed   bool // nothing is typed there
}

func (r *request) termsForm(room booking.Resource, f *form, t *booking.Terms) *termsFormPage {
	p := &termsFormPage{page: r.page("booking.terms.edit"), Room: room, Form: f, Terms: t}
	p.Section = "salles"
	p.Classes = []choice{{Label: r.T("booking.terms.everybody")}}
	for _, c := range t.Classes {
		p.Classes = append(p.Classes, choice{Value: c.Key, Label: r.Typo(c.Name)})
	}
	for _, per := range booking.Periods {
		p.Periods = append(p.Periods, choice{Value: string(per), Label: r.T("booking.terms.per_" + string(per))})
	}
	for d := range 7 {
		p.Days = append(p.Days, choice{Value: strconv.Itoa(d), Label: r.weekdayName(d)})
	}
	for d := range 8 {
		p.Later = append(p.Later, choice{Value: strconv.Itoa(d), Label: r.T("booking.terms.form.later_"+strconv.Itoa(min(d, 2)), "n", d)})
	}
	p.Packages = rowsShown(len(t.Packages), booking.MaxPackages)
	p.Quotas = rowsShown(len(t.Quotas), booking.MaxQuotas)
	p.Fees = rowsShown(len(t.Fees), booking.MaxFees)
	p.Questions = rowsShown(len(t.Questions), booking.MaxQuestions)
	return p
}

// rowsShown are the rows that are filled, and one more.
func rowsShown(filled, most int) []int {
	rows := make([]int, min(filled+1, max(most, filled)))
	for i := range rows {
		rows[i] = i
	}
	return rows
}

// ownTerms are the terms of a thing, for somebody who may change them.
func (r *request) ownTerms() (room booking.Resource, t *booking.Terms, err error) {
	err = r.View(func(tx *store.Tx) error {
		if room, err = booking.Own(tx, r.Param("id")); err != nil {
			return err
		}
		t, err = booking.ParseTerms(room.Terms)
		return err
	})
	return room, t, err
}

// termsEdit is the form of terms as they stand.
func (s *Server) termsEdit(r *request) error {
	room, t, err := r.ownTerms()
	if err != nil {
		return err
	}
	return r.Render("booking/terms", r.termsForm(room, r.formOfTerms(t), t))
}

// termsChange stores terms as they were changed. Bookings made before keep
// what they were promised: only new ones are measured against them.
func (s *Server) termsChange(r *request) error {
	room, was, err := r.ownTerms()
	if err != nil {
		return err
	}
	f, err := r.form()
	if err != nil {
		return err
	}
	t := typedTerms(f, was)
	if err := t.Check(); f.refuse(err) || !f.ok() {
		f.Faults = onePerField(f.Faults)
		return r.RenderForm("booking/terms", r.termsForm(room, f, t))
	} else if err != nil {
		return err
	}
	if err := r.Update(func(tx *store.Tx) error { return booking.SetTerms(tx, room.ID, t.String()) }); err != nil {
		return err
	}
	if f.text("do") == "more" { // new classes and packages have prices to fill in
		return r.Redirect("/salles/"+room.ID+"/conditions/modifier", "booking.terms.saved")
	}
	return r.Redirect("/salles/"+room.ID+"/conditions", "booking.terms.saved")
}
