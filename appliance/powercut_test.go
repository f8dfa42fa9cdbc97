//go:build linux && powercut

package appliance

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"copi.local/appliance/powercut"
)

// Sizes of the tests (OPERATIONS.md §3.2, methods A and B).
const (
	weakCuts  = 10       // with synchronous=NORMAL, which must lose posts or the test proves nothing
	cardBytes = 96 << 20 // of the file system that loses its power
)

// cuts is how often the power goes with synchronous=FULL, as a box runs.
var cuts = flag.Int("cuts", 200, "power cuts, by each method")

// card is storage whose power can be cut.
type card interface {
	Cut() error
	Recover(ctx context.Context) error
	Unmount(ctx context.Context) error
}

// unflushed is an ext4 that loses everything unsynced (method A).
func unflushed(t *testing.T) (card, string) {
	t.Helper()
	fs, err := powercut.New(t.Context(), t.TempDir(), cardBytes)
	if err != nil {
		t.Fatal(err)
	}
	return fs, fs.Dir
}

// torn is a directory that keeps any part of what was not synced (method B).
func torn(t *testing.T) (card, string) {
	t.Helper()
	program := os.Getenv("COPI_TORN")
	if program == "" {
		t.Fatal("COPI_TORN names no program: make powercut builds it")
	}
	d, err := powercut.NewTorn(t.Context(), program, t.TempDir(), "random")
	if err != nil {
		t.Fatal(err)
	}
	return d, d.Dir
}

// TestPowerCutLosesNothingAcknowledged posts events through the pages of a box
// in a process of its own, on storage that loses what was not synced at a random
// moment, again and again.
func TestPowerCutLosesNothingAcknowledged(t *testing.T) {
	for name, insert := range map[string]func(*testing.T) (card, string){"unflushed": unflushed, "torn": torn} {
		t.Run(name, func(t *testing.T) {
			acked, lost := cutAgainAndAgain(t, insert, *cuts, "")
			t.Logf("%d cuts, %d acknowledged posts, %d lost", *cuts, acked, lost)
			if acked < *cuts {
				t.Errorf("only %d posts in %d cuts: the test does not press hard enough", acked, *cuts)
			}
			if lost > 0 {
				t.Errorf("%d of %d acknowledged posts were lost", lost, acked)
			}
		})
	}
}

// TestPowerCutSeesWeakCommits runs the same harness with the durability that
// CoPi does not use.
func TestPowerCutSeesWeakCommits(t *testing.T) {
	for name, insert := range map[string]func(*testing.T) (card, string){"unflushed": unflushed, "torn": torn} {
		t.Run(name, func(t *testing.T) {
			acked, lost := cutAgainAndAgain(t, insert, weakCuts, "NORMAL")
			t.Logf("%d cuts, %d acknowledged posts, %d lost", weakCuts, acked, lost)
			if lost == 0 {
				t.Errorf("none of %d posts lost with synchronous=NORMAL: the harness sees nothing", acked)
			}
		})
	}
}

// cutAgainAndAgain counts what was acknowledged and what of it was gone after
// the cut that followed.
func cutAgainAndAgain(t *testing.T, insert func(*testing.T) (card, string), n int, synchronous string) (acked, lost int) {
	t.Helper()
	card, mount := insert(t)
	t.Cleanup(func() {
		if err := card.Unmount(context.Background()); err != nil {
			t.Error(err)
		}
	})
	dir := filepath.Join(mount, "copi")
	who := resident(t, dir)
	for i := range n {
		box := startProcess(t, dir, synchronous)
		p := newPoster(t, box.url, who)
		cut := make(chan struct{})
		var wg sync.WaitGroup
		for client := range 2 {
			wg.Go(func() { p.run(fmt.Sprintf("Fête %d.%d", i, client), cut) })
		}
		p.waitFor(t, 1)
		time.Sleep(time.Duration(rand.IntN(150)) * time.Millisecond)
		close(cut)
		if err := card.Cut(); err != nil {
			t.Fatal(err)
		}
		box.kill()
		wg.Wait()
		if err := card.Recover(t.Context()); err != nil {
			t.Fatal(err)
		}
		acked += len(p.acked)
		lost += len(p.missing(t, dir))
	}
	return acked, lost
}
