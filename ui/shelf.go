package ui

import (
	"sync"
	"time"

	"copi.local/store"
)

// How long something shown once can be read and printed, and how much of it is
// kept.
const (
	shelfTime = 10 * time.Minute
	shelfSize = 200
)

// shelf keeps, in memory and for ten minutes, what is shown once: a slip, a
// set of codes, the proof of having stood at the box. So a page that was sent
// by a form answers 303 like every other, and can be printed twice.
type shelf struct {
	clock store.Clock

	mu   sync.Mutex // guards held
	held map[string]shelved
}

type shelved struct {
	value []string
	until time.Time
}

func newShelf(clock store.Clock) *shelf { return &shelf{clock: clock, held: map[string]shelved{}} }

// put keeps a value under a key only its reader can name.
func (s *shelf) put(key string, value ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock.Now()
	for k, v := range s.held {
		if now.After(v.until) || len(s.held) >= shelfSize {
			delete(s.held, k)
		}
	}
	s.held[key] = shelved{value, now.Add(shelfTime)}
}

// get is the value under key; nil when there is none any more.
func (s *shelf) get(key string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.held[key]
	if s.clock.Now().After(v.until) {
		return nil
	}
	return v.value
}

// drop takes the value away.
func (s *shelf) drop(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.held, key)
}
