package appliance

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"copi.local/store"
	"copi.local/store/storetest"
)

// trace records events of parts in order.
type trace struct {
	mu     sync.Mutex // guards events
	events []string
}

func (r *trace) add(e string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events = append(r.events, e)
}

func (r *trace) part(name string) part {
	return part{name: name, run: func(ctx context.Context) error {
		<-ctx.Done()
		r.add("stop " + name)
		return nil
	}}
}

func newSupervisor() *supervisor {
	return &supervisor{log: slog.New(slog.DiscardHandler), clock: storetest.NewClock()}
}

func TestPartsStopInReverseOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		var r trace
		done := make(chan error, 1)
		go func() { done <- newSupervisor().run(ctx, []part{r.part("a"), r.part("b"), r.part("c")}) }()
		synctest.Wait()
		cancel()
		if err := <-done; err != nil {
			t.Errorf("err = %v", err)
		}
		if want := []string{"stop c", "stop b", "stop a"}; !slices.Equal(r.events, want) {
			t.Errorf("events = %v, want %v", r.events, want)
		}
	})
}

func TestVitalPartEndsTheBox(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		boom := errors.New("boom")
		var r trace
		err := newSupervisor().run(t.Context(), []part{
			r.part("a"),
			{name: "pages", vital: true, run: func(context.Context) error { return boom }},
		})
		if !errors.Is(err, boom) || !slices.Equal(r.events, []string{"stop a"}) {
			t.Errorf("err = %v, events = %v", err, r.events)
		}
	})
}

func TestOtherPartsStartAgainWithGrowingPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		start := time.Now()
		var at []time.Duration
		s := newSupervisor()
		if err := s.run(ctx, []part{{name: "mdns", run: func(context.Context) error {
			at = append(at, time.Since(start))
			return errors.New("no network")
		}}}); err != nil {
			t.Fatal(err)
		}
		want := []time.Duration{0, time.Second, 3 * time.Second, 7 * time.Second, 15 * time.Second}
		if len(at) < 60 || !slices.Equal(at[:5], want) {
			t.Errorf("starts at %v (%d in all), want %v …", at[:5], len(at), want)
		}
		if s.failures()["mdns"] == nil {
			t.Error("the failure is not shown")
		}
	})
}

func TestAPartThatDoesNotStopIsKnown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		release := make(chan struct{})
		s := newSupervisor()
		if err := s.run(ctx, []part{(&trace{}).part("a")}); err != nil || s.stuck() {
			t.Errorf("all stopped: %v, %v", err, s.stuck())
		}
		s.clock = clockNow{s.clock}
		if err := s.run(ctx, []part{{name: "b", run: func(context.Context) error { <-release; return nil }}}); err != nil || !s.stuck() {
			t.Errorf("one goes on: %v, %v", err, s.stuck())
		}
		close(release)
	})
}

// clockNow does not make anybody wait.
type clockNow struct{ store.Clock }

func (clockNow) After(time.Duration) <-chan time.Time {
	now := make(chan time.Time, 1)
	now <- time.Time{}
	return now
}
