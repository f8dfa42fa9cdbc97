package store

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// still is a clock that stands.
type still struct{}

func (still) Now() time.Time                         { return time.Unix(1780000000, 0).UTC() }
func (still) Quality() ClockQuality                  { return ClockConfirmed }
func (still) Running() time.Duration                 { return 0 }
func (still) After(d time.Duration) <-chan time.Time { return time.After(d) }

// TestAnOlderProgramUsesWhatItMay: after an update that failed, the program
// before it finds a database with one migration more.
func TestAnOlderProgramUsesWhatItMay(t *testing.T) {
	names, err := migrationNames()
	if err != nil {
		t.Fatal(err)
	}
	known := len(names)
	for _, c := range []struct {
		left format
		may  bool
	}{
		{format{known + 1, known}, true},
		{format{known + 3, known - 1}, true},
		{format{known + 1, known + 1}, false},
	} {
		path := filepath.Join(t.TempDir(), "copi.db")
		if made := openOnce(t, path); made.number != known || made.oldest < firstKept {
			t.Errorf("made as %+v", made)
		}
		leave(t, path, c.left)
		db, err := Open(t.Context(), path, Options{Clock: still{}})
		if !c.may {
			if KindOf(err) != Conflict || TroubleOf(err) != Newer {
				t.Errorf("%+v: %v", c.left, err)
			}
			continue
		}
		if err != nil {
			t.Fatalf("%+v: %v", c.left, err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		if found := openOnce(t, path); found != c.left {
			t.Errorf("%+v became %+v", c.left, found)
		}
		if inv, err := Inspect(t.Context(), path); err != nil || inv.Version != c.left.number {
			t.Errorf("%+v: inspected as %d, %v", c.left, inv.Version, err)
		}
	}
}

// openOnce opens the box and tells how its database is laid out.
func openOnce(t *testing.T, path string) format {
	t.Helper()
	db, err := Open(t.Context(), path, Options{Clock: still{}})
	if err != nil {
		t.Fatal(err)
	}
	c, err := db.write.take(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	f, err := c.format(t.Context())
	db.write.give(c)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return f
}

// leave writes the mark a newer program would have left.
func leave(t *testing.T, path string, f format) {
	t.Helper()
	raw, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = raw.Close() }()
	if _, err := raw.ExecContext(context.Background(), fmt.Sprintf("PRAGMA user_version = %d", f.userVersion())); err != nil {
		t.Fatal(err)
	}
}

func TestFormatsAreReadAsWritten(t *testing.T) {
	for _, f := range []format{{1, 1}, {63, 63}, {64, 63}, {900, 63}, {65535, 32767}} {
		if got := formatOf(f.userVersion()); got != f {
			t.Errorf("%+v is read as %+v", f, got)
		}
	}
	if got := formatOf(49); got != (format{49, 49}) {
		t.Errorf("a database from before there were two numbers is %+v", got)
	}
}

func TestAMigrationNamesWhoMayGoOn(t *testing.T) {
	for script, want := range map[string]int{
		"CREATE TABLE a (b) STRICT;":                         0,
		"-- 0070\n\n-- opens from 65\nALTER TABLE a DROP b;": 65,
		"-- opens from 70\n":                                 70,
	} {
		if got, err := opensFrom(script, 70); err != nil || got != want {
			t.Errorf("%q: %d, %v", script, got, err)
		}
	}
	for _, script := range []string{"-- opens from 71", "-- opens from 0", "-- opens from here", "-- opens from "} {
		if _, err := opensFrom(script, 70); err == nil {
			t.Errorf("%q was taken", script)
		}
	}
}

// adds are the statements that leave every older program its tables as they
// were: what it writes still fits.
var adds = regexp.MustCompile(`(?is)^(CREATE (UNIQUE )?INDEX|CREATE (VIRTUAL )?TABLE|INSERT INTO|ALTER TABLE \w+ ADD( COLUMN)? [^;]*$)`)

// addsOnly tells the first statement of a migration that does more than add.
func addsOnly(script string) string {
	for _, statement := range strings.Split(withoutComments(script), ";") {
		statement = strings.TrimSpace(statement)
		if statement == "" {
			continue
		}
		needed := strings.HasPrefix(statement, "ALTER TABLE") && strings.Contains(statement, "NOT NULL") && !strings.Contains(statement, "DEFAULT")
		unique := strings.HasPrefix(statement, "CREATE UNIQUE INDEX")
		if !adds.MatchString(statement) || needed || unique {
			return statement
		}
	}
	return ""
}

func withoutComments(script string) string {
	return regexp.MustCompile(`(?m)--.*$`).ReplaceAllString(script, "")
}

// TestMigrationsLeaveOlderProgramsTheirTables holds for every migration since
// the first that keeps them in mind: one that does more than add says so.
func TestMigrationsLeaveOlderProgramsTheirTables(t *testing.T) {
	names, err := migrationNames()
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range names[firstKept:] {
		script, err := fs.ReadFile(migrations, name)
		if err != nil {
			t.Fatal(err)
		}
		from, err := opensFrom(string(script), firstKept+i+1)
		if err != nil {
			t.Fatal(err)
		}
		if more := addsOnly(string(script)); from == 0 && more != "" {
			t.Errorf("%s changes what older programs use, and has no line %q:\n%s", name, opens, more)
		}
	}
	for script, more := range map[string]bool{
		"CREATE TABLE a (b TEXT NOT NULL) STRICT; -- c; d\nCREATE INDEX i ON a (b);": false,
		"ALTER TABLE a ADD COLUMN c TEXT NOT NULL DEFAULT '';":                       false,
		"ALTER TABLE a ADD COLUMN c TEXT NOT NULL;":                                  true,
		"ALTER TABLE a DROP COLUMN c;":                                               true,
		"CREATE UNIQUE INDEX i ON a (b);":                                            true,
		"CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END;":                    true,
		"UPDATE a SET b = 2;":                                                        true,
	} {
		if found := addsOnly(script); (found != "") != more {
			t.Errorf("%q: %q", script, found)
		}
	}
}
