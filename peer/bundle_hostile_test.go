package peer

import (
	"bytes"
	"errors"
	"io"
	"runtime"
	"testing"

	"github.com/klauspost/compress/zstd"

	"copi.local/peer/wire"
	"copi.local/store"
)

// wantKey fails unless err is the sentence of key.
func wantKey(t testing.TB, what string, err error, key string) {
	t.Helper()
	if e, ok := errors.AsType[*store.Error](err); !ok || e.Key != key {
		t.Errorf("%s: %v, want %s", what, err, key)
	}
}

// TestFE8_BundleTwiceOrHalf: a bundle taken twice changes nothing more. Cut
// anywhere, or with one byte changed, it is refused whole and nothing of it is
// kept.
func TestFE8_BundleTwiceOrHalf(t *testing.T) {
	a, b := newBox(t, "a"), newBox(t, "b")
	pair(t, a, b)
	a.put(t, "", "Bal")
	a.put(t, "", "Loto")
	a.publish(t)
	file := a.bundleFor(t, b)

	refused := func(what string, file []byte, key string) {
		t.Helper()
		_, err := b.replica.TakeBundle(t.Context(), bytes.NewReader(file), true)
		wantKey(t, what, err, key)
		if l := b.held(t, a); l.ID != 0 || len(b.titles(t, a)) != 0 {
			t.Errorf("%s: something of it is kept: %+v", what, l)
		}
	}
	for n := len(wire.BundleMagic); n < len(file); n += 7 {
		refused("cut short", file[:n], "err.neighbour.bundle_short")
	}
	for n := len(wire.BundleMagic) + 3; n < len(file); n += 5 {
		changed := bytes.Clone(file)
		changed[n] ^= 1
		if _, err := b.replica.TakeBundle(t.Context(), bytes.NewReader(changed), true); store.KindOf(err) != store.Invalid {
			t.Errorf("byte %d changed: %v", n, err)
		}
	}
	refused("something after the end", append(bytes.Clone(file), 0), "err.neighbour.bundle_damaged")
	refused("another file", []byte("%PDF-1.7"), "err.neighbour.bundle_other")
	refused("an empty file", nil, "err.neighbour.bundle_other")

	b.take(t, file, false)
	b.same(t, a)
	was := b.held(t, a)
	if p := b.take(t, file, false).part(t, a); p.State != PartKnown {
		t.Errorf("the second time: %+v", p)
	}
	if now := b.held(t, a); now.Rev != was.Rev || now.Generation != was.Generation {
		t.Errorf("the second time changed %+v to %+v", was, now)
	}
}

