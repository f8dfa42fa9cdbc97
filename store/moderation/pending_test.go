package moderation_test

import (
	"testing"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/moderation"
	"copi.local/store/notify"
	"copi.local/store/storetest"
)

// report files a report about lea's thing.
func report(t testing.TB, db *store.DB, ref store.Ref, who store.Actor, reason moderation.Reason, from moderation.Source) {
	t.Helper()
	storetest.Update(t, db, who, func(tx *store.Tx) error {
		_, err := moderation.File(tx, ref, lea.ID, reason, "", from)
		return err
	})
}

func resident(id string) store.Actor { return store.Actor{ID: id, Role: store.Resident} }

// hiding is why ref is hidden, if it is.
func hiding(t testing.TB, db *store.DB, ref store.Ref) (h moderation.Hiding, ok bool) {
	t.Helper()
	storetest.View(t, db, lea, func(tx *store.Tx) (err error) {
		h, ok, err = moderation.HiddenWhy(tx, ref)
		return err
	})
	return h, ok
}

// told are the keys of what somebody was told, the latest first.
func told(t testing.TB, db *store.DB, who store.Actor) (keys []string) {
	t.Helper()
	storetest.View(t, db, who, func(tx *store.Tx) error {
		list, err := notify.Notices(tx, 0, 10)
		for _, n := range list {
			keys = append(keys, n.Key)
		}
		return err
	})
	return keys
}

func TestPA6_ThreeReportsHideAThingUntilAModeratorDecides(t *testing.T) {
	db, _ := storetest.Open(t)
	ref := thing(t, db)
	report(t, db, ref, resident("tom"), "advertising", "")
	report(t, db, ref, resident("tom"), "advertising", "") // the same person again
	report(t, db, ref, visitor, "wrong", phone)
	report(t, db, ref, visitor, "wrong", phone)
	if _, ok := hiding(t, db, ref); ok || total(t, db, visitor) != 1 {
		t.Fatal("two people's reports hid it")
	}
	report(t, db, ref, resident("zoe"), "wrong", "")
	h, ok := hiding(t, db, ref)
	if !ok || !h.Pending || h.Reason != "wrong" || total(t, db, visitor) != 0 {
		t.Fatalf("after three: %+v %v, %d listed", h, ok, total(t, db, visitor))
	}
	if keys := told(t, db, lea); len(keys) != 1 || keys[0] != "notify.moderation_pending" {
		t.Errorf("the author was told %v", keys)
	}
	storetest.View(t, db, bob, func(tx *store.Tx) error {
		open, err := moderation.Open(tx)
		if len(open) != 1 || !open[0].Pending || len(open[0].Reports) != 3 {
			t.Errorf("queue %+v", open)
		}
		hidden, err2 := moderation.HiddenThings(tx)
		if len(hidden) != 0 || err2 != nil {
			t.Errorf("also among what was decided: %v %v", hidden, err2)
		}
		lines, err3 := moderation.LogBefore(tx, 0, 10)
		if len(lines) != 1 || lines[0].Act != "pending" || lines[0].Reason != "wrong" || err3 != nil {
			t.Errorf("log %+v %v", lines, err3)
		}
		return err
	})
}

func TestPA6_FalseReportsDeleteNothingAndDoNotCountAgain(t *testing.T) {
	db, _ := storetest.Open(t)
	ref := thing(t, db)
	three := []string{"tom", "zoe", "max"}
	for _, id := range three {
		report(t, db, ref, resident(id), "insult", "")
	}
	storetest.Update(t, db, bob, func(tx *store.Tx) error { return moderation.Dismiss(tx, ref, lea.ID) })
	if _, ok := hiding(t, db, ref); ok || total(t, db, visitor) != 1 {
		t.Fatal("a dismissal does not put it back")
	}
	for _, id := range three {
		report(t, db, ref, resident(id), "insult", "")
	}
	if _, ok := hiding(t, db, ref); ok {
		t.Error("the same three hid it again")
	}
	for _, id := range []string{"a", "b", "c"} {
		report(t, db, ref, resident(id), "insult", "")
	}
	if h, ok := hiding(t, db, ref); !ok || !h.Pending {
		t.Error("three others did not")
	}
	storetest.Update(t, db, bob, func(tx *store.Tx) error { return moderation.Show(tx, ref, lea.ID) })
	storetest.View(t, db, bob, func(tx *store.Tx) error {
		open, err := moderation.Open(tx)
		if len(open) != 0 || total(t, db, visitor) != 1 {
			t.Errorf("put back, with %d open", len(open))
		}
		return err
	})
}

