//go:build linux && powercut

// Package powercut cuts the power of a file system under a running program:
// an ext4 on a loop device is told to shut down without flushing its log
// (EXT4_IOC_SHUTDOWN), so that what was not synced is gone, as when a plug is
// pulled. It models a card that honours flushes, not one that lies about them.
// It needs root and Debian's e2fsprogs and util-linux, and serves tests only.
package powercut

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// ioctlShutdown is EXT4_IOC_SHUTDOWN, _IOR('X', 125, __u32); noLogFlush is its
// flag EXT4_GOING_FLAGS_NOLOGFLUSH (Linux, fs/ext4/ext4.h).
const (
	ioctlShutdown = 0x8004587d
	noLogFlush    = 2
)

// FileSystem is an ext4 in a file, mounted at Dir.
type FileSystem struct {
	Dir   string
	image string
}

// New makes an ext4 of size bytes below dir and mounts it.
func New(ctx context.Context, dir string, size int64) (*FileSystem, error) {
	fs := &FileSystem{Dir: filepath.Join(dir, "mnt"), image: filepath.Join(dir, "card.img")}
	f, err := os.Create(fs.image)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(f.Truncate(size), f.Close(), os.Mkdir(fs.Dir, 0o700)); err != nil {
		return nil, err
	}
	if err := command(ctx, "mkfs.ext4", "-q", "-F", fs.image); err != nil {
		return nil, err
	}
	return fs, fs.Mount(ctx)
}

// Mount mounts the file system, after a cut with what survived it.
func (fs *FileSystem) Mount(ctx context.Context) error {
	return command(ctx, "mount", "-o", "loop", fs.image, fs.Dir)
}

// Cut drops at once everything that was not synced. From then on every use of
// the file system fails.
func (fs *FileSystem) Cut() error {
	dir, err := os.Open(fs.Dir)
	if err != nil {
		return err
	}
	return errors.Join(unix.IoctlSetPointerInt(int(dir.Fd()), ioctlShutdown, noLogFlush), dir.Close())
}

// Recover unmounts the file system after a cut, checks it as a box does at
// boot (e2fsck -p) and mounts it again.
func (fs *FileSystem) Recover(ctx context.Context) error {
	if err := fs.Unmount(ctx); err != nil {
		return err
	}
	err := command(ctx, "e2fsck", "-p", fs.image)
	if exit, ok := errors.AsType[*exec.ExitError](err); ok && exit.ExitCode() == 1 {
		err = nil // it mended what a cut may leave
	}
	if err != nil {
		return err
	}
	return fs.Mount(ctx)
}

// Unmount waits up to five seconds for a killed program to let go.
func (fs *FileSystem) Unmount(ctx context.Context) error {
	var err error
	for range 100 {
		if err = command(ctx, "umount", fs.Dir); err == nil {
			return nil
		}
		time.Sleep(50 * time.Millisecond) //nolint:forbidigo // a test tool waits for the kernel, not for a time of day
	}
	return err
}

func command(ctx context.Context, name string, args ...string) error {
	out, err := exec.CommandContext(ctx, name, args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, out)
	}
	return nil
}
