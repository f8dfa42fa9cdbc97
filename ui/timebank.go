package ui

import (
	"net/url"
	"strconv"
	"time"

	"copi.local/store"
	"copi.local/store/directory"
	"copi.local/store/listing"
	"copi.local/store/timebank"
)

func (s *Server) timebankRoutes() []route {
	return []route{
		{GET, "/heures", public, s.timebank},
		{GET, "/heures/ouvrir", resident, s.timebankOpenForm},
		{POST, "/heures/ouvrir", resident, s.timebankOpen},
		{GET, "/heures/payer", resident, s.timebankPayForm},
		{POST, "/heures/payer", resident, s.timebankPay},
		{GET, "/heures/demander", resident, s.timebankPayForm},
		{POST, "/heures/demander", resident, s.timebankPay},
		{GET, "/heures/demandes/:id", owner, s.timebankRequest},
		{POST, "/heures/demandes/:id", owner, s.timebankAnswer},
		{GET, "/heures/mouvements/:id", caretaker, s.timebankMove},
		{POST, "/heures/mouvements/:id/rendre", caretaker, s.timebankReverse},
		{GET, "/heures/comptes", public, s.timebankAccounts},
		{GET, "/heures/comptes/:number", caretaker, s.timebankStatement},
		{GET, "/heures/comptes/:number/releve.csv", caretaker, s.timebankStatementTable},
		{POST, "/heures/comptes/:number", caretaker, s.timebankAccountChange},
		{POST, "/heures/comptes/:number/solder", operator, s.timebankSettle},
		{GET, "/heures/reglages", operator, s.timebankRulesForm},
		{POST, "/heures/reglages", operator, s.timebankRules},
	}
}

// timebankPage is every page of the time bank; each fills what it shows.
type timebankPage struct {
	page
	Form             *form
	Action           string // address the form is sent to
	Rules            []string
	Words            string // the village's own rules
	Wrong            bool   // the sums are wrong, and nothing moves
	Gap              string // what an older copy of the box may lack; empty: nothing
	Sum              string // of all balances
	Count            string // of accounts
	Year             string // what was exchanged this year
	Mine             []accountView
	Opens            []choice // organisations whose account the actor may open
	Accounts         []accountView
	Shown            string // who may read the balances
	ToAnswer, Asking []requestView
	Request          *requestView
	Asks             bool     // the form asks to be paid
	From             []choice // accounts to pay from, or to be paid on
	Picks            []choice // accounts of the name that was typed
	Preview          *paymentView
	Move             *moveView
	Sheet            *statementView
}

func (r *request) timebankPage(title string) *timebankPage {
	p := &timebankPage{page: r.page(title), Form: r.emptyForm()}
	p.Section = "heures"
	return p
}

// accountView is an account in words.
type accountView struct {
	Number, Name, Href string
	Balance            string
	Owes               bool   // it is below nothing
	Left               string // what it can still give; empty without limits
	Over               bool   // it is above the ceiling
	Auto               bool
	Common             bool
	Settles            bool // an operator may bring it to 0
	Debt               bool // it may go below 0
	Lends              bool // an operator may change that
}

// holder is whose an account is, in words.
func (r *request) holder(a *timebank.Account, name string) string {
	switch {
	case name != "":
		return r.Typo(name)
	case a.Kind == timebank.Common:
		return r.T("timebank.common")
	case a.Kind == timebank.Element:
		return r.T("timebank.unnamed")
	default:
		return r.T("timebank.gone")
	}
}

func (r *request) accountView(tx *store.Tx, a *timebank.Account, rules *timebank.Rules) (accountView, error) {
	name, err := a.NameOf(tx)
	v := accountView{
		Number: a.Number, Name: r.holder(a, name), Href: accountHref(a.Number), Balance: r.Minutes(a.Balance), Owes: a.Balance < 0,
		Over: a.Limited() && a.Balance > rules.High, Auto: a.Auto, Common: a.Kind == timebank.Common,
		Settles: a.Limited() && a.Balance != 0 && r.actor.Can(store.Operator),
		Debt:    a.Debt, Lends: a.Kind == timebank.Element && r.actor.Can(store.Operator),
	}
	if a.Limited() {
		v.Left = r.Minutes(rules.Left(a))
	}
	return v, err
}

func accountHref(number string) string { return "/heures/comptes/" + number }

// payHref is the form to pay an account of a number so many minutes for a
// thing; minutes 0 and a zero ref leave that open. It is empty when the time
// bank is off.
func (r *request) payHref(number string, minutes int64, about store.Ref) string {
	if r.isOff("/heures") {
		return ""
	}
	q := url.Values{"vers": {number}}
	if minutes > 0 {
		q.Set("minutes", strconv.FormatInt(minutes, 10))
	}
	if about.ID != "" {
		q.Set("objet", about.String())
	}
	return "/heures/payer?" + q.Encode()
}

// timebank shows what the time bank is, its check line, and to somebody with an
// account what they have and what waits for them.
func (s *Server) timebank(r *request) error {
	p := r.timebankPage("timebank.title")
	err := r.View(func(tx *store.Tx) error {
		rules, err := timebank.RulesOf(tx)
		if err != nil {
			return err
		}
		r.describeRules(p, &rules)
		if err := r.timebankFigures(tx, p); err != nil {
			return err
		}
		if p.Gap, err = r.gapTold(tx); err != nil {
			return err
		}
		mine, err := timebank.Mine(tx)
		if err != nil {
			return err
		}
		for i := range mine {
			if err := r.ownAccount(tx, p, &mine[i], &rules); err != nil {
				return err
			}
		}
		return r.openable(tx, p)
	})
	if err != nil {
		return err
	}
	return r.Render("timebank/home", p)
}

