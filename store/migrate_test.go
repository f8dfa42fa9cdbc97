package store_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"copi.local/store"
	"copi.local/store/storetest"
)

var update = flag.Bool("update", false, "write golden files anew")

// TestSchema keeps the whole schema readable in one file, and every change of
// it visible in a diff.
func TestSchema(t *testing.T) {
	db, _ := storetest.Open(t)
	var got string
	storetest.View(t, db, store.Actor{}, func(tx *store.Tx) error {
		stmts, err := store.All(tx, store.Scan[string],
			"SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE '%\\_search\\_%' ESCAPE '\\' ORDER BY type DESC, name")
		got = "-- Made by `make schema` from the migrations; do not edit.\n\n" + strings.Join(stmts, ";\n\n") + ";\n"
		return err
	})
	if *update {
		if err := os.WriteFile("schema.sql", []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("schema.sql")
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Error("the migrations make another schema than schema.sql says; see `make schema`")
	}
}

func TestEveryTableIsStrict(t *testing.T) {
	db, _ := storetest.Open(t)
	storetest.View(t, db, store.Actor{}, func(tx *store.Tx) error {
		loose, err := store.All(tx, store.Scan[string],
			"SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite_%'")
		for _, name := range loose {
			t.Errorf("table %s is not STRICT", name)
		}
		return err
	})
}

func TestNewerDatabaseIsRefusedUntouched(t *testing.T) {
	path := filepath.Join(t.TempDir(), "copi.db")
	exec(t, path, "PRAGMA user_version = 9999")
	before := digest(t, path)
	_, err := store.Open(t.Context(), path, store.Options{Clock: storetest.NewClock()})
	if store.KindOf(err) != store.Conflict || !strings.Contains(err.Error(), "format 9999") {
		t.Errorf("err = %v, want one that names the format", err)
	}
	if digest(t, path) != before {
		t.Error("the file was changed")
	}
	if left, _ := filepath.Glob(path + "?*"); len(left) > 0 {
		t.Errorf("files left beside it: %v", left)
	}
}

func TestMigrationKeepsACopyOfBefore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "copi.db")
	first, err := os.ReadFile("migrations/0001_listing.sql")
	if err != nil {
		t.Fatal(err)
	}
	exec(t, path, string(first)+"; PRAGMA user_version = 1")
	db, err := store.Open(t.Context(), path, store.Options{Clock: storetest.NewClock()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	copied, err := sql.Open("sqlite", "file:"+path+".before-0002?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = copied.Close() }()
	var version int
	if err := copied.QueryRow("PRAGMA user_version").Scan(&version); err != nil || version != 1 {
		t.Errorf("the copy has format %d (%v), want 1", version, err)
	}
}

func TestCommitsOfOtherProcessesAreNoticed(t *testing.T) {
	db, clock := storetest.Open(t)
	before := db.Version(t.Context())
	other, err := store.Open(t.Context(), db.Path(), store.Options{Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = other.Close() }()
	storetest.Update(t, other, store.Actor{}, func(tx *store.Tx) error {
		_, err := tx.Exec("CREATE TABLE probe_rows (n INTEGER) STRICT")
		return err
	})
	clock.Add(2e9)
	if db.Version(t.Context()) == before {
		t.Error("another process's commit left the version as it was")
	}
}

func exec(t *testing.T, path, script string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.ExecContext(context.Background(), script); err != nil {
		t.Fatal(err)
	}
}

func digest(t *testing.T, path string) [32]byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return sha256.Sum256(b)
}

// TestHalfACopyIsMadeAnew: the power fails while the copy before a migration
// is made; the next start must not take the stump for the copy.
func TestHalfACopyIsMadeAnew(t *testing.T) {
	path := filepath.Join(t.TempDir(), "copi.db")
	first, err := os.ReadFile("migrations/0001_listing.sql")
	if err != nil {
		t.Fatal(err)
	}
	exec(t, path, string(first)+"; PRAGMA user_version = 1")
	stump := path + ".before-0002.part"
	if err := os.WriteFile(stump, []byte("SQLite for"), 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(t.Context(), path, store.Options{Clock: storetest.NewClock()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := os.Stat(stump); err == nil {
		t.Error("the stump is still there")
	}
	if b, err := os.ReadFile(path + ".before-0002"); err != nil || len(b) < 4096 {
		t.Errorf("the copy has %d bytes (%v)", len(b), err)
	}
}

// TestFilesAreTheirOwnersAlone: a box's database and its copies hold what
// residents write and the hashes of their passwords.
func TestFilesAreTheirOwnersAlone(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "copi.db")
	db, err := store.Open(t.Context(), path, store.Options{Clock: storetest.NewClock()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if err := db.CopyTo(t.Context(), filepath.Join(dir, "copy.db")); err != nil {
		t.Fatal(err)
	}
	if err := db.CopyTo(t.Context(), filepath.Join(dir, "copy.db")); err == nil {
		t.Error("a copy was written over another file")
	}
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) < 4 { // with -wal and -shm
		t.Fatalf("files: %v (%v)", files, err)
	}
	for _, file := range files {
		info, err := os.Stat(file)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has rights %o", filepath.Base(file), info.Mode().Perm())
		}
	}
}
