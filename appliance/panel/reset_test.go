package panel

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// switchedOn runs a panel whose button is held since the machine was switched
// on, and tells how often the box was given up.
func switchedOn(t *testing.T, gesture func(b *box)) (resets int32) {
	t.Helper()
	var n atomic.Int32
	synctest.Test(t, func(t *testing.T) {
		b := &box{t: t, sim: NewSim(nil)}
		b.Panel = New(Options{
			Lines: b.sim, Timer: testClock(), Log: quiet(), Reset: func() { n.Add(1) },
			Shutdown: func() { b.shutdowns.Add(1) },
		})
		b.Set(Booting, 0)
		b.sim.Button(true)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- b.Run(ctx) }() // ends with ctx
		synctest.Wait()
		gesture(b)
		time.Sleep(time.Minute)
		synctest.Wait()
		if code := b.State().Code; code != "ready" {
			t.Errorf("a minute later: %s", code)
		}
		if b.shutdowns.Load() != 0 {
			t.Error("the box stops")
		}
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return n.Load()
}

// TestABoxIsGivenUpByTheWholeGestureAlone (OPERATIONS.md §1.2, factory reset).
func TestABoxIsGivenUpByTheWholeGestureAlone(t *testing.T) {
	release := func(b *box, after time.Duration) {
		time.Sleep(after)
		b.sim.Button(false)
		synctest.Wait()
	}
	for name, c := range map[string]struct {
		gesture func(b *box)
		resets  int32
	}{
		"held, released, pressed": {func(b *box) {
			release(b, 6*time.Second)
			if b.State().Code != "reset_armed" {
				b.t.Errorf("released: %s", b.State().Code)
			}
			if n := len(b.record(600 * ms)); n < 9 || n > 11 {
				b.t.Errorf("it changes %d times in 600 ms", n)
			}
			time.Sleep(5 * time.Second)
			b.hold(200 * ms)
			time.Sleep(100 * ms)
			if n := len(b.record(2500 * ms)); n != 1 {
				b.t.Errorf("lit for three seconds: it changes %d times", n)
			}
		}, 1},
		"pressed twice":            {func(b *box) { release(b, 6*time.Second); b.hold(200 * ms); time.Sleep(time.Second); b.hold(200 * ms) }, 1},
		"released before":          {func(b *box) { release(b, 4*time.Second); b.hold(200 * ms) }, 0},
		"not confirmed":            {func(b *box) { release(b, 6*time.Second) }, 0},
		"confirmed too late":       {func(b *box) { release(b, 6*time.Second); time.Sleep(11 * time.Second); b.hold(200 * ms) }, 0},
		"confirmed by a long hold": {func(b *box) { release(b, 6*time.Second); b.hold(4 * time.Second) }, 0},
		"stuck":                    {func(b *box) { release(b, 20*time.Second); b.hold(200 * ms) }, 0},
	} {
		if n := switchedOn(t, c.gesture); n != c.resets {
			t.Errorf("%s: given up %d times, not %d", name, n, c.resets)
		}
	}
}

// TestARunningBoxIsNotGivenUp: the gesture begins with the power.
func TestARunningBoxIsNotGivenUp(t *testing.T) {
	inBox(t, func(t *testing.T, b *box) {
		b.opt.Reset = func() { t.Error("given up") }
		b.hold(2 * time.Second)
		time.Sleep(100 * ms)
		b.hold(200 * ms)
		time.Sleep(time.Second)
	})
}
