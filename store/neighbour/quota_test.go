package neighbour_test

import (
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/neighbour"
	"copi.local/store/storetest"
)

func TestQuotaShrinksWithDistance(t *testing.T) {
	for hops, want := range map[uint64]int{1: 6000, 2: 2000, 3: 1000, 8: 1000} {
		if got := neighbour.Quota(hops); got != want {
			t.Errorf("%d cards at %d hops, want %d", got, hops, want)
		}
	}
}

// 2,000 changed cards a day are paid off in the mean; whoever owes more waits,
// and is asked for again when it owes less.
func TestChangesArePaidOffByTheDay(t *testing.T) {
	db, clock := storetest.Open(t)
	origin := neighbour.Hash{1}
	var l neighbour.Log
	read := func(tx *store.Tx) (err error) {
		l, err = neighbour.LogOf(tx, origin)
		return err
	}
	charge := func(cards int) {
		storetest.Update(t, db, store.Actor{}, func(tx *store.Tx) error {
			if err := neighbour.Charge(tx, l, cards); err != nil {
				return err
			}
			return read(tx)
		})
	}
	storetest.Update(t, db, store.Actor{}, func(tx *store.Tx) (err error) {
		l, err = neighbour.AddLog(tx, origin, false)
		return err
	})
	charge(1500)
	clock.Add(6 * time.Hour)
	if got := l.Debt(clock.Now()); got != 1000 {
		t.Errorf("%d owed after a quarter of a day, want 1000", got)
	}
	charge(3000)
	if got := l.Debt(clock.Now()); got != 4000 {
		t.Errorf("%d owed, want 4000", got)
	}
	if got := l.Debt(clock.Now().Add(-time.Hour)); got != 4000 {
		t.Errorf("%d owed by a clock that went back", got)
	}
	var before uint64
	storetest.Update(t, db, store.Actor{}, func(tx *store.Tx) error {
		before = scopeOf(t, tx)
		return neighbour.Wait(tx, l)
	})
	for _, step := range []struct {
		after time.Duration
		waits bool
	}{{23 * time.Hour, true}, {2 * time.Hour, false}} {
		clock.Add(step.after)
		storetest.Update(t, db, store.Actor{}, func(tx *store.Tx) error {
			if err := neighbour.Relieve(tx); err != nil {
				return err
			}
			if again := scopeOf(t, tx) > before; again == step.waits {
				t.Errorf("asked for again: %v, owing %d", again, l.Debt(tx.Now))
			}
			return read(tx)
		})
		if l.Waits != step.waits {
			t.Errorf("waits: %v, owing %d", l.Waits, l.Debt(clock.Now()))
		}
	}
}
