package clock

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"copi.local/store"
)

var built = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

// machine is a computer whose clock and uptime a test moves by hand.
type machine struct {
	wall time.Time
	up   time.Duration
}

func (m *machine) read() (time.Time, time.Duration) { return m.wall, m.up }

func (m *machine) pass(d time.Duration) {
	m.wall = m.wall.Add(d)
	m.up += d
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func pi(m *machine) *Clock {
	return newClock(Options{Built: built, Log: quiet()}, m.read)
}

func pc(m *machine) *Clock {
	return newClock(Options{Built: built, System: true, Log: quiet()}, m.read)
}

func same(t *testing.T, what string, got, want time.Time) {
	t.Helper()
	if !got.Equal(want) {
		t.Errorf("%s is %s, want %s", what, got, want)
	}
}

func grade(t *testing.T, c *Clock, want store.ClockQuality) {
	t.Helper()
	if got := c.Quality(); got != want {
		t.Errorf("quality is %d, want %d", got, want)
	}
}

func kind(t *testing.T, err error, want store.Kind) {
	t.Helper()
	if err == nil || store.KindOf(err) != want {
		t.Errorf("error is %v, want kind %s", err, want)
	}
}

func TestPiStartsAtItsFloor(t *testing.T) {
	m := &machine{wall: time.Unix(0, 0)}
	c := pi(m)
	same(t, "start", c.Now(), built)
	grade(t, c, store.ClockNone)
	m.pass(time.Minute)
	same(t, "a minute later", c.Now(), built.Add(time.Minute))
	c.Raise(built.Add(time.Hour))
	same(t, "after a newer stored event", c.Now(), built.Add(time.Hour))
	c.Raise(built)
	same(t, "after an older one", c.Now(), built.Add(time.Hour))
	grade(t, c, store.ClockNone)
	m.wall = time.Date(2036, 1, 1, 0, 0, 0, 0, time.UTC) // a machine not trusted
	same(t, "whatever the machine says", c.Now(), built.Add(time.Hour))
}

func TestPCFollowsTheMachine(t *testing.T) {
	m := &machine{wall: built.Add(1000 * time.Hour)}
	c := pc(m)
	same(t, "start", c.Now(), m.wall)
	grade(t, c, store.ClockConfirmed)
	m.wall = m.wall.Add(72 * time.Hour) // woken after a weekend
	same(t, "after sleep", c.Now(), m.wall)
}

func TestPCWithDeadBattery(t *testing.T) {
	m := &machine{wall: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)}
	c := pc(m)
	same(t, "start", c.Now(), built)
	grade(t, c, store.ClockNone)
	m.wall = built.Add(time.Hour) // somebody mends it
	same(t, "mended", c.Now(), m.wall)
	grade(t, c, store.ClockConfirmed)
}

// Something stored later than the machine's clock says: the clock is wrong.
func TestPCBehindWhatIsStored(t *testing.T) {
	m := &machine{wall: built.Add(time.Hour)}
	c := pc(m)
	stored := built.Add(50 * 24 * time.Hour)
	c.Raise(stored)
	same(t, "time", c.Now(), stored)
	grade(t, c, store.ClockNone)
}

func TestNeverBack(t *testing.T) {
	m := &machine{wall: built.Add(time.Hour)}
	c := pc(m)
	last := c.Now()
	for _, jump := range []time.Duration{-time.Minute, time.Second, -20 * time.Hour, time.Hour, -87600 * time.Hour, 87600 * time.Hour, -time.Second} {
		m.wall = m.wall.Add(jump)
		for range 5 {
			m.pass(time.Second)
			now := c.Now()
			if now.Before(last) {
				t.Fatalf("after a jump of %s: %s came after %s", jump, now, last)
			}
			last = now
		}
	}
}

