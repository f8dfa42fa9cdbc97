package store

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// Tx is one transaction: a consistent view of the database, one instant and
// one acting person. It cannot commit; View and Update do that.
type Tx struct {
	Now   time.Time // one instant for everything the transaction writes
	Actor Actor     // who acts; the zero Actor is a visitor

	ctx  context.Context //nolint:containedctx // a Tx lives inside one call of View or Update
	conn *conn
	db   *DB

	entrusted []Ref // see Entrust
	sealed    bool  // see Seal

	patient, gaveWay bool // see UpdatePatiently
}

// View runs fn on a snapshot that cannot be written to.
func (db *DB) View(ctx context.Context, fn func(*Tx) error) error {
	return db.run(ctx, db.read, "BEGIN", fn)
}

// Update runs fn in the one writing transaction and commits when fn returns
// nil: once Update has returned nil, the change survives a power cut. Any
// error of fn rolls everything back.
func (db *DB) Update(ctx context.Context, fn func(*Tx) error) error {
	if err := db.run(ctx, db.write, "BEGIN IMMEDIATE", fn); err != nil {
		return err
	}
	db.committed()
	return nil
}

// quietly is Update for what the box does by itself: unless fn says that it
// changed something, nobody is told of a commit and rendered pages stay.
func (db *DB) quietly(ctx context.Context, fn func(*Tx) (changed bool, err error)) error {
	changed := false
	err := db.run(ctx, db.write, "BEGIN IMMEDIATE", func(tx *Tx) (err error) {
		changed, err = fn(tx)
		return err
	})
	if err == nil && changed {
		db.committed()
	}
	return err
}

func (db *DB) run(ctx context.Context, p *pool, begin string, fn func(*Tx) error) error {
	c, err := p.take(ctx)
	if err != nil {
		return err
	}
	return db.with(ctx, p, c, begin, fn)
}

// with runs fn in a transaction on a connection that was taken, and gives it
// back.
func (db *DB) with(ctx context.Context, p *pool, c *conn, begin string, fn func(*Tx) error) error {
	defer p.give(c)
	tx := &Tx{Now: db.clock.Now(), Actor: actorOf(ctx), ctx: ctx, conn: c, db: db}
	committed := false
	defer func() { // also when fn panics
		if !committed {
			_ = tx.bound(ctx, "ROLLBACK") // fails when there is nothing to roll back
		}
		if p == db.write {
			db.unseal(ctx, c, tx, committed)
		}
	}()
	if err := tx.bound(ctx, begin); err != nil {
		return busy(err)
	}
	if err := fn(tx); err != nil {
		return busy(err)
	}
	if err := ctx.Err(); err != nil {
		return E(Busy, "err.busy").Because(err) // whoever asked has left
	}
	if err := tx.bound(ctx, "COMMIT"); err != nil {
		return busy(err)
	}
	committed = true
	return nil
}

// bound runs a statement that begins or ends the transaction, whether or not
// somebody still waits for it: the driver answers for one that was cut short
// that it failed, also when it was done.
func (tx *Tx) bound(ctx context.Context, statement string) error {
	tx.ctx = context.WithoutCancel(ctx)
	defer func() { tx.ctx = ctx }()
	_, err := tx.Exec(statement)
	return err
}

// Context is the context of the call that opened the transaction.
func (tx *Tx) Context() context.Context { return tx.ctx }

// ClockQuality is how far Now can be trusted; while it is uncertain nothing
// may expire or close.
func (tx *Tx) ClockQuality() ClockQuality { return tx.db.clock.Quality() }

// Running is how long the box has run, over all its starts.
func (tx *Tx) Running() time.Duration { return tx.db.clock.Running() }

// NewID makes the id of a new thing.
func (tx *Tx) NewID() string { return tx.db.newID() }

// Personal lists what each module holds about persons.
func (tx *Tx) Personal() []Personal { return tx.db.personal }

// Exec runs a statement that returns no rows.
func (tx *Tx) Exec(query string, args ...any) (sql.Result, error) {
	if err := tx.mayGoOn(); err != nil {
		return nil, err
	}
	stmt, err := tx.conn.prepared(tx.ctx, query) //nolint:sqlclosecheck // kept with its connection
	switch {
	case err != nil:
		return nil, err
	case stmt == nil:
		return tx.conn.ExecContext(tx.ctx, query, args...)
	default:
		return stmt.ExecContext(tx.ctx, args...)
	}
}

// Query runs a statement that returns rows; prefer All and One.
func (tx *Tx) Query(query string, args ...any) (*sql.Rows, error) {
	stmt, err := tx.conn.prepared(tx.ctx, query) //nolint:sqlclosecheck // kept with its connection
	switch {
	case err != nil:
		return nil, err
	case stmt == nil:
		return tx.conn.QueryContext(tx.ctx, query, args...)
	default:
		return stmt.QueryContext(tx.ctx, args...)
	}
}

// QueryRow runs a statement that returns at most one row.
func (tx *Tx) QueryRow(query string, args ...any) *sql.Row {
	if stmt, err := tx.conn.prepared(tx.ctx, query); err == nil && stmt != nil { //nolint:sqlclosecheck // kept with its connection
		return stmt.QueryRowContext(tx.ctx, args...)
	}
	return tx.conn.QueryRowContext(tx.ctx, query, args...)
}

// Row is one row being read: *sql.Row or *sql.Rows.
type Row interface{ Scan(dest ...any) error }

// All reads every row of query through scan. No rows is an empty slice.
func All[T any](tx *Tx, scan func(Row) (T, error), query string, args ...any) ([]T, error) {
	rows, err := tx.Query(query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, rows.Err()
}

// One reads the first row of query through scan. Without a row it fails with
// kind NotFound.
func One[T any](tx *Tx, scan func(Row) (T, error), query string, args ...any) (T, error) {
	v, err := scan(tx.QueryRow(query, args...))
	if errors.Is(err, sql.ErrNoRows) {
		return v, &Error{Kind: NotFound, Key: "err.not_found"}
	}
	return v, err
}

// Scan reads a single column as T, for All and One.
func Scan[T any](r Row) (T, error) {
	var v T
	err := r.Scan(&v)
	return v, err
}
