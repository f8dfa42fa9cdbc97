package moderation_test

import (
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/listing"
	"copi.local/store/moderation"
	"copi.local/store/storetest"
)

var wrong = moderation.Cause{Reason: "wrong", Text: "Date fausse"}

func hide(t *testing.T, db *store.DB, who store.Actor, ref store.Ref) {
	t.Helper()
	storetest.Update(t, db, who, func(tx *store.Tx) error { return moderation.Hide(tx, ref, lea.ID, wrong) })
}

// appeals are what waits for a second opinion, as who reads it.
func appeals(t *testing.T, db *store.DB, who store.Actor) (list []moderation.Appeal) {
	t.Helper()
	storetest.View(t, db, who, func(tx *store.Tx) (err error) {
		list, err = moderation.Appeals(tx)
		return err
	})
	return list
}

// wants fails unless err has this key.
func wants(t *testing.T, what string, err error, key string) {
	t.Helper()
	if e, ok := err.(*store.Error); !ok || e.Key != key { //nolint:errorlint // verbs return them bare
		t.Errorf("%s: %v, want %s", what, err, key)
	}
}

func TestMD1_TheAuthorAsksAnotherModerator(t *testing.T) {
	db, clock := storetest.Open(t)
	ref := thing(t, db)
	ask := func(text string) func(*store.Tx) error {
		return func(tx *store.Tx) error { return moderation.AskAgain(tx, ref, lea.ID, text) }
	}
	wants(t, "nothing decided", do(t, db, lea, ask("Mais si")), "err.moderation.appeal_nothing")
	hide(t, db, ana, ref)
	wants(t, "somebody else", do(t, db, resident("tom"), ask("Mais si")), "err.not_found")
	wants(t, "a visitor", do(t, db, visitor, ask("Mais si")), "err.sign_in")
	wants(t, "no words", do(t, db, lea, ask("")), "err.moderation.words")
	wants(t, "many words", do(t, db, lea, ask(strings.Repeat("x", 501))), "err.moderation.text_long")
	storetest.Update(t, db, lea, ask("C'est bien samedi."))
	wants(t, "twice", do(t, db, lea, ask("Encore")), "err.moderation.appealed")
	if list := appeals(t, db, ana); len(list) != 1 || !list[0].Mine {
		t.Fatalf("for who decided: %+v", list)
	}
	list := appeals(t, db, bob)
	if len(list) != 1 || list[0].Mine || list[0].Text != "C'est bien samedi." {
		t.Fatalf("for another: %+v", list)
	}
	answer := func(undo bool, text string) func(*store.Tx) error {
		return func(tx *store.Tx) error { return moderation.Answer(tx, list[0].ID, lea.ID, undo, text) }
	}
	wants(t, "who decided first", do(t, db, ana, answer(true, "")), "err.moderation.own")
	wants(t, "without words", do(t, db, bob, answer(false, "")), "err.moderation.words")
	storetest.Update(t, db, bob, answer(true, ""))
	wants(t, "answered twice", do(t, db, bob, answer(false, "non")), "err.moderation.decided")
	if n := total(t, db, visitor); n != 1 {
		t.Error("not back")
	}
	if keys := told(t, db, lea); len(keys) == 0 || keys[0] != "notify.moderation_appeal_undone" {
		t.Errorf("told %v", keys)
	}
	clock.Add(time.Hour)
	hide(t, db, bob, ref) // another decision: asked again
	storetest.Update(t, db, lea, ask("Vraiment"))
	list = appeals(t, db, ana)
	storetest.Update(t, db, ana, answer(false, "La date est fausse."))
	storetest.View(t, db, lea, func(tx *store.Tx) error {
		a, ok, err := moderation.AppealOf(tx, ref)
		if !ok || !a.Done || a.Undone || a.Answer != "La date est fausse." {
			t.Errorf("its author reads %+v", a)
		}
		return err
	})
	if n := total(t, db, visitor); n != 0 {
		t.Error("back though it was kept")
	}
	wants(t, "after the answer", do(t, db, lea, ask("Encore")), "err.moderation.appealed")
}

func TestMD1_WhatIsPutBackOrGoneWaitsForNoOpinion(t *testing.T) {
	db, _ := storetest.Open(t)
	ref, other := thing(t, db), thing(t, db)
	for _, r := range []store.Ref{ref, other} {
		hide(t, db, ana, r)
		storetest.Update(t, db, lea, func(tx *store.Tx) error { return moderation.AskAgain(tx, r, lea.ID, "Si") })
	}
	storetest.Update(t, db, bob, func(tx *store.Tx) error { return moderation.Show(tx, ref, lea.ID) })
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return listing.Withdraw(tx, other) })
	if list := appeals(t, db, bob); len(list) != 0 {
		t.Errorf("still waiting: %+v", list)
	}
}

func TestMD1_WhatIsHiddenByReportsAloneWaitsForItsDecision(t *testing.T) {
	db, _ := storetest.Open(t)
	ref := thing(t, db)
	for _, id := range []string{"tom", "zoe", "max"} {
		report(t, db, ref, resident(id), "wrong", "")
	}
	err := do(t, db, lea, func(tx *store.Tx) error { return moderation.AskAgain(tx, ref, lea.ID, "Si") })
	wants(t, "pending", err, "err.moderation.appeal_nothing")
}

