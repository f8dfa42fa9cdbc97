package bundle

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"copi.local/peer/wire"
	"copi.local/store"
)

// MaxSize is how large a bundle may be, in bytes: the cards and bodies of
// twenty neighbours, with room for pictures.
const MaxSize = 256 << 20

// Drawer is a directory in which a bundle that somebody brought lies as a file,
// under its hash, until an operator has looked at it. What a box writes has no
// name there at all, so that nothing of it is left once it was handed over. The
// empty Drawer takes none.
type Drawer string

const (
	suffix     = ".copi"
	maxWaiting = 3 // bundles; the oldest gives way
)

// Empty removes all that waits, and what a cut left: a restart forgets it.
func (d Drawer) Empty() error {
	if d == "" {
		return nil
	}
	return os.RemoveAll(string(d))
}

// sweep removes all but the newest bundles that wait.
func (d Drawer) sweep() error {
	names, err := d.names()
	for _, name := range names[min(maxWaiting, len(names)):] {
		err = errors.Join(err, gone(os.Remove(d.path(name))))
	}
	return err
}

// names lists the bundles that wait, the newest first.
func (d Drawer) names() ([]string, error) {
	if d == "" {
		return nil, nil
	}
	entries, err := os.ReadDir(string(d))
	if err != nil {
		return nil, gone(err)
	}
	var names []string
	at := map[string]int64{}
	for _, e := range entries {
		name, whole := strings.CutSuffix(e.Name(), suffix)
		if !whole {
			continue // being received
		}
		info, err := e.Info()
		if err != nil {
			if err := gone(err); err != nil {
				return nil, err
			}
			continue
		}
		names, at[name] = append(names, name), info.ModTime().UnixNano()
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Compare(at[b], at[a]) })
	return names, nil
}

// Waiting is a bundle nobody has taken or dropped.
type Waiting struct {
	Name string // it waits under
	From string // the commune of its maker, as it says
}

// Waiting lists the bundles that wait, the newest first.
func (d Drawer) Waiting() ([]Waiting, error) {
	names, err := d.names()
	if err != nil {
		return nil, err
	}
	var out []Waiting
	for _, name := range names {
		from, err := d.madeBy(name)
		if store.KindOf(err) == store.NotFound {
			continue // taken just now
		}
		if err != nil {
			return nil, err
		}
		out = append(out, Waiting{Name: name, From: from})
	}
	return out, nil
}

// madeBy reads the head of a bundle that waits.
func (d Drawer) madeBy(name string) (commune string, err error) {
	f, err := d.Open(name)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	r, err := wire.NewBundleReader(f)
	if err != nil {
		return "", err
	}
	return r.Header.Name, nil
}

// gone takes a file that is not there for one that was removed.
func gone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// Receive keeps a bundle that somebody brought, if look is content with it. It
// returns the name it waits under: the same file has the same. Of what look
// refuses, or is larger than MaxSize, nothing is kept; the error is of kind
// Invalid, at the field "file".
func (d Drawer) Receive(r io.Reader, look func(io.Reader) error) (name string, err error) {
	f, err := d.create()
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, f.Close(), gone(os.Remove(f.Name()))) }()
	sum := sha256.New()
	size, err := io.Copy(io.MultiWriter(f, sum), io.LimitReader(r, MaxSize+1))
	if err == nil && size > MaxSize {
		err = store.E(store.Invalid, "err.neighbour.bundle_large", "mb", MaxSize>>20).At("file")
	}
	if err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err == nil {
		err = look(f)
	}
	if err != nil {
		return "", err
	}
	name = hex.EncodeToString(sum.Sum(nil)[:16])
	if err := os.Rename(f.Name(), d.path(name)); err != nil {
		return "", err
	}
	return name, d.sweep()
}

// Blank makes a file to write a bundle to. It has no name: closing it is its
// end.
func (d Drawer) Blank() (*os.File, error) {
	f, err := d.create()
	if err != nil {
		return nil, err
	}
	if err := os.Remove(f.Name()); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// create makes a file in the drawer.
func (d Drawer) create() (*os.File, error) {
	if d == "" {
		return nil, store.E(store.NotFound, "err.not_found")
	}
	if err := os.MkdirAll(string(d), 0o700); err != nil {
		return nil, err
	}
	return os.CreateTemp(string(d), "part.*") // 0600
}

func (d Drawer) path(name string) string {
	return filepath.Join(string(d), name+suffix)
}

// Open opens a bundle that waits; kind NotFound when it does not.
func (d Drawer) Open(name string) (*os.File, error) {
	b, err := hex.DecodeString(name)
	if err != nil || len(b) != 16 || d == "" {
		return nil, store.E(store.NotFound, "err.not_found")
	}
	f, err := os.Open(d.path(hex.EncodeToString(b)))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, store.E(store.NotFound, "err.not_found")
	}
	return f, err
}

// Drop forgets a bundle that waits.
func (d Drawer) Drop(name string) error {
	f, err := d.Open(name)
	if store.KindOf(err) == store.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), gone(os.Remove(f.Name())))
}
