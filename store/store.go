// Package store opens CoPi's one SQLite file and lends it out as transactions.
//
// It knows no module: packages below it (store/agenda, store/listing, …) own
// their tables, rules and SQL, and take a *Tx that their caller opened with
// View or Update. There are two pools on one file. Writes go through a single
// connection that begins immediately, so two writers queue instead of failing;
// reads have their own connections and never wait for a writer (WAL).
//
// Every commit is synced to the card before it is acknowledged
// (synchronous=FULL): a power cut loses nothing a citizen was told is saved.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"

	"modernc.org/sqlite" // also registers the driver

	"copi.local/store/durable"
)

// readers bounds the connections that only read.
const readers = 4

// writerPragmas and readerPragmas are set on every connection by the DSN: a
// pragma sent through a pool reaches one connection only.
var (
	writerPragmas = []string{
		"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)",
		"cache_size(-4000)", "journal_size_limit(8388608)",
	}
	readerPragmas = []string{"busy_timeout(5000)", "query_only(1)", "foreign_keys(1)", "cache_size(-2000)"}

	// Who only watches for commits names nothing that needs the schema: reading
	// it takes longer than opening the file.
	watcherPragmas = []string{"busy_timeout(5000)", "query_only(1)"}
)

// Options is what a DB needs beside its file. The zero value is not enough:
// Clock must be set.
type Options struct {
	Clock    Clock
	Personal []Personal // one for each module that stores something about a person

	// NewID makes ids; nil is store.NewID. A village that can be made twice
	// brings its own.
	NewID func() string

	// Synchronous overrides the durability of commits ("NORMAL"); for the
	// power-cut test alone, which must see losses without FULL. Empty is FULL.
	Synchronous string
}

// DB is an open box database. It is safe for concurrent use.
type DB struct {
	path     string
	clock    Clock
	newID    func() string
	personal []Personal

	write, read *pool
	version     atomic.Uint64 // counts commits, ours and other processes'
	foreign     foreignCommits
	unemptied   atomic.Bool // the log still holds what a sealed transaction wrote

	mu      sync.Mutex    // guards changed
	changed chan struct{} // closed and replaced at each commit
}

