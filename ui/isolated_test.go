package ui

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"copi.local/store"
	"copi.local/store/storetest"
)

// seated gives "rosa" the first seat, as it is before she chose a phrase, and
// puts an entry on the list nobody can read.
func (b *box) seated(tail string) string {
	b.t.Helper()
	storetest.Update(b.t, b.db, store.Actor{}, func(tx *store.Tx) error {
		if _, err := tx.Exec("INSERT OR IGNORE INTO mutualaid_referents VALUES (1, 'rosa', NULL, '', 0)"); err != nil {
			return err
		}
		_, err := tx.Exec("INSERT OR IGNORE INTO mutualaid_isolated VALUES ('0123456789abcdef', '0123', '2026-11-21', '2027-11-21', 0)")
		return err
	})
	return isolatedPath + tail
}

func init() {
	seat := func(tail string) func(*box) string { return func(b *box) string { return b.seated(tail) } }
	phrase := url.Values{"new": {"le lavoir coule encore"}, "again": {"le lavoir coule encore"}}
	for name, s := range map[string]sample{
		"GET /entraide/veille":            {path: seat(""), as: "resident:rosa"},
		"GET /entraide/veille/ajouter":    at(isolatedPath + "/ajouter"),
		"POST /entraide/veille/ajouter":   at(isolatedPath + "/ajouter"),
		"POST /entraide/veille/referents": at(isolatedPath + "/referents"),
		"POST /entraide/veille/phrase":    {path: seat("/phrase"), as: "resident:rosa", form: phrase},
		"POST /entraide/veille/imprimer":  {path: seat("/imprimer"), as: "resident:rosa", form: url.Values{"phrase": {"le lavoir coule encore"}}},
		"POST /entraide/veille/:id":       {path: seat("/0123456789abcdef"), as: "resident:rosa", form: url.Values{"do": {"renew"}}},
	} {
		samples[name] = s
	}
}

func TestEN7_TheListOnThePages(t *testing.T) {
	b := newBox(t)
	rosa, _ := b.account("Rosa Puech")
	simon, _ := b.account("Simon Vidal")
	const first, second = "le lavoir coule encore", "trois noyers sur la route"
	person := url.Values{
		"name": {"Zéphyrine Quatrefages"}, "address": {"Lieu-dit Puechgrand"}, "phone": {"05 65 00 11 22"}, "trusted": {"Sa nièce"},
		"needs": {"Entend mal"}, "consent": {"1"},
	}
	b.shows(isolatedPath, "operator", "Personne n'est encore désigné")
	b.does(isolatedPath+"/ajouter", "operator", http.StatusUnprocessableEntity, person)
	for i, login := range []string{"rosa.puech", "simon.vidal"} {
		b.does(isolatedPath+"/referents", "operator", http.StatusSeeOther, url.Values{"seat": {string(rune('1' + i))}, "login": {login}})
	}
	html := b.does(isolatedPath+"/referents", "operator", http.StatusUnprocessableEntity, url.Values{"seat": {"1"}, "login": {"personne"}})
	if !strings.Contains(html, `value="personne"`) {
		t.Error("the name that was typed is gone")
	}
	b.does(isolatedPath+"/phrase", rosa, http.StatusUnprocessableEntity, url.Values{"new": {"court"}, "again": {"court"}})
	b.does(isolatedPath+"/phrase", rosa, http.StatusUnprocessableEntity, url.Values{"new": {first}, "again": {second}})
	b.does(isolatedPath+"/phrase", rosa, http.StatusSeeOther, url.Values{"new": {first}, "again": {first}})
	b.does(isolatedPath+"/phrase", simon, http.StatusSeeOther, url.Values{"new": {second}, "again": {second}})

	unsaid := url.Values{"name": {"Zéphyrine Quatrefages"}, "address": {"Lieu-dit Puechgrand"}}
	html = b.does(isolatedPath+"/ajouter", "operator", http.StatusUnprocessableEntity, unsaid)
	if !strings.Contains(html, "Sans son accord") || !strings.Contains(html, `value="Lieu-dit Puechgrand"`) {
		t.Error("without consent: no word of it, or what was typed is gone")
	}
	b.does(isolatedPath+"/ajouter", "operator", http.StatusSeeOther, person)

	for _, who := range []string{"operator", rosa, simon} {
		b.shows(isolatedPath, who, "1 personne sur la liste", "21 novembre 2027", "!Quatrefages", "!Puechgrand")
	}
	for _, page := range []string{"/", "/recherche?q=quatrefages", "/entraide/tours", "/api/v1/listings", "/fiches.csv", "/journal"} {
		b.shows(page, "operator", "!Zéphyrine", "!Puechgrand")
	}
	b.does(isolatedPath+"/imprimer", "operator", http.StatusForbidden, url.Values{"phrase": {first}})
	b.does(isolatedPath+"/imprimer", rosa, http.StatusUnprocessableEntity, url.Values{"phrase": {second}})
	w := b.ask(POST, isolatedPath+"/imprimer", rosa, url.Values{"phrase": {first}})
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "Zéphyrine Quatrefages") || !strings.Contains(w.Header().Get("Cache-Control"), "no-store") {
		t.Errorf("the print: %d %v\n%s", w.Code, w.Header(), w.Body)
	}
	b.shows("/journal", "", "La liste des personnes isolées est ouverte et imprimée", "Un référent de la liste")
	if log := b.log.String(); strings.Contains(log, "Quatrefages") || strings.Contains(log, "lavoir") {
		t.Error("the log of the program has a name or a phrase")
	}
	b.does(isolatedPath+"/phrase", simon, http.StatusUnprocessableEntity, url.Values{"old": {first}, "new": {first}, "again": {first}})
	b.does(isolatedPath+"/phrase", simon, http.StatusSeeOther, url.Values{"old": {second}, "new": {"une phrase de plus"}, "again": {"une phrase de plus"}})
	b.does(isolatedPath+"/imprimer", simon, http.StatusOK, url.Values{"phrase": {"une phrase de plus"}})
}
