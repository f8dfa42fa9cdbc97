package ui

import (
	"strconv"
	"strings"

	"copi.local/store"
	"copi.local/store/calendar"
	"copi.local/store/timebank"
)

// paymentView is a payment or a request before it is made.
type paymentView struct {
	ID                 string // so that it is booked once, however often it is sent
	Number, Name       string // of the account at the other end
	Own, OwnName       string
	Minutes, Text, Day string
	Before, After      string // what the payer has
	About              wordLink
}

// asksToBePaid tells whether the request's address is that of the form to ask.
func (r *request) asksToBePaid() bool { return r.Request().URL.Path == "/heures/demander" }

// timebankPayForm is the form to pay, or to ask to be paid. Its address may
// bring whom, how much and what for.
func (s *Server) timebankPayForm(r *request) error {
	q := r.queryForm()
	f := r.emptyForm("to", q.text("vers"), "own", q.text("depuis"), "objet", q.text("objet"))
	if n, err := strconv.ParseInt(q.text("minutes"), 10, 64); err == nil && n > 0 && n <= timebank.MaxMinutes {
		f.values.Set("hours", r.minutesTyped(n))
	}
	p, err := r.payPage(f)
	if err != nil {
		return err
	}
	if len(p.From) == 0 {
		return r.Redirect("/heures/ouvrir", "timebank.open.first")
	}
	return r.Render("timebank/pay", p)
}

// payPage is the page of the form, with the accounts the actor keeps.
func (r *request) payPage(f *form) (*timebankPage, error) {
	title, action := "timebank.pay.title", "/heures/payer"
	if r.asksToBePaid() {
		title, action = "timebank.ask.title", "/heures/demander"
	}
	p := r.timebankPage(title)
	p.Form, p.Action, p.Asks = f, action, r.asksToBePaid()
	return p, r.View(func(tx *store.Tx) error {
		rules, err := timebank.RulesOf(tx)
		if err != nil {
			return err
		}
		p.Wrong = !rules.WrongAt.IsZero()
		mine, err := timebank.Mine(tx)
		if err != nil {
			return err
		}
		if r.actor.Can(store.Operator) && !p.Asks {
			common, err := timebank.Get(tx, timebank.CommonNumber)
			if err != nil {
				return err
			}
			mine = append(mine, common)
		}
		for i := range mine {
			v, err := r.accountView(tx, &mine[i], &rules)
			if err != nil {
				return err
			}
			p.From = append(p.From, choice{Value: v.Number, Label: v.Name + " (" + v.Number + ", " + v.Balance + ")"})
		}
		return nil
	})
}

// timebankPay shows what would be booked, and books it when that is confirmed.
func (s *Server) timebankPay(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	p, err := r.payPage(f)
	if err != nil {
		return err
	}
	if len(p.From) == 0 {
		return r.Redirect("/heures/ouvrir", "timebank.open.first")
	}
	if f.text("do") == "edit" {
		return r.Render("timebank/pay", p)
	}
	pay, err := r.payment(p)
	if err != nil {
		return err
	}
	if !f.ok() || len(p.Picks) > 0 {
		return r.RenderForm("timebank/pay", p)
	}
	if f.text("do") != "pay" {
		return r.previewPayment(p, pay)
	}
	return r.bookPayment(p, pay)
}

// payment is what the form says; whom it names by a name is looked up.
func (r *request) payment(p *timebankPage) (pay timebank.Payment, err error) {
	f := p.Form
	own := f.text("own")
	if own == "" {
		own = p.From[0].Value
	}
	other, err := r.otherAccount(p)
	if err != nil {
		return pay, err
	}
	before := len(f.Faults)
	minutes, given := f.minutes("hours")
	if !given {
		f.fault("hours", "err.timebank.hours_empty")
	} else if minutes == 0 && len(f.Faults) == before {
		f.fault("hours", "err.timebank.minutes")
	}
	pay = timebank.Payment{ID: f.text("id"), Minutes: minutes, Text: f.text("text")}
	if day := f.date("day"); !day.IsZero() {
		pay.On = calendar.WallOf(day)
	}
	if module, id, ok := strings.Cut(f.text("objet"), "/"); ok {
		pay.About = store.Ref{Module: module, ID: id}
	}
	pay.From, pay.To = own, other
	if p.Asks {
		pay.From, pay.To = other, own
	}
	return pay, nil
}

