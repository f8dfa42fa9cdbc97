package mutualaid_test

import (
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/mutualaid"
	"copi.local/store/storetest"
)

func TestAYearlyChoreComesBack(t *testing.T) {
	db, clock := storetest.Open(t)
	c := mutualaid.Chore{Title: "Décorer la place", Hands: 1, Again: 366, Audience: listing.Public}
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return mutualaid.PutChore(tx, &c) })
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return mutualaid.FinishChore(tx, c.ID) })
	clock.Add(365*24*time.Hour + 2*time.Hour)
	runner, err := store.NewRunner(db, mutualaid.Jobs, quiet())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := runner.RunDue(t.Context()); err != nil || len(runner.Faults()) > 0 {
		t.Fatal(err, runner.Faults())
	}
	storetest.View(t, db, lea, func(tx *store.Tx) error {
		if _, err := mutualaid.GetChore(tx, c.ID); err != nil {
			t.Errorf("deleted before it is to do again: %v", err)
		}
		return nil
	})
}

func TestEN5_OfferedToEverybodyAfterOne(t *testing.T) {
	db, _, r := planned(t)
	hers, his := take(t, db, rosa, r, saturday), take(t, db, simon, r, sunday)
	storetest.Update(t, db, rosa, func(tx *store.Tx) error { return mutualaid.OfferTurn(tx, hers.ID, "", his.ID) })
	storetest.Update(t, db, rosa, func(tx *store.Tx) error { return mutualaid.OfferTurn(tx, hers.ID, "", "") })
	if err := act(t, db, ursula, func(tx *store.Tx) error { return mutualaid.AcceptTurn(tx, hers.ID, false) }); err != nil {
		t.Errorf("offered to whoever wants it, and refused: %v", err)
	}
}

func TestEN5_NobodyGetsACancelledShift(t *testing.T) {
	db, _, r := planned(t)
	hers, his := take(t, db, rosa, r, saturday), take(t, db, simon, r, sunday)
	storetest.Update(t, db, rosa, func(tx *store.Tx) error { return mutualaid.OfferTurn(tx, hers.ID, "", his.ID) })
	storetest.Update(t, db, planner, func(tx *store.Tx) error { return mutualaid.ChangeShift(tx, r.ID, sunday, 0, true, "") })
	if err := act(t, db, simon, func(tx *store.Tx) error { return mutualaid.AcceptTurn(tx, hers.ID, false) }); err == nil {
		t.Errorf("rosa gave saturday for a shift that does not take place; saturday %q, sunday %q", whoComes(t, db, r, saturday), whoComes(t, db, r, sunday))
	}
}

func TestWhatIsSettledByHandStaysSettled(t *testing.T) {
	db, clock := storetest.Open(t)
	f := add(t, db, lea, need("Rentrer du bois", func(f *mutualaid.Favour) { f.Places = 0 }))
	y := answer(t, db, tom, f.ID, 1)
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return mutualaid.Choose(tx, f.ID, y.ID) })
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return mutualaid.Settle(tx, f.ID) })
	clock.Add(200 * 24 * time.Hour)
	storetest.Update(t, db, tom, func(tx *store.Tx) error {
		return mutualaid.Personal.Erase(tx, tom.ID, store.KeepUnnamed)
	})
	if isOpen(get(t, db, lea, f.ID)) || listed(t, db, f.ID) {
		t.Error("200 days after its author said it is done it is public again")
	}
}

func TestThanksAreAgreedToAnew(t *testing.T) {
	db, _ := storetest.Open(t)
	f := add(t, db, lea, need("Un robinet"))
	y := answer(t, db, tom, f.ID, 1)
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return mutualaid.Choose(tx, f.ID, y.ID) })
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return mutualaid.Thank(tx, f.ID, y.ID, "Merci", true) })
	storetest.Update(t, db, tom, func(tx *store.Tx) error { return mutualaid.Thank(tx, f.ID, y.ID, "De rien", true) })
	storetest.Update(t, db, tom, func(tx *store.Tx) error { return mutualaid.Withdraw(tx, f.ID) })
	y2 := answer(t, db, tom, f.ID, 1)
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return mutualaid.Choose(tx, f.ID, y2.ID) })
	storetest.View(t, db, visitor, func(tx *store.Tx) error {
		g, err := mutualaid.Get(tx, f.ID)
		if err != nil {
			return err
		}
		list, err := mutualaid.ThanksOf(tx, &g)
		if len(list) > 0 {
			t.Errorf("thanks of the first time are shown: %v", list)
		}
		return err
	})
}

func TestLoweredToThePlacesGivenItIsFull(t *testing.T) {
	db, _ := storetest.Open(t)
	f := add(t, db, lea, need("Porter une armoire", func(f *mutualaid.Favour) { f.Places = 3 }))
	y, z := answer(t, db, tom, f.ID, 1), answer(t, db, zoe, f.ID, 1)
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return mutualaid.Choose(tx, f.ID, y.ID) })
	f = get(t, db, lea, f.ID)
	f.Places = 1
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return mutualaid.Edit(tx, &f, "") })
	if isOpen(get(t, db, lea, f.ID)) {
		t.Errorf("all places given, and it stands open; zoe %s waits", z.ID)
	}
}

func TestALongSettledNeedStaysSoWhenItsHelperLeaves(t *testing.T) {
	db, clock := storetest.Open(t)
	f := add(t, db, lea, need("Réparer un robinet", func(f *mutualaid.Favour) { f.Places = 1 }))
	y := answer(t, db, tom, f.ID, 1)
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return mutualaid.Choose(tx, f.ID, y.ID) })
	clock.Add(mutualaid.Lasting + 24*time.Hour)
	storetest.Update(t, db, tom, func(tx *store.Tx) error {
		return mutualaid.Personal.Erase(tx, tom.ID, store.KeepUnnamed)
	})
	if isOpen(get(t, db, lea, f.ID)) {
		t.Error("two months after it was done it is asked for again")
	}
}
