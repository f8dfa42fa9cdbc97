package panel

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// silence is how long a short press quiets code 2.
const silence = 24 * time.Hour

// Options say what a Panel drives and what its button does.
type Options struct {
	Lines Lines
	Timer Timer
	Log   *slog.Logger
	// Simulated allows Press.
	Simulated bool
	// Shutdown starts a clean stop; the LED shows busy from then on. It is
	// called once and must not block.
	Shutdown func()
	// Reset gives the box up, asked for by the gesture of a factory reset: the
	// button held since the machine was switched on, see resetting. It is called
	// once and must not block; nil where there is no such gesture.
	Reset func()
	// Presence has its codes shown; nil when the box has none to show.
	Presence *Presence
	// Stick takes a short press to the stick that is plugged in, and tells whether
	// it did: the LED shows busy from then on, until Copying is taken back. It must
	// not block, nor call the panel. nil where there are no sticks.
	Stick func() bool
	// Caption, which may be nil, is told the words of each new state.
	Caption func(State)
}

// Panel plays the box's state on the LED and answers the button.
type Panel struct {
	opt  Options
	wake chan struct{} // holds one token when something changed

	mu       sync.Mutex // guards the rest
	cond     Conditions
	quiet    Conditions // conditions silenced by a press …
	quietEnd time.Duration
	state    State         // what cond says
	began    time.Duration // when state, or the overlay, began
	overlay  *sequence     // played over the state; nil: none
	button   gestures
	reset    resetting
	lit      bool          // what the LED shows
	inverted bool          // what it shows while pressed
	pressEnd time.Duration // of a simulated press
	pressed  bool          // by Press
	stopping bool
}

// New prepares a panel; nothing is lit before Run. A box begins as booting.
func New(opt Options) *Panel {
	return &Panel{opt: opt, wake: make(chan struct{}, 1), cond: Booting, state: Pattern(Booting), button: newGestures(false)}
}

// Set says which of the given conditions hold; the others stay as they are.
// The LED follows at once.
//
//	p.Set(panel.LowDisk|panel.NoBackup, panel.LowDisk) // disk low, backups good
func (p *Panel) Set(which, hold Conditions) {
	p.mu.Lock()
	p.cond = p.cond&^which | hold&which
	p.mu.Unlock()
	p.rouse()
}

// State is what the LED says now.
func (p *Panel) State() State {
	p.mu.Lock()
	defer p.mu.Unlock()
	return Pattern(p.showing(p.opt.Timer.Elapsed()))
}

// Lit tells whether the LED is on this moment.
func (p *Panel) Lit() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.lit
}

// Identify flashes for 15 s: "where is my box?".
func (p *Panel) Identify() { p.play(identify) }

// blink shows a code of the digits 1 to 5.
func (p *Panel) blink(digits string) { p.play(blinked(digits)) }

func (p *Panel) play(s sequence) {
	p.mu.Lock()
	p.overlay, p.began = &s, p.opt.Timer.Elapsed()
	p.mu.Unlock()
	p.rouse()
}

func (p *Panel) rouse() {
	select {
	case p.wake <- struct{}{}:
	default: // Run has not taken the last one yet
	}
}

// Simulated tells whether Press does something.
func (p *Panel) Simulated() bool { return p.opt.Simulated }

