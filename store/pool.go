package store

import (
	"context"
	"database/sql"
	"errors"
	"sync"
	"sync/atomic"
	"time"
)

// statements bounds the prepared statements a connection keeps. Queries
// composed of filters come in few shapes; past the bound a query is prepared
// each time.
const statements = 256

// pool lends out connections that keep the statements prepared on them:
// preparing costs more than most of our queries do. It opens one at first and
// another when all are lent, up to a bound: each reads the whole schema and
// keeps it in memory, and a box that nobody calls needs one.
type pool struct {
	db     *sql.DB
	free   chan *conn    // its capacity is the bound
	closed chan struct{} // nobody is lent a connection any more

	waiting atomic.Int32 // who waits in take

	mu   sync.Mutex // guards all below; held while one is opened
	open int        // connections lent or free
	shut bool       // closed is closed
}

type conn struct {
	*sql.Conn
	stmts map[string]*sql.Stmt
}

// openPool opens a pool of at most size connections. It fails when the first
// cannot be opened.
func openPool(ctx context.Context, dsn string, size int) (*pool, error) {
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, err
	}
	p := &pool{db: db, free: make(chan *conn, size), closed: make(chan struct{})}
	c, err := p.grow(ctx)
	if err != nil {
		return nil, errors.Join(err, p.close())
	}
	p.give(c)
	return p, nil
}

// take lends a free connection, one more, or waits for one; give returns it. It
// fails with kind Busy when the caller left or the pool is being closed.
func (p *pool) take(ctx context.Context) (*conn, error) {
	p.waiting.Add(1)
	defer p.waiting.Add(-1)
	return p.wait(ctx)
}

// wait is take for one who lets all others go first (UpdatePatiently).
func (p *pool) wait(ctx context.Context) (*conn, error) {
	select {
	case <-p.closed:
		return nil, E(Busy, "err.busy").Because(sql.ErrConnDone)
	case c := <-p.free:
		return c, nil
	default:
	}
	if c, err := p.grow(ctx); c != nil || err != nil {
		return c, err
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

// grow opens one more connection; it is nil where there are enough, or none are
// to be had any more.
func (p *pool) grow(ctx context.Context) (*conn, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.shut || p.open == cap(p.free) {
		return nil, nil
	}
	c, err := p.db.Conn(ctx)
	if err != nil && ctx.Err() != nil {
		return nil, E(Busy, "err.busy").Because(err)
	}
	if err != nil {
		return nil, err
	}
	p.open++
	return &conn{Conn: c, stmts: make(map[string]*sql.Stmt)}, nil
}

func (p *pool) give(c *conn) { p.free <- c }

// close waits for the transactions under way and closes all connections.
func (p *pool) close() error {
	if p == nil {
		return nil
	}
	var errs []error
	for range p.shutDown() {
		c := <-p.free
		for _, stmt := range c.stmts {
			errs = append(errs, stmt.Close())
		}
		errs = append(errs, c.Close())
	}
	return errors.Join(append(errs, p.db.Close())...)
}

// shutDown ends the lending and tells how many connections are to be closed: 0
// when that was told before.
func (p *pool) shutDown() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.shut {
		return 0
	}
	p.shut = true
	close(p.closed)
	return p.open
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
