// Package clock is the box's time of day, and the only package that asks the
// machine for it.
//
// A Raspberry Pi has no battery: after a power cut it believes it is 1970. So
// the box keeps a floor, an instant that cannot lie in the future: the newest
// of the build, the last saved reading and the newest thing stored. Time runs
// from there, never goes back, and says how far it can be trusted. Nothing
// expires and no vote closes before somebody, or a machine with a clock of
// its own, has said what time it is.
package clock

import (
	"log/slog"
	"sync"
	"time"

	"copi.local/store"
)

// bigJump is the largest correction taken without asking again
// (ACCEPTANCE.md BO-3), and the largest one towards the past at all.
const bigJump = 24 * time.Hour

// Options say where the clock starts.
type Options struct {
	// File keeps the floor between two starts; empty: nowhere.
	File string
	// Built is when the program was built; zero when unknown.
	Built time.Time
	// System tells that the machine keeps time by itself (a PC, or a Pi whose
	// battery-backed clock was found good): its clock is followed and counts
	// as confirmed. Off, only elapsed time is taken from the machine.
	System bool
	// Log gets jumps and the faults of File.
	Log *slog.Logger
}

// Clock implements store.Clock. It is safe for concurrent use.
type Clock struct {
	file string
	log  *slog.Logger
	// read gives the machine's time of day and the time elapsed since New.
	read func() (wall time.Time, elapsed time.Duration)

	mu      sync.Mutex // guards the rest
	base    time.Time  // the aim is base + elapsed
	last    time.Time  // the newest reading given out
	lastAt  time.Duration
	system  bool // base follows the machine's clock
	quality store.ClockQuality
	shift   time.Duration // of the last hint, for Shown
	floor   time.Time     // what File holds
	ran     time.Duration // the running time of the starts before this one
}

var _ store.Clock = (*Clock)(nil)

// New starts the clock at its floor, or at the machine's time when that is
// trusted and not older. A damaged floor file is logged and done without.
func New(o Options) *Clock {
	start := time.Now()
	return newClock(o, func() (time.Time, time.Duration) {
		now := time.Now()
		return now.Round(0), now.Sub(start)
	})
}

func newClock(o Options, read func() (time.Time, time.Duration)) *Clock {
	c := &Clock{file: o.File, log: o.Log, read: read, system: o.System}
	saved, ran, err := load(o.File)
	if err != nil {
		c.log.Warn("clock floor unreadable", "err", err)
	}
	c.floor, c.ran = saved, ran
	c.last = later(later(time.Unix(0, 0), o.Built), saved).UTC()
	_, c.lastAt = read()
	c.base = c.last.Add(-c.lastAt)
	return c
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// Now is the time of day in UTC. It never goes back.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now()
}

// now reads the clock; c.mu is held. Where the aim lies behind what was given
// out already, the clock runs at half speed until the aim has caught up.
func (c *Clock) now() time.Time {
	wall, elapsed := c.read()
	if c.system {
		c.follow(wall, elapsed)
	}
	slow := c.last.Add(max(0, elapsed-c.lastAt) / 2)
	c.last, c.lastAt = later(slow, c.base.Add(elapsed)).UTC(), elapsed
	return c.last
}

// follow aims at the machine's clock, unless it claims a day that is past:
// then its battery is dead or somebody erred, and the time is not sure.
func (c *Clock) follow(wall time.Time, elapsed time.Duration) {
	quality := store.ClockConfirmed
	if c.last.Sub(wall) > bigJump {
		quality = store.ClockNone
	} else {
		c.base = wall.Add(-elapsed)
	}
	if quality != c.quality {
		c.quality = quality
		c.log.Info("clock follows the machine", "trusted", quality.Sure(), "machine", wall, "box", c.last)
	}
}

// Quality is how far Now can be trusted.
func (c *Clock) Quality() store.ClockQuality {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now() // the machine's clock may have lost its trust since
	return c.quality
}

// Elapsed is the time since the start. It takes no part in corrections:
// lights, buttons and windows of minutes are measured with it.
func (c *Clock) Elapsed() time.Duration {
	_, elapsed := c.read()
	return elapsed
}

// Running is how long the box has run, this start and those before it, as far
// as File knows them.
func (c *Clock) Running() time.Duration {
	_, elapsed := c.read()
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ran + elapsed
}

// HasRun tells the clock that the box has run for d in all: the newest mark it
// stored. It never lowers what Running tells. Without it a lost File would let
// what was counted from those marks begin anew.
func (c *Clock) HasRun(d time.Duration) {
	_, elapsed := c.read()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ran = max(c.ran, d-elapsed)
}

// After sends once, d later, in elapsed time. A timer nobody waits for any
// more is collected.
func (c *Clock) After(d time.Duration) <-chan time.Time { return time.After(d) }

// Raise tells the clock that t has been: the newest thing the box itself
// stored. It never lowers and never makes the time surer. Dates that come from
// elsewhere must not reach it: time never goes back, so one card of a hostile
// neighbour would move the box for good (FE-7).
func (c *Clock) Raise(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := c.now(); t.After(now) {
		c.set(t)
	}
}

// set moves the clock to t; c.mu is held.
func (c *Clock) set(t time.Time) {
	_, elapsed := c.read()
	t = t.Round(0).UTC()
	c.base, c.last = t.Add(-elapsed), later(c.last, t) // before follow looks: it may lose its trust in the machine
	c.now()
}

// Hint takes the time of a visitor's phone, or the median of three paired
// neighbours. It only changes what Shown tells: anyone can send one.
func (c *Clock) Hint(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := c.now(); !c.quality.Sure() {
		c.shift = t.Sub(now)
		c.quality = store.ClockHinted
	}
}

// Shown is the best guess to show to a person and to nothing else.
func (c *Clock) Shown() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	if c.quality != store.ClockHinted {
		return now
	}
	return now.Add(c.shift).UTC()
}

// Confirm sets the clock to what an operator says ("your phone says 14:32,
// the box 03:10"). A jump of more than a day fails with kind Conflict until
// sure is true, so that a phone set to another year is noticed. More than a
// day back is Invalid: time never goes back. Less than that, the clock runs
// slower until it is right.
//
// What was confirmed is the new floor at once: what is written a minute later
// must not lie in the future after a power cut.
func (c *Clock) Confirm(t time.Time, sure bool) error {
	if err := c.confirm(t, sure); err != nil {
		return err
	}
	if err := c.Save(); err != nil {
		c.log.Error("clock floor not saved", "err", err)
	}
	return nil
}

func (c *Clock) confirm(t time.Time, sure bool) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	switch d := t.Sub(now); {
	case d < -bigJump:
		return store.E(store.Invalid, "err.clock.back", "box", now, "told", t)
	case d > bigJump && !sure:
		return store.E(store.Conflict, "err.clock.jump", "box", now, "told", t)
	}
	c.system = false
	c.set(t)
	c.quality = store.ClockConfirmed
	c.log.Info("clock confirmed", "before", now, "after", c.last, "told", t)
	return nil
}