func TestMD1_ARefusedProposalIsReadByAnother(t *testing.T) {
	db, _ := storetest.Open(t)
	id, code, err := propose(t, db, "Loto", phone)
	if err != nil {
		t.Fatal(err)
	}
	again := func(tx *store.Tx) error { return moderation.ProposeAgain(tx, code, "C'est ici.", phone) }
	refuse := func(tx *store.Tx) error { return moderation.Refuse(tx, id, "not_here", "") }
	wants(t, "while it waits", do(t, db, visitor, again), "err.moderation.appeal_nothing")
	storetest.Update(t, db, ana, refuse)
	storetest.Update(t, db, visitor, again)
	wants(t, "the same moderator", do(t, db, ana, refuse), "err.moderation.first")
	storetest.Update(t, db, bob, refuse)
	wants(t, "a third time", do(t, db, visitor, again), "err.moderation.appealed")
	storetest.View(t, db, visitor, func(tx *store.Tx) error {
		p, err := moderation.Follow(tx, code)
		if p.State != moderation.Refused || p.Appeal != "C'est ici." || string(p.Payload) != `{"title":"x"}` {
			t.Errorf("%+v", p)
		}
		return err
	})
}

func TestMD1_AHeldThingIsReadByAnother(t *testing.T) {
	db, _ := storetest.Open(t)
	ref := store.Ref{Module: "ads", ID: store.NewID()}
	no := func(tx *store.Tx) error {
		return moderation.TurnDown(tx, ref, lea.ID, listing.KindOffer, "incomplete", "")
	}
	again := func(tx *store.Tx) error { return moderation.HoldAgain(tx, ref, lea.ID, "Le numéro y est.") }
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return moderation.Hold(tx, ref, "Chiots") })
	wants(t, "while it waits", do(t, db, lea, again), "err.moderation.appeal_nothing")
	storetest.Update(t, db, ana, no)
	wants(t, "somebody else", do(t, db, resident("tom"), again), "err.not_found")
	storetest.Update(t, db, lea, again)
	wants(t, "the same moderator", do(t, db, ana, no), "err.moderation.first")
	storetest.Update(t, db, bob, no)
	wants(t, "a third time", do(t, db, lea, again), "err.moderation.appealed")
}

func TestMD2_WhoAnswersForTheThingDecidesNothing(t *testing.T) {
	db, _ := storetest.Open(t)
	ref := thing(t, db)
	for name, verb := range map[string]func(*store.Tx) error{
		"hide":    func(tx *store.Tx) error { return moderation.Hide(tx, ref, lea.ID, wrong) },
		"show":    func(tx *store.Tx) error { return moderation.Show(tx, ref, lea.ID) },
		"dismiss": func(tx *store.Tx) error { return moderation.Dismiss(tx, ref, lea.ID) },
		"remove":  func(tx *store.Tx) error { return moderation.AskRemoval(tx, ref, lea.ID, wrong) },
	} {
		err := do(t, db, ana, func(tx *store.Tx) error {
			tx.Entrust(ref)
			return verb(tx)
		})
		wants(t, name, err, "err.moderation.own")
	}
}

func TestMD1_AnAppealThatWaitsOutlivesASecondDecision(t *testing.T) {
	db, clock := storetest.Open(t)
	ref := thing(t, db)
	storetest.Update(t, db, ana, func(tx *store.Tx) error { return moderation.AskRemoval(tx, ref, lea.ID, wrong) })
	ask := func(tx *store.Tx) error { return moderation.AskAgain(tx, ref, lea.ID, "Mais si") }
	storetest.Update(t, db, lea, ask)
	clock.Add(time.Minute)
	hide(t, db, bob, ref)
	confirm := func(tx *store.Tx) error { return moderation.Confirm(tx, ref, lea.ID, withdraw) }
	wants(t, "removed over an appeal", do(t, db, bob, confirm), "err.moderation.appeal_waits")
	list := appeals(t, db, bob)
	if len(list) != 1 || !list[0].Mine {
		t.Fatalf("for who decided since: %+v", list)
	}
	err := do(t, db, bob, func(tx *store.Tx) error { return moderation.Answer(tx, list[0].ID, lea.ID, false, "Non") })
	wants(t, "who decided since answers", err, "err.moderation.own")
	storetest.Update(t, db, lea, ask) // about the second, with new words
	if list := appeals(t, db, store.Actor{ID: "eve", Role: store.Moderator}); len(list) != 1 {
		t.Errorf("asked about both: %+v", list)
	}
}

func TestMD1_ASecondSuspensionIsAskedAboutToo(t *testing.T) {
	db, clock := storetest.Open(t, account.Personal)
	withCharter(t, db)
	tom := member(t, db, clock, "tom", store.Resident, 8*24*time.Hour)
	ref := store.Ref{Module: moderation.Person, ID: tom.ID}
	suspend := func(tx *store.Tx) error {
		return moderation.Suspend(tx, tom.ID, 2, moderation.Cause{Reason: "insult", Text: "Mots"})
	}
	ask := func(tx *store.Tx) error { return moderation.AskAgain(tx, ref, tom.ID, "Ce n'est pas moi") }
	storetest.Update(t, db, ana, suspend)
	storetest.Update(t, db, tom, ask) // nobody answers before it is over
	clock.Add(3 * 24 * time.Hour)
	storetest.Update(t, db, bob, suspend)
	if list := appeals(t, db, ana); len(list) != 0 {
		t.Errorf("the first still waits: %+v", list)
	}
	storetest.Update(t, db, tom, ask)
	if list := appeals(t, db, bob); len(list) != 1 || !list[0].Mine {
		t.Errorf("for who decided: %+v", list)
	}
}
