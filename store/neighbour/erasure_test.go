package neighbour

import (
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/storetest"
)

// A receipt is a Have that goes as far as the tombstone; who was linked later or
// is blocked owes none; and an operator is told after thirty days that ran, or
// that a clock to be trusted counted.
func TestReceiptsOfErasures(t *testing.T) {
	db, clock := storetest.Open(t)
	late := func(d time.Duration) (names []string) {
		storetest.View(t, db, store.Actor{}, func(tx *store.Tx) error {
			list, err := UnconfirmedFor(tx, d)
			for _, u := range list {
				names = append(names, u.Link.Name)
			}
			return err
		})
		return names
	}
	link := func(name string, state State) {
		storetest.Update(t, db, store.Actor{}, func(tx *store.Tx) error {
			return SaveLink(tx, Link{Peer: name, Origin: Hash{name[0]}, Name: name, State: state, PairedAt: tx.Now})
		})
	}
	link("Tulle", Paired)
	link("Gramat", Paired)
	link("Bloquée", Blocked)
	clock.Add(time.Hour)
	storetest.Update(t, db, store.Actor{}, func(tx *store.Tx) error {
		if err := NoteErasure(tx, ID{1}, 1, 40); err != nil {
			return err
		}
		return NoteErasure(tx, ID{2}, 1, 50)
	})
	clock.Add(time.Hour)
	link("Nouvelle", Paired)
	receipt := func(name string, epoch, seq uint64) {
		storetest.Update(t, db, store.Actor{}, func(tx *store.Tx) error { return Receipt(tx, name, epoch, seq) })
	}
	receipt("Gramat", 1, 45)
	if got := late(0); len(got) != 2 {
		t.Errorf("have not confirmed: %q", got)
	}
	receipt("Gramat", 1, 50)
	if got := late(0); len(got) != 1 || got[0] != "Tulle" {
		t.Errorf("have not confirmed: %q", got)
	}
	if got := late(ConfirmWithin); len(got) != 0 {
		t.Errorf("told at once of %q", got)
	}
	clock.SetQuality(store.ClockNone)
	clock.Set(clock.Now().Add(2 * ConfirmWithin)) // nobody knows whether that is true
	if got := late(ConfirmWithin); len(got) != 0 {
		t.Errorf("an unsure clock tells of %q", got)
	}
	clock.SetQuality(store.ClockConfirmed)
	if got := late(ConfirmWithin); len(got) != 1 {
		t.Errorf("two months by a sure clock: %q", got)
	}
	clock.SetQuality(store.ClockNone)
	clock.Add(ConfirmWithin)
	if got := late(ConfirmWithin); len(got) != 1 {
		t.Errorf("a month that ran: %q", got)
	}
	receipt("Tulle", 2, 1) // a new epoch is a new list
	if got := late(0); len(got) != 0 {
		t.Errorf("after everybody confirmed: %q", got)
	}
}

// Another clock for what is erased while the clock is not sure.
func TestAnErasureOfAnUnsureDayCountsWhatRan(t *testing.T) {
	db, clock := storetest.Open(t)
	clock.SetQuality(store.ClockHinted)
	storetest.Update(t, db, store.Actor{}, func(tx *store.Tx) error {
		if err := SaveLink(tx, Link{Peer: "p", Name: "Tulle", State: Paired}); err != nil {
			return err
		}
		return NoteErasure(tx, ID{1}, 1, 1)
	})
	clock.SetQuality(store.ClockConfirmed)
	clock.Set(clock.Now().Add(2 * ConfirmWithin))
	storetest.View(t, db, store.Actor{}, func(tx *store.Tx) error {
		list, err := UnconfirmedFor(tx, ConfirmWithin)
		if len(list) != 0 {
			t.Errorf("a day nobody was sure of counts: %+v", list)
		}
		return err
	})
}
