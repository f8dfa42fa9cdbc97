package peer

import (
	"context"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/neighbour"
	"copi.local/store/storetest"
)

// dying is a context that ends after it was asked so many times whether it has:
// database/sql asks before each statement, so that a transaction dies at any of
// them.
type dying struct {
	context.Context
	left atomic.Int64
	dead chan struct{}
}

func newDying(ctx context.Context, after int) *dying {
	d := &dying{Context: ctx, dead: make(chan struct{})}
	d.left.Store(int64(after))
	return d
}

func (d *dying) Done() <-chan struct{} {
	if d.left.Add(-1) == 0 {
		close(d.dead)
	}
	return d.dead
}

func (d *dying) Err() error {
	select {
	case <-d.dead:
		return context.Canceled
	default:
		return nil
	}
}

// killed opens b as it lies on the disk at this moment, as after kill -9: its
// file and its write-ahead log, with whatever an unfinished transaction left.
func (b *box) killed(t testing.TB) *box {
	t.Helper()
	dir := t.TempDir()
	for _, end := range []string{"", "-wal"} {
		if err := copyFile(b.db.Path()+end, filepath.Join(dir, "copi.db"+end)); err != nil {
			t.Fatal(err)
		}
	}
	again := &box{name: b.name, clock: b.clock, keys: b.keys, log: b.log}
	db, err := store.Open(t.Context(), filepath.Join(dir, "copi.db"), store.Options{Clock: b.clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	again.db, again.replica = db, NewReplica(db)
	return again
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// addsUp fails the test unless what b holds of a box is what its head sums up.
func (b *box) addsUp(t testing.TB, of *box) neighbour.Log {
	t.Helper()
	l := b.held(t, of)
	if l.Epoch == 0 {
		return l
	}
	h, err := wire.DecodeHead(l.Head.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	storetest.View(t, b.db, store.Actor{}, func(tx *store.Tx) error {
		entries, err := neighbour.Entries(tx, l, l.Generation)
		if uint64(len(entries)) != h.Count || digest(entries) != h.Digest || h.Seq != l.Seq || h.Epoch != l.Epoch {
			t.Fatalf("%s holds %d cards of %s under a head of %d", b.name, len(entries), of.name, h.Count)
		}
		return err
	})
	return l
}

// crashStep is how many statements lie between two deaths that are tried; at
// night each of them is one.
var crashStep = 23

// TestCrashWhilePublishing: wherever the publisher dies, what is on the disk is
// what a head sums up; the next start says no number again that a neighbour has
// heard, and the neighbour follows.
func TestCrashWhilePublishing(t *testing.T) {
	if testing.Short() {
		t.Skip("opens a database for each death")
	}
	a, b := newBox(t, "a"), newBox(t, "b")
	pair(t, a, b)
	kept, gone := a.put(t, "", "Bal"), a.put(t, "", "Loto")
	a.publish(t)
	b.mustPull(t, a)
	deaths := 0
	for after := 1; ; after += crashStep {
		a.put(t, kept, "Bal "+store.NewID())
		if after == 1 {
			a.withdraw(t, gone)
		}
		_, died := a.log.Publish(newDying(t.Context(), after))
		heard := b.held(t, a)
		again := a.killed(t)
		again.addsUp(t, a)
		again.start(t)
		if now := again.addsUp(t, a); now.Seq <= heard.Seq {
			t.Fatalf("death %d: number %d is said again", after, now.Seq)
		}
		deaths++
		if died == nil && a.held(t, a).Seq > heard.Seq {
			break
		}
	}
	t.Logf("%d deaths", deaths)
}

// TestCrashWhileTaking: wherever a receiver dies in a pull, what it shows is a
// state its neighbour signed, and the next pull ends where an undisturbed one
// does.
func TestCrashWhileTaking(t *testing.T) {
	if testing.Short() {
		t.Skip("opens a database for each death")
	}
	a, b := newBox(t, "a"), newBox(t, "b")
	pair(t, a, b)
	a.replica.batch = 2
	kept, gone := a.put(t, "", "Bal"), a.put(t, "", "Loto")
	a.publish(t)
	b.mustPull(t, a)
	before := b.titles(t, a)
	a.put(t, kept, "Grand bal")
	a.withdraw(t, gone)
	for range 3 {
		a.put(t, "", "Marché "+store.NewID())
	}
	a.publish(t)
	want, deaths := a.titles(t, a), 0
	for after := 1; ; after += crashStep {
		errs := b.pull(newDying(t.Context(), after), &stream{from: a})
		again := b.killed(t)
		l, shown := again.addsUp(t, a), again.titles(t, a)
		if !maps.Equal(shown, before) && !maps.Equal(shown, want) {
			t.Fatalf("death %d: shows %v", after, shown)
		}
		if (l.Seq == a.held(t, a).Seq) != maps.Equal(shown, want) {
			t.Fatalf("death %d: head %d over %v", after, l.Seq, shown)
		}
		for origin, err := range again.pull(t.Context(), &stream{from: a}) {
			t.Fatalf("death %d: then %s: %v", after, origin, err)
		}
		if got := again.titles(t, a); !maps.Equal(got, want) {
			t.Fatalf("death %d: then %v", after, got)
		}
		deaths++
		if len(errs) == 0 && maps.Equal(b.titles(t, a), want) {
			break
		}
	}
	t.Logf("%d deaths", deaths)
}