func TestPA6_AModeratorConfirms(t *testing.T) {
	db, _ := storetest.Open(t)
	ref := thing(t, db)
	for _, id := range []string{"tom", "zoe", "max"} {
		report(t, db, ref, resident(id), "illegal", "")
	}
	storetest.Update(t, db, bob, func(tx *store.Tx) error {
		return moderation.Hide(tx, ref, lea.ID, moderation.Cause{Reason: "illegal", Text: "Vente interdite"})
	})
	h, ok := hiding(t, db, ref)
	if !ok || h.Pending || h.Text != "Vente interdite" || total(t, db, visitor) != 0 {
		t.Errorf("%+v %v", h, ok)
	}
	storetest.View(t, db, bob, func(tx *store.Tx) error {
		load, err := moderation.LoadOf(tx)
		if load != (moderation.Load{}) {
			t.Errorf("still waiting: %+v", load)
		}
		return err
	})
}

// TestWhatIsGoneWaitsForNobody: the home page said for ever that somebody waits
// for an answer, of a thing its author had taken away.
func TestWhatIsGoneWaitsForNobody(t *testing.T) {
	db, _ := storetest.Open(t)
	ref, other := thing(t, db), thing(t, db)
	report(t, db, ref, resident("tom"), "wrong", "")
	report(t, db, other, resident("tom"), "wrong", "")
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return listing.Withdraw(tx, ref) })
	storetest.View(t, db, visitor, func(tx *store.Tx) error {
		load, err := moderation.LoadOf(tx)
		if load.Reported != 1 {
			t.Errorf("%d things wait, want the one that is there", load.Reported)
		}
		return err
	})
}

func TestPA6_TheOperatorSaysHowMany(t *testing.T) {
	db, _ := storetest.Open(t)
	oper := store.Actor{ID: "ida", Role: store.Operator}
	set := func(who store.Actor, n int) error {
		return do(t, db, who, func(tx *store.Tx) error { return moderation.SetRule(tx, moderation.Rule{Reports: n}) })
	}
	for _, bad := range []int{-1, moderation.MaxReports + 1} {
		if err := set(oper, bad); store.KindOf(err) != store.Invalid {
			t.Errorf("%d: %v", bad, err)
		}
	}
	if err := set(bob, 1); store.KindOf(err) != store.Forbidden {
		t.Errorf("a moderator: %v", err)
	}
	if err := set(oper, 0); err != nil {
		t.Fatal(err)
	}
	ref := thing(t, db)
	for _, id := range []string{"tom", "zoe", "max", "eva"} {
		report(t, db, ref, resident(id), "insult", "")
	}
	if _, ok := hiding(t, db, ref); ok {
		t.Error("hidden though never was asked for")
	}
	if err := set(oper, 1); err != nil {
		t.Fatal(err)
	}
	other := thing(t, db)
	report(t, db, other, resident("tom"), "insult", "")
	if _, ok := hiding(t, db, other); !ok {
		t.Error("one report did not hide it")
	}
}

func TestPA6_ANeighboursCardIsNotHiddenByReports(t *testing.T) {
	db, _ := storetest.Open(t)
	ref := foreign(t, db)
	for _, id := range []string{"tom", "zoe", "max", "eva"} {
		report(t, db, ref, resident(id), "insult", "")
	}
	if _, ok := hiding(t, db, ref); ok {
		t.Error("hidden")
	}
}

