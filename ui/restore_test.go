package ui

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/storetest"
)

// fakeRestorer goes as a test wants.
type fakeRestorer struct {
	state  Restore
	fault  error // of every step
	asides []Aside
	note   RestoreNote
	got    string // the last step, and what came with it
}

func (f *fakeRestorer) State() Restore                        { return f.state }
func (f *fakeRestorer) Kept() ([]BackupFile, error)           { return nil, nil }
func (f *fakeRestorer) Last() (RestoreNote, error)            { return f.note, nil }
func (f *fakeRestorer) Asides() ([]Aside, error)              { return f.asides, nil }
func (f *fakeRestorer) Drop(id string) error                  { return f.step("drop " + id) }
func (f *fakeRestorer) DropAside(name string) error           { return f.step("aside " + name) }
func (f *fakeRestorer) Go(_ context.Context, id string) error { return f.step("go " + id) }

func (f *fakeRestorer) Choose(_ context.Context, name string) error { return f.step("choose " + name) }

func (f *fakeRestorer) Open(_ context.Context, id, words string) error {
	return f.step("open " + id + " " + words)
}

func (f *fakeRestorer) Receive(_ context.Context, file io.Reader, _ int64) error {
	b, err := io.ReadAll(file)
	return errors.Join(err, f.step("receive "+string(b)))
}

func (f *fakeRestorer) step(what string) error {
	f.got = what
	return f.fault
}

func init() {
	samples["GET "+restorePath], samples["POST "+restorePath] = at(restorePath), at(restorePath)
	samples["POST "+restorePath+"/fichier"] = at(restorePath + "/fichier")
	samples["POST "+asidesPath] = at(asidesPath)
	samples["GET "+setupRestorePath], samples["POST "+setupRestorePath] = newBoxAt(setupRestorePath), newBoxAt(setupRestorePath)
	samples["POST "+setupRestorePath+"/fichier"] = newBoxAt(setupRestorePath + "/fichier")
}

func init() {
	inSafe := func(path string) sample {
		return sample{path: func(b *box) string {
			b.opt.Safe, b.opt.Presence, b.opt.Restorer = &Safe{Trouble: "damaged"}, &fakePresence{}, &fakeRestorer{}
			return path
		}}
	}
	samples["GET "+safePath], samples["POST "+safePath] = inSafe(safePath), inSafe(safePath)
	samples["GET "+safeRestorePath], samples["POST "+safeRestorePath] = inSafe(safeRestorePath), inSafe(safeRestorePath)
	samples["POST "+safeRestorePath+"/fichier"] = inSafe(safeRestorePath + "/fichier")
	withCopy := func(path string) sample {
		return sample{path: func(b *box) string {
			b.opt.Safe, b.opt.Presence = &Safe{Trouble: "storage", CopyAt: b.clock.Now()}, &fakePresence{}
			b.opt.Backups, b.opt.Stick = &fakeBackups{}, &fakeStick{}
			return path
		}}
	}
	samples["POST "+safePath+"/cle"], samples["POST "+safePath+"/telecharger"] = withCopy(safePath+"/cle"), withCopy(safePath+"/telecharger")
}

func withRestorer(f *fakeRestorer) func(*Options) {
	return func(o *Options) { o.Restorer, o.Backups = f, &fakeBackups{} }
}

// bringBackup posts a file to the page.
func (b *box) bringBackup(file string) *httptest.ResponseRecorder {
	b.t.Helper()
	body := "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.copibackup\"\r\n\r\n" + file
	return b.askBody(restorePath+"/fichier", body, func(r *http.Request) {
		r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
		r.AddCookie(&http.Cookie{Name: sessionCookie, Value: "operator"})
	})
}

func TestAFileThatCannotBeTakenIsSaidSo(t *testing.T) {
	f := &fakeRestorer{}
	b := newBox(t, withRestorer(f))
	if w := b.bringBackup("sealed\r\n--x--\r\n"); w.Code != http.StatusSeeOther || f.got != "receive sealed" {
		t.Errorf("%d, %q", w.Code, f.got)
	}
	if w := b.bringBackup("sea"); w.Code != http.StatusUnprocessableEntity || !strings.Contains(plainText(w.Body.String()), "n'est pas arrivé en entier") {
		t.Errorf("half a file: %d\n%s", w.Code, w.Body)
	}
	f.fault = store.E(store.Busy, "err.backup.space", "need", 4000, "free", 12)
	if w := b.bringBackup("sealed\r\n--x--\r\n"); w.Code != http.StatusServiceUnavailable || !strings.Contains(plainText(w.Body.String()), "il faut 4000 Mo, il reste 12 Mo") && !strings.Contains(plainText(w.Body.String()), "il faut 4 000 Mo, il reste 12 Mo") {
		t.Errorf("no room: %d\n%s", w.Code, w.Body)
	}
}

