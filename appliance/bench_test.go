package appliance

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/agenda"
	"copi.local/store/calendar"
	"copi.local/store/storetest"
)

// bareRow is about as many bytes as an event's own text.
var bareRow = fmt.Sprintf("%300d", 0)

// BenchmarkPost publishes events durably, one a transaction, each beside a
// bare transaction that inserts one row of the same text into a table of its
// own. The ratio is what rules, card, search index and feeds cost beyond the
// fsync that both pay.
func BenchmarkPost(b *testing.B) {
	db, _ := storetest.Open(b, personal...)
	ctx := store.As(b.Context(), store.Actor{ID: store.NewID(), Role: store.Resident})
	bare := openBare(b)
	var posts, rows time.Duration
	for n := 0; b.Loop(); n++ {
		start := time.Now()
		if err := post(ctx, db, n); err != nil {
			b.Fatal(err)
		}
		middle := time.Now()
		if err := insertBare(ctx, bare); err != nil {
			b.Fatal(err)
		}
		posts, rows = posts+middle.Sub(start), rows+time.Since(middle)
	}
	b.ReportMetric(float64(b.N)/posts.Seconds(), "posts/s")
	b.ReportMetric(float64(b.N)/rows.Seconds(), "bare/s")
	b.ReportMetric(posts.Seconds()/rows.Seconds(), "post:bare")
}

func post(ctx context.Context, db *store.DB, n int) error {
	return db.Update(ctx, func(tx *store.Tx) error {
		return agenda.Schedule(tx, &agenda.Event{
			Title:       fmt.Sprintf("Repas de quartier n° %d", n),
			Description: bareRow,
			Place:       "Salle des fêtes",
			Tags:        []string{"repas", "quartier"},
			Starts:      calendar.WallOf(tx.Now.Add(time.Duration(n%1000) * time.Hour)),
		})
	})
}

// openBare is the same file format and durability with nothing of ours on it.
func openBare(b *testing.B) *store.DB {
	b.Helper()
	db, err := store.Open(b.Context(), filepath.Join(b.TempDir(), "bare.db"), store.Options{Clock: storetest.NewClock()})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	storetest.Update(b, db, store.Actor{}, func(tx *store.Tx) error {
		_, err := tx.Exec("CREATE TABLE bare_rows (n INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT")
		return err
	})
	return db
}

func insertBare(ctx context.Context, db *store.DB) error {
	return db.Update(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec("INSERT INTO bare_rows (body) VALUES (?)", bareRow)
		return err
	})
}
