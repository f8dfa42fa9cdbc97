package ui

import (
	"bytes"
	"context"
	"encoding/json"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"copi.local/ui/internal/squeeze"
)

// tree is a health that says what a test wants.
type tree struct{ check Check }

func (t *tree) Check(context.Context) Check { return t.check }

// lamp is a panel without a lamp.
type lamp struct {
	simulated bool
	held      time.Duration
}

func (l *lamp) Light() Light             { return Light{Code: "see_status", Flashes: 2} }
func (l *lamp) Simulated() bool          { return l.simulated }
func (l *lamp) Press(hold time.Duration) { l.held = hold }

var unwell = Check{Name: "box", Parts: []Check{
	{Name: "database", Key: "ui.home"},
	{Name: "operators", Status: Notice, Key: "health.operators.one", Href: "/admin/personnes", Kept: true},
	{Name: "parts", Parts: []Check{{Name: "peer", Status: Broken, Key: "err.busy", Detail: "secret path"}, {Name: "clock", Status: Notice, Key: "ui.help"}}},
}}

func TestStatusPageTellsEveryPart(t *testing.T) {
	b := newBox(t, func(o *Options) { o.Health, o.Panel = &tree{unwell}, &lamp{} })
	page := b.get("/etat")
	for _, want := range []string{"en ordre", "en panne", "à surveiller", "La boîte est très demandée", "2 éclats"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q in\n%s", want, page)
		}
	}
	lacks(t, "a visitor's page", page, "Une seule personne", "/admin/personnes", "/etat/rapport")
	kept := b.ask(GET, "/etat", "operator", nil).Body.String()
	holdsWords(t, "an operator's page", kept, "Une seule personne", `href="/admin/personnes"`, "/etat/rapport")
	if busy, fine := strings.Index(page, "très demandée"), strings.Index(page, "en ordre"); busy < 0 || fine < busy {
		t.Error("what is fine comes before what is broken")
	}
	if strings.Contains(page, "secret path") {
		t.Error("a visitor reads what is for the operator")
	}
	if page := b.ask(GET, "/etat", "operator", nil).Body.String(); !strings.Contains(page, "secret path") {
		t.Error("the operator does not read the error behind it")
	}
	if page := newBox(t).get("/etat"); !strings.Contains(page, "La boîte répond") {
		t.Error("a box that does not watch itself says nothing")
	}
}

func TestTheLogIsForOperators(t *testing.T) {
	b := newBox(t, func(o *Options) { o.Journal = func() []string { return []string{"older line", "newer <line>"} } })
	for _, who := range []string{"", "resident", "moderator"} {
		if page := b.ask(GET, "/etat", who, nil).Body.String(); strings.Contains(page, "older line") {
			t.Errorf("%q reads the log", who)
		}
	}
	page := b.ask(GET, "/etat", "operator", nil).Body.String()
	if newer, older := strings.Index(page, "newer &lt;line&gt;"), strings.Index(page, "older line"); newer < 0 || older < newer {
		t.Errorf("the operator reads:\n%s", page)
	}
}

func TestHealthzForPrograms(t *testing.T) {
	health := &tree{}
	b := newBox(t, func(o *Options) { o.Health = health })
	if got := b.get("/healthz"); got != `{"status":"ok"}` {
		t.Errorf("%s", got)
	}
	health.check = unwell // no commit: it must not lie in the cache
	w := b.ask(GET, "/healthz", "", nil)
	var body struct {
		Status string
		Broken []string
	}
	if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
		t.Fatal(err)
	}
	if w.Code != http.StatusServiceUnavailable || len(body.Broken) != 1 || body.Broken[0] != "peer" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	health.check = Check{Name: "box", Status: Notice}
	if w := b.ask(GET, "/healthz", "", nil); w.Code != http.StatusOK {
		t.Errorf("a notice answers %d", w.Code)
	}
}

func TestTheSimulatedButtonIsForTheBoxItself(t *testing.T) {
	here := func(r *http.Request) { r.RemoteAddr = "127.0.0.1:4000" }
	for _, tt := range []struct {
		simulated bool
		change    func(*http.Request)
		press     string
		want      int
	}{
		{true, here, "arret", 303},
		{true, func(*http.Request) {}, "arret", 404},
		{false, here, "arret", 404},
		{true, here, "toujours", 404},
	} {
		l := &lamp{simulated: tt.simulated}
		b := newBox(t, func(o *Options) { o.Panel = l })
		w := b.ask(POST, "/etat/bouton", "", url.Values{"duree": {tt.press}}, tt.change)
		if w.Code != tt.want || (l.held != 0) != (tt.want == 303) {
			t.Errorf("%+v: %d, held %v", tt, w.Code, l.held)
		}
		page := b.ask(GET, "/etat", "", nil, tt.change).Body.String()
		if shown := strings.Contains(page, "/etat/bouton"); shown != (tt.simulated && strings.HasPrefix(remote(tt.change), "127.")) {
			t.Errorf("%+v: button shown: %v", tt, shown)
		}
	}
}

func remote(change func(*http.Request)) string {
	r := &http.Request{}
	change(r)
	return r.RemoteAddr
}

func TestTheOperatorsListOfSentences(t *testing.T) {
	health := &tree{}
	b := newBox(t, func(o *Options) { o.Health = health })
	if page := b.ask(GET, "/admin", "operator", nil).Body.String(); !strings.Contains(page, "Rien ne demande votre attention") {
		t.Errorf("nothing to do:\n%s", page)
	}
	health.check = unwell
	page := b.ask(GET, "/admin", "operator", nil).Body.String()
	holdsWords(t, "a box that is unwell", page, "La boîte est très demandée", `href="/etat"`)
	lacks(t, "what another of the sentences says", page, "<li>Aide")
}

