package account_test

import (
	"bytes"
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/listing"
	"copi.local/store/storetest"
)

// founding is a whole set-up.
func founding() account.Founding {
	at := listing.At(44.92, 1.84)
	return account.Founding{
		Commune: listing.Commune{INSEE: "46038", Name: "Bretenoux", Position: &at}, At: at,
		Name: "La boîte de Bretenoux",
		Publisher: account.Publisher{
			Name: "Commune inventée", Address: "1 place de la Halle", Phone: "05 00 00 00 00", Director: "Mme la maire",
			Host: "Commune inventée", HostAddress: "1 place de la Halle", HostPhone: "05 00 00 00 00",
		},
		Charter:  account.CharterTemplate("Bretenoux"),
		Operator: account.NewPerson{Login: "mairie", Name: "Secrétariat", Password: good},
	}
}

func found(t *testing.T) (*store.DB, *account.Desk, *storetest.Clock, []string) {
	t.Helper()
	db, clock := storetest.Open(t, account.Personal)
	desk := account.NewDesk(db, fast)
	words, err := desk.Found(t.Context(), founding())
	if err != nil {
		t.Fatal(err)
	}
	return db, desk, clock, words
}

func TestFoundSetsABoxUp(t *testing.T) {
	db, desk, _, words := found(t)
	s, err := signIn(desk, "mairie", good, "x")
	if err != nil || s.Actor.Role != store.Operator || s.MustAccept || s.MustChange {
		t.Fatalf("%+v, %v", s, err)
	}
	seed, err := account.ParseSeed(strings.Join(words, " "))
	if err != nil {
		t.Fatal(err)
	}
	storetest.View(t, db, store.Actor{}, func(tx *store.Tx) error {
		b, err := account.BoxOf(tx)
		if err != nil {
			return err
		}
		if !b.Ready() || string(b.RecoveryHash) != string(seed.RecoveryHash()) {
			t.Errorf("box = %+v", b)
		}
		home, err := listing.HomeOf(tx)
		if err != nil {
			return err
		}
		if home.Commune != "46038" || home.Name != "Bretenoux" {
			t.Errorf("home = %+v", home)
		}
		card, err := listing.ByRef(tx, store.Ref{Module: "account", ID: b.CardID})
		if err != nil || card.Kind != "profile" || card.Title != "La boîte de Bretenoux" || card.Audience != listing.Public {
			t.Errorf("card = %+v", card)
		}
		return err
	})
	if _, err := desk.Found(t.Context(), founding()); store.KindOf(err) != store.NotFound {
		t.Errorf("set up twice: %v", err)
	}
}

func TestSetupBelongsToWhoProvedPresence(t *testing.T) {
	db, _ := storetest.Open(t)
	var first, second string
	storetest.Update(t, db, store.Actor{}, func(tx *store.Tx) (err error) {
		first, err = account.BeginSetup(tx)
		return err
	})
	set := func(token string) error {
		return db.Update(t.Context(), func(tx *store.Tx) error {
			return account.ChooseCommune(tx, token, founding().Commune)
		})
	}
	if err := set("x"); store.KindOf(err) != store.Unauthenticated {
		t.Errorf("a stranger sets the box up: %v", err)
	}
	if err := set(first); err != nil {
		t.Fatal(err)
	}
	storetest.Update(t, db, store.Actor{}, func(tx *store.Tx) (err error) {
		second, err = account.BeginSetup(tx)
		return err
	})
	if err := set(first); store.KindOf(err) != store.Unauthenticated {
		t.Errorf("the first phone goes on: %v", err)
	}
	storetest.View(t, db, store.Actor{}, func(tx *store.Tx) error {
		b, err := account.SettingUp(tx, second)
		if b.Commune != "Bretenoux" {
			t.Errorf("what was done is lost: %+v", b)
		}
		return err
	})
}

func TestNothingOpensUnfinished(t *testing.T) {
	db, desk := func() (*store.DB, *account.Desk) {
		db, _ := storetest.Open(t)
		return db, account.NewDesk(db, fast)
	}()
	f := founding()
	f.Publisher.Host = ""
	if _, err := desk.Found(t.Context(), f); err == nil {
		t.Fatal("found without the host's name")
	}
	var token string
	storetest.Update(t, db, store.Actor{}, func(tx *store.Tx) (err error) {
		token, err = account.BeginSetup(tx)
		return err
	})
	err := db.Update(t.Context(), func(tx *store.Tx) error {
		_, _, err := account.OpenBox(tx, token, "")
		return err
	})
	fails(t, err, "err.account.setup_unfinished")
}

