package backup

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"

	"copi.local/store"
)

// What is left of a restore: a note of how it went, and what was there before.

// noteFile is the note, in the data directory; it moves with the restored
// database.
const noteFile = "restored.json"

// Note is what a restore leaves to be said of it.
type Note struct {
	Aside   string `json:"aside"`             // directory of what was there before
	Missing int    `json:"missing,omitempty"` // photos neither in the backup nor on the card
	Erased  int    `json:"erased,omitempty"`  // accounts in the backup that were closed since, closed again
}

// LastNote is the note of the last restore; the zero one where there was none,
// or where it does not read: it is no more than a reminder.
func LastNote(data string) (n Note, err error) {
	text, err := os.ReadFile(filepath.Join(data, noteFile))
	if errors.Is(err, fs.ErrNotExist) {
		return n, nil
	}
	if err == nil && json.Unmarshal(text, &n) != nil {
		return Note{}, nil //nolint:nilerr // a reminder that does not read is none
	}
	return n, err
}

// note writes it beside the restored database.
func (s *Staged) note(erased int) error {
	aside, err := asideOf(s.path(""))
	if err != nil {
		return err
	}
	text, err := json.Marshal(Note{Aside: aside, Missing: s.Missing, Erased: erased})
	if err != nil {
		return err
	}
	if err := s.disk.remove(s.path(noteFile)); err != nil {
		return err
	}
	f, err := s.disk.create(s.path(noteFile))
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.finish())
}

// Aside is what lay in a data directory before a restore.
type Aside struct {
	Name  string
	Day   time.Time // of the restore, UTC
	Bytes int64     // that deleting it gives back: photos that are in use as well take none
}

var asideName = regexp.MustCompile(`^old-([0-9]{4}-[0-9]{2}-[0-9]{2})(-[0-9]{1,6})?$`)

// Asides lists them, the newest first.
func Asides(data string) (list []Aside, err error) {
	entries, err := os.ReadDir(data)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		m := asideName.FindStringSubmatch(e.Name())
		if m == nil || !e.IsDir() {
			continue
		}
		day, err := time.Parse(time.DateOnly, m[1])
		if err != nil {
			continue // somebody else's directory
		}
		size, err := sizeOf(filepath.Join(data, e.Name()))
		if err != nil {
			return nil, err
		}
		list = append(list, Aside{e.Name(), day, size})
	}
	slices.SortFunc(list, func(a, b Aside) int {
		if c := b.Day.Compare(a.Day); c != 0 {
			return c
		}
		if len(a.Name) != len(b.Name) { // old-…-10 is later than old-…-9
			return len(b.Name) - len(a.Name)
		}
		return strings.Compare(b.Name, a.Name)
	})
	return list, nil
}

// sizeOf adds up the files below a directory that have no other name.
func sizeOf(dir string) (n int64, err error) {
	err = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if st, ok := info.Sys().(*syscall.Stat_t); !ok || st.Nlink == 1 {
			n += info.Size()
		}
		return nil
	})
	return n, err
}

// DropAside deletes one for good; kind NotFound when there is none of that
// name.
func DropAside(data, name string) error {
	path := filepath.Join(data, name)
	if !asideName.MatchString(name) || !exists(path) {
		return store.E(store.NotFound, "err.not_found")
	}
	return disk{}.remove(path)
}
