package appliance

import (
	"bytes"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"copi.local/appliance/demo"
	"copi.local/store"
)

// lost is a box whose machine claims a time before the program was built, as a
// Pi without battery does.
func lost(t *testing.T, dir string, built time.Time) *box {
	t.Helper()
	ctx := t.Context()
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b, err := assemble(ctx, Config{
		Data: dir, HTTP: "127.0.0.1:0", Hostname: "copi", GPIO: "none", Built: built, Out: new(bytes.Buffer), Err: new(bytes.Buffer),
	}, listener, func() {})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = listener.Close()
		_ = b.db.Close()
	})
	return b
}

// TestBO3_ABoxWithoutATime: it says so, an operator's phone set to another year
// is asked about, and what was confirmed outlives a power cut.
func TestBO3_ABoxWithoutATime(t *testing.T) {
	dir, built := t.TempDir(), time.Now().Add(100*24*time.Hour).Truncate(time.Second)
	village, err := Demo(t.Context(), DemoConfig{Data: dir, Listings: 5, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	b := lost(t, dir, built)
	if b.clock.Quality().Sure() || !strings.Contains(b.read(t, "/etat", ""), "pas sûre") {
		t.Fatal("the box does not say that it is unsure of the time")
	}
	cookie := b.signIn(t, village)
	told := built.Add(30 * 24 * time.Hour)
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	form := url.Values{"day": {told.In(paris).Format("2006-01-02")}, "time": {"12:00"}}
	if w := b.post(t, "/admin/heure", cookie, form); w.Code != http.StatusUnprocessableEntity || b.clock.Quality().Sure() {
		t.Fatalf("a jump of a month is taken at once: %d", w.Code)
	}
	noon := time.Date(told.In(paris).Year(), told.In(paris).Month(), told.In(paris).Day(), 12, 0, 0, 0, paris)
	form.Set("sure", noon.UTC().Format(time.RFC3339))
	if w := b.post(t, "/admin/heure", cookie, form); w.Code != http.StatusSeeOther || !b.clock.Quality().Sure() {
		t.Fatalf("the confirmed time is not taken: %d\n%s", w.Code, w.Body)
	}
	if now := b.clock.Now(); now.Before(noon) || now.After(noon.Add(time.Minute)) {
		t.Errorf("told %s, the box is at %s", noon, now)
	}
	if again := lost(t, dir, built); again.clock.Quality().Sure() || again.clock.Now().Before(noon) {
		t.Errorf("after a power cut the box is at %s, sure: %t", again.clock.Now(), again.clock.Quality().Sure())
	}
}

// TestTheClockStartsAfterWhatIsStored, also when its file is lost.
func TestTheClockStartsAfterWhatIsStored(t *testing.T) {
	dir, later := t.TempDir(), time.Now().Add(50*24*time.Hour).Truncate(time.Second)
	if _, err := Demo(t.Context(), DemoConfig{Data: dir, Listings: 5, Seed: 1, Now: later}); err != nil {
		t.Fatal(err)
	}
	if b := lost(t, dir, time.Time{}); b.clock.Now().Before(later.Add(-24 * time.Hour)) {
		t.Errorf("cards of %s, and the clock starts at %s", later, b.clock.Now())
	}
}

func (b *box) read(t *testing.T, path, cookie string) string {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://localhost"+path, http.NoBody)
	r.Header.Set("Cookie", cookie)
	w := httptest.NewRecorder()
	b.pages.Handler().ServeHTTP(w, r)
	return w.Body.String()
}

func (b *box) post(t *testing.T, path, cookie string, form url.Values) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://localhost"+path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Cookie", cookie)
	w := httptest.NewRecorder()
	b.pages.Handler().ServeHTTP(w, r)
	return w
}

// signIn gives the cookie of the village's operator.
func (b *box) signIn(t *testing.T, village demo.Village) string {
	t.Helper()
	for _, p := range village.People {
		if p.Role == store.Operator {
			w := b.post(t, "/connexion", "", url.Values{"login": {p.Login}, "password": {p.Password}})
			cookie, _, _ := strings.Cut(w.Header().Get("Set-Cookie"), ";")
			return cookie
		}
	}
	t.Fatal("nobody keeps the village's box")
	return ""
}
