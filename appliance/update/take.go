package update

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	"copi.local/store"
)

// Box is the box an update comes to.
type Box struct {
	Version string
	Built   time.Time // zero when unknown
	Kernel  string    // release of the kernel that runs
	Format  int       // of the database it writes
}

// Fits tells whether a box may take an update. It fails with kind Conflict and
// a sentence that says what to do instead.
func (b Box) Fits(m *Manifest) error {
	switch {
	case m.Board != BoardPi:
		return store.E(store.Conflict, "err.update.board", "board", m.Board).At("file")
	case m.Version == b.Version:
		return store.E(store.Conflict, "err.update.same", "version", m.Version).At("file")
	case !m.BuiltAt().After(b.Built):
		return store.E(store.Conflict, "err.update.older", "version", m.Version, "ours", b.Version).At("file")
	case m.Kernel != b.Kernel: // its modules would not fit the kernel, which lies elsewhere
		return store.E(store.Conflict, "err.update.kernel", "version", m.Version).At("file")
	case m.Opens > b.Format: // the way back would be closed
		return store.E(store.Conflict, "err.update.steps", "version", m.Version).At("file")
	}
	return nil
}

// Slot is the idle place of the root file system.
type Slot interface {
	// Size is its room in bytes.
	Size() (int64, error)
	// Write fills its beginning and has it on stable storage.
	Write(ctx context.Context, root io.Reader) (int64, error)
	// Read gives its beginning as it lies on the card, not as it is remembered.
	Read(ctx context.Context) (io.ReadCloser, error)
}

// Take checks an update, writes its root to the idle place and reads it again.
// The box goes on as before whatever happens, and the place is worth nothing
// until Take has succeeded. begun is told before the first byte is written, and
// read how many were.
func Take(ctx context.Context, keys Keys, box Box, file io.Reader, slot Slot, begun func(*Manifest) error, read func(int64)) (Manifest, error) {
	m, root, err := keys.Open(file)
	if err != nil {
		return Manifest{}, err
	}
	if err := box.Fits(&m); err != nil {
		return Manifest{}, err
	}
	if room, err := slot.Size(); err != nil {
		return Manifest{}, failed(err)
	} else if m.Size > room {
		return Manifest{}, store.E(store.Conflict, "err.update.large", "version", m.Version).At("file")
	}
	if err := begun(&m); err != nil {
		return Manifest{}, err
	}
	if err := write(ctx, &m, root, slot, read); err != nil {
		return Manifest{}, err
	}
	return m, readBack(ctx, &m, slot)
}

func write(ctx context.Context, m *Manifest, root *bufio.Reader, slot Slot, read func(int64)) error {
	sum := sha256.New()
	in := &watched{in: io.TeeReader(io.LimitReader(root, m.Size), sum), read: read}
	n, err := slot.Write(ctx, in)
	switch {
	case in.err != nil:
		return errHalf.Because(in.err)
	case err != nil:
		return failed(err)
	case n != m.Size:
		return errHalf.Because(fmt.Errorf("%d bytes of %d", n, m.Size))
	case hex.EncodeToString(sum.Sum(nil)) != m.SHA256:
		return store.E(store.Invalid, "err.update.damaged").At("file")
	}
	return nil
}

// readBack finds out whether the card kept what it was given.
func readBack(ctx context.Context, m *Manifest, slot Slot) error {
	r, err := slot.Read(ctx)
	if err != nil {
		return failed(err)
	}
	sum := sha256.New()
	_, err = io.Copy(sum, io.LimitReader(r, m.Size))
	if err = errors.Join(err, r.Close()); err != nil {
		return failed(err)
	}
	if hex.EncodeToString(sum.Sum(nil)) != m.SHA256 {
		return failed(errors.New("the card gives other bytes than were written"))
	}
	return nil
}

// failed is a fault of the card.
func failed(err error) error { return store.E(store.Busy, "err.update.card").Because(err) }

// watched remembers why reading failed, and tells how far it is.
type watched struct {
	in   io.Reader
	read func(int64)
	n    int64
	err  error
}

func (w *watched) Read(p []byte) (int, error) {
	n, err := w.in.Read(p)
	w.n += int64(n)
	w.read(w.n)
	if err != nil && !errors.Is(err, io.EOF) {
		w.err = err
	}
	return n, err
}
