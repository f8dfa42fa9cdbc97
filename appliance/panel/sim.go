package panel

import (
	"context"
	"sync"
)

// Sim is an LED and a button in memory: for a PC, where a Console draws the
// one and is the other, and for tests.
type Sim struct {
	mu      sync.Mutex // guards the rest
	lit     bool
	down    bool
	changed chan struct{} // closed and replaced at each edge of the button
	onLight func(lit bool)
}

var _ Lines = (*Sim)(nil)

// NewSim is a dark LED and a released button. onLight, which may be nil, is
// told each change of the LED.
func NewSim(onLight func(lit bool)) *Sim {
	return &Sim{changed: make(chan struct{}), onLight: onLight}
}

// Light switches the LED.
func (s *Sim) Light(on bool) error {
	s.mu.Lock()
	changed := on != s.lit
	s.lit = on
	s.mu.Unlock()
	if changed && s.onLight != nil {
		s.onLight(on)
	}
	return nil
}

// Lit tells whether the LED is on.
func (s *Sim) Lit() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lit
}

// Button moves the button down or up.
func (s *Sim) Button(down bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if down == s.down {
		return
	}
	s.down = down
	close(s.changed)
	s.changed = make(chan struct{})
}

// Watch follows the button.
func (s *Sim) Watch(ctx context.Context, change func(down bool)) error {
	for {
		s.mu.Lock()
		down, changed := s.down, s.changed
		s.mu.Unlock()
		change(down)
		select {
		case <-ctx.Done():
			return nil
		case <-changed:
		}
	}
}

// Close makes the LED dark.
func (s *Sim) Close() error { return s.Light(false) }
