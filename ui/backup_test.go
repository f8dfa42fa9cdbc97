package ui

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/storetest"
)

// fakeBackups are backups that go as a test wants.
type fakeBackups struct {
	state BackupState
	fault error
	made  int
}

func (b *fakeBackups) State() (BackupState, error) { return b.state, nil }

func (b *fakeBackups) Make(context.Context) (string, error) {
	if b.fault == nil {
		b.made++
	}
	return "copi-x-2026-01-01-1.copibackup", b.fault
}

func (b *fakeBackups) Send(_ context.Context, begin func(string) io.Writer) error {
	if b.fault != nil {
		return b.fault
	}
	if _, err := io.WriteString(begin("copi-x-2026-01-01-1.copibackup"), "sealed"); err != nil {
		return err
	}
	return nil
}

func init() {
	samples["GET "+backupsPath] = at(backupsPath)
	samples["POST "+backupsPath] = at(backupsPath)
	samples["POST "+backupsPath+"/telecharger"] = sample{path: at(backupsPath + "/telecharger").path, form: url.Values{"current": {"faux"}}}
	samples["POST "+backupsPath+"/feuille"] = sample{path: at(backupsPath + "/feuille").path, form: url.Values{"words": {"abandon"}}}
}

// founded makes the box one that is of a commune.
func (b *box) founded() {
	storetest.Update(b.t, b.db, store.Actor{}, func(tx *store.Tx) error {
		_, err := tx.Exec(`INSERT INTO account_boxes (id, card_id) VALUES (1, 'card') ON CONFLICT DO NOTHING`)
		return err
	})
}

// sheet makes a recovery sheet whose keys the box does not keep yet, and gives
// its words.
func (b *box) sheet() string {
	seed := account.NewSeed()
	b.founded()
	storetest.Update(b.t, b.db, store.Actor{}, func(tx *store.Tx) error {
		_, err := tx.Exec(`UPDATE account_boxes SET recovery_hash = ?, seal_key = NULL, backup_key = NULL`, seed.RecoveryHash())
		return err
	})
	return strings.Join(seed.Words(), " ")
}

func TestAnOperatorMakesABackupAndTakesOneAway(t *testing.T) {
	v := &fakeBackups{}
	b := newBox(t, func(o *Options) { o.Backups = v })
	words := b.sheet()
	if page := b.french(backupsPath, "operator"); !strings.Contains(page, "Aucune sauvegarde n’a encore été faite.") || strings.Contains(page, "/telecharger") {
		t.Errorf("without the sheet's key\n%s", page)
	}
	if w := b.ask(POST, backupsPath+"/feuille", "operator", url.Values{"words": {words + "x"}}); w.Code != http.StatusUnprocessableEntity || strings.Contains(w.Body.String(), words) {
		t.Errorf("wrong words: %d\n%s", w.Code, w.Body)
	}
	if w := b.ask(POST, backupsPath+"/feuille", "operator", url.Values{"words": {words}}); w.Code != http.StatusSeeOther {
		t.Fatalf("the words: %d\n%s", w.Code, w.Body)
	}
	if page := b.french(backupsPath, "operator"); !strings.Contains(page, "/telecharger") {
		t.Errorf("with the sheet's key\n%s", page)
	}
	if w := b.ask(POST, backupsPath, "operator", url.Values{}); w.Code != http.StatusSeeOther || v.made != 1 {
		t.Errorf("make: %d, %d made", w.Code, v.made)
	}
	v.fault = store.E(store.Busy, "err.backup.busy")
	if w := b.ask(POST, backupsPath, "operator", url.Values{}); w.Code < 400 || !strings.Contains(plainSpaces(w.Body.String()), "Une sauvegarde est déjà en cours.") {
		t.Errorf("a second one: %d\n%s", w.Code, w.Body)
	}
	v.fault = nil
	if w := b.ask(POST, backupsPath+"/telecharger", "operator", url.Values{"current": {"pas la bonne"}}); w.Code != http.StatusUnprocessableEntity || strings.Contains(w.Body.String(), "sealed") {
		t.Errorf("without the passphrase: %d\n%s", w.Code, w.Body)
	}
}

func TestTheOperatorIsToldHowBackupsWent(t *testing.T) {
	v := &fakeBackups{}
	b := newBox(t, func(o *Options) { o.Backups = v })
	now := b.clock.Now()
	for want, state := range map[string]BackupState{
		"Aucune sauvegarde n’a encore été faite.":            {},
		"La sauvegarde de la nuit a échoué.":                 {GoodAt: now.AddDate(0, 0, -2), FailedAt: now},
		"Aucune sauvegarde n’est encore sortie de la boîte.": {GoodAt: now},
		"Dernière sauvegarde sortie de la boîte":             {GoodAt: now, OutAt: now.AddDate(0, 0, -40)},
		"Dernière sauvegarde : il y a 2 jours.":              {GoodAt: now.AddDate(0, 0, -2), OutAt: now.AddDate(0, 0, -2)},
	} {
		v.state = state
		if page := plainSpaces(b.french("/admin", "operator")); !strings.Contains(page, want) {
			t.Errorf("%+v: no %q\n%s", state, want, page)
		}
	}
}

func TestTheHomePageSaysThatTheBoxWasRestored(t *testing.T) {
	b := newBox(t)
	const said = "La boîte a été restaurée le"
	if strings.Contains(plainSpaces(b.french("/", "")), said) {
		t.Fatal("a box that never was says so")
	}
	b.founded()
	storetest.Update(t, b.db, store.Actor{}, func(tx *store.Tx) error { return account.Restored(tx, tx.Now.Add(-48*time.Hour)) })
	if page := plainSpaces(b.french("/", "")); !strings.Contains(page, said) {
		t.Errorf("nothing is said\n%s", page)
	}
	b.clock.Add(restoredFor + time.Hour)
	if strings.Contains(plainSpaces(b.french("/", "")), said) {
		t.Error("it is said for ever")
	}
}
