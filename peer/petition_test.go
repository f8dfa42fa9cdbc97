package peer

import (
	"os"
	"testing"

	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/petition"
	"copi.local/store/storetest"
)

// TestPT3_OfAPetitionTheTextAndTheCountTravel, and nothing of who signed, on
// the web or on paper, whether they agreed to be named or not: not in the signed
// log, not among the bodies served, not in the neighbour's file.
func TestPT3_OfAPetitionTheTextAndTheCountTravel(t *testing.T) {
	a, b := newTestBox(t, "Cajarc"), newTestBox(t, "Altillac")
	link(t, a, b)
	lea := store.Actor{ID: "lea", Role: store.Resident}
	p := petition.Petition{
		Title: "Un passage piéton", Text: "Nous demandons un passage devant l'école.", Addressee: "La mairie", Purpose: canary + "-purpose",
		Goal: 40, KeepMonths: 3, EndsAt: storetest.Now.AddDate(0, 2, 0),
	}
	storetest.Update(t, a.db, lea, func(tx *store.Tx) error { return petition.Add(tx, &p, "") })
	signs := func(account string, shown bool) {
		t.Helper()
		storetest.Update(t, a.db, store.Actor{ID: account, Role: store.Resident}, func(tx *store.Tx) error {
			return petition.Sign(tx, &petition.Signature{
				PetitionID: p.ID, Name: canary + "-" + account, BirthYear: 1971, Commune: canary + "-commune", Who: petition.Elector, Shown: shown,
				Contact: canary + "-contact",
			}, true)
		})
	}
	signs("paul", true)
	signs("odette", false)
	storetest.Update(t, a.db, lea, func(tx *store.Tx) error {
		_, _, err := petition.TypeSheet(tx, p.ID, 1, map[int]petition.Signature{
			1: {Name: canary + "-paper", BirthYear: 1950, Commune: canary + "-village", Who: petition.Inhabitant, Shown: true},
		})
		return err
	})
	eventually(t, "the neighbour shows it", func() bool { return len(b.shown("passage")) == 1 })
	var bodies [][]byte
	eventually(t, "the body that is served has all three signatures", func() bool {
		storetest.View(t, a.db, store.Actor{}, func(tx *store.Tx) (err error) {
			bodies, err = store.All(tx, store.Scan[[]byte], "SELECT body FROM neighbour_bodies")
			return err
		})
		return len(bodies) == 1 && signatures(t, bodies[0]) == 3
	})
	body, err := wire.DecodeBody(bodies[0])
	if err != nil || body["description"] != p.Text {
		t.Errorf("the body served says %v, %v", body, err)
	}
	noCanary(t, "the body served", bodies[0])
	storetest.View(t, a.db, store.Actor{}, func(tx *store.Tx) error {
		log, err := store.All(tx, store.Scan[[]byte], "SELECT card FROM neighbour_records")
		if len(log) == 0 {
			t.Error("the log is empty")
		}
		for _, card := range log {
			noCanary(t, "the log", card)
		}
		return err
	})
	copied := t.TempDir() + "/b.db"
	if err := b.db.CopyTo(t.Context(), copied); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(copied)
	if err != nil {
		t.Fatal(err)
	}
	noCanary(t, "the neighbour's file", file)
}

// signatures is the count a petition's body says.
func signatures(t *testing.T, b []byte) uint64 {
	t.Helper()
	body, err := wire.DecodeBody(b)
	if err != nil {
		t.Fatal(err)
	}
	counter, _ := body["interactionStatistic"].(map[string]any)
	n, _ := counter["userInteractionCount"].(uint64)
	return n
}