// ownAccount adds an account the actor keeps, and what waits there.
func (r *request) ownAccount(tx *store.Tx, p *timebankPage, a *timebank.Account, rules *timebank.Rules) error {
	v, err := r.accountView(tx, a, rules)
	if err != nil {
		return err
	}
	p.Mine = append(p.Mine, v)
	in, out, err := timebank.Requests(tx, a.Number)
	if err != nil {
		return err
	}
	for _, part := range []struct {
		from []timebank.Request
		to   *[]requestView
	}{{in, &p.ToAnswer}, {out, &p.Asking}} {
		for i := range part.from {
			q, err := r.requestView(tx, &part.from[i])
			if err != nil {
				return err
			}
			*part.to = append(*part.to, q)
		}
	}
	return nil
}

// fewAccounts is below how many accounts the page says no numbers: one of two
// members would know what the other gave.
const fewAccounts = fewPersons

// timebankFigures writes the line everybody may check.
func (r *request) timebankFigures(tx *store.Tx, p *timebankPage) error {
	year := time.Date(r.Now().Year(), time.January, 1, 0, 0, 0, 0, r.zone)
	f, err := timebank.FiguresOf(tx, year)
	if err != nil {
		return err
	}
	p.Sum = r.Minutes(f.Sum)
	if f.Sum == 0 {
		p.Sum = "0"
	}
	if f.Accounts < fewAccounts {
		p.Count = r.T("timebank.figures.few", "few", fewAccounts)
		return nil
	}
	p.Count = r.T("timebank.figures.accounts", "n", f.Accounts)
	p.Year = r.T("timebank.figures.year", "year", strconv.Itoa(r.Now().Year()), "n", f.Movements, "minutes", timebank.Minutes(f.Minutes))
	return nil
}

// describeRules writes the rules as sentences.
func (r *request) describeRules(p *timebankPage, rules *timebank.Rules) {
	p.Wrong, p.Words = !rules.WrongAt.IsZero(), r.Typo(rules.Words)
	high := "timebank.rule.high"
	if rules.Soft {
		high = "timebank.rule.high_soft"
	}
	p.Shown = r.T("timebank.rule.shown_" + strconv.Itoa(int(rules.Shown)))
	p.Rules = []string{
		r.T("timebank.rule.hour"), r.T("timebank.rule.zero"),
		r.T("timebank.rule.low", "low", timebank.Minutes(rules.Low)), r.T(high, "high", timebank.Minutes(rules.High)),
		r.T("timebank.rule.mistake"), r.T("timebank.rule.ask", "n", rules.Days), r.T("timebank.rule.leave"), r.T("timebank.rule.names"), p.Shown,
	}
}

// openable lists the organisations whose account the actor may open.
func (r *request) openable(tx *store.Tx, p *timebankPage) error {
	if r.actor.ID == "" {
		return nil
	}
	members, err := directory.Memberships(tx)
	if err != nil {
		return err
	}
	for _, m := range members {
		if !m.Admin {
			continue
		}
		if _, has, err := timebank.OfElement(tx, m.ElementID); err != nil {
			return err
		} else if !has {
			p.Opens = append(p.Opens, choice{Value: m.ElementID, Label: r.Typo(m.Element.Name)})
		}
	}
	return nil
}

// HasOwn tells whether the actor has an account of their own, or of an
// organisation.
func (p *timebankPage) HasOwn() bool { return len(p.Mine) > 0 }

// aboutView is the thing a payment is about: its title as the reader may see
// it, and its page; empty when they may not.
func (r *request) aboutView(tx *store.Tx, about store.Ref) (link wordLink, err error) {
	if about.ID == "" {
		return link, nil
	}
	c, err := listing.ByRef(tx, about)
	if err != nil {
		return link, notFoundIsNil(err)
	}
	return wordLink{cardHref(c), r.Typo(c.Title)}, nil
}

// timebankTitle is what a notice about a movement or a request is titled, and
// its page; empty for other things.
func (r *request) timebankTitle(tx *store.Tx, about store.Ref) (title, href string, err error) {
	if about.Module != timebank.Module {
		return "", "", nil
	}
	t, err := timebank.FindTransfer(tx, about.ID)
	if err == nil {
		return r.T("timebank.move.receipt", "receipt", t.Receipt()) + " · " + r.Minutes(t.Minutes), "/heures/mouvements/" + t.ID, nil
	}
	if store.KindOf(err) != store.NotFound {
		return "", "", err
	}
	q, err := timebank.FindRequest(tx, about.ID)
	if store.KindOf(err) == store.NotFound {
		return r.accountTitle(tx, about.ID)
	}
	if err != nil {
		return "", "", err
	}
	return r.T("timebank.request.of", "minutes", timebank.Minutes(q.Minutes)), "/heures/demandes/" + q.ID, nil
}

// timebankChores tells the operator that the sums are wrong.
func (s *Server) timebankChores(r *request) (list []task, err error) {
	err = r.View(func(tx *store.Tx) error {
		rules, err := timebank.RulesOf(tx)
		if err == nil && !rules.WrongAt.IsZero() {
			list = []task{{Text: r.T("timebank.wrong_chore"), Action: r.T("ui.admin.see_status"), Href: "/etat", Urgent: true}}
		}
		return err
	})
	return list, err
}
