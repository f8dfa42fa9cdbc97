package ui

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/storetest"
)

// TestAC2_NoFormOfSomebodyWhoMayNotAct posts to every route as somebody who is
// barred, for each reason: the answer is the reason's own sentence, except for
// the few forms that are listed, and nothing has changed.
func TestAC2_NoFormOfSomebodyWhoMayNotAct(t *testing.T) {
	until := storetest.Now.Add(time.Hour)
	for _, s := range []account.Standing{
		{Bar: account.BarSuspended, Until: until, Reason: "Insultes."},
		{Bar: account.BarParent, Minor: true},
		{Bar: account.BarParent, Minor: true, Alone: true},
		{Bar: account.BarCharter, CharterDue: until},
	} {
		b := newBox(t)
		b.auth = func(tx *store.Tx, token string) (account.Session, error) {
			me, err := roleSession(tx, token)
			me.Standing = s
			return me, err
		}
		want := plainText((&speech{localizer{locale: b.langs.byLang["fr"], zone: b.zone, now: b.clock.Now()}}).T(
			s.Err().(*store.Error).Key, s.Err().(*store.Error).Args...)) //nolint:errorlint // Err makes it
		for _, r := range b.Routes() {
			if r.Method != POST || r.Right == "loopback" {
				continue
			}
			path := strings.NewReplacer(":", "").Replace(r.Path)
			w := b.ask(POST, path, "operator", url.Values{})
			refused := w.Code == http.StatusForbidden && strings.Contains(plainText(w.Body.String()), want)
			if open := slices.Contains(stillOpen, r.Path); refused == open {
				t.Errorf("%s, %s: %d", s.Bar, r.Path, w.Code)
			}
		}
	}
}

func TestMD5_ASuspendedPersonReadsTakesTheirDataAndLeaves(t *testing.T) {
	b := foundBox(t)
	w := b.browser()
	w.post("/inscription", "/", "name", "Léa", "login", "lea", "password", goodPassword, "charter", "1", "fifteen", "1")
	var lea account.Person
	storetest.Update(t, b.db, store.Actor{Role: store.Operator}, func(tx *store.Tx) (err error) {
		if lea, err = account.ByLogin(tx, "lea"); err != nil {
			return err
		}
		return account.Suspend(tx, lea.ID, b.clock.Now().Add(48*time.Hour), "Insultes répétées")
	})
	if page := plainText(w.open("/")); !strings.Contains(page, "Insultes répétées") || !strings.Contains(page, "se termine toute seule") {
		t.Error("the home page does not say so")
	}
	w.refuse("/compte", http.StatusForbidden, "Insultes répétées", "name", "Autre")
	w.open("/compte")
	w.open("/charte")
	w.open("/compte/copie")
	w.post("/compte/partir", "/", "how", "all", "current", goodPassword)
}
