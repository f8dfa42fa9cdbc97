package ui

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// brokenPage fails half-way through its template.
type brokenPage struct{ page }

// Sentence fails.
func (*brokenPage) Sentence() (string, error) { return "", os.ErrClosed }

func TestAPageIsSentWholeOrNotAtAll(t *testing.T) {
	b := newBox(t)
	b.add(GET, "/essai", func(r *request) error {
		return r.Render("core/error", &brokenPage{r.page("ui.home")})
	})
	b.add(GET, "/autre", func(r *request) error { return r.Render("core/absent", &brokenPage{r.page("ui.home")}) })
	for _, path := range []string{"/essai", "/autre"} {
		w := b.ask(GET, path, "", nil)
		if w.Code != http.StatusInternalServerError || strings.Count(w.Body.String(), "<html") != 1 || !strings.Contains(w.Body.String(), "</html>") {
			t.Errorf("%s: %d\n%s", path, w.Code, w.Body)
		}
	}
}

// sources reads the files of package ui, by name.
func sources(t *testing.T, patterns ...string) map[string]string {
	t.Helper()
	texts := map[string]string{}
	for _, pattern := range patterns {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v", pattern, err)
		}
		for _, file := range files {
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasSuffix(file, "_test.go") {
				texts[file] = string(b)
			}
		}
	}
	return texts
}

func TestEveryTemplateIsRendered(t *testing.T) {
	all := strings.Builder{}
	for _, text := range sources(t, "*.go") {
		all.WriteString(text)
	}
	for name := range newBox(t).pages.pages {
		if !strings.Contains(all.String(), `"`+name+`"`) {
			t.Errorf("no handler renders %s", name)
		}
	}
}

// forbiddenInline is what the policy of the pages blocks.
var forbiddenInline = regexp.MustCompile(`(?i)<style|\sstyle=|\son[a-z]+=|<script(>|\s+(defer|async|type="[^"]*")*>)|javascript:|https?://[^"]*\.(css|js|png|svg|woff2?)`)

func TestTemplatesHoldNothingThePolicyBlocks(t *testing.T) {
	for file, text := range sources(t, "templates/*/*.html") {
		if found := forbiddenInline.FindString(text); found != "" {
			t.Errorf("%s holds %q", file, found)
		}
	}
	for _, bad := range []string{`<p style="x">`, `<a onclick="x">`, "<script>x</script>", "<style>"} {
		if !forbiddenInline.MatchString(bad) {
			t.Errorf("%s is not found", bad)
		}
	}
}

// unescaped finds the types that html/template does not escape.
var unescaped = regexp.MustCompile(`template\.(HTML|HTMLAttr|CSS|JS|JSStr|URL|Srcset)\b`)

func TestOnlyOneFileMakesTrustedHTML(t *testing.T) {
	for file, text := range sources(t, "*.go") {
		if file != "trusted.go" && (unescaped.MatchString(text) || strings.Contains(text, "trusted(")) {
			t.Errorf("%s makes HTML that is not escaped; that belongs in trusted.go", file)
		}
	}
}

// TestPagesAreRenderedSideBySide: all pages share one set of templates, and
// the first of each to be shown prepares what it shares with the others while
// they are shown. make race looks on.
func TestPagesAreRenderedSideBySide(t *testing.T) {
	b := newBox(t)
	var all sync.WaitGroup
	for range 3 {
		for _, path := range []string{"/", "/agenda", "/annuaire", "/carte", "/recherche", "/territoire", "/aide", "/proposer", "/etiquettes", "/statistiques"} {
			all.Go(func() {
				r := httptest.NewRequestWithContext(t.Context(), GET, path, http.NoBody)
				r.Host = "copi.local"
				w := httptest.NewRecorder()
				b.Handler().ServeHTTP(w, r)
				if w.Code != http.StatusOK {
					t.Errorf("%s: %d", path, w.Code)
				}
			})
		}
	}
	all.Wait()
}
