package store_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"copi.local/store"
	"copi.local/store/storetest"
)

// wallClock runs on the bubble's time, with jumps.
type wallClock struct {
	mu     sync.Mutex // guards both
	ahead  time.Duration
	unsure bool
}

func (c *wallClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.ahead)
}

func (c *wallClock) Quality() store.ClockQuality {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.unsure {
		return store.ClockNone
	}
	return store.ClockConfirmed
}

func (c *wallClock) After(d time.Duration) <-chan time.Time { return time.After(d) }

func (c *wallClock) Running() time.Duration { return 0 }

func (c *wallClock) jump(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead += d
}

func (c *wallClock) trust(sure bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.unsure = !sure
}

// workshop is a database with a table for jobs to write in.
type workshop struct {
	*store.DB
	t     *testing.T
	clock *wallClock
	log   bytes.Buffer
}

func newWorkshop(t *testing.T) *workshop {
	t.Helper()
	w := &workshop{t: t, clock: &wallClock{}}
	db, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "copi.db"), store.Options{Clock: w.clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	w.DB = db
	storetest.Update(t, db, store.Actor{}, func(tx *store.Tx) error {
		_, err := tx.Exec("CREATE TABLE test_runs (job TEXT NOT NULL, at INTEGER NOT NULL) STRICT")
		return err
	})
	return w
}

// noting is a job that writes down each run.
func noting(name string, every time.Duration) store.Job {
	return store.Job{Name: name, Every: every, Run: func(tx *store.Tx) error {
		_, err := tx.Exec("INSERT INTO test_runs VALUES (?, ?)", name, tx.Now.Unix())
		return err
	}}
}

func (w *workshop) runs(name string) int {
	w.t.Helper()
	var n int
	storetest.View(w.t, w.DB, store.Actor{}, func(tx *store.Tx) (err error) {
		n, err = store.One(tx, store.Scan[int], "SELECT count(*) FROM test_runs WHERE job = ?", name)
		return err
	})
	return n
}

// start runs jobs until the function it returns is called.
func (w *workshop) start(jobs ...store.Job) (r *store.Runner, stop func()) {
	w.t.Helper()
	r, err := store.NewRunner(w.DB, jobs, slog.New(slog.NewTextHandler(&w.log, nil)))
	if err != nil {
		w.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(w.t.Context())
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx) }()
	synctest.Wait()
	return r, func() {
		cancel()
		if err := <-done; err != nil {
			w.t.Error(err)
		}
	}
}

func (w *workshop) wantRuns(when, name string, want int) {
	w.t.Helper()
	if got := w.runs(name); got != want {
		w.t.Errorf("%s: %s ran %d times, want %d", when, name, got, want)
	}
}

func TestJobsSurviveJumpsOfTheClockAndRestarts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorkshop(t)
		jobs := []store.Job{noting("hourly", time.Hour), noting("daily", 24*time.Hour)}
		_, stop := w.start(jobs...)
		w.wantRuns("at first", "daily", 1)
		time.Sleep(5*time.Hour + 30*time.Minute)
		w.wantRuns("after 5 h", "hourly", 6)
		w.wantRuns("after 5 h", "daily", 1)

		w.clock.jump(10 * 24 * time.Hour)
		time.Sleep(2 * time.Minute)
		w.wantRuns("ten days missed", "hourly", 7)
		w.wantRuns("ten days missed", "daily", 2)
		stop()

		_, stop = w.start(jobs...)
		time.Sleep(30 * time.Minute)
		w.wantRuns("restarted before it was due", "hourly", 7)
		stop()

		// A box that believed it was 2090 and now knows better.
		w.clock.jump(60 * 365 * 24 * time.Hour)
		_, stop = w.start(jobs...)
		w.wantRuns("in 2090", "daily", 3)
		stop()
		w.clock.jump(-60 * 365 * 24 * time.Hour)
		_, stop = w.start(jobs...)
		time.Sleep(time.Hour + 2*time.Minute)
		w.wantRuns("back from 2090", "hourly", 9)
		time.Sleep(23 * time.Hour)
		w.wantRuns("a day after", "daily", 4)
		stop()
	})
}

