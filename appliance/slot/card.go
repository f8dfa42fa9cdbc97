// Package slot knows the two places of the root file system on a card, and what
// becomes of a version that was just switched to. Two programs use it: the box,
// which switches, and images/probation, which goes back. So it imports next to
// nothing.
package slot

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// control is where gokrazy's init takes orders: a socket inside the box.
const control = "/run/gokrazy-http.sock"

// The names of the two roots among a card's partitions (images.Layout). No other
// disk has them: nothing else is ever written to.
const (
	rootA = "root-a"
	rootB = "root-b"
)

// ErrNoCard means that this box does not run from a card with two roots.
var ErrNoCard = errors.New("not a card with two roots")

// Card is the card the box runs from.
type Card struct {
	idle   string // device of the idle root
	client *http.Client
}

// OpenCard finds the card. Elsewhere than on the image it fails with ErrNoCard.
func OpenCard() (*Card, error) {
	idle, err := idleRoot("/", "/sys/dev/block")
	if err != nil {
		return nil, err
	}
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", control)
	}
	return &Card{idle: idle, client: &http.Client{Transport: &http.Transport{DialContext: dial, DisableKeepAlives: true}}}, nil
}

// idleRoot finds the device of the root that does not run.
func idleRoot(root, devices string) (string, error) {
	number, err := deviceNumber(root)
	if err != nil {
		return "", err
	}
	part, err := filepath.EvalSymlinks(filepath.Join(devices, number))
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrNoCard, err)
	}
	switch nameOf(part) {
	case rootA:
		return siblingOf(part, rootB)
	case rootB:
		return siblingOf(part, rootA)
	default:
		return "", ErrNoCard
	}
}

// deviceNumber is how the kernel calls the device a directory lies on.
func deviceNumber(dir string) (string, error) {
	var st unix.Stat_t
	if err := unix.Stat(dir, &st); err != nil {
		return "", err
	}
	return fmt.Sprintf("%d:%d", unix.Major(st.Dev), unix.Minor(st.Dev)), nil
}

// siblingOf finds another partition of the same disk, by its name.
func siblingOf(part, name string) (string, error) {
	siblings, err := filepath.Glob(filepath.Join(filepath.Dir(part), "*", "uevent"))
	if err != nil {
		return "", err
	}
	for _, file := range siblings {
		if dir := filepath.Dir(file); nameOf(dir) == name {
			return filepath.Join("/dev", filepath.Base(dir)), nil
		}
	}
	return "", fmt.Errorf("%w: no partition %s", ErrNoCard, name)
}

// nameOf is the name of a partition in its table, by its directory among the
// kernel's devices; empty where it has none.
func nameOf(part string) string {
	text, err := os.ReadFile(filepath.Join(part, "uevent"))
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(text)) {
		if name, ok := strings.CutPrefix(strings.TrimSpace(line), "PARTNAME="); ok {
			return name
		}
	}
	return ""
}

// Size is the idle partition's.
func (c *Card) Size() (int64, error) {
	f, err := os.Open(c.idle)
	if err != nil {
		return 0, err
	}
	size, err := f.Seek(0, io.SeekEnd)
	return size, errors.Join(err, f.Close())
}

// Write writes to the idle partition.
func (c *Card) Write(ctx context.Context, root io.Reader) (n int64, err error) {
	f, err := os.OpenFile(c.idle, os.O_WRONLY, 0)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	buf := make([]byte, 1<<20)
	for ctx.Err() == nil {
		m, err := io.ReadFull(root, buf)
		if _, fault := f.WriteAt(buf[:m], n); fault != nil {
			return n, fault
		}
		n += int64(m)
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return n, f.Sync()
		}
		if err != nil {
			return n, err
		}
	}
	return n, ctx.Err()
}

// Read reads the idle partition from the card: the kernel forgets what it
// remembers of it first.
func (c *Card) Read(context.Context) (io.ReadCloser, error) {
	f, err := os.Open(c.idle)
	if err != nil {
		return nil, err
	}
	if _, _, errno := unix.Syscall(unix.SYS_IOCTL, f.Fd(), unix.BLKFLSBUF, 0); errno != 0 {
		return nil, errors.Join(fmt.Errorf("%s: %w", c.idle, errno), f.Close())
	}
	return f, nil
}

// Switch makes the card start from the idle root the next time.
func (c *Card) Switch(ctx context.Context) error { return c.order(ctx, "/update/switch") }

// Restart stops everything in order and starts the card again, through the
// firmware: that is the way it starts after a power cut, too.
func (c *Card) Restart(ctx context.Context) error {
	return c.order(ctx, "/reboot?async=true&kexec=off")
}

// order gives gokrazy's init an order.
func (c *Card) order(ctx context.Context, path string) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://init"+path, http.NoBody)
	if err != nil {
		return err
	}
	resp, err := c.client.Do(req)
	if err != nil {
		return err
	}
	said, err := io.ReadAll(io.LimitReader(resp.Body, 1<<10))
	err = errors.Join(err, resp.Body.Close())
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s: %s", path, resp.Status, strings.TrimSpace(string(said)))
	}
	syscall.Sync() // the boot files are written through the partition's device
	return err
}

// Kernel is the release of the kernel that runs.
func Kernel() string {
	var u unix.Utsname
	if unix.Uname(&u) != nil {
		return ""
	}
	return unix.ByteSliceToString(u.Release[:])
}
