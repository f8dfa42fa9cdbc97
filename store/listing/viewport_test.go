package listing

import (
	"strings"
	"syscall"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/storetest"
)

// TestViewsReadTheIndexOfPlaces asks SQLite how it answers a map: along the
// index of places. (It would say COVERING but for seen_by, which is generated:
// the rows themselves are sought only for a column the index has not.)
func TestViewsReadTheIndexOfPlaces(t *testing.T) {
	db, _ := storetest.Open(t)
	fill(t, db, 50)
	storetest.View(t, db, store.Actor{}, func(tx *store.Tx) error {
		for name, q := range map[string]Query{
			"all": {}, "kind": {Kind: KindEvent}, "current": {Current: tx.Now}, "agenda": {Kind: KindEvent, From: tx.Now},
		} {
			q.Box = &World
			s, err := newSearch(tx, q)
			if err != nil {
				return err
			}
			w := s.where()
			plan, err := planOf(tx, sqlClusterHead+w.sql()+sqlClusterTail, append(w.args, 1, 1)...)
			if err != nil {
				return err
			}
			if !strings.Contains(plan, "USING INDEX listing_cards_place") {
				t.Errorf("%s: %s", name, plan)
			}
			q.Box, q.Placed = nil, WithoutPlace
			if s, err = newSearch(tx, q); err != nil {
				return err
			}
			w = s.where()
			if plan, err = planOf(tx, "SELECT count(*) FROM listing_cards c"+w.sql(), w.args...); err != nil {
				return err
			}
			if !strings.Contains(plan, "USING INDEX listing_cards_nowhere") {
				t.Errorf("%s, nowhere: %s", name, plan)
			}
		}
		return nil
	})
}

// BenchmarkViewport shows 10,000 of 100,000 cards on a map, beside counting the
// same 10,000 by the barest statement: "×count" is how many times its processor
// time, "cpu-ms" the processor time of one view, "cpu-ms/total" that of the
// counter above the map.
func BenchmarkViewport(b *testing.B) {
	db, _ := storetest.Open(b)
	fill(b, db, 100_000)
	box := Box{South: 4420000, West: 120000, North: 4444500, East: 144500}
	const count = "SELECT count(*) FROM listing_cards WHERE lat BETWEEN ? AND ? AND lon BETWEEN ? AND ?"
	for name, q := range map[string]Query{
		"all": {}, "kind": {Kind: KindEvent}, "current": {Current: storetest.Now}, "words": {Q: "loto"},
	} {
		b.Run(name, func(b *testing.B) {
			var view, total, bare time.Duration
			var inside int64
			n := max(b.N, 3)
			storetest.View(b, db, store.Actor{}, func(tx *store.Tx) error {
				for range n {
					begun := spent(b)
					v, err := Clusters(tx, q, box, 12)
					if err != nil {
						return err
					}
					inside = v.Inside
					viewed := spent(b)
					if _, _, err := Places(tx, q); err != nil {
						return err
					}
					counted := spent(b)
					if _, err := store.One(tx, store.Scan[int64], count, box.South, box.North, box.West, box.East); err != nil {
						return err
					}
					view, total, bare = view+viewed-begun, total+counted-viewed, bare+spent(b)-counted
				}
				return nil
			})
			ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 / float64(n) }
			b.ReportMetric(float64(view)/float64(bare), "×count")
			b.ReportMetric(ms(view), "cpu-ms")
			b.ReportMetric(ms(total), "cpu-ms/total")
			b.ReportMetric(float64(inside), "points")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// spent is the processor time of this process so far.
func spent(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
