package ui

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/calendar"
	"copi.local/store/neighbour"
	"copi.local/store/storetest"
	"copi.local/store/timebank"
)

var keeper = store.Actor{ID: "operator", Role: store.Operator}

// couponsOf are fresh coupons, blank ones without a number.
func (b *box) couponsOf(number string, count int) (p timebank.Print) {
	b.t.Helper()
	storetest.Update(b.t, b.db, keeper, func(tx *store.Tx) (err error) {
		p, err = timebank.PrintCoupons(tx, number, count)
		return err
	})
	return p
}

// batchForm is what an operator types: coupons from tom to lea, of so many
// hours each.
func (b *box) batchForm(hours ...string) url.Values {
	b.t.Helper()
	tom, lea := b.hours("tom"), b.hours("lea")
	v := url.Values{"day": {"2026-11-20"}}
	made := b.couponsOf("", len(hours))
	for i, c := range made.Coupons() {
		v.Set(timebank.SlipField(i, "paper"), c.String())
		v.Set(timebank.SlipField(i, "from"), tom)
		v.Set(timebank.SlipField(i, "to"), lea)
		v.Set(timebank.SlipField(i, "minutes"), hours[i])
	}
	return v
}

// batched is a batch of two coupons, as typed by the operator.
func (b *box) batched() (n int64) {
	b.t.Helper()
	tom, lea := b.hours("tom"), b.hours("lea")
	made := b.couponsOf("", 2)
	c := made.Coupons()
	storetest.Update(b.t, b.db, keeper, func(tx *store.Tx) error {
		day := calendar.WallOf(storetest.Now)
		batch, err := timebank.TypeBatch(tx, 0, []timebank.Slip{
			{Paper: c[0].Key(), From: tom, To: lea, Minutes: 60, On: day}, {Paper: c[1].Key(), From: tom, To: lea, Minutes: 30, On: day},
		}, 90)
		n = batch.N
		return err
	})
	return n
}

// sent posts a form as the operator and returns where it leads.
func (b *box) sent(path string, form url.Values) string {
	b.t.Helper()
	w := b.ask(POST, path, "operator", form)
	if w.Code != http.StatusSeeOther {
		b.t.Fatalf("POST %s: %d\n%s\n%s", path, w.Code, w.Body, b.log)
	}
	return w.Header().Get("Location")
}

// gone is a box put back to a copy of an hour ago.
func (b *box) gone() (n int64) {
	b.t.Helper()
	storetest.Update(b.t, b.db, keeper, func(tx *store.Tx) error {
		g, err := timebank.Restored(tx, tx.Now.Add(-time.Hour))
		n = g.N
		return err
	})
	return n
}

func (b *box) linkedTo(peer string) {
	b.t.Helper()
	storetest.Update(b.t, b.db, keeper, func(tx *store.Tx) error {
		return neighbour.SaveLink(tx, neighbour.Link{Peer: peer, Name: "Altillac", State: neighbour.Paired, PairedAt: tx.Now})
	})
}

func init() {
	batchAt := func(rest string) func(*box) string {
		return func(b *box) string { return fmt.Sprintf("/heures/lots/%d%s", b.batched(), rest) }
	}
	for name, s := range map[string]sample{
		"GET /heures/guichet":            at("/heures/guichet"),
		"POST /heures/bons":              at("/heures/bons"),
		"GET /heures/bons/:n":            {path: func(b *box) string { return fmt.Sprintf("/heures/bons/%d", b.couponsOf("", 4).N) }},
		"GET /heures/lots/nouveau":       at("/heures/lots/nouveau"),
		"POST /heures/lots":              at("/heures/lots"),
		"GET /heures/lots/:n":            {path: batchAt("")},
		"POST /heures/lots/:n":           {path: batchAt("")},
		"GET /heures/lots/:n/corriger":   {path: batchAt("/corriger")},
		"POST /heures/lots/:n/corriger":  {path: batchAt("/corriger")},
		"GET /heures/lots/:n/relecture":  {path: batchAt("/relecture")},
		"POST /heures/lots/:n/relecture": {path: batchAt("/relecture")},
		"GET /heures/manques":            at("/heures/manques"),
		"POST /heures/manques":           at("/heures/manques"),
		"POST /heures/manques/:n":        {path: func(b *box) string { return fmt.Sprintf("/heures/manques/%d", b.gone()) }},
		"GET /heures/confiance":          at("/heures/confiance"),
		"POST /heures/confiance":         at("/heures/confiance"),
	} {
		samples[name] = s
	}
}

