package timebank_test

import (
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/storetest"
	"copi.local/store/timebank"
)

// asks is bob's request to be paid by ana.
func asks(t testing.TB, db *store.DB, a, b string, minutes int64) (q timebank.Request) {
	t.Helper()
	storetest.Update(t, db, bob, func(tx *store.Tx) (err error) {
		q, err = timebank.Ask(tx, timebank.Payment{From: a, To: b, Minutes: minutes, Text: "Haie taillée"})
		return err
	})
	return q
}

// stateOf is how a request stands, as bob reads it.
func stateOf(t testing.TB, db *store.DB, id string) (q timebank.Request) {
	t.Helper()
	storetest.View(t, db, bob, func(tx *store.Tx) (err error) {
		q, err = timebank.FindRequest(tx, id)
		return err
	})
	return q
}

// runJobs runs what the module does by itself.
func runJobs(t testing.TB, db *store.DB) {
	t.Helper()
	for _, j := range timebank.Jobs {
		storetest.Update(t, db, visitor, j.Run)
	}
}

func TestTB6_ARequestMovesNothingUntilAccepted(t *testing.T) {
	db, clock := storetest.Open(t)
	a, b := opened(t, db, ana), opened(t, db, bob)
	q := asks(t, db, a, b, 60)
	balances(t, db, map[string]int64{a: 0, b: 0})
	accept := func(who store.Actor, id string) error {
		return db.Update(store.As(t.Context(), who), func(tx *store.Tx) error {
			_, err := timebank.Accept(tx, id)
			return err
		})
	}
	refused(t, accept(bob, q.ID), "err.forbidden")
	refused(t, accept(cleo, q.ID), "err.not_found")
	if err := accept(ana, q.ID); err != nil {
		t.Fatal(err)
	}
	balances(t, db, map[string]int64{a: -60, b: 60})
	if got := stateOf(t, db, q.ID); got.State != timebank.Done || got.Transfer == "" {
		t.Errorf("accepted: %+v", got)
	}
	refused(t, accept(ana, q.ID), "err.timebank.answered")

	late := asks(t, db, a, b, 60)
	clock.Add(14*24*time.Hour - time.Minute)
	runJobs(t, db)
	if got := stateOf(t, db, late.ID); got.State != timebank.Waits {
		t.Errorf("before its time: %s", got.State)
	}
	clock.Add(2 * time.Minute)
	runJobs(t, db)
	if got := stateOf(t, db, late.ID); got.State != timebank.Expired {
		t.Errorf("after 14 days: %s", got.State)
	}
	balances(t, db, map[string]int64{a: -60, b: 60})
}

func TestTB6_WhoChoseItPaysByItself(t *testing.T) {
	db, clock := storetest.Open(t)
	a, b := opened(t, db, ana), opened(t, db, bob)
	storetest.Update(t, db, ana, func(tx *store.Tx) error { return timebank.SetAuto(tx, a, true) })
	q := asks(t, db, a, b, 60)
	clock.Add(time.Minute)
	much := asks(t, db, a, b, 290)
	clock.Add(15 * 24 * time.Hour)
	runJobs(t, db)
	if got := stateOf(t, db, q.ID); got.State != timebank.Done {
		t.Errorf("nobody answered, and ana pays by herself: %s", got.State)
	}
	if got := stateOf(t, db, much.ID); got.State != timebank.Expired {
		t.Errorf("what she cannot pay: %s", got.State)
	}
	balances(t, db, map[string]int64{a: -60, b: 60})
}

func TestARequestIsRefusedOrTakenBack(t *testing.T) {
	db, _ := storetest.Open(t)
	a, b := opened(t, db, ana), opened(t, db, bob)
	as := func(who store.Actor, fn func(*store.Tx) error) error {
		return db.Update(store.As(t.Context(), who), fn)
	}
	q := asks(t, db, a, b, 60)
	refused(t, as(bob, func(tx *store.Tx) error { return timebank.Refuse(tx, q.ID, "") }), "err.forbidden")
	if err := as(ana, func(tx *store.Tx) error { return timebank.Refuse(tx, q.ID, "Déjà réglé") }); err != nil {
		t.Error(err)
	}
	if got := stateOf(t, db, q.ID); got.State != timebank.Refused || got.Reason != "Déjà réglé" {
		t.Errorf("refused: %+v", got)
	}
	q = asks(t, db, a, b, 60)
	refused(t, as(ana, func(tx *store.Tx) error { return timebank.Withdraw(tx, q.ID) }), "err.forbidden")
	if err := as(bob, func(tx *store.Tx) error { return timebank.Withdraw(tx, q.ID) }); err != nil {
		t.Error(err)
	}
	for range 5 {
		asks(t, db, a, b, 10)
	}
	err := as(bob, func(tx *store.Tx) error {
		_, err := timebank.Ask(tx, timebank.Payment{From: a, To: b, Minutes: 10})
		return err
	})
	refused(t, err, "err.timebank.ask_many")
	err = as(bob, func(tx *store.Tx) error {
		_, err := timebank.Ask(tx, timebank.Payment{From: timebank.CommonNumber, To: b, Minutes: 10})
		return err
	})
	refused(t, err, "err.timebank.ask_common")
	err = as(bob, func(tx *store.Tx) error {
		_, err := timebank.Ask(tx, timebank.Payment{From: b, To: b, Minutes: 10})
		return err
	})
	refused(t, err, "err.timebank.self")
}

func TestARequestSentTwiceIsFiledOnce(t *testing.T) {
	db, clock := storetest.Open(t)
	a, b := opened(t, db, ana), opened(t, db, bob)
	p := timebank.Payment{ID: store.NewID(), From: a, To: b, Minutes: 60}
	for range 7 { // more often than requests may wait
		storetest.Update(t, db, bob, func(tx *store.Tx) error {
			_, err := timebank.Ask(tx, p)
			return err
		})
	}
	storetest.View(t, db, ana, func(tx *store.Tx) error {
		in, _, err := timebank.Requests(tx, a)
		if len(in) != 1 {
			t.Errorf("%d requests wait", len(in))
		}
		return err
	})
	p.Minutes = 90
	err := db.Update(store.As(t.Context(), bob), func(tx *store.Tx) error {
		_, err := timebank.Ask(tx, p)
		return err
	})
	refused(t, err, "err.timebank.twice")

	storetest.Update(t, db, ana, func(tx *store.Tx) error { return timebank.Refuse(tx, p.ID, "Non") })
	clock.Add(364 * 24 * time.Hour)
	runJobs(t, db)
	if got := stateOf(t, db, p.ID); got.State != timebank.Refused {
		t.Errorf("within a year: %s", got.State)
	}
	clock.Add(2 * 24 * time.Hour)
	runJobs(t, db)
	storetest.View(t, db, bob, func(tx *store.Tx) error {
		_, err := timebank.FindRequest(tx, p.ID)
		refused(t, err, "err.not_found")
		return nil
	})
}