// otherAccount is the number of the account the form names by its number or by
// words of its name. Several of that name are offered to choose from.
func (r *request) otherAccount(p *timebankPage) (number string, err error) {
	f := p.Form
	typed := f.text("pick")
	if typed == "" {
		typed = f.text("to")
	}
	number, ok := timebank.ParseNumber(typed)
	switch {
	case ok:
		return number, nil
	case typed == "":
		f.fault("to", "err.timebank.to_empty")
		return "", nil
	case strings.ContainsAny(typed, "0123456789"):
		f.fault("to", "err.timebank.number")
		return "", nil
	}
	err = r.View(func(tx *store.Tx) error {
		found, more, err := timebank.Find(tx, typed)
		if err != nil {
			return err
		}
		if len(found) == 1 {
			number = found[0].Number
			return nil
		}
		for i := range found {
			p.Picks = append(p.Picks, choice{Value: found[i].Number, Label: r.holder(&found[i].Account, found[i].Name) + " (" + found[i].Number + ")"})
		}
		switch {
		case len(found) == 0:
			f.fault("to", "err.timebank.nobody")
		case more:
			f.fault("to", "err.timebank.many")
		}
		return nil
	})
	return number, err
}

// previewPayment shows whom a payment goes to, and what is left, before
// anything is booked. What the receiver has is not looked at.
func (r *request) previewPayment(p *timebankPage, pay timebank.Payment) error {
	err := r.View(func(tx *store.Tx) (err error) {
		p.Preview, err = r.paymentView(tx, p, &pay)
		return err
	})
	if p.Form.refuse(err) {
		return r.RenderForm("timebank/pay", p)
	} else if err != nil {
		return err
	}
	return r.Render("timebank/confirm", p)
}

func (r *request) paymentView(tx *store.Tx, p *timebankPage, pay *timebank.Payment) (*paymentView, error) {
	own, other := pay.From, pay.To
	if p.Asks {
		own, other = other, own
	}
	at, err := timebank.Own(tx, own)
	if err != nil {
		return nil, err
	}
	to, err := timebank.Get(tx, other)
	if store.KindOf(err) == store.NotFound {
		return nil, store.E(store.Invalid, "err.timebank.no_account").At("to")
	} else if err != nil {
		return nil, err
	}
	if err := r.judgePreview(tx, p, &at, &to, pay); err != nil {
		return nil, err
	}
	name, err := to.NameOf(tx)
	if err != nil {
		return nil, err
	}
	ownName, err := at.NameOf(tx)
	if err != nil {
		return nil, err
	}
	v := &paymentView{
		ID: tx.NewID(), Number: to.Number, Name: r.holder(&to, name), Own: at.Number, OwnName: r.holder(&at, ownName),
		Minutes: r.Minutes(pay.Minutes), Text: r.Typo(pay.Text), Before: r.Minutes(at.Balance), After: r.Minutes(at.Balance - pay.Minutes),
	}
	if !pay.On.IsZero() {
		day, _, _ := pay.On.In(r.zone, false)
		v.Day = r.Day(day)
	}
	v.About, err = r.aboutView(tx, pay.About)
	return v, err
}

// judgePreview refuses what is wrong on this side; of the other account nothing
// is told before the payment is made.
func (r *request) judgePreview(tx *store.Tx, p *timebankPage, own, other *timebank.Account, pay *timebank.Payment) error {
	if err := pay.CheckWords(tx.Now); err != nil {
		return err
	}
	rules, err := timebank.RulesOf(tx)
	if err != nil {
		return err
	}
	rules.Soft = true // the ceiling is looked at when it is booked
	if p.Asks {
		return nil
	}
	if _, bad := rules.Judge(own, other, pay.Minutes); bad != nil {
		return inForm(bad)
	}
	return nil
}

// wholeFault makes a fault of the whole form of one whose field the page has not.
func wholeFault(err error) error {
	if e, ok := err.(*store.Error); ok && e.Field != "reason" { //nolint:errorlint // ours, not wrapped
		return e.At("")
	}
	return err
}

// inForm ties faults of the store's payment to the fields of the form.
func inForm(err error) error {
	e, ok := err.(*store.Error) //nolint:errorlint // ours, not wrapped
	if !ok {
		return err
	}
	switch e.Field {
	case "minutes":
		return e.At("hours")
	case "from":
		return e.At("to")
	default:
		return e
	}
}

// bookPayment books the payment, or files the request.
func (r *request) bookPayment(p *timebankPage, pay timebank.Payment) error {
	to, done := "", "timebank.pay.done"
	err := r.Update(func(tx *store.Tx) error {
		if p.Asks {
			q, err := timebank.Ask(tx, pay)
			to, done = "/heures/demandes/"+q.ID, "timebank.ask.done"
			return inForm(err)
		}
		t, err := timebank.Pay(tx, pay)
		to = "/heures/mouvements/" + t.ID
		return inForm(err)
	})
	if p.Form.refuse(err) {
		return r.RenderForm("timebank/pay", p)
	} else if err != nil {
		return err
	}
	return r.Redirect(to, done)
}
