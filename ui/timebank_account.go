package ui

import (
	"encoding/csv"
	"io"
	"net/url"
	"time"

	"copi.local/store"
	"copi.local/store/timebank"
)

// statementView is the statement of a month.
type statementView struct {
	Account          accountView
	Month            string // "mars 2026"
	Opening, Closing string
	Lines            []lineView
	In, Out          string // all that came and all that went
	Table            string // address of the same for a spreadsheet
	Pager            pagerView
	Printed          string // the day it was made
	Keeps            bool
	Closable         bool
	Closed           bool
}

// lineView is one line of a statement.
type lineView struct {
	Href, Receipt, Day string
	Other, Text, Note  string
	Change, Balance    string
}

// monthOf is the month an address asks for, from its first day to the first of
// the next; this one when it asks for none.
func (r *request) monthOf(typed string) (from, until time.Time, err error) {
	now := r.Now()
	from = time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, r.zone)
	if typed != "" {
		if from, err = time.ParseInLocation("2006-01", typed, r.zone); err != nil || from.Year() < 2000 || from.Year() > 2200 {
			return from, until, &badAddress{store.E(store.Invalid, "err.ui.date").At("mois")}
		}
	}
	return from, from.AddDate(0, 1, 0), nil
}

// statementFaults is the statement again, with what is wrong.
func (r *request) statementFaults(f *form) error {
	p, err := r.statementPage(f)
	if err != nil {
		return err
	}
	return r.RenderForm("timebank/statement", p)
}

func (r *request) statementPage(f *form) (*timebankPage, error) {
	from, until, err := r.monthOf(r.queryForm().text("mois"))
	if err != nil {
		return nil, err
	}
	p := r.timebankPage("timebank.statement.title")
	p.Form = f
	return p, r.View(func(tx *store.Tx) error {
		s, err := timebank.StatementOf(tx, r.Param("number"), from, until)
		if err != nil {
			return err
		}
		rules, err := timebank.RulesOf(tx)
		if err != nil {
			return err
		}
		v := r.statementView(&s)
		if v.Account, err = r.accountView(tx, &s.Account, &rules); err != nil {
			return err
		}
		if f.values.Get("do") == "" && s.Account.Auto {
			f.values.Set("auto", "1")
		}
		v.Keeps, err = s.Account.Keeps(tx)
		v.Closed = s.Account.Closed()
		v.Closable = s.Account.Balance == 0 && s.Account.Limited() && !v.Closed
		p.Sheet = v
		return err
	})
}

func (r *request) statementView(s *timebank.Statement) *statementView {
	v := &statementView{
		Month: r.Month(s.From) + " " + s.From.In(r.zone).Format("2006"), Opening: r.Minutes(s.Opening), Closing: r.Minutes(s.Closing),
		Printed: r.WholeTime(r.now), Table: accountHref(s.Account.Number) + "/releve.csv?mois=" + s.From.In(r.zone).Format("2006-01"),
	}
	var in, out int64
	for i := range s.Lines {
		l := &s.Lines[i]
		in, out = in+max(l.Change, 0), out+min(l.Change, 0)
		v.Lines = append(v.Lines, r.lineView(l))
	}
	v.In, v.Out = r.Minutes(in), r.Minutes(-out)
	month := func(t time.Time) string {
		return accountHref(s.Account.Number) + "?" + url.Values{"mois": {t.In(r.zone).Format("2006-01")}}.Encode()
	}
	before := s.From.AddDate(0, -1, 0)
	if s.Account.OpenedAt.Before(s.From) {
		v.Pager.Before, v.Pager.BeforeWord = month(before), r.Month(before)
	}
	if s.Until.Before(r.now) {
		v.Pager.After, v.Pager.AfterWord = month(s.Until), r.Month(s.Until)
	}
	return v
}

// signed is a change of a balance: "+2 h", "−45 min", "0 min".
func (s *speech) signed(minutes int64) string {
	if minutes > 0 {
		return "+" + s.Minutes(minutes)
	}
	return s.Minutes(minutes)
}

func (r *request) lineView(l *timebank.Line) lineView {
	v := lineView{
		Href: "/heures/mouvements/" + l.ID, Receipt: l.Receipt(), Day: r.ShortDay(l.At), Text: r.Typo(l.Text),
		Other: r.holder(&l.Other.Account, l.Other.Name) + " (" + l.Other.Number + ")", Change: r.signed(l.Change), Balance: r.Minutes(l.Balance),
	}
	switch {
	case l.Reverses != "":
		v.Note = r.T("timebank.way.reverse")
	case l.ReversedBy != "":
		v.Note = r.T("timebank.move.is_reversed")
	case l.Way == timebank.Settled:
		v.Note = r.T("timebank.way.settle")
	case l.Over && l.Change > 0:
		v.Note = r.T("timebank.move.over")
	}
	return v
}

