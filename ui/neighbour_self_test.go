package ui

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/storetest"
)

// TestOwnQuestion: each doubt asks its own question, to the operator alone, and
// each answer reaches the box.
func TestOwnQuestion(t *testing.T) {
	f := newFakeNeighbours()
	b := neighbourBox(t, f)
	for doubt, want := range map[string][]string{
		"":      {"Rien à signaler", "Donner une nouvelle clé à la boîte"},
		"moved": {"autre machine", "La boîte a été déplacée", "est une copie", "24 mots"},
		"older": {"plus récentes", "restaurée d", "Loto du comité", "et 3 autres", "2 annonces encore visibles", "boîte d’Altillac"},
		"fork":  {"Deux boîtes parlent", "Cette boîte est la bonne", "24 mots"},
		"copy":  {"nouvelle clé attend le prochain"},
	} {
		f.asks = OwnQuestion{Doubt: doubt, Restart: doubt == "copy"}
		if doubt == "older" {
			f.asks.From, f.asks.Lost, f.asks.More, f.asks.Gone = "Altillac", []string{"Loto du comité"}, 3, 2
		}
		page := b.ask(GET, ownPath, "operator", nil).Body.String()
		for _, w := range want {
			if !strings.Contains(page, w) {
				t.Errorf("doubt %q: the page does not say %q", doubt, w)
			}
		}
		if asks := strings.Contains(page, `value="continue"`); asks != (doubt == "moved" || doubt == "older") {
			t.Errorf("doubt %q: may go on without the sheet: %v", doubt, asks)
		}
		if fine := strings.Contains(page, "Rien à signaler"); fine != (doubt == "") {
			t.Errorf("doubt %q: nothing to say: %v", doubt, fine)
		}
		told := strings.Contains(b.ask(GET, "/voisins", "operator", nil).Body.String(), `<a class="button quiet" href="`+ownPath+`">`)
		if told != (doubt != "") {
			t.Errorf("doubt %q: /voisins tells of it: %v", doubt, told)
		}
		if strings.Contains(b.ask(GET, "/voisins", "", nil).Body.String(), ownPath) {
			t.Errorf("doubt %q: a visitor is asked", doubt)
		}
	}
	for _, answer := range []string{"continue", "copy"} {
		w := b.ask(POST, ownPath, "operator", url.Values{"answer": {answer}})
		if w.Code != http.StatusSeeOther || f.said != answer {
			t.Errorf("answer %q: %d, the box heard %q", answer, w.Code, f.said)
		}
	}
	if w := b.ask(POST, ownPath, "operator", url.Values{"answer": {"peut-être"}}); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("an unknown answer: %d", w.Code)
	}
}

// TestFrozenNeighbour: everybody reads why nothing new comes of a box whose name
// two use; its operator here is told among what waits.
func TestFrozenNeighbour(t *testing.T) {
	f := newFakeNeighbours()
	b := neighbourBox(t, f)
	const said = "Deux boîtes se servent de ce nom"
	if strings.Contains(b.ask(GET, "/voisins", "", nil).Body.String(), said) {
		t.Fatal("said of a box that is alone")
	}
	f.boxes[0].Frozen = true
	if !strings.Contains(b.ask(GET, "/voisins", "", nil).Body.String(), said) {
		t.Error("visitors are not told")
	}
	if page := b.ask(GET, "/admin", "operator", nil).Body.String(); !strings.Contains(page, "Deux boîtes se servent du nom") {
		t.Error("the operator is not told")
	}
}

// TestOwnKeyNeedsTheSheet: the words reach the box as a key, wrong ones do not,
// and no page repeats them.
func TestOwnKeyNeedsTheSheet(t *testing.T) {
	f := newFakeNeighbours()
	b := neighbourBox(t, f)
	f.asks.Doubt = "fork"
	words := b.canSeal()
	seed, err := account.ParseSeed(words)
	if err != nil {
		t.Fatal(err)
	}
	other := strings.Join(account.NewSeed().Words(), " ")
	for _, wrong := range []string{"", "abandon abandon", other} {
		w := b.ask(POST, ownPath, "operator", url.Values{"answer": {"repair"}, "words": {wrong}})
		if w.Code != http.StatusUnprocessableEntity || f.said != "" {
			t.Errorf("words %q: %d, the box heard %q", wrong, w.Code, f.said)
		}
		if wrong != "" && strings.Contains(w.Body.String(), wrong) {
			t.Errorf("the page repeats the words %q", wrong)
		}
	}
	w := b.ask(POST, ownPath, "operator", url.Values{"answer": {"repair"}, "words": {words}})
	if w.Code != http.StatusSeeOther || f.said != "repair" || !bytes.Equal(f.recovery, seed.Recovery()) {
		t.Errorf("the sheet's words: %d, the box heard %q", w.Code, f.said)
	}
	storetest.View(t, b.db, store.Actor{}, func(tx *store.Tx) error {
		if _, err := account.RecoveryKey(tx, words); store.KindOf(err) != store.Unauthenticated && store.KindOf(err) != store.Forbidden {
			t.Errorf("anybody may ask for the key: %v", err)
		}
		return nil
	})
}
