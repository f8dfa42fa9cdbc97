package appliance

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"copi.local/appliance/backup"
	"copi.local/appliance/panel"
	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/neighbour"
	"copi.local/store/timebank"
	"copi.local/ui"
)

// TestAnOlderBackupIsPutBack restores a backup after an account was closed and
// hours were paid: the account stays closed (VP-5), what may be missing of the
// hours is said (TB-11), nobody is signed in, and neighbours are asked before
// anything is published.
func TestAnOlderBackupIsPutBack(t *testing.T) {
	dir := t.TempDir() + "/village"
	village, err := Demo(t.Context(), DemoConfig{Data: dir, Listings: 20, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	var paul string
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(atRest(t, dir, func(tx *store.Tx) error {
		p, err := account.ByLogin(tx, "paul")
		paul = p.ID
		return err
	}))
	file := filepath.Join(t.TempDir(), "village.copibackup")
	must(Backup(t.Context(), BackupConfig{Data: dir, File: file, Version: "test"}, io.Discard))
	counts := countsOf(t, dir)
	sent := new(bytes.Buffer) // as the page sends it
	must(withVault(t.Context(), dir, "test", func(v *vault) error {
		return v.stream(t.Context(), func(string) io.Writer { return sent })
	}))
	scalars, err := scalarsOf("", strings.Join(village.Recovery, " "))
	must(err)
	if a, err := backup.Verify(t.Context(), sent, scalars, t.TempDir()); err != nil || a.Commune == "" {
		t.Errorf("what the page sends: %+v, %v", a, err)
	}

	must(atRest(t, dir, func(tx *store.Tx) error {
		tx.Actor = store.Actor{Role: store.Operator}
		return account.Leave(tx, paul, store.EraseAll)
	}))
	must(Restore(t.Context(), dir, file, "", io.Discard))
	must(atRest(t, dir, func(tx *store.Tx) error {
		tx.Actor = store.Actor{Role: store.Operator}
		if _, err := account.ByLogin(tx, "paul"); store.KindOf(err) != store.NotFound {
			t.Errorf("who left is back: %v", err)
		}
		if gaps, err := timebank.OpenGaps(tx); err != nil || len(gaps) != 1 {
			t.Errorf("gaps of the time bank: %v, %v", gaps, err)
		}
		if r, err := account.RestorationOf(tx); err != nil || r.At.Before(r.MadeAt) || r.MadeAt.IsZero() {
			t.Errorf("restoration %+v, %v", r, err)
		}
		lines, err := account.LogBefore(tx, 0, 1)
		if err != nil || lines[0].Act != account.ActRestored {
			t.Errorf("the public log ends with %v, %v", lines, err)
		}
		return account.VerifyLog(tx)
	}))

	// On a card that holds nothing, with the words and not the box's key (BO-4).
	blank := filepath.Join(t.TempDir(), "blank")
	if err := Restore(t.Context(), blank, file, "", io.Discard); sentenceOf(err) != "err.backup.key" {
		t.Errorf("without words: %v", err)
	}
	must(Restore(t.Context(), blank, file, strings.Join(village.Recovery, " "), io.Discard))
	got := countsOf(t, blank)
	for table, n := range counts {
		if !slices.Contains([]string{"account_logs", "account_sessions", "timebank_gaps", "notify_notices"}, table) && got[table] != n {
			t.Errorf("%s has %d rows, had %d", table, got[table], n)
		}
	}
	a, err := os.ReadFile(filepath.Join(dir, "box.key"))
	must(err)
	if b, err := os.ReadFile(filepath.Join(blank, "box.key")); err != nil || !bytes.Equal(a, b) {
		t.Errorf("the box's key is another: %v", err)
	}
}

// TestADatabasePutBackByHandForgetsNobodyWhoLeft copies an older file over the
// database, as somebody who knows no better may: at the next start who left is
// away again.
func TestADatabasePutBackByHandForgetsNobodyWhoLeft(t *testing.T) {
	dir := t.TempDir() + "/village"
	resident(t, dir)
	db, _, err := openAtRest(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	older := filepath.Join(t.TempDir(), "copi.db")
	if err := db.CopyTo(t.Context(), older); err != nil {
		t.Fatal(err)
	}
	err = db.Update(t.Context(), func(tx *store.Tx) error {
		tx.Actor = store.Actor{Role: store.Operator}
		p, err := account.ByLogin(tx, "paul")
		if err != nil {
			return err
		}
		return account.Leave(tx, p.ID, store.KeepUnnamed)
	})
	if err == nil {
		err = keepErasures(t.Context(), db, dir)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(older)
	if err == nil {
		err = os.WriteFile(database(dir), text, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	startProcess(t, dir, "").kill()
	err = atRest(t, dir, func(tx *store.Tx) error {
		_, err := account.ByLogin(tx, "paul")
		return err
	})
	if store.KindOf(err) != store.NotFound {
		t.Errorf("who left is back: %v", err)
	}
}

// TestARestoredBoxAsksBeforeItPublishes has a name among boxes, as one that has
// run has.
func TestARestoredBoxAsksBeforeItPublishes(t *testing.T) {
	dir := t.TempDir() + "/village"
	resident(t, dir)
	err := atRest(t, dir, func(tx *store.Tx) error {
		if _, err := neighbour.OwnLog(tx); err == nil {
			return fmt.Errorf("a box that never ran has a log")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	cfg := Config{Data: dir, HTTP: "127.0.0.1:0", Peer: "127.0.0.1:0", GPIO: "none", Out: io.Discard, Err: io.Discard}
	serveUntilNamed(t, cfg)
	file := filepath.Join(t.TempDir(), "village.copibackup")
	if err := Backup(t.Context(), BackupConfig{Data: dir, File: file}, io.Discard); err != nil {
		t.Fatal(err)
	}
	if err := Restore(t.Context(), dir, file, "", io.Discard); err != nil {
		t.Fatal(err)
	}
	err = atRest(t, dir, func(tx *store.Tx) error {
		p, err := neighbour.PublisherOf(tx)
		if err == nil && p.Doubt != neighbour.Older {
			err = fmt.Errorf("doubt %q", p.Doubt)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func countsOf(t *testing.T, dir string) map[string]int64 {
	t.Helper()
	db, _, err := openAtRest(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	copied := filepath.Join(t.TempDir(), "copy.db")
	if err := db.CopyTo(t.Context(), copied); err != nil {
		t.Fatal(err)
	}
	inv, err := store.Inspect(t.Context(), copied)
	if err != nil {
		t.Fatal(err)
	}
	return inv.Tables
}

func sentenceOf(err error) string {
	if e, ok := errors.AsType[*store.Error](err); ok {
		return e.Key
	}
	return fmt.Sprint(err)
}

// serveUntilNamed runs a box until it has its name among boxes.
func serveUntilNamed(t *testing.T, cfg Config) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- Serve(ctx, cfg) }()
	for begun := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		named := atRest(t, cfg.Data, func(tx *store.Tx) error {
			_, err := neighbour.OwnLog(tx)
			return err
		})
		if named == nil {
			break
		}
		if time.Since(begun) > 2*time.Minute {
			t.Fatal(named)
		}
	}
	stop()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
}

func TestWhenABackupIsDue(t *testing.T) {
	good := time.Date(2026, 3, 10, 3, 0, 0, 0, time.UTC)
	for when, want := range map[string]bool{
		"2026-03-10T04:00:00Z": false, "2026-03-10T23:59:00Z": false, "2026-03-11T01:59:00Z": false, "2026-03-11T02:00:00Z": true,
		"2026-03-11T04:59:00Z": true, "2026-03-11T14:00:00Z": false, "2026-03-11T15:00:00Z": true, "2026-03-09T12:00:00Z": true,
	} {
		now, err := time.Parse(time.RFC3339, when)
		if err != nil {
			t.Fatal(err)
		}
		if got := backupDue(now, good); got != want {
			t.Errorf("due at %s: %v", when, got)
		}
	}
}

// TestTheStatusPageSaysHowBackupsWent looks at a village at rest, and at what
// the LED makes of it.
func TestTheStatusPageSaysHowBackupsWent(t *testing.T) {
	dir := t.TempDir() + "/village"
	resident(t, dir)
	check := func(age time.Duration) (c ui.Check) {
		t.Helper()
		err := withVault(t.Context(), dir, "", func(v *vault) error {
			h := &health{db: v.db, clock: later{v.clock, age}, dir: dir}
			c = h.backups(t.Context())
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	lit := func(c ui.Check) bool { return conditions([]ui.Check{c})&panel.NoBackup != 0 }
	if c := check(0); c.Key != "health.backup.none" || c.Status != ui.Fine {
		t.Errorf("a new box: %+v", c)
	}
	if c := check(31 * 24 * time.Hour); c.Key != backupOld || !lit(c) {
		t.Errorf("a month without any: %+v", c)
	}
	err := withVault(t.Context(), dir, "", func(v *vault) error {
		name, err := v.toCard(t.Context())
		if err != nil || !strings.HasPrefix(name, "copi-saint-aubrac-sur-lere-") {
			t.Errorf("on the card: %s, %v", name, err)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if c := check(24 * time.Hour); c.Key != "health.backup.ok" || lit(c) {
		t.Errorf("a good one: %+v", c)
	}
	err = withVault(t.Context(), dir, "", func(v *vault) error {
		return v.remember(func(s *backupState) { s.FailedAt, s.Fault = v.clock.Now(), "full" })
	})
	if err != nil {
		t.Fatal(err)
	}
	if c := check(0); c.Key != "health.backup.failed" || c.Status != ui.Notice || lit(c) {
		t.Errorf("a night that failed: %+v", c)
	}
	if c := check(31 * 24 * time.Hour); c.Key != backupOld || !lit(c) {
		t.Errorf("a month of them: %+v", c)
	}
}

// later is a clock that is ahead.
type later struct {
	store.Clock
	by time.Duration
}

func (c later) Now() time.Time { return c.Clock.Now().Add(c.by) }
