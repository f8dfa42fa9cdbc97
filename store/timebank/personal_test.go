package timebank_test

import (
	"crypto/sha256"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/storetest"
	"copi.local/store/timebank"
)

// member registers a person and opens their account.
func member(t testing.TB, db *store.DB, login, name string) (who store.Actor, number string) {
	t.Helper()
	desk := account.NewDesk(db, account.Params{Memory: 8, Time: 1})
	p, _, err := desk.Add(store.As(t.Context(), operator), account.NewPerson{
		Login: login, Name: name, Role: store.Resident, Password: "quatre mots tout simples",
	})
	if err != nil {
		t.Fatal(err)
	}
	who = store.Actor{ID: p.ID, Role: store.Resident}
	return who, opened(t, db, who)
}

// village is two members, one of whom owes the other two hours.
func village(t testing.TB) (db *store.DB, jeanne store.Actor, owes, has string) {
	t.Helper()
	db, _ = storetest.Open(t, account.Personal, timebank.Personal)
	jeanne, owes = member(t, db, "jeanne", "Jeanne Testard")
	_, has = member(t, db, "paul", "Paul Essai")
	storetest.Update(t, db, jeanne, func(tx *store.Tx) error {
		_, err := timebank.Pay(tx, timebank.Payment{From: owes, To: has, Minutes: 120, Text: "Bois fendu"})
		return err
	})
	return db, jeanne, owes, has
}

func leave(t testing.TB, db *store.DB, who store.Actor, how store.Erasure) error {
	t.Helper()
	return db.Update(store.As(t.Context(), who), func(tx *store.Tx) error { return account.Leave(tx, who.ID, how) })
}

func TestTB8_AnAccountIsLeftAtZero(t *testing.T) {
	db, jeanne, owes, has := village(t)
	refused(t, leave(t, db, jeanne, store.EraseAll), "err.timebank.not_zero")
	refused(t, db.Update(store.As(t.Context(), jeanne), func(tx *store.Tx) error { return timebank.Close(tx, owes) }), "err.timebank.not_zero")
	settle := func(who store.Actor, reason string) error {
		return db.Update(store.As(t.Context(), who), func(tx *store.Tx) error {
			_, err := timebank.Settle(tx, owes, reason)
			return err
		})
	}
	refused(t, settle(jeanne, "Je pars"), "err.forbidden")
	refused(t, settle(operator, ""), "err.timebank.reason")
	if err := settle(operator, "Déménagement"); err != nil {
		t.Fatal(err)
	}
	balances(t, db, map[string]int64{owes: 0, has: 120, timebank.CommonNumber: -120})
	if err := leave(t, db, jeanne, store.EraseAll); err != nil {
		t.Fatal(err)
	}
	storetest.View(t, db, operator, func(tx *store.Tx) error {
		a, err := timebank.Get(tx, owes)
		if err != nil {
			return err
		}
		name, err := a.NameOf(tx)
		if err != nil {
			return err
		}
		if !a.Closed() || a.AccountID != "" || name != "" {
			t.Errorf("after leaving: %+v, %q", a, name)
		}
		s, err := timebank.StatementOf(tx, has, storetest.Now.Add(-time.Hour), storetest.Now.Add(time.Hour))
		if err != nil {
			return err
		}
		if len(s.Lines) != 1 || s.Lines[0].Text != "" || s.Lines[0].EnteredBy != "" || s.Closing != 120 {
			t.Errorf("the ledger after an erasure: %+v", s)
		}
		return timebank.Verify(tx)
	})
}

func TestWhoKeepsTheirWordsLeavesThemWithoutAName(t *testing.T) {
	db, jeanne, owes, has := village(t)
	given(t, db, owes, 120)
	if err := leave(t, db, jeanne, store.KeepUnnamed); err != nil {
		t.Fatal(err)
	}
	storetest.View(t, db, operator, func(tx *store.Tx) error {
		s, err := timebank.StatementOf(tx, has, storetest.Now.Add(-time.Hour), storetest.Now.Add(time.Hour))
		if err == nil && (s.Lines[0].Text != "Bois fendu" || s.Lines[0].EnteredBy != "" || s.Lines[0].Other.Name != "") {
			t.Errorf("kept: %+v", s.Lines)
		}
		return err
	})
}

// TestWhoLeftBeforeABackupLeavesAgainAtZero puts back a box where somebody who
// had left still owes: the sum stays 0.
func TestWhoLeftBeforeABackupLeavesAgainAtZero(t *testing.T) {
	db, jeanne, owes, has := village(t)
	var gone []account.Erasure
	storetest.Update(t, db, operator, func(tx *store.Tx) (err error) {
		if _, err := timebank.Settle(tx, owes, "Déménagement"); err != nil {
			return err
		}
		if err := account.Leave(tx, jeanne.ID, store.EraseAll); err != nil {
			return err
		}
		gone, err = account.Erasures(tx)
		return err
	})
	older, _, owesThen, hasThen := village(t)
	storetest.Update(t, older, operator, func(tx *store.Tx) error {
		a, err := timebank.Get(tx, owesThen)
		if err != nil {
			return err
		}
		gone[0].IDHash = hashOf(a.AccountID)
		n, err := account.Reapply(tx, gone)
		if n != 1 {
			t.Errorf("%d left again", n)
		}
		return err
	})
	balances(t, older, map[string]int64{owesThen: 0, hasThen: 120, timebank.CommonNumber: -120})
	balances(t, db, map[string]int64{owes: 0, has: 120})
}

// hashOf is how an account that left is remembered.
func hashOf(id string) []byte {
	sum := sha256.Sum256([]byte(id))
	return sum[:]
}

func TestExportHasOnesOwnMovements(t *testing.T) {
	db, jeanne, owes, has := village(t)
	storetest.View(t, db, jeanne, func(tx *store.Tx) error {
		parts, err := account.Export(tx)
		if err != nil {
			return err
		}
		b, err := json.Marshal(parts)
		for _, want := range []string{`"balance_minutes":-120`, "Bois fendu", owes, has} {
			if !strings.Contains(string(b), want) {
				t.Errorf("no %s in %s", want, b)
			}
		}
		if strings.Contains(string(b), "Paul") {
			t.Errorf("somebody else's name in %s", b)
		}
		return err
	})
}