func TestHelpIsThereInBothLanguages(t *testing.T) {
	b := newBox(t)
	for name := range b.help["fr"] {
		if _, ok := b.help["en"][name]; !ok {
			t.Errorf("help page %s is not in English", name)
		}
		page := b.get("/aide/" + name)
		if strings.Contains(page, "<!-- raw HTML omitted -->") {
			t.Errorf("help page %s holds raw HTML", name)
		}
	}
	if page := b.get("/aide"); !strings.Contains(page, `href="/aide/lumiere"`) || !strings.Contains(page, "<strong>Lire</strong>") {
		t.Errorf("the index:\n%s", page)
	}
	if w := b.ask(GET, "/aide/absente", "", nil); w.Code != http.StatusNotFound {
		t.Errorf("a missing page answers %d", w.Code)
	}
}

func TestMarkdownDropsWhatIsNotText(t *testing.T) {
	html, err := markdown("<script>alert(1)</script>\n\n[x](javascript:alert(1)) <b onclick=x>y</b>")
	if err != nil || strings.Contains(string(html), "script") || strings.Contains(string(html), "onclick") {
		t.Errorf("%s %v", html, err)
	}
}

func TestANoticeIsShownOnce(t *testing.T) {
	b := newBox(t)
	b.add(POST, "/essai", func(r *request) error {
		return r.Redirect("/aide", "ui.ago.days", "n", 3)
	})
	w := b.ask(POST, "/essai", "", url.Values{})
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/aide" {
		t.Fatalf("%d %s", w.Code, w.Header().Get("Location"))
	}
	b.get("/aide") // lies in the cache now
	cookie := w.Result().Cookies()[0]
	page := b.ask(GET, "/aide", "", nil, func(r *http.Request) { r.AddCookie(cookie) })
	if !strings.Contains(page.Body.String(), "il y a 3 jours") {
		t.Error("the notice is not shown")
	}
	if c := page.Result().Cookies(); len(c) != 1 || c[0].MaxAge >= 0 {
		t.Errorf("the notice stays: %v", c)
	}
	if strings.Contains(b.get("/aide"), "il y a 3 jours") {
		t.Error("a visitor reads somebody's notice")
	}
	for _, forged := range []string{"x", "e30", "eyJrIjoieCJ9"} { // not base64 of JSON; {}; an unknown key
		if w := b.ask(GET, "/aide", "", nil, func(r *http.Request) { r.AddCookie(&http.Cookie{Name: noticeCookie, Value: forged}) }); w.Code != 200 {
			t.Errorf("cookie %q: %d", forged, w.Code)
		}
	}
}

func TestAddressesTypedAsHeard(t *testing.T) {
	b := newBox(t)
	for path, want := range map[string]string{"/Aide": "/aide", "/aide/": "/aide", "/%C3%89tat": "/etat", "/aide/Absente": ""} {
		w := b.ask(GET, path, "", nil)
		if got := w.Header().Get("Location"); got != want {
			t.Errorf("%s leads to %q (%d), want %q", path, got, w.Code, want)
		}
	}
}

func TestAssetsAreKeptForEverAndPacked(t *testing.T) {
	b := newBox(t)
	for name, path := range b.assets.names {
		w := b.ask(GET, path, "", nil, func(r *http.Request) { r.Header.Set("Accept-Encoding", "gzip, deflate") })
		h := w.Header()
		if w.Code != 200 || h.Get("Cache-Control") != "public, max-age=31536000, immutable" || h.Get("Etag") == "" || h.Get("Vary") != "Accept-Encoding" {
			t.Errorf("%s: %d %v", name, w.Code, h)
		}
		if packed := h.Get("Content-Encoding") == "gzip"; packed != squeeze.Worth(name) {
			t.Errorf("%s: packed %v", name, packed)
		}
		same := b.ask(GET, path, "", nil, func(r *http.Request) { r.Header.Set("If-None-Match", h.Get("Etag")) })
		if same.Code != http.StatusNotModified || same.Body.Len() != 0 {
			t.Errorf("%s: If-None-Match answers %d", name, same.Code)
		}
		plain := b.ask(GET, path, "", nil).Body.Bytes()
		if want, err := os.ReadFile("static/" + name); err != nil || !bytes.Equal(plain, want) {
			t.Errorf("%s: other bytes without gzip (%v)", name, err)
		}
	}
	for _, path := range []string{"/static/copi.css", "/static/", "/static/../server.go", "/static/copi.0000000000.css"} {
		if w := b.ask(GET, path, "", nil); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}

// TestPackedFilesAreUpToDate fails when a file of ui/static changed and
// `go generate ./ui` was not run.
func TestPackedFilesAreUpToDate(t *testing.T) {
	err := filepath.WalkDir("static", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if source, ok := strings.CutSuffix(file, ".gz"); ok {
			if _, err := os.Stat(source); err != nil {
				t.Errorf("%s: its source is gone", file)
			}
			return nil
		}
		if !squeeze.Worth(file) {
			return nil
		}
		plain, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		want, err := squeeze.Gzip(plain)
		if err != nil {
			return err
		}
		if got, err := os.ReadFile(file + ".gz"); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s.gz is not what go generate ./ui makes", file)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
