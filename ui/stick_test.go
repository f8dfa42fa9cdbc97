package ui

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"copi.local/store"
)

// fakeStick is a stick that is as a test wants.
type fakeStick struct {
	state StickState
	fault error
	got   string
}

func (f *fakeStick) State() StickState { return f.state }

func (f *fakeStick) Copy(id string, other bool) error {
	if f.got = "copy " + id; other {
		f.got += " although"
	}
	return f.fault
}

func (f *fakeStick) Restore(_ context.Context, id, path string) error {
	f.got = "restore " + id + " " + path
	return f.fault
}

func (f *fakeStick) Update(_ context.Context, id, path string) error {
	f.got = "update " + id + " " + path
	return f.fault
}

func init() {
	samples["POST "+backupsPath+"/cle"] = sample{path: func(b *box) string {
		b.opt.Stick = &fakeStick{}
		return backupsPath + "/cle"
	}}
}

func withStick(f *fakeStick) func(*Options) {
	return func(o *Options) { o.Restorer, o.Backups, o.Stick = &fakeRestorer{}, &fakeBackups{}, f }
}

// TestThePageTellsWhatStickIsIn in each of its states.
func TestThePageTellsWhatStickIsIn(t *testing.T) {
	f := &fakeStick{}
	b := newBox(t, withStick(f))
	now := b.clock.Now()
	own := StickFile{Path: "COPI/copi-x-2026-01-01-1.copibackup", Commune: "x", Day: now, Bytes: 5e6, Own: true}
	for _, c := range []struct {
		name  string
		state StickState
		want  []string
		may   bool
		again bool // the page comes again by itself
	}{
		{"none", StickState{}, []string{"Aucune clé USB n'est branchée"}, false, false},
		{"a good one", StickState{ID: "a", Name: "VILLAGE", Kind: "exfat", Size: 8e9, Free: 4e9, Files: []StickFile{own}}, []string{"VILLAGE (exFAT", "dont", "De cette boîte"}, true, false},
		{"of another box", StickState{ID: "a", Size: 8e9, Free: 4e9, Files: []StickFile{{Commune: "gramat", Day: now}}}, []string{"Clé sans nom", "D'une autre boîte (gramat)", "peut servir aussi"}, true, false},
		{"NTFS", StickState{ID: "a", Kind: "ntfs", Size: 8e9, Fault: store.E(store.Invalid, "err.backup.ntfs")}, []string{"format NTFS"}, false, false},
		{"at work", StickState{ID: "a", Free: 1, Copies: true}, []string{"Ne retirez pas la clé"}, false, true},
		{"full", StickState{ID: "a", Free: 1e6, Fault: store.E(store.Busy, "err.backup.full")}, []string{"La place a manqué"}, true, false},
		{"pulled out", StickState{Fault: store.E(store.Conflict, "err.stick.removed")}, []string{"retirée trop tôt", "Aucune clé USB n'est branchée"}, false, false},
		{"our own fault", StickState{ID: "a", Fault: errors.New("input/output error")}, []string{"La clé USB ne se lit pas"}, false, false},
		{"done", StickState{ID: "a", Free: 1e9, DoneAt: now, Parcel: &StickParcels{Made: true, Taken: 1, Changes: 3, Waiting: []string{"Gramat"}, Fault: errors.New("x")}}, []string{
			"Vous pouvez retirer la clé", "Le colis pour les boîtes voisines est sur la clé", "1 colis d'une boîte reliée a été repris (3 fiches)", "attend que quelqu'un le regarde", "Une partie de l'échange",
		}, true, false},
	} {
		f.state = c.state
		w := b.ask(GET, backupsPath, "operator", nil)
		page := plainText(w.Body.String())
		for _, want := range c.want {
			if !strings.Contains(page, want) {
				t.Errorf("%s: no %q\n%s", c.name, want, page)
			}
		}
		if may := strings.Contains(page, "Copier maintenant sur la clé"); may != c.may {
			t.Errorf("%s: a copy can be begun: %t", c.name, may)
		}
		if again := w.Header().Get("Refresh") != ""; again != c.again {
			t.Errorf("%s: comes again: %t", c.name, again)
		}
	}
}

func TestAnOperatorCopiesToTheStick(t *testing.T) {
	f := &fakeStick{state: StickState{ID: "a", Free: 1e9}}
	b := newBox(t, withStick(f))
	if w := b.ask(POST, backupsPath+"/cle", "operator", url.Values{"stick": {"a"}}); w.Code != http.StatusSeeOther || f.got != "copy a" {
		t.Errorf("%d, %q", w.Code, f.got)
	}
	f.state.Files, f.got = []StickFile{{Commune: "gramat"}}, ""
	if w := b.ask(POST, backupsPath+"/cle", "operator", url.Values{"stick": {"a"}}); w.Code != http.StatusUnprocessableEntity || f.got != "" || !strings.Contains(plainText(w.Body.String()), "Rien n'y a été écrit") {
		t.Errorf("another box's stick: %d, %q", w.Code, f.got)
	}
	if w := b.ask(POST, backupsPath+"/cle", "operator", url.Values{"stick": {"a"}, "other": {"1"}}); w.Code != http.StatusSeeOther || f.got != "copy a although" {
		t.Errorf("… although: %d, %q", w.Code, f.got)
	}
	f.fault = store.E(store.Conflict, "err.stick.changed")
	if w := b.ask(POST, backupsPath+"/cle", "operator", url.Values{"stick": {"b"}, "other": {"1"}}); w.Code != http.StatusUnprocessableEntity || !strings.Contains(plainText(w.Body.String()), "plus la même clé") {
		t.Errorf("another stick: %d\n%s", w.Code, w.Body)
	}
}

// TestABackupOnTheStickIsOffered to an operator and on a new card.
func TestABackupOnTheStickIsOffered(t *testing.T) {
	f := &fakeStick{state: StickState{ID: "a", Free: 1e9, Files: []StickFile{{Path: "COPI/copi-x-2026-01-01-1.copibackup", Commune: "x", Own: true}}}}
	b := newBox(t, withStick(f))
	page := plainText(b.french(restorePath, "operator"))
	if !strings.Contains(page, "Depuis la clé USB") || !strings.Contains(page, `value="COPI/copi-x-2026-01-01-1.copibackup"`) {
		t.Errorf("no backup\n%s", page)
	}
	if w := b.ask(POST, restorePath, "operator", url.Values{"do": {"stick"}, "stick": {"a"}, "backup": {"COPI/x"}}); w.Code != http.StatusSeeOther || f.got != "restore a COPI/x" {
		t.Errorf("%d, %q", w.Code, f.got)
	}
	f.state.Copies = true
	if page := plainText(b.french(restorePath, "operator")); strings.Contains(page, "Depuis la clé USB") {
		t.Error("offered while it is written to")
	}
}
