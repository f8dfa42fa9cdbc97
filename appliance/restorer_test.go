package appliance

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"copi.local/appliance/panel"
	"copi.local/store"
	"copi.local/ui"
)

// patient is a clock on which only the wait for an answer ends, when told to.
type patient struct {
	store.Clock
	late chan time.Time
}

func (p patient) After(d time.Duration) <-chan time.Time {
	if d == restoreKept {
		return p.late
	}
	return p.Clock.After(d)
}

// TestABackupNobodyAnswersForIsForgotten brings one that waits for words, and
// one that waits for somebody to go on; the LED is busy while the box reads.
func TestABackupNobodyAnswersForIsForgotten(t *testing.T) {
	_, dir, own := backedUp(t, 1)
	_, _, foreign := backedUp(t, 2)
	err := withVault(t.Context(), dir, "test", func(v *vault) error {
		clock := patient{v.clock, make(chan time.Time)}
		v.clock = clock
		var busy atomic.Bool
		var reads atomic.Int32
		r := newRestorer(v, slog.New(slog.DiscardHandler), func(c panel.Conditions) {
			if busy.Store(c != 0); c != 0 {
				reads.Add(1)
			}
		}, func() { t.Error("the box stops") })
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- r.Run(ctx) }() // ends with stop
		for want, file := range map[string][]byte{ui.RestoreAsks: foreign, ui.RestoreReady: own} {
			if err := r.Receive(ctx, strings.NewReader(string(file)), int64(len(file))); err != nil {
				t.Fatal(err)
			}
			until(t, "no "+want, func() bool { return r.State().Stage == want })
			if err := r.Receive(ctx, strings.NewReader("x"), 1); sentenceOf(err) != "err.restore.under_way" {
				t.Errorf("a second one: %v", err)
			}
			if err := r.Go(ctx, "another"); sentenceOf(err) != "err.restore.other" {
				t.Errorf("another one's: %v", err)
			}
			clock.late <- time.Time{}
			until(t, "it is not forgotten", func() bool { return r.State().Stage == ui.RestoreNone })
			until(t, "something is left", func() bool {
				for _, name := range []string{"brought.copibackup", "restoring"} {
					if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
						return false
					}
				}
				return true
			})
		}
		if reads.Load() != 1 || busy.Load() {
			t.Errorf("the LED: busy %d times, now %v", reads.Load(), busy.Load())
		}
		stop()
		return <-done
	})
	if err != nil {
		t.Fatal(err)
	}
}
