package durable

import (
	"io/fs"

	"golang.org/x/sys/unix"
)

// Room asks how many bytes the file system of a directory has left for others
// than root, and in all.
func Room(dir string) (free, total int64, err error) {
	var st unix.Statfs_t
	if err := unix.Statfs(dir, &st); err != nil {
		return 0, 0, &fs.PathError{Op: "statfs", Path: dir, Err: err}
	}
	block := int64(st.Bsize) //nolint:unconvert // of 32 bits on some machines
	return int64(st.Bavail) * block, int64(st.Blocks) * block, nil
}