// timebankStatement shows a month of an account.
func (s *Server) timebankStatement(r *request) error {
	p, err := r.statementPage(r.emptyForm())
	if err != nil {
		return err
	}
	return r.Render("timebank/statement", p)
}

// timebankStatementTable is a month of an account for a French spreadsheet.
func (s *Server) timebankStatementTable(r *request) error {
	from, until, err := r.monthOf(r.queryForm().text("mois"))
	if err != nil {
		return err
	}
	r.Uncached()
	var sheet timebank.Statement
	err = r.View(func(tx *store.Tx) (err error) {
		sheet, err = timebank.StatementOf(tx, r.Param("number"), from, until)
		return err
	})
	if err != nil {
		return err
	}
	return r.whole("text/csv; charset=utf-8", func(out io.Writer) error { return r.writeStatement(out, &sheet) })
}

func (r *request) writeStatement(out io.Writer, s *timebank.Statement) error {
	if _, err := io.WriteString(out, "\ufeff"); err != nil {
		return err
	}
	w := csv.NewWriter(out)
	w.Comma, w.UseCRLF = ';', true
	minutes := func(n int64) string { return commaNumber(float64(n)) }
	rows := [][]string{
		{
			r.T("timebank.table.receipt"), r.T("timebank.table.at"), r.T("timebank.table.day"), r.T("timebank.table.account"), r.T("timebank.table.name"),
			r.T("timebank.table.text"), r.T("timebank.table.minutes"), r.T("timebank.table.balance"),
		},
		{"", s.From.In(r.zone).Format("2006-01-02"), "", "", "", r.T("timebank.statement.opening"), "", minutes(s.Opening)},
	}
	for i := range s.Lines {
		l := &s.Lines[i]
		day := ""
		if !l.On.IsZero() {
			day = l.On.Date()
		}
		rows = append(rows, []string{
			l.Receipt(), r.Machine(l.At), day, l.Other.Number, cell(r.holder(&l.Other.Account, l.Other.Name)), cell(l.Text),
			minutes(l.Change), minutes(l.Balance),
		})
	}
	rows = append(rows, []string{"", s.Until.Add(-time.Second).In(r.zone).Format("2006-01-02"), "", "", "", r.T("timebank.statement.closing"), "", minutes(s.Closing)})
	err := w.WriteAll(rows)
	return err
}

// timebankAccountChange sets whether an account pays by itself or may owe, or
// closes it.
func (s *Server) timebankAccountChange(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	number, to, done := r.Param("number"), accountHref(r.Param("number")), "timebank.auto.saved"
	err = r.Update(func(tx *store.Tx) error {
		if _, err := timebank.Own(tx, number); err != nil {
			return err
		}
		switch f.text("do") {
		case "close":
			to, done = "/heures", "timebank.close.done"
			return timebank.Close(tx, number)
		case "debt", "no_debt":
			done = "timebank.debt.saved"
			return timebank.SetDebt(tx, number, f.text("do") == "debt")
		case "auto":
			return timebank.SetAuto(tx, number, f.has("auto"))
		}
		return store.E(store.Invalid, "err.ui.act")
	})
	if f.refuse(err) {
		return r.statementFaults(f)
	} else if err != nil {
		return err
	}
	return r.Redirect(to, done)
}

// timebankAccountsPage lists the balances for who may read them.
func (r *request) timebankAccountsPage(f *form) (*timebankPage, error) {
	p := r.timebankPage("timebank.accounts.title")
	p.Form = f
	return p, r.View(func(tx *store.Tx) error {
		rules, err := timebank.RulesOf(tx)
		if err != nil {
			return err
		}
		r.describeRules(p, &rules)
		if err := r.timebankFigures(tx, p); err != nil {
			return err
		}
		list, err := timebank.Balances(tx)
		if store.KindOf(err) == store.Forbidden {
			return nil
		}
		for i := range list {
			v, err := r.accountView(tx, &list[i].Account, &rules)
			if err != nil {
				return err
			}
			if _, err := timebank.Own(tx, v.Number); err != nil {
				v.Href = ""
			}
			p.Accounts = append(p.Accounts, v)
		}
		return err
	})
}

// timebankAccounts lists all balances.
func (s *Server) timebankAccounts(r *request) error {
	p, err := r.timebankAccountsPage(r.emptyForm())
	if err != nil {
		return err
	}
	return r.Render("timebank/accounts", p)
}

// timebankSettle brings an account to 0 from the common one, or to it.
func (s *Server) timebankSettle(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	err = r.Update(func(tx *store.Tx) error {
		_, err := timebank.Settle(tx, r.Param("number"), f.text("reason"))
		return err
	})
	if f.refuse(err) {
		return r.statementFaults(f)
	} else if err != nil {
		return err
	}
	return r.Redirect(accountHref(r.Param("number")), "timebank.settle.done")
}
