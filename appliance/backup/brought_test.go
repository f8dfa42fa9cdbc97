package backup

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"

	"copi.local/store"
)

func TestAFileIsBroughtWholeOrNotAtAll(t *testing.T) {
	data := t.TempDir()
	n, err := Bring(t.Context(), data, strings.NewReader("sealed"), -1)
	if err != nil || n != 6 {
		t.Fatal(n, err)
	}
	gone := errors.New("the phone is gone")
	for what, c := range map[string]struct {
		r    io.Reader
		size int64
		want string
	}{
		"half of it":   {io.MultiReader(strings.NewReader("sea"), iotest.ErrReader(gone)), -1, gone.Error()},
		"no room":      {strings.NewReader("sealed"), 1 << 60, "err.backup.space"},
		"one too many": {strings.NewReader(strings.Repeat("x", 70<<10)), -1, "err.backup.full"},
	} {
		d := disk{}
		if what == "one too many" {
			d.step = full3
		}
		if _, err := bring(t.Context(), data, c.r, c.size, d); err == nil || !strings.Contains(keyOf(err), c.want) {
			t.Errorf("%s: %v", what, err)
		}
		if f, err := Brought(data); store.KindOf(err) != store.NotFound {
			t.Errorf("%s: something is left: %v", what, errors.Join(err, f.Close()))
		}
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := Bring(ctx, data, strings.NewReader("sealed"), 6); !errors.Is(err, context.Canceled) || exists(brought(data)) {
		t.Errorf("after the end: %v", err)
	}
}

// full3 is a card on which two blocks have room.
func full3(op, path string) error {
	if op != "write" {
		return nil
	}
	if info, err := os.Stat(path); err == nil && info.Size() >= 64<<10 {
		return syscall.ENOSPC
	}
	return nil
}

func TestAStartForgetsWhatWasBrought(t *testing.T) {
	data := t.TempDir()
	if _, err := Bring(t.Context(), data, strings.NewReader("sealed"), 6); err != nil {
		t.Fatal(err)
	}
	if aside, err := Finish(data); err != nil || aside != "" || exists(brought(data)) {
		t.Errorf("%q, %v", aside, err)
	}
}

// TestWhatLiesAsideIsListedAndDeleted leaves everything else of that kind of name
// alone, and counts what deleting gives back.
func TestWhatLiesAsideIsListedAndDeleted(t *testing.T) {
	v := newVillage(t)
	for _, name := range []string{"old-2026-03-01/copi.db", "old-2026-03-01-2/copi.db", "old-2026-03-01-10/copi.db", "old-2025-12-31/copi.db", "old-wood/x", "old-2026-13-01/x"} {
		v.file(name, "12345")
	}
	shared := filepath.Join(v.data, "old-2026-03-01/photos")
	if err := os.Mkdir(shared, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Link(filepath.Join(v.data, photo('a')), filepath.Join(shared, "a.jpg")); err != nil {
		t.Fatal(err)
	}
	list, err := Asides(v.data)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, a := range list {
		names = append(names, a.Name)
		if a.Bytes != 5 {
			t.Errorf("%s gives back %d bytes", a.Name, a.Bytes)
		}
	}
	if want := []string{"old-2026-03-01-10", "old-2026-03-01-2", "old-2026-03-01", "old-2025-12-31"}; !slices.Equal(names, want) {
		t.Errorf("listed: %v", names)
	}
	for _, name := range []string{"photos", "old-wood", "../" + filepath.Base(v.data), "old-2024-01-01", ""} {
		if err := DropAside(v.data, name); store.KindOf(err) != store.NotFound {
			t.Errorf("%q: %v", name, err)
		}
	}
	if err := DropAside(v.data, "old-2026-03-01"); err != nil || exists(filepath.Join(v.data, "old-2026-03-01")) || !exists(filepath.Join(v.data, photo('a'))) {
		t.Errorf("deleted: %v", err)
	}
}

func TestARestoreLeavesANote(t *testing.T) {
	v := newVillage(t)
	if n, err := LastNote(v.data); err != nil || n != (Note{}) {
		t.Errorf("before: %+v, %v", n, err)
	}
	b := v.bytes()
	for _, erased := range []int{2, 0} {
		staged, err := Stage(t.Context(), strings.NewReader(string(b)), [][]byte{v.scalar}, v.data, v.clock.Now())
		if err != nil {
			t.Fatal(err)
		}
		staged.Missing = 1
		if err := staged.Commit(erased); err != nil {
			t.Fatal(err)
		}
		aside, err := Finish(v.data)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := LastNote(v.data); err != nil || n != (Note{Aside: aside, Missing: 1, Erased: erased}) {
			t.Errorf("after: %+v, %v", n, err)
		}
	}
	v.file(noteFile, "{")
	if n, err := LastNote(v.data); err != nil || n != (Note{}) {
		t.Errorf("one that does not read: %+v, %v", n, err)
	}
}
