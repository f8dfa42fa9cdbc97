package images

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"time"
)

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
	t := trial{card: filepath.Join(dir, "card.img"), firmware: firmware, progress: o.Progress}
	if err := copyCard(t.card, o.Image); err != nil {
		return err
	}
	if err := t.powered(ctx, "first start", t.firstDay); err != nil {
		return err
	}
	return t.powered(ctx, "start after the power cut", t.nextDay)
}

// trial is one card and what is known of the box on it.
type trial struct {
	card, firmware string
	progress       func(string)
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
	v, err := newVisitor(m.web)
	if err != nil {
		return err
	}
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

// copyCard copies an image, holes left out.
func copyCard(to, from string) (err error) {
	src, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = src.Close() }() // only read
	size, err := src.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	if _, err := ReadLayout(src, size); err != nil {
		return fmt.Errorf("%s is not an image of a card: %w", from, err)
	}
	if _, err := src.Seek(0, io.SeekStart); err != nil {
		return err
	}
	dst, err := os.Create(to)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, dst.Close()) }()
	if err := dst.Truncate(size); err != nil {
		return err
	}
	return copySparse(dst, 0, src)
}
