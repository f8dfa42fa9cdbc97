package account_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/storetest"
)

// TestAC8_AnOperatorAlwaysRemains lets several operators demote, promote and
// leave at once: whatever the order, someone who can sign in still keeps the
// box.
func TestAC8_AnOperatorAlwaysRemains(t *testing.T) {
	db, desk, _ := open(t)
	asOperator := store.As(t.Context(), operator)
	var ids []string
	for i := range 6 {
		n := account.NewPerson{Login: fmt.Sprint("op", i, "x"), Name: "Op", Role: store.Operator, Password: good}
		if i == 5 {
			n.Password = "" // an operator with a slip only does not count
		}
		p, _, err := desk.Add(asOperator, n)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, p.ID)
	}
	var refused sync.Map
	var wg sync.WaitGroup
	for w := range 6 {
		rng := rand.New(rand.NewPCG(1, uint64(w)))
		wg.Go(func() {
			for range 40 {
				id := ids[rng.IntN(5)]
				role := store.Resident + store.Role(rng.IntN(2))
				if rng.IntN(8) == 0 {
					role = store.Operator
				}
				err := db.Update(store.As(context.Background(), operator), func(tx *store.Tx) error {
					return account.SetRole(tx, id, role)
				})
				if store.KindOf(err) == store.Conflict {
					refused.Store(id, true)
				} else if err != nil {
					t.Error(err)
				}
				_ = db.View(context.Background(), func(tx *store.Tx) error {
					n, err := store.One(tx, store.Scan[int],
						"SELECT count(*) FROM account_people WHERE role = 3 AND password <> ''")
					if n == 0 || err != nil {
						t.Errorf("%d operators can sign in (%v)", n, err)
					}
					return err
				})
			}
		})
	}
	wg.Wait()
	count := 0
	refused.Range(func(any, any) bool { count++; return true })
	if count == 0 {
		t.Error("nothing was ever refused: the test proves nothing")
	}
	storetest.View(t, db, operator, account.VerifyLog)
}

func TestLastOperatorMayNotLeave(t *testing.T) {
	db, desk, _ := open(t)
	p, _, err := desk.Add(store.As(t.Context(), operator),
		account.NewPerson{Login: "only", Name: "Only", Role: store.Operator, Password: good})
	if err != nil {
		t.Fatal(err)
	}
	self := store.Actor{ID: p.ID, Role: store.Operator}
	err = db.Update(store.As(t.Context(), self), func(tx *store.Tx) error {
		return account.Leave(tx, p.ID, store.EraseAll)
	})
	fails(t, err, "err.account.last_operator")
	if len(people(t, db)) != 1 {
		t.Error("the last operator is gone")
	}
}

func TestLeavingIsRememberedAndReapplied(t *testing.T) {
	db, desk, _ := open(t)
	s := register(t, desk, ana())
	before := t.TempDir() + "/before.db"
	if err := db.CopyTo(t.Context(), before); err != nil {
		t.Fatal(err)
	}
	other := store.Actor{ID: store.NewID(), Role: store.Moderator}
	err := db.Update(store.As(t.Context(), other), func(tx *store.Tx) error { return account.Leave(tx, s.Actor.ID, store.EraseAll) })
	if store.KindOf(err) != store.Forbidden {
		t.Fatalf("a moderator erased somebody: %v", err)
	}
	var left []account.Erasure
	storetest.Update(t, db, s.Actor, func(tx *store.Tx) error {
		parts, err := account.Export(tx)
		if err != nil {
			return err
		}
		if len(parts) != 1 || parts[0].Data.(account.Holding).Login != "ana" {
			t.Errorf("export = %+v", parts)
		}
		if err := account.Leave(tx, s.Actor.ID, store.KeepUnnamed); err != nil {
			return err
		}
		left, err = account.Erasures(tx)
		return err
	})
	if n := len(people(t, db)); n != 0 {
		t.Fatalf("%d accounts after leaving", n)
	}
	if _, err := signIn(desk, "ana", good, "x"); err == nil {
		t.Error("who left signs in")
	}

	restored, err := store.Open(t.Context(), before, store.Options{Clock: db.Clock(), Personal: []store.Personal{account.Personal}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = restored.Close() }()
	if n := len(people(t, restored)); n != 1 {
		t.Fatalf("the older copy has %d accounts", n)
	}
	for want := 1; want >= 0; want-- { // the second time finds nobody
		storetest.Update(t, restored, operator, func(tx *store.Tx) error {
			n, err := account.Reapply(tx, left)
			if n != want {
				t.Errorf("taken away again: %d, want %d", n, want)
			}
			return err
		})
	}
}

func TestTheLogCannotBeRewritten(t *testing.T) {
	db, _, _ := open(t)
	storetest.Update(t, db, operator, func(tx *store.Tx) error { return account.Log(tx, account.ActSlip) })
	for _, statement := range []string{"UPDATE account_logs SET act = 'role'", "DELETE FROM account_logs WHERE n = 2"} {
		err := db.Update(t.Context(), func(tx *store.Tx) error { _, err := tx.Exec(statement); return err })
		if err == nil {
			t.Errorf("%s went through", statement)
		}
	}
	// Someone with the file can drop the trigger; the chain still tells.
	storetest.Update(t, db, operator, func(tx *store.Tx) error {
		for _, statement := range []string{"DROP TRIGGER account_logs_keep", "UPDATE account_logs SET act = 'role' WHERE n = 1"} {
			if _, err := tx.Exec(statement); err != nil {
				return err
			}
		}
		return nil
	})
	err := db.View(t.Context(), account.VerifyLog)
	if err == nil {
		t.Error("a rewritten line passes")
	}
}
