package ui

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/storetest"
	"copi.local/store/timebank"
)

// hours opens the account of a person and returns its number.
func (b *box) hours(who string) (number string) {
	b.t.Helper()
	storetest.Update(b.t, b.db, store.Actor{ID: who, Role: store.Resident}, func(tx *store.Tx) error {
		a, err := timebank.Open(tx)
		number = a.Number
		return err
	})
	return number
}

// paid is a payment of an hour from tom to lea.
func (b *box) paid() (id string) {
	b.t.Helper()
	tom, lea := b.hours("tom"), b.hours("lea")
	storetest.Update(b.t, b.db, store.Actor{ID: "tom", Role: store.Resident}, func(tx *store.Tx) error {
		t, err := timebank.Pay(tx, timebank.Payment{From: tom, To: lea, Minutes: 60, Text: "Haie taillée"})
		id = t.ID
		return err
	})
	return id
}

// asked is tom's request to be paid an hour by lea.
func (b *box) asked() (id string) {
	b.t.Helper()
	tom, lea := b.hours("tom"), b.hours("lea")
	storetest.Update(b.t, b.db, store.Actor{ID: "tom", Role: store.Resident}, func(tx *store.Tx) error {
		q, err := timebank.Ask(tx, timebank.Payment{From: lea, To: tom, Minutes: 60, Text: "Haie taillée"})
		id = q.ID
		return err
	})
	return id
}

// balance is what an account has, in minutes.
func (b *box) balance(number string) (minutes int64) {
	b.t.Helper()
	storetest.View(b.t, b.db, store.Actor{}, func(tx *store.Tx) error {
		a, err := timebank.Get(tx, number)
		minutes = a.Balance
		return err
	})
	return minutes
}

func init() {
	tom := func(tail string) func(*box) string {
		return func(b *box) string { return accountHref(b.hours("tom")) + tail }
	}
	move := func(tail string) func(*box) string {
		return func(b *box) string { return "/heures/mouvements/" + b.paid() + tail }
	}
	request := func(b *box) string { return "/heures/demandes/" + b.asked() }
	rules := url.Values{"low": {"4 h"}, "high": {"20 h"}, "soft": {"false"}, "days": {"14"}, "shown": {"0"}}
	for name, s := range map[string]sample{
		"GET /heures":                            at("/heures"),
		"GET /heures/ouvrir":                     at("/heures/ouvrir"),
		"POST /heures/ouvrir":                    {path: at("/heures/ouvrir").path, form: url.Values{"accept": {"1"}}},
		"GET /heures/payer":                      at("/heures/payer"),
		"POST /heures/payer":                     at("/heures/payer"),
		"GET /heures/demander":                   at("/heures/demander"),
		"POST /heures/demander":                  at("/heures/demander"),
		"GET /heures/demandes/:id":               {path: request, as: "resident:lea"},
		"POST /heures/demandes/:id":              {path: request, as: "resident:lea", form: url.Values{"do": {"refuse"}}},
		"GET /heures/mouvements/:id":             {path: move(""), as: "resident:tom"},
		"POST /heures/mouvements/:id/rendre":     {path: move("/rendre"), as: "resident:lea"},
		"GET /heures/comptes":                    at("/heures/comptes"),
		"GET /heures/comptes/:number":            {path: tom(""), as: "resident:tom"},
		"GET /heures/comptes/:number/releve.csv": {path: tom("/releve.csv"), as: "resident:tom"},
		"POST /heures/comptes/:number":           {path: tom(""), as: "resident:tom", form: url.Values{"do": {"close"}}},
		"POST /heures/comptes/:number/solder":    {path: tom("/solder"), form: url.Values{"reason": {"Départ"}}},
		"GET /heures/reglages":                   at("/heures/reglages"),
		"POST /heures/reglages":                  {path: at("/heures/reglages").path, form: rules},
	} {
		samples[name] = s
	}
}

