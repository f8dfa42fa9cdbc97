package peer

import (
	"bufio"
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"strings"
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

// Columns of the rows a first sync leaves, for the bare insert.
const (
	mentionColumns = "log_id, id, role, place, hash, bytes, alt, width, height"
	recordColumns  = "log_id, generation, seq, id, gone, card, sig, hash, at"
	cardColumns    = `card_id, origin_id, module, id, code, kind, title, summary, tags, commune, lat, lon, starts_at, ends_at, flags,
		price, price_unit, expires_at, audience, hidden, rev, version, created_at, updated_at`
)

// table reads all rows of a table as they are.
func table(t testing.TB, b *box, name, columns, where string) (rows [][]any) {
	t.Helper()
	storetest.View(t, b.db, store.Actor{}, func(tx *store.Tx) (err error) {
		rows, err = store.All(tx, func(r store.Row) ([]any, error) {
			values := make([]any, strings.Count(columns, ",")+1)
			into := make([]any, len(values))
			for i := range values {
				into[i] = &values[i]
			}
			return values, r.Scan(into...)
		}, "SELECT "+columns+" FROM "+name+" WHERE "+where)
		return err
	})
	return rows
}

// insert writes rows with one prepared statement, a thousand a transaction.
func insert(t testing.TB, b *box, name, columns string, rows [][]any) {
	t.Helper()
	q := "INSERT INTO " + name + " (" + columns + ") VALUES (?" + strings.Repeat(", ?", strings.Count(columns, ",")) + ")"
	for chunk := range slices.Chunk(rows, 1000) {
		storetest.Update(t, b.db, store.Actor{}, func(tx *store.Tx) error {
			for _, row := range chunk {
				if _, err := tx.Exec(q, row...); err != nil {
					return err
				}
			}
			return nil
		})
	}
}

// BenchmarkFirstSync pulls 5,000 cards into an empty box, and reports its speed
// beside that of bare inserts of the rows it left, ready made, into the same
// tables with their indexes: records, cards, tags, bodies' names and full text;
// and the bytes of a card in the frames that carry it and in the file that keeps
// it, search included.
func BenchmarkFirstSync(b *testing.B) {
	const cards = 5000
	a := crowd(b, "a", cards)
	var synced, inserted time.Duration
	var sent, kept int64
	for b.Loop() {
		one, two := newBox(b, "one"), newBox(b, "two")
		pair(b, a, one)
		empty := one.bytes(b)
		s := &stream{from: a, batch: func(batch *wire.Batch) bool {
			frame, err := wire.Encode(batch)
			sent += int64(len(frame)) + 3 // and its length
			return err == nil
		}}
		start := time.Now()
		if errs := one.pull(b.Context(), s); len(errs) > 0 || s.cards != cards+1 {
			b.Fatalf("%d cards, %v", s.cards, errs)
		}
		synced += time.Since(start)
		kept += one.bytes(b) - empty

		records := table(b, one, "neighbour_records", recordColumns, "log_id > 1")
		rows := table(b, one, "listing_cards", cardColumns, "origin_id > 0")
		tags := table(b, one, "listing_card_tags", "tag, card_id", "true")
		named := table(b, one, "neighbour_mentions", mentionColumns, "true")
		words := make([][]any, len(rows))
		for i, row := range rows {
			words[i] = []any{row[0], listing.Fold(row[6].(string)), listing.Fold(row[8].(string)), "", "0kind0event"}
		}
		storetest.Update(b, two.db, store.Actor{}, func(tx *store.Tx) error {
			_, err := listing.SetOrigin(tx, listing.Origin{Key: a.log.Origin(), Name: "a", SeenAt: tx.Now})
			return err
		})
		start = time.Now()
		insert(b, two, "neighbour_records", recordColumns, records)
		insert(b, two, "listing_cards", cardColumns, rows)
		insert(b, two, "listing_card_tags", "tag, card_id", tags)
		insert(b, two, "neighbour_mentions", mentionColumns, named)
		insert(b, two, "listing_search", "rowid, title, tags, body, marks", words)
		inserted += time.Since(start)
	}
	b.ReportMetric(float64(cards*b.N)/synced.Seconds(), "cards/s")
	b.ReportMetric(inserted.Seconds()/synced.Seconds(), "of-bare-insert")
	b.ReportMetric(float64(sent)/float64(cards*b.N), "wire-B/card")
	b.ReportMetric(float64(kept)/float64(cards*b.N), "disk-B/card")
}

// bytes is the size of b's database.
func (b *box) bytes(t testing.TB) (n int64) {
	t.Helper()
	storetest.View(t, b.db, store.Actor{}, func(tx *store.Tx) (err error) {
		n, err = store.One(tx, store.Scan[int64], "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
		return err
	})
	return n
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
	b.ReportMetric(50*float64(sent)/float64(b.N), "B/50-neighbours")
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
	b.ReportMetric(float64(took[len(took)/2].Milliseconds()), "p50-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Milliseconds()), "p99-ms")
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
