package backup

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/unix"

	"copi.local/store"
	"copi.local/store/durable"
)

// disk is where files are written. Every change of it passes by step, which is
// nil but in tests: there the card may be full, or the power fail, at any of
// them.
type disk struct {
	step  func(op, path string) error
	again func() error // what was written is read from the stick after it; nil: forget alone sees to that
}

func (d disk) may(op, path string) error {
	if d.step == nil {
		return nil
	}
	return d.step(op, path)
}

// create makes a new file, its owner's alone.
func (d disk) create(path string) (*file, error) {
	if err := d.may("create", path); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	return &file{f, d}, nil
}

// file is one being written.
type file struct {
	*os.File
	d disk
}

// Write writes, as the card allows.
func (f *file) Write(b []byte) (int, error) {
	if err := f.d.may("write", f.Name()); err != nil {
		return 0, err
	}
	return f.File.Write(b)
}

// ReadFrom keeps io.Copy from going round Write.
func (f *file) ReadFrom(r io.Reader) (int64, error) {
	return io.Copy(struct{ io.Writer }{f}, r)
}

// finish makes the file durable and closes it.
func (f *file) finish() error {
	err := f.d.may("sync", f.Name())
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// rename gives a file or directory its name, durably.
func (d disk) rename(from, to string) error {
	if err := d.may("rename", to); err != nil {
		return err
	}
	if err := os.Rename(from, to); err != nil {
		return err
	}
	return d.syncDirs(filepath.Dir(to), filepath.Dir(from))
}

// syncDirs makes the names in directories durable.
func (d disk) syncDirs(dirs ...string) error {
	for _, dir := range dirs {
		if err := d.may("sync", dir); err != nil {
			return err
		}
		if err := durable.Sync(dir); err != nil {
			return err
		}
	}
	return nil
}

func (d disk) mkdir(dir string) error {
	if err := d.may("mkdir", dir); err != nil {
		return err
	}
	return os.MkdirAll(dir, 0o700)
}

// remove takes away a file or a whole directory; one that is not there is as
// well.
func (d disk) remove(path string) error {
	if err := d.may("remove", path); err != nil {
		return err
	}
	return os.RemoveAll(path)
}

// link gives a file a second name on the same card; it is there already, or
// both are the same bytes.
func (d disk) link(from, to string) error {
	if err := d.may("link", to); err != nil {
		return err
	}
	if err := os.Link(from, to); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

// spare is left free beside what is written, in bytes: what the box writes
// meanwhile must fit.
const spare = 32 << 20

// need fails with kind Busy unless dir has room for so many bytes.
func need(dir string, bytes int64) error {
	free, _, err := durable.Room(dir)
	if err != nil {
		return err
	}
	if free < bytes+spare {
		return noRoom(bytes+spare, free)
	}
	return nil
}

// noRoom is the sentence of a card or stick that is too full.
func noRoom(bytes, free int64) *store.Error {
	return store.E(store.Busy, "err.backup.space", "need", megabytes(bytes), "free", megabytes(free))
}

// full makes a sentence of an error of writing where that was for want of room.
func full(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return store.E(store.Busy, "err.backup.full").Because(err)
	}
	return err
}

// megabytes rounds up.
func megabytes(n int64) int64 { return (n + 1<<20 - 1) >> 20 }

// forget lets the machine drop what it remembers of a file just written, so
// that it is read from the card or stick: sticks lie about what they wrote.
func forget(f *os.File) {
	_ = unix.Fadvise(int(f.Fd()), 0, 0, unix.FADV_DONTNEED) // at worst it is read from memory
}
