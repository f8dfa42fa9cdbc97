package backup

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"

	"copi.local/store"
)

// Magic numbers of file systems a stick may come with (linux/magic.h, and those
// of ntfs3 and the FUSE driver).
const (
	ntfsOld = 0x5346544e
	ntfs3   = 0x7366746e
)

// CheckStick tells whether backups may go to a directory: on other storage than
// the data, so that no forgotten mount fills the card and calls it a backup,
// and of a kind every machine reads. The errors are sentences.
func CheckStick(data, dir string) error {
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return store.E(store.Invalid, "err.backup.no_stick").Because(err)
	case err != nil:
		return store.E(store.Invalid, "err.backup.stick_unreadable").Because(err)
	case !info.IsDir():
		return store.E(store.Invalid, "err.backup.no_stick").Because(fmt.Errorf("%s is no directory", dir))
	}
	same, err := sameStorage(data, dir)
	if err != nil {
		return store.E(store.Invalid, "err.backup.stick_unreadable").Because(err)
	}
	if same {
		return store.E(store.Conflict, "err.backup.same_card")
	}
	return stickKind(dir)
}

// stickKind refuses NTFS, and what was mounted so that nobody can write.
func stickKind(dir string) error {
	var fs unix.Statfs_t
	if err := unix.Statfs(dir, &fs); err != nil {
		return store.E(store.Invalid, "err.backup.stick_unreadable").Because(err)
	}
	return gradeKind(uint64(fs.Type), uint64(fs.Flags))
}

func gradeKind(kind, flags uint64) error {
	switch {
	case kind == ntfsOld || kind == ntfs3:
		return store.E(store.Invalid, "err.backup.ntfs")
	case flags&unix.ST_RDONLY != 0:
		return store.E(store.Invalid, "err.backup.stick_locked")
	}
	return nil
}

func sameStorage(a, b string) (bool, error) {
	var x, y unix.Stat_t
	if err := errors.Join(unix.Stat(a, &x), unix.Stat(b, &y)); err != nil {
		return false, err
	}
	return x.Dev == y.Dev, nil
}