func TestTB7_ABatchFromPaperToTheAccounts(t *testing.T) {
	b := newBox(t)
	form := b.batchForm("1 h", "1h30", "3 h") // tom can pay five hours
	form.Set("total", "5 h")
	w := b.ask(POST, "/heures/lots", "operator", form)
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), `href="#f-total"`) || !strings.Contains(w.Body.String(), `value="1h30"`) {
		t.Fatalf("a wrong total: %d\n%s", w.Code, w.Body)
	}
	form.Set("total", "5 h 30")
	at := b.sent("/heures/lots", form)
	page := b.french(at, "operator")
	for _, want := range []string{"−5\u00a0h\u00a030", "sous sa limite", "2 lignes sur 3", "A 00013"} {
		if !strings.Contains(page, want) {
			t.Errorf("the batch does not say %q\n%s", want, page)
		}
	}
	if n := b.balance(b.hours("lea")); n != 0 {
		t.Errorf("%d minutes are on the account before anything is booked", n)
	}
	if w := b.ask(POST, at, "operator", url.Values{"do": {"check"}, "seen": {"1", "2"}, "total": {"5,5"}}); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("a line was not seen: %d", w.Code)
	}
	b.sent(at, url.Values{"do": {"check"}, "seen": {"1", "2", "3"}, "total": {"5,5"}})
	if w := b.ask(POST, at, "operator", url.Values{"do": {"whole"}, "lines": {"2"}}); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("all or nothing: %d", w.Code)
	}
	b.sent(at, url.Values{"do": {"valid"}, "lines": {"2"}})
	if n := b.balance(b.hours("lea")); n != 150 {
		t.Errorf("%d minutes, want 150", n)
	}
	page = b.french(at, "operator")
	if !strings.Contains(page, "reçu A-1") || !strings.Contains(page, "sous sa limite") {
		t.Errorf("what became of the lines\n%s", page)
	}
}

func TestTB7_TheSecondTypingDoesNotSeeTheFirst(t *testing.T) {
	b := newBox(t)
	n := b.batched()
	at := fmt.Sprintf("/heures/lots/%d/relecture", n)
	storetest.Update(t, b.db, store.Actor{ID: "op1", Role: store.Operator}, func(tx *store.Tx) error {
		batch, err := timebank.FindBatch(tx, n)
		if err != nil {
			return err
		}
		return timebank.RetypeBatch(tx, n, batch.Slips, batch.Total)
	})
	page := b.french(at, "operator")
	if regexp.MustCompile(`name="slip_\d_\w+" value="[^"]`).MatchString(page) {
		t.Errorf("the first typing shows\n%s", page)
	}
	form := b.batchForm("1 h", "1 h")
	coupons := b.couponsOf("", 1)
	form.Set("slip_0_paper", timebank.Coupon{Series: "A", N: 1}.String())
	form.Set("slip_1_paper", timebank.Coupon{Series: "A", N: 2}.String())
	form.Set("total", "2 h")
	form.Set("day", "2026-11-21")
	w := b.ask(POST, at, "operator", form, french1)
	if body := w.Body.String(); w.Code != http.StatusUnprocessableEntity || !strings.Contains(body, `id="f-slip_1_minutes-fault"`) || strings.Contains(body, `id="f-slip_0_minutes-fault"`) {
		t.Errorf("%d, coupon %d\n%s", w.Code, coupons.First, body)
	}
	form.Set("slip_1_minutes", "30 min")
	form.Set("total", "1 h 30")
	b.sent(at, form)
	storetest.View(t, b.db, keeper, func(tx *store.Tx) error {
		batch, err := timebank.FindBatch(tx, n)
		if batch.Checked != timebank.Again || batch.CheckedBy != "operator" {
			t.Errorf("%+v", batch)
		}
		return err
	})
}

func TestTB7_MoreLinesKeepWhatWasTyped(t *testing.T) {
	b := newBox(t)
	form := b.batchForm("1 h")
	form.Set("do", "more")
	form.Set("rows", "15")
	w := b.ask(POST, "/heures/lots", "operator", form)
	if page := w.Body.String(); w.Code != http.StatusOK || strings.Count(page, "<fieldset>") != 25 || !strings.Contains(page, `value="1 h"`) {
		t.Errorf("%d\n%s", w.Code, page)
	}
}

func TestTB7_ABookletHasTheNameTheStatementAndCoupons(t *testing.T) {
	b := newBox(t)
	b.paid()
	at := b.sent("/heures/bons", url.Values{"count": {"4"}, "number": {b.hours("tom")}})
	page := b.french(at, "operator")
	for _, want := range []string{"Carnet de ", "Haie taillée", "−1\u00a0h", `class="blank"`} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q\n%s", want, page)
		}
	}
	if n := strings.Count(page, "<li><div>"); n != 4 {
		t.Errorf("%d coupons", n)
	}
	if w := b.ask(POST, "/heures/bons", "operator", url.Values{"count": {"4"}, "number": {"0019"}}); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("a number with a wrong digit: %d", w.Code)
	}
}

