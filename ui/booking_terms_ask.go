package ui

import (
	"net/http"
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/booking"
	"copi.local/store/calendar"
)

// roomTerms is what the page of a room says of its terms and its state.
type roomTerms struct {
	Terms   *termsView
	Faults  []faultView
	NotBack []bookingLine // for managers
}

// readRoomTerms reads it.
func (r *request) readRoomTerms(tx *store.Tx, p *roomPage) error {
	t, err := booking.ParseTerms(p.Room.Terms)
	if err != nil {
		return err
	}
	p.Terms = r.termsOf(t)
	if p.Faults, err = r.faultViews(tx, p.Room.ID); err != nil || !p.Manages {
		return err
	}
	out, err := booking.NotBack(tx, p.Room.ID)
	if err != nil {
		return err
	}
	p.NotBack, err = r.bookingLines(tx, out)
	return err
}

// bookingTerms is what the page of a booking says of its terms.
type bookingTerms struct {
	Price       string // empty when nobody knows
	Fee         string // of cancelling now; empty for none
	Late, Short bool
	Class       string
	Package     string
	Answered    []booking.Answer
	Crowded     string // more people than fit, while it waits for an answer
}

// readBookingTerms reads it.
func (r *request) readBookingTerms(tx *store.Tx, p *onePage) error {
	h, err := booking.HandoverOf(tx, p.Booking.ID)
	if err != nil {
		return err
	}
	if cents, known := h.Price(); known {
		p.Price = r.freeOr(cents)
	}
	if fee := h.Fee(r.now); fee > 0 && p.Booking.State != booking.Cancelled && p.Booking.AuthorID == r.actor.ID {
		p.Fee = r.Money(fee)
	}
	p.Late, p.Answered = h.Late, h.Answers
	if p.Booking.Class != "" {
		p.Class = r.className(h.Terms, p.Booking.Class)
	}
	if pack, ok := h.Terms.Package(p.Booking.Package); ok {
		p.Package = r.Typo(pack.Name)
	}
	if n := h.Room.Capacity; n > 0 && p.Booking.People > n && p.Booking.State == booking.Asked {
		p.Crowded = r.T("booking.terms.people_confirm", "n", n)
	}
	p.Short, err = booking.Threatened(tx, &p.Booking)
	return err
}

// askTerms is what the form of a request asks beside its hours.
type askTerms struct {
	Classes, Packages []choice
	Rules             string
	Priced            bool
	Quote             *quoteView // when the price was asked for

	terms *booking.Terms
}

// readAskTerms reads it.
func (r *request) readAskTerms(p *askPage) error {
	t, err := booking.ParseTerms(p.Room.Terms)
	if err != nil {
		return err
	}
	p.terms, p.Rules, p.Priced = t, t.Rules, len(t.Prices) > 0
	for _, c := range t.Classes {
		p.Classes = append(p.Classes, choice{Value: c.Key, Label: r.Typo(c.Name)})
	}
	if len(p.Classes) > 1 {
		p.Classes = append([]choice{{Label: r.T("booking.form.class_none")}}, p.Classes...)
	}
	if len(t.Packages) > 0 {
		p.Packages = []choice{{Label: r.T("booking.form.package_none")}}
	}
	for _, pack := range t.Packages {
		p.Packages = append(p.Packages, choice{Value: pack.Key, Label: r.Typo(pack.Name) + ", " + r.packageSpan(pack)})
	}
	return nil
}

// Questions are the fields of the questions of the terms.
func (p *askPage) Questions() []field {
	var fields []field
	for _, q := range p.terms.Questions {
		fields = append(fields, p.question(q))
	}
	return fields
}

// question is the field of one. Managers need not answer.
func (p *askPage) question(q booking.Question) field {
	name := answerPrefix + q.Key
	fd := p.Form.Text(name, "booking.form.answer").Max(booking.MaxAnswer)
	if len(q.Choices) > 0 {
		choices := []choice{{Label: p.T("booking.form.answer_none")}}
		for _, c := range q.Choices {
			choices = append(choices, choice{Value: c, Label: p.Typo(c)})
		}
		fd = p.Form.Select(name, "booking.form.answer").Of(choices)
	}
	if !q.Required || p.Manages {
		fd = fd.Optional()
	}
	return fd.Named(p.Typo(q.Label))
}

// answerPrefix begins the name of a question's field.
const answerPrefix = "answer_"

// answers are what was answered to the questions of the terms, by their keys.
func (f *form) answers() map[string]string {
	list := map[string]string{}
	for name := range f.values {
		if key, ok := strings.CutPrefix(name, answerPrefix); ok {
			list[key] = f.text(name)
		}
	}
	return list
}

// takePackage puts the hours of a package into the form: whoever takes one
// chooses its day and nothing more. On a day when it does not begin the form
// stays as it is, and the terms say so.
func (f *form) takePackage(t *booking.Terms, zone *time.Location) {
	p, ok := t.Package(f.text("package"))
	if !ok || f.text("starts") == "" {
		return
	}
	day := f.date("starts")
	if day.IsZero() {
		return
	}
	at := calendar.WallOf(day)
	f.values.Del("all_day")
	if _, begins := p.On(at, zone); !begins {
		f.fault("package", "err.booking.terms.package")
	}
	begin := at.Midnight().Later(time.Duration(p.From) * time.Minute)
	f.setSlot(booking.Slot{Starts: begin, Ends: at.Midnight().Later(time.Duration(p.Until) * time.Minute)})
}

// showPrice answers what a request would cost: nothing is asked for yet.
func (r *request) showPrice(p *askPage, b *booking.Booking) error {
	if b.Title == "" {
		b.Title = "?" // of no matter for a price
	}
	if err := b.Check(&p.Room); p.Form.refuse(err) || !p.Form.ok() {
		p.Form.Faults = onePerField(p.Form.Faults)
		return r.RenderForm("booking/ask", p)
	} else if err != nil {
		return err
	}
	p.Quote = r.quoteOf(p.terms.Quote(booking.Ask{
		From: b.StartsAt, Until: b.EndsAt, Zone: r.zone, Class: b.Class, Package: b.Package, Units: b.Units,
	}))
	return r.RenderStatus(http.StatusOK, "booking/ask", p)
}
