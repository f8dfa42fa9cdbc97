package appliance

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"copi.local/store"
)

// part is something of the box that runs until its context ends. A vital part
// that fails ends the box, so that whoever started it starts it anew; any
// other is started again after a pause that grows.
type part struct {
	name  string
	vital bool
	run   func(ctx context.Context) error
}

// Pauses before a failed part starts again, and how long a part may take to
// stop before the box goes on without it.
const (
	firstPause = time.Second
	longPause  = time.Minute
	stopWithin = 5 * time.Second
)

// supervisor starts parts in order and stops them in reverse order.
type supervisor struct {
	log   *slog.Logger
	clock store.Clock

	mu    sync.Mutex       // guards the rest
	fails map[string]error // why a part is not running now
	holds bool             // a part was told to stop and did not
}

// run returns when ctx ends (nil) or a vital part fails (its error); then
// every part has stopped.
func (s *supervisor) run(ctx context.Context, parts []part) error {
	failed := make(chan error, len(parts))
	var stops []func()
	for _, p := range parts {
		stops = append(stops, s.start(ctx, p, failed))
	}
	var err error
	select {
	case <-ctx.Done():
	case err = <-failed:
	}
	for i := len(stops) - 1; i >= 0; i-- {
		stops[i]()
	}
	return err
}

// start runs p in a goroutine that the returned function ends.
func (s *supervisor) start(ctx context.Context, p part, failed chan<- error) (stop func()) {
	// A part outlives ctx until its turn to stop comes.
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := s.keep(ctx, p); err != nil {
			failed <- fmt.Errorf("%s: %w", p.name, err)
		}
	}()
	return func() {
		cancel()
		select {
		case <-done:
		case <-s.clock.After(stopWithin):
			s.log.Warn("part does not stop", "part", p.name)
			s.mu.Lock()
			s.holds = true
			s.mu.Unlock()
		}
	}
}

// keep runs p again and again until ctx ends; a vital part's error is final.
func (s *supervisor) keep(ctx context.Context, p part) error {
	for pause := firstPause; ; pause = min(2*pause, longPause) {
		err := p.run(ctx)
		if ctx.Err() != nil {
			return nil //nolint:nilerr // whatever it says while it is being stopped
		}
		if err == nil {
			err = errors.New("ended by itself")
		}
		if p.vital {
			return err
		}
		s.failed(p.name, err)
		s.log.Error("part failed", "part", p.name, "err", err, "again_in", pause)
		select {
		case <-ctx.Done():
			return nil
		case <-s.clock.After(pause):
		}
		s.failed(p.name, nil)
	}
}

func (s *supervisor) failed(name string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fails == nil {
		s.fails = make(map[string]error)
	}
	if err == nil {
		delete(s.fails, name)
	} else {
		s.fails[name] = err
	}
}

// stuck tells whether a part goes on although it was told to stop.
func (s *supervisor) stuck() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.holds
}

// failures lists the parts that wait to start again, and why.
func (s *supervisor) failures() map[string]error {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make(map[string]error, len(s.fails))
	for name, err := range s.fails {
		out[name] = err
	}
	return out
}
