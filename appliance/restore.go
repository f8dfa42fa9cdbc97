package appliance

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"copi.local/appliance/backup"
	"copi.local/appliance/clock"
	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/neighbour"
	"copi.local/store/timebank"
)

// Restore puts a backup into a directory on which no box runs. What is there
// moves aside. words, of the recovery sheet, are tried beside the key of the box
// in dir.
func Restore(ctx context.Context, dir, file, words string, out io.Writer) (err error) {
	data, err := openDataDir(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, data.close()) }()
	scalars, err := scalarsOf(dir, words)
	if err != nil {
		return err
	}
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // it was only read
	now := clock.New(clock.Options{File: clockFile(dir), System: true, Log: slog.New(slog.DiscardHandler)})
	was, err := boxIn(ctx, dir)
	if err != nil {
		return err
	}
	staged, err := stageRestore(ctx, f, scalars, dir, was, now)
	if err != nil {
		return err
	}
	if err := staged.Commit(); err != nil {
		return err
	}
	aside, err := backup.Finish(dir)
	if err != nil {
		return err
	}
	if err := describe(out, &staged.About); err != nil {
		return err
	}
	if staged.Missing > 0 {
		if _, err := fmt.Fprintf(out, "%d photos are neither in the backup nor on the card\n", staged.Missing); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(out, "restored; what was there before is in %s\n", aside)
	return err
}

// present is what a data directory knows that a restore must not forget.
type present struct {
	box      account.Box
	erasures []account.Erasure
}

// boxIn reads it from a box at rest; the zero present where there is none, or
// one that cannot be read any more: a damaged database is why one restores.
func boxIn(ctx context.Context, dir string) (p present, err error) {
	if p.erasures, err = readErasures(dir); err != nil {
		return p, err
	}
	if needDatabase(dir) != nil {
		return p, nil //nolint:nilerr // no box is here
	}
	db, _, err := openAtRest(ctx, dir)
	if err != nil {
		return p, nil //nolint:nilerr // the file beside the database has the erasures
	}
	err = p.read(ctx, db)
	if fault := db.Close(); err != nil || fault != nil {
		return p, nil //nolint:nilerr // as above
	}
	return p, nil
}

// read adds what a database knows.
func (p *present) read(ctx context.Context, db *store.DB) error {
	return db.View(ctx, func(tx *store.Tx) (err error) {
		if p.box, err = account.BoxOf(tx); err != nil {
			return err
		}
		left, err := account.Erasures(tx)
		p.erasures = append(p.erasures, left...)
		return err
	})
}

// stageRestore lays a backup out in a data directory and makes of its database
// the one the box will open: nobody is in it who left since, nobody is signed
// in, and it knows that it is older than what neighbours and receipts say.
func stageRestore(ctx context.Context, r io.Reader, scalars [][]byte, dir string, was present, now store.Clock) (*backup.Staged, error) {
	staged, err := backup.Stage(ctx, r, scalars, dir, now.Now())
	if err != nil {
		return nil, err
	}
	if was.box.Ready() && was.box.CardID != staged.About.Box {
		err = store.E(store.Conflict, "err.backup.other_box", "commune", staged.About.Commune, "here", was.box.Commune)
	} else {
		err = age(ctx, staged, was.erasures, now)
	}
	if err != nil {
		return nil, errors.Join(err, staged.Drop())
	}
	return staged, nil
}

// age tells a restored database what time has passed.
func age(ctx context.Context, staged *backup.Staged, left []account.Erasure, now store.Clock) error {
	madeAt := staged.About.MadeAt
	db, err := store.Open(ctx, staged.Database(), store.Options{Clock: notBefore{now, madeAt}, Personal: personal})
	if err != nil {
		return err
	}
	err = db.Update(ctx, func(tx *store.Tx) error {
		if _, err := account.Reapply(tx, left); err != nil {
			return err
		}
		if err := account.Restored(tx, madeAt); err != nil {
			return err
		}
		if _, err := timebank.Restored(tx, madeAt); err != nil {
			return err
		}
		return doubtOwnLog(tx)
	})
	return errors.Join(err, db.Close())
}

// doubtOwnLog has the publisher ask before it says anything: neighbours may hold
// more of this box's listings than the backup did (PROTOCOL §9).
func doubtOwnLog(tx *store.Tx) error {
	if _, err := neighbour.OwnLog(tx); store.KindOf(err) == store.NotFound {
		return nil // it never had a name among boxes
	} else if err != nil {
		return err
	}
	return neighbour.SetDoubt(tx, neighbour.Older)
}

// notBefore is a clock on which a backup's own time has passed: a new card may
// know no time at all.
type notBefore struct {
	store.Clock
	least time.Time
}

// Now is the clock's time, or the least.
func (c notBefore) Now() time.Time {
	if now := c.Clock.Now(); now.After(c.least) {
		return now
	}
	return c.least
}

// reapply takes away again who left, should the database in use not know of it,
// and keeps the list beside the database up to date. It is called before
// anybody can open the box.
func reapply(ctx context.Context, db *store.DB, dir string, log *slog.Logger) error {
	left, err := readErasures(dir)
	if err != nil {
		return err
	}
	err = db.View(ctx, func(tx *store.Tx) error {
		left, err = account.NotReapplied(tx, left)
		return err
	})
	if err != nil || len(left) == 0 {
		return errors.Join(err, keepErasures(ctx, db, dir))
	}
	err = db.Update(ctx, func(tx *store.Tx) error {
		n, err := account.Reapply(tx, left)
		log.Warn("the database is older than accounts that were closed: they are closed again", "accounts", n)
		return err
	})
	return errors.Join(err, keepErasures(ctx, db, dir))
}
