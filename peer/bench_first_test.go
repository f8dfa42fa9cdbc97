package peer

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/libp2p/go-libp2p/core/network"

	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/storetest"
)

// cost is what a piece of work took: time of this process on all cores, elapsed
// time, and bytes it wrote to files and sockets.
type cost struct {
	cpu, wall time.Duration
	wrote     int64
}

// costOf runs a piece of work. Rubbish of what came before is not charged to it.
func costOf(t testing.TB, work func()) cost {
	t.Helper()
	runtime.GC()
	cpu, wrote, start := cpuTime(t), writtenBytes(t), time.Now()
	work()
	return cost{cpuTime(t) - cpu, time.Since(start), writtenBytes(t) - wrote}
}

func cpuTime(t testing.TB) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// writtenBytes is what this process has handed to write(2) and its kin
// (proc_pid_io(5)): what a card of flash memory may have to take.
func writtenBytes(t testing.TB) (n int64) {
	t.Helper()
	text, err := os.ReadFile("/proc/self/io")
	if err != nil {
		t.Skip("no count of bytes written: ", err)
	}
	_, rest, _ := strings.Cut(string(text), "wchar: ")
	if _, err := fmt.Sscan(rest, &n); err != nil {
		t.Fatal(err)
	}
	return n
}

// median is that of one figure of all rounds.
func median[T any](rounds []T, figure func(T) float64) float64 {
	list := make([]float64, len(rounds))
	for i := range rounds {
		list[i] = figure(rounds[i])
	}
	slices.Sort(list)
	return list[len(list)/2]
}

// report prints a figure beside its goal.
func report(b *testing.B, figure float64, unit, goal string) {
	b.Helper()
	b.ReportMetric(figure, unit+"("+goal+")")
}

// firstSyncRounds is how often each side is measured, one after the other:
// machines are noisy.
const firstSyncRounds = 5

// firstSync is one round: the same cards synchronised, their frames sent and
// nothing else, and the rows they leave inserted and nothing else.
type firstSync struct {
	synced, sent, inserted, bulk cost
	frames                       int   // bytes
	kept                         int64 // bytes the file grew
}

// BenchmarkFirstSync pulls 5,000 cards over libp2p into an empty box, with
// everything a box does for them, and measures beside it, in the same round,
//
//   - the bytes of that stream sent over another on the same link, and
//   - all the rows that the sync left, search and vocabulary included, inserted
//     ready made into the same tables of another empty box with their indexes and
//     triggers: one prepared statement a table, a thousand rows a transaction;
//     and the same once more with statements of as many rows as the box uses.
//
// What is compared is processor time of both ends together; the box that serves
// is thus charged to the sync and to the bare stream, and not to the insert.
func BenchmarkFirstSync(b *testing.B) {
	const cards = 5000
	a := crowd(b, "a", cards)
	near, far := newTestBox(b, "Cajarc"), newTestBox(b, "Altillac")
	link(b, near, far)
	l := track{near, far, a}
	var rounds []firstSync
	for b.Loop() {
		for range firstSyncRounds {
			rounds = append(rounds, l.round(b, cards))
		}
	}
	per := func(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) / cards }
	b.ReportMetric(median(rounds, func(r firstSync) float64 { return cards / r.synced.wall.Seconds() }), "cards/s")
	b.ReportMetric(median(rounds, func(r firstSync) float64 { return per(r.synced.cpu) }), "cpu-µs/card")
	b.ReportMetric(median(rounds, func(r firstSync) float64 { return per(r.inserted.cpu) }), "insert-cpu-µs/card")
	b.ReportMetric(median(rounds, func(r firstSync) float64 { return per(r.sent.cpu) }), "stream-cpu-µs/card")
	report(b, median(rounds, func(r firstSync) float64 { return r.inserted.cpu.Seconds() / r.synced.cpu.Seconds() }), "of-bare-insert", "goal≥0.8")
	b.ReportMetric(median(rounds, func(r firstSync) float64 { return r.bulk.cpu.Seconds() / r.synced.cpu.Seconds() }), "of-bulk-insert")
	b.ReportMetric(median(rounds, func(r firstSync) float64 { return r.inserted.wall.Seconds() / r.synced.wall.Seconds() }), "of-bare-insert-wall")
	b.ReportMetric(median(rounds, func(r firstSync) float64 { return r.sent.cpu.Seconds() / r.synced.cpu.Seconds() }), "of-bare-stream")
	report(b, median(rounds, func(r firstSync) float64 { return float64(r.frames) / cards }), "wire-B/card", "goal≤170")
	b.ReportMetric(median(rounds, func(r firstSync) float64 { return float64(r.kept) / cards }), "disk-B/card")
	b.ReportMetric(median(rounds, func(r firstSync) float64 { return float64(r.synced.wrote-r.sent.wrote) / cards }), "written-B/card")
	b.ReportMetric(median(rounds, func(r firstSync) float64 { return float64(r.inserted.wrote) / cards }), "insert-written-B/card")
}

