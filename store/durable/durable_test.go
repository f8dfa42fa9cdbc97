package durable

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// names are the files in a directory.
func names(t *testing.T, dir string) (list []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return list
}

func says(text string) func(io.Writer) error {
	return func(w io.Writer) error { _, err := io.WriteString(w, text); return err }
}

func TestWriteReplaces(t *testing.T) {
	path := filepath.Join(t.TempDir(), "clock")
	for _, text := range []string{"one", "another"} {
		if err := Write(path, 0o600, says(text)); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(path); string(got) != text || err != nil {
			t.Errorf("%q, %v", got, err)
		}
	}
	if got := names(t, filepath.Dir(path)); len(got) != 1 {
		t.Errorf("beside it lies %v", got)
	}
}

func TestWriteGivesTheMode(t *testing.T) {
	for _, mode := range []fs.FileMode{0o600, 0o644, 0o755} {
		path := filepath.Join(t.TempDir(), "copi")
		if err := Write(path, mode, says("program")); err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != mode {
			t.Errorf("%v, %v; want %v", info.Mode(), err, mode)
		}
	}
}

// What fails half-way leaves what was there, and nothing beside it.
func TestWriteFailed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "clock")
	if err := Write(path, 0o600, says("old")); err != nil {
		t.Fatal(err)
	}
	pulled := errors.New("pulled out")
	err := Write(path, 0o600, func(w io.Writer) error { return errors.Join(says("ne")(w), pulled) })
	if !errors.Is(err, pulled) {
		t.Error(err)
	}
	if got, err := os.ReadFile(path); string(got) != "old" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	if got := names(t, filepath.Dir(path)); len(got) != 1 {
		t.Errorf("beside it lies %v", got)
	}
	directory := filepath.Join(t.TempDir(), "in", "the", "way")
	if err := os.MkdirAll(directory, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := Write(filepath.Dir(directory), 0o600, says("x")); err == nil || len(names(t, filepath.Join(directory, "../.."))) != 1 {
		t.Errorf("over a directory: %v", err)
	}
}

func TestSync(t *testing.T) {
	dir := t.TempDir()
	if err := Sync(dir); err != nil {
		t.Error(err)
	}
	if err := Sync(dir, filepath.Join(dir, "nothing")); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}
