// Package durable puts files where they belong so that a power cut leaves all of
// the old one or all of the new.
package durable

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// private is the mode that files are made with.
const private fs.FileMode = 0o600

// Write gives the file at path new content, and mode. fill writes it beside its
// place; it gets its name once it is on the card. On any error what was there
// stays, and nothing else.
func Write(path string, mode fs.FileMode, fill func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	err = fill(f)
	if err == nil && mode != private { // a stick knows no modes, and refuses them
		err = f.Chmod(mode)
	}
	if err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	return Sync(filepath.Dir(path))
}

// WriteBytes is Write of content that its owner alone may read.
func WriteBytes(path string, content []byte) error {
	return Write(path, private, func(w io.Writer) error { _, err := w.Write(content); return err })
}

// Sync makes files, and the names in directories, survive a power cut.
func Sync(paths ...string) error {
	for _, path := range paths {
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		err = f.Sync()
		if errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.ENOTSUP) { // FAT through FUSE: names are synced with files
			err = nil
		}
		if err := errors.Join(err, f.Close()); err != nil {
			return err
		}
	}
	return nil
}
