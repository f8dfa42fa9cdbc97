package store_test

import (
	"context"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/storetest"
)

// TestPeopleWhoLeave: a phone that hangs up may do so at any instant of a
// transaction, also within BEGIN and COMMIT. Whatever Update answers is true,
// the next writer finds the connection free, and a change that was made is
// heard of.
func TestPeopleWhoLeave(t *testing.T) {
	db, _ := storetest.Open(t)
	storetest.Update(t, db, store.Actor{}, func(tx *store.Tx) error {
		_, err := tx.Exec("CREATE TABLE probe_leavers (n INTEGER PRIMARY KEY) STRICT")
		return err
	})
	const tries = 400
	kept := 0
	for n := range tries {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Duration(n%250)*time.Microsecond, cancel)
		before := db.Version(t.Context())
		err := db.Update(ctx, func(tx *store.Tx) error {
			_, err := tx.Exec("INSERT INTO probe_leavers (n) VALUES (?)", n)
			return err
		})
		cancel()
		there := stored(t, db, n)
		if there != (err == nil) {
			t.Fatalf("try %d: Update answered %v, the row is there: %v", n, err, there)
		}
		if there {
			kept++
			if db.Version(t.Context()) == before {
				t.Fatalf("try %d: nobody heard of the change", n)
			}
		}
	}
	if kept == 0 || kept == tries {
		t.Fatalf("%d of %d were kept: the test proves nothing", kept, tries)
	}
}

// stored waits no longer than a writer may take: a connection left in a
// transaction answers nobody any more.
func stored(t *testing.T, db *store.DB, n int) bool {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	var found int
	err := db.Update(ctx, func(tx *store.Tx) (err error) {
		found, err = store.One(tx, store.Scan[int], "SELECT count(*) FROM probe_leavers WHERE n = ?", n)
		return err
	})
	if err != nil {
		t.Fatalf("after try %d the box cannot be written to: %v", n, err)
	}
	return found == 1
}

// TestNobodyWaitsForAClosedBox: Close lets the transaction under way end, and
// turns away who comes after, also one who would wait for ever.
func TestNobodyWaitsForAClosedBox(t *testing.T) {
	db, err := store.Open(t.Context(), t.TempDir()+"/copi.db", store.Options{Clock: storetest.NewClock()})
	if err != nil {
		t.Fatal(err)
	}
	under, goOn := make(chan struct{}), make(chan struct{})
	first, closed := make(chan error, 1), make(chan error, 1)
	go func() {
		first <- db.Update(context.Background(), func(tx *store.Tx) error {
			close(under)
			<-goOn
			_, err := tx.Exec("CREATE TABLE probe_last (n INTEGER) STRICT")
			return err
		})
	}()
	<-under
	second := make(chan error, 1)
	go func() { second <- db.Update(context.Background(), func(*store.Tx) error { return nil }) }()
	go func() { closed <- db.Close() }()
	if err := <-second; store.KindOf(err) != store.Busy {
		t.Errorf("the second writer got %v", err)
	}
	close(goOn)
	if err := <-first; err != nil {
		t.Errorf("the transaction under way got %v", err)
	}
	if err := <-closed; err != nil {
		t.Error(err)
	}
	if err := db.View(context.Background(), func(*store.Tx) error { return nil }); store.KindOf(err) != store.Busy {
		t.Errorf("a reader after the end got %v", err)
	}
}
