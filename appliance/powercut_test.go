//go:build linux && powercut

package appliance

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"copi.local/appliance/powercut"
)

// Sizes of the test (OPERATIONS.md §3.2, method A).
const (
	cuts      = 200      // with synchronous=FULL, as a box runs
	weakCuts  = 10       // with NORMAL, which must lose posts or the test proves nothing
	cardBytes = 96 << 20 // of the file system that loses its power
)

// TestPowerCutLosesNothingAcknowledged posts events through the pages of a box
// in a process of its own, on a file system that loses everything unsynced at
// a random moment, again and again.
func TestPowerCutLosesNothingAcknowledged(t *testing.T) {
	acked, lost := cutAgainAndAgain(t, cuts, "")
	t.Logf("%d cuts, %d acknowledged posts, %d lost", cuts, acked, lost)
	if acked < cuts {
		t.Errorf("only %d posts in %d cuts: the test does not press hard enough", acked, cuts)
	}
	if lost > 0 {
		t.Errorf("%d of %d acknowledged posts were lost", lost, acked)
	}
}

// TestPowerCutSeesWeakCommits runs the same harness with the durability that
// CoPi does not use.
func TestPowerCutSeesWeakCommits(t *testing.T) {
	acked, lost := cutAgainAndAgain(t, weakCuts, "NORMAL")
	t.Logf("%d cuts, %d acknowledged posts, %d lost", weakCuts, acked, lost)
	if lost == 0 {
		t.Errorf("none of %d posts lost with synchronous=NORMAL: the harness sees nothing", acked)
	}
}

// cutAgainAndAgain counts what was acknowledged and what of it was gone after
// the cut that followed.
func cutAgainAndAgain(t *testing.T, n int, synchronous string) (acked, lost int) {
	t.Helper()
	card, err := powercut.New(t.Context(), t.TempDir(), cardBytes)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := card.Unmount(context.Background()); err != nil {
			t.Error(err)
		}
	})
	dir := filepath.Join(card.Dir, "copi")
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
