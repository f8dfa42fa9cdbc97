package ui

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/agenda"
	"copi.local/store/listing"
	"copi.local/store/storetest"
)

// fullMonth is a box with 2,000 events in December 2026, 300 of which repeat.
func fullMonth(b *testing.B) *box {
	b.Helper()
	x := newBox(b)
	x.home()
	first := time.Date(2026, 12, 1, 8, 0, 0, 0, x.zone)
	storetest.Update(b, x.db, mo, func(tx *store.Tx) error {
		var entries []listing.Entry
		for i := range 2000 {
			c := listing.Card{
				Ref: store.Ref{Module: agenda.Module, ID: tx.NewID()}, Kind: listing.KindEvent, Audience: listing.Public,
				Title: fmt.Sprintf("Rendez-vous %d", i), Summary: "Salle des fêtes", StartsAt: first.Add(time.Duration(i%700) * time.Hour),
			}
			c.EndsAt = c.StartsAt.Add(2 * time.Hour)
			for week := range 100 {
				if i%20 < 3 {
					at := c.StartsAt.AddDate(0, 0, 7*(week-50))
					c.Occasions = append(c.Occasions, listing.Occasion{StartsAt: at, EndsAt: at.Add(2 * time.Hour)})
				}
			}
			entries = append(entries, listing.Entry{Card: c})
		}
		return listing.PutAll(tx, entries)
	})
	return x
}

// BenchmarkMonth shows a month of 2,000 events, 300 of which repeat: as
// rendered anew for each request and from the page cache, beside the barest
// statement that reads the rows of its dates. "×bare" is how many times the CPU
// of that statement, all measured in turns of one run.
func BenchmarkMonth(b *testing.B) {
	x := fullMonth(b)
	from := time.Date(2026, 12, 1, 0, 0, 0, 0, x.zone)
	ask := func(address string) {
		r := httptest.NewRequestWithContext(b.Context(), GET, address, nil)
		r.Host = "copi.local"
		r.Header.Set("Accept-Encoding", "gzip")
		w := httptest.NewRecorder()
		if x.Handler().ServeHTTP(w, r); w.Code != http.StatusOK {
			b.Fatal(w.Code)
		}
	}
	bare := func() {
		storetest.View(b, x.db, store.Actor{}, func(tx *store.Tx) error {
			_, err := store.All(tx, func(r store.Row) (v [4]any, err error) { return v, r.Scan(&v[0], &v[1], &v[2], &v[3]) },
				`SELECT c.title, c.id, d.starts_at, d.ends_at FROM listing_dates d JOIN listing_cards c USING (card_id) WHERE d.starts_at BETWEEN ?1 AND ?2
				UNION ALL SELECT title, id, starts_at, ends_at FROM listing_cards WHERE flags & 4 = 0 AND starts_at BETWEEN ?1 AND ?2`,
				from.Unix(), from.AddDate(0, 1, 0).Unix())
			return err
		})
	}
	cpu := func(do func()) time.Duration {
		begun := processorTime(b)
		do()
		return processorTime(b) - begun
	}
	var uncached, cached, rows time.Duration
	n := max(b.N, 3)
	for i := range n {
		anew := fmt.Sprintf("/agenda/mois?from=2026-12-01&limit=%d", 1+i%200) // another address each time, and the same page
		rows += cpu(bare)
		uncached += cpu(func() { ask(anew) })
		ask("/agenda/mois?from=2026-12-02")
		cached += cpu(func() { ask("/agenda/mois?from=2026-12-02") })
	}
	b.ReportMetric(0, "ns/op") // says nothing here
	b.ReportMetric(float64(uncached)/float64(rows), "uncached:bare")
	b.ReportMetric(float64(cached)/float64(rows), "cached:bare")
	b.ReportMetric(float64(uncached.Microseconds())/float64(n), "uncached-µs")
	b.ReportMetric(float64(cached.Microseconds())/float64(n), "cached-µs")
}
