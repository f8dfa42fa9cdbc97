// Package storetest gives tests a real database that is ready in milliseconds,
// and a clock that stands still until told.
package storetest

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"copi.local/store"
)

// Now is where a new Clock stands: a Saturday morning in Paris.
var Now = time.Date(2026, time.November, 21, 9, 0, 0, 0, time.UTC)

// Clock is a clock that a test moves.
type Clock struct {
	mu      sync.Mutex // guards all
	now     time.Time
	ran     time.Duration
	quality store.ClockQuality
}

// NewClock is a confirmed clock at Now.
func NewClock() *Clock { return &Clock{now: Now, quality: store.ClockConfirmed} }

// Now is where the test put the clock.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Quality is what the test said.
func (c *Clock) Quality() store.ClockQuality {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.quality
}

// After is real elapsed time; in a synctest bubble that is virtual.
func (c *Clock) After(d time.Duration) <-chan time.Time { return time.After(d) }

// Running is the sum of what Add was given.
func (c *Clock) Running() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ran
}

// Add moves the clock on: the box runs meanwhile.
func (c *Clock) Add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now, c.ran = c.now.Add(d), c.ran+max(0, d)
}

// Set puts the clock at an instant; the box has not run meanwhile.
func (c *Clock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = t
}

// SetQuality says how far the clock is to be trusted.
func (c *Clock) SetQuality(q store.ClockQuality) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.quality = q
}

// Open is a fresh, migrated database with a clock at Now.
func Open(t testing.TB, personal ...store.Personal) (*store.DB, *Clock) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "copi.db")
	if err := os.WriteFile(path, migrated(t), 0o600); err != nil {
		t.Fatal(err)
	}
	clock := NewClock()
	db, err := store.Open(t.Context(), path, store.Options{Clock: clock, Personal: personal})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db, clock
}

var template struct {
	sync.Once
	bytes []byte
	err   error
}

// migrated is an empty database file at the newest format, made once a process
// since migrating takes much longer than copying.
func migrated(t testing.TB) []byte {
	t.Helper()
	template.Do(func() { template.bytes, template.err = migrate() })
	if template.err != nil {
		t.Fatal(template.err)
	}
	return template.bytes
}

func migrate() ([]byte, error) {
	dir, err := os.MkdirTemp("", "copi-store-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "copi.db")
	db, err := store.Open(context.Background(), path, store.Options{Clock: NewClock()})
	if err != nil {
		return nil, err
	}
	if err := db.Close(); err != nil { // the last close moves the WAL into the file
		return nil, err
	}
	return os.ReadFile(path)
}

// Update runs fn as actor and fails the test on an error.
func Update(t testing.TB, db *store.DB, actor store.Actor, fn func(*store.Tx) error) {
	t.Helper()
	if err := db.Update(store.As(t.Context(), actor), fn); err != nil {
		t.Fatal(err)
	}
}

// View runs fn as actor and fails the test on an error.
func View(t testing.TB, db *store.DB, actor store.Actor, fn func(*store.Tx) error) {
	t.Helper()
	if err := db.View(store.As(t.Context(), actor), fn); err != nil {
		t.Fatal(err)
	}
}