func TestNothingExpiresWhileTheClockIsUnsure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorkshop(t)
		purge := noting("purge", time.Hour)
		purge.Expires = true
		w.clock.trust(false)
		_, stop := w.start(purge, noting("tell", time.Hour))
		time.Sleep(25*time.Hour + 30*time.Minute) // not at the stroke of one
		w.wantRuns("unsure", "purge", 0)
		w.wantRuns("unsure", "tell", 26)
		w.clock.trust(true)
		time.Sleep(2 * time.Minute)
		w.wantRuns("sure", "purge", 1)
		stop()
	})
}

func TestAFailingJobIsKeptInMindAndTriedLessAndLess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorkshop(t)
		tries, broken := 0, true
		failing := store.Job{Name: "failing", Every: 6 * time.Hour, Run: func(tx *store.Tx) error {
			tries++
			if err := noting("failing", time.Hour).Run(tx); err != nil {
				return err
			}
			if broken {
				return errors.New("no more chairs")
			}
			return nil
		}}
		panics := store.Job{Name: "panics", Every: time.Hour, Run: func(*store.Tx) error { panic("at the disco") }}
		r, stop := w.start(failing, panics, noting("well", time.Hour))
		time.Sleep(24*time.Hour + time.Minute)
		w.wantRuns("beside failing ones", "well", 25)
		w.wantRuns("undone", "failing", 0)
		if tries < 20 || tries > 32 { // after 1, 2, 4 … 32 minutes, then each hour
			t.Errorf("%d tries in a day", tries)
		}
		told := func(want ...string) {
			t.Helper()
			var stored []store.JobFault
			storetest.View(t, w.DB, store.Actor{}, func(tx *store.Tx) (err error) {
				stored, err = store.JobFaults(tx)
				return err
			})
			for name, list := range map[string][]store.JobFault{"running": r.Faults(), "at rest": stored} {
				var got []string
				for _, f := range list {
					got = append(got, f.Job+": "+f.Err)
					if age := w.clock.Now().Sub(f.Since); age < 24*time.Hour || age > 26*time.Hour {
						t.Errorf("%s fails since %s", f.Job, age)
					}
				}
				if strings.Join(got, "|") != strings.Join(want, "|") {
					t.Errorf("%s: %q, want %q", name, got, want)
				}
			}
		}
		told("failing: no more chairs", "panics: panic: at the disco")
		stop()

		broken = false
		r, stop = w.start(failing, panics)
		time.Sleep(time.Hour)
		told("panics: panic: at the disco")
		w.wantRuns("mended", "failing", 1)
		stop()
	})
}

func TestAnIdleJobWritesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorkshop(t)
		looks := 0
		idle := store.Job{Name: "idle", Every: time.Hour, Run: func(tx *store.Tx) error {
			looks++
			_, err := tx.Exec("DELETE FROM test_runs WHERE at < 0")
			return err
		}}
		size := func() (bytes int64) {
			for _, name := range []string{"", "-wal"} {
				info, err := os.Stat(w.Path() + name)
				if err != nil {
					t.Fatal(err)
				}
				bytes += info.Size()
			}
			return bytes
		}
		before, version := size(), w.Version(t.Context())
		_, stop := w.start(idle)
		time.Sleep(48 * time.Hour)
		stop()
		if looks != 48 && looks != 49 {
			t.Errorf("looked %d times in two days", looks)
		}
		if after := size(); after != before {
			t.Errorf("the files grew from %d to %d bytes", before, after)
		}
		if now := w.Version(t.Context()); now != version {
			t.Errorf("pages were dropped: version %d, was %d", now, version)
		}
	})
}

func TestAJobWithMoreToDoGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorkshop(t)
		left := 5
		long := noting("long", 24*time.Hour)
		write := long.Run
		long.Run = func(tx *store.Tx) error {
			if left--; left > 0 {
				return errors.Join(write(tx), store.ErrMore)
			}
			return write(tx)
		}
		_, stop := w.start(long, noting("other", time.Hour))
		time.Sleep(time.Minute)
		w.wantRuns("in parts", "long", 5)
		w.wantRuns("beside it", "other", 1)
		time.Sleep(20 * time.Hour)
		w.wantRuns("done", "long", 5)
		stop()
	})
}

func TestAJobRunsSoonAfterACommit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorkshop(t)
		looks, todo := 0, 0
		soon := store.Job{Name: "soon", Every: time.Hour, Soon: true, Run: func(tx *store.Tx) error {
			looks++
			if todo == 0 {
				return nil
			}
			todo--
			return noting("soon", time.Hour).Run(tx)
		}}
		_, stop := w.start(soon)
		time.Sleep(10 * time.Minute)
		if looks != 1 {
			t.Errorf("%d looks before anything was written", looks)
		}
		todo = 2
		for range 5 { // a burst
			storetest.Update(t, w.DB, store.Actor{}, noting("other", time.Hour).Run)
		}
		time.Sleep(30 * time.Second)
		w.wantRuns("after the burst", "soon", 2)
		if looks > 5 {
			t.Errorf("%d looks at a burst of five and its own two", looks)
		}
		time.Sleep(30 * time.Minute)
		if looks > 5 {
			t.Errorf("it wakes itself: %d looks", looks)
		}
		stop()
	})
}

func TestJobsAreCheckedAtStart(t *testing.T) {
	db, _ := storetest.Open(t)
	good := noting("a", time.Hour)
	for name, list := range map[string][]store.Job{
		"twice":     {good, good},
		"no name":   {noting("", time.Hour)},
		"too often": {noting("a", time.Minute)},
		"nothing":   {{Name: "a", Every: time.Hour}},
	} {
		if _, err := store.NewRunner(db, list, slog.New(slog.DiscardHandler)); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

// TestAJobMaySayWhenItIsNextDue plans a run between two regular ones, also for
// a run that changed nothing and after the box started again.
func TestAJobMaySayWhenItIsNextDue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorkshop(t)
		at := w.clock.Now().Add(25 * time.Minute)
		job := store.Job{Name: "test publication", Every: time.Hour, Soon: true, Run: func(tx *store.Tx) error {
			if tx.Now.Before(at) {
				return store.Again(at)
			}
			if n, err := store.One(tx, store.Scan[int], "SELECT count(*) FROM test_runs"); n > 0 || err != nil {
				return err
			}
			_, err := tx.Exec("INSERT INTO test_runs VALUES ('test publication', ?)", tx.Now.Unix())
			return err
		}}
		for range 2 { // twice started
			r, err := store.NewRunner(w.DB, []store.Job{job}, slog.New(slog.NewTextHandler(&w.log, nil)))
			if err != nil {
				t.Fatal(err)
			}
			ctx, stop := context.WithTimeout(t.Context(), 12*time.Minute)
			if err := r.Run(ctx); err != nil {
				t.Fatal(err)
			}
			stop()
			if n := w.runs("test publication"); n != 0 {
				t.Fatalf("ran before its time: %d", n)
			}
		}
		r, err := store.NewRunner(w.DB, []store.Job{job}, slog.New(slog.NewTextHandler(&w.log, nil)))
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithTimeout(t.Context(), 3*time.Minute)
		defer stop()
		if err := r.Run(ctx); err != nil {
			t.Fatal(err)
		}
		if n := w.runs("test publication"); n != 1 {
			t.Errorf("ran %d times by its time\n%s", n, &w.log)
		}
	})
}
