package backup

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"copi.local/store"
)

// suffixes of what lies beside a backup: one being written, and the photos of
// one that are kept beside it.
const (
	partSuffix = ".part"
	poolSuffix = ".photos"
	poolName   = "pool"
)

// Shelf is a directory of backups: on the card, or on a stick.
type Shelf struct {
	dir  string
	keep func([]Named) []Named  // of one box, newest first
	mine func(path string) bool // of this box, nil: all are
	disk disk
}

// OnCard is where the nightly backups of a data directory lie.
func OnCard(data string) *Shelf {
	return &Shelf{dir: filepath.Join(data, "backups"), keep: generations}
}

// OnStick keeps the last five backups of a box in a directory. Two communes may
// have one name: what the box's keys do not open as its own is not its to
// remove.
func OnStick(dir, box string, scalars [][]byte) *Shelf {
	return &Shelf{
		dir: dir, keep: func(list []Named) []Named { return list[:min(len(list), onStick)] },
		mine: func(path string) bool {
			f, err := os.Open(path)
			if err != nil {
				return false
			}
			defer func() { _ = f.Close() }() // it was only read
			a, err := Peek(context.Background(), f, scalars)
			return err == nil && a.Box == box
		},
	}
}

// Again has do called between writing a backup and reading it again: it unmounts
// the stick and mounts it in the same place, so that nothing is read from memory.
// It gives the shelf.
func (s *Shelf) Again(do func() error) *Shelf {
	s.disk.again = do
	return s
}

// Mine tells whether a backup here is one of the box itself.
func (s *Shelf) Mine(n Named) bool { return s.mine == nil || s.mine(filepath.Join(s.dir, n.File)) }

// Dir is the directory.
func (s *Shelf) Dir() string { return s.dir }

// List lists the backups, newest first; none when the directory is missing.
func (s *Shelf) List() (list []Named, err error) {
	entries, err := os.ReadDir(s.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	for _, e := range entries {
		if n, ok := ParseName(e.Name()); ok && e.Type().IsRegular() {
			list = append(list, n)
		}
	}
	slices.SortFunc(list, func(a, b Named) int {
		if a.N != b.N {
			return int(min(max(b.N-a.N, -1), 1))
		}
		return strings.Compare(a.File, b.File)
	})
	return list, err
}

// Open opens a backup by its name; kind NotFound without one.
func (s *Shelf) Open(name string) (*os.File, error) {
	if n, ok := ParseName(name); !ok || n.File != name {
		return nil, store.E(store.NotFound, "err.not_found")
	}
	f, err := os.Open(filepath.Join(s.dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, store.E(store.NotFound, "err.not_found").Because(err)
	}
	return f, err
}

// Lock makes sure that one backup is made at a time, whichever process makes
// it; it fails with kind Busy while another is. What an interrupted one left is
// taken away.
func (s *Shelf) Lock() (unlock func(), err error) {
	if err := s.disk.mkdir(s.dir); err != nil {
		return nil, full(err)
	}
	f, err := os.OpenFile(filepath.Join(s.dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, full(err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(store.E(store.Busy, "err.backup.busy").Because(err), f.Close())
	}
	if err := s.clean(); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return func() { _ = f.Close() }, nil // it was only locked
}

// clean takes away what is no backup and never will be one.
func (s *Shelf) clean() error {
	entries, err := os.ReadDir(s.dir)
	for _, e := range entries {
		whole, isPart := strings.CutSuffix(e.Name(), partSuffix)
		_, named := ParseName(whole)
		if strings.HasPrefix(e.Name(), workPrefix) && e.IsDir() || isPart && named {
			err = errors.Join(err, s.disk.remove(filepath.Join(s.dir, e.Name())))
		}
	}
	return err
}

// Next is the number of the next backup: after all that lie here and after at
// least that many.
func (s *Shelf) Next(after int64) (int64, error) {
	list, err := s.List()
	for _, n := range list {
		after = max(after, n.N)
	}
	return after + 1, err
}