// Open opens or creates the database file at path, copies it aside when it has
// to be migrated, and migrates it. It fails, changing nothing, with an error
// of kind Conflict when a newer program left it so that this one cannot use it.
func Open(ctx context.Context, path string, opt Options) (*DB, error) {
	if err := checkVersion(ctx); err != nil {
		return nil, err
	}
	if err := checkNotNewer(path); err != nil {
		return nil, err
	}
	db := &DB{path: path, clock: opt.Clock, newID: opt.NewID, personal: opt.Personal, changed: make(chan struct{})}
	if db.newID == nil {
		db.newID = NewID
	}
	if err := db.open(ctx, opt); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

func (db *DB) open(ctx context.Context, opt Options) error {
	pragmas := writerPragmas
	if opt.Synchronous != "" {
		pragmas = append(append([]string{}, pragmas...), "synchronous("+opt.Synchronous+")")
	}
	err := createPrivate(db.path, 0)
	if err != nil {
		return err
	}
	if db.write, err = openPool(ctx, dsn(db.path, "", pragmas), 1); err != nil {
		return err
	}
	if err := db.migrate(ctx); err != nil {
		return err
	}
	if err := db.emptyOld(ctx); err != nil {
		return err
	}
	if err := db.undoInMemory(ctx); err != nil {
		return err
	}
	if db.read, err = openPool(ctx, dsn(db.path, "mode=ro", readerPragmas), readers); err != nil {
		return err
	}
	return db.foreign.open(ctx, dsn(db.path, "mode=ro", watcherPragmas))
}

// undoInMemory keeps in memory what a statement that fails is undone with: the
// pages it changes, as they were. SQLite puts them into a temporary file once a
// transaction has changed 64 KB in one statement, and from then on each page of
// each statement: 60 KB a card when many are written. It comes after migrating,
// whose indexes over everything are sorted in files.
func (db *DB) undoInMemory(ctx context.Context) error {
	c, err := db.write.take(ctx)
	if err != nil {
		return err
	}
	defer db.write.give(c)
	_, err = c.ExecContext(ctx, "PRAGMA temp_store = MEMORY")
	return err
}

// Close waits for the transactions under way and ends the pools; who asks for
// one after that fails with kind Busy.
func (db *DB) Close() error {
	return errors.Join(db.foreign.close(), db.read.close(), db.write.close())
}

// Path is the file's place on disk.
func (db *DB) Path() string { return db.path }

// Clock is the clock transactions take their time from.
func (db *DB) Clock() Clock { return db.clock }

// Personal lists what each module holds about persons.
func (db *DB) Personal() []Personal { return db.personal }

// Beat takes a turn as one who writes, and as one who reads, and changes
// nothing: a sign of life. It fails with kind Busy when ctx ends first.
func (db *DB) Beat(ctx context.Context) error {
	for _, p := range []*pool{db.write, db.read} {
		c, err := p.take(ctx)
		if err != nil {
			return err
		}
		err = c.QueryRowContext(ctx, "PRAGMA schema_version").Scan(new(int))
		p.give(c)
		if err != nil {
			return err
		}
	}
	return nil
}

// Version grows with every commit to the file: within this process at once,
// from another process (copi user add beside copi serve) within a second. A
// page rendered at a version stays right while the version stays.
func (db *DB) Version(ctx context.Context) uint64 {
	if db.foreign.seen(ctx, db.clock.Now()) {
		db.committed()
	}
	return db.version.Load()
}

// Changed is closed at the next commit of this process, or when Version
// notices another's.
func (db *DB) Changed() <-chan struct{} {
	db.mu.Lock()
	defer db.mu.Unlock()
	return db.changed
}

func (db *DB) committed() {
	db.version.Add(1)
	db.mu.Lock()
	defer db.mu.Unlock()
	close(db.changed)
	db.changed = make(chan struct{})
}

// CopyTo writes a consistent, compact copy of the database to a new file,
// while others go on reading. It fails if the file exists.
func (db *DB) CopyTo(ctx context.Context, path string) error {
	// A connection of its own: query_only, which readers have, forbids VACUUM
	// INTO as well.
	p, err := openPool(ctx, dsn(db.path, "mode=ro", []string{"busy_timeout(5000)"}), 1)
	if err != nil {
		return err
	}
	c, err := p.take(ctx)
	if err == nil {
		err = c.copyTo(ctx, path)
		p.give(c)
	}
	return errors.Join(err, p.close())
}

// copyTo leaves a file that is whole and its owner's alone, or none.
func (c *conn) copyTo(ctx context.Context, path string) error {
	if err := createPrivate(path, os.O_EXCL); err != nil { // SQLite fills an empty file, and would make a readable one
		return fmt.Errorf("copy database to %s: %w", path, err)
	}
	if _, err := c.ExecContext(ctx, "VACUUM INTO ?", path); err != nil {
		return errors.Join(fmt.Errorf("copy database to %s: %w", path, err), os.Remove(path))
	}
	if err := withoutSealed(ctx, path); err != nil { // nothing of the copy was forced onto the card yet
		return errors.Join(fmt.Errorf("copy database to %s: %w", path, err), os.Remove(path))
	}
	return durable.Sync(path, filepath.Dir(path))
}

// createPrivate makes an empty file that only its owner may read, unless there
// is one. It holds the passwords' hashes and what residents write; SQLite gives
// the files beside it the same rights.
func createPrivate(path string, flags int) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR|flags, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

// dsn builds a connection string; see modernc.org/sqlite's Driver.Open.
func dsn(path, params string, pragmas []string) string {
	var b strings.Builder
	b.WriteString("file:" + (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath() + "?" + params)
	for _, p := range pragmas {
		b.WriteString("&_pragma=" + p)
	}
	return b.String()
}

// checkVersion refuses SQLite before 3.51.3, whose WAL reset can corrupt the
// file (sqlite.org/wal.html#walresetbug).
func checkVersion(ctx context.Context) error {
	mem, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		return err
	}
	defer func() { _ = mem.Close() }()
	var v string
	var major, minor, patch int
	if err := mem.QueryRowContext(ctx, "SELECT sqlite_version()").Scan(&v); err != nil {
		return err
	}
	if _, err := fmt.Sscanf(v, "%d.%d.%d", &major, &minor, &patch); err != nil {
		return fmt.Errorf("read SQLite version %q: %w", v, err)
	}
	if major*1_000_000+minor*1_000+patch < 3_051_003 {
		return fmt.Errorf("SQLite %s has the WAL reset bug; 3.51.3 or later is needed", v)
	}
	return nil
}

// sqliteCode is the extended result code of a driver error, 0 of any other.
func sqliteCode(err error) int {
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return e.Code()
	}
	return 0
}
