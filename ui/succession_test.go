package ui

import (
	"net/url"
	"strings"
	"testing"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/storetest"
)

func init() {
	for _, path := range []string{successionPath, envelopesPath} {
		samples["GET "+path] = foundAt(path)
	}
	samples["POST "+envelopesPath] = foundAt(envelopesPath)
}

// TestTheSheetInEnvelopes makes them on the page, opens the box with two of them
// and not with one, and sees that nothing of them is kept.
func TestTheSheetInEnvelopes(t *testing.T) {
	b := foundBox(t)
	words := b.canSeal()
	office, w := b.browser(), b.browser()
	office.signIn("mairie", goodPassword)
	page := plainText(office.open(successionPath))
	for _, want := range []string{"seul responsable", "n'est pas partagée", "ailleurs que dans la boîte", "Finissez d'abord"} {
		if !strings.Contains(page, want) {
			t.Errorf("%q is not said\n%s", want, page)
		}
	}
	office.refuse(envelopesPath, 422, "pas celle de cette boîte", "words", strings.Join(account.NewSeed().Words(), " "))
	if page := office.refuse(envelopesPath, 422, "Il faut les 24 mots", "words", "abaisser"); strings.Contains(page, "abaisser") {
		t.Error("what was typed is repeated")
	}
	answer := office.send(POST, envelopesPath, url.Values{"words": {words}})
	if cache := answer.Header().Get("Cache-Control"); !strings.Contains(cache, "no-store") {
		t.Errorf("the envelopes may be kept: %q", cache)
	}
	typed := sheetWords(answer.Body.String())
	if len(typed) != account.Envelopes*account.EnvelopeWords {
		t.Fatalf("%d words on the envelopes\n%s", len(typed), answer.Body.String())
	}
	one, three := strings.Join(typed[:account.EnvelopeWords], " "), strings.Join(typed[2*account.EnvelopeWords:], " ")
	if page := plainText(office.open(successionPath)); !strings.Contains(page, "partagée en trois enveloppes depuis") {
		t.Errorf("it is not said that it was done\n%s", page)
	}
	if page := plainText(w.open("/journal")); !strings.Contains(page, "partagée en trois enveloppes") {
		t.Error("the public log does not say it")
	}

	w.open("/recuperation")
	w.post(rescuePath, rescuePath, "code", boxCode)
	w.open("/recuperation/feuille")
	form := []string{"login", "mairie", "password", goodPassword + " neuve", "words"}
	w.refuse("/recuperation/feuille", 422, "une seule enveloppe", append(form, one)...)
	w.refuse("/recuperation/feuille", 422, "deux fois l'enveloppe 3", append(form, three+" "+three)...)
	w.post("/recuperation/feuille", signInPath, append(form, three+"\n"+one)...)
	w.signIn("mairie", goodPassword+" neuve")
	storetest.View(t, b.db, store.Actor{}, func(tx *store.Tx) error {
		n, err := store.One(tx, store.Scan[int], `SELECT count(*) FROM account_logs WHERE act = 'sheet_shared'`)
		if n != 1 {
			t.Errorf("%d lines of the log", n)
		}
		return err
	})
}