func TestEachStageOfARestoreHasItsPage(t *testing.T) {
	f := &fakeRestorer{}
	b := newBox(t, withRestorer(f))
	for stage, want := range map[string]string{
		RestoreNone: "Envoyer le fichier", RestoreComes: "Un fichier arrive", RestoreAsks: "Ouvrir la sauvegarde",
		RestoreReads: "lit la sauvegarde : 50 %", RestoreStops: "enlève ce qu'elle avait lu", RestoreReady: "Remettre la boîte à cet état", RestoreGoes: "La boîte revient",
	} {
		f.state = Restore{ID: "r1", Stage: stage, Read: 5, Size: 10, Backup: BackupHolds{Commune: "Saint-Éloi", MadeAt: b.clock.Now()}}
		w := b.ask(GET, restorePath, "operator", nil)
		if !strings.Contains(plainText(w.Body.String()), want) {
			t.Errorf("%q: no %q\n%s", stage, want, w.Body)
		}
		waits := stage == RestoreComes || stage == RestoreReads || stage == RestoreStops || stage == RestoreGoes
		if (w.Header().Get("Refresh") != "") != waits {
			t.Errorf("%q comes again: %q", stage, w.Header().Get("Refresh"))
		}
	}
	f.state = Restore{Fault: errors.New("the card is gone")}
	if page := plainText(b.ask(GET, restorePath, "operator", nil).Body.String()); !strings.Contains(page, "Rien n'a été changé") || strings.Contains(page, "card is gone") {
		t.Errorf("a fault of ours\n%s", page)
	}
}

func TestTheWordsOfASheetAreNotRepeated(t *testing.T) {
	f := &fakeRestorer{state: Restore{ID: "r1", Stage: RestoreAsks}, fault: store.E(store.Invalid, "err.backup.key").At("words")}
	b := newBox(t, withRestorer(f))
	w := b.ask(POST, restorePath, "operator", url.Values{"do": {"open"}, "id": {"r1"}, "words": {"abaisser agréable"}})
	if w.Code != http.StatusUnprocessableEntity || strings.Contains(w.Body.String(), "agréable") || strings.Contains(b.log.String(), "abaisser") {
		t.Errorf("%d\n%s\n%s", w.Code, w.Body, b.log)
	}
	if f.got != "open r1 abaisser agréable" {
		t.Errorf("it got %q", f.got)
	}
}

// TestNothingIsPutBackWithoutThePassphrase: the session alone is not enough, for
// the change nor for the data aside.
func TestNothingIsPutBackWithoutThePassphrase(t *testing.T) {
	f := &fakeRestorer{state: Restore{ID: "r1", Stage: RestoreReady}, asides: []Aside{{Name: "old-2026-01-01", Bytes: 5e6}}}
	b := newBox(t, withRestorer(f))
	for path, form := range map[string]url.Values{
		restorePath: {"do": {"go"}, "id": {"r1"}, "current": {"pas la bonne"}},
		asidesPath:  {"aside": {"old-2026-01-01"}, "current": {"pas la bonne"}},
	} {
		if w := b.ask(POST, path, "operator", form); w.Code < 400 || f.got != "" {
			t.Errorf("%s: %d, %q", path, w.Code, f.got)
		}
	}
}

func TestWhatIsLeftOfARestoreIsToldTheOperator(t *testing.T) {
	f := &fakeRestorer{note: RestoreNote{Missing: 3, Erased: 2}}
	b := newBox(t, withRestorer(f))
	b.founded()
	if page := plainText(b.french(restorePath, "operator")); strings.Contains(page, "Depuis la dernière") {
		t.Errorf("a box that never was\n%s", page)
	}
	storetest.Update(t, b.db, store.Actor{}, func(tx *store.Tx) error { return account.Restored(tx, tx.Now.Add(-48*time.Hour)) })
	page := plainText(b.french(restorePath, "operator"))
	for _, want := range []string{"3 photos manquent", "2 comptes fermés après la sauvegarde"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q\n%s", want, page)
		}
	}
	if page := plainText(b.french("/admin", "operator")); !strings.Contains(page, "voyez ce qui peut manquer") {
		t.Errorf("the operator is not told\n%s", page)
	}
	b.clock.Add(restoredFor)
	f.asides = []Aside{{Name: "old-2026-01-01", Day: b.clock.Now().Add(-asideLong), Bytes: 5e6}, {Name: "old-2026-01-02", Day: b.clock.Now()}}
	if page := plainText(b.french("/admin", "operator")); strings.Contains(page, "voyez ce qui peut manquer") || strings.Count(page, "sont encore de côté") != 1 {
		t.Errorf("two weeks later\n%s", page)
	}
}

// TestThePageThatWaitsNeedsNothing asks it once the database is closed.
func TestThePageThatWaitsNeedsNothing(t *testing.T) {
	b := newBox(t)
	h := b.Waiting()
	if err := b.db.Close(); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]struct{ refresh, says string }{
		"/agenda": {"4", "La boîte revient"}, restorePath: {"4; url=/", "La boîte revient"}, "/agenda?lang=en": {"4", "The box is coming back"},
	} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), GET, path, nil))
		if w.Code != http.StatusServiceUnavailable || w.Header().Get("Refresh") != want.refresh || !strings.Contains(plainText(w.Body.String()), want.says) {
			t.Errorf("%s: %d, %v\n%s", path, w.Code, w.Header(), w.Body)
		}
		if w.Header().Get("Content-Security-Policy") == "" || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %v", path, w.Header())
		}
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), GET, b.assets.names["copi.css"], nil))
	if w.Code != http.StatusOK || w.Body.Len() == 0 {
		t.Errorf("the style: %d", w.Code)
	}
	w = httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), POST, "/agenda/nouveau", nil))
	if w.Header().Get("Refresh") != "4; url=/" {
		t.Errorf("after a form it comes again at %q", w.Header().Get("Refresh"))
	}
}