// track is a link between two boxes, and the box whose cards go over it.
type track struct {
	near, far *testBox
	from      *box
}

func (l track) round(b *testing.B, cards int) (r firstSync) {
	b.Helper()
	one := newBox(b, "one")
	pair(b, l.from, one)
	empty := one.bytes(b)
	var frames []byte
	r.synced = costOf(b, func() { frames = l.sync(b, one) })
	if got := len(one.titles(b, l.from)); got != cards {
		b.Fatalf("%d cards", got)
	}
	r.frames, r.kept = len(frames), one.bytes(b)-empty
	r.sent = costOf(b, func() { l.send(b, frames) })
	left := leftBy(b, one)
	two, three := l.awaiting(b, "two"), l.awaiting(b, "three")
	r.inserted = costOf(b, func() { left.insert(b, two, false) })
	r.bulk = costOf(b, func() { left.insert(b, three, true) })
	return r
}

// awaiting is a box that may hold what comes from the other.
func (l track) awaiting(b *testing.B, name string) *box {
	b.Helper()
	box := newBox(b, name)
	storetest.Update(b, box.db, store.Actor{}, func(tx *store.Tx) error {
		_, err := listing.SetOrigin(tx, listing.Origin{Key: l.from.log.Origin(), Name: "a", SeenAt: tx.Now})
		return err
	})
	return box
}

// over opens a stream of which one end runs far and the other near.
func (l track) over(b *testing.B, far func(network.Stream) error, near func(network.Stream) error) {
	b.Helper()
	done := make(chan error, 1)
	const protocol = "/copi/bench"
	l.far.host.SetStreamHandler(protocol, func(s network.Stream) { done <- far(s) })
	s, err := l.near.open(b.Context(), l.far.id.id, nil, protocol)
	if err == nil {
		err = near(s)
	}
	if err != nil {
		b.Fatal(err)
	}
	if err := <-done; err != nil {
		b.Fatal(err)
	}
	_ = s.Close()
}

// sync pulls the box's log into one, and returns the bytes that came.
func (l track) sync(b *testing.B, one *box) []byte {
	b.Helper()
	have, err := l.from.replica.Haves(b.Context(), one.name, 0, one.asks(b.Context()))
	if err != nil {
		b.Fatal(err)
	}
	var frames bytes.Buffer
	l.over(b, func(s network.Stream) error { return serveOne(b.Context(), l.from, s) }, func(s network.Stream) error {
		p, err := one.replica.Begin(b.Context(), l.from.name, have.Entries[0])
		if err != nil {
			return err
		}
		defer p.Release()
		if err := wire.WriteFrame(s, p.Want()); err != nil {
			return err
		}
		in := bufio.NewReader(io.TeeReader(s, &frames))
		for {
			m, err := wire.ReadFrame(in)
			if err != nil {
				return err
			}
			switch m := m.(type) {
			case *wire.Batch:
				err = p.Stage(b.Context(), m)
			case *wire.Tip:
				return p.Finish(b.Context(), m)
			}
			if err != nil {
				return err
			}
		}
	})
	return frames.Bytes()
}

// serveOne answers one Want with everything up to the Tip.
func serveOne(ctx context.Context, from *box, s network.Stream) error {
	m, err := wire.ReadFrame(bufio.NewReader(s))
	if err != nil {
		return err
	}
	want, server := m.(*wire.Want), from.replica.Serve()
	for {
		batch, tip, err := server.Answer(ctx, want)
		if err != nil {
			return err
		}
		if err := wire.WriteFrame(s, batch); err != nil {
			return err
		}
		if tip != nil {
			return wire.WriteFrame(s, tip)
		}
		want = Next(want, batch)
	}
}

