package ui

import (
	"copi.local/store"
	"copi.local/store/timebank"
)

// moveView is one movement, printed as its receipt.
type moveView struct {
	ID, Receipt, Way   string
	From, To           accountView
	Minutes, Text, Day string
	At, By             string
	About              wordLink
	Over               bool
	Reverses, Reversed *wordLink
	GivesBack          bool // the reader keeps the account that received
	Corrects           bool // the reader is an operator
}

func (r *request) moveView(tx *store.Tx, id string) (*moveView, error) {
	t, err := timebank.FindTransfer(tx, id)
	if err != nil {
		return nil, err
	}
	v := &moveView{
		ID: t.ID, Receipt: t.Receipt(), Way: r.T("timebank.way." + string(t.Way)), Minutes: r.Minutes(t.Minutes), Text: r.Typo(t.Text),
		At: r.WholeTime(t.At), Day: r.dayOfHelp(&t), Over: t.Over,
	}
	if v.By, err = t.By(tx); err != nil {
		return nil, err
	}
	if v.About, err = r.aboutView(tx, t.About); err != nil {
		return nil, err
	}
	if v.From, err = r.moveEnd(tx, t.From); err != nil {
		return nil, err
	}
	if v.To, err = r.moveEnd(tx, t.To); err != nil {
		return nil, err
	}
	if v.Reverses, err = r.moveLink(tx, t.Reverses); err != nil {
		return nil, err
	}
	if v.Reversed, err = r.moveLink(tx, t.ReversedBy); err != nil {
		return nil, err
	}
	if t.ReversedBy == "" && t.Way != timebank.Reversed {
		to, err := timebank.Get(tx, t.To)
		if err != nil {
			return nil, err
		}
		v.GivesBack, err = to.Keeps(tx)
		v.Corrects = !v.GivesBack && r.actor.Can(store.Operator)
		return v, err
	}
	return v, nil
}

// dayOfHelp is the day a movement is about, in words, when it is another than
// that of its booking.
func (r *request) dayOfHelp(t *timebank.Transfer) string {
	if t.On.IsZero() {
		return ""
	}
	day, _, _ := t.On.In(r.zone, false)
	return r.Day(day)
}

// moveEnd is an account of a movement, without what is on it.
func (r *request) moveEnd(tx *store.Tx, number string) (accountView, error) {
	a, err := timebank.Get(tx, number)
	if err != nil {
		return accountView{}, err
	}
	name, err := a.NameOf(tx)
	if err != nil {
		return accountView{}, err
	}
	v := accountView{Number: number, Name: r.holder(&a, name)}
	if _, err := timebank.Own(tx, number); err == nil {
		v.Href = accountHref(number)
	}
	return v, nil
}

func (r *request) moveLink(tx *store.Tx, id string) (*wordLink, error) {
	if id == "" {
		return nil, nil
	}
	t, err := timebank.FindTransfer(tx, id)
	return &wordLink{"/heures/mouvements/" + id, t.Receipt()}, err
}

func (r *request) timebankMovePage(f *form) (*timebankPage, error) {
	p := r.timebankPage("timebank.move.title")
	p.Form = f
	return p, r.View(func(tx *store.Tx) (err error) {
		p.Move, err = r.moveView(tx, r.Param("id"))
		return err
	})
}

// timebankMove shows one movement.
func (s *Server) timebankMove(r *request) error {
	p, err := r.timebankMovePage(r.emptyForm())
	if err != nil {
		return err
	}
	return r.Render("timebank/move", p)
}

// timebankReverse takes a movement back.
func (s *Server) timebankReverse(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	var back timebank.Transfer
	err = r.Update(func(tx *store.Tx) (err error) {
		back, err = timebank.Reverse(tx, r.Param("id"), f.text("reason"))
		return wholeFault(err)
	})
	if f.refuse(err) {
		p, err := r.timebankMovePage(f)
		if err != nil {
			return err
		}
		return r.RenderForm("timebank/move", p)
	} else if err != nil {
		return err
	}
	return r.Redirect("/heures/mouvements/"+back.ID, "timebank.move.reversed")
}

// requestView is a request to pay in words.
type requestView struct {
	ID, Href, Minutes  string
	Text, Day, Reason  string
	From, To           accountView
	Asked, Ends, State string
	About              wordLink
	Waits              bool
	Answers            bool // the reader keeps the account that is asked
	Takes              bool // the reader keeps the one that asks
	Move               string
}

func (r *request) requestView(tx *store.Tx, q *timebank.Request) (requestView, error) {
	v := requestView{
		ID: q.ID, Href: "/heures/demandes/" + q.ID, Minutes: r.Minutes(q.Minutes), Text: r.Typo(q.Text), Reason: r.Typo(q.Reason),
		Asked: r.Day(q.AskedAt), Ends: r.Day(q.EndsAt), State: r.T("timebank.state." + string(q.State)), Waits: q.State == timebank.Waits,
	}
	if q.Transfer != "" {
		v.Move = "/heures/mouvements/" + q.Transfer
	}
	v.Day = r.dayOfHelp(&timebank.Transfer{Payment: q.Payment})
	var err error
	if v.About, err = r.aboutView(tx, q.About); err != nil {
		return v, err
	}
	for _, end := range []struct {
		number string
		view   *accountView
		keeps  *bool
	}{{q.From, &v.From, &v.Answers}, {q.To, &v.To, &v.Takes}} {
		a, err := timebank.Get(tx, end.number)
		if err != nil {
			return v, err
		}
		if *end.keeps, err = a.Keeps(tx); err != nil {
			return v, err
		}
		if *end.view, err = r.moveEnd(tx, end.number); err != nil {
			return v, err
		}
	}
	return v, nil
}

func (r *request) timebankRequestPage(f *form) (*timebankPage, error) {
	p := r.timebankPage("timebank.request.title")
	p.Form = f
	return p, r.View(func(tx *store.Tx) error {
		q, err := timebank.FindRequest(tx, r.Param("id"))
		if err != nil {
			return err
		}
		v, err := r.requestView(tx, &q)
		p.Request = &v
		return err
	})
}

// timebankRequest shows one request to pay.
func (s *Server) timebankRequest(r *request) error {
	p, err := r.timebankRequestPage(r.emptyForm())
	if err != nil {
		return err
	}
	return r.Render("timebank/request", p)
}

// timebankAnswer pays, refuses or takes back a request.
func (s *Server) timebankAnswer(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	to, done := "/heures/demandes/"+r.Param("id"), ""
	err = r.Update(func(tx *store.Tx) error {
		switch f.text("do") {
		case "pay":
			t, err := timebank.Accept(tx, r.Param("id"))
			to, done = "/heures/mouvements/"+t.ID, "timebank.pay.done"
			return wholeFault(err)
		case "refuse":
			done = "timebank.request.refused"
			return timebank.Refuse(tx, r.Param("id"), f.text("reason"))
		case "withdraw":
			done = "timebank.request.withdrawn"
			return timebank.Withdraw(tx, r.Param("id"))
		}
		return store.E(store.Invalid, "err.ui.act")
	})
	if f.refuse(err) {
		p, err := r.timebankRequestPage(f)
		if err != nil {
			return err
		}
		return r.RenderForm("timebank/request", p)
	} else if err != nil {
		return err
	}
	return r.Redirect(to, done)
}
