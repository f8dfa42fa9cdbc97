package account_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/storetest"
)

// paris is an instant on the village's clocks.
func paris(t *testing.T, s string) time.Time {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.ParseInLocation("2006-01-02 15:04:05", s, zone)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// amend publishes a text as the next version.
func amend(t *testing.T, db *store.DB, body string, a account.Amendment) error {
	t.Helper()
	return db.Update(store.As(t.Context(), operator), func(tx *store.Tx) error {
		if err := account.Draft(tx, body, "Article 4 plus clair"); err != nil {
			return err
		}
		d, err := account.DraftOf(tx)
		if err != nil {
			return err
		}
		a.Version = d.Version
		return account.Amend(tx, a)
	})
}

func charter(t *testing.T, db *store.DB) (c account.Charter) {
	t.Helper()
	storetest.View(t, db, store.Actor{}, func(tx *store.Tx) (err error) {
		c, err = account.CharterOf(tx)
		return err
	})
	return c
}

func TestAC2_ANewCharterIsAcceptedWithinItsDelay(t *testing.T) {
	db, desk, clock := open(t)
	clock.Set(paris(t, "2026-03-03 10:00:00"))
	register(t, desk, ana())
	s, token, err := desk.SignIn(t.Context(), account.Arrival{Login: "ana", Password: good, Source: "x"})
	if err != nil {
		t.Fatal(err)
	}
	clock.Set(paris(t, "2026-04-10 18:00:00"))
	if err := amend(t, db, charter(t, db).Body+"\n\n# Article 4\nSoyons aimables, même fatigués.", account.Amendment{Days: 30}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		at  string
		bar account.Bar
	}{
		{"2026-04-10 18:00:00", account.NotBarred},
		{"2026-05-10 23:59:59", account.NotBarred}, // through 10 May she may act as before
		{"2026-05-11 00:00:00", account.BarCharter},
		{"2026-05-30 00:00:00", account.BarCharter},
	} {
		clock.Set(paris(t, c.at))
		got := standing(t, db, token)
		if got.Standing.Bar != c.bar || got.Standing.CharterDue.IsZero() {
			t.Errorf("on %s: %+v", c.at, got.Standing)
		}
	}
	clock.SetQuality(store.ClockNone)
	if got := standing(t, db, token); got.Standing.Bar != account.NotBarred {
		t.Error("late by a guess of the time")
	}
	clock.SetQuality(store.ClockConfirmed)
	storetest.Update(t, db, s.Actor, func(tx *store.Tx) error { return account.Accept(tx, 2) })
	if got := standing(t, db, token); got.Standing.Bar != account.NotBarred || !got.Standing.CharterDue.IsZero() {
		t.Errorf("after accepting: %+v", got.Standing)
	}
	storetest.View(t, db, s.Actor, func(tx *store.Tx) error { // both acceptances stay on record
		list, err := account.Acceptances(tx)
		if len(list) != 2 || list[0].Name != "1" || list[1].Name != "2" || !list[0].At.Equal(paris(t, "2026-03-03 10:00:00")) {
			t.Errorf("on record: %+v", list)
		}
		return err
	})
}

// TestAC2_TheFirstDelayMissedCounts: a third version, with a longer delay, does
// not give more time for the second.
func TestAC2_TheFirstDelayMissedCounts(t *testing.T) {
	db, desk, clock := open(t)
	_, token := person(t, desk, "ana", store.Resident)
	first := clock.Now()
	for _, days := range []int{10, 60} {
		if err := amend(t, db, charter(t, db).Body+"\n\nEncore.", account.Amendment{Days: days}); err != nil {
			t.Fatal(err)
		}
	}
	clock.Set(first.Add(12 * 24 * time.Hour))
	if got := standing(t, db, token); got.Standing.Bar != account.BarCharter {
		t.Errorf("%+v", got.Standing)
	}
}

func TestAC3_ACorrectionAsksNobody(t *testing.T) {
	db, desk, clock := open(t)
	_, token := person(t, desk, "ana", store.Resident)
	if err := amend(t, db, charter(t, db).Body+"\n\nDeux.", account.Amendment{Days: 30}); err != nil {
		t.Fatal(err)
	}
	late, lateToken := person(t, desk, "late", store.Resident) // accepts version 2 on paper
	if err := amend(t, db, strings.Replace(charter(t, db).Body, "Deux.", "Deux !", 1), account.Amendment{Correction: true}); err != nil {
		t.Fatal(err)
	}
	clock.Add(40 * 24 * time.Hour)
	if got := standing(t, db, lateToken); got.Standing.Bar != account.NotBarred || !got.Standing.CharterDue.IsZero() {
		t.Errorf("a correction is to be accepted again: %+v", got.Standing)
	}
	if got := standing(t, db, token); got.Standing.Bar != account.BarCharter {
		t.Errorf("a correction forgives the version before: %+v", got.Standing)
	}
	storetest.View(t, db, late.Actor, func(tx *store.Tx) error {
		list, err := account.Versions(tx)
		var names []string
		for _, c := range list {
			names = append(names, c.Name())
		}
		if !slices.Equal(names, []string{"2.1", "2", "1"}) || !list[0].Correction() {
			t.Errorf("history: %v", names)
		}
		c, before, e := account.VersionOf(tx, 3)
		if e != nil || c.Name() != "2.1" || before.Name() != "2" {
			t.Errorf("version 3 = %s after %s (%v)", c.Name(), before.Name(), e)
		}
		if _, _, e := account.VersionOf(tx, 4); store.KindOf(e) != store.NotFound {
			t.Errorf("version 4: %v", e)
		}
		return err
	})
}

func TestWhatMayNotBePublished(t *testing.T) {
	db, desk, clock := open(t)
	mod, _ := person(t, desk, "mod", store.Moderator)
	body := charter(t, db).Body
	err := db.Update(store.As(t.Context(), mod.Actor), func(tx *store.Tx) error { return account.Draft(tx, body, "") })
	if store.KindOf(err) != store.Forbidden {
		t.Errorf("a moderator writes the charter: %v", err)
	}
	fails(t, amend(t, db, body, account.Amendment{Days: 30}), "err.account.charter_same")
	fails(t, amend(t, db, "Soyez gentils.", account.Amendment{Days: 30}), "err.account.charter_short")
	fails(t, amend(t, db, body+"x", account.Amendment{Days: account.MinAcceptDays - 1}), "err.account.charter_days")
	fails(t, amend(t, db, body+"x", account.Amendment{Days: account.MaxAcceptDays + 1}), "err.account.charter_days")
	clock.SetQuality(store.ClockNone)
	fails(t, amend(t, db, body+"x", account.Amendment{Days: 30}), "err.account.charter_clock")
	if c := charter(t, db); c.Version != 1 {
		t.Errorf("version %d is in force", c.Version)
	}
}

// TestNobodyAcceptsWhatTheyWereNotShown: a version published between the page
// and its form is shown first.
func TestNobodyAcceptsWhatTheyWereNotShown(t *testing.T) {
	db, desk, _ := open(t)
	s, _ := person(t, desk, "ana", store.Resident)
	if err := amend(t, db, charter(t, db).Body+"\n\nDeux.", account.Amendment{Days: 30}); err != nil {
		t.Fatal(err)
	}
	err := db.Update(store.As(t.Context(), s.Actor), func(tx *store.Tx) error { return account.Accept(tx, 1) })
	fails(t, err, "err.account.charter_moved")
}

// TestALineOfTheLogNamesItsDecision, both ways, and neither can be rewritten.
func TestALineOfTheLogNamesItsDecision(t *testing.T) {
	db, _, _ := open(t)
	ground := store.Ref{Module: "vote", ID: store.NewID()}
	if err := amend(t, db, charter(t, db).Body+"\n\nDeux.", account.Amendment{Days: 30, Ground: ground}); err != nil {
		t.Fatal(err)
	}
	storetest.View(t, db, store.Actor{}, func(tx *store.Tx) error {
		lines, err := account.LogsOf(tx, ground)
		if len(lines) != 1 || lines[0].Act != account.ActCharterNew || lines[0].Ground != ground {
			t.Errorf("lines of the decision: %+v", lines)
		}
		latest, e := account.LogBefore(tx, 0, 5)
		if e != nil || latest[0].Ground != ground || latest[1].Ground.ID != "" {
			t.Errorf("log: %+v (%v)", latest, e)
		}
		if e := account.VerifyLog(tx); e != nil {
			t.Error(e)
		}
		return err
	})
	for _, statement := range []string{"UPDATE account_log_grounds SET ref = 'x'", "DELETE FROM account_log_grounds"} {
		err := db.Update(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Exec(statement)
			return err
		})
		if err == nil {
			t.Errorf("%s was done", statement)
		}
	}
}
