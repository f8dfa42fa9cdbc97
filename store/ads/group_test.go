package ads_test

import (
	"testing"

	"copi.local/store"
	"copi.local/store/ads"
	"copi.local/store/listing"
	"copi.local/store/storetest"
)

const forest = "f0rest0000000000"

// TestAnAdOfAGroup: for its members alone, none but they see it, standing or
// over; turned wider, everybody it is for; and with a group that closes it goes.
func TestAnAdOfAGroup(t *testing.T) {
	db, _, a := village(t)
	a.Audience, a.Group = listing.Group, forest
	if err := as(t, db, lea, func(tx *store.Tx) error { return ads.Edit(tx, &a) }); store.KindOf(err) != store.Invalid {
		t.Errorf("Léa does not belong: %v", err)
	}
	b := bike()
	b.Audience, b.Group = listing.Group, forest
	if err := as(t, db, paul, func(tx *store.Tx) error { return ads.Publish(tx, &b) }); store.KindOf(err) != store.Invalid {
		t.Errorf("nor does Paul: %v", err)
	}
	storetest.Update(t, db, mo, func(tx *store.Tx) error {
		for _, who := range []store.Actor{lea, paul} {
			if err := listing.Admit(tx, forest, who.ID); err != nil {
				return err
			}
		}
		return listing.Regroup(tx, forest, listing.Public)
	})
	ziad := store.Actor{ID: "ziad", Role: store.Resident}
	change := func(do func(*store.Tx) error) {
		t.Helper()
		storetest.Update(t, db, lea, do)
	}
	seen := func(step, want string) {
		t.Helper()
		got := ""
		for _, who := range []store.Actor{visitor, ziad, keeper, paul, lea} {
			if _, kind := get(t, db, who, a.ID); kind != store.NotFound {
				got += who.ID + " "
			}
			if (who == visitor || who == ziad || who == paul) && listed(t, db, who, &a) && a.Audience == listing.Group {
				t.Errorf("%s: in a list of %q", step, who.ID)
			}
		}
		if got != want {
			t.Errorf("%s: seen by %s", step, got)
		}
	}
	change(func(tx *store.Tx) error { return ads.Edit(tx, &a) })
	seen("for the members", "paul lea ")
	if got, _ := get(t, db, paul, a.ID); got.Audience != listing.Group || got.Group != forest || got.Text == "" {
		t.Errorf("a member reads %+v", got)
	}
	change(func(tx *store.Tx) error { return ads.Mark(tx, a.ID, ads.Gone) })
	seen("gone", "paul lea ")
	change(func(tx *store.Tx) error { return ads.Mark(tx, a.ID, ads.Available) })
	a.Audience = listing.Public
	change(func(tx *store.Tx) error { return ads.Edit(tx, &a) })
	seen("for everybody", " ziad keeper paul lea ")
	change(func(tx *store.Tx) error { return listing.Regroup(tx, forest, listing.Group) })
	seen("of a group that closed", "paul lea ")
	change(func(tx *store.Tx) error { return ads.Mark(tx, a.ID, ads.Gone) })
	seen("of a group that closed, and gone", "paul lea ")
}

// TestAnAdOfAGroupThatIsTakenAway goes with it when it was for its members, and
// else stays as it was seen.
func TestAnAdOfAGroupThatIsTakenAway(t *testing.T) {
	db, _, _ := village(t)
	inside, open := bike(), bike()
	storetest.Update(t, db, lea, func(tx *store.Tx) error {
		if err := listing.Admit(tx, forest, lea.ID); err != nil {
			return err
		}
		if err := listing.Regroup(tx, forest, listing.Members); err != nil {
			return err
		}
		inside.Audience = listing.Group
		for _, a := range []*ads.Ad{&inside, &open} {
			a.Group = forest
			if err := ads.Publish(tx, a); err != nil {
				return err
			}
		}
		if err := ads.Ungroup(tx, forest); err != nil {
			return err
		}
		return listing.Disband(tx, forest)
	})
	if _, kind := get(t, db, lea, inside.ID); kind != store.NotFound {
		t.Error("an ad for the members of no group is left")
	}
	if _, kind := get(t, db, visitor, open.ID); kind != store.NotFound {
		t.Error("what residents read is open to everybody")
	}
	if a, kind := get(t, db, paul, open.ID); kind == store.NotFound || a.Group != "" || a.Audience != listing.Members {
		t.Errorf("what residents read is now %+v", a)
	}
}
