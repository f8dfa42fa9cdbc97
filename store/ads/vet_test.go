package ads_test

import (
	"encoding/json"
	"strings"
	"testing"

	"copi.local/store"
	"copi.local/store/ads"
	"copi.local/store/category"
	"copi.local/store/listing"
	"copi.local/store/moderation"
	"copi.local/store/storetest"
)

// kittens is an ad of a category whose ads are read first.
func kittens() ads.Ad {
	a := bike()
	a.Verb, a.Title, a.Category, a.Price = ads.Give, "Chatons à donner, vélo en plus", "animaux", nil
	return a
}

// state is where an ad stands.
func state(t *testing.T, db *store.DB, id string) ads.State {
	t.Helper()
	a, _ := get(t, db, lea, id)
	return a.State
}

func TestPA7_SomeCategoriesAreReadFirst(t *testing.T) {
	db, _ := storetest.Open(t, ads.Personal)
	storetest.View(t, db, visitor, func(tx *store.Tx) error {
		for _, key := range []string{"animaux", "chasse", "sante", "boissons", "travail"} {
			c, err := category.Get(tx, category.Ads, key)
			if err != nil || !c.Vetted || c.Warning == "" {
				t.Errorf("%s: %+v %v", key, c, err)
			}
		}
		c, err := category.Get(tx, category.Ads, "velos")
		if c.Vetted || c.Warning != "" {
			t.Errorf("bikes: %+v", c)
		}
		return err
	})
	a := kittens()
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return ads.Publish(tx, &a) })
	if a.State != ads.Waiting || listed(t, db, lea, &a) {
		t.Fatalf("published as %q", a.State)
	}
	for who, want := range map[store.Actor]store.Kind{visitor: store.NotFound, paul: store.NotFound, mo: store.Internal, lea: store.Internal} {
		if _, kind := get(t, db, who, a.ID); kind != want {
			t.Errorf("%s reads it: %v", who.ID, kind)
		}
	}
	for _, who := range []store.Actor{visitor, paul, lea} {
		if err := as(t, db, who, func(tx *store.Tx) error { return ads.Accept(tx, a.ID) }); err == nil {
			t.Errorf("%q accepted it", who.ID)
		}
	}
	storetest.Update(t, db, mo, func(tx *store.Tx) error { return ads.Accept(tx, a.ID) })
	if state(t, db, a.ID) != ads.Available || !listed(t, db, visitor, &a) {
		t.Error("accepted, and not there")
	}
	b := bike()
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return ads.Publish(tx, &b) })
	if b.State != ads.Available {
		t.Errorf("a bike: %q", b.State)
	}
}

func TestPA7_NobodyReadsTheirOwn(t *testing.T) {
	db, _ := storetest.Open(t, ads.Personal)
	a := kittens()
	storetest.Update(t, db, mo, func(tx *store.Tx) error { return ads.Publish(tx, &a) })
	if err := as(t, db, mo, func(tx *store.Tx) error { return ads.Accept(tx, a.ID) }); store.KindOf(err) != store.Forbidden {
		t.Errorf("their own: %v", err)
	}
}

