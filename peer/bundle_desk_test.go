package peer

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"copi.local/peer/bundle"
	"copi.local/store"
	"copi.local/store/storetest"
)

// withDesk gives a running box a place for bundles.
func withDesk(b *testBox) *testBox {
	b.bundles = bundle.Drawer(filepath.Join(b.t.TempDir(), "bundles"))
	return b
}

// waiting lists what lies in the box's directory of bundles.
func (b *testBox) waitingFiles() (names []string) {
	b.t.Helper()
	entries, err := os.ReadDir(string(b.bundles))
	if err != nil && !os.IsNotExist(err) {
		b.t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// made is a bundle of the running box.
func (b *testBox) made(forBox string, whole bool) []byte {
	b.t.Helper()
	f, err := b.MakeBundle(b.t.Context(), forBox, whole, bundle.NoPictures)
	if err != nil {
		b.t.Fatal(err)
	}
	file, err := io.ReadAll(f)
	if err := errors.Join(err, f.Close()); err != nil {
		b.t.Fatal(err)
	}
	return file
}

// TestRunningBoxesExchangeByFile: what was published a moment ago is in the
// bundle, its maker becomes a neighbour that may also call, and no file is left
// on either card.
func TestRunningBoxesExchangeByFile(t *testing.T) {
	a, b := withDesk(newTestBox(t, "Cajarc")), withDesk(newTestBox(t, "Altillac"))
	id := store.NewID()
	a.put(id, "Bal du village")
	name, err := b.ReceiveBundle(t.Context(), bytes.NewReader(a.made("", false)))
	if err != nil {
		t.Fatal(err)
	}
	if files := a.waitingFiles(); len(files) > 0 {
		t.Errorf("the maker keeps %v", files)
	}
	digits, err := a.Digits(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	seen, err := b.LookBundle(t.Context(), name, true)
	if err != nil || seen.Digits != digits || seen.Name != "Cajarc" || seen.Parts[0].New != 1 || len(b.shown("bal")) != 0 {
		t.Errorf("before it is taken: %+v, %v; its own digits are %s", seen, err, digits)
	}
	if _, err := b.TakeBundle(t.Context(), name, true); err != nil || len(b.shown("bal")) != 1 {
		t.Errorf("shown %v, %v", b.shown("bal"), err)
	}
	if !b.gate.isLinked(a.id.id) {
		t.Error("the gate does not know the maker")
	}
	if files := b.waitingFiles(); len(files) > 0 {
		t.Errorf("the reader keeps %v", files)
	}
	if _, err := b.MakeBundle(t.Context(), "Gramat", false, bundle.NoPictures); store.KindOf(err) != store.Conflict {
		t.Errorf("for a box nobody knows: %v", err)
	}
	back, err := a.ReceiveBundle(t.Context(), bytes.NewReader(b.made("cajarc", false)))
	if err == nil {
		_, err = a.TakeBundle(t.Context(), back, true)
	}
	if err != nil {
		t.Fatal(err)
	}
	small, whole := len(a.made("altillac", false)), len(a.made("Altillac", true))
	if small >= whole {
		t.Errorf("%d bytes for a box that has everything, %d without sparing it", small, whole)
	}
}

// endless is a file without an end.
type endless struct{}

func (endless) Read(b []byte) (int, error) { return len(b), nil }

// TestFE8_HugeBundle: 2 GB are refused at the limit, with the sentence that
// names it, and nothing is left of them.
func TestFE8_HugeBundle(t *testing.T) {
	b := withDesk(newTestBox(t, "Altillac"))
	_, err := b.ReceiveBundle(t.Context(), io.LimitReader(endless{}, 2<<30))
	wantKey(t, "2 GB", err, "err.neighbour.bundle_large")
	_, err = b.ReceiveBundle(t.Context(), io.MultiReader(strings.NewReader("COPI1\n"), strings.NewReader("half")))
	wantKey(t, "half", err, "err.neighbour.bundle_short")
	if files := b.waitingFiles(); len(files) > 0 {
		t.Errorf("kept: %v", files)
	}
}

// TestARestartForgetsWaitingBundles: what nobody answered is asked for again,
// not kept for ever.
func TestARestartForgetsWaitingBundles(t *testing.T) {
	b := withDesk(newTestBox(t, "Altillac"))
	name, err := b.ReceiveBundle(t.Context(), bytes.NewReader(newBox(t, "a").bundleFor(t, nil)))
	if err != nil {
		t.Fatal(err)
	}
	list, err := b.WaitingBundles()
	if want := (bundle.Waiting{Name: name, From: "a"}); err != nil || len(list) != 1 || list[0] != want {
		t.Errorf("waiting: %+v, %v", list, err)
	}
	for _, other := range []string{"", "../" + name, strings.ToUpper(name) + "/", "zz"} {
		if _, err := b.LookBundle(t.Context(), other, true); store.KindOf(err) != store.NotFound {
			t.Errorf("%q: %v", other, err)
		}
	}
	opt := b.opt
	opt.Bundles = string(b.bundles)
	opt.Listen = "127.0.0.1:0"
	again, err := New(opt)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = again.Close() }()
	if files := b.waitingFiles(); len(files) > 0 {
		t.Errorf("after a restart: %v", files)
	}
}

// TestBundleOfAnUnreadyBox: a box without a log of its own makes none.
func TestBundleOfAnUnreadyBox(t *testing.T) {
	a := newBox(t, "a")
	db, _ := storetest.Open(t)
	unready := NewReplica(db)
	err := unready.WriteBundle(t.Context(), io.Discard, a.keys.Box, BundleOrder{})
	wantKey(t, "before the set-up", err, "err.neighbour.not_ready")
	got, err := unready.LookBundle(t.Context(), bytes.NewReader(a.bundleFor(t, nil)), false)
	if err != nil || got.Linked {
		t.Errorf("it may be shown one: %+v, %v", got, err)
	}
}
