package appliance

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// dataDir is the directory that holds all a box knows.
type dataDir struct {
	path string
	lock *os.File // held while a box runs on it
}

// openDataDir makes the directory if it is missing, proves that it can be
// written to, and takes it for this process: two boxes on one directory would
// sign two logs with one key.
func openDataDir(path string) (*dataDir, error) {
	if err := workAsOwner(path); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, fmt.Errorf("data directory: %w", err)
	}
	lock, err := os.OpenFile(filepath.Join(path, "copi.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("data directory: %w", err)
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(fmt.Errorf("data directory %s: another box runs on it", path), lock.Close())
	}
	return &dataDir{path: path, lock: lock}, nil
}

func (d *dataDir) close() error {
	if d == nil {
		return nil
	}
	return d.lock.Close()
}

// database is the place of the SQLite file in a data directory.
func database(dir string) string { return filepath.Join(dir, "copi.db") }

// needDatabase fails with a clear line when a directory holds no box.
func needDatabase(dir string) error {
	if _, err := os.Stat(database(dir)); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("no box in %s: start one with copi serve or copi demo", dir)
	} else if errors.Is(err, fs.ErrPermission) {
		return fmt.Errorf("the box in %s is another user's: write sudo before the command", dir)
	} else if err != nil {
		return err
	}
	return nil
}

// clockFile is where the clock's floor lies in a data directory.
func clockFile(dir string) string { return filepath.Join(dir, "clock") }

// imports is where files that an operator brought wait in a data directory.
func imports(dir string) string { return filepath.Join(dir, "imports") }
