package ui

import (
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/neighbour"
	"copi.local/store/storetest"
)

func init() {
	samples["GET /voisins/effacements"] = sample{path: func(b *box) string { b.opt.Neighbours = newFakeNeighbours(); return erasuresPath }}
}

// Operators read who has confirmed an erasure and who has not, and after a month
// what to do.
func TestOperatorsReadWhoConfirmedAnErasure(t *testing.T) {
	b := neighbourBox(t, newFakeNeighbours())
	read := func() string { return plainText(b.ask(GET, erasuresPath, "operator", nil).Body.String()) }
	if page := read(); !strings.Contains(page, "Aucune fiche publique n'a été effacée.") {
		t.Errorf("without an erasure:\n%s", page)
	}
	storetest.Update(t, b.db, store.Actor{}, func(tx *store.Tx) error {
		for _, l := range []neighbour.Link{
			{Peer: "a", Origin: neighbour.Hash{1}, Name: "Altillac", State: neighbour.Paired},
			{Peer: "t", Origin: neighbour.Hash{2}, Name: "Tulle", State: neighbour.Paired, ContactAt: tx.Now.Add(-72 * time.Hour)},
		} {
			if err := neighbour.SaveLink(tx, l); err != nil {
				return err
			}
		}
		if err := neighbour.NoteErasure(tx, neighbour.ID{1}, 1, 7); err != nil {
			return err
		}
		return neighbour.Receipt(tx, "a", 1, 9)
	})
	page := read()
	for _, want := range []string{"Confirmé par : Altillac.", "Tulle, vue <time", ">il y a 3 jours</time>"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q:\n%s", want, page)
		}
	}
	if strings.Contains(page, "n'a pas confirmé") {
		t.Error("an operator is alarmed on the first day")
	}
	b.clock.Add(34 * 24 * time.Hour)
	for _, want := range []string{"Tulle n'a pas confirmé un effacement demandé il y a 34 jours.", "clé USB"} {
		if page := read(); !strings.Contains(page, want) {
			t.Errorf("after a month the page does not say %q:\n%s", want, page)
		}
	}
}
