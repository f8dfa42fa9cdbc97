package appliance

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"copi.local/appliance/clock"
)

// A screen plugged in late, or a kernel's log that keeps its last line back,
// must not hide the set-up code for good.
func TestTheSetUpCodeIsWrittenAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		b := &box{
			cfg:   Config{Data: t.TempDir(), Out: &out},
			clock: clock.New(clock.Options{System: true, Log: slog.New(slog.DiscardHandler)}),
			front: &front{written: true}, known: true,
		}
		remind := func(want int) {
			t.Helper()
			if err := b.remind(); err != nil {
				t.Fatal(err)
			}
			if got := strings.Count(out.String(), "set-up code: "); got != want {
				t.Errorf("written %d times, want %d", got, want)
			}
		}
		remind(0) // it has just been written
		time.Sleep(lookEvery)
		remind(1)
		remind(1) // a commit a moment later
		time.Sleep(lookEvery)
		b.ready = true
		remind(1) // the box is set up
	})
}