func TestSmallStepBackIsCaughtUp(t *testing.T) {
	m := &machine{wall: built.Add(time.Hour)}
	c := pc(m)
	c.Now()
	m.wall = m.wall.Add(-10 * time.Minute)
	for range 20 {
		m.pass(time.Minute)
		c.Now()
	}
	same(t, "twenty minutes later", c.Now(), m.wall)
	grade(t, c, store.ClockConfirmed)
}

func TestHintIsForDisplayOnly(t *testing.T) {
	m := &machine{}
	c := pi(m)
	c.Hint(built.Add(9 * time.Hour))
	grade(t, c, store.ClockHinted)
	same(t, "now", c.Now(), built)
	same(t, "shown", c.Shown(), built.Add(9*time.Hour))
	if err := c.Confirm(built.Add(time.Hour), false); err != nil {
		t.Fatal(err)
	}
	c.Hint(built.Add(90 * time.Hour))
	grade(t, c, store.ClockConfirmed)
	same(t, "shown when confirmed", c.Shown(), c.Now())
}

// The operator's phone is set to 2036 by mistake.
func TestBO3_PhoneInAnotherYear(t *testing.T) {
	m := &machine{}
	c := pi(m)
	wrong := time.Date(2036, 1, 1, 0, 0, 0, 0, time.UTC)
	kind(t, c.Confirm(wrong, false), store.Conflict)
	same(t, "time meanwhile", c.Now(), built)
	if c.Quality().Sure() {
		t.Error("a refused time made the clock sure")
	}
	kind(t, c.Confirm(built.Add(-48*time.Hour), true), store.Invalid)
	right := built.Add(72 * time.Hour)
	kind(t, c.Confirm(right, false), store.Conflict)
	if err := c.Confirm(right, true); err != nil {
		t.Fatal(err)
	}
	same(t, "confirmed time", c.Now(), right)
	grade(t, c, store.ClockConfirmed)
}

func TestConfirmSlightlyBack(t *testing.T) {
	m := &machine{}
	c := pi(m)
	if err := c.Confirm(built.Add(-time.Minute), false); err != nil {
		t.Fatal(err)
	}
	same(t, "at once", c.Now(), built)
	m.pass(time.Minute)
	same(t, "at half speed", c.Now(), built.Add(30*time.Second))
	m.pass(time.Minute)
	same(t, "caught up", c.Now(), built.Add(time.Minute))
}

func TestConfirmOverridesTheMachine(t *testing.T) {
	m := &machine{wall: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)}
	c := pc(m)
	if err := c.Confirm(built.Add(time.Hour), false); err != nil {
		t.Fatal(err)
	}
	m.pass(time.Minute)
	same(t, "time", c.Now(), built.Add(61*time.Minute))
	grade(t, c, store.ClockConfirmed)
}

func TestFloorSurvivesARestart(t *testing.T) {
	file := filepath.Join(t.TempDir(), "clock")
	synctest.Test(t, func(t *testing.T) {
		c := New(Options{File: file, Built: built, Log: quiet()})
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- c.Run(ctx) }()
		c.Raise(built.Add(time.Hour))
		time.Sleep(16 * time.Minute)
		synctest.Wait()
		again := New(Options{File: file, Built: built, Log: quiet()})
		same(t, "after a power cut", again.Now(), built.Add(75*time.Minute))
		cancel()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		again = New(Options{File: file, Built: built, Log: quiet()})
		same(t, "after a clean stop", again.Now(), built.Add(76*time.Minute))
	})
}

// What an operator confirmed is the floor at once.
func TestConfirmedTimeSurvivesAPowerCut(t *testing.T) {
	file, m := filepath.Join(t.TempDir(), "clock"), &machine{}
	c := newClock(Options{File: file, Built: built, Log: quiet()}, m.read)
	told := built.Add(72 * time.Hour)
	if err := c.Confirm(told, true); err != nil {
		t.Fatal(err)
	}
	same(t, "after a power cut", newClock(Options{File: file, Built: built, Log: quiet()}, m.read).Now(), told)
}

