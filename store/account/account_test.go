package account_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/storetest"
)

// fast makes hashes cost next to nothing; what they protect is not under test.
var fast = account.Params{Memory: 8, Time: 1}

const good = "la charrue bleue dort"

var operator = store.Actor{Role: store.Operator} // the command line

// open is a box that is set up, its desk and its clock.
func open(t *testing.T) (*store.DB, *account.Desk, *storetest.Clock) {
	t.Helper()
	db, clock := storetest.Open(t, account.Personal)
	desk := account.NewDesk(db, fast)
	storetest.Update(t, db, operator, func(tx *store.Tx) error {
		if _, err := account.BeginSetup(tx); err != nil {
			return err
		}
		return account.PublishCharter(tx, account.CharterTemplate("Valmorel-sur-Lère"))
	})
	return db, desk, clock
}

func ana() account.Registration {
	return account.Registration{
		Login: "Ana", Name: "Ana Lopez", Password: good, Charter: true, Fifteen: true, Source: "192.0.2.1",
	}
}

func register(t *testing.T, desk *account.Desk, r account.Registration) account.Session {
	t.Helper()
	s, _, err := desk.Register(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// fails checks an error's key among what came back.
func fails(t *testing.T, err error, key string) {
	t.Helper()
	var many store.Errors
	if errors.As(err, &many) {
		for _, e := range many {
			if e.Key == key {
				return
			}
		}
	}
	if e, ok := errors.AsType[*store.Error](err); !ok || e.Key != key {
		t.Fatalf("err = %v, want %s", err, key)
	}
}

func people(t *testing.T, db *store.DB) []account.Person {
	t.Helper()
	var list []account.Person
	storetest.View(t, db, operator, func(tx *store.Tx) (err error) {
		list, err = account.People(tx, "")
		return err
	})
	return list
}

func TestAC1_RegistrationNeedsTheCharter(t *testing.T) {
	db, desk, _ := open(t)
	r := ana()
	r.Charter = false
	_, _, err := desk.Register(t.Context(), r)
	fails(t, err, "err.account.charter_needed")
	if n := len(people(t, db)); n != 0 {
		t.Fatalf("%d accounts exist without a charter accepted", n)
	}
	s := register(t, desk, ana())
	storetest.View(t, db, s.Actor, func(tx *store.Tx) error {
		list, err := account.Acceptances(tx)
		if len(list) != 1 || list[0].Version != 1 || !list[0].At.Equal(tx.Now) || list[0].OnPaper {
			t.Errorf("acceptances = %+v", list)
		}
		return err
	})
	if s.MustAccept || s.MustChange || s.Actor.Role != store.Resident {
		t.Errorf("session = %+v", s)
	}
}

func TestRegistrationRefusals(t *testing.T) {
	db, desk, _ := open(t)
	register(t, desk, ana())
	for name, c := range map[string]struct {
		change func(*account.Registration)
		key    string
	}{
		"login taken":       {func(*account.Registration) {}, "err.account.login_taken"},
		"login taken, case": {func(r *account.Registration) { r.Login = " ÀNA" }, "err.account.login_taken"},
		"no name":           {func(r *account.Registration) { r.Name = " \x00" }, "err.account.name_missing"},
		"login shape":       {func(r *account.Registration) { r.Login = "a/b" }, "err.account.login_shape"},
		"under fifteen":     {func(r *account.Registration) { r.Fifteen = false }, "err.account.under_fifteen"},
		"short password":    {func(r *account.Registration) { r.Password = "neuf car." }, "err.account.password_short"},
		"long password":     {func(r *account.Registration) { r.Password = strings.Repeat("vache ", 22) }, "err.account.password_long"},
	} {
		t.Run(name, func(t *testing.T) {
			r := ana()
			r.Source = name
			c.change(&r)
			_, _, err := desk.Register(t.Context(), r)
			fails(t, err, c.key)
			if n := len(people(t, db)); n != 1 {
				t.Errorf("%d accounts, want 1", n)
			}
		})
	}
}

func TestRegistrationsAreFewPerSource(t *testing.T) {
	_, desk, clock := open(t)
	for i := range 5 {
		r := ana()
		r.Login += string(rune('a' + i))
		register(t, desk, r)
	}
	r := ana()
	r.Login = "sixth"
	_, _, err := desk.Register(t.Context(), r)
	fails(t, err, "err.account.wait")
	clock.Add(12 * time.Minute)
	register(t, desk, r)
}

func TestAC9_TwoPersonsOfOneName(t *testing.T) {
	db, desk, _ := open(t)
	add := func(login, name, hamlet string) string {
		r := ana()
		r.Login, r.Name, r.Hamlet, r.Source = login, name, hamlet, login
		return register(t, desk, r).Actor.ID
	}
	shown := func(id string) (name string) {
		storetest.View(t, db, store.Actor{}, func(tx *store.Tx) (err error) {
			name, err = account.ShownName(tx, id)
			return err
		})
		return name
	}
	first := add("marie", "Marie Durand", "")
	if got := shown(first); got != "Marie Durand" {
		t.Errorf("alone: %q", got)
	}
	second := add("marie2", "marie  DURAND", "Le Bourg")
	third := add("marie3", "Marie Durand", "Les Granges")
	fourth := add("marie4", "Marie Durand", "les granges")
	for id, want := range map[string]string{
		first:  "Marie Durand (" + strings.ToUpper(first[:3]) + ")",
		second: "marie DURAND (Le Bourg)",
		third:  "Marie Durand (" + strings.ToUpper(third[:3]) + ")",
		fourth: "Marie Durand (" + strings.ToUpper(fourth[:3]) + ")",
	} {
		if got := shown(id); got != want {
			t.Errorf("shown %q, want %q", got, want)
		}
	}
}

func signIn(desk *account.Desk, login, password, source string) (account.Session, error) {
	s, _, err := desk.SignIn(context.Background(), account.Arrival{Login: login, Password: password, Source: source})
	return s, err
}

func TestAC5_SlipIsAFirstPassword(t *testing.T) {
	db, desk, clock := open(t)
	asOperator := store.As(t.Context(), operator)
	p, slip, err := desk.Add(asOperator, account.NewPerson{Login: "Élise Roux", Name: "Élise Roux", Role: store.Resident})
	if err != nil {
		t.Fatal(err)
	}
	if p.Login != "elise-roux" || len(slip) != 19 {
		t.Fatalf("login %q, slip %q", p.Login, slip)
	}
	// Typed as people type: lower case, O for 0, no dashes.
	typed := strings.ToLower(strings.ReplaceAll(strings.ReplaceAll(slip, "-", " "), "0", "O"))
	s, err := signIn(desk, "elise roux", typed, "a")
	if err != nil {
		t.Fatal(err)
	}
	if !s.MustChange || !s.MustAccept {
		t.Fatalf("first session = %+v, want a password and the charter asked for", s)
	}
	_, err = signIn(desk, "elise-roux", slip, "b")
	fails(t, err, "err.account.wrong") // once

	err = desk.ChangePassword(t.Context(), s, account.Choice{Password: good})
	fails(t, err, "err.account.charter_needed")
	if err := desk.ChangePassword(t.Context(), s, account.Choice{Password: good, Charter: true}); err != nil {
		t.Fatal(err)
	}
	if s, err = signIn(desk, "elise-roux", good, "c"); err != nil || s.MustChange || s.MustAccept {
		t.Fatalf("%+v, %v", s, err)
	}

	// Forgotten: a new slip, in the log and in Élise's own history.
	if _, slip, err = desk.PrintSlip(asOperator, p.ID); err != nil {
		t.Fatal(err)
	}
	clock.Add(account.SlipDays)
	_, err = signIn(desk, "elise-roux", slip, "d")
	fails(t, err, "err.account.wrong") // a week later
	if _, slip, err = desk.PrintSlip(asOperator, p.ID); err != nil {
		t.Fatal(err)
	}
	clock.Add(account.SlipDays - time.Second)
	if s, err = signIn(desk, "elise-roux", slip, "e"); err != nil {
		t.Fatal(err)
	}
	if err := desk.ChangePassword(t.Context(), s, account.Choice{Password: good + " encore"}); err != nil {
		t.Fatal(err)
	}
	storetest.View(t, db, s.Actor, func(tx *store.Tx) error {
		live, err := account.Sessions(tx)
		if err != nil {
			return err
		}
		if len(live) != 1 || live[0].ID != s.ID {
			t.Errorf("%d sessions after a reset, want the one that did it", len(live))
		}
		log, err := account.LogBefore(tx, 0, 10)
		if err != nil {
			return err
		}
		var acts []string
		for _, e := range log {
			acts = append(acts, string(e.Act))
		}
		if got := strings.Join(acts, " "); got != "slip_used slip slip slip_used slip charter" {
			t.Errorf("log: %s", got)
		}
		history, err := account.History(tx)
		if len(history) == 0 || history[len(history)-1].Act != account.ActSlip {
			t.Errorf("history: %+v", history)
		}
		return errors.Join(err, account.VerifyLog(tx))
	})
}

func TestSlipsArePrintedByOperators(t *testing.T) {
	db, desk, _ := open(t)
	s := register(t, desk, ana())
	for _, actor := range []store.Actor{{}, s.Actor, {ID: "x", Role: store.Moderator}} {
		ctx := store.As(t.Context(), actor)
		if _, _, err := desk.PrintSlip(ctx, s.Actor.ID); store.KindOf(err) != store.Forbidden && store.KindOf(err) != store.Unauthenticated {
			t.Errorf("%v printed a slip: %v", actor, err)
		}
		_, _, err := desk.Add(ctx, account.NewPerson{Login: "pirate", Name: "P", Role: store.Operator})
		if k := store.KindOf(err); k != store.Forbidden && k != store.Unauthenticated {
			t.Errorf("%v added an operator: %v", actor, err)
		}
	}
	if n := len(people(t, db)); n != 1 {
		t.Errorf("%d accounts, want 1", n)
	}
}

func TestRehashWhenCostsChange(t *testing.T) {
	db, desk, _ := open(t)
	register(t, desk, ana())
	for range 2 { // the second sign-in finds the new hash
		slower := account.NewDesk(db, account.Params{Memory: 16, Time: 2})
		if _, err := signIn(slower, "ana", good, "a"); err != nil {
			t.Fatal(err)
		}
	}
	storetest.View(t, db, operator, func(tx *store.Tx) error {
		hash, err := store.One(tx, store.Scan[string], "SELECT password FROM account_people")
		if !strings.Contains(hash, "m=16,t=2,p=1") {
			t.Errorf("hash kept %s", hash)
		}
		return err
	})
}
