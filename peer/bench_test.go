package peer

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"testing"
	"time"

	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/neighbour"
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

// bare writes the rows of a first sync without any of its care: prepared
// records by the batch, the listing at the end.
func bare(t testing.TB, b *box, origin wire.Hash, rows []neighbour.Record, cards []listing.Card) {
	t.Helper()
	var l neighbour.Log
	storetest.Update(t, b.db, store.Actor{}, func(tx *store.Tx) (err error) {
		l, err = neighbour.AddLog(tx, origin, false)
		return err
	})
	for chunk := range slices.Chunk(rows, 1000) {
		storetest.Update(t, b.db, store.Actor{}, func(tx *store.Tx) error { return neighbour.Put(tx, l, 1, chunk) })
	}
	storetest.Update(t, b.db, store.Actor{}, func(tx *store.Tx) error {
		id, err := listing.SetOrigin(tx, listing.Origin{Key: origin, Name: "bare", SeenAt: tx.Now})
		if err != nil {
			return err
		}
		return listing.PutForeign(tx, id, cards)
	})
}

// BenchmarkFirstSync pulls 5,000 cards into an empty box, and reports its speed
// beside that of inserting the same rows, prepared, into the same tables.
func BenchmarkFirstSync(b *testing.B) {
	const cards = 5000
	a := crowd(b, "a", cards)
	var rows []neighbour.Record
	var live []listing.Card
	storetest.View(b, a.db, store.Actor{}, func(tx *store.Tx) error {
		own, err := neighbour.OwnLog(tx)
		if err != nil {
			return err
		}
		if rows, err = neighbour.Live(tx, own); err != nil {
			return err
		}
		p, err := project(rows)
		live = p.cards
		return err
	})
	for i := range rows {
		c, err := wire.DecodeCard(rows[i].Card)
		if err != nil {
			b.Fatal(err)
		}
		rows[i].ID, rows[i].Hash = c.ID, wire.Sum(rows[i].Card)
	}
	var synced, inserted time.Duration
	for b.Loop() {
		one, two := newBox(b, "one"), newBox(b, "two")
		pair(b, a, one)
		start := time.Now()
		if n := one.mustPull(b, a); n != cards+1 {
			b.Fatalf("%d cards", n)
		}
		synced += time.Since(start)
		start = time.Now()
		bare(b, two, a.log.Origin(), rows, live)
		inserted += time.Since(start)
	}
	b.ReportMetric(float64(cards*b.N)/synced.Seconds(), "cards/s")
	b.ReportMetric(inserted.Seconds()/synced.Seconds(), "of-bare-insert")
}
