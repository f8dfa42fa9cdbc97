package listing

import (
	"fmt"
	"syscall"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/storetest"
)

// BenchmarkViewport shows 10,000 of 100,000 cards on a map, beside counting the
// same cards by the barest statement on the index of places: "×count" is how
// many times its processor time. "cpu-ms" is the processor time of one view.
func BenchmarkViewport(b *testing.B) {
	db, _ := storetest.Open(b)
	fill(b, db, 100_000)
	box := Box{South: 4420000, West: 120000, North: 4444700, East: 144700}
	for name, q := range map[string]Query{
		"all":    {},
		"kind":   {Kind: KindEvent},
		"ahead":  {Current: storetest.Now},
		"tag":    {Tag: "loto"},
		"agenda": {Kind: KindEvent, From: storetest.Now},
		"words":  {Q: "loto"},
	} {
		b.Run(name, func(b *testing.B) {
			var ours, bare time.Duration
			var n, total int64
			var counted time.Duration
			storetest.View(b, db, store.Actor{}, func(tx *store.Tx) error {
				for range max(b.N, 3) {
					begun := spent(b)
					v, err := Clusters(tx, q, box, 12)
					if err != nil {
						return err
					}
					n = v.Inside
					between := spent(b)
					if total, _, err = Places(tx, q); err != nil {
						return err
					}
					counted += spent(b) - between
					between2 := spent(b)
					if _, err := store.One(tx, store.Scan[int64], fmt.Sprintf("SELECT count(*) FROM listing_cards WHERE lat BETWEEN %d AND %d AND lon BETWEEN %d AND %d",
						box.South, box.North, box.West, box.East)); err != nil {
						return err
					}
					ours, bare = ours+between-begun, bare+spent(b)-between2
				}
				return nil
			})
			b.ReportMetric(float64(ours)/float64(bare), "×count")
			b.ReportMetric(float64(ours.Microseconds())/1000/float64(max(b.N, 3)), "cpu-ms")
			b.ReportMetric(float64(n), "points")
			b.ReportMetric(float64(total), "total")
			b.ReportMetric(float64(counted.Microseconds())/1000/float64(max(b.N, 3)), "cpu-ms/total")
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
