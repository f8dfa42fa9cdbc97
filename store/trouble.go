package store

import (
	"context"
	"errors"
	"syscall"

	sqlite3 "modernc.org/sqlite/lib"
)

// Trouble is what is wrong with a box's data, as a whole and not for one
// request.
type Trouble string

// The troubles.
const (
	NoTrouble Trouble = ""
	Damaged   Trouble = "damaged" // the database does not read
	Newer     Trouble = "newer"   // a newer program wrote it
	Storage   Trouble = "storage" // the card does not write, or not read
)

// TroubleOf tells what an error of opening the database, or of making files
// beside it, means for the data. An error that is none of these may pass, or is
// the program's.
func TroubleOf(err error) Trouble {
	if e, ok := errors.AsType[*Error](err); ok {
		switch e.Key {
		case "err.database_newer":
			return Newer
		case "err.database_unsound":
			return Damaged
		}
	}
	for _, fault := range []syscall.Errno{syscall.EROFS, syscall.EIO, syscall.ENOSPC} {
		if errors.Is(err, fault) {
			return Storage
		}
	}
	switch sqliteCode(err) & 0xff { // without the extension: sqlite.org/rescode.html
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return Damaged
	case sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN:
		return Storage
	}
	return NoTrouble
}

// CheckPages reads the pages of the whole database and fails with kind Invalid
// when their order is broken (PRAGMA quick_check). It takes some ten
// milliseconds for 10 MB; Sound looks at the indexes too and takes longer.
func (db *DB) CheckPages(ctx context.Context) error {
	c, err := db.write.take(ctx)
	if err != nil {
		return err
	}
	defer db.write.give(c)
	var found string
	if err := c.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&found); err != nil {
		return unsound(err)
	}
	if found != "ok" {
		return E(Invalid, "err.database_unsound").Because(errors.New(found))
	}
	return nil
}
