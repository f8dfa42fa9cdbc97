package bundle

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"copi.local/store"
)

func content(io.Reader) error { return nil }

// TestFewWait: the oldest gives way, and a name leads nowhere else.
func TestFewWait(t *testing.T) {
	d := Drawer(filepath.Join(t.TempDir(), "bundles"))
	var names []string
	for i, commune := range []string{"a", "b", "c", "d"} {
		file := newMaker(t, commune).bundle(t)
		name, err := d.Receive(bytes.NewReader(file), content)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := d.Receive(bytes.NewReader(file), content); again != name {
			t.Errorf("the same file waits under %s and %s, %v", name, again, err)
		}
		at := time.Unix(int64(1000+i), 0)
		if err := os.Chtimes(filepath.Join(string(d), name+".copi"), at, at); err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	list, err := d.Waiting()
	if err != nil || len(list) != 3 || list[2] != (Waiting{Name: names[2], From: "c"}) && list[0] == (Waiting{}) {
		t.Errorf("waiting: %+v, %v", list, err)
	}
	for _, name := range []string{"", "../" + names[3], strings.ToUpper(names[3]) + "/", "zz"} {
		if _, err := d.Open(name); store.KindOf(err) != store.NotFound {
			t.Errorf("%q: %v", name, err)
		}
	}
	if err := d.Drop(names[3]); err != nil {
		t.Error(err)
	}
	if err := d.Drop(names[3]); err != nil {
		t.Errorf("dropped twice: %v", err)
	}
	if list, err := d.Waiting(); err != nil || len(list) != 2 {
		t.Errorf("after one was dropped: %+v, %v", list, err)
	}
	if err := d.Empty(); err != nil {
		t.Error(err)
	}
	if list, err := d.Waiting(); err != nil || len(list) != 0 {
		t.Errorf("after a restart: %+v, %v", list, err)
	}
}

// TestNothingOfARefusedOneIsKept, nor of one being written.
func TestNothingOfARefusedOneIsKept(t *testing.T) {
	d := Drawer(filepath.Join(t.TempDir(), "bundles"))
	refused := errors.New("refused")
	if _, err := d.Receive(strings.NewReader("anything"), func(io.Reader) error { return refused }); !errors.Is(err, refused) {
		t.Errorf("%v", err)
	}
	f, err := d.Blank()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	if _, err := f.WriteString("words"); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(string(d))
	if err != nil || len(entries) > 0 {
		t.Errorf("left: %v, %v", entries, err)
	}
	if _, err := Drawer("").Receive(strings.NewReader("x"), content); store.KindOf(err) != store.NotFound {
		t.Errorf("a box without a drawer: %v", err)
	}
}
