package peer

import (
	"bufio"
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/libp2p/go-libp2p/core/network"

	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/storetest"
)

// crowd is a box with n published cards that look like a village's.
func crowd(t testing.TB, name string, n int) *box {
	t.Helper()
	b := newBox(t, name)
	words := []string{"fête", "vide-grenier", "randonnée", "loto", "concert", "marché", "atelier", "réunion", "bal", "chorale"}
	for from := 0; from < n; from += 500 {
		storetest.Update(t, b.db, store.Actor{}, func(tx *store.Tx) error {
			for i := from; i < min(n, from+500); i++ {
				h := sha256.Sum256(fmt.Appendf(nil, "%s %d", name, i))
				w := func(k int) string { return words[int(h[k])%len(words)] }
				err := listing.Put(tx, listing.Card{
					Ref: store.Ref{Module: "agenda", ID: store.FormatID([10]byte(h[:10]))}, Kind: listing.KindEvent,
					Title: fmt.Sprintf("%s et %s, salle n° %d", w(10), w(11), i), Tags: []string{w(12), w(13)},
					Position: &listing.Point{Lat: 44e5 + int32(h[14]), Lon: 2e5 + int32(h[15])},
					StartsAt: tx.Now.Add(time.Duration(h[16]) * time.Hour), Audience: listing.Public,
				}, listing.Body{"description": w(17) + " " + w(18) + " " + w(19)})
				if err != nil {
					return err
				}
			}
			return nil
		})
	}
	b.publish(t)
	return b
}

// counted is a stream whose bytes are counted both ways, without what libp2p adds.
type counted struct {
	network.Stream
	n *int64
}

func (c counted) Read(p []byte) (int, error) {
	n, err := c.Stream.Read(p)
	*c.n += int64(n)
	return n, err
}

func (c counted) Write(p []byte) (int, error) {
	n, err := c.Stream.Write(p)
	*c.n += int64(n)
	return n, err
}

// BenchmarkRoundWithoutNews asks a connected neighbour, on a new stream, whether
// there is anything new when there is not, and reports the bytes of fifty.
func BenchmarkRoundWithoutNews(b *testing.B) {
	one, two := newTestBox(b, "Cajarc"), newTestBox(b, "Altillac")
	link(b, one, two)
	two.put(store.NewID(), "Bal du village")
	eventually(b, "the event", func() bool { return len(one.shown("bal")) == 1 })
	var sent int64
	for b.Loop() {
		s, err := one.open(b.Context(), two.id.id, nil, syncProtocol)
		if err != nil {
			b.Fatal(err)
		}
		c := counted{s, &sent}
		o := &opener{n: one.Node, ctx: b.Context(), peer: two.id.id, s: c, in: bufio.NewReader(c)}
		if err := o.greet(); err != nil {
			b.Fatal(err)
		}
		_ = s.Reset()
	}
	report(b, 50*float64(sent)/float64(b.N), "B/50-neighbours", "goal≤45000")
}

// BenchmarkVisible publishes on one box and waits until a neighbour on loopback
// shows it, gathering included.
func BenchmarkVisible(b *testing.B) {
	one, two := newTestBox(b, "Cajarc"), newTestBox(b, "Altillac")
	link(b, one, two)
	var took []time.Duration
	for n := 0; b.Loop(); n++ {
		title := fmt.Sprint("Bal", n, "x")
		start := time.Now()
		one.put(store.NewID(), title)
		eventually(b, "the event on the neighbour", func() bool { return len(two.shown(title)) == 1 })
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	report(b, float64(took[len(took)/2].Milliseconds()), "p50-ms", "goal≤2000")
	report(b, float64(took[len(took)*99/100].Milliseconds()), "p99-ms", "goal≤2000")
}

// BenchmarkPostDuringFirstSync posts every two seconds on a box that takes the 6,000
// cards a linked box may have, and reports how long a post waited at most.
func BenchmarkPostDuringFirstSync(b *testing.B) {
	a := crowd(b, "a", 5999) // and its profile
	var longest time.Duration
	var quiet []time.Duration
	for b.Loop() {
		one := newBox(b, "one")
		pair(b, a, one)
		post := func() time.Duration {
			start := time.Now()
			one.put(b, "", "Bal")
			return time.Since(start)
		}
		quiet = append(quiet, post(), post(), post())
		done := make(chan map[wire.Hash]error, 1)
		go func() { done <- one.pull(b.Context(), &stream{from: a}) }()
		for pulling := true; pulling; {
			select {
			case errs := <-done:
				if pulling = false; len(errs) > 0 {
					b.Fatal(errs)
				}
			case <-time.After(2 * time.Second):
				longest = max(longest, post())
			}
		}
	}
	slices.Sort(quiet)
	b.ReportMetric(float64(quiet[len(quiet)/2].Milliseconds()), "quiet-post-ms")
	report(b, float64(longest.Milliseconds()), "longest-post-ms", "goal≤200")
}

// BenchmarkUpdate pulls a few changed cards into a box that holds 5,000.
func BenchmarkUpdate(b *testing.B) {
	a, one := crowd(b, "a", 5000), newBox(b, "one")
	pair(b, a, one)
	one.mustPull(b, a)
	ids := slices.Sorted(maps.Keys(one.titles(b, a)))[:5]
	for n := 0; b.Loop(); n++ {
		b.StopTimer()
		for _, id := range ids {
			a.put(b, id, fmt.Sprint("Bal n° ", n))
		}
		a.publish(b)
		b.StartTimer()
		if got := one.mustPull(b, a); got != len(ids) {
			b.Fatalf("%d cards", got)
		}
	}
}
