package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"syscall"
)

// sector is what a card writes whole or not at all, in bytes.
const sector = 512

// disk remembers of every file what it was when it was last synced.
type disk struct {
	keeps func() bool // whether a card had written a sector by itself

	mu    sync.Mutex // guards all below, and is held over every write
	dead  bool       // the power is off
	files map[uint64]*unsynced
}

// unsynced is a file since it was last synced.
type unsynced struct {
	f    *os.File
	size int64            // when it was synced
	old  map[int64][]byte // sectors written since, as they were, by number
}

// change does something to a file that a cut may undo: to n bytes of it, from
// off on. It fails with EIO once the power is off.
func (d *disk) change(fd int, off, n int64, do func() syscall.Errno) syscall.Errno {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.dead {
		return syscall.EIO
	}
	u, err := d.since(fd)
	if err == nil {
		err = u.keep(off, n)
	}
	if err != nil {
		return syscall.EIO
	}
	return do()
}

// since is the file behind fd since it was last synced.
func (d *disk) since(fd int) (*unsynced, error) {
	var st syscall.Stat_t
	if err := syscall.Fstat(fd, &st); err != nil {
		return nil, err
	}
	if u := d.files[st.Ino]; u != nil {
		return u, nil
	}
	f, err := os.OpenFile(fmt.Sprintf("/proc/self/fd/%d", fd), os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	u := &unsynced{f: f, size: st.Size, old: map[int64][]byte{}}
	d.files[st.Ino] = u
	return u, nil
}

// keep remembers what n bytes from off on are now.
func (u *unsynced) keep(off, n int64) error {
	for s := off / sector; s*sector < off+n; s++ {
		if _, known := u.old[s]; known {
			continue
		}
		b := make([]byte, sector)
		got, err := u.f.ReadAt(b, s*sector)
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		u.old[s] = b[:got]
	}
	return nil
}

// sync makes what was written to a file last.
func (d *disk) sync(fd int) syscall.Errno {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.dead {
		return syscall.EIO
	}
	var st syscall.Stat_t
	if err := syscall.Fstat(fd, &st); err != nil {
		return syscall.EIO
	}
	if u := d.files[st.Ino]; u != nil {
		delete(d.files, st.Ino)
		_ = u.f.Close() // it was only read
	}
	return 0
}

// cut turns the power off: from now on everything fails, and of what was not
// synced the card keeps what it happens to keep.
func (d *disk) cut() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.dead = true
	var errs []error
	for _, u := range d.files {
		errs = append(errs, u.tear(d.keeps), u.f.Close())
	}
	clear(d.files)
	return errors.Join(errs...)
}

// tear undoes what the card had not written.
func (u *unsynced) tear(keeps func() bool) error {
	info, err := u.f.Stat()
	if err != nil {
		return err
	}
	now, end := info.Size(), u.size
	if now < u.size { // cut short: that is one step of the file system, done or not
		if keeps() {
			return nil
		}
		keeps = func() bool { return false }
	}
	for s, was := range u.old {
		at := s * sector
		switch {
		case keeps():
			end = max(end, min(at+sector, now))
		case at < u.size:
			if _, err := u.f.WriteAt(was, at); err != nil {
				return err
			}
		case at < now: // there was nothing
			if _, err := u.f.WriteAt(make([]byte, min(sector, now-at)), at); err != nil {
				return err
			}
		}
	}
	return u.f.Truncate(end)
}

// off tells whether the power is off.
func (d *disk) off() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.dead
}
