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
	"strconv"
	"strings"
)

//go:embed migrations/*.sql
var migrations embed.FS

// applicationID marks the file as CoPi's ("CoPi"), for file(1) and for restore.
const applicationID = 0x436F5069

// userVersionOffset is where SQLite keeps user_version in the file's header
// (sqlite.org/fileformat.html §1.3).
const userVersionOffset = 60

// errNewer is what a file of a newer program answers.
func errNewer(has, knows int) error {
	return E(Conflict, "err.database_newer").Because(
		fmt.Errorf("the database has format %d, this program knows up to %d", has, knows))
}

// migration takes the file to a format.
type migration struct {
	format int
	name   string
}

// migrationList lists the migrations in order. Their numbers rise; one that was
// set aside and not used is no fault.
func migrationList() ([]migration, error) {
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	list, last := make([]migration, len(names)), 0
	for i, name := range names {
		n, err := strconv.Atoi(strings.TrimPrefix(name, "migrations/")[:4])
		if err != nil || n <= last {
			return nil, fmt.Errorf("migration %s: a number above %04d expected", name, last)
		}
		list[i], last = migration{n, name}, n
	}
	return list, nil
}

// newest is the format this program writes.
func newest(list []migration) int { return list[len(list)-1].format }

// checkNotNewer reads the format from the header, without opening the file as
// a database: opening would already create files beside it.
func checkNotNewer(path string) error {
	list, err := migrationList()
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
	if has := int(binary.BigEndian.Uint32(b[:])); has > newest(list) {
		return errNewer(has, newest(list))
	}
	return nil
}

// migrate brings the file to the newest format, one transaction a step, after
// a copy of what was there.
func (db *DB) migrate(ctx context.Context) error {
	list, err := migrationList()
	if err != nil {
		return err
	}
	c, err := db.write.take(ctx)
	if err != nil {
		return err
	}
	defer db.write.give(c)
	var has int
	if err := c.QueryRowContext(ctx, "PRAGMA user_version").Scan(&has); err != nil {
		return fmt.Errorf("open %s: %w", db.path, err)
	}
	if has > newest(list) {
		return errNewer(has, newest(list)) // a crash had left it in the WAL
	}
	if has > 0 && has < newest(list) {
		if err := c.copyBefore(ctx, db.path, has); err != nil {
			return err
		}
	}
	for _, m := range list {
		if m.format <= has {
			continue
		}
		if err := c.migrateOne(ctx, m); err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
	}
	return nil
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
	return syncFile(to)
}

func (c *conn) migrateOne(ctx context.Context, m migration) error {
	script, err := migrations.ReadFile(m.name)
	if err != nil {
		return err
	}
	tx, err := c.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after a commit this does nothing
	mark := fmt.Sprintf("\n;PRAGMA user_version = %d; PRAGMA application_id = %d;", m.format, applicationID)
	if _, err := tx.ExecContext(ctx, string(script)+mark); err != nil {
		return err
	}
	return tx.Commit()
}
