//go:build linux

// Command grow runs once on a new SD card, at its first start: it makes the
// data partition and its file system as large as the card. Both happen while
// the box runs; nothing is formatted or moved, and a power cut at any moment
// leaves a card that starts, and as a rule grows the next time. Later starts
// find no first-flash mark and end at once.
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"unsafe"

	"golang.org/x/sys/unix"

	"copi.local/images"
)

// mountPoint is where gokrazy mounts the data partition.
const mountPoint = "/perm"

// exitForGood tells gokrazy not to start the program again.
const exitForGood = 125

func main() {
	if err := grow(); err != nil {
		_, _ = fmt.Fprintf(os.Stderr, "grow: %v\n", err)
		os.Exit(exitForGood)
	}
}

func grow() (err error) {
	device, err := deviceOf(mountPoint)
	if err != nil {
		return err
	}
	card, err := os.OpenFile(device, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, card.Close()) }()
	layout, err := images.ReadLayout(card)
	if err != nil || !layout.FirstStart() {
		return err
	}
	size, err := cardSize(card)
	if err != nil {
		return err
	}
	grown, err := layout.Grown(size)
	if err != nil {
		return err
	}
	if err := grown.WriteTables(card); err != nil {
		return err
	}
	if err := resizePartition(card, grown.Partitions[images.Perm]); err != nil {
		return fmt.Errorf("partition: %w", err)
	}
	if err := resizeFileSystem(grown.Partitions[images.Perm].Size); err != nil {
		return fmt.Errorf("file system: %w", err)
	}
	return grown.Settled().WriteTables(card)
}

// deviceOf finds the whole card a partition mounted at dir lies on.
func deviceOf(dir string) (string, error) {
	var st unix.Stat_t
	if err := unix.Stat(dir, &st); err != nil {
		return "", err
	}
	link := fmt.Sprintf("/sys/dev/block/%d:%d", unix.Major(st.Dev), unix.Minor(st.Dev))
	part, err := filepath.EvalSymlinks(link)
	if err != nil {
		return "", fmt.Errorf("%s is on no card: %w", dir, err)
	}
	number, err := os.ReadFile(filepath.Join(part, "partition"))
	if err != nil || strings.TrimSpace(string(number)) != strconv.Itoa(images.Perm+1) {
		return "", fmt.Errorf("%s is not the card's data partition", dir)
	}
	return "/dev/" + filepath.Base(filepath.Dir(part)), nil
}

// cardSize is the size of a block device in bytes.
func cardSize(card *os.File) (int64, error) {
	var size int64
	err := ioctl(card, unix.BLKGETSIZE64, unsafe.Pointer(&size)) //nolint:gosec // the kernel writes 8 bytes
	return size, err
}

// resizePartition tells the running kernel what the table now says.
func resizePartition(card *os.File, p images.Partition) error {
	part := unix.BlkpgPartition{Start: p.Start, Length: p.Size, Pno: images.Perm + 1}
	arg := unix.BlkpgIoctlArg{
		Op: unix.BLKPG_RESIZE_PARTITION, Datalen: int32(unsafe.Sizeof(part)),
		Data: (*byte)(unsafe.Pointer(&part)), //nolint:gosec // as the kernel's header wants it
	}
	return ioctl(card, unix.BLKPG, unsafe.Pointer(&arg)) //nolint:gosec // read by the kernel, not kept
}

// ext4ResizeFS is EXT4_IOC_RESIZE_FS of linux/ext4.h: _IOW('f', 16, __u64).
const ext4ResizeFS = 0x40086610

// ext4Block is the block size of the file system the image builder makes.
const ext4Block = 4096

// resizeFileSystem grows the mounted file system to size bytes. One that has
// that size already stays as it is.
func resizeFileSystem(size int64) (err error) {
	dir, err := os.Open(mountPoint)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, dir.Close()) }()
	blocks := uint64(size / ext4Block)
	return ioctl(dir, ext4ResizeFS, unsafe.Pointer(&blocks)) //nolint:gosec // the kernel reads 8 bytes
}

func ioctl(f *os.File, request uintptr, arg unsafe.Pointer) error {
	if _, _, errno := unix.Syscall(unix.SYS_IOCTL, f.Fd(), request, uintptr(arg)); errno != 0 {
		return errno
	}
	return nil
}
