package peer

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"testing"
	"time"

	"pgregory.net/rapid"

	"copi.local/peer/wire"
)

// modelT lets helpers that take a testing.TB fail a rapid check.
type modelT struct {
	testing.TB
	r *rapid.T
}

func (m modelT) Helper()                   {}
func (m modelT) Error(args ...any)         { m.r.Error(args...) }
func (m modelT) Errorf(f string, a ...any) { m.r.Errorf(f, a...) }
func (m modelT) Fatal(args ...any)         { m.r.Fatal(args...) }
func (m modelT) Fatalf(f string, a ...any) { m.r.Fatalf(f, a...) }
func (m modelT) Cleanup(f func())          { m.r.Cleanup(f) }
func (m modelT) Context() context.Context  { return m.r.Context() }
func (m modelT) TempDir() string {
	dir, err := os.MkdirTemp("", "copi-model-")
	if err != nil {
		m.r.Fatal(err)
	}
	m.r.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// world is some boxes, linked all with all, and what each of them ever signed.
type world struct {
	t      modelT
	boxes  []*box
	signed map[wire.Hash]map[string]map[string]string // origin, head, id → title
	ids    map[*box][]string
	copies map[*box]string           // a database file as a power cut would leave it
	stale  map[wire.Hash]*wire.Tip   // an old tip a liar kept
	others map[wire.Hash]wire.Record // a card of each origin, for another's log
	n      int
}

// TestModel runs random histories of several boxes on real stores: cards are
// published, changed and withdrawn; pulls are cut at any batch, repeated, and
// fed by liars; power cuts take what was announced. Whatever happens, what a
// box shows of an origin is a state that origin signed, nobody honest is
// blamed, and in the end all show the same.
func TestModel(t *testing.T) {
	if testing.Short() {
		t.Skip("some seconds of histories")
	}
	rapid.Check(t, func(r *rapid.T) {
		w := newWorld(modelT{t, r})
		for range rapid.IntRange(5, 20).Draw(r, "steps") {
			w.step(r)
			w.check()
		}
		w.converge()
	})
}

func newWorld(t modelT) *world {
	w := &world{
		t: t, signed: map[wire.Hash]map[string]map[string]string{}, ids: map[*box][]string{}, copies: map[*box]string{},
		stale: map[wire.Hash]*wire.Tip{}, others: map[wire.Hash]wire.Record{},
	}
	for _, name := range []string{"a", "b", "c"} {
		b := newBox(t, name)
		b.replica.batch = 2
		w.boxes = append(w.boxes, b)
		w.sign(b)
	}
	pair(t, w.boxes...)
	return w
}

// sign records what a box has just published.
func (w *world) sign(b *box) {
	o := b.log.Origin()
	if w.signed[o] == nil {
		w.signed[o] = map[string]map[string]string{}
	}
	w.signed[o][string(b.held(w.t, b).Head.Bytes)] = b.titles(w.t, b)
}

func (w *world) step(r *rapid.T) {
	b := rapid.SampledFrom(w.boxes).Draw(r, "box")
	switch rapid.SampledFrom([]string{"put", "put", "change", "withdraw", "age", "copy", "cut", "pull", "pull", "pull", "lie", "lie"}).Draw(r, "step") {
	case "put":
		for range rapid.IntRange(1, 4).Draw(r, "cards") {
			w.n++
			w.ids[b] = append(w.ids[b], b.put(w.t, "", fmt.Sprint("carte ", w.n)))
		}
		w.publish(b)
	case "change":
		if len(w.ids[b]) > 0 {
			w.n++
			b.put(w.t, rapid.SampledFrom(w.ids[b]).Draw(r, "card"), fmt.Sprint("changée ", w.n))
			w.publish(b)
		}
	case "withdraw":
		if len(w.ids[b]) > 0 {
			b.withdraw(w.t, rapid.SampledFrom(w.ids[b]).Draw(r, "card"))
			w.publish(b)
		}
	case "age":
		b.clock.Add(tombstoneIn + time.Hour)
		w.publish(b)
	case "copy":
		w.copies[b] = filepath.Join(w.t.TempDir(), "copi.db")
		if err := b.db.CopyTo(w.t.Context(), w.copies[b]); err != nil {
			r.Fatal(err)
		}
	case "cut":
		w.powerCut(b)
	case "pull":
		w.pull(b, w.source(r, b), rapid.IntRange(0, 3).Draw(r, "cut"))
	case "lie":
		w.lie(r, b, w.source(r, b))
	}
}

func (w *world) source(r *rapid.T, b *box) *box {
	from := rapid.SampledFrom(w.boxes).Draw(r, "from")
	if from == b {
		from = w.boxes[(rapid.IntRange(1, 2).Draw(r, "next")+indexOf(w.boxes, b))%len(w.boxes)]
	}
	return from
}

func indexOf(boxes []*box, b *box) int {
	for i := range boxes {
		if boxes[i] == b {
			return i
		}
	}
	return -1
}

func (w *world) publish(b *box) {
	b.publish(w.t)
	w.sign(b)
}

// powerCut puts a box back to its copy, as if what came later had never
// reached the disk although it was announced.
func (w *world) powerCut(b *box) {
	path, ok := w.copies[b]
	if !ok {
		return
	}
	delete(w.copies, b)
	b.cutPower(w.t, path)
	b.replica.batch = 2
	w.publish(b)
	w.ids[b] = nil
	for id := range b.titles(w.t, b) {
		w.ids[b] = append(w.ids[b], id)
	}
}

// pull is an honest pull, cut after some batches or not; nobody may be blamed.
func (w *world) pull(b, from *box, cut int) {
	s := &stream{from: from, cut: cut, batch: w.keep, tip: func(tip *wire.Tip) {
		if w.stale[tip.Origin] == nil || w.n%3 == 0 {
			kept := *tip
			w.stale[tip.Origin] = &kept
		}
	}}
	for origin, err := range b.pull(w.t.Context(), s) {
		if v := Judge(err); !errors.Is(err, errCut) && v != Retry {
			w.t.Fatalf("%s blames honest %s for %s: %v", b.name, from.name, origin, err)
		}
	}
}

// keep remembers a card of each origin, for liars.
func (w *world) keep(batch *wire.Batch) bool {
	records, err := wire.UnpackRecords(batch.Zstd)
	if err != nil {
		w.t.Fatal(err)
	}
	if len(records) > 0 {
		w.others[batch.Origin] = records[len(records)-1]
	}
	return true
}

// lie is a pull through a relay that lies in one way; whatever comes of it,
// check must hold afterwards.
func (w *world) lie(r *rapid.T, b, from *box) {
	s := &stream{from: from, cut: rapid.IntRange(0, 3).Draw(r, "cut")}
	how := rapid.SampledFrom([]string{"omit", "alter", "foreign", "repeat", "stale", "sign"}).Draw(r, "lie")
	at := rapid.IntRange(0, 100).Draw(r, "at")
	s.batch = func(batch *wire.Batch) bool {
		records, err := wire.UnpackRecords(batch.Zstd)
		if err != nil || len(records) == 0 {
			return true
		}
		i := at % len(records)
		switch how {
		case "omit":
			records = append(records[:i], records[i+1:]...)
		case "alter":
			records[i].Card[at%len(records[i].Card)] ^= 1
		case "foreign":
			for origin, rec := range w.others {
				if origin != batch.Origin {
					records[i] = rec
				}
			}
		case "repeat":
			records = append(records, records[i])
		}
		batch.Zstd, _ = wire.PackRecords(records)
		return true
	}
	s.tip = func(tip *wire.Tip) {
		switch old := w.stale[tip.Origin]; {
		case how == "stale" && old != nil:
			*tip = *old
		case how == "sign":
			tip.Head.Sig = append([]byte{}, tip.Head.Sig...)
			tip.Head.Sig[at%64] ^= 1
		}
	}
	b.pull(w.t.Context(), s)
}

// check: what any box shows of any other is a state that one signed.
func (w *world) check() {
	for _, b := range w.boxes {
		for _, o := range w.boxes {
			if b != o {
				w.checkOne(b, o)
			}
		}
	}
}

func (w *world) checkOne(b, o *box) {
	l, shown := b.held(w.t, o), b.titles(w.t, o)
	if l.Epoch == 0 {
		if len(shown) > 0 {
			w.t.Fatalf("%s shows %v of %s without a head", b.name, shown, o.name)
		}
		return
	}
	want, ok := w.signed[o.log.Origin()][string(l.Head.Bytes)]
	if !ok {
		w.t.Fatalf("%s holds a head %s never signed", b.name, o.name)
	}
	if !maps.Equal(shown, want) {
		w.t.Fatalf("%s shows %v of %s, which signed %v", b.name, shown, o.name, want)
	}
}

// converge pulls honestly until all agree: from the author itself a relist at
// most is needed.
func (w *world) converge() {
	for range 3 {
		for _, b := range w.boxes {
			for _, o := range w.boxes {
				if b != o {
					w.pull(b, o, 0)
				}
			}
		}
	}
	w.check()
	for _, b := range w.boxes {
		for _, o := range w.boxes {
			own, held := o.held(w.t, o), b.held(w.t, o)
			if string(own.Head.Bytes) != string(held.Head.Bytes) {
				w.t.Fatalf("%s stays at %d of %s, which is at %d", b.name, held.Seq, o.name, own.Seq)
			}
		}
	}
}
