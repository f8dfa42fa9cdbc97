package mutualaid_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/calendar"
	"copi.local/store/listing"
	"copi.local/store/mutualaid"
	"copi.local/store/storetest"
)

// bench is a chore by rosa, for two persons, on the tests' Tuesday.
func bench() mutualaid.Chore {
	return mutualaid.Chore{
		Title: "Réparer le banc", Text: "Deux lattes à changer", Place: "Place de l'église", Contact: "Rosa, maison bleue",
		Day: calendar.Wall{Year: 2026, Month: time.November, Day: 24}, Minutes: 60, Hands: 2, Audience: listing.Public,
	}
}

// onBoard is a chore in a fresh box.
func onBoard(t testing.TB, change func(*mutualaid.Chore)) (*store.DB, *storetest.Clock, mutualaid.Chore) {
	t.Helper()
	db, clock := storetest.Open(t)
	c := bench()
	if change != nil {
		change(&c)
	}
	storetest.Update(t, db, rosa, func(tx *store.Tx) error { return mutualaid.PutChore(tx, &c) })
	return db, clock, c
}

// chore reads a chore as somebody.
func chore(t testing.TB, db *store.DB, who store.Actor, id string) (c mutualaid.Chore) {
	t.Helper()
	storetest.View(t, db, who, func(tx *store.Tx) (err error) {
		c, err = mutualaid.GetChore(tx, id)
		return err
	})
	return c
}

// onLists counts needs in the lists of visitors.
func onLists(t testing.TB, db *store.DB) (n int) {
	t.Helper()
	storetest.View(t, db, nobody, func(tx *store.Tx) error {
		found, err := listing.Find(tx, listing.Query{Kind: listing.KindNeed, Limit: 10})
		n = len(found.Cards)
		return err
	})
	return n
}

func on(t testing.TB, db *store.DB, who store.Actor, do func(*store.Tx, string) error, id string) {
	t.Helper()
	storetest.Update(t, db, who, func(tx *store.Tx) error { return do(tx, id) })
}

func TestAChoreFromBoardToDone(t *testing.T) {
	db, _, c := onBoard(t, nil)
	if got := chore(t, db, nobody, c.ID); got.Contact != "" || got.Title != c.Title {
		t.Errorf("a visitor reads %+v", got)
	}
	on(t, db, simon, mutualaid.TakeChore, c.ID)
	on(t, db, simon, mutualaid.TakeChore, c.ID) // twice is once
	if got := chore(t, db, simon, c.ID); got.Free() != 1 || got.Contact == "" || onLists(t, db) != 1 {
		t.Errorf("after one of two: %+v, %d listed", got, onLists(t, db))
	}
	on(t, db, tilda, mutualaid.TakeChore, c.ID)
	if onLists(t, db) != 0 {
		t.Error("it still looks for people")
	}
	err := act(t, db, ursula, func(tx *store.Tx) error { return mutualaid.TakeChore(tx, c.ID) })
	wantKey(t, "a third of two", err, store.Conflict, "err.chore.taken")
	on(t, db, tilda, mutualaid.LeaveChore, c.ID)
	if onLists(t, db) != 1 || heard(t, db, rosa) != "chore_left" {
		t.Errorf("after one left: %d listed, told %s", onLists(t, db), heard(t, db, rosa))
	}
	err = act(t, db, ursula, func(tx *store.Tx) error { return mutualaid.FinishChore(tx, c.ID) })
	if store.KindOf(err) != store.Forbidden {
		t.Errorf("somebody else says that it is done: %v", err)
	}
	on(t, db, simon, mutualaid.FinishChore, c.ID)
	if got := chore(t, db, nobody, c.ID); !got.Done() || onLists(t, db) != 0 {
		t.Errorf("done: %+v, %d listed", got, onLists(t, db))
	}
	on(t, db, rosa, mutualaid.ReopenChore, c.ID)
	if got := chore(t, db, nobody, c.ID); got.Done() || onLists(t, db) != 1 {
		t.Errorf("reopened: %+v, %d listed", got, onLists(t, db))
	}
}

