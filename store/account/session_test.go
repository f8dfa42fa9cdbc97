package account_test

import (
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/storetest"
)

// tokenOf signs someone in and returns the cookie's value.
func tokenOf(t *testing.T, desk *account.Desk, a account.Arrival) string {
	t.Helper()
	_, token, err := desk.SignIn(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func authenticate(t *testing.T, db *store.DB, token string) (s account.Session, err error) {
	t.Helper()
	err = db.View(t.Context(), func(tx *store.Tx) (err error) {
		s, err = account.Authenticate(tx, token)
		return err
	})
	return s, err
}

func TestSessionLifetimes(t *testing.T) {
	db, desk, clock := open(t)
	register(t, desk, ana())
	if _, _, err := desk.Add(store.As(t.Context(), operator), account.NewPerson{
		Login: "mairie", Name: "Secrétariat", Role: store.Operator, Password: good,
	}); err != nil {
		t.Fatal(err)
	}
	resident := tokenOf(t, desk, account.Arrival{Login: "ana", Password: good})
	shared := tokenOf(t, desk, account.Arrival{Login: "ana", Password: good, Shared: true})
	office := tokenOf(t, desk, account.Arrival{Login: "mairie", Password: good})

	alive := func(token string, want bool) account.Session {
		t.Helper()
		s, err := authenticate(t, db, token)
		if want && err != nil {
			t.Fatal(err)
		}
		if !want && store.KindOf(err) != store.Unauthenticated {
			t.Fatalf("session lives on: %+v, %v", s, err)
		}
		return s
	}
	clock.Add(account.OperatorIdle + time.Second)
	s := alive(office, true)
	if !s.Idle || s.Actor.Role != store.Moderator {
		t.Errorf("an idle operator keeps the rights: %+v", s)
	}
	if err := desk.Resume(t.Context(), s, "wrong wrong", "x"); err == nil {
		t.Error("resumed with a wrong passphrase")
	}
	if err := desk.Resume(t.Context(), s, good, "x"); err != nil {
		t.Fatal(err)
	}
	if s = alive(office, true); s.Idle || s.Actor.Role != store.Operator {
		t.Errorf("not resumed: %+v", s)
	}
	clock.Add(account.SharedHours)
	alive(shared, false)
	clock.Add(account.OperatorHours)
	alive(office, false)

	for range 10 { // a visit every 80 days keeps a resident in
		clock.Add(80 * 24 * time.Hour)
		s := alive(resident, true)
		if !s.Stale(clock.Now()) {
			t.Fatal("a visit after 80 days is not written")
		}
		storetest.Update(t, db, s.Actor, func(tx *store.Tx) error {
			_, err := account.Touch(tx, s)
			return err
		})
		clock.Add(23 * time.Hour)
		if s := alive(resident, true); s.Stale(clock.Now()) {
			t.Fatal("written twice in a day")
		}
	}
	clock.Add(account.ResidentDays)
	alive(resident, false)
	if _, err := authenticate(t, db, ""); store.KindOf(err) != store.Unauthenticated {
		t.Errorf("no token: %v", err)
	}
}

func TestSessionsEnd(t *testing.T) {
	db, desk, _ := open(t)
	s := register(t, desk, ana())
	one := tokenOf(t, desk, account.Arrival{Login: "ana", Password: good, Device: "Firefox, Android"})
	two := tokenOf(t, desk, account.Arrival{Login: "ana", Password: good})
	first, _ := authenticate(t, db, one)
	stranger := store.Actor{ID: store.NewID(), Role: store.Resident}
	storetest.Update(t, db, stranger, func(tx *store.Tx) error { return account.End(tx, first.ID) })
	if _, err := authenticate(t, db, one); err != nil {
		t.Fatal("a stranger ended a session")
	}
	storetest.Update(t, db, s.Actor, func(tx *store.Tx) error { return account.End(tx, first.ID) })
	if _, err := authenticate(t, db, one); err == nil {
		t.Error("an ended session lives")
	}
	storetest.Update(t, db, operator, func(tx *store.Tx) error { return account.SetRole(tx, s.Actor.ID, store.Moderator) })
	if _, err := authenticate(t, db, two); err == nil {
		t.Error("a session outlives a change of rights")
	}
}

func TestTokensAreStoredHashed(t *testing.T) {
	db, desk, _ := open(t)
	register(t, desk, ana())
	token := tokenOf(t, desk, account.Arrival{Login: "ana", Password: good})
	storetest.View(t, db, operator, func(tx *store.Tx) error {
		n, err := store.One(tx, store.Scan[int],
			"SELECT count(*) FROM account_sessions WHERE instr(token_hash, ?1) OR id = ?1", token)
		if n != 0 || len(token) != 43 {
			t.Errorf("token %q found %d times", token, n)
		}
		return err
	})
}