func TestPA7_WhatIsHeldWaitsForAModerator(t *testing.T) {
	db, _ := storetest.Open(t)
	ref := store.Ref{Module: "ads", ID: store.NewID()}
	hold := func(tx *store.Tx) error { return moderation.Hold(tx, ref, "Chiots") }
	pass := func(tx *store.Tx) error { return moderation.Pass(tx, ref, lea.ID, listing.KindOffer) }
	no := func(tx *store.Tx) error {
		return moderation.TurnDown(tx, ref, lea.ID, listing.KindOffer, "incomplete", "Le numéro manque.")
	}
	storetest.Update(t, db, lea, hold)
	storetest.View(t, db, bob, func(tx *store.Tx) error {
		list, err := moderation.HeldThings(tx)
		load, err2 := moderation.LoadOf(tx)
		if len(list) != 1 || list[0].Title != "Chiots" || load.Held != 1 || err2 != nil {
			t.Errorf("waits: %+v %+v %v", list, load, err2)
		}
		return err
	})
	for who, verb := range map[store.Actor]func(*store.Tx) error{lea: pass, {}: no} {
		if err := do(t, db, who, verb); err == nil {
			t.Errorf("%+v decided", who)
		}
	}
	own := func(tx *store.Tx) error { return moderation.Pass(tx, ref, bob.ID, listing.KindOffer) }
	if err := do(t, db, bob, own); store.KindOf(err) != store.Forbidden {
		t.Errorf("their own: %v", err)
	}
	noReason := func(tx *store.Tx) error { return moderation.TurnDown(tx, ref, lea.ID, listing.KindOffer, "", "") }
	if err := do(t, db, bob, noReason); store.KindOf(err) != store.Invalid {
		t.Errorf("no reason: %v", err)
	}
	storetest.Update(t, db, bob, no)
	storetest.View(t, db, lea, func(tx *store.Tx) error {
		h, ok, err := moderation.HeldOf(tx, ref)
		if !ok || !h.Refused || h.Reason != "incomplete" || h.ReasonText != "Le numéro manque." {
			t.Errorf("its author reads %+v", h)
		}
		return err
	})
	if err := do(t, db, ana, pass); store.KindOf(err) != store.Conflict {
		t.Errorf("decided twice: %v", err)
	}
	storetest.Update(t, db, lea, hold) // changed
	storetest.Update(t, db, ana, pass)
	storetest.View(t, db, ana, func(tx *store.Tx) error {
		_, ok, err := moderation.HeldOf(tx, ref)
		lines, err2 := moderation.LogBefore(tx, 0, 10)
		if ok || err2 != nil || len(lines) != 2 || lines[0].Act != "accept" || lines[1].Act != "refuse" || lines[1].Kind != listing.KindOffer {
			t.Errorf("still held: %v, log %+v %v", ok, lines, err2)
		}
		return err
	})
	if keys := told(t, db, lea); len(keys) != 1 || keys[0] != "notify.moderation_passed" {
		t.Errorf("told %v", keys)
	}
}

// foreign is a neighbour's card.
func foreign(t testing.TB, db *store.DB) store.Ref {
	t.Helper()
	c := listing.Card{Ref: store.Ref{ID: store.NewID()}, Kind: listing.KindEvent, Title: "Loto d'à côté", Audience: listing.Public, Version: 1}
	storetest.Update(t, db, store.Actor{}, func(tx *store.Tx) error {
		origin, err := listing.SetOrigin(tx, listing.Origin{Key: [32]byte{1}, Name: "Altillac", SeenAt: tx.Now})
		if err != nil {
			return err
		}
		if err := listing.PutForeign(tx, origin, []listing.Card{c}); err != nil {
			return err
		}
		c, err = listing.ByID(tx, c.Ref.ID)
		return err
	})
	return c.Ref
}
