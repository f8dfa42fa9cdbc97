package appliance

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"

	"copi.local/appliance/backup"
	"copi.local/appliance/clock"
	"copi.local/store"
	"copi.local/store/account"
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
	staged, err := layOut(ctx, f, scalars, dir, was, now)
	if err != nil {
		return err
	}
	if err := staged.decide(ctx, was.erasures, now); err != nil {
		return errors.Join(err, staged.Drop())
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

// presentOf reads it from a running box.
func presentOf(ctx context.Context, db *store.DB, dir string) (p present, err error) {
	if p.erasures, err = readErasures(dir); err != nil {
		return p, err
	}
	return p, p.read(ctx, db)
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
