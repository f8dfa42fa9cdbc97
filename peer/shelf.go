package peer

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"copi.local/peer/wire"
	"copi.local/store/durable"
)

// unfinished ends the name of a file that is still coming in: what of it is
// here stays through a cut and a restart, and the rest is asked for.
const unfinished = ".part"

// shelf is the pictures of other boxes, files of the data directory named by
// their hash. It may be used from any goroutine; who writes a hash holds it.
type shelf struct {
	dir string // made with the first file

	mu   sync.Mutex                  // guards held
	held map[wire.Hash]chan struct{} // being written; closed when let go
}

func newShelf(dir string) *shelf { return &shelf{dir: dir, held: map[wire.Hash]chan struct{}{}} }

func (s *shelf) path(h wire.Hash) string { return filepath.Join(s.dir, h.String()) }

// hold makes the caller the only one who writes a hash. Otherwise it returns
// what is closed when the other one is done.
func (s *shelf) hold(h wire.Hash) (busy <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if other, taken := s.held[h]; taken {
		return other
	}
	s.held[h] = make(chan struct{})
	return nil
}

// holds tells whether somebody writes a hash now.
func (s *shelf) holds(h wire.Hash) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, taken := s.held[h]
	return taken
}

func (s *shelf) letGo(h wire.Hash) {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.held[h])
	delete(s.held, h)
}

// begun is how many bytes of a file are here.
func (s *shelf) begun(h wire.Hash) int64 {
	info, err := os.Stat(s.path(h) + unfinished)
	if err != nil {
		return 0
	}
	return info.Size()
}

// add writes the next bytes of a file.
func (s *shelf) add(h wire.Hash, offset int64, b []byte) error {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(s.path(h)+unfinished, os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteAt(b, offset)
	return errors.Join(err, f.Close())
}

// errHash is bytes that are not those their name says.
var errHash = errors.New("the bytes have another hash")

// finish checks a file that has come in whole and gives it its name, durably.
// It fails with errHash, and forgets the file, when it is another.
func (s *shelf) finish(h wire.Hash) error {
	part := s.path(h) + unfinished
	f, err := os.Open(part)
	if err != nil {
		return err
	}
	sum := sha256.New()
	_, err = io.Copy(sum, f)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if wire.Hash(sum.Sum(nil)) != h {
		return errors.Join(errHash, os.Remove(part))
	}
	if err := os.Rename(part, s.path(h)); err != nil {
		return err
	}
	return durable.Sync(s.dir)
}

// open opens a file; fs.ErrNotExist when it is not here.
func (s *shelf) open(h wire.Hash) (*os.File, error) { return os.Open(s.path(h)) }

// drop removes a file, whole or begun.
func (s *shelf) drop(h wire.Hash) error {
	var all error
	for _, path := range []string{s.path(h), s.path(h) + unfinished} {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			all = errors.Join(all, err)
		}
	}
	return all
}

// sweep removes files that nothing speaks of: what a power cut left between a
// file and its row, and what was begun for a card that is gone.
func (s *shelf) sweep(known func(h wire.Hash, whole bool) (bool, error)) error {
	entries, err := os.ReadDir(s.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, e := range entries {
		name, begun := strings.CutSuffix(e.Name(), unfinished)
		keep := false
		if h, err := parseHash(name); err == nil {
			if keep, err = known(h, !begun); err != nil {
				return err
			}
		}
		if !keep {
			if err := os.Remove(filepath.Join(s.dir, e.Name())); err != nil {
				return fmt.Errorf("remove a picture nobody names: %w", err)
			}
		}
	}
	return nil
}
