package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// Inventory is what a database file holds, as Inspect found it.
type Inventory struct {
	Version int              // of its format, as migrations count
	Tables  map[string]int64 // rows of each
}

const sqlTableNames = `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY name`

// Inspect reads a copy of a database through, checks that it is sound and
// counts its rows. Nobody may write to the file meanwhile. It fails with kind
// Invalid when the file is no sound database of this program, and Conflict when
// a newer one wrote it.
func Inspect(ctx context.Context, path string) (Inventory, error) {
	if err := checkHeader(path); err != nil {
		return Inventory{}, err
	}
	if err := checkNotNewer(path); err != nil {
		return Inventory{}, err
	}
	p, err := openPool(ctx, dsn(path, "mode=ro&immutable=1", []string{"query_only(1)", "cache_size(-2000)"}), 1)
	if err != nil {
		return Inventory{}, unsound(err)
	}
	c, err := p.take(ctx)
	if err != nil {
		return Inventory{}, errors.Join(err, p.close())
	}
	inv, err := c.inspect(ctx)
	p.give(c)
	return inv, errors.Join(err, p.close())
}

// header begins every SQLite file (sqlite.org/fileformat.html §1.3.1).
const header = "SQLite format 3\x00"

func checkHeader(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // it was only read
	begins := make([]byte, len(header))
	if _, err := io.ReadFull(f, begins); err != nil || string(begins) != header {
		return unsound(errors.Join(errors.New("no SQLite file"), err))
	}
	return nil
}

// unsound is a fault of the file, unless whoever asked has gone.
func unsound(err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return E(Invalid, "err.database_unsound").Because(err)
}

func (c *conn) inspect(ctx context.Context) (Inventory, error) {
	var inv Inventory
	var mark int
	if err := c.QueryRowContext(ctx, "PRAGMA application_id").Scan(&mark); err != nil {
		return inv, unsound(err)
	}
	f, err := c.format(ctx)
	if err != nil {
		return inv, unsound(err)
	}
	inv.Version = f.number
	if mark != applicationID || inv.Version == 0 {
		return inv, unsound(fmt.Errorf("application id %#x, format %d", mark, inv.Version))
	}
	if err := c.sound(ctx); err != nil {
		return inv, unsound(err)
	}
	rows, err := c.rowCounts(ctx)
	if err != nil {
		return inv, unsound(err)
	}
	inv.Tables = rows
	return inv, nil
}

// Sound reads the whole database and fails at the first damage it finds, of a
// page or an index.
func Sound(tx *Tx) error { return tx.conn.sound(tx.ctx) }

func (c *conn) sound(ctx context.Context) error {
	var found string
	if err := c.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&found); err != nil {
		return err
	}
	if found != "ok" {
		return fmt.Errorf("database: %s", found)
	}
	return nil
}

// RowCounts is how many rows each table has.
func RowCounts(tx *Tx) (map[string]int64, error) { return tx.conn.rowCounts(tx.ctx) }

func (c *conn) rowCounts(ctx context.Context) (map[string]int64, error) {
	names, err := c.texts(ctx, sqlTableNames)
	if err != nil {
		return nil, err
	}
	rows := make(map[string]int64, len(names))
	for _, name := range names {
		var n int64
		if err := c.QueryRowContext(ctx, `SELECT count(*) FROM "`+strings.ReplaceAll(name, `"`, `""`)+`"`).Scan(&n); err != nil {
			return nil, err
		}
		rows[name] = n
	}
	return rows, nil
}

// texts is the first column of a query.
func (c *conn) texts(ctx context.Context, query string) (list []string, err error) {
	rows, err := c.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // at the end the rows are closed
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, rows.Err()
}