// forge writes a bundle as b would, frame by frame through change, and signs
// it: what a neighbour that lies can make.
func (b *box) forge(t testing.TB, order BundleOrder, change func(wire.Message) []wire.Message) []byte {
	t.Helper()
	r, err := wire.NewBundleReader(bytes.NewReader(b.bundle(t, order)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	header := change(r.Header)[0].(*wire.BundleHeader)
	w, err := wire.NewBundleWriter(&out, header)
	for err == nil {
		m, nextErr := r.Next()
		if errors.Is(nextErr, io.EOF) {
			if err = w.End(b.keys.Box); err == nil {
				return out.Bytes()
			}
			break
		}
		if err = nextErr; err == nil {
			for _, m := range change(m) {
				err = errors.Join(err, w.Write(m))
			}
		}
	}
	t.Fatal(err)
	return nil
}

func one(m wire.Message) []wire.Message { return []wire.Message{m} }

// TestLyingBundle: its maker signs what it likes, and still shows nothing that
// an origin did not sign.
func TestLyingBundle(t *testing.T) {
	drop := func(m wire.Message) []wire.Message {
		if batch, ok := m.(*wire.Batch); ok {
			records, err := wire.UnpackRecords(batch.Zstd)
			if err != nil {
				t.Fatal(err)
			}
			batch.Zstd, _ = wire.PackRecords(records[:len(records)-1])
		}
		return one(m)
	}
	twice := func(m wire.Message) []wire.Message {
		if _, ok := m.(*wire.Want); ok {
			return []wire.Message{m, m}
		}
		return one(m)
	}
	for name, c := range map[string]struct {
		change func(wire.Message) []wire.Message
		key    string // of the refusal; empty: the part is faulty
	}{
		"withholds a card":      {change: drop},
		"a part begins twice":   {change: twice, key: "err.neighbour.bundle_damaged"},
		"a message of a stream": {key: "err.neighbour.bundle_damaged", change: func(m wire.Message) []wire.Message { return append(one(m), &wire.Bye{Code: 1}) }},
		"no tip": {key: "err.neighbour.bundle_damaged", change: func(m wire.Message) []wire.Message {
			if _, ok := m.(*wire.Tip); ok {
				return nil
			}
			return one(m)
		}},
		"another's head": {key: "err.neighbour.bundle_damaged", change: func(m wire.Message) []wire.Message {
			if tip, ok := m.(*wire.Tip); ok {
				tip.Head.Sig = bytes.Repeat([]byte{1}, len(tip.Head.Sig))
			}
			return one(m)
		}},
		"a later version": {key: "err.neighbour.bundle_newer", change: func(m wire.Message) []wire.Message {
			if h, ok := m.(*wire.BundleHeader); ok {
				h.Version = 2
			}
			return one(m)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			a, b := newBox(t, "a"), newBox(t, "b")
			pair(t, a, b)
			a.put(t, "", "Bal")
			a.put(t, "", "Loto")
			a.publish(t)
			file := a.forge(t, BundleOrder{For: b.log.Origin()}, c.change)
			got, err := b.replica.TakeBundle(t.Context(), bytes.NewReader(file), false)
			if c.key != "" {
				wantKey(t, name, err, c.key)
			} else if err != nil || got.part(t, a).State != PartFaulty || got.part(t, a).New != 0 {
				t.Errorf("%+v, %v", got, err)
			}
			if n := len(b.titles(t, a)); n != 0 {
				t.Errorf("%d cards show", n)
			}
			b.mustPull(t, a) // the honest way still works
			b.same(t, a)
		})
	}
}

// TestBundleOfAnotherMaker: a header that names a linked box is worth nothing
// without its key.
func TestBundleOfAnotherMaker(t *testing.T) {
	a, b, liar := newBox(t, "a"), newBox(t, "b"), newBox(t, "liar")
	pair(t, a, b)
	a.put(t, "", "Bal")
	a.publish(t)
	honest, err := wire.NewBundleReader(bytes.NewReader(a.bundleFor(t, b)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w, err := wire.NewBundleWriter(&out, honest.Header)
	if err := errors.Join(err, w.End(liar.keys.Box)); err != nil {
		t.Fatal(err)
	}
	_, err = b.replica.TakeBundle(t.Context(), bytes.NewReader(out.Bytes()), false)
	wantKey(t, "signed by a liar", err, "err.neighbour.bundle_damaged")
}

// TestBundleBombs: what unpacks to much more than it is, is refused in bounded
// memory.
func TestBundleBombs(t *testing.T) {
	a, b := newBox(t, "a"), newBox(t, "b")
	pair(t, a, b)
	enc, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	bomb := enc.EncodeAll(make([]byte, 64<<20), nil)
	file := a.forge(t, BundleOrder{}, func(m wire.Message) []wire.Message {
		if batch, ok := m.(*wire.Batch); ok {
			batch.Zstd = bomb
		}
		return one(m)
	})
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err = b.replica.TakeBundle(t.Context(), bytes.NewReader(file), false)
	runtime.ReadMemStats(&after)
	wantKey(t, "a bomb", err, "err.neighbour.bundle_damaged")
	if n := after.TotalAlloc - before.TotalAlloc; n > 8<<20 {
		t.Errorf("a bomb of %d bytes took %d of memory", len(file), n)
	}
}
