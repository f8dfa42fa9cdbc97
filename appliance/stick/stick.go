// Package stick finds the USB stick that is plugged into the machine and opens
// it for as long as something is read or written. Where this process may mount
// (root on the SD card's own system) it does so itself, for that moment only: a
// stick that lies idle may be pulled out. Elsewhere it uses what the desktop or
// the administrator mounted.
//
// There is no udev on the SD card: the kernel's own lists under /sys and /proc
// are looked at, which costs nothing when nothing is plugged in and never writes.
// What a stick holds is a stranger's: it is mounted without programs, devices
// and links that lead elsewhere.
package stick

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"

	"copi.local/store"
)

// Kind is a stick's file system, as the kernel names it.
type Kind string

// The file systems that are told apart. The first three can be written on the
// SD card's own system.
const (
	FAT     Kind = "vfat"
	ExFAT   Kind = "exfat"
	Ext4    Kind = "ext4"
	NTFS    Kind = "ntfs"
	Unknown Kind = ""
)

// Stick is one that is plugged in.
type Stick struct {
	ID    string // of this stick as long as it is plugged in
	Name  string // its label, or what its maker calls it; may be empty
	Kind  Kind
	Size  int64 // bytes
	Fault error // why it cannot be used, as a sentence; nil if it can

	device string // to be mounted
	dir    string // mounted there by somebody else; or a directory that stands for a stick
}

// Machine finds sticks and opens them.
type Machine interface {
	// Find tells which stick is plugged in; false without one. It is cheap where
	// nothing changed.
	Find() (Stick, bool)
	// Open makes a stick's files reachable, for writing too if write is true. The
	// error is a sentence.
	Open(s Stick, write bool) (*Opened, error)
}

// Opened is a stick whose files are reachable.
type Opened struct {
	Dir string // its root
	// Again makes everything that was written lie on the stick, and what is read
	// next come from there: unmounted and mounted again where this process mounted
	// it, and written through where somebody else did.
	Again func() error
	// Close makes everything lie on the stick; where this process mounted it, it
	// may be pulled out then.
	Close func() error
}

// The faults of sticks, as sentences.
var (
	errFormat     = store.E(store.Invalid, "err.stick.format")
	errUnreadable = store.E(store.Invalid, "err.backup.stick_unreadable")
	errNotMounted = store.E(store.Conflict, "err.stick.not_mounted")
	errLocked     = store.E(store.Invalid, "err.backup.stick_locked")
	errNTFS       = store.E(store.Invalid, "err.backup.ntfs")
	errRemoved    = store.E(store.Conflict, "err.stick.removed")
	errLarge      = store.E(store.Invalid, "err.stick.large")
	errRights     = store.E(store.Forbidden, "err.stick.rights")
	errBox        = store.E(store.Conflict, "err.stick.box")
)

// Fault is the sentence of what went wrong with a stick whose files were reachable
// in dir; gone tells that it is not plugged in any more. An error that is a
// sentence already stays; one about a file elsewhere is not the stick's.
func Fault(err error, dir string, gone bool) error {
	if err == nil {
		return nil
	}
	if gone {
		return errRemoved.Because(err)
	}
	if said, ok := errors.AsType[*store.Error](err); ok && said.Key != "" {
		return err
	}
	if at, ok := errors.AsType[*fs.PathError](err); ok && dir != "" && at.Path != dir && !strings.HasPrefix(at.Path, dir+"/") {
		return errBox.Because(err)
	}
	for _, f := range []struct {
		fault *store.Error
		of    []syscall.Errno
	}{
		{errRemoved, []syscall.Errno{syscall.ENODEV, syscall.ENXIO, syscall.ENOMEDIUM, syscall.ESTALE}},
		{errLocked, []syscall.Errno{syscall.EROFS}},
		{errRights, []syscall.Errno{syscall.EACCES, syscall.EPERM}},
		{errLarge, []syscall.Errno{syscall.EFBIG}},
	} {
		for _, of := range f.of {
			if errors.Is(err, of) {
				return f.fault.Because(err)
			}
		}
	}
	return errUnreadable.Because(fmt.Errorf("stick: %w", err))
}

// is tells whether an error is one of the faults, whatever caused it.
func is(err error, fault *store.Error) bool {
	said, ok := errors.AsType[*store.Error](err)
	return ok && said.Key == fault.Key
}

// Same tells whether a stick that was found is the one found before, in the same
// state.
func (s Stick) Same(o Stick) bool {
	return s.ID == o.ID && s.device == o.device && s.dir == o.dir && (s.Fault == nil) == (o.Fault == nil)
}