// An idle box writes the floor four times an hour and nothing else.
func TestIdleWrites(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "clock")
	synctest.Test(t, func(t *testing.T) {
		c := New(Options{File: file, System: true, Log: quiet()})
		ctx, cancel := context.WithCancel(t.Context())
		go func() { _ = c.Run(ctx) }()
		writes, before := 0, ""
		for range 120 { // an hour, by half minutes
			time.Sleep(30 * time.Second)
			synctest.Wait()
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if string(data) != before {
				writes, before = writes+1, string(data)
			}
			if len(data) > 4096 {
				t.Fatalf("%d bytes", len(data))
			}
		}
		cancel()
		synctest.Wait()
		if writes < 4 || writes > 5 {
			t.Errorf("%d writes in an hour", writes)
		}
	})
	if left, _ := fs.Glob(os.DirFS(dir), "*"); len(left) != 1 {
		t.Errorf("files left: %v", left)
	}
}

func TestDamagedFloorIsIgnored(t *testing.T) {
	good := string(format(built.Add(time.Hour), time.Hour))
	for _, text := range []string{"", "\x00\x00\x00", "9" + good, good[:len(good)-3], good + "x", "99999999999999999999 0\n"} {
		file := filepath.Join(t.TempDir(), "clock")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		c := newClock(Options{File: file, Built: built, Log: quiet()}, (&machine{}).read)
		same(t, "time with a floor file "+text, c.Now(), built)
		if c.Running() != 0 {
			t.Errorf("with a floor file %q the box has run %v", text, c.Running())
		}
	}
}

// Running time counts what the box runs, whatever becomes of its time of day,
// and stands while it is off.
func TestRunningTimeSurvivesARestart(t *testing.T) {
	file, m := filepath.Join(t.TempDir(), "clock"), &machine{wall: built}
	start := func() *Clock { m.up = 0; return newClock(Options{File: file, Built: built, Log: quiet()}, m.read) }
	ran := func(c *Clock, want time.Duration) {
		t.Helper()
		if got := c.Running(); got != want {
			t.Errorf("the box has run %v, want %v", got, want)
		}
	}
	c := start()
	m.pass(40 * time.Hour)
	ran(c, 40*time.Hour)
	if err := c.Confirm(built.Add(1000*time.Hour), true); err != nil { // a jump is not running
		t.Fatal(err)
	}
	ran(c, 40*time.Hour)
	m.pass(10 * time.Minute) // lost by a power cut
	c = start()
	ran(c, 40*time.Hour)
	m.pass(time.Hour)
	ran(c, 41*time.Hour)
	if err := c.Save(); err != nil {
		t.Fatal(err)
	}
	m.wall = m.wall.Add(365 * 24 * time.Hour) // off for a year
	ran(start(), 41*time.Hour)
}

// A file from before running time was counted keeps its floor.
func TestFloorFileWithoutRunningTime(t *testing.T) {
	file := filepath.Join(t.TempDir(), "clock")
	if err := os.WriteFile(file, signed(fmt.Sprint(built.Add(time.Hour).Unix())), 0o600); err != nil {
		t.Fatal(err)
	}
	c := newClock(Options{File: file, Built: built, Log: quiet()}, (&machine{}).read)
	same(t, "time", c.Now(), built.Add(time.Hour))
	if c.Running() != 0 {
		t.Errorf("it has run %v", c.Running())
	}
}

// Where the file is lost, the newest mark the box stored is what it has run.
func TestRunningTimeIsNotLessThanItsMarks(t *testing.T) {
	m := &machine{up: time.Minute}
	c := pi(m)
	c.HasRun(90 * time.Hour)
	m.pass(time.Hour)
	c.HasRun(80 * time.Hour)
	if got := c.Running(); got != 91*time.Hour {
		t.Errorf("the box has run %v", got)
	}
}
