package appliance

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"copi.local/store/storetest"
)

// elapsing is a clock whose waits are those of the bubble a test runs in.
type elapsing struct{ *storetest.Clock }

func (elapsing) After(d time.Duration) <-chan time.Time { return time.After(d) }

// TestABoxThatHangsEnds in virtual time: one beat in ten minutes is enough, none
// is not, whether it fails or never comes back.
func TestABoxThatHangsEnds(t *testing.T) {
	never := func(context.Context) error { select {} } // it hangs, and heeds nothing
	for name, c := range map[string]struct {
		beat func(at time.Duration) func(context.Context) error
		ends bool
	}{
		"well": {func(time.Duration) func(context.Context) error { return func(context.Context) error { return nil } }, false},
		"slow at times": {func(at time.Duration) func(context.Context) error {
			return func(ctx context.Context) error {
				if at%(9*time.Minute) < time.Minute {
					return nil
				}
				<-ctx.Done()
				return ctx.Err()
			}
		}, false},
		"fails": {func(time.Duration) func(context.Context) error {
			return func(context.Context) error { return errors.New("busy") }
		}, true},
	} {
		synctest.Test(t, func(t *testing.T) {
			began, exited := time.Now(), make(chan time.Duration, 1)
			a := &alive{
				clock: elapsing{storetest.NewClock()}, log: slog.New(slog.DiscardHandler),
				beat: func(ctx context.Context) error { return c.beat(time.Since(began))(ctx) },
				exit: func(int) { exited <- time.Since(began) },
			}
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Hour)
			defer cancel()
			err := a.Run(ctx)
			took := time.Since(began)
			if c.ends != errors.Is(err, errHangs) || c.ends && (took < 9*time.Minute || took > 11*time.Minute) {
				t.Errorf("%s: %v after %s", name, err, took)
			}
			if c.ends {
				if at := <-exited; at-took != closeWithin {
					t.Errorf("%s: it ends by force after %s", name, at-took)
				}
			}
		})
	}
	a := &alive{beat: never}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if err := a.feel(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a beat that never comes back: %v", err)
	}
}

// TestABeatIsAskedOfThePages: whatever they answer, they do.
func TestABeatIsAskedOfThePages(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }))
	addr := srv.Listener.Addr()
	if err := pagesAnswer(t.Context(), addr); err != nil {
		t.Error(err)
	}
	srv.Close()
	if pagesAnswer(t.Context(), addr) == nil {
		t.Error("closed pages answer")
	}
}
