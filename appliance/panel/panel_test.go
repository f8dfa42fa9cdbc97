package panel

import (
	"context"
	"log/slog"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// box is a running panel on simulated lines in virtual time.
type box struct {
	*Panel
	t         *testing.T
	sim       *Sim
	presence  *Presence
	shutdowns atomic.Int32
	stop      context.CancelFunc
}

// inBox runs fn with a panel that says ready.
func inBox(t *testing.T, fn func(*testing.T, *box)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		b := &box{t: t, sim: NewSim(nil)}
		timer := testClock()
		b.presence = NewPresence(timer, quiet(), "")
		b.Panel = New(Options{
			Lines: b.sim, Timer: timer, Log: quiet(), Simulated: true, Presence: b.presence,
			Shutdown: func() { b.shutdowns.Add(1) },
		})
		ctx, cancel := context.WithCancel(t.Context())
		b.stop = cancel
		done := make(chan error, 1)
		go func() { done <- b.Run(ctx) }()
		b.Set(Booting, 0)
		synctest.Wait() // a button down before Run would be "held at start"
		fn(t, b)
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if b.sim.Lit() {
			t.Error("still lit after Run")
		}
	})
}

// record samples the LED every 10 ms of virtual time and gives the lengths in
// ms: lit first.
func (b *box) record(d time.Duration) []int {
	lengths, lit := []int{0}, true
	for range d / (10 * ms) {
		synctest.Wait()
		if on := b.sim.Lit(); on != lit {
			lengths, lit = append(lengths, 0), on
		}
		lengths[len(lengths)-1] += 10
		time.Sleep(10 * ms)
	}
	return lengths
}

// shows asserts what the LED does from now on, to 20 ms.
func (b *box) shows(what string, want ...int) {
	b.t.Helper()
	total := 0
	for _, l := range want {
		total += l
	}
	got := b.record(time.Duration(total) * ms)
	near := func(a, b int) bool { return a-b <= 20 && b-a <= 20 }
	if !slices.EqualFunc(got, want, near) {
		b.t.Errorf("%s: the LED was %v, want %v", what, got, want)
	}
}

func (b *box) hold(d time.Duration) {
	b.sim.Button(true)
	time.Sleep(d)
	b.sim.Button(false)
	time.Sleep(debounce + ms)
	synctest.Wait()
}

func TestLEDFollowsConditionsAtOnce(t *testing.T) {
	inBox(t, func(t *testing.T, b *box) {
		b.shows("ready", 3000)
		b.Set(DataTrouble, DataTrouble)
		b.shows("data trouble", 0, 2000, 250, 350, 250, 350, 250, 350, 250, 350, 250, 350, 250, 2000, 250, 350)
		b.Set(NoNetwork, NoNetwork) // less pressing: the count goes on
		b.shows("still counting", 250, 350, 250)
		b.Set(Busy, Busy)
		b.shows("busy", 200, 200, 200, 200)
		b.Set(DataTrouble|Busy, 0)
		b.shows("no network", 0, 2000, 250, 2000, 250)
		if got := b.State().Code; got != "no_network" {
			t.Errorf("state %q", got)
		}
	})
}

func TestStartsBooting(t *testing.T) {
	inBox(t, func(_ *testing.T, b *box) {
		b.Set(Booting, Booting)
		b.shows("booting", 1000, 1000, 1000)
	})
}

// Every press is answered within 100 ms, whatever the LED shows.
func TestPressIsAnsweredWithin100ms(t *testing.T) {
	for c := Conditions(1); c < 1<<13; c <<= 1 {
		for after := time.Duration(0); after < 2500*ms; after += 170 * ms {
			inBox(t, func(t *testing.T, b *box) {
				b.Set(c, c)
				time.Sleep(after)
				synctest.Wait()
				before := b.sim.Lit()
				b.sim.Button(true)
				answered := false
				for range 10 {
					time.Sleep(10 * ms)
					synctest.Wait()
					answered = answered || b.sim.Lit() != before
				}
				if !answered {
					t.Errorf("%s, pressed after %s: no answer", b.State().Code, after)
				}
			})
		}
	}
}