func TestTB11_EverybodyReadsThatMovementsMayBeMissing(t *testing.T) {
	b := newBox(t)
	b.paid()
	if strings.Contains(b.french("/heures", ""), "manquent") {
		t.Error("something is missing before anything happened")
	}
	b.sent("/heures/manques", url.Values{"taken": {"2026-11-19"}, "taken_time": {"08:00"}})
	for _, who := range []string{"", "resident:tom"} {
		if page := b.french("/heures", who); !strings.Contains(page, "manquent peut-être") || !strings.Contains(page, "A-1") {
			t.Errorf("%q is not told\n%s", who, page)
		}
	}
	if page := b.french("/avis", "resident:tom"); !strings.Contains(page, "copie ancienne") {
		t.Errorf("no notice\n%s", page)
	}
	if page := b.french("/heures/lots/nouveau?manque=1", "operator"); !strings.Contains(page, "à partir du reçu A-1") {
		t.Errorf("the form of receipts\n%s", page)
	}
	b.sent("/heures/manques/1", url.Values{})
	if strings.Contains(b.french("/heures", ""), "manquent") {
		t.Error("still said to be missing")
	}
	if w := b.ask(POST, "/heures/manques", "operator", url.Values{"taken": {"2027-01-01"}}); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("a copy of a day to come: %d", w.Code)
	}
}

func TestTB11_ReceiptsAreTypedAndNamedUntilAllAreIn(t *testing.T) {
	b := newBox(t)
	tom, lea := b.hours("tom"), b.hours("lea")
	gap := b.gone()
	at := fmt.Sprintf("/heures/lots?manque=%d", gap)
	form := url.Values{
		"slip_0_paper": {"A-3"}, "slip_0_from": {tom}, "slip_0_to": {lea}, "slip_0_minutes": {"45 min"}, "slip_0_day": {"2026-11-20"}, "total": {"45 min"},
	}
	form.Set("slip_0_paper", "A 00013") // a coupon among receipts
	if w := b.ask(POST, at, "operator", form, french1); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "à partir du reçu A-1") {
		t.Errorf("%d\n%s", w.Code, w.Body)
	}
	form.Set("slip_0_paper", "a-3")
	lot := b.sent(at, form)
	b.sent(lot, url.Values{"do": {"check"}, "seen": {"1"}, "total": {"45 min"}})
	b.sent(lot, url.Values{"do": {"whole"}, "lines": {"1"}})
	if page := b.french("/heures/manques", "operator"); !strings.Contains(page, "A-1, A-2") || !strings.Contains(page, "1 mouvement repris, 45\u00a0min") {
		t.Errorf("what is missing still\n%s", page)
	}
	if n := b.balance(lea); n != 45 {
		t.Errorf("%d minutes", n)
	}
}

func TestTB12_ALineIsMadeChangedAndEnded(t *testing.T) {
	b := newBox(t)
	if page := b.french("/heures/confiance", "operator"); !strings.Contains(page, "Aucune boîte voisine") {
		t.Errorf("without neighbours\n%s", page)
	}
	b.linkedTo("12D3Peer")
	limits := url.Values{"peer": {"12D3Peer"}, "owe": {"20 h"}, "lend": {"10 h"}, "their_owe": {"5 h"}, "their_lend": {"bientôt"}, "do": {"set"}}
	w := b.ask(POST, "/heures/confiance", "operator", limits)
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), `value="bientôt"`) {
		t.Errorf("%d\n%s", w.Code, w.Body)
	}
	if n := strings.Count(w.Body.String(), `id="f-their_lend"`); n != 1 {
		t.Errorf("the summary of faults leads to %d fields", n)
	}
	limits.Set("their_lend", "30 h")
	b.sent("/heures/confiance", limits)
	page := b.french("/heures/confiance", "operator")
	if !strings.Contains(page, "peut devoir 20\u00a0h, l'autre 5\u00a0h") && !strings.Contains(page, "peut devoir 20\u00a0h, l’autre 5\u00a0h") {
		t.Errorf("the limits\n%s", page)
	}
	limits.Set("owe", "beaucoup")
	w = b.ask(POST, "/heures/confiance", "operator", limits)
	if n := strings.Count(w.Body.String(), `id="f-owe"`); w.Code != http.StatusUnprocessableEntity || n != 1 {
		t.Errorf("%d: the summary of faults leads to %d fields of the line", w.Code, n)
	}
	b.sent("/heures/confiance", url.Values{"peer": {"12D3Peer"}, "do": {"end"}})
	if page := b.french("/heures/confiance", "operator"); !strings.Contains(page, "rien ne passe") {
		t.Errorf("after its end\n%s", page)
	}
}

func TestPaperOfTheTimeBankWaitsOnTheOperatorsPage(t *testing.T) {
	b := newBox(t)
	n := b.batched()
	b.gone()
	page := b.french("/admin", "operator")
	if !strings.Contains(page, fmt.Sprintf(`href="/heures/lots/%d"`, n)) || !strings.Contains(page, `href="/heures/manques"`) {
		t.Errorf("%s", page)
	}
}
