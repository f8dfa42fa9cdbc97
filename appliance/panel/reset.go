package panel

import "time"

// resetting is the gesture that gives a box up: the button held while power is
// applied until the LED flickers (5 s), released, then pressed shortly once
// within 10 s (OPERATIONS.md §1.2). Anything else, and nothing happens: no one
// does it by mistake, and no stuck button does.
type resetting struct {
	stage resetStage
	since time.Duration // when the stage began
}

type resetStage uint8

const (
	resetNone  resetStage = iota
	resetHeld             // held since the start
	resetReady            // long enough: to be released
	resetWaits            // released: to be confirmed
)

const (
	resetAfter  = 5 * time.Second  // held
	resetStuck  = 10 * time.Second // held on after that: nobody holds it
	resetWithin = 10 * time.Second // of the release
)

// resetTaken is what the LED answers to the confirming press.
var resetTaken = once(3000 * ms)

// step does what is due at an instant, with the button at a level.
func (r *resetting) step(now time.Duration, down bool) {
	switch age := now - r.since; {
	case r.stage == resetHeld && !down, r.stage == resetReady && age >= resetStuck, r.stage == resetWaits && age >= resetWithin && !down:
		*r = resetting{}
	case r.stage == resetHeld && age >= resetAfter:
		*r = resetting{stage: resetReady, since: now}
	case r.stage == resetReady && !down:
		*r = resetting{stage: resetWaits, since: now}
	}
}

// armed tells whether the LED flickers.
func (r *resetting) armed() bool { return r.stage == resetReady || r.stage == resetWaits }

// next is when step must be called again.
func (r *resetting) next() time.Duration {
	switch r.stage {
	case resetHeld:
		return r.since + resetAfter
	case resetReady:
		return r.since + resetStuck
	case resetWaits:
		return r.since + resetWithin
	case resetNone:
	}
	return forever
}

// confirm takes the press after the release: a short one gives the box up, any
// other leaves it as it is; p.mu is held.
func (p *Panel) confirm(g gesture) {
	p.reset = resetting{}
	if g != shortPress {
		p.overlay = &longFlash
		return
	}
	p.overlay = &resetTaken
	p.opt.Log.Warn("the box is given up, asked by the button")
	if p.opt.Reset != nil {
		p.opt.Reset()
	}
}
