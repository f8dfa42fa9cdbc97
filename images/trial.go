package images

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"os"
	"path/filepath"
	"time"
)

// cardIsLarger is by how much the trial's card is larger than the image.
const cardIsLarger = 2 << 30

// TrialOptions say what to try.
type TrialOptions struct {
	Source   string            // root directory of this repository, for the pinned EFI firmware
	Image    string            // image file; it is not changed
	Progress func(step string) // called with one short line per step
}

// Trial boots a copy of the image in QEMU, the plug of which is pulled twice.
// It needs qemu-system-aarch64.
func Trial(ctx context.Context, o TrialOptions) error {
	firmware, err := efiFirmware(ctx, o.Source)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "copi-trial-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	cookies, err := cookiejar.New(nil)
	if err != nil {
		return err
	}
	t := trial{card: filepath.Join(dir, "card.img"), firmware: firmware, cookies: cookies, progress: o.Progress}
	if err := copyCard(t.card, o.Image); err != nil {
		return err
	}
	if err := t.powered(ctx, "first start", t.firstDay); err != nil {
		return err
	}
	if err := t.powered(ctx, "start after the power cut", t.nextDay); err != nil {
		return err
	}
	return t.grown()
}

// trial is one card and what is known of the box on it.
type trial struct {
	card, firmware string
	progress       func(string)
	cookies        http.CookieJar // of the operator's browser
	event          string         // address of what the operator published
}

// powered starts the card, waits until the box says it is well, does what a
// person would do, and pulls the plug.
func (t *trial) powered(ctx context.Context, name string, day func(context.Context, *vm, *visitor) error) error {
	t.progress(name)
	m, err := boot(ctx, t.card, t.firmware)
	if err != nil {
		return err
	}
	defer m.pullPlug()
	v := newVisitor(m.web, t.cookies)
	err = m.await(ctx, name, func(ctx context.Context) error {
		short, cancel := context.WithTimeout(ctx, 3*time.Second) // QEMU takes a connection nobody answers
		defer cancel()
		_, err := v.get(short, "/healthz")
		return err
	})
	if err != nil {
		return err
	}
	if err := day(ctx, m, v); err != nil {
		return fmt.Errorf("%s: %w; the console's last lines:\n%s", name, err, lastLines(m.console(), 15))
	}
	return nil
}

// closed checks that gokrazy's own interface, which could replace the whole
// system, is not on the network.
func closed(ctx context.Context, m *vm) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+m.admin+"/", http.NoBody)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil // no answer is the right one
	}
	return errors.Join(errors.New("gokrazy's interface answers on the network"), resp.Body.Close())
}

// grown checks that the data partition and its file system fill the card.
func (t *trial) grown() (err error) {
	card, err := os.Open(t.card)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, card.Close()) }()
	layout, err := ReadLayout(card)
	if err != nil {
		return err
	}
	blocks, err := ext4Blocks(card, layout.Partitions[Perm].Start)
	if err != nil {
		return err
	}
	size := layout.Partitions[Perm].Size
	if layout.FirstStart() || size < cardIsLarger || blocks*block != size {
		return fmt.Errorf("the data partition has %d bytes and its file system %d, on a card of %d", size, blocks*block, layout.Size)
	}
	return nil
}

// ext4Blocks reads how many blocks the file system that starts at offset at
// has, from its superblock (Linux, Documentation/filesystems/ext4/super.rst).
func ext4Blocks(card io.ReaderAt, at int64) (int64, error) {
	super := make([]byte, 1024)
	if _, err := card.ReadAt(super, at+1024); err != nil {
		return 0, err
	}
	low, high := binary.LittleEndian.Uint32(super[4:]), binary.LittleEndian.Uint32(super[0x150:])
	return int64(high)<<32 | int64(low), nil
}

// copyCard puts an image on a card that is larger than it, as every card is.
func copyCard(to, from string) (err error) {
	src, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = src.Close() }() // only read
	layout, err := ReadLayout(src)
	if err != nil {
		return fmt.Errorf("%s is not an image of a card: %w", from, err)
	}
	dst, err := os.Create(to)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, dst.Close()) }()
	if err := dst.Truncate(layout.Size + cardIsLarger); err != nil {
		return err
	}
	return copySparse(dst, 0, src)
}