func TestAChoreThatRepeatsComesBack(t *testing.T) {
	db, _, c := onBoard(t, func(c *mutualaid.Chore) { c.Again, c.Hands = 30, 1 })
	on(t, db, simon, mutualaid.TakeChore, c.ID)
	on(t, db, simon, mutualaid.FinishChore, c.ID)
	got := chore(t, db, rosa, c.ID)
	if got.Done() || len(got.Takers) != 0 || got.Day.Date() != "2026-12-21" || !got.LastDone.Equal(storetest.Now) {
		t.Errorf("after it was done: %+v", got)
	}
}

func TestAChoreThatIsLateStaysOnTheBoard(t *testing.T) {
	db, clock, c := onBoard(t, nil)
	clock.Set(time.Date(2026, 11, 24, 22, 59, 0, 0, time.UTC))
	if got := chore(t, db, nobody, c.ID); got.Late(clock.Now()) || onLists(t, db) != 1 {
		t.Errorf("on its day: late, or not listed (%d)", onLists(t, db))
	}
	clock.Add(time.Minute)
	got := chore(t, db, nobody, c.ID)
	var board []mutualaid.Chore
	storetest.View(t, db, nobody, func(tx *store.Tx) (err error) {
		board, err = mutualaid.Board(tx, false)
		return err
	})
	if !got.Late(clock.Now()) || len(board) != 1 || onLists(t, db) != 0 {
		t.Errorf("the day after: late %v, %d on the board, %d listed", got.Late(clock.Now()), len(board), onLists(t, db))
	}
}

func TestChoresForResidentsAndHiddenOnes(t *testing.T) {
	db, _, c := onBoard(t, func(c *mutualaid.Chore) { c.Audience = listing.Members })
	read := func(who store.Actor) error {
		return act(t, db, who, func(tx *store.Tx) error { _, err := mutualaid.GetChore(tx, c.ID); return err })
	}
	if err := read(nobody); store.KindOf(err) != store.NotFound {
		t.Errorf("a visitor: %v", err)
	}
	storetest.Update(t, db, planner, func(tx *store.Tx) error { return listing.Hide(tx, c.Ref(), true) })
	on(t, db, rosa, mutualaid.FinishChore, c.ID) // a change does not bring it back
	if err := read(simon); store.KindOf(err) != store.NotFound {
		t.Errorf("a resident reads what is hidden: %v", err)
	}
	if err := read(rosa); err != nil {
		t.Errorf("its author: %v", err)
	}
}

func TestOldChoresAreForgotten(t *testing.T) {
	db, clock, c := onBoard(t, nil)
	on(t, db, rosa, mutualaid.FinishChore, c.ID)
	runner, err := store.NewRunner(db, mutualaid.Jobs, quiet())
	if err != nil {
		t.Fatal(err)
	}
	for _, after := range []struct {
		days int
		kept bool
	}{{364, true}, {366, false}} {
		clock.Set(storetest.Now.AddDate(0, 0, after.days))
		if _, err := runner.RunDue(t.Context()); err != nil {
			t.Fatal(err)
		}
		err := act(t, db, rosa, func(tx *store.Tx) error { _, err := mutualaid.GetChore(tx, c.ID); return err })
		if (err == nil) != after.kept || err != nil && store.KindOf(err) != store.NotFound {
			t.Errorf("after %d days: %v", after.days, err)
		}
	}
}

func TestChoreIsChecked(t *testing.T) {
	for field, change := range map[string]func(*mutualaid.Chore){
		"title":   func(c *mutualaid.Chore) { c.Title = "" },
		"text":    func(c *mutualaid.Chore) { c.Text = strings.Repeat("é", 2001) },
		"place":   func(c *mutualaid.Chore) { c.Place = strings.Repeat("é", 121) },
		"contact": func(c *mutualaid.Chore) { c.Contact = strings.Repeat("é", 121) },
		"day":     func(c *mutualaid.Chore) { c.Day.Year = 1900 },
		"minutes": func(c *mutualaid.Chore) { c.Minutes = -1 },
		"hands":   func(c *mutualaid.Chore) { c.Hands = 51 },
		"again":   func(c *mutualaid.Chore) { c.Again = 367 },
	} {
		c := bench()
		change(&c)
		bad, ok := errors.AsType[store.Errors](c.Check())
		if !ok || len(bad) != 1 || bad[0].Field != field {
			t.Errorf("%s: %v", field, bad)
		}
	}
}
