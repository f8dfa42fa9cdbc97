package account_test

import (
	"bytes"
	"strings"
	"testing"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/storetest"
)

func TestASecretOpensWithItsPhraseAlone(t *testing.T) {
	db, _ := storetest.Open(t)
	desk := account.NewDesk(db, account.Params{Memory: 8, Time: 1})
	const phrase = "quatre mots bien à part"
	secret := []byte("ce que personne d'autre ne lit")
	closed, err := desk.Close(t.Context(), phrase, secret)
	if err != nil || strings.Contains(closed, phrase) {
		t.Fatal(closed, err)
	}
	got, err := desk.Reopen(t.Context(), "rosa", "192.0.2.1", closed, "quatre mots bien a\u0300 part") // as another phone types it
	if err != nil || !bytes.Equal(got, secret) {
		t.Errorf("opened: %q %v", got, err)
	}
	if _, err := desk.Reopen(t.Context(), "rosa", "192.0.2.1", closed, "quatre mots bien a part"); store.KindOf(err) != store.Invalid {
		t.Errorf("another phrase: %v", err)
	}
	again, err := desk.Close(t.Context(), phrase, secret)
	if err != nil || again == closed {
		t.Errorf("sealed twice alike: %v", err)
	}
	for range 30 { // guesses are slowed down
		_, err = desk.Reopen(t.Context(), "rosa", "192.0.2.1", closed, "une autre phrase encore")
	}
	if store.KindOf(err) != store.Busy {
		t.Errorf("the thirtieth guess: %v", err)
	}
	if err := account.CheckPhrase("motdepasse"); store.KindOf(err) != store.Invalid {
		t.Errorf("an easy phrase: %v", err)
	}
}
