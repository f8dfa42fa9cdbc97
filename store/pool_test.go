package store

import (
	"context"
	"path/filepath"
	"testing"
)

// testPool is a pool of at most two connections on an empty file.
func testPool(t *testing.T) *pool {
	t.Helper()
	p, err := openPool(t.Context(), dsn(filepath.Join(t.TempDir(), "copi.db"), "", nil), 2)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// TestPoolGrowsWhenAllAreLent: a box that nobody calls keeps one connection.
func TestPoolGrowsWhenAllAreLent(t *testing.T) {
	p := testPool(t)
	for range 3 { // one after the other is one connection
		c, err := p.take(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		p.give(c)
	}
	if p.open != 1 {
		t.Fatalf("%d connections for one reader at a time, want 1", p.open)
	}
	one, err := p.take(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	two, err := p.take(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	left, leave := context.WithCancel(t.Context())
	leave()
	if c, err := p.take(left); KindOf(err) != Busy {
		t.Errorf("a third is %v (%v), want to wait", c, err)
	}
	p.give(one)
	p.give(two)
	if p.open != 2 {
		t.Errorf("%d connections, want 2", p.open)
	}
}

// TestPoolClosedLendsNothing: neither a free connection nor a new one.
func TestPoolClosedLendsNothing(t *testing.T) {
	p := testPool(t)
	if err := p.close(); err != nil {
		t.Fatal(err)
	}
	if c, err := p.take(t.Context()); KindOf(err) != Busy {
		t.Errorf("a closed pool lends %v (%v)", c, err)
	}
}

// TestPoolIsNotEmptiedByWhoLeft: who leaves while a connection is opened takes
// nothing with them.
func TestPoolIsNotEmptiedByWhoLeft(t *testing.T) {
	p := testPool(t)
	one, err := p.take(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	left, leave := context.WithCancel(t.Context())
	leave()
	if _, err := p.take(left); KindOf(err) != Busy {
		t.Errorf("who left got %v", err)
	}
	two, err := p.take(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	p.give(one)
	p.give(two)
}
