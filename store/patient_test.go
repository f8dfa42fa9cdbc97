package store_test

import (
	"errors"
	"path/filepath"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/storetest"
)

// hasty is a clock on which nobody waits long: as long as it takes another
// goroutine to be there.
type hasty struct{ *storetest.Clock }

func (hasty) After(time.Duration) <-chan time.Time { return time.After(20 * time.Millisecond) }

func openHasty(t *testing.T) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "copi.db"), store.Options{Clock: hasty{storetest.NewClock()}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	storetest.Update(t, db, store.Actor{}, func(tx *store.Tx) error {
		_, err := tx.Exec("CREATE TABLE probe_posts (who TEXT NOT NULL) STRICT")
		return err
	})
	return db
}

func post(tx *store.Tx, who string) error {
	_, err := tx.Exec("INSERT INTO probe_posts (who) VALUES (?)", who)
	return err
}

func posts(t *testing.T, db *store.DB) (list []string) {
	t.Helper()
	storetest.View(t, db, store.Actor{}, func(tx *store.Tx) (err error) {
		list, err = store.All(tx, store.Scan[string], "SELECT who FROM probe_posts ORDER BY rowid")
		return err
	})
	return list
}

// untilRefused works on and on, until a statement is refused.
func untilRefused(t *testing.T, tx *store.Tx) error {
	t.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); {
		if err := post(tx, "the box"); err != nil {
			return err
		}
	}
	t.Error("never refused while somebody waits")
	return nil
}

// A person's post does not wait for the end of long work: that is undone, and
// done again after them, once.
func TestLongWorkLetsPeopleGoFirst(t *testing.T) {
	db := openHasty(t)
	posted := make(chan error, 1)
	runs := 0
	version := db.Version(t.Context())
	err := db.UpdatePatiently(t.Context(), func(tx *store.Tx) error {
		if runs++; runs > 1 {
			return post(tx, "the box")
		}
		go func() {
			posted <- db.Update(t.Context(), func(tx *store.Tx) error { return post(tx, "Odette") })
		}()
		_ = untilRefused(t, tx) // who does not look at the error changes nothing about it
		return nil
	})
	if err := errors.Join(err, <-posted); err != nil {
		t.Fatal(err)
	}
	if got := posts(t, db); len(got) != 2 || got[0] != "Odette" || got[1] != "the box" || runs < 2 {
		t.Errorf("after %d runs: %d posts %v", runs, len(got), got[:min(len(got), 5)])
	}
	if got := db.Version(t.Context()); got != version+2 {
		t.Errorf("%d commits were told", got-version)
	}
}

// Where people write all the time, long work gets through in the end.
func TestLongWorkGetsThrough(t *testing.T) {
	db := openHasty(t)
	posted := make(chan error, 100)
	runs, went := 0, 0
	err := db.UpdatePatiently(t.Context(), func(tx *store.Tx) error {
		runs++
		go func() {
			posted <- db.Update(t.Context(), func(tx *store.Tx) error { return post(tx, "Odette") })
		}()
		if runs == 13 {
			for range 1000 { // somebody waits, or will; nothing of it is refused
				if err := post(tx, "the box"); err != nil {
					return err
				}
				went++
			}
			return nil
		}
		return untilRefused(t, tx)
	})
	for range runs {
		err = errors.Join(err, <-posted)
	}
	if err != nil || runs != 13 || went != 1000 {
		t.Errorf("%d runs, %d statements of the last, %v", runs, went, err)
	}
}

// Two long works do not make each other give way.
func TestLongWorksDoNotChaseEachOther(t *testing.T) {
	db := openHasty(t)
	done, began := make(chan error, 1), make(chan struct{})
	runs := 0
	err := db.UpdatePatiently(t.Context(), func(tx *store.Tx) error {
		runs++
		go func() {
			close(began)
			done <- db.UpdatePatiently(t.Context(), func(tx *store.Tx) error { return post(tx, "second") })
		}()
		<-began
		for range 1000 {
			if err := post(tx, "first"); err != nil {
				return err
			}
		}
		return nil
	})
	if err := errors.Join(err, <-done); err != nil || runs != 1 {
		t.Errorf("%d runs, %v", runs, err)
	}
}

func TestLongWorkFailsAsOthers(t *testing.T) {
	db := openHasty(t)
	failed := errors.New("no")
	if err := db.UpdatePatiently(t.Context(), func(tx *store.Tx) error { return errors.Join(post(tx, "the box"), failed) }); !errors.Is(err, failed) {
		t.Error(err)
	}
	if got := posts(t, db); len(got) > 0 {
		t.Errorf("what failed is there: %v", got)
	}
}