func TestPA7_NoWayAroundTheModerators(t *testing.T) {
	db, clock := storetest.Open(t, ads.Personal)
	a := kittens()
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return ads.Publish(tx, &a) })
	no := func(tx *store.Tx) error { return ads.Refuse(tx, a.ID, "incomplete", "L'âge manque.") }
	storetest.Update(t, db, mo, no)
	hidden := func(what string, did error) {
		t.Helper()
		if s := state(t, db, a.ID); s == ads.Available || s == ads.Reserved || listed(t, db, lea, &a) {
			t.Errorf("%s (%v) shows it: %q", what, did, s)
		}
	}
	hidden("refused", nil)
	mark := func(to ads.State) error {
		return as(t, db, lea, func(tx *store.Tx) error { return ads.Mark(tx, a.ID, to) })
	}
	hidden("reserved", mark(ads.Reserved))
	hidden("available", mark(ads.Available))
	hidden("gone", mark(ads.Gone))
	hidden("back from gone", mark(ads.Available))
	clock.Add(31 * day)
	for _, j := range ads.Jobs {
		_ = as(t, db, store.Actor{}, j.Run)
	}
	hidden("over", nil)
	hidden("renewed", as(t, db, lea, func(tx *store.Tx) error { return ads.Renew(tx, a.ID) }))
	same := a
	hidden("edited without a change", as(t, db, lea, func(tx *store.Tx) error { return ads.Edit(tx, &same) }))
	waits := func() (n int) {
		storetest.View(t, db, mo, func(tx *store.Tx) error {
			l, err := moderation.LoadOf(tx)
			n = l.Held
			return err
		})
		return n
	}
	if waits() != 0 {
		t.Error("the same words wait again")
	}
	better := a
	better.Text += " Dix semaines."
	hidden("changed", as(t, db, lea, func(tx *store.Tx) error { return ads.Edit(tx, &better) }))
	if waits() != 1 {
		t.Error("changed words do not wait again")
	}
	storetest.Update(t, db, mo, func(tx *store.Tx) error { return ads.Accept(tx, a.ID) })
	if state(t, db, a.ID) != ads.Available {
		t.Error("accepted, and not there")
	}
	better.Text += " Et un caniche."
	hidden("changed after it was read", as(t, db, lea, func(tx *store.Tx) error { return ads.Edit(tx, &better) }))
	better.Category = "jardin"
	if err := as(t, db, lea, func(tx *store.Tx) error { return ads.Edit(tx, &better) }); err != nil || state(t, db, a.ID) != ads.Available || waits() != 0 {
		t.Errorf("elsewhere it waits for nobody: %v %q %d", err, state(t, db, a.ID), waits())
	}
	better.Category = "animaux"
	hidden("put back among animals", as(t, db, lea, func(tx *store.Tx) error { return ads.Edit(tx, &better) }))
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return ads.Remove(tx, a.ID) })
	if waits() != 0 {
		t.Error("removed, and still in the queue")
	}
}

func TestPA3_ContactsAreNeitherOnTheCardNorInTheBody(t *testing.T) {
	db, _ := storetest.Open(t, ads.Personal)
	a := bike()
	a.Masked = true
	a.Title, a.Text = "Vélo 06 12 34 56 78", strings.Repeat("x ", 74)+"06 12 34 56 78 lea@example.org"
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return ads.Publish(tx, &a) })
	look := func(who store.Actor) string {
		var b strings.Builder
		storetest.View(t, db, who, func(tx *store.Tx) error {
			c, err := listing.ByRef(tx, a.Ref())
			if err != nil {
				return err
			}
			body, err := listing.BodyOf(tx, c)
			text, _ := json.Marshal([]any{c, body})
			b.Write(text)
			return err
		})
		return b.String()
	}
	for _, who := range []store.Actor{visitor, lea} {
		if text := look(who); strings.Contains(text, "06 12") || strings.Contains(text, "example") {
			t.Errorf("%q finds %s", who.ID, text)
		}
	}
	storetest.View(t, db, visitor, func(tx *store.Tx) error {
		res, err := listing.Find(tx, listing.Query{Q: "0612345678 OR example"})
		if res.Total != 0 {
			t.Error("search finds it by its number")
		}
		return err
	})
	storetest.View(t, db, lea, func(tx *store.Tx) error {
		out, err := ads.Personal.Export(tx, lea.ID)
		text, _ := json.Marshal(out)
		if !strings.Contains(string(text), "06 12 34 56 78") {
			t.Error("their own copy lacks it")
		}
		return err
	})
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return ads.Mark(tx, a.ID, ads.Gone) })
	if bare, _ := get(t, db, paul, a.ID); strings.Contains(bare.Title, "06") {
		t.Errorf("gone, it still says %q", bare.Title)
	}
	a.Masked = false
	storetest.Update(t, db, lea, func(tx *store.Tx) error {
		if err := ads.Mark(tx, a.ID, ads.Available); err != nil {
			return err
		}
		return ads.Edit(tx, &a)
	})
	if !strings.Contains(look(visitor), "06 12 34 56 78") {
		t.Error("ticked off, and not there")
	}
}
