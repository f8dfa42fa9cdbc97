package panel

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"periph.io/x/conn/v3/gpio"

	"copi.local/appliance/clock"
)

// rig is a pair of lines with a finger on the button and an eye on the LED.
type rig struct {
	lines Lines
	press func(down bool)
	lit   func() bool
}

func testClock() *clock.Clock { return clock.New(clock.Options{Log: quiet()}) }

func simRig(*testing.T) rig {
	s := NewSim(nil)
	return rig{lines: s, press: s.Button, lit: s.Lit}
}

// fakePin is a periph pin in memory. (periph's own fake would bring a module
// more.)
type fakePin struct {
	gpio.PinIO // panics for what pins must not use

	mu    sync.Mutex // guards the rest
	level gpio.Level
	pull  gpio.Pull
	edges chan struct{} // holds a token when the level changed
}

func newFakePin() *fakePin { return &fakePin{edges: make(chan struct{}, 1)} }

func (p *fakePin) In(pull gpio.Pull, _ gpio.Edge) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pull, p.level = pull, pull == gpio.PullUp
	return nil
}

func (p *fakePin) Out(l gpio.Level) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.level = l
	return nil
}

func (p *fakePin) Read() gpio.Level {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.level
}

func (p *fakePin) WaitForEdge(timeout time.Duration) bool {
	select {
	case <-p.edges:
		return true
	case <-time.After(timeout):
		return false
	}
}

func (*fakePin) Halt() error { return nil }

// drive moves the pin as the wire does.
func (p *fakePin) drive(l gpio.Level) {
	_ = p.Out(l)
	select {
	case p.edges <- struct{}{}:
	default:
	}
}

// pinsRig is the Pi's implementation on fake pins.
func pinsRig(t *testing.T) rig {
	t.Helper()
	led, button := newFakePin(), newFakePin()
	p, err := newPins(led, button, testClock())
	if err != nil {
		t.Fatal(err)
	}
	return rig{
		lines: p,
		press: func(down bool) { button.drive(gpio.Level(!down)) },
		lit:   func() bool { return bool(led.Read()) },
	}
}

func TestSimLines(t *testing.T)  { testLines(t, simRig) }
func TestPinsLines(t *testing.T) { testLines(t, pinsRig) }

// watched collects what Watch tells, without repeats.
type watched struct {
	mu     sync.Mutex
	levels []bool
}

func (w *watched) change(down bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.levels) == 0 || w.levels[len(w.levels)-1] != down {
		w.levels = append(w.levels, down)
	}
}

// want waits, at most a second, until Watch has told these levels.
func (w *watched) want(t *testing.T, levels ...bool) {
	t.Helper()
	for range 100 {
		w.mu.Lock()
		got := slices.Clone(w.levels)
		w.mu.Unlock()
		if slices.Equal(got, levels) {
			return
		}
		time.Sleep(10 * ms)
	}
	t.Fatalf("watch told %v, want %v", w.levels, levels)
}

// testLines is what every implementation of Lines must do.
func testLines(t *testing.T, make func(*testing.T) rig) {
	t.Run("LED", func(t *testing.T) {
		r := make(t)
		if r.lit() {
			t.Error("lit before anything was said")
		}
		for _, on := range []bool{true, true, false, true} {
			if err := r.lines.Light(on); err != nil {
				t.Fatal(err)
			}
			if r.lit() != on {
				t.Errorf("Light(%t) left it %t", on, r.lit())
			}
		}
		if err := r.lines.Close(); err != nil || r.lit() {
			t.Errorf("after Close: lit %t, error %v", r.lit(), err)
		}
	})
	t.Run("button", func(t *testing.T) {
		r := make(t)
		defer func() { _ = r.lines.Close() }()
		ctx, cancel := context.WithCancel(t.Context())
		var w watched
		done := startWatch(ctx, r, &w)
		w.want(t, false)
		r.press(true)
		w.want(t, false, true)
		time.Sleep(700 * ms) // longer than any wait inside
		w.want(t, false, true)
		r.press(false)
		w.want(t, false, true, false)
		if err := r.lines.Light(true); err != nil || !r.lit() {
			t.Errorf("the LED does not work while watching: %v", err)
		}
		cancel()
		stopsSoon(t, done)
	})
	t.Run("button held at the start", func(t *testing.T) {
		r := make(t)
		defer func() { _ = r.lines.Close() }()
		ctx, cancel := context.WithCancel(t.Context())
		var w watched
		done := startWatch(ctx, r, &w)
		w.want(t, false)
		r.press(true)
		w.want(t, false, true)
		cancel()
		stopsSoon(t, done)

		var again watched
		ctx, cancel = context.WithCancel(t.Context())
		done = startWatch(ctx, r, &again)
		again.want(t, true)
		r.press(false)
		again.want(t, true, false)
		cancel()
		stopsSoon(t, done)
	})
}

func startWatch(ctx context.Context, r rig, w *watched) <-chan error {
	done := make(chan error, 1)
	go func() { done <- r.lines.Watch(ctx, w.change) }()
	return done
}

func stopsSoon(t *testing.T, done <-chan error) {
	t.Helper()
	select {
	case err := <-done:
		if err != nil {
			t.Errorf("Watch: %v", err)
		}
	case <-time.After(time.Second):
		t.Error("Watch does not stop within a second")
	}
}

// deaf is a pin whose driver cannot wait.
type deaf struct{ *fakePin }

func (deaf) WaitForEdge(time.Duration) bool { return false }

func TestPinsThatCannotWaitDoNotSpin(t *testing.T) {
	p, err := newPins(newFakePin(), deaf{newFakePin()}, testClock())
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Watch(t.Context(), func(bool) {}); err == nil {
		t.Error("no error")
	}
}

// The button is wired between its line and ground.
func TestPinsWiring(t *testing.T) {
	button := newFakePin()
	if _, err := newPins(newFakePin(), button, testClock()); err != nil {
		t.Fatal(err)
	}
	if button.pull != gpio.PullUp {
		t.Errorf("pull is %s", button.pull)
	}
}
