//go:build nightly

package peer

import (
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/neighbour"
	"copi.local/store/storetest"
)

// TestNightlyHistories: ten thousand random histories of real boxes, and a
// hundred thousand of the model.
func TestNightlyHistories(t *testing.T) {
	for seed := range uint64(100_000) {
		if wrong := modelHistory(seed, ""); wrong != "" {
			t.Fatalf("history %d: %s", seed, wrong)
		}
	}
	before := flag.Lookup("rapid.checks").Value.String()
	if err := flag.Set("rapid.checks", "10000"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = flag.Set("rapid.checks", before) })
	t.Run("boxes", TestModel)
	t.Run("topologies", TestRandomTopologiesConverge)
}

// TestNightlyCrashes: the box dies at every single statement.
func TestNightlyCrashes(t *testing.T) {
	step := crashStep
	crashStep = 1
	t.Cleanup(func() { crashStep = step })
	t.Run("publishing", TestCrashWhilePublishing)
	t.Run("taking", TestCrashWhileTaking)
}

// TestNightlyChurn: ten years in which more is withdrawn than tombstones are
// kept.
func TestNightlyChurn(t *testing.T) {
	const perWeek = 150
	second, last := churn(t, 10, perWeek)
	checkFlat(t, second, last, perWeek)
}

// TestNightlyMob: fifty hostile boxes at once, in all the ways they know.
func TestNightlyMob(t *testing.T) {
	few := mobSize
	mobSize = 50
	t.Cleanup(func() { mobSize = few })
	for act := range acts {
		t.Run(act, func(t *testing.T) { suffer(t, act) })
	}
}

// TestNightlyOffers: a million made-up origins.
func TestNightlyOffers(t *testing.T) {
	few := offered
	offered = 1_000_000
	t.Cleanup(func() { offered = few })
	TestOriginsWithoutEnd(t)
}

// fanOut is how many boxes hang on each in a tree of boxes.
const fanOut = 4

// TestNightlyCrowds: a hundred, then five hundred boxes on loopback, linked as a
// tree and vouching for one another, each show the events of all within three
// hops and of nobody else.
func TestNightlyCrowds(t *testing.T) {
	for _, n := range []int{100, 500} {
		t.Run(fmt.Sprint(n), func(t *testing.T) { crowdOf(t, n) })
	}
}

func crowdOf(t *testing.T, n int) {
	began := time.Now()
	boxes := make([]*testBox, n)
	for i := range boxes {
		boxes[i] = newTestBox(t, fmt.Sprint("Commune ", i))
		boxes[i].put(store.NewID(), fmt.Sprint("Bal numéro ", i))
		if i > 0 {
			boxes[i].linked(boxes[(i-1)/fanOut])
			boxes[(i-1)/fanOut].linked(boxes[i])
		}
	}
	for i := 1; i < n; i++ {
		boxes[i].say(boxes[(i-1)/fanOut])
		boxes[(i-1)/fanOut].say(boxes[i])
	}
	t.Logf("%d boxes after %v", n, time.Since(began).Round(time.Second))
	for i, b := range boxes {
		want := 0
		for j := range boxes {
			if d := linksBetween(i, j); d > 0 && d <= 3 {
				want++
			}
		}
		for end := time.Now().Add(30 * time.Minute); len(b.all()) != want; time.Sleep(50 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("box %d shows %d events of others, want %d", i, len(b.all()), want)
			}
		}
	}
	t.Logf("all of them show what they should after %v; %d MB resident", time.Since(began).Round(time.Second), resident(t)>>20)
}

// linked links b with another box, as two operators would.
func (b *testBox) linked(o *testBox) {
	b.t.Helper()
	storetest.Update(b.t, b.db, store.Actor{}, func(tx *store.Tx) error {
		return neighbour.SaveLink(tx, neighbour.Link{
			Peer: o.PeerID(), Origin: o.origin(), Name: "Commune", State: neighbour.Paired, Addresses: o.Addrs(), PairedAt: tx.Now,
		})
	})
	if err := b.reload(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
}

// all is the events of others that b shows, by title.
func (b *testBox) all() map[string]bool {
	out := map[string]bool{}
	for _, c := range b.shown("bal") {
		if c.Origin != nil {
			out[c.Title] = true
		}
	}
	return out
}

// linksBetween is how many links lie between two boxes of the tree.
func linksBetween(i, j int) (d int) {
	for ; i != j; d++ {
		if i < j {
			i, j = j, i
		}
		i = (i - 1) / fanOut
	}
	return d
}

// resident is the memory of this process, in bytes.
func resident(t testing.TB) int {
	t.Helper()
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		t.Fatal(err)
	}
	pages, err := strconv.Atoi(strings.Fields(string(text))[1])
	if err != nil {
		t.Fatal(err)
	}
	return pages * os.Getpagesize()
}