// Press holds a simulated button down for so long; at most a minute. A second
// press before the end of the first is ignored.
func (p *Panel) Press(hold time.Duration) {
	if !p.opt.Simulated {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if now := p.opt.Timer.Elapsed(); !p.pressed {
		p.pressed, p.pressEnd = true, now+min(max(hold, 2*debounce), time.Minute)
		p.button.edge(now, true)
		p.rouse()
	}
}

// Run plays until ctx ends, then leaves the LED dark. A button that cannot be
// read is logged; the LED goes on without it.
func (p *Panel) Run(ctx context.Context) error {
	watching := make(chan struct{})
	go func() { // ends with ctx, within a second
		defer close(watching)
		if err := p.opt.Lines.Watch(ctx, p.edge()); err != nil {
			p.opt.Log.Error("button lost", "err", err)
		}
	}()
	failed := false
	for {
		lit, next := p.step()
		if err := p.opt.Lines.Light(lit); (err != nil) != failed {
			failed = err != nil
			p.opt.Log.Error("LED", "working", !failed, "err", err)
		}
		var due <-chan time.Time
		if next < forever {
			due = p.opt.Timer.After(next - p.opt.Timer.Elapsed())
		}
		select {
		case <-ctx.Done():
			<-watching
			return p.opt.Lines.Light(false)
		case <-p.wake:
		case <-due:
		}
	}
}

// edge is what Watch calls: the first level it tells is no press.
func (p *Panel) edge() func(down bool) {
	first := true
	return func(down bool) {
		p.mu.Lock()
		if first {
			p.button = newGestures(down)
			if down {
				p.opt.Log.Warn("button held at start")
			}
			if down && p.opt.Reset != nil {
				p.reset = resetting{stage: resetHeld, since: p.opt.Timer.Elapsed()}
			}
		}
		first = false
		p.button.edge(p.opt.Timer.Elapsed(), down)
		p.mu.Unlock()
		p.rouse()
	}
}

// step does what is due and tells whether the LED is to be lit, and when to
// come again.
func (p *Panel) step() (lit bool, next time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.opt.Timer.Elapsed()
	if p.pressed && now >= p.pressEnd {
		p.pressed = false
		p.button.edge(now, false)
	}
	was := p.button.feel(now)
	if g, ok := p.button.step(now); ok {
		p.answer(g, now)
	}
	p.reset.step(now, p.button.down)
	p.cond &^= ResetArmed
	if p.reset.armed() {
		p.cond |= ResetArmed
	}
	if was == feelNothing && p.button.feel(now) == feelPressed {
		p.inverted = !p.lit
	}
	p.follow(now)
	p.lit, next = p.frame(now)
	next = min(next, p.button.next(now), p.reset.next())
	if p.pressed {
		next = min(next, p.pressEnd)
	}
	if p.quiet != 0 {
		next = min(next, p.quietEnd)
	}
	return p.lit, next
}

// showing is the conditions that are not silenced.
func (p *Panel) showing(now time.Duration) Conditions {
	if now >= p.quietEnd {
		return p.cond
	}
	return p.cond &^ p.quiet
}

// follow begins a new state where the conditions ask for it.
func (p *Panel) follow(now time.Duration) {
	if now >= p.quietEnd {
		p.quiet = 0
	}
	s := Pattern(p.showing(now))
	if s.Code == p.state.Code {
		return
	}
	p.state = s
	if p.overlay == nil {
		p.began = now
	}
	if p.opt.Caption != nil {
		p.opt.Caption(s)
	}
}

// frame is what the LED shows at an instant, and when that may change.
func (p *Panel) frame(now time.Duration) (lit bool, next time.Duration) {
	switch p.button.feel(now) {
	case feelPressed:
		return p.inverted, forever
	case feelRecovery:
		return false, forever
	case feelShutdown:
		began := p.button.since + shutdownFrom
		lit, until, _ := fast.at(now - began)
		return lit, began + until
	case feelNothing:
	}
	if p.overlay != nil {
		if lit, until, ok := p.overlay.at(now - p.began); ok {
			return lit, p.began + until
		}
		p.overlay, p.began = nil, now
	}
	lit, until, _ := p.state.play.at(now - p.began)
	if until == forever {
		return lit, forever
	}
	return lit, p.began + until
}

// answer does what a gesture asks; p.mu is held.
func (p *Panel) answer(g gesture, now time.Duration) {
	p.overlay, p.began = nil, now
	if p.reset.armed() {
		p.confirm(g)
		return
	}
	switch g {
	case shortPress:
		p.short(now)
	case holdShutdown:
		p.shutdown()
	case holdRecovery:
		p.overlay = &longFlash
		if p.opt.Presence != nil {
			if digits, ok := p.opt.Presence.recovery(); ok {
				code := blinked(digits)
				p.overlay = &code
			}
		}
	case holdUnnamed:
		p.overlay = &longFlash
	case stuck:
		p.opt.Log.Warn("button held for more than 15 s, ignored")
	}
}

// short begins a backup where a stick is in. Without one it shows the state
// again, silences code 2 when that is what it says, and in a box not yet set up
// blinks the code instead.
func (p *Panel) short(now time.Duration) {
	if p.opt.Stick != nil {
		if p.opt.Stick() {
			p.cond = p.cond&^(StickTrouble|BackupDone) | Copying
			return
		}
	}
	if p.opt.Presence != nil {
		if digits, ok := p.opt.Presence.setUp(); ok {
			code := blinked(digits)
			p.overlay = &code
			return
		}
	}
	p.overlay = &longFlash
	if p.state.when == seeStatus {
		p.quiet, p.quietEnd = p.cond&seeStatus, now+silence
	}
}

func (p *Panel) shutdown() {
	p.cond |= Busy
	if !p.stopping && p.opt.Shutdown != nil {
		p.stopping = true
		p.opt.Log.Info("shutdown asked by the button")
		p.opt.Shutdown()
	}
}
