package ui

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"copi.local/store"
)

// fakeUpdater goes as a test wants.
type fakeUpdater struct {
	state Update
	last  UpdateTrial
	fault error  // of every step
	got   string // the last step, and what came with it
}

func (f *fakeUpdater) State() Update                         { return f.state }
func (f *fakeUpdater) Last() (UpdateTrial, error)            { return f.last, nil }
func (f *fakeUpdater) Go(_ context.Context, id string) error { return f.step("go " + id) }
func (f *fakeUpdater) Drop(id string) error                  { return f.step("drop " + id) }
func (f *fakeUpdater) Return(context.Context) error          { return f.step("return") }

func (f *fakeUpdater) Receive(_ context.Context, file io.Reader) error {
	b, err := io.ReadAll(file)
	return errors.Join(err, f.step("receive "+string(b)))
}

func (f *fakeUpdater) step(what string) error {
	f.got = what
	return f.fault
}

func init() {
	on := func(path string) sample {
		return sample{path: func(b *box) string {
			b.opt.Updater = &fakeUpdater{}
			return path
		}}
	}
	samples["GET "+updatePath], samples["POST "+updatePath] = on(updatePath), on(updatePath)
	samples["POST "+updatePath+"/fichier"] = on(updatePath + "/fichier")
}

func withUpdater(f *fakeUpdater) func(*Options) {
	return func(o *Options) { o.Updater, o.Version = f, "1.3.0" }
}

func TestEachStageOfAnUpdateHasItsPage(t *testing.T) {
	f := &fakeUpdater{}
	b := newBox(t, withUpdater(f))
	for stage, want := range map[string]string{
		UpdateNone: "Envoyer le fichier", UpdateComes: "arrive : 50 %", UpdateReady: "Passer à la version 1.4.0", UpdateGoes: "La boîte revient",
	} {
		f.state = Update{ID: "u1", Stage: stage, Written: 5, Size: 10, Version: "1.4.0", Built: b.clock.Now(), Notes: func(string) string { return "Les salles\nse louent à l’heure." }}
		w := b.ask(GET, updatePath, "operator", nil)
		if !strings.Contains(plainText(w.Body.String()), want) {
			t.Errorf("%q: no %q\n%s", stage, want, w.Body)
		}
		if waits := stage == UpdateComes || stage == UpdateGoes; (w.Header().Get("Refresh") != "") != waits {
			t.Errorf("%q comes again: %q", stage, w.Header().Get("Refresh"))
		}
	}
}

// TestHowAnUpdateWentIsTold on its page, and to the operator where there is
// something to know.
func TestHowAnUpdateWentIsTold(t *testing.T) {
	f := &fakeUpdater{}
	b := newBox(t, withUpdater(f))
	for _, c := range []struct {
		last              UpdateTrial
		page, admin, away string
	}{
		{UpdateTrial{Version: "1.3.0", From: "1.2.0"}, "1.3.0 est à l'essai", "1.3.0 est à l'essai", "Envoyer le fichier"},
		{UpdateTrial{Version: "1.3.0", From: "1.2.0", Ended: true, At: b.clock.Now()}, "Revenir à la version 1.2.0", "1.3.0 est adoptée", "à l'essai"},
		{UpdateTrial{Version: "1.3.0", Ended: true, At: b.clock.Now()}, "est adoptée", "est adoptée", "Revenir à"},
		{UpdateTrial{Version: "1.4.0", From: "1.3.0", Ended: true, Back: true, Why: "silent"}, "revenue à la version 1.3.0. Ses pages n'ont pas répondu", "n'a pas tenu", "Revenir à la"},
	} {
		f.last = c.last
		page := plainText(b.french(updatePath, "operator"))
		if !strings.Contains(page, c.page) || strings.Contains(page, c.away) {
			t.Errorf("%+v: no %q or %q\n%s", c.last, c.page, c.away, page)
		}
		if admin := plainText(b.french("/admin", "operator")); !strings.Contains(admin, c.admin) {
			t.Errorf("%+v: no %q\n%s", c.last, c.admin, admin)
		}
	}
	f.last = UpdateTrial{Version: "1.3.0", Ended: true, At: b.clock.Now().Add(-8 * 24 * time.Hour)}
	if admin := plainText(b.french("/admin", "operator")); strings.Contains(admin, "adoptée") {
		t.Errorf("told for ever\n%s", admin)
	}
}

