package account_test

import (
	"strings"
	"testing"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/storetest"
)

// TestStatutesKeepEveryVersion: what was published stays readable, nobody but
// operators publishes, and the log tells.
func TestStatutesKeepEveryVersion(t *testing.T) {
	db, desk, _ := open(t)
	mod, _ := person(t, desk, "mod", store.Moderator)
	publish := func(by store.Actor, text account.Text) (account.Text, error) {
		err := db.Update(store.As(t.Context(), by), func(tx *store.Tx) error { return account.PublishText(tx, &text, store.Ref{}) })
		return text, err
	}
	if _, err := publish(mod.Actor, account.Text{Title: "Usages", Body: "Un."}); store.KindOf(err) != store.Forbidden {
		t.Errorf("a moderator publishes: %v", err)
	}
	for key, bad := range map[string]account.Text{
		"err.account.text_title": {Body: "Un."},
		"err.account.text_body":  {Title: "Usages"},
		"err.account.text_long":  {Title: strings.Repeat("x", account.MaxTextTitle+1), Body: "Un."},
	} {
		_, err := publish(operator, bad)
		fails(t, err, key)
	}
	first, err := publish(operator, account.Text{Title: "Usages", Body: "# Article 1\nUn."})
	if err != nil {
		t.Fatal(err)
	}
	_, err = publish(operator, first)
	fails(t, err, "err.account.text_same")
	next := first
	next.Body = "# Article 1\nDeux."
	second, err := publish(operator, next)
	if err != nil || second.ID != first.ID || second.Version != 2 {
		t.Fatal(second, err)
	}
	next.Body = "# Article 1\nTrois."
	_, err = publish(operator, next) // looked at version 1
	fails(t, err, "err.account.text_moved")
	if _, err := publish(operator, account.Text{Title: "Règlement intérieur", Body: "Un."}); err != nil {
		t.Fatal(err)
	}
	storetest.View(t, db, store.Actor{}, func(tx *store.Tx) error {
		list, err := account.Texts(tx)
		if len(list) != 2 || list[1].Title != "Usages" || list[1].Version != 2 {
			t.Errorf("texts: %+v", list)
		}
		old, before, e := account.TextOf(tx, first.ID, 1)
		if e != nil || old.Body != first.Body || before.Version != 0 {
			t.Errorf("version 1: %+v (%v)", old, e)
		}
		if _, _, e := account.TextOf(tx, first.ID, 3); store.KindOf(e) != store.NotFound {
			t.Errorf("version 3: %v", e)
		}
		return err
	})
}
