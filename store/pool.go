package store

import (
	"context"
	"database/sql"
	"errors"
	"sync"
	"time"
)

// statements bounds the prepared statements a connection keeps. Queries
// composed of filters come in few shapes; past the bound a query is prepared
// each time.
const statements = 256

// pool lends out connections that keep the statements prepared on them:
// preparing costs more than most of our queries do.
type pool struct {
	db     *sql.DB
	free   chan *conn
	closed chan struct{} // nobody is lent a connection any more
	once   sync.Once     // closes closed
}

type conn struct {
	*sql.Conn
	stmts map[string]*sql.Stmt
}

func openPool(ctx context.Context, dsn string, size int) (*pool, error) {
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, err
	}
	p := &pool{db: db, free: make(chan *conn, size), closed: make(chan struct{})}
	for range size {
		c, err := db.Conn(ctx)
		if err != nil {
			return nil, errors.Join(err, p.close())
		}
		p.free <- &conn{Conn: c, stmts: make(map[string]*sql.Stmt)}
	}
	return p, nil
}

// take waits for a free connection; give returns it. It fails with kind Busy
// when the caller left or the pool is being closed.
func (p *pool) take(ctx context.Context) (*conn, error) {
	select {
	case <-p.closed:
		return nil, E(Busy, "err.busy").Because(sql.ErrConnDone)
	default:
	}
	select {
	case c := <-p.free:
		return c, nil
	case <-p.closed:
		return nil, E(Busy, "err.busy").Because(sql.ErrConnDone)
	case <-ctx.Done():
		return nil, E(Busy, "err.busy").Because(ctx.Err())
	}
}

func (p *pool) give(c *conn) { p.free <- c }

// close waits for the transactions under way and closes all connections.
func (p *pool) close() error {
	if p == nil {
		return nil
	}
	p.once.Do(func() { close(p.closed) })
	var errs []error
	for len(p.free) > 0 || p.db.Stats().OpenConnections > 0 {
		c := <-p.free
		for _, stmt := range c.stmts {
			errs = append(errs, stmt.Close())
		}
		errs = append(errs, c.Close())
		p.db.SetMaxIdleConns(-1) // a closed connection is not kept
	}
	return errors.Join(append(errs, p.db.Close())...)
}

// prepared is q prepared on the connection, or nil past the bound.
func (c *conn) prepared(ctx context.Context, q string) (*sql.Stmt, error) {
	if stmt, ok := c.stmts[q]; ok {
		return stmt, nil
	}
	if len(c.stmts) >= statements {
		return nil, nil
	}
	stmt, err := c.PrepareContext(ctx, q)
	if err == nil {
		c.stmts[q] = stmt
	}
	return stmt, err
}

// foreignCommits notices commits made by other processes, looking at most once
// a second.
type foreignCommits struct {
	mu   sync.Mutex // guards all below
	db   *sql.DB    // one connection: data_version is relative to it
	last time.Time
	at   int64
}

func (f *foreignCommits) open(ctx context.Context, dsn string) error {
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1)
	f.db = db
	return db.QueryRowContext(ctx, "PRAGMA data_version").Scan(&f.at)
}

func (f *foreignCommits) seen(ctx context.Context, now time.Time) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if now.Sub(f.last) < time.Second && !now.Before(f.last) {
		return false
	}
	f.last = now
	was := f.at
	if err := f.db.QueryRowContext(ctx, "PRAGMA data_version").Scan(&f.at); err != nil {
		return true // unsure: better a page too many than a stale one
	}
	return f.at != was
}

func (f *foreignCommits) close() error {
	if f.db == nil {
		return nil
	}
	return f.db.Close()
}