func TestShortPressShowsTheStateAgain(t *testing.T) {
	inBox(t, func(t *testing.T, b *box) {
		b.Set(NoNetwork, NoNetwork)
		b.hold(300 * ms)
		b.shows("long flash, then the code from its start", 0, 200, 800, 2200, 250, 2000, 250)
	})
}

func TestShortPressSilencesCode2ForADay(t *testing.T) {
	inBox(t, func(t *testing.T, b *box) {
		b.Set(LowDisk, LowDisk)
		time.Sleep(time.Second)
		b.hold(300 * ms)
		time.Sleep(2 * time.Second)
		b.shows("silent", 5000)
		b.Set(NoBackup, NoBackup) // another reason is another warning
		b.shows("a new reason", 0, 2000, 250, 350, 250)
		b.Set(NoBackup, 0)
		time.Sleep(23 * time.Hour)
		b.shows("23 hours later", 5000)
		time.Sleep(time.Hour)
		b.shows("a day later", 0, record2(b), 250, 350, 250)
	})
}

// record2 waits for the dark before a code 2 to end, so that the test need
// not know when in its turn it looks.
func record2(b *box) int {
	for b.sim.Lit() {
		time.Sleep(10 * ms)
	}
	for !b.sim.Lit() {
		time.Sleep(10 * ms)
	}
	for range 2 { // to the start of the next pause
		for b.sim.Lit() {
			time.Sleep(10 * ms)
		}
		time.Sleep(360 * ms)
	}
	return 2000 - 360
}

func TestShortPressLeavesOtherCodes(t *testing.T) {
	inBox(t, func(t *testing.T, b *box) {
		b.Set(DataTrouble|LowDisk, DataTrouble|LowDisk)
		b.hold(300 * ms)
		b.Set(DataTrouble, 0)
		time.Sleep(2 * time.Second)
		if got := b.State().Code; got != "see_status" {
			t.Errorf("state %q: a code nobody saw was silenced", got)
		}
	})
}

func TestShutdownGesture(t *testing.T) {
	inBox(t, func(t *testing.T, b *box) {
		b.sim.Button(true)
		b.shows("pressed", 40, 2960)
		b.shows("from 3 s on busy", 200, 200, 200, 200)
		if b.shutdowns.Load() != 0 {
			t.Error("stops before the release")
		}
		b.sim.Button(false)
		time.Sleep(50 * ms)
		synctest.Wait()
		if b.shutdowns.Load() != 1 || b.State().Code != "busy" {
			t.Errorf("%d shutdowns, state %s", b.shutdowns.Load(), b.State().Code)
		}
		b.hold(4 * time.Second)
		if b.shutdowns.Load() != 1 {
			t.Error("asked to stop twice")
		}
		b.Set(Halted, Halted)
		b.shows("may be unplugged", 0, 3000)
	})
}

func TestUnnamedLengthsDoNothing(t *testing.T) {
	for _, d := range []time.Duration{2 * time.Second, 6500 * ms, 13 * time.Second} {
		inBox(t, func(t *testing.T, b *box) {
			b.hold(d)
			b.shows("one long flash", 0, 200, 800, 200, 3000)
			if b.shutdowns.Load() != 0 || b.presence.Expected() {
				t.Errorf("held %s: something happened", d)
			}
		})
	}
}

func TestStuckButtonShowsTheState(t *testing.T) {
	inBox(t, func(t *testing.T, b *box) {
		b.sim.Button(true)
		time.Sleep(15100 * ms)
		b.shows("the state", 3000)
		b.sim.Button(false)
		b.shows("nothing at its release", 3000)
		if b.shutdowns.Load() != 0 || b.presence.Expected() {
			t.Error("something happened")
		}
	})
}

func TestIdentify(t *testing.T) {
	inBox(t, func(_ *testing.T, b *box) {
		b.Identify()
		b.shows("three short, three long", 0, 400, 200, 200, 200, 200, 200, 200, 600, 200, 600, 200, 600)
		time.Sleep(15 * time.Second)
		b.shows("the state again", 3000)
	})
}

