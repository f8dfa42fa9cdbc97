package ui

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/mutualaid"
	"copi.local/store/storetest"
)

// chore puts a chore on the board in the name of an account.
func (b *box) chore(account string) mutualaid.Chore {
	b.t.Helper()
	c := mutualaid.Chore{Title: "Réparer le banc", Contact: "Zoé, au Puech", Hands: 1, Minutes: 90, Audience: listing.Public}
	b.as(account, func(tx *store.Tx) error { return mutualaid.PutChore(tx, &c) })
	return c
}

func TestAChoreOnThePages(t *testing.T) {
	b := newBox(t)
	zoe, _ := b.account("Zoé Cazals")
	rosa, _ := b.account("Rosa Puech")
	w := b.ask(POST, choresPath+"/nouveau", zoe, url.Values{
		"title": {"Réparer le banc"}, "day": {"2026-11-24"}, "minutes": {"1 h 30"}, "hands": {"1"}, "again": {"30"}, "contact": {"Zoé, au Puech"}, "audience": {"public"},
	})
	if w.Code != http.StatusSeeOther {
		t.Fatalf("%d\n%s", w.Code, w.Body)
	}
	page := w.Header().Get("Location")
	b.shows(page, "", "Réparer le banc", "24 novembre 2026", "1 h 30", "On cherche 1 personne", "à refaire 30 jours après", "!au Puech", "!Je m'en charge")
	b.shows(page, rosa, "Zoé, au Puech", "Je m'en charge")
	b.does(page, rosa, http.StatusSeeOther, url.Values{"do": {"take"}})
	b.shows(choresPath, zoe, "Rosa Puech", "Il y a assez de monde")
	b.shows(choresPath, "", "!Rosa Puech")
	if html := b.does(page, zoe, http.StatusUnprocessableEntity, url.Values{"do": {"take"}}); !strings.Contains(html, "assez de monde") {
		t.Error("no word of why")
	}
	b.does(page, rosa, http.StatusSeeOther, url.Values{"do": {"done"}})
	b.shows(page, "", "Fait la dernière fois", "21 décembre 2026", "On cherche 1 personne")
	b.does(page, rosa, http.StatusForbidden, url.Values{"do": {"remove"}})
	b.does(page, rosa, http.StatusBadRequest, url.Values{"do": {"eat"}})
	html := b.does(page+"/modifier", zoe, http.StatusUnprocessableEntity, url.Values{"title": {"Le banc"}, "minutes": {"longtemps"}, "hands": {"1"}})
	if !strings.Contains(html, `value="longtemps"`) {
		t.Error("what was typed is gone")
	}
	b.does(page, zoe, http.StatusSeeOther, url.Values{"do": {"remove"}})
	if w := b.ask(GET, page, zoe, nil); w.Code != http.StatusNotFound {
		t.Errorf("after it was deleted: %d", w.Code)
	}
}

func TestShortCodesLeadToChoresAndRosters(t *testing.T) {
	b := newBox(t)
	c, one := b.chore("zoe"), b.oven()
	for id, want := range map[string]string{c.ID: choresPath + "/" + c.ID, one.ID: rostersPath + "/" + one.ID} {
		code := ""
		storetest.View(t, b.db, store.Actor{}, func(tx *store.Tx) error {
			card, err := listing.ByID(tx, id)
			code = card.Code
			return err
		})
		for _, page := range []string{"/" + code, "/entraide/" + id} {
			if w := b.ask(GET, page, "", nil); w.Header().Get("Location") != want {
				t.Errorf("%s: %d %q, want %s", page, w.Code, w.Header().Get("Location"), want)
			}
		}
	}
	if w := b.ask(GET, "/entraide/0123456789abcdef", "", nil); w.Code != http.StatusNotFound {
		t.Errorf("nothing: %d", w.Code)
	}
}