func TestRescue(t *testing.T) {
	db, desk, clock, words := found(t)
	ctx := t.Context()
	s, err := signIn(desk, "mairie", good, "x")
	if err != nil {
		t.Fatal(err)
	}
	codes, err := desk.PrintCodes(store.As(ctx, s.Actor), s.Actor.ID)
	if err != nil || len(codes) != account.Codes {
		t.Fatal(codes, err)
	}
	next := func(n string) account.Rescue {
		return account.Rescue{Login: "mairie", Password: good + n, Present: true, Source: "x"}
	}
	away := next("1")
	away.Present = false
	fails(t, desk.RescueByCode(ctx, away, 3, codes[2]), "err.account.presence_needed")
	fails(t, desk.RescueByCode(ctx, next("1"), 2, codes[2]), "err.account.code_wrong")
	if err := desk.RescueByCode(ctx, next("1"), 3, strings.ToLower(codes[2])); err != nil {
		t.Fatal(err)
	}
	if _, err := authenticate(t, db, tokenOf(t, desk, account.Arrival{Login: "mairie", Password: good + "1"})); err != nil {
		t.Fatal(err)
	}
	fails(t, desk.RescueByCode(ctx, next("2"), 3, codes[2]), "err.account.code_wrong") // once

	fails(t, desk.RescueBySheet(ctx, next("2"), strings.Join(account.NewSeed().Words(), " ")), "err.account.seed_other")
	fails(t, desk.RescueBySheet(ctx, away, strings.Join(words, " ")), "err.account.presence_needed")
	if err := desk.RescueBySheet(ctx, next("2"), strings.ToUpper(strings.Join(words, ", "))); err != nil {
		t.Fatal(err)
	}
	if _, err := signIn(desk, "mairie", good+"2", "x"); err != nil {
		t.Fatal(err)
	}
	fails(t, desk.RescueBySheet(ctx, next("3"), strings.Join(words, " ")), "err.account.sheet_used") // once

	fails(t, desk.RescueByWaiting(ctx, next("3")), "err.account.wait_running")
	storetest.Update(t, db, store.Actor{}, account.StartWait)
	clock.Add(account.Waiting - time.Second)
	fails(t, desk.RescueByWaiting(ctx, next("3")), "err.account.wait_running")
	storetest.Update(t, db, store.Actor{}, account.StartWait) // asking again does not begin anew
	clock.Add(time.Second)
	if err := desk.RescueByWaiting(ctx, next("3")); err != nil {
		t.Fatal(err)
	}
	fails(t, desk.RescueByWaiting(ctx, next("4")), "err.account.wait_running")
	storetest.View(t, db, store.Actor{}, func(tx *store.Tx) error {
		entries, err := account.LogBefore(tx, 0, 20)
		var acts []string
		for _, e := range entries {
			acts = append(acts, string(e.Act))
		}
		if got := strings.Join(acts, " "); got != "recover_waited wait_started recover_seed recover_code code_used setup" {
			t.Errorf("log: %s", got)
		}
		return err
	})
}

// TestAC8_TheRecoverySheetWorksOnce: and again only after an operator said that
// it is under seal; all of it in the public log.
func TestAC8_TheRecoverySheetWorksOnce(t *testing.T) {
	db, desk, clock, words := found(t)
	sheet := strings.Join(words, " ")
	r := account.Rescue{Login: "mairie", Password: good + "1", Present: true, Source: "x"}
	if err := desk.RescueBySheet(t.Context(), r, sheet); err != nil {
		t.Fatal(err)
	}
	clock.Add(time.Hour)
	fails(t, desk.RescueBySheet(t.Context(), r, sheet), "err.account.sheet_used")
	s, err := signIn(desk, "mairie", good+"1", "x")
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(store.As(t.Context(), store.Actor{ID: "mod", Role: store.Moderator}), account.SealSheet)
	if store.KindOf(err) != store.Forbidden {
		t.Errorf("a moderator seals it: %v", err)
	}
	for range 2 { // again changes nothing
		storetest.Update(t, db, s.Actor, account.SealSheet)
	}
	if err := desk.RescueBySheet(t.Context(), r, sheet); err != nil {
		t.Error(err)
	}
	storetest.View(t, db, store.Actor{}, func(tx *store.Tx) error {
		entries, err := account.LogBefore(tx, 0, 3)
		if len(entries) != 3 || entries[0].Act != account.ActRecoverSeed || entries[1].Act != account.ActSheetSealed || entries[2].Act != account.ActRecoverSeed {
			t.Errorf("log: %+v", entries)
		}
		return err
	})
}

func TestAnOperatorStopsTheWait(t *testing.T) {
	db, desk, clock, _ := found(t)
	storetest.Update(t, db, store.Actor{}, account.StartWait)
	if err := db.Update(t.Context(), account.StopWait); store.KindOf(err) != store.Unauthenticated {
		t.Errorf("a visitor stopped the wait: %v", err)
	}
	storetest.Update(t, db, operator, account.StopWait)
	clock.Add(account.Waiting)
	err := desk.RescueByWaiting(t.Context(), account.Rescue{Login: "mairie", Password: good, Present: true})
	fails(t, err, "err.account.wait_running")
}

func TestCodesGuessedAreSlowedDown(t *testing.T) {
	_, desk, _, _ := found(t)
	slowed := 0
	for i := range 20 {
		err := desk.RescueByCode(t.Context(), account.Rescue{Login: "mairie", Password: good, Source: "x"}, i%8+1, "0000-0000-0000-0000")
		if waitOf(err) > 0 {
			slowed++
		}
	}
	if slowed != 10 {
		t.Errorf("%d of 20 guesses slowed down, want 10", slowed)
	}
}

// TestTheSheetShownIsTheOneThatCounts: a button pressed twice asks for two
// sheets at once. The words shown must be those whose hash the box keeps, or
// the paper in the safe opens nothing.
func TestTheSheetShownIsTheOneThatCounts(t *testing.T) {
	db, _ := storetest.Open(t, account.Personal)
	desk := account.NewDesk(db, fast)
	var token string
	storetest.Update(t, db, store.Actor{}, func(tx *store.Tx) (err error) {
		token, err = account.BeginSetup(tx)
		return err
	})
	for range 40 {
		var wg sync.WaitGroup
		for range 32 {
			wg.Go(func() {
				if err := desk.MakeSheet(context.Background(), token); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		words, err := desk.Sheet(t.Context(), token)
		if err != nil {
			t.Fatal(err)
		}
		seed, err := account.ParseSeed(strings.Join(words, " "))
		if err != nil {
			t.Fatal(err)
		}
		storetest.View(t, db, store.Actor{}, func(tx *store.Tx) error {
			b, err := account.BoxOf(tx)
			if !bytes.Equal(b.RecoveryHash, seed.RecoveryHash()) {
				t.Fatal("the words shown are not those of the hash kept")
			}
			return err
		})
	}
}
