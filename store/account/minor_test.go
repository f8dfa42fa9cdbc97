package account_test

import (
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/storetest"
)

// young is somebody born on 1 July 2011, on 1 June 2026.
func young() account.Registration {
	r := ana()
	r.Fifteen, r.Birth = false, account.Birth{Year: 2011, Month: 7}
	return r
}

func isMinor(t *testing.T, db *store.DB, id string) (minor bool) {
	t.Helper()
	storetest.View(t, db, store.Actor{}, func(tx *store.Tx) (err error) {
		minor, err = account.IsMinor(tx, id)
		return err
	})
	return minor
}

// runJobs runs what the module does by itself.
func runJobs(t *testing.T, db *store.DB) {
	t.Helper()
	for _, j := range account.Jobs {
		storetest.Update(t, db, store.Actor{}, j.Run)
	}
}

func TestAC6_AChildWaitsForAParentOrForTheBirthday(t *testing.T) {
	db, desk, clock := open(t)
	clock.Set(paris(t, "2026-06-01 10:00:00"))
	_, token, err := desk.Register(t.Context(), young())
	if err != nil {
		t.Fatal(err)
	}
	s := standing(t, db, token)
	if s.Standing.Bar != account.BarParent || s.Standing.Alone || !s.Standing.Minor {
		t.Fatalf("14 years 11 months: %+v", s.Standing)
	}
	err = db.Update(store.As(t.Context(), s.Actor), account.ComeOfAge)
	fails(t, err, "err.account.not_yet")
	for _, at := range []string{"2026-06-30 23:59:59", "2026-07-01 00:00:00"} {
		clock.Set(paris(t, at))
		runJobs(t, db)
	}
	if s = standing(t, db, token); s.Standing.Bar != account.BarParent || !s.Standing.Alone {
		t.Fatalf("on the birthday: %+v", s.Standing)
	}
	storetest.View(t, db, s.Actor, func(tx *store.Tx) error {
		m, ok, err := account.MinorityOf(tx, s.Actor.ID)
		if !ok || m.Fifteenth != "" {
			t.Errorf("the month is still kept: %+v", m)
		}
		return err
	})
	storetest.Update(t, db, s.Actor, account.ComeOfAge)
	if s = standing(t, db, token); s.Standing.Bar != account.NotBarred || s.Standing.Minor {
		t.Errorf("confirmed alone: %+v", s.Standing)
	}
}

func TestAC6_AnOperatorSeesTheSheetAParentSigned(t *testing.T) {
	db, desk, clock := open(t)
	clock.Set(paris(t, "2026-06-01 10:00:00"))
	_, token, err := desk.Register(t.Context(), young())
	if err != nil {
		t.Fatal(err)
	}
	s := standing(t, db, token)
	mod, _ := person(t, desk, "mod", store.Moderator)
	agree := func(by store.Actor, id string) error {
		return db.Update(store.As(t.Context(), by), func(tx *store.Tx) error { return account.Agree(tx, id) })
	}
	if err := agree(mod.Actor, s.Actor.ID); store.KindOf(err) != store.Forbidden {
		t.Errorf("a moderator agrees for a parent: %v", err)
	}
	fails(t, agree(operator, mod.Actor.ID), "err.account.no_minor")
	if err := agree(operator, s.Actor.ID); err != nil {
		t.Fatal(err)
	}
	if s = standing(t, db, token); s.Standing.Bar != account.NotBarred || !s.Standing.Minor {
		t.Errorf("a parent agreed: %+v", s.Standing)
	}
	err = db.Update(store.As(t.Context(), operator), func(tx *store.Tx) error { return account.SetRole(tx, s.Actor.ID, store.Moderator) })
	fails(t, err, "err.account.minor_role")
	clock.Set(paris(t, "2026-07-01 00:00:00"))
	if isMinor(t, db, s.Actor.ID) {
		t.Error("the limits hold until the job runs")
	}
	clock.SetQuality(store.ClockNone)
	if !isMinor(t, db, s.Actor.ID) {
		t.Error("the limits end by a guess of the time")
	}
	clock.SetQuality(store.ClockConfirmed)
	runJobs(t, db)
	storetest.View(t, db, s.Actor, func(tx *store.Tx) error {
		n, err := store.One(tx, store.Scan[int], "SELECT count(*) FROM account_minors")
		if n != 0 {
			t.Error("who turned 15 is still on record as a minor")
		}
		return err
	})
}

