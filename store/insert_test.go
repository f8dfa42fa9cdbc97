package store_test

import (
	"fmt"
	"slices"
	"testing"

	"copi.local/store"
	"copi.local/store/storetest"
)

// Any number of rows gets in, each once, and what follows VALUES holds for all.
func TestInsertRows(t *testing.T) {
	for _, n := range []int{0, 1, 7, 8, 9, 31, 32, 33, 40, 75, 200} {
		db, _ := storetest.Open(t)
		storetest.Update(t, db, store.Actor{}, func(tx *store.Tx) error {
			if _, err := tx.Exec("CREATE TABLE rows (n INTEGER PRIMARY KEY, name TEXT NOT NULL, again INTEGER NOT NULL DEFAULT 0)"); err != nil {
				return err
			}
			values, want := []any{}, []string{}
			for i := range n {
				values = append(values, i, fmt.Sprint("r", i))
				want = append(want, fmt.Sprint("r", i, " 1"))
			}
			const insert = "INSERT INTO rows (n, name) VALUES (?, ?) ON CONFLICT (n) DO UPDATE SET again = again + 1"
			for range 2 {
				if err := tx.InsertRows(insert, values); err != nil {
					return err
				}
			}
			got, err := store.All(tx, store.Scan[string], "SELECT name || ' ' || again FROM rows ORDER BY n")
			if !slices.Equal(got, want) && n > 0 {
				t.Errorf("%d rows: %v", n, got)
			}
			return err
		})
	}
}

// Rows one of which breaks a rule are refused together.
func TestInsertRowsFails(t *testing.T) {
	db, _ := storetest.Open(t)
	err := db.Update(t.Context(), func(tx *store.Tx) error {
		if _, err := tx.Exec("CREATE TABLE rows (n INTEGER PRIMARY KEY)"); err != nil {
			return err
		}
		return tx.InsertRows("INSERT INTO rows (n) VALUES (?)", []any{1, 2, 3, 4, 5, 6, 7, 7, 9})
	})
	if err == nil {
		t.Error("one number twice was taken")
	}
}

// What undoes a statement stays in memory: with a temporary file, writing many
// rows cost sixty kilobytes each.
func TestStatementsAreUndoneInMemory(t *testing.T) {
	db, _ := storetest.Open(t)
	storetest.Update(t, db, store.Actor{}, func(tx *store.Tx) error {
		kind, err := store.One(tx, store.Scan[int], "PRAGMA temp_store")
		if kind != 2 {
			t.Errorf("temporary files are kept as %d, want 2 (memory)", kind)
		}
		return err
	})
}
