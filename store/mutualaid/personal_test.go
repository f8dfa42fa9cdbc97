package mutualaid_test

import (
	"encoding/json"
	"strings"
	"testing"

	"copi.local/store"
	"copi.local/store/mutualaid"
	"copi.local/store/storetest"
)

// holding is what the module gives an account back, as JSON.
func holding(t testing.TB, db *store.DB, who store.Actor) string {
	t.Helper()
	var text []byte
	storetest.View(t, db, who, func(tx *store.Tx) error {
		v, err := mutualaid.Personal.Export(tx, who.ID)
		if err == nil && v != nil {
			text, err = json.Marshal(v)
		}
		return err
	})
	return string(text)
}

// leave erases an account.
func leave(t testing.TB, db *store.DB, who store.Actor, how store.Erasure) {
	t.Helper()
	storetest.Update(t, db, who, func(tx *store.Tx) error { return mutualaid.Personal.Erase(tx, who.ID, how) })
}

func TestAPersonGetsBackTheirWordsAndNobodyElses(t *testing.T) {
	db, _ := storetest.Open(t)
	f := add(t, db, lea, need("Porter une armoire"))
	answer(t, db, tom, f.ID, 1)
	if got := holding(t, db, lea); !strings.Contains(got, "Porter une armoire") || strings.Contains(got, "tom") {
		t.Errorf("the author's: %s", got)
	}
	if got := holding(t, db, tom); !strings.Contains(got, "Je peux, tom") {
		t.Errorf("the helper's: %s", got)
	}
	if got := holding(t, db, zoe); got != "" {
		t.Errorf("of who has nothing: %s", got)
	}
}

func TestWhoLeavesGivesBackWhatTheyPromised(t *testing.T) {
	for _, how := range []store.Erasure{store.KeepUnnamed, store.EraseAll} {
		db, _ := storetest.Open(t)
		f := add(t, db, lea, need("Porter une armoire"))
		y := answer(t, db, tom, f.ID, 1)
		wants(t, "choose", try(t, db, lea, func(tx *store.Tx) error { return mutualaid.Choose(tx, f.ID, y.ID) }), "")
		leave(t, db, tom, how)
		if !listed(t, db, f.ID) || told(t, db, lea)[0] != "withdrawn" {
			t.Errorf("listed: %v, the author was told %v", listed(t, db, f.ID), told(t, db, lea))
		}
		if got := holding(t, db, tom); got != "" {
			t.Errorf("still held: %s", got)
		}
		answer(t, db, zoe, f.ID, 1)
		leave(t, db, lea, how)
		if listed(t, db, f.ID) || told(t, db, zoe)[0] != "settled" {
			t.Errorf("a need of who left is listed: %v; who offered was told %v", listed(t, db, f.ID), told(t, db, zoe))
		}
	}
}

func TestThanksStayUnnamed(t *testing.T) {
	db, _ := storetest.Open(t)
	f := add(t, db, lea, need("Porter une armoire"))
	y := answer(t, db, tom, f.ID, 1)
	for _, do := range []struct {
		who store.Actor
		do  func(*store.Tx) error
	}{
		{lea, func(tx *store.Tx) error { return mutualaid.Choose(tx, f.ID, y.ID) }},
		{lea, func(tx *store.Tx) error { return mutualaid.Thank(tx, f.ID, y.ID, "Merci !", true) }},
		{tom, func(tx *store.Tx) error { return mutualaid.Thank(tx, f.ID, y.ID, "De rien.", true) }},
	} {
		wants(t, "thanks", try(t, db, do.who, do.do), "")
	}
	thanks := func() (list []mutualaid.Thanks) {
		storetest.View(t, db, visitor, func(tx *store.Tx) error {
			got, err := mutualaid.Get(tx, f.ID)
			if err != nil {
				return err
			}
			list, err = mutualaid.ThanksOf(tx, &got)
			return err
		})
		return list
	}
	leave(t, db, tom, store.KeepUnnamed)
	leave(t, db, lea, store.KeepUnnamed)
	if got := thanks(); len(got) != 1 || got[0].HelperWord != "De rien." || got[0].Helper != "" || got[0].Asker != "" {
		t.Errorf("thanks: %+v", got)
	}
	if got := holding(t, db, tom) + holding(t, db, lea); got != "" {
		t.Errorf("still held: %s", got)
	}
}
