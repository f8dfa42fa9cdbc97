package store

import (
	"context"
	"errors"
	"fmt"
)

// A file remembers: what was deleted stays in free pages, and the log of what
// was written (the WAL) holds each page as it was before and after, so that two
// of its frames tell what one transaction added. For what must be linked to
// nobody, the ballots of a secret vote, that is too much. A transaction that is
// sealed overwrites with zeros what it deletes, and the log is emptied before
// Update returns. Tables whose name ends in _sealed are in no copy of the file.
//
// What a card of flash memory keeps of overwritten blocks is out of reach here.

// Waits for readers that still need the log, in milliseconds: of the
// transaction that was sealed, and of those that try again after it.
const (
	emptyWait = 2000
	emptyTry  = 50
)

const sqlSealedTables = `SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE '%\_sealed' ESCAPE '\'`

// Seal makes the transaction leave no trace of what it deletes or overwrites.
// It is called before the first such statement.
func (tx *Tx) Seal() error {
	tx.sealed = true
	// Not through Exec: the pragma acts when it is prepared, not when it runs.
	_, err := tx.conn.ExecContext(tx.ctx, "PRAGMA secure_delete = ON")
	return err
}

// unseal puts the connection back, and empties the log after a sealed
// transaction that was committed, or after an earlier one that readers kept it
// from.
func (db *DB) unseal(ctx context.Context, c *conn, tx *Tx, committed bool) {
	ctx = context.WithoutCancel(ctx)
	wait := emptyTry
	if tx.sealed {
		_, _ = c.ExecContext(ctx, "PRAGMA secure_delete = OFF") // fails only with the connection
		wait = emptyWait
	}
	if committed && tx.sealed {
		db.unemptied.Store(true)
	}
	if db.unemptied.Load() && c.empty(ctx, wait) == nil {
		db.unemptied.Store(false)
	}
}

var errLogInUse = errors.New("somebody still reads the log")

// empty moves the log into the file and leaves it without a byte, waiting so
// many milliseconds for those who read.
func (c *conn) empty(ctx context.Context, wait int) error {
	if _, err := c.ExecContext(ctx, fmt.Sprintf("PRAGMA busy_timeout = %d", wait)); err != nil {
		return err
	}
	var busy, frames, moved int
	err := c.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &frames, &moved)
	_, failed := c.ExecContext(ctx, "PRAGMA busy_timeout = 5000")
	if err == nil && busy != 0 {
		err = errLogInUse
	}
	return errors.Join(err, failed)
}

// emptyLog tries again what readers kept a sealed transaction from.
func (db *DB) emptyLog(ctx context.Context) {
	if !db.unemptied.Load() {
		return
	}
	c, err := db.write.take(ctx)
	if err != nil {
		return
	}
	defer db.write.give(c)
	db.unseal(ctx, c, &Tx{}, false)
}

// withoutSealed takes out of a copy just made what no copy may hold.
func withoutSealed(ctx context.Context, path string) error {
	p, err := openPool(ctx, dsn(path, "", []string{"secure_delete(1)", "journal_mode(MEMORY)", "synchronous(OFF)"}), 1)
	if err != nil {
		return err
	}
	c, err := p.take(ctx)
	if err != nil {
		return errors.Join(err, p.close())
	}
	err = c.deleteSealed(ctx)
	p.give(c)
	return errors.Join(err, p.close())
}

func (c *conn) deleteSealed(ctx context.Context) error {
	tables, err := c.texts(ctx, sqlSealedTables)
	if err != nil {
		return err
	}
	for _, name := range tables {
		if _, err := c.ExecContext(ctx, `DELETE FROM "`+name+`"`); err != nil {
			return err
		}
	}
	return nil
}

// emptyOld empties the log of a process that ended before it could.
func (db *DB) emptyOld(ctx context.Context) error {
	c, err := db.write.take(ctx)
	if err != nil {
		return err
	}
	defer db.write.give(c)
	if err := c.empty(ctx, emptyTry); err != nil && !errors.Is(err, errLogInUse) {
		return err
	}
	return nil
}
