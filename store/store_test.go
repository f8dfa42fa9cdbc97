package store_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/storetest"
)

func TestUpdateRollsBackOnError(t *testing.T) {
	db, _ := storetest.Open(t)
	boom := errors.New("boom")
	err := db.Update(t.Context(), func(tx *store.Tx) error {
		if _, err := tx.Exec("CREATE TABLE probe_rows (n INTEGER) STRICT"); err != nil {
			return err
		}
		return boom
	})
	if !errors.Is(err, boom) {
		t.Fatalf("err = %v, want boom", err)
	}
	storetest.View(t, db, store.Actor{}, func(tx *store.Tx) error {
		n, err := store.One(tx, store.Scan[int], "SELECT count(*) FROM sqlite_schema WHERE name = 'probe_rows'")
		if n != 0 {
			t.Error("the table survived a failed Update")
		}
		return err
	})
}

func TestWritersQueueAndReadersGoOn(t *testing.T) {
	db, _ := storetest.Open(t)
	storetest.Update(t, db, store.Actor{}, func(tx *store.Tx) error {
		_, err := tx.Exec("CREATE TABLE probe_rows (n INTEGER) STRICT")
		return err
	})
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			err := db.Update(context.Background(), func(tx *store.Tx) error {
				_, err := tx.Exec("INSERT INTO probe_rows SELECT count(*) FROM probe_rows")
				return err
			})
			if err != nil {
				t.Error(err)
			}
			err = db.View(context.Background(), func(tx *store.Tx) error {
				_, err := store.All(tx, store.Scan[int], "SELECT n FROM probe_rows")
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	storetest.View(t, db, store.Actor{}, func(tx *store.Tx) error {
		n, err := store.One(tx, store.Scan[int], "SELECT count(DISTINCT n) FROM probe_rows")
		if n != 50 {
			t.Errorf("%d distinct numbers, want 50: two writers saw the same state", n)
		}
		return err
	})
}

func TestViewCannotWrite(t *testing.T) {
	db, _ := storetest.Open(t)
	err := db.View(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Exec("CREATE TABLE probe_rows (n INTEGER) STRICT")
		return err
	})
	if err == nil {
		t.Fatal("a View wrote")
	}
}

// TestABeatWaitsForTheWriter: it is a sign of life of both, and no commit.
func TestABeatWaitsForTheWriter(t *testing.T) {
	db, _ := storetest.Open(t)
	before := db.Version(t.Context())
	if err := db.Beat(t.Context()); err != nil || db.Version(t.Context()) != before {
		t.Errorf("%v, version %d after %d", err, db.Version(t.Context()), before)
	}
	storetest.Update(t, db, store.Actor{}, func(*store.Tx) error {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		if err := db.Beat(ctx); store.KindOf(err) != store.Busy {
			t.Errorf("a beat beside a writer that holds on: %v", err)
		}
		return nil
	})
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if db.Beat(t.Context()) == nil {
		t.Error("a closed database beats")
	}
}