// hiddenFields are those of a page, as a browser would send them back.
func hiddenFields(body string) url.Values {
	v := url.Values{}
	for _, m := range regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`).FindAllStringSubmatch(body, -1) {
		v.Add(m[1], m[2])
	}
	return v
}

func TestTB3_PayingOnThePages(t *testing.T) {
	b := newBox(t)
	tom, lea := b.hours("tom"), b.hours("lea")
	pay := func(form url.Values) (int, string) {
		w := b.ask(POST, "/heures/payer", "resident:tom", form)
		return w.Code, w.Body.String()
	}
	for name, c := range map[string]struct {
		form url.Values
		want string
	}{
		"to oneself":  {url.Values{"to": {tom}, "hours": {"1 h"}}, "C’est le même compte"},
		"nothing":     {url.Values{"to": {lea}, "hours": {"0"}}, "au moins une minute"},
		"below":       {url.Values{"to": {lea}, "hours": {"-5"}}, "de zéro ou plus"},
		"unclear":     {url.Values{"to": {lea}, "hours": {"longtemps"}}, "Écrivez une durée"},
		"empty":       {url.Values{"to": {lea}, "hours": {""}}, "Écrivez une durée"},
		"wrong digit": {url.Values{"to": {"0014"}, "hours": {"1 h"}}, "Vérifiez chaque chiffre"},
		"no account":  {url.Values{"to": {"0999"}, "hours": {"1 h"}}, "compte"},
		"no name":     {url.Values{"to": {"Personne"}, "hours": {"1 h"}}, "ne porte ce nom"},
		"future":      {url.Values{"to": {lea}, "hours": {"1 h"}, "day": {"2027-05-01"}}, "jour passé"},
		"too much":    {url.Values{"to": {lea}, "hours": {"6 h"}}, "Vous pouvez payer 5\u00a0h au plus"},
	} {
		t.Run(name, func(t *testing.T) {
			code, body := pay(c.form)
			if code != http.StatusUnprocessableEntity || !strings.Contains(body, c.want) {
				t.Errorf("%d, without %q:\n%s", code, c.want, body)
			}
			if typed := c.form.Get("hours"); typed != "" && !strings.Contains(body, `value="`+typed+`"`) {
				t.Errorf("%q is not kept", typed)
			}
		})
	}
	code, body := pay(url.Values{"to": {lea}, "hours": {"1,5 h"}, "text": {"Tonte"}})
	if code != http.StatusOK || !strings.Contains(body, "Vous payez 1\u00a0h\u00a030 à") || !strings.Contains(body, "("+lea+")") {
		t.Fatalf("the preview: %d\n%s", code, body)
	}
	if b.balance(tom) != 0 {
		t.Error("the preview books")
	}
	form := hiddenFields(body)
	form.Set("do", "pay")
	for range 2 { // a double tap
		if code, body := pay(form); code != http.StatusSeeOther {
			t.Fatalf("paying: %d\n%s", code, body)
		}
	}
	if b.balance(tom) != -90 || b.balance(lea) != 90 {
		t.Errorf("tom has %d, lea %d", b.balance(tom), b.balance(lea))
	}
}

func TestWhoIsPaidIsFoundByName(t *testing.T) {
	b := newBox(t)
	desk := account.NewDesk(b.db, account.Params{Memory: 8, Time: 1})
	for _, name := range []string{"Jeanne Testard", "Jeanne Essai"} {
		p, _, err := desk.Add(store.As(t.Context(), store.Actor{ID: "op", Role: store.Operator}), account.NewPerson{
			Login: strings.ReplaceAll(name, " ", ""), Name: name, Role: store.Resident, Password: "quatre mots tout simples",
		})
		if err != nil {
			t.Fatal(err)
		}
		b.hours(p.ID)
	}
	b.hours("tom")
	ask := func(to string) string {
		return b.ask(POST, "/heures/payer", "resident:tom", url.Values{"to": {to}, "hours": {"1 h"}}).Body.String()
	}
	if body := ask("testard"); !strings.Contains(body, "à Jeanne Testard.") {
		t.Errorf("one of that name is not shown:\n%s", body)
	}
	if body := ask("jeanne"); !strings.Contains(body, `name="pick"`) || !strings.Contains(body, "Jeanne Essai (") {
		t.Errorf("two of that name are not offered:\n%s", body)
	}
}

func TestTB4_ThePayerLearnsNoBalance(t *testing.T) {
	b := newBox(t)
	b.hours("tom")
	lea := b.hours("lea")
	storetest.Update(t, b.db, store.Actor{ID: "op", Role: store.Operator}, func(tx *store.Tx) error {
		_, err := timebank.Enter(tx, timebank.Payment{From: timebank.CommonNumber, To: lea, Minutes: 1150})
		return err
	})
	form := url.Values{"to": {lea}, "hours": {"100 min"}}
	if w := b.ask(POST, "/heures/payer", "resident:tom", form); w.Code != http.StatusOK {
		t.Errorf("the preview tells of the other account: %d\n%s", w.Code, w.Body)
	}
	form.Set("do", "pay")
	w := b.ask(POST, "/heures/payer", "resident:tom", form)
	body := w.Body.String()
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(body, "a atteint son plafond") || strings.Contains(body, "19\u00a0h\u00a010") || strings.Contains(body, "50\u00a0min") {
		t.Errorf("%d\n%s", w.Code, body)
	}
}

func TestTB5_AMistakeIsGivenBackOnThePages(t *testing.T) {
	b := newBox(t)
	id := b.paid()
	if body := b.ask(GET, "/heures/mouvements/"+id, "resident:tom", nil).Body.String(); strings.Contains(body, "/rendre") {
		t.Error("who paid may take it back")
	}
	w := b.ask(POST, "/heures/mouvements/"+id+"/rendre", "resident:lea", url.Values{"reason": {"Payé deux fois"}})
	if w.Code != http.StatusSeeOther {
		t.Fatalf("%d\n%s", w.Code, w.Body)
	}
	tom := b.hours("tom")
	body := b.ask(GET, accountHref(tom), "resident:tom", nil).Body.String()
	for _, want := range []string{"Ce paiement a été rendu", "paiement rendu", "&#43;1\u00a0h", minus + "1\u00a0h", "Payé deux fois"} {
		if !strings.Contains(body, want) {
			t.Errorf("the statement lacks %q:\n%s", want, body)
		}
	}
	w = b.ask(POST, "/heures/mouvements/"+id+"/rendre", "resident:lea", url.Values{})
	if w.Code != http.StatusUnprocessableEntity {
		t.Errorf("given back twice: %d", w.Code)
	}
}

func TestTB6_ARequestIsAnsweredOnThePages(t *testing.T) {
	b := newBox(t)
	id := b.asked()
	if body := b.ask(GET, "/heures", "resident:lea", nil).Body.String(); !strings.Contains(body, "On vous demande") || !strings.Contains(body, "/heures/demandes/"+id) {
		t.Errorf("lea's page does not show what she is asked:\n%s", body)
	}
	if body := b.ask(GET, "/avis", "resident:lea", nil).Body.String(); !strings.Contains(body, "Demande de 1\u00a0h") || !strings.Contains(body, "On vous demande un paiement") {
		t.Errorf("lea is not told:\n%s", body)
	}
	if w := b.ask(POST, "/heures/demandes/"+id, "resident:lea", url.Values{"do": {"pay"}}); w.Code != http.StatusSeeOther {
		t.Fatalf("%d\n%s", w.Code, w.Body)
	}
	if tom := b.hours("tom"); b.balance(tom) != 60 {
		t.Errorf("tom has %d", b.balance(tom))
	}
	if w := b.ask(POST, "/heures/demandes/"+id, "resident:lea", url.Values{"do": {"pay"}}); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("answered twice: %d", w.Code)
	}
	if body := b.ask(GET, "/heures/demandes/"+id, "resident:tom", nil).Body.String(); !strings.Contains(body, "payée") {
		t.Errorf("tom's page:\n%s", body)
	}
}

func TestTB10_TheStatementOfAMonth(t *testing.T) {
	b := newBox(t)
	b.paid()
	tom := b.hours("tom")
	b.clock.Add(40 * 24 * time.Hour) // to the end of the year
	read := func(month string) string {
		return b.ask(GET, accountHref(tom)+month, "resident:tom", nil).Body.String()
	}
	if body := read("?mois=2026-11"); !strings.Contains(body, "0\u00a0h reçues, 1\u00a0h payées\u00a0: "+minus+"1\u00a0h à la fin.") {
		t.Errorf("November:\n%s", body)
	}
	if body := read("?mois=2026-12"); !strings.Contains(body, "Rien n’a bougé") || !strings.Contains(body, minus+"1\u00a0h") {
		t.Errorf("December:\n%s", body)
	}
	if w := b.ask(GET, accountHref(tom)+"?mois=bientot", "resident:tom", nil); w.Code != http.StatusBadRequest {
		t.Errorf("a month that is none: %d", w.Code)
	}
	table := b.ask(GET, accountHref(tom)+"/releve.csv?mois=2026-11", "resident:tom", nil).Body.String()
	if !strings.Contains(table, ";Solde de départ;;0\r\n") || !strings.Contains(table, ";Haie taillée;-60;-60\r\n") || !strings.Contains(table, ";Solde de fin;;-60\r\n") {
		t.Errorf("the table:\n%s", table)
	}
}

func TestTB10_TheCheckLineIsPublicAndBalancesAreNot(t *testing.T) {
	b := newBox(t)
	b.paid()
	if body := b.get("/heures"); !strings.Contains(body, "Somme de tous les comptes\u00a0: 0.") || strings.Contains(body, "1\u00a0h") {
		t.Errorf("the public page:\n%s", body)
	}
	shown := func(who string) bool {
		return strings.Contains(b.ask(GET, "/heures/comptes", who, nil).Body.String(), minus+"1\u00a0h")
	}
	for who, want := range map[string]bool{"": false, "resident": false, "resident:tom": false, "operator": true} {
		if shown(who) != want {
			t.Errorf("balances as %q: %v", who, !want)
		}
	}
	rules := url.Values{"low": {"5 h"}, "high": {"20 h"}, "soft": {"true"}, "days": {"14"}, "shown": {"2"}, "words": {"On offre le café."}}
	if w := b.ask(POST, "/heures/reglages", "operator", rules); w.Code != http.StatusSeeOther {
		t.Fatalf("%d\n%s", w.Code, w.Body)
	}
	if !shown("") {
		t.Error("the charter says that balances are public, and they are not")
	}
	if body := b.get("/heures"); !strings.Contains(body, "On offre le café.") || !strings.Contains(body, "signalé aux responsables") {
		t.Errorf("the new rules:\n%s", body)
	}
	rules.Set("days", "900")
	if w := b.ask(POST, "/heures/reglages", "operator", rules); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), `value="900"`) {
		t.Errorf("bad rules: %d", w.Code)
	}
}

func TestTB8_AnOperatorSettlesAndTheAccountCloses(t *testing.T) {
	b := newBox(t)
	b.paid()
	tom := b.hours("tom")
	if w := b.ask(POST, accountHref(tom), "resident:tom", url.Values{"do": {"close"}}); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("closed at −1 h: %d", w.Code)
	}
	if w := b.ask(POST, accountHref(tom)+"/solder", "operator", url.Values{}); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("settled without a reason: %d", w.Code)
	}
	if w := b.ask(POST, accountHref(tom)+"/solder", "operator", url.Values{"reason": {"Déménagement"}}); w.Code != http.StatusSeeOther {
		t.Fatalf("%d\n%s", w.Code, w.Body)
	}
	if b.balance(tom) != 0 || b.balance(timebank.CommonNumber) != -60 {
		t.Errorf("tom has %d, all have %d", b.balance(tom), b.balance(timebank.CommonNumber))
	}
	if w := b.ask(POST, accountHref(tom), "resident:tom", url.Values{"do": {"close"}}); w.Code != http.StatusSeeOther {
		t.Errorf("closing at 0: %d\n%s", w.Code, w.Body)
	}
}

// TestWhatIsSpentIsNotGivenBack: a reversal keeps the limits too, and the page
// says why.
func TestWhatIsSpentIsNotGivenBack(t *testing.T) {
	b := newBox(t)
	id := b.paid()
	tom, lea := b.hours("tom"), b.hours("lea")
	storetest.Update(t, b.db, store.Actor{ID: "op", Role: store.Operator}, func(tx *store.Tx) error {
		_, err := timebank.Enter(tx, timebank.Payment{From: lea, To: timebank.CommonNumber, Minutes: 330})
		return err
	})
	w := b.ask(POST, "/heures/mouvements/"+id+"/rendre", "resident:lea", url.Values{"reason": {"Trop payé"}})
	body := w.Body.String()
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(body, "ne descend pas sous") || !strings.Contains(body, `value="Trop payé"`) || strings.Contains(body, `href="#f-minutes"`) {
		t.Errorf("%d\n%s", w.Code, body)
	}
	if b.balance(tom) != -60 {
		t.Errorf("tom has %d", b.balance(tom))
	}
}

// TestAnOperatorClosesAnAccountNobodyKeeps: of an organisation that is no more.
func TestAnOperatorClosesAnAccountNobodyKeeps(t *testing.T) {
	b := newBox(t)
	tom := b.hours("tom")
	if body := b.ask(GET, accountHref(tom), "operator", nil).Body.String(); !strings.Contains(body, `value="close"`) || strings.Contains(body, `name="auto"`) {
		t.Errorf("the operator's page:\n%s", body)
	}
	if w := b.ask(POST, accountHref(tom), "operator", url.Values{"do": {"close"}}); w.Code != http.StatusSeeOther {
		t.Errorf("%d", w.Code)
	}
}

// TestAnAccountIsOpenedByAcceptingTheRules also pays from the form a closed
// need leads to.
func TestAnAccountIsOpenedByAcceptingTheRules(t *testing.T) {
	b := newBox(t)
	lea := b.hours("lea")
	if w := b.ask(GET, "/heures/payer?vers="+lea, "resident:tom", nil); w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/heures/ouvrir" {
		t.Errorf("paying without an account: %d to %s", w.Code, w.Header().Get("Location"))
	}
	if w := b.ask(POST, "/heures/ouvrir", "resident:tom", url.Values{}); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("opened without accepting: %d", w.Code)
	}
	if w := b.ask(POST, "/heures/ouvrir", "resident:tom", url.Values{"accept": {"1"}}); w.Code != http.StatusSeeOther {
		t.Fatalf("%d\n%s", w.Code, w.Body)
	}
	r := &request{s: b.Server}
	href := r.payHref(lea, 90, store.Ref{Module: "agenda", ID: b.schedule("Fête", "2026-12-05T14:00", "").ID})
	body := b.ask(GET, href, "resident:tom", nil).Body.String()
	if !strings.Contains(body, `value="`+lea+`"`) || !strings.Contains(body, `value="1`) {
		t.Errorf("%s does not fill the form:\n%s", href, body)
	}
}