// TestABoxDoesNotChangeVersionsWithoutThePassphrase: the session alone is not
// enough; giving up needs none.
func TestABoxDoesNotChangeVersionsWithoutThePassphrase(t *testing.T) {
	f := &fakeUpdater{state: Update{ID: "u1", Stage: UpdateReady}}
	b := newBox(t, withUpdater(f))
	for _, do := range []string{"go", "return"} {
		if w := b.ask(POST, updatePath, "operator", url.Values{"do": {do}, "id": {"u1"}, "current": {"pas la bonne"}}); w.Code < 400 || f.got != "" {
			t.Errorf("%s: %d, %q", do, w.Code, f.got)
		}
	}
	if w := b.ask(POST, updatePath, "operator", url.Values{"do": {"drop"}, "id": {"u1"}}); w.Code != http.StatusSeeOther || f.got != "drop u1" {
		t.Errorf("drop: %d, %q", w.Code, f.got)
	}
}

func TestAnUpdateThatIsNotTakenIsSaidSo(t *testing.T) {
	f := &fakeUpdater{}
	b := newBox(t, withUpdater(f))
	send := func(file string) (int, string) {
		body := "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.copiupdate\"\r\n\r\n" + file
		w := b.askBody(updatePath+"/fichier", body, func(r *http.Request) {
			r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
			r.AddCookie(&http.Cookie{Name: sessionCookie, Value: "operator"})
		})
		return w.Code, plainText(w.Body.String())
	}
	if code, _ := send("signed\r\n--x--\r\n"); code != http.StatusSeeOther || f.got != "receive signed" {
		t.Errorf("%d, %q", code, f.got)
	}
	if code, page := send("sig"); code != http.StatusUnprocessableEntity || !strings.Contains(page, "n'est pas arrivé en entier") {
		t.Errorf("half a file: %d\n%s", code, page)
	}
	f.fault = store.E(store.Conflict, "err.update.older", "version", "1.1.0", "ours", "1.3.0").At("file")
	if code, page := send("old\r\n--x--\r\n"); code != http.StatusUnprocessableEntity || !strings.Contains(page, "La version 1.1.0 est plus ancienne que celle de la boîte (1.3.0)") {
		t.Errorf("an older one: %d\n%s", code, page)
	}
}

func TestABoxThatIsUpdatedOtherwiseSaysSo(t *testing.T) {
	b := newBox(t)
	if page := plainText(b.french(updatePath, "operator")); !strings.Contains(page, "copi install") || strings.Contains(page, "Envoyer le fichier") {
		t.Errorf("no way is told\n%s", page)
	}
}

func TestAnUpdateOnTheStickIsOffered(t *testing.T) {
	f, stick := &fakeUpdater{}, &fakeStick{state: StickState{ID: "s1", Free: 1e9, Updates: []string{"COPI/copi-1.4.0.copiupdate"}}}
	b := newBox(t, withUpdater(f), func(o *Options) { o.Stick = stick })
	if page := plainText(b.french(updatePath, "operator")); !strings.Contains(page, "Prendre cette mise à jour") || !strings.Contains(page, "copi-1.4.0.copiupdate") {
		t.Errorf("not offered\n%s", page)
	}
	form := url.Values{"do": {"stick"}, "stick": {"s1"}, "update": {"COPI/copi-1.4.0.copiupdate"}}
	if w := b.ask(POST, updatePath, "operator", form); w.Code != http.StatusSeeOther || stick.got != "update s1 COPI/copi-1.4.0.copiupdate" {
		t.Errorf("%d, %q", w.Code, stick.got)
	}
	stick.fault = store.E(store.Invalid, "err.update.signature").At("file")
	if w := b.ask(POST, updatePath, "operator", form); w.Code != http.StatusUnprocessableEntity || !strings.Contains(plainText(w.Body.String()), "pas signée") {
		t.Errorf("a stranger's: %d\n%s", w.Code, w.Body)
	}
	stick.state.Updates = nil
	if page := plainText(b.french(updatePath, "operator")); strings.Contains(page, "Prendre cette mise") {
		t.Errorf("offered without a file\n%s", page)
	}
}