// read is what a person counts on the LED.
func (b *box) read() string {
	lengths := b.record(25 * time.Second)
	code, n := "", 0
	for i, l := range lengths {
		switch {
		case i%2 == 0 && l > 350 && l < 450:
			n++
		case i%2 == 1 && l > 1000 && n > 0:
			code, n = code+string(rune('0'+n)), 0
		}
	}
	if len(code) < 4 {
		b.t.Fatalf("read %q in %v", code, lengths)
	}
	return code[:4]
}

func TestRecoveryWindow(t *testing.T) {
	inBox(t, func(t *testing.T, b *box) {
		if b.presence.Expected() {
			t.Error("a code counts before any press")
		}
		b.sim.Button(true)
		time.Sleep(7050 * ms)
		b.shows("dark from 7 s on", 0, 1000)
		b.sim.Button(false)
		time.Sleep(50 * ms)
		if err := b.presence.Prove(t.Context(), b.read()); err != nil {
			t.Errorf("the code on the LED: %v", err)
		}
		b.presence.Done()
		time.Sleep(30 * time.Minute)
		b.hold(8 * time.Second)
		b.shows("one window an hour: long flash", 0, 200, 800, 200, 2000)
		if b.presence.Expected() {
			t.Error("a second window within the hour")
		}
		time.Sleep(30 * time.Minute)
		b.hold(8 * time.Second)
		if !b.presence.Expected() {
			t.Error("no window after an hour")
		}
	})
}

func TestSetUpCodeIsBlinkedAfterAPress(t *testing.T) {
	inBox(t, func(t *testing.T, b *box) {
		b.presence.SettingUp(true)
		b.presence.Welcome(b.Panel)
		first := b.read()
		time.Sleep(9 * time.Minute)
		b.hold(300 * ms)
		if again := b.read(); again != first {
			t.Errorf("within the window %s became %s", first, again)
		}
		b.presence.Done()
		b.hold(300 * ms)
		b.shows("set up: the ordinary answer", 0, 200, 800, 200, 2000)
	})
}

func TestSimulatedPress(t *testing.T) {
	inBox(t, func(t *testing.T, b *box) {
		b.Press(4 * time.Second)
		b.Press(time.Millisecond) // while pressed: nothing
		time.Sleep(4100 * ms)
		synctest.Wait()
		if b.shutdowns.Load() != 1 {
			t.Error("a simulated hold does not stop the box")
		}
	})
}

// broken are lines that have come loose.
type broken struct{ Sim }

func (*broken) Light(bool) error                        { return context.DeadlineExceeded }
func (*broken) Watch(context.Context, func(bool)) error { return context.DeadlineExceeded }

func TestBrokenLinesDoNotStopTheBox(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := New(Options{Lines: &broken{}, Timer: testClock(), Log: quiet()})
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- p.Run(ctx) }()
		time.Sleep(time.Minute)
		select {
		case err := <-done:
			t.Errorf("stopped: %v", err)
		default:
		}
		cancel()
		<-done
	})
}

// TestAShortPressGoesToTheStick: busy at once, then what came of it, and the code
// of a box that is set up only where no stick takes the press (OPERATIONS.md §1.2).
func TestAShortPressGoesToTheStick(t *testing.T) {
	inBox(t, func(t *testing.T, b *box) {
		var takes atomic.Bool
		asked := 0
		b.opt.Stick = func() bool {
			asked++
			return takes.Load()
		}
		press := func() {
			b.sim.Button(true)
			time.Sleep(200 * ms)
			b.sim.Button(false)
			time.Sleep(100 * ms)
			synctest.Wait()
		}
		press()
		if asked != 1 || b.State().Code != "ready" {
			t.Errorf("without a stick: asked %d times, %s", asked, b.State().Code)
		}
		takes.Store(true)
		press()
		if b.State().Code != "busy" {
			t.Errorf("100 ms after the press: %s", b.State().Code)
		}
		b.Set(Copying|BackupDone, BackupDone)
		time.Sleep(100 * ms)
		if b.State().Code != "backup_done" {
			t.Errorf("when it is done: %s", b.State().Code)
		}
		b.Set(BackupDone|StickTrouble, StickTrouble)
		press()
		if b.State().Code != "busy" {
			t.Errorf("tried again: %s", b.State().Code)
		}
	})
}
