package appliance

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"copi.local/appliance/backup"
	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/durable"
)

// safeCopy is a database beside the one that cannot be used: of the newest
// backup on the card, or of the data themselves where only writing fails. What
// is done to it is forgotten.
type safeCopy struct {
	dir string
	at  time.Time // what it shows; zero: nothing
}

// safeDir is its place in the data directory.
const safeDir = "safe"

// safeTries is how many backups are tried, the newest first: each is read whole.
const safeTries = 3

// openSafeCopy makes the copy and opens it. Where nothing can be shown it is an
// empty database, which the pages of a box in trouble need all the same.
func openSafeCopy(ctx context.Context, dir string, why store.Trouble, clock store.Clock, log *slog.Logger) (*store.DB, *safeCopy, error) {
	c, err := safePlace(dir)
	if err != nil {
		return nil, nil, err
	}
	db, err := c.fill(ctx, dir, why, clock)
	if err != nil {
		log.Warn("nothing can be shown", "err", err)
		c.at = time.Time{}
		if err = c.empty(); err == nil {
			db, err = c.open(ctx, clock)
		}
	}
	if err != nil {
		return nil, nil, errors.Join(err, c.drop())
	}
	if err := c.lendPhotos(dir); err != nil {
		log.Warn("photos", "err", err)
	}
	return db, c, nil
}

// lendPhotos shows those of the box beside the copy.
func (c *safeCopy) lendPhotos(dir string) error {
	photos, err := filepath.Abs(filepath.Join(dir, "photos"))
	if err != nil {
		return err
	}
	return os.Symlink(photos, filepath.Join(c.dir, "photos"))
}

// safePlace makes a directory with room for a copy of the database: beside it,
// or in memory where the card does not write or is full.
func safePlace(dir string) (*safeCopy, error) {
	c := &safeCopy{dir: filepath.Join(dir, safeDir)}
	err := c.empty()
	if err == nil && c.roomFor(dir) {
		return c, nil
	}
	_ = c.drop() // the card does not write
	c.dir, err = os.MkdirTemp("", "copi-safe-")
	return c, err
}

// roomFor tells whether the database of a data directory fits twice: while it is
// read it has a log beside it.
func (c *safeCopy) roomFor(dir string) bool {
	free, _, err := durable.Room(c.dir)
	if err != nil {
		return false
	}
	info, err := os.Stat(database(dir))
	return err != nil || free > 2*info.Size()
}

// drop takes the copy away.
func (c *safeCopy) drop() error {
	if c == nil {
		return nil
	}
	return os.RemoveAll(c.dir)
}

// empty takes away what was begun.
func (c *safeCopy) empty() error {
	return errors.Join(os.RemoveAll(c.dir), os.Mkdir(c.dir, 0o700))
}

func (c *safeCopy) open(ctx context.Context, clock store.Clock) (*store.DB, error) {
	return store.Open(ctx, database(c.dir), store.Options{Clock: notBefore{clock, c.at}, Personal: personal})
}

// fill takes the data themselves where only writing fails and they read, else
// the newest backup that does.
func (c *safeCopy) fill(ctx context.Context, dir string, why store.Trouble, clock store.Clock) (db *store.DB, err error) {
	if why == store.Storage {
		if db, err = c.fromData(ctx, dir, clock); err == nil {
			return db, nil
		}
		err = errors.Join(err, c.empty())
	}
	db, fault := c.fromBackups(ctx, dir, clock)
	if fault != nil {
		return nil, errors.Join(err, fault)
	}
	return db, nil
}

// fromData copies the database with what was committed beside it.
func (c *safeCopy) fromData(ctx context.Context, dir string, clock store.Clock) (*store.DB, error) {
	if !c.roomFor(dir) {
		return nil, errors.New("no room for a copy of the data")
	}
	for _, end := range []string{"", "-wal"} {
		at, err := copyFile(database(dir)+end, database(c.dir)+end)
		if err != nil && (end == "" || !errors.Is(err, fs.ErrNotExist)) {
			return nil, err
		}
		if at.After(c.at) {
			c.at = at
		}
	}
	db, err := c.open(ctx, clock)
	if err != nil {
		return nil, err
	}
	if err := db.CheckPages(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// copyFile copies a file and tells when it was written last.
func copyFile(from, to string) (at time.Time, err error) {
	in, err := os.Open(from)
	if err != nil {
		return at, err
	}
	defer func() { _ = in.Close() }() // it was only read
	info, err := in.Stat()
	if err != nil {
		return at, err
	}
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return at, err
	}
	_, err = io.Copy(out, in)
	return info.ModTime(), errors.Join(err, out.Close())
}

// fromBackups reads the newest backup on the card that the box's own key opens.
func (c *safeCopy) fromBackups(ctx context.Context, dir string, clock store.Clock) (*store.DB, error) {
	left, err := readErasures(dir)
	if err != nil {
		return nil, err // who left would be shown again
	}
	scalars, err := scalarsOf(dir, "")
	if err != nil {
		return nil, err
	}
	list, err := backup.OnCard(dir).List()
	for _, n := range list[:min(len(list), safeTries)] {
		db, fault := c.fromBackup(ctx, dir, n.File, scalars, left, clock)
		if fault == nil {
			return db, nil
		}
		err = errors.Join(err, fmt.Errorf("%s: %w", n.File, fault), c.empty())
	}
	return nil, errors.Join(err, errors.New("no backup on the card can be read"))
}

func (c *safeCopy) fromBackup(ctx context.Context, dir, name string, scalars [][]byte, left []account.Erasure, clock store.Clock) (*store.DB, error) {
	f, err := backup.OnCard(dir).Open(name)
	if err != nil {
		return nil, err
	}
	about, err := backup.Database(ctx, f, scalars, database(c.dir))
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, err
	}
	c.at = about.MadeAt
	db, err := c.open(ctx, clock)
	if err != nil {
		return nil, err
	}
	err = db.Update(ctx, func(tx *store.Tx) error {
		if _, err := account.Reapply(tx, left); err != nil { // who left is shown no more
			return err
		}
		return account.EndAllSessions(tx) // who was signed in then may not be now
	})
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}
