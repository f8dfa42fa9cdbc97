package store

import (
	"context"
	"embed"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"copi.local/store/durable"
)

//go:embed migrations/*.sql
var migrations embed.FS

// applicationID marks the file as CoPi's ("CoPi"), for file(1) and for restore.
const applicationID = 0x436F5069

// userVersionOffset is where SQLite keeps user_version in the file's header
// (sqlite.org/fileformat.html §1.3).
const userVersionOffset = 60

// errNewer is what a file of a newer program answers, unless it may be used.
func errNewer(has, knows int) error {
	return E(Conflict, "err.database_newer").Because(
		fmt.Errorf("the database has format %d, this program knows up to %d", has, knows))
}

// migrationNames lists the migrations in order; the n-th takes the file from
// format n-1 to n.
func migrationNames() ([]string, error) {
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	for i, name := range names {
		if !strings.HasPrefix(name, fmt.Sprintf("migrations/%04d_", i+1)) {
			return nil, fmt.Errorf("migration %s: number %04d expected", name, i+1)
		}
	}
	return names, nil
}

// checkNotNewer fails where this program cannot use a file. It reads the format from the header, without opening the file as
// a database: opening would already create files beside it.
func checkNotNewer(path string) error {
	names, err := migrationNames()
	if err != nil {
		return err
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	var b [4]byte
	if _, err := f.ReadAt(b[:], userVersionOffset); errors.Is(err, io.EOF) {
		return nil // created, never written
	} else if err != nil {
		return err
	}
	if has := formatOf(binary.BigEndian.Uint32(b[:])); !has.usable(len(names)) {
		return errNewer(has.number, len(names))
	}
	return nil
}

// migrate brings the file to the newest format, one transaction a step, after
// a copy of what was there.
func (db *DB) migrate(ctx context.Context) error {
	names, err := migrationNames()
	if err != nil {
		return err
	}
	c, err := db.write.take(ctx)
	if err != nil {
		return err
	}
	defer db.write.give(c)
	to, err := formats(names)
	if err != nil {
		return err
	}
	has, err := c.format(ctx)
	if err != nil {
		return fmt.Errorf("open %s: %w", db.path, err)
	}
	if !has.usable(len(names)) {
		return errNewer(has.number, len(names)) // a crash had left it in the WAL
	}
	if has.number > 0 && has.number < len(names) {
		if err := c.copyBefore(ctx, db.path, has.number); err != nil {
			return err
		}
	}
	for n := has.number; n < len(names); n++ {
		if err := c.migrateOne(ctx, to[n], names[n]); err != nil {
			return fmt.Errorf("%s: %w", names[n], err)
		}
	}
	return nil
}

func (c *conn) format(ctx context.Context) (format, error) {
	var version uint32
	err := c.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version)
	return formatOf(version), err
}

// copyBefore keeps the file as it was before a migration, once a format. Under
// its name lies a whole copy or none: power may fail while it is made.
func (c *conn) copyBefore(ctx context.Context, path string, has int) error {
	to := fmt.Sprintf("%s.before-%04d", path, has+1)
	if _, err := os.Stat(to); err == nil {
		return nil
	}
	half := to + ".part"
	if err := os.Remove(half); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := c.copyTo(ctx, half); err != nil {
		return err
	}
	if err := os.Rename(half, to); err != nil {
		return err
	}
	return durable.Sync(to, filepath.Dir(to))
}

func (c *conn) migrateOne(ctx context.Context, to format, name string) error {
	script, err := migrations.ReadFile(name)
	if err != nil {
		return err
	}
	tx, err := c.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after a commit this does nothing
	mark := fmt.Sprintf("\n;PRAGMA user_version = %d; PRAGMA application_id = %d;", to.userVersion(), applicationID)
	if _, err := tx.ExecContext(ctx, string(script)+mark); err != nil {
		return err
	}
	return tx.Commit()
}
