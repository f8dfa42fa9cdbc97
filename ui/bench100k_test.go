package ui

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/storetest"
)

// large is how many cards the box of these benchmarks holds.
const large = 100_000

// filled is a database that benchmarks fill once a process and then copy.
type filled struct {
	once  sync.Once
	bytes []byte
}

// box is a box on a copy of it.
func (f *filled) box(b *testing.B, fill func(*testing.B) *store.DB) *box {
	b.Helper()
	path := filepath.Join(b.TempDir(), "copi.db")
	f.once.Do(func() {
		if err := fill(b).CopyTo(b.Context(), path); err != nil {
			b.Fatal(err)
		}
		bytes, err := os.ReadFile(path)
		if err != nil {
			b.Fatal(err)
		}
		f.bytes = bytes
	})
	if err := os.WriteFile(path, f.bytes, 0o600); err != nil {
		b.Fatal(err)
	}
	db, err := store.Open(b.Context(), path, store.Options{Clock: storetest.NewClock()})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	return newBox(b, func(o *Options) { o.DB = db })
}

var largeFile filled

func fillLarge(b *testing.B) *store.DB {
	b.Helper()
	db, _ := storetest.Open(b)
	for done := 0; done < large; done += 1000 {
		storetest.Update(b, db, store.Actor{}, func(tx *store.Tx) error { return fillThousand(tx, done) })
	}
	return db
}

// fillThousand puts a thousand events, nine in ten the neighbours', over three
// years around the tests' instant.
func fillThousand(tx *store.Tx, from int) error {
	if from == 0 {
		at := listing.At(44.92, 1.84)
		if err := listing.SetHome(tx, listing.Home{Commune: "46038", Name: "Bretenoux", Position: &at}); err != nil {
			return err
		}
	}
	origin, err := listing.SetOrigin(tx, listing.Origin{Key: [32]byte{7}, Name: "Altillac", Commune: "19007", SeenAt: tx.Now})
	if err != nil {
		return err
	}
	var foreign []listing.Card
	for i := from; i < from+1000; i++ {
		c := largeCard(i)
		if i%10 != 9 {
			c.Ref.Module, c.Summary, c.UpdatedAt = "", "", tx.Now
			foreign = append(foreign, c)
		} else if err := listing.Put(tx, c, listing.Body{"description": c.Summary}); err != nil {
			return err
		}
	}
	return listing.PutForeign(tx, origin, foreign)
}

func largeCard(i int) listing.Card {
	words := strings.Fields("loto bal marché concert fête école vélo chorale randonnée atelier")
	at := listing.At(44.5+float64(i%1000)/1000, 1.5+float64(i%997)/1000)
	c := listing.Card{
		Ref: store.Ref{Module: "agenda", ID: store.NewID()}, Kind: listing.KindEvent, Audience: listing.Public, Position: &at,
		Title:   fmt.Sprintf("Grand %s et %s n° %d", words[i%10], words[i/10%10], i),
		Summary: "Salle des fêtes. Buvette et repas sur place, entrée libre.", Tags: []string{words[i/100%10]},
		StartsAt: storetest.Now.Add(time.Duration(i*7919%26280-8760) * time.Hour),
	}
	c.EndsAt = c.StartsAt.Add(2 * time.Hour)
	return c
}

// BenchmarkListPage100k is the agenda from today on.
func BenchmarkListPage100k(b *testing.B) { comparePage(b, "/agenda") }

// BenchmarkSearch100k is the newest of the 19,000 cards that have a word.
func BenchmarkSearch100k(b *testing.B) { comparePage(b, "/recherche?q=loto") }

// comparePage reads a page over a real connection, rendered each time and from
// the cache, each beside a bare echo handler that sends the same bytes:
// "page:bare" is how many times the processor time of the bare one it takes,
// both measured in turns of one run, the client's share in both.
func comparePage(b *testing.B, path string) {
	x := largeFile.box(b, fillLarge)
	gz := func(r *http.Request) { r.Header.Set("Accept-Encoding", "gzip, deflate") }
	answer := x.ask(GET, path, "", nil, gz)
	if answer.Code != http.StatusOK {
		b.Fatalf("%s: %d", path, answer.Code)
	}
	body := answer.Body.Bytes()
	ours, bare := dial(b, x.Handler()), dial(b, bareEcho(body))
	join := "?"
	if strings.Contains(path, "?") {
		join = "&"
	}
	n := 0
	for _, c := range []struct {
		name    string
		turn    int // pages read before it is the other's turn
		address func() string
	}{
		{"uncached", 5, func() string { n++; return fmt.Sprint(path, join, "n=", n) }}, // an address nobody read before
		{"cached", 400, func() string { return path }},
	} {
		b.Run(c.name, func(b *testing.B) {
			var spent [2]time.Duration
			turns := max(b.N/c.turn, 2)
			for range turns {
				begun := processorTime(b)
				for range c.turn {
					ours.ask(b, strings.Replace(question, "/aide", c.address(), 1))
				}
				between := processorTime(b)
				for range c.turn {
					bare.ask(b, question)
				}
				spent[0] += between - begun
				spent[1] += processorTime(b) - between
			}
			b.ReportMetric(float64(spent[0])/float64(spent[1]), "page:bare")
			b.ReportMetric(0, "ns/op") // of both together: says nothing
			b.ReportMetric(float64(spent[0].Microseconds())/float64(turns*c.turn), "cpu-µs/page")
			b.ReportMetric(float64(spent[1].Microseconds())/float64(turns*c.turn), "cpu-µs/bare")
			b.ReportMetric(float64(len(body)), "B/page")
		})
	}
}

// processorTime is what this process has spent so far.
func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