func TestAC6_WhatAMonthOfBirthMayBe(t *testing.T) {
	_, desk, clock := open(t)
	clock.Set(paris(t, "2026-06-01 10:00:00"))
	for name, c := range map[string]struct {
		birth account.Birth
		key   string
	}{
		"none":       {account.Birth{}, "err.account.under_fifteen"},
		"15 already": {account.Birth{Year: 2011, Month: 5}, "err.account.is_fifteen"},
		"this month": {account.Birth{Year: 2011, Month: 6}, "err.account.is_fifteen"},
		"no month":   {account.Birth{Year: 2011, Month: 13}, "err.account.birth"},
		"no year":    {account.Birth{Month: 7}, "err.account.is_fifteen"},
		"a baby":     {account.Birth{Year: 2021, Month: 7}, "err.account.birth"},
		"not born":   {account.Birth{Year: 2031, Month: 1}, "err.account.birth"},
	} {
		t.Run(name, func(t *testing.T) {
			r := young()
			r.Birth = c.birth
			_, _, err := desk.Register(t.Context(), r)
			fails(t, err, c.key)
		})
	}
}

// TestAC6_AtTheDesk: with the child and the parent before them, an operator
// does it all at once, and makes no child a moderator.
func TestAC6_AtTheDesk(t *testing.T) {
	db, desk, clock := open(t)
	clock.Set(paris(t, "2026-06-01 10:00:00"))
	ctx := store.As(t.Context(), operator)
	n := account.NewPerson{Login: "lou", Name: "Lou", Role: store.Moderator, OnPaper: true, Birth: account.Birth{Year: 2013, Month: 2}, Agreed: true}
	_, _, err := desk.Add(ctx, n)
	fails(t, err, "err.account.minor_role")
	n.Role = store.Resident
	p, _, err := desk.Add(ctx, n)
	if err != nil {
		t.Fatal(err)
	}
	if !isMinor(t, db, p.ID) {
		t.Error("no minor")
	}
	storetest.View(t, db, operator, func(tx *store.Tx) error {
		m, _, err := account.MinorityOf(tx, p.ID)
		if m.AgreedAt.IsZero() || m.Fifteenth != "2028-02" {
			t.Errorf("%+v", m)
		}
		return err
	})
}

// TestAC6_WhoWaitsInVainIsForgotten: an account nobody confirmed is erased after
// ninety days, not before, and no other is.
func TestAC6_WhoWaitsInVainIsForgotten(t *testing.T) {
	db, desk, clock := open(t)
	clock.Set(paris(t, "2026-04-01 10:00:00"))
	waiting, _, err := desk.Register(t.Context(), young())
	if err != nil {
		t.Fatal(err)
	}
	n := account.NewPerson{Login: "max", Name: "Max", Role: store.Resident, OnPaper: true, Birth: account.Birth{Year: 2013, Month: 2}, Agreed: true}
	agreed, _, err := desk.Add(store.As(t.Context(), operator), n)
	if err != nil {
		t.Fatal(err)
	}
	there := func(id string) bool {
		t.Helper()
		runJobs(t, db)
		err := db.View(t.Context(), func(tx *store.Tx) error {
			_, err := account.ByID(tx, id)
			return err
		})
		return store.KindOf(err) != store.NotFound
	}
	clock.Add(account.WaitFor - time.Second)
	if !there(waiting.Actor.ID) {
		t.Error("gone too soon")
	}
	clock.Add(time.Second)
	if there(waiting.Actor.ID) {
		t.Error("kept for ever")
	}
	if !there(agreed.ID) {
		t.Error("who has a parent's agreement is gone")
	}
	storetest.View(t, db, operator, func(tx *store.Tx) error {
		left, err := account.Erasures(tx)
		if len(left) != 1 || left[0].How != store.EraseAll {
			t.Errorf("%+v", left)
		}
		return err
	})
}
