package agenda_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"copi.local/store"
	"copi.local/store/agenda"
	"copi.local/store/storetest"
)

// before0019 is an event as boxes stored it before it had a status.
const before0019 = `INSERT INTO agenda_events (id, title, description, place, organiser, contact, tags, starts, ends, zone, all_day, winter,
	starts_at, ends_at, audience, cancelled, cancelled_reason, author_id, validated_by, sequence, created_at, updated_at)
	VALUES (?, 'Loto', '', 'Salle', '', '', '', '2026-11-28T20:00', '', 'Europe/Paris', 0, 0,
	1795892400, 1795892400, 1, ?, ?, 'lea', '', 3, 1795000000, 1795000000)`

// TestACancelledEventIsStillCancelledAfterTheUpdate opens a file of the format
// before events had a status.
func TestACancelledEventIsStillCancelledAfterTheUpdate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "copi.db")
	old, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("../migrations/*.sql")
	if err != nil || len(files) < 19 {
		t.Fatal(files, err)
	}
	slices.Sort(files)
	for _, file := range files[:17] {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := old.ExecContext(t.Context(), string(text)); err != nil {
			t.Fatal(file, err)
		}
	}
	for _, e := range [][3]any{{"off", 1, "Neige"}, {"on", 0, ""}} {
		if _, err := old.ExecContext(t.Context(), before0019, e[:]...); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := old.ExecContext(t.Context(), "PRAGMA user_version = 17"); err != nil {
		t.Fatal(err)
	}
	if err := old.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(t.Context(), path, store.Options{Clock: storetest.NewClock()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	off, err1 := got(t, db, lea, "off")
	on, err2 := got(t, db, lea, "on")
	if err1 != nil || err2 != nil || !off.IsCancelled() || off.Reason != "Neige" || on.Status != agenda.Confirmed || off.Draft || off.Sequence != 3 {
		t.Errorf("%+v %v, %+v %v", off, err1, on, err2)
	}
}