// send sends bytes over the line.
func (l track) send(b *testing.B, all []byte) {
	b.Helper()
	l.over(b, func(s network.Stream) error {
		if _, err := io.ReadFull(s, make([]byte, 1)); err != nil { // as a Want
			return err
		}
		_, err := s.Write(all)
		return err
	}, func(s network.Stream) error {
		if _, err := s.Write([]byte{0}); err != nil {
			return err
		}
		_, err := io.CopyN(io.Discard, s, int64(len(all)))
		return err
	})
}

// rows of a table, ready made.
type rows struct {
	table, columns string
	values         [][]any
}

// leftovers is what a first sync left in a box.
type leftovers []rows

// leftBy reads all rows a first sync left in b, by their tables in the order in
// which they refer to each other, but the few of the log itself.
func leftBy(t testing.TB, b *box) (left leftovers) {
	t.Helper()
	storetest.Update(t, b.db, store.Actor{}, func(tx *store.Tx) error {
		for _, q := range []struct{ table, columns, where string }{
			{"neighbour_records", "", "log_id > 1 ORDER BY seq"},
			{"listing_cards", "", "origin_id > 0 ORDER BY card_id"},
			{"listing_card_tags", "", "true ORDER BY card_id"},
			{"neighbour_mentions", "", "true"},
			{"listing_words", "", "true"},
		} {
			columns, err := columnsOf(tx, q.table)
			if err != nil {
				return err
			}
			values, err := valuesOf(tx, strings.Count(columns, ",")+1, "SELECT "+columns+" FROM "+q.table+" WHERE "+q.where)
			if err != nil {
				return err
			}
			left = append(left, rows{q.table, columns, values})
		}
		words, err := wordsOf(tx)
		left = append(left, rows{"listing_search", "rowid, title, tags, body, marks", words})
		return err
	})
	return left
}

// columnsOf lists the columns of a table that can be written.
func columnsOf(tx *store.Tx, table string) (string, error) {
	list, err := store.All(tx, store.Scan[string], "SELECT name FROM pragma_table_xinfo(?) WHERE hidden = 0", table)
	return strings.Join(list, ", "), err
}

func valuesOf(tx *store.Tx, columns int, query string) ([][]any, error) {
	return store.All(tx, func(r store.Row) ([]any, error) {
		values, into := make([]any, columns), make([]any, columns)
		for i := range values {
			into[i] = &values[i]
		}
		return values, r.Scan(into...)
	}, query)
}

// wordsOf reads what the full text was given, word for word: it keeps no text.
func wordsOf(tx *store.Tx) (out [][]any, err error) {
	if _, err := tx.Exec("CREATE VIRTUAL TABLE temp.bench_words USING fts5vocab(main, listing_search, instance)"); err != nil {
		return nil, err
	}
	values, err := valuesOf(tx, 3, "SELECT doc, col, term FROM bench_words ORDER BY doc, col, offset")
	if err != nil {
		return nil, err
	}
	place := map[string]int{"title": 1, "tags": 2, "body": 3, "marks": 4}
	for _, v := range values {
		if len(out) == 0 || out[len(out)-1][0] != v[0] {
			out = append(out, []any{v[0], "", "", "", ""})
		}
		last, at := out[len(out)-1], place[v[1].(string)]
		last[at] = strings.TrimSpace(last[at].(string) + " " + v[2].(string))
	}
	_, err = tx.Exec("DROP TABLE temp.bench_words")
	return out, err
}

// insert writes the rows into another box, a thousand a transaction: one or many
// with a statement, but of the full text one, which is quicker.
func (l leftovers) insert(t testing.TB, into *box, many bool) {
	t.Helper()
	for _, r := range l {
		q := "INSERT INTO " + r.table + " (" + r.columns + ") VALUES (?" + strings.Repeat(", ?", strings.Count(r.columns, ",")) + ")"
		for chunk := range slices.Chunk(r.values, 1000) {
			storetest.Update(t, into.db, store.Actor{}, func(tx *store.Tx) error {
				if many && r.table != "listing_search" {
					return tx.InsertRows(q, slices.Concat(chunk...))
				}
				for _, row := range chunk {
					if _, err := tx.Exec(q, row...); err != nil {
						return err
					}
				}
				return nil
			})
		}
	}
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
