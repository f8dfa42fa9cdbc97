package backup

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"

	"copi.local/store"
)

// broughtName is the file of a backup that somebody sent to the box, until it
// was laid out. At most one waits; a start forgets it (see Finish).
const broughtName = "brought" + Suffix

func brought(data string) string { return filepath.Join(data, broughtName) }

// Bring keeps a backup that comes from elsewhere in a data directory, whatever
// is in it, and says how many bytes came. size is how many r may have, -1 when nobody
// knows. It fails with kind Busy when the card has no room for it, and leaves
// nothing behind then.
func Bring(ctx context.Context, data string, r io.Reader, size int64) (int64, error) {
	return bring(ctx, data, r, size, disk{})
}

func bring(ctx context.Context, data string, r io.Reader, size int64, d disk) (n int64, err error) {
	if err := d.remove(brought(data)); err != nil {
		return 0, err
	}
	if err := need(data, max(size, 0)); err != nil {
		return 0, err
	}
	f, err := d.create(brought(data))
	if err != nil {
		return 0, full(err)
	}
	n, err = io.Copy(f, &roomy{ending: ending{ctx: ctx, r: r}, data: data})
	if err = errors.Join(err, f.finish()); err != nil {
		return n, errors.Join(full(err), d.remove(brought(data)))
	}
	return n, nil
}

// roomy reads as long as the card has room to spare: what the box writes
// meanwhile comes first.
type roomy struct {
	ending
	data string
	n    int64 // bytes since somebody looked
}

// lookAfter is after how many bytes the room is looked at again.
const lookAfter = 8 << 20

// Read reads, or fails with kind Busy.
func (r *roomy) Read(b []byte) (int, error) {
	if r.n >= lookAfter {
		if err := need(r.data, 0); err != nil {
			return 0, err
		}
		r.n = 0
	}
	n, err := r.ending.Read(b)
	r.n += int64(n)
	return n, err
}

// Brought opens the backup that was brought; kind NotFound without one.
func Brought(data string) (*os.File, error) {
	f, err := os.Open(brought(data))
	if errors.Is(err, os.ErrNotExist) {
		return nil, store.E(store.NotFound, "err.not_found").Because(err)
	}
	return f, err
}

// DropBrought forgets it.
func DropBrought(data string) error { return disk{}.remove(brought(data)) }
