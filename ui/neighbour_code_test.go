package ui

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"copi.local/store"
)

// fakeCodes shows one code and knows one of another box.
type fakeCodes struct {
	shown     *LinkCode
	at        string // where the code says this box is
	joined    []string
	linked    bool  // the other box is
	joinFault error // of accepting
	withdrawn bool
}

// theirCode is the code of the box of Altillac.
const theirCode = "pQEBAlgg-_A"

func (f *fakeCodes) Invite(_ context.Context, at string) error {
	if at == "?" {
		return store.E(store.Invalid, "err.neighbour.address").At("at")
	}
	f.at = at
	f.shown = &LinkCode{
		Code: strings.Repeat("pQEBAlgg", 30), Short: "ABC DEF GHJ KMN PQR STV WXY Z01 234",
		Addresses: []string{"192.168.1.20:4001"}, Left: 9*time.Minute + 10*time.Second,
	}
	return nil
}

func (f *fakeCodes) Withdraw() { f.shown, f.withdrawn = nil, true }

func (f *fakeCodes) Invitation() (LinkCode, bool) {
	if f.shown == nil {
		return LinkCode{}, false
	}
	return *f.shown, true
}

func (f *fakeCodes) ReadCode(code string) (Inviter, error) {
	if !strings.HasSuffix(code, theirCode) {
		return Inviter{}, store.E(store.Invalid, "err.neighbour.code").At("c")
	}
	return Inviter{Name: "Altillac", Linked: f.linked}, nil
}

func (f *fakeCodes) Accept(_ context.Context, code string) error {
	f.joined = append(f.joined, code)
	return f.joinFault
}

func (f *fakeCodes) AcceptShort(_ context.Context, address, code string) error {
	f.joined = append(f.joined, address+" "+code)
	return f.joinFault
}

func init() {
	with := func(path string) func(b *box) string {
		return func(b *box) string { b.opt.Neighbours = newFakeNeighbours(); return path }
	}
	samples["POST /voisins/relier/code"] = sample{path: with("/voisins/relier/code")}
	samples["GET "+joinPath] = sample{path: with(joinPath + "?c=" + theirCode)}
	samples["POST "+joinPath] = sample{path: with(joinPath), form: url.Values{"c": {theirCode}}}
}

func TestACodeIsShown(t *testing.T) {
	f := newFakeNeighbours()
	f.links = nil
	b := neighbourBox(t, f)
	w := b.ask(POST, "/voisins/relier/code", "operator", url.Values{"at": {"boite.example:4001"}})
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != followPath || f.at != "boite.example:4001" {
		t.Fatalf("%d to %q, at %q", w.Code, w.Header().Get("Location"), f.at)
	}
	f.opened = true
	w = b.ask(GET, followPath, "operator", nil)
	page := w.Body.String()
	says(t, plain(page), "ABC DEF GHJ", "192.168.1.20:4001", "Encore 10 minutes", `class="qr"`, "http://copi.local/voisins/lier?c="+f.shown.Code)
	if w.Header().Get("Refresh") == "" || strings.Contains(plain(page), "attend l’appel") {
		t.Error("the page does not follow the code")
	}
	w = b.ask(POST, "/voisins/relier/code", "operator", url.Values{"at": {"?"}})
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), `id="f-at-fault"`) {
		t.Errorf("an address that does not read: %d", w.Code)
	}
	b.ask(POST, "/voisins/relier/code", "operator", url.Values{"do": {"withdraw"}})
	if page := b.ask(GET, followPath, "operator", nil).Body.String(); !f.withdrawn || strings.Contains(page, "ABC DEF") {
		t.Error("the code is still shown")
	}
}

func TestACodeLeadsToAQuestion(t *testing.T) {
	f := newFakeNeighbours()
	b := neighbourBox(t, f)
	scanned := joinPath + "?c=" + theirCode
	w := b.ask(GET, scanned, "", nil)
	if to := w.Header().Get("Location"); to != signInPath+"?vers="+url.QueryEscape(scanned) {
		t.Errorf("a visitor is led to %q", to)
	}
	if w := b.ask(GET, scanned, "resident", nil); w.Code != http.StatusForbidden {
		t.Errorf("a resident meets %d", w.Code)
	}
	w = b.ask(GET, scanned, "operator", nil)
	says(t, plain(w.Body.String()), "Relier la boîte d’Altillac ?", "pas encore vérifié", `value="`+theirCode+`"`)
	if len(f.joined) > 0 || w.Header().Get("Referrer-Policy") != "no-referrer" {
		t.Errorf("accepted %q by looking; referrers: %q", f.joined, w.Header().Get("Referrer-Policy"))
	}
	w = b.ask(POST, joinPath, "operator", url.Values{"c": {theirCode}})
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != followPath || len(f.joined) != 1 || f.joined[0] != theirCode {
		t.Errorf("%d, accepted %q", w.Code, f.joined)
	}
	f.linked = true
	if page := b.ask(GET, scanned, "operator", nil).Body.String(); strings.Contains(page, "<button>Relier") {
		t.Error("asks to link what is linked")
	}
}

func TestACodeIsTypedOrPasted(t *testing.T) {
	f := newFakeNeighbours()
	b := neighbourBox(t, f)
	says(t, plain(b.ask(GET, joinPath, "operator", nil).Body.String()), `name="code"`, `name="c"`, `name="address"`)
	w := b.ask(GET, joinPath+"?c="+url.QueryEscape("http://copi.local/voisins/lier?c="+theirCode), "operator", nil)
	says(t, plain(w.Body.String()), "Relier la boîte d’Altillac ?")
	w = b.ask(GET, joinPath+"?c=hello", "operator", nil)
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(plain(w.Body.String()), "Ce code ne se lit pas") {
		t.Errorf("%d", w.Code)
	}
	f.joinFault = store.E(store.Invalid, "err.neighbour.code_typo").At("code")
	w = b.ask(POST, joinPath, "operator", url.Values{"address": {"192.168.1.9"}, "code": {"ABC"}})
	if page := w.Body.String(); w.Code != http.StatusUnprocessableEntity || !strings.Contains(page, `value="ABC"`) || !strings.Contains(page, `id="f-code-fault"`) {
		t.Errorf("%d\n%s", w.Code, page)
	}
	f.joinFault = store.E(store.Busy, "err.neighbour.too_many_pairings")
	if w = b.ask(POST, joinPath, "operator", url.Values{"c": {theirCode}}); w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "Altillac") {
		t.Errorf("busy: %d", w.Code)
	}
}

func TestWhyACodeFailedIsSaid(t *testing.T) {
	f := newFakeNeighbours()
	b := neighbourBox(t, f)
	for _, row := range []struct{ state, why, says string }{
		{"failed", "code", "sans le bon code"},
		{"refused", "code", "a déjà servi"},
		{"failed", "other", "ne connaît pas ce code"},
		{"refused", "busy", "relier une autre"},
		{"refused", "", "Le lien a été refusé"},
	} {
		f.links = []Linking{{ID: "l1", State: row.state, Why: row.why}}
		says(t, plain(b.ask(GET, followPath, "operator", nil).Body.String()), row.says)
	}
}
