package photo

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"copi.local/store"
)

// The patterns of files being received, which lose this name at once, and of
// files being written.
const (
	incoming   = "in-*"
	unfinished = "new-*"
)

// settle is how long Run waits after a commit before it looks: a form takes
// several photos down one after the other.
const settle = 2 * time.Second

// Run sweeps once, for what a power cut left behind, and then removes files
// soon after their last use is gone, until ctx ends. It writes nothing when
// there is nothing to remove.
func (a *Album) Run(ctx context.Context) error {
	changed := a.db.Changed()
	if err := errors.Join(a.Sweep(ctx), a.nameThumbs(ctx)); err != nil {
		return err
	}
	for {
		if err := a.removeUnused(ctx); err != nil {
			return err
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil
		}
		select {
		case <-a.db.Clock().After(settle):
		case <-ctx.Done():
			return nil
		}
		changed = a.db.Changed()
	}
}

// removeUnused removes the files nothing uses any more, then their rows: when
// the power goes in between, the row still says what to do.
func (a *Album) removeUnused(ctx context.Context) error {
	var unused []string
	err := a.db.View(ctx, func(tx *store.Tx) (err error) {
		unused, err = store.All(tx, store.Scan[string], sqlUnused)
		return err
	})
	if err != nil || len(unused) == 0 {
		return err
	}
	for _, hash := range unused {
		if err := a.tidy(ctx, hash); err != nil {
			return err
		}
	}
	return a.db.Update(ctx, func(tx *store.Tx) error {
		for _, hash := range unused {
			if _, err := tx.Exec(sqlForget, hash); err != nil {
				return err
			}
		}
		return nil
	})
}

// tidy removes the files of a hash unless something uses them or is about to.
// Nobody can begin to hold the hash meanwhile, and who held it has committed.
func (a *Album) tidy(ctx context.Context, hash string) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.held[hash] > 0 {
		return nil
	}
	var uses int
	err := a.db.View(ctx, func(tx *store.Tx) (err error) {
		uses, err = store.One(tx, store.Scan[int], sqlKnown, hash)
		if store.KindOf(err) == store.NotFound {
			return nil
		}
		return err
	})
	if err != nil || uses > 0 {
		return err
	}
	return errors.Join(remove(a.path(hash, false)), remove(a.path(hash, true)))
}

// remove deletes a file that may be gone already.
func remove(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// Sweep walks through all files and removes those no row speaks of. Files being
// written now are left alone.
func (a *Album) Sweep(ctx context.Context) error {
	dirs, err := os.ReadDir(a.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, d := range dirs {
		switch {
		case d.IsDir():
			err = a.sweepDir(ctx, d.Name())
		case strings.HasPrefix(d.Name(), strings.TrimSuffix(incoming, "*")):
			err = remove(filepath.Join(a.dir, d.Name()))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (a *Album) sweepDir(ctx context.Context, name string) error {
	files, err := os.ReadDir(filepath.Join(a.dir, name))
	if err != nil {
		return err
	}
	for _, f := range files {
		hash, _, _ := strings.Cut(f.Name(), ".")
		switch {
		case isHash(hash) && hash[:2] == name:
			err = a.tidy(ctx, hash)
		case strings.HasPrefix(f.Name(), strings.TrimSuffix(unfinished, "*")):
			err = a.removeUnfinished(filepath.Join(a.dir, name, f.Name()))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// removeUnfinished removes what a power cut left half written, unless somebody
// is writing now; the next start gets it then.
func (a *Album) removeUnfinished(path string) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.held) > 0 {
		return nil
	}
	return remove(path)
}

// isHash tells whether s is the name of a photo.
func isHash(s string) bool {
	return len(s) == 64 && strings.Trim(s, "0123456789abcdef") == ""
}
