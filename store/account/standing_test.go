package account_test

import (
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/storetest"
)

// standing is what the box finds when somebody comes back with their cookie.
func standing(t *testing.T, db *store.DB, token string) account.Session {
	t.Helper()
	var s account.Session
	storetest.View(t, db, store.Actor{}, func(tx *store.Tx) (err error) {
		s, err = account.Authenticate(tx, token)
		return err
	})
	return s
}

// person makes an account with a role and returns it signed in.
func person(t *testing.T, desk *account.Desk, login string, role store.Role) (s account.Session, token string) {
	t.Helper()
	_, _, err := desk.Add(store.As(t.Context(), operator), account.NewPerson{
		Login: login, Name: login, Role: role, Password: good, OnPaper: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	s, token, err = desk.SignIn(t.Context(), account.Arrival{Login: login, Password: good, Source: "192.0.2.7"})
	if err != nil {
		t.Fatal(err)
	}
	return s, token
}

func suspend(t *testing.T, db *store.DB, by store.Actor, id string, until time.Time, reason string) error {
	t.Helper()
	return db.Update(store.As(t.Context(), by), func(tx *store.Tx) error { return account.Suspend(tx, id, until, reason) })
}

func TestMD5_ASuspensionHasADurationAndEndsByItself(t *testing.T) {
	db, desk, clock := open(t)
	lea, token := person(t, desk, "lea", store.Resident)
	mod, _ := person(t, desk, "mod", store.Moderator)
	end := clock.Now().Add(7 * 24 * time.Hour)
	if err := suspend(t, db, mod.Actor, lea.Actor.ID, end, "Menaces, deux fois."); err != nil {
		t.Fatal(err)
	}
	s := standing(t, db, token)
	if s.Standing.Bar != account.BarSuspended || !s.Standing.Until.Equal(end.Truncate(time.Second)) || s.Standing.Reason != "Menaces, deux fois." {
		t.Fatalf("standing = %+v", s.Standing)
	}
	if e := s.Standing.Err(); store.KindOf(e) != store.Forbidden {
		t.Errorf("may act: %v", e)
	}
	storetest.View(t, db, lea.Actor, func(tx *store.Tx) error { // their data are theirs all the same
		parts, err := account.Export(tx)
		if err == nil && parts[0].Data.(account.Holding).Suspended == nil {
			t.Error("the export does not speak of the suspension")
		}
		return err
	})
	clock.Add(7*24*time.Hour - time.Second)
	if s = standing(t, db, token); s.Standing.Bar == account.NotBarred {
		t.Error("over before its time")
	}
	clock.Add(time.Second)
	if s = standing(t, db, token); s.Standing.Bar != account.NotBarred {
		t.Error("does not end by itself")
	}
}

func TestMD5_ASuspensionDoesNotEndWhileTheTimeIsUnsure(t *testing.T) {
	db, desk, clock := open(t)
	lea, token := person(t, desk, "lea", store.Resident)
	if err := suspend(t, db, operator, lea.Actor.ID, clock.Now().Add(time.Hour), "x"); err != nil {
		t.Fatal(err)
	}
	clock.Add(2 * time.Hour)
	clock.SetQuality(store.ClockNone)
	if s := standing(t, db, token); s.Standing.Bar != account.BarSuspended {
		t.Error("a guess of the time ended it")
	}
}

func TestMD5_WhoMaySuspendWhom(t *testing.T) {
	db, desk, clock := open(t)
	lea, _ := person(t, desk, "lea", store.Resident)
	mod, _ := person(t, desk, "mod", store.Moderator)
	max, _ := person(t, desk, "max", store.Moderator)
	op, _ := person(t, desk, "op1", store.Operator)
	soon := clock.Now().Add(24 * time.Hour)
	for name, c := range map[string]struct {
		by   store.Actor
		whom account.Session
		till time.Time
		why  string
		key  string
	}{
		"a resident":        {lea.Actor, mod, soon, "x", "err.forbidden"},
		"oneself":           {mod.Actor, mod, soon, "x", "err.account.suspend_self"},
		"another moderator": {mod.Actor, max, soon, "x", "err.forbidden"},
		"no reason":         {mod.Actor, lea, soon, "  ", "err.account.suspend_reason"},
		"a long reason":     {mod.Actor, lea, soon, strings.Repeat("x", account.MaxReason+1), "err.account.suspend_long"},
		"already over":      {mod.Actor, lea, clock.Now(), "x", "err.account.suspend_until"},
		"for ever":          {mod.Actor, lea, clock.Now().Add(account.MaxSuspension + time.Hour), "x", "err.account.suspend_until"},
		"the last operator": {operator, op, soon, "x", "err.account.last_operator"},
	} {
		t.Run(name, func(t *testing.T) { fails(t, suspend(t, db, c.by, c.whom.Actor.ID, c.till, c.why), c.key) })
	}
	if err := suspend(t, db, op.Actor, max.Actor.ID, soon, "x"); err != nil {
		t.Error(err)
	}
}

// TestAC8_TheLastOperatorIsNotSuspended: nor may the other one leave, while one
// of two is suspended.
func TestAC8_TheLastOperatorIsNotSuspended(t *testing.T) {
	db, desk, clock := open(t)
	one, token := person(t, desk, "op1", store.Operator)
	two, _ := person(t, desk, "op2", store.Operator)
	if err := suspend(t, db, two.Actor, one.Actor.ID, clock.Now().Add(time.Hour), "x"); err != nil {
		t.Fatal(err)
	}
	if s := standing(t, db, token); s.Actor.Role != store.Resident {
		t.Errorf("a suspended operator has the rights of a %s", s.Actor.Role)
	}
	err := db.Update(store.As(t.Context(), two.Actor), func(tx *store.Tx) error { return account.Leave(tx, two.Actor.ID, store.EraseAll) })
	fails(t, err, "err.account.last_operator")
	storetest.Update(t, db, two.Actor, func(tx *store.Tx) error { return account.Readmit(tx, one.Actor.ID) })
	if s := standing(t, db, token); s.Standing.Bar != account.NotBarred || s.Actor.Role != store.Operator {
		t.Errorf("readmitted: %+v", s)
	}
}

// TestASuspensionDoesNotLengthenASession: an operator's session ends within
// hours, also after it was looked at as a resident's.
func TestASuspensionDoesNotLengthenASession(t *testing.T) {
	db, desk, clock := open(t)
	one, token := person(t, desk, "op1", store.Operator)
	person(t, desk, "op2", store.Operator)
	if err := suspend(t, db, operator, one.Actor.ID, clock.Now().Add(time.Minute), "x"); err != nil {
		t.Fatal(err)
	}
	s := standing(t, db, token)
	storetest.Update(t, db, s.Actor, func(tx *store.Tx) (err error) {
		s, err = account.Touch(tx, s)
		return err
	})
	if left := s.ExpiresAt.Sub(clock.Now()); left > account.OperatorHours {
		t.Errorf("the session lasts %s", left)
	}
}
