package mutualaid_test

import (
	"encoding/json"
	"strings"
	"sync"
	"testing"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/mutualaid"
	"copi.local/store/storetest"
)

// exported is what the module holds about somebody, as JSON.
func exported(t testing.TB, db *store.DB, who store.Actor) string {
	t.Helper()
	var text []byte
	storetest.View(t, db, who, func(tx *store.Tx) error {
		held, err := mutualaid.Personal.Export(tx, who.ID)
		if err != nil || held == nil {
			return err
		}
		text, err = json.Marshal(held)
		return err
	})
	return string(text)
}

func TestWhatIsHeldOfWhoServesTheVillage(t *testing.T) {
	db, _, r := planned(t)
	c := bench()
	storetest.Update(t, db, rosa, func(tx *store.Tx) error { return mutualaid.PutChore(tx, &c) })
	on(t, db, simon, mutualaid.TakeChore, c.ID)
	turn := take(t, db, simon, r, saturday)
	take(t, db, rosa, r, sunday)
	storetest.Update(t, db, simon, func(tx *store.Tx) error { return mutualaid.OfferTurn(tx, turn.ID, rosa.ID, "") })
	for who, words := range map[store.Actor][]string{
		planner: {"Four à pain"}, rosa: {"Réparer le banc", "maison bleue", "2026-11-29T09:00"}, simon: {"Réparer le banc", "2026-11-28T09:00"},
	} {
		for _, word := range words {
			if got := exported(t, db, who); !strings.Contains(got, word) {
				t.Errorf("%s gets %s, without %q", who.ID, got, word)
			}
		}
	}
	if got := exported(t, db, ursula); got != "" {
		t.Errorf("of somebody who did nothing: %s", got)
	}
	leave := func(who store.Actor, how store.Erasure) {
		t.Helper()
		storetest.Update(t, db, who, func(tx *store.Tx) error { return mutualaid.Personal.Erase(tx, who.ID, how) })
		if got := exported(t, db, who); got != "" {
			t.Errorf("of %s who left: %s", who.ID, got)
		}
	}
	leave(rosa, store.KeepUnnamed)
	if got := chore(t, db, tilda, c.ID); got.Title != c.Title || got.Contact != "" || got.AuthorID != "" || len(got.Takers) != 1 {
		t.Errorf("the chore of who left, kept: %+v", got)
	}
	storetest.View(t, db, simon, func(tx *store.Tx) error {
		kept, err := mutualaid.TurnByID(tx, turn.ID)
		if kept.Offer != mutualaid.Keeps || kept.OfferedTo != "" {
			t.Errorf("a turn is still proposed to who left: %+v", kept)
		}
		return err
	})
	leave(simon, store.EraseAll)
	if got := chore(t, db, tilda, c.ID); len(got.Takers) != 0 || whoComes(t, db, r, saturday) != "" {
		t.Errorf("places of who left: %+v, %s", got.Takers, whoComes(t, db, r, saturday))
	}
	leave(planner, store.EraseAll)
	storetest.View(t, db, nobody, func(tx *store.Tx) error {
		_, err := mutualaid.GetRoster(tx, r.ID) // it is the village's
		return err
	})
}

func TestAWholeErasureTakesChoresAway(t *testing.T) {
	db, _, c := onBoard(t, nil)
	storetest.Update(t, db, rosa, func(tx *store.Tx) error { return mutualaid.Personal.Erase(tx, rosa.ID, store.EraseAll) })
	err := act(t, db, planner, func(tx *store.Tx) error { _, err := mutualaid.GetChore(tx, c.ID); return err })
	if store.KindOf(err) != store.NotFound || onLists(t, db) != 0 {
		t.Errorf("after it: %v, %d listed", err, onLists(t, db))
	}
}

func TestAuthorsOfRostersAndChores(t *testing.T) {
	db, _, r := planned(t)
	c := bench()
	storetest.Update(t, db, rosa, func(tx *store.Tx) error { return mutualaid.PutChore(tx, &c) })
	storetest.View(t, db, nobody, func(tx *store.Tx) error {
		for id, want := range map[string]string{r.ID: planner.ID, c.ID: rosa.ID} {
			if got, err := mutualaid.AuthorOf(tx, id); got != want || err != nil {
				t.Errorf("author of %s: %q %v, want %q", id, got, err, want)
			}
		}
		if _, err := mutualaid.AuthorOf(tx, "0123456789abcdef"); store.KindOf(err) != store.NotFound {
			t.Errorf("author of nothing: %v", err)
		}
		return nil
	})
}

// TestEN5_TheLastPlaceGoesToOne lets ten people sign up at the same moment.
func TestEN5_TheLastPlaceGoesToOne(t *testing.T) {
	db, _, r := planned(t)
	take(t, db, rosa, r, saturday)
	take(t, db, simon, r, saturday)
	var wg sync.WaitGroup
	var mu sync.Mutex // guards got
	got := 0
	for i := range 10 {
		wg.Go(func() {
			who := store.Actor{ID: "other-" + string(rune('a'+i)), Role: store.Resident}
			err := act(t, db, who, func(tx *store.Tx) error { _, err := mutualaid.TakeTurn(tx, r.ID, saturday, false); return err })
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				got++
			} else if store.KindOf(err) != store.Conflict {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got != 1 {
		t.Errorf("%d of ten got the last place", got)
	}
}

func TestContactsInWordsStayOnTheBox(t *testing.T) {
	db, _, c := onBoard(t, func(c *mutualaid.Chore) { c.Text = "Appelez le 05 65 00 11 22" })
	storetest.View(t, db, nobody, func(tx *store.Tx) error {
		card, err := listing.ByRef(tx, c.Ref())
		if err != nil {
			return err
		}
		body, err := listing.BodyOf(tx, card)
		text, _ := json.Marshal(body)
		if strings.Contains(card.Summary+string(text), "05 65") {
			t.Errorf("the card says %q, its body %s", card.Summary, text)
		}
		return err
	})
}
