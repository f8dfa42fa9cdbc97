package panel

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"log/slog"
	"math/big"
	"strings"
	"sync"
	"time"

	"copi.local/store"
)

// A window in which a code counts, and how often one may open.
const (
	windowOpen    = 10 * time.Minute
	windowTries   = 5
	recoveryEvery = time.Hour
)

// Presence proves that somebody stands at the box. A box with an LED blinks
// four digits from 1 to 5 after a press: one window of ten minutes and five
// tries per press, for recovery one window an hour. So a phone elsewhere on
// the network has 0.8 % per window, and needs somebody pressing.
//
// A box without an LED has a written set-up code instead (SetupCode); wrong
// tries close it for ten minutes. A Pi has both, since nothing tells whether an
// LED is wired to it: who sees its screen stands at it as well. The two codes
// have their own tries, so that the 40 bits of the one never reopen the
// 625 possibilities of the other.
//
// It is safe for concurrent use.
type Presence struct {
	timer Timer
	log   *slog.Logger

	mu        sync.Mutex    // guards the rest
	settingUp bool          // the box has no operator yet
	written   string        // set-up code; "" when the LED alone tells one
	blinks    bool          // there is an LED, or may be
	blinked   window        // of what the LED blinked
	paper     window        // of what was written
	nextRec   time.Duration // when a recovery window may open again
}

// window is a code, as canonical writes it, until when it counts and how many
// wrong ones are left.
type window struct {
	code  string
	end   time.Duration
	tries int
}

// NewPresence is the proof of a box; nothing is accepted before SettingUp or
// a press. written is SetupCode's of a box without an LED, "" of one with.
func NewPresence(timer Timer, log *slog.Logger, written string) *Presence {
	return &Presence{timer: timer, log: log, written: canonical(written), blinks: written == ""}
}

// AlsoWritten makes the set-up code count beside what the LED blinks.
func (p *Presence) AlsoWritten(code string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.written = canonical(code)
}

// SettingUp says whether the box waits for its first operator. While it does,
// each short press blinks a code, and so does Welcome. Both edges close what
// was open.
func (p *Presence) SettingUp(on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.settingUp, p.blinked, p.paper = on, window{}, window{}
	if on && p.written != "" {
		p.open(&p.paper, p.written)
	}
}

// Welcome blinks the set-up code without a press, for the start of a box that
// is waiting for its operator.
func (p *Presence) Welcome(on *Panel) {
	if digits, ok := p.setUp(); ok {
		on.blink(digits)
	}
}

// Expected tells whether a code would be accepted just now.
func (p *Presence) Expected() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.counts(&p.blinked) || p.counts(&p.paper)
}

// Prove accepts a code as typed, as often as needed until Done: a form that
// comes back for another mistake need not ask again. It fails with kind
// Invalid for a wrong code, Busy after five wrong ones, and Forbidden when no
// code counts just now and the button has to be pressed.
func (p *Presence) Prove(_ context.Context, code string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	code = canonical(code)
	w := &p.blinked
	if p.written != "" && (!p.blinks || len(code) == len(p.written)) {
		w = &p.paper
	}
	if (w.code == "" || p.timer.Elapsed() >= w.end) && !p.reopen(w) {
		return store.E(store.Forbidden, "err.presence.closed").At("code")
	}
	if w.tries == 0 {
		return store.E(store.Busy, "err.presence.tries").At("code")
	}
	if subtle.ConstantTimeCompare([]byte(code), []byte(w.code)) == 1 {
		return nil
	}
	w.tries--
	p.log.Warn("wrong presence code", "tries_left", w.tries)
	if w.tries == 0 {
		return store.E(store.Busy, "err.presence.tries").At("code")
	}
	return store.E(store.Invalid, "err.presence.wrong", "n", w.tries).At("code")
}

// Done closes the window: what the code was for has been done.
func (p *Presence) Done() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.blinked, p.paper, p.settingUp = window{}, window{}, false
}

// setUp is the code to blink while the box waits for its operator: the one
// that counts already, or a new one.
func (p *Presence) setUp() (digits string, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.settingUp || !p.blinks {
		return "", false
	}
	if !p.counts(&p.blinked) {
		p.open(&p.blinked, fourDigits())
	}
	return p.blinked.code, true
}

// recovery opens the window that a long hold asks for, at most once an hour;
// within the window it is the same code again.
func (p *Presence) recovery() (digits string, ok bool) {
	if digits, ok := p.setUp(); ok {
		return digits, true
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.counts(&p.blinked) {
		return p.blinked.code, true
	}
	now := p.timer.Elapsed()
	if now < p.nextRec {
		p.log.Warn("recovery window refused, one an hour")
		return "", false
	}
	p.nextRec = now + recoveryEvery
	p.open(&p.blinked, fourDigits())
	p.log.Warn("recovery window opened by the button")
	return p.blinked.code, true
}

// open makes a code count; p.mu is held, here and below.
func (p *Presence) open(w *window, code string) {
	*w = window{code: code, end: p.timer.Elapsed() + windowOpen, tries: windowTries}
}

// counts tells whether a code of the window would be accepted just now.
func (p *Presence) counts(w *window) bool {
	if p.timer.Elapsed() >= w.end {
		return p.reopen(w)
	}
	return w.code != "" && w.tries > 0
}

// reopen starts the next ten minutes of a written code, which needs no press.
func (p *Presence) reopen(w *window) bool {
	if w != &p.paper || p.written == "" || !p.settingUp {
		return false
	}
	p.open(w, p.written)
	return true
}

// fourDigits is a code that can be blinked: 625 of them.
func fourDigits() string {
	var b strings.Builder
	for range 4 {
		b.WriteByte('1' + byte(below(5)))
	}
	return b.String()
}

// below is a random number from 0 to n-1.
func below(n int64) int64 {
	v, err := rand.Int(rand.Reader, big.NewInt(n))
	if err != nil {
		panic("panel: no random numbers: " + err.Error()) // crypto/rand does not fail
	}
	return v.Int64()
}
