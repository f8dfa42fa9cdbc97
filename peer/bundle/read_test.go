package bundle

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"slices"
	"testing"

	"copi.local/peer/wire"
	"copi.local/store"
)

// maker is a box that makes bundles.
type maker struct {
	key    ed25519.PrivateKey
	header wire.BundleHeader
}

func newMaker(t *testing.T, name string) *maker {
	t.Helper()
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte(name), 32)[:32])
	m := &maker{key: key}
	first, err := wire.FirstEpoch(key, wire.Sum(nil))
	if err != nil {
		t.Fatal(err)
	}
	origin := wire.Sum(first.Statement)
	m.header = wire.BundleHeader{
		Version: 1, Origin: origin, Name: name, Epochs: []wire.SignedEpoch{first},
		Haves: []wire.HaveEntry{{Origin: origin, Epoch: 1, Seq: 9}},
	}
	return m
}

// bundle writes the messages between a header and an end.
func (m *maker) bundle(t *testing.T, messages ...wire.Message) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := wire.NewBundleWriter(&out, &m.header)
	for _, message := range messages {
		err = errors.Join(err, w.Write(message))
	}
	if err = errors.Join(err, w.End(m.key)); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// all takes all a bundle holds and notes what comes.
type all struct{ seen []string }

func (a *all) note(what string) error {
	a.seen = append(a.seen, what)
	return nil
}

func (a *all) Header(*wire.BundleHeader) error { return nil }
func (a *all) Part(e wire.HaveEntry, _ *wire.Want) (bool, error) {
	return e.Epoch == 1, a.note("part")
}
func (a *all) Batch(*wire.Batch) error   { return a.note("batch") }
func (a *all) Tip(*wire.Tip) error       { return a.note("tip") }
func (a *all) Bodies(*wire.Bodies) error { return a.note("bodies") }
func (a *all) Picture(_ wire.Hash, b []byte) error {
	return a.note("picture " + string(b))
}

// part is a part of the maker's own log without a card.
func (m *maker) part() (*wire.Want, *wire.Batch, *wire.Tip) {
	batch := &wire.Batch{Origin: m.header.Origin, Epoch: 1, UpTo: 9, Relist: true}
	batch.Zstd, _ = wire.PackRecords(nil)
	tip := &wire.Tip{Origin: m.header.Origin, Epochs: m.header.Epochs, Head: wire.SignedHead{Head: []byte{0xa0}, Sig: make([]byte, 64)}}
	return &wire.Want{Origin: m.header.Origin, Epoch: 1, Relist: true}, batch, tip
}

func isDamaged(err error) bool {
	e, ok := errors.AsType[*store.Error](err)
	return ok && e.Key == "err.neighbour.bundle_damaged"
}

// TestOrderOfABundle: what comes out of its order is refused, whoever signed it.
func TestOrderOfABundle(t *testing.T) {
	m := newMaker(t, "a")
	want, batch, tip := m.part()
	bodies, _ := wire.PackBodies([][]byte{{0xa0}})
	more := *batch
	more.More = true
	red, blue := []byte("a red picture"), []byte("a blue one")
	blob := func(b []byte, from, to int) wire.Message {
		return &wire.Blob{Piece: wire.Piece{Hash: wire.Sum(b), Offset: uint64(from), Total: uint64(len(b)), Bytes: b[from:to]}}
	}
	false1 := &wire.Blob{Piece: wire.Piece{Hash: wire.Sum(red), Total: 3, Bytes: []byte("red")}}
	longer := &wire.Blob{Piece: wire.Piece{Hash: wire.Sum(red), Offset: 3, Total: 14, Bytes: red[3:]}}
	other := *want
	other.Origin = wire.Sum([]byte("other"))
	for name, c := range map[string]struct {
		frames []wire.Message
		right  bool
	}{
		"nothing":                 {nil, true},
		"a part":                  {[]wire.Message{want, batch, tip}, true},
		"a part and its bodies":   {[]wire.Message{want, batch, tip, bodies, bodies}, true},
		"a part twice":            {[]wire.Message{want, batch, tip, want, batch, tip}, false},
		"a part nobody announced": {[]wire.Message{&other, batch, tip}, false},
		"a part without its tip":  {[]wire.Message{want, batch}, false},
		"a tip before its batch":  {[]wire.Message{want, tip}, false},
		"a tip too early":         {[]wire.Message{want, &more, tip}, false},
		"two last batches":        {[]wire.Message{want, batch, batch, tip}, false},
		"bodies before the tip":   {[]wire.Message{want, batch, bodies, tip}, false},
		"bodies of no part":       {[]wire.Message{bodies}, false},
		"pictures":                {[]wire.Message{want, batch, tip, bodies, blob(red, 0, 3), blob(red, 3, 13), blob(blue, 0, 10)}, true},
		"pictures of no part":     {[]wire.Message{blob(red, 0, 13)}, true},
		"a picture in a part":     {[]wire.Message{want, batch, blob(red, 0, 13), tip}, false},
		"a part after a picture":  {[]wire.Message{blob(red, 0, 13), want, batch, tip}, false},
		"bodies after a picture":  {[]wire.Message{want, batch, tip, blob(red, 0, 13), bodies}, false},
		"a picture cut":           {[]wire.Message{blob(red, 0, 3)}, false},
		"a picture interrupted":   {[]wire.Message{blob(red, 0, 3), blob(blue, 0, 10), blob(red, 3, 13)}, false},
		"a part in a picture":     {[]wire.Message{blob(red, 0, 3), want, batch, tip}, false},
		"a picture from within":   {[]wire.Message{blob(red, 3, 13)}, false},
		"a piece twice":           {[]wire.Message{blob(red, 0, 3), blob(red, 0, 3), blob(red, 3, 13)}, false},
		"a length that changes":   {[]wire.Message{blob(red, 0, 3), longer}, false},
		"another picture's name":  {[]wire.Message{false1}, false},
		"a frame of a session":    {[]wire.Message{&wire.Bye{Code: 1}}, false},
	} {
		err := Read(bytes.NewReader(m.bundle(t, c.frames...)), &all{})
		if c.right && err != nil || !c.right && !isDamaged(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestPicturesComeWhole, one after the other.
func TestPicturesComeWhole(t *testing.T) {
	m := newMaker(t, "a")
	var frames []wire.Message
	for _, b := range []string{"red", "blue"} {
		for i := range b {
			frames = append(frames, &wire.Blob{Piece: wire.Piece{
				Hash: wire.Sum([]byte(b)), Offset: uint64(i), Total: uint64(len(b)), Bytes: []byte(b[i : i+1]),
			}})
		}
	}
	v := &all{}
	err := Read(bytes.NewReader(m.bundle(t, frames...)), v)
	if err != nil || !slices.Equal(v.seen, []string{"picture red", "picture blue"}) {
		t.Errorf("%v, %v", v.seen, err)
	}
}

// TestUnpackingIsBounded: a small file full of things to unpack costs seconds.
func TestUnpackingIsBounded(t *testing.T) {
	m := newMaker(t, "a")
	want, batch, tip := m.part()
	bodies, _ := wire.PackBodies([][]byte{{0xa0}})
	frames := []wire.Message{want, batch, tip}
	for range maxUnpacked {
		frames = append(frames, bodies)
	}
	v := &all{}
	if err := Read(bytes.NewReader(m.bundle(t, frames...)), v); !isDamaged(err) {
		t.Errorf("%v", err)
	}
	if len(v.seen) != maxUnpacked+2 { // the part and the tip are not packed
		t.Errorf("%d were seen", len(v.seen))
	}
}
