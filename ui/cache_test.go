package ui

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"copi.local/store"
	"copi.local/store/storetest"
)

// countedBox has a page at /essai that counts how often it is rendered.
func countedBox(t *testing.T, change func(*request)) (*box, *atomic.Int32) {
	t.Helper()
	b, n := newBox(t), &atomic.Int32{}
	b.add(GET, "/essai", func(r *request) error {
		n.Add(1)
		if change != nil {
			change(r)
		}
		p := &errorPage{page: r.page("ui.home"), Sentence: fmt.Sprint("rendered ", n.Load())}
		return r.Render("core/error", p)
	})
	return b, n
}

// commit changes the database.
func (b *box) commit() {
	b.t.Helper()
	storetest.Update(b.t, b.db, store.Actor{}, func(*store.Tx) error { return nil })
}

func TestCacheServesTheSameBytes(t *testing.T) {
	b, n := countedBox(t, nil)
	gz := func(r *http.Request) { r.Header.Set("Accept-Encoding", "gzip, deflate") }
	first, second := b.ask(GET, "/essai", "", nil, gz), b.ask(GET, "/essai", "", nil, gz)
	if n.Load() != 1 || first.Body.String() != second.Body.String() || second.Code != 200 {
		t.Fatalf("rendered %d times", n.Load())
	}
	for _, name := range []string{"Content-Type", "Content-Encoding", "Content-Length", "Etag", "Vary", "Cache-Control", "Content-Security-Policy"} {
		if a, b := first.Header().Get(name), second.Header().Get(name); a == "" || a != b {
			t.Errorf("%s: %q, then %q", name, a, b)
		}
	}
	plain := b.ask(GET, "/essai", "", nil)
	if plain.Header().Get("Content-Encoding") != "" || !strings.Contains(plain.Body.String(), "rendered 1") {
		t.Errorf("without gzip: %s", plain.Body)
	}
	head := b.ask(http.MethodHead, "/essai", "", nil, gz)
	if head.Code != 200 || head.Body.Len() != 0 || head.Header().Get("Content-Length") != first.Header().Get("Content-Length") {
		t.Errorf("HEAD: %d, %d bytes, length %s", head.Code, head.Body.Len(), head.Header().Get("Content-Length"))
	}
	same := b.ask(GET, "/essai", "", nil, func(r *http.Request) { r.Header.Set("If-None-Match", first.Header().Get("Etag")) })
	if same.Code != http.StatusNotModified || same.Body.Len() != 0 {
		t.Errorf("If-None-Match: %d with %d bytes", same.Code, same.Body.Len())
	}
	one := b.ask(GET, "/essai", "", nil, func(r *http.Request) { r.Header.Set("If-None-Match", `"older", `+first.Header().Get("Etag")) })
	if one.Code != http.StatusNotModified {
		t.Errorf("If-None-Match with two: %d", one.Code)
	}
	if n.Load() != 1 {
		t.Errorf("rendered %d times", n.Load())
	}
}

func TestWhatDropsAPage(t *testing.T) {
	tests := []struct {
		name  string
		page  func(*request)
		after func(*box)
		want  int32
	}{
		{"nothing", nil, func(*box) {}, 1},
		{"an hour", nil, func(b *box) { b.clock.Add(time.Hour) }, 1},
		{"a commit", nil, (*box).commit, 2},
		{"midnight", nil, func(b *box) { b.clock.Set(time.Date(2026, 11, 21, 23, 0, 0, 0, time.UTC)) }, 2}, // in Paris
		{"a second before midnight", nil, func(b *box) { b.clock.Set(time.Date(2026, 11, 21, 22, 59, 59, 0, time.UTC)) }, 1},
		{"its own instant", func(r *request) { r.FreshUntil(r.now.Add(10 * time.Minute)) }, func(b *box) { b.clock.Add(10 * time.Minute) }, 2},
		{"before its own instant", func(r *request) { r.FreshUntil(r.now.Add(10 * time.Minute)) }, func(b *box) { b.clock.Add(9 * time.Minute) }, 1},
		{"the sooner of two", func(r *request) {
			r.FreshUntil(r.now.Add(10 * time.Minute))
			r.FreshUntil(r.now.Add(20 * time.Minute))
			r.FreshUntil(time.Time{})
		}, func(b *box) { b.clock.Add(15 * time.Minute) }, 2},
		{"uncached", (*request).Uncached, func(*box) {}, 2},
		{"a cookie was set", func(r *request) { r.setCookie("x", "y", 0) }, func(*box) {}, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b, n := countedBox(t, tt.page)
			b.get("/essai")
			tt.after(b)
			b.get("/essai")
			if n.Load() != tt.want {
				t.Errorf("rendered %d times, want %d", n.Load(), tt.want)
			}
		})
	}
}

func TestWhatHasItsOwnPlace(t *testing.T) {
	b, n := countedBox(t, nil)
	header := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	b.ask(GET, "/essai", "", nil)
	tests := []struct {
		name   string
		target string
		change func(*http.Request)
		again  int32 // renderings for two requests
	}{
		{"another language", "/essai", header("Accept-Language", "en"), 1},
		{"English asked otherwise", "/essai", header("Accept-Language", "en-US,fr;q=0.5"), 0},
		{"the language of the cookie", "/essai", header("Cookie", langCookie+"=en"), 0},
		{"another host", "/essai", func(r *http.Request) { r.Host = "192.168.1.20" }, 1},
		{"TLS", "https://copi.local/essai", nil, 1},
		{"filters", "/essai?q=pain&kind=offer", nil, 1},
		{"filters in another order, and empty ones", "/essai?kind=offer&q=pain&tag=", nil, 0},
		{"no filters", "/essai?q=", nil, 0},
		{"a choice of language", "/essai?lang=en", nil, 2},
		{"a session", "/essai", header("Cookie", sessionCookie+"=resident"), 2},
		{"a dead session", "/essai", header("Cookie", sessionCookie+"=gone"), 2},
		{"a sentence to show once", "/essai", header("Cookie", noticeCookie+"=x"), 2},
	}
	for _, tt := range tests {
		before := n.Load()
		for range 2 {
			var changes []func(*http.Request)
			if tt.change != nil {
				changes = append(changes, tt.change)
			}
			if w := b.ask(GET, tt.target, "", nil, changes...); w.Code != 200 {
				t.Fatalf("%s: %d", tt.name, w.Code)
			}
		}
		if got := n.Load() - before; got != tt.again {
			t.Errorf("%s: rendered %d times, want %d", tt.name, got, tt.again)
		}
	}
}

func TestASignedInPageIsNeverAVisitors(t *testing.T) {
	b := newBox(t)
	b.add(GET, "/essai", func(r *request) error {
		return r.Render("core/error", &errorPage{page: r.page("ui.home"), Sentence: "for " + r.actor.ID})
	})
	b.ask(GET, "/essai", "resident:secretperson", nil)
	if page := b.get("/essai"); strings.Contains(page, "secretperson") {
		t.Error("a visitor reads somebody's page")
	}
	if w := b.ask(GET, "/essai", "resident:other", nil); !strings.Contains(w.Body.String(), "for other") {
		t.Error("an account reads a visitor's page")
	}
}

func TestAnswersThatAreNotKept(t *testing.T) {
	b, n := newBox(t), &atomic.Int32{}
	b.add(GET, "/absent", func(*request) error { n.Add(1); return errNoPage })
	b.add(GET, "/ailleurs", func(r *request) error { n.Add(1); return r.Redirect("/aide", "") })
	for _, path := range []string{"/absent", "/ailleurs"} {
		n.Store(0)
		b.ask(GET, path, "", nil)
		b.ask(GET, path, "", nil)
		if n.Load() != 2 {
			t.Errorf("%s: handled %d times of 2", path, n.Load())
		}
	}
}

func TestAColdPageIsRenderedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &atomic.Int32{}
		gate := make(chan struct{})
		b := newBox(t)
		b.add(GET, "/essai", func(r *request) error {
			n.Add(1)
			<-gate
			return r.Render("core/error", &errorPage{page: r.page("ui.home")})
		})
		var wg sync.WaitGroup
		for range 10 {
			wg.Go(func() {
				if w := b.ask(GET, "/essai", "", nil); w.Code != 200 || w.Body.Len() == 0 {
					t.Errorf("%d, %d bytes", w.Code, w.Body.Len())
				}
			})
		}
		synctest.Wait() // all ten wait: one for the gate, nine for it
		close(gate)
		wg.Wait()
		if n.Load() != 1 {
			t.Errorf("rendered %d times for ten visitors", n.Load())
		}
	})
}

func TestFollowersGoTheirOwnWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBox(t)
		n := &atomic.Int32{}
		b.add(GET, "/essai", func(*request) error {
			time.Sleep(time.Second)
			if n.Add(1) == 1 {
				return store.E(store.Busy, "err.busy") // the first has bad luck
			}
			return errNoPage
		})
		var wg sync.WaitGroup
		codes := make([]int, 5)
		for i := range codes {
			wg.Go(func() { codes[i] = b.ask(GET, "/essai", "", nil).Code })
		}
		wg.Wait()
		if n.Load() != 5 {
			t.Errorf("%d handled of 5: %v", n.Load(), codes)
		}
	})
}

func TestCacheIsBounded(t *testing.T) {
	b := newBox(t)
	c := b.cache
	big := make([]byte, 100_000)
	for i := range 200 {
		c.keep(&cachedPage{key: pageKey{path: fmt.Sprint("/", i)}, gz: big, until: b.clock.Now().Add(time.Hour)})
	}
	if c.size > cacheBytes || len(c.pages) != c.recent.Len() || len(c.pages) > cacheBytes/len(big) {
		t.Errorf("%d bytes in %d pages (%d in the list)", c.size, len(c.pages), c.recent.Len())
	}
	if c.find(pageKey{path: "/199"}, 0, b.clock.Now()) == nil {
		t.Error("the newest page was dropped")
	}
	for i := range 2 * maxLanguages {
		r := httptest.NewRequestWithContext(t.Context(), GET, "/", nil)
		r.Header.Set("Accept-Language", fmt.Sprintf("fr;q=0.%03d", i))
		c.language(r)
	}
	if len(c.accept) > maxLanguages {
		t.Errorf("%d languages remembered", len(c.accept))
	}
}

func TestJSONIsKeptToo(t *testing.T) {
	b, n := newBox(t), &atomic.Int32{}
	b.add(GET, "/api/v1/essai", func(r *request) error {
		return r.JSON(200, map[string]int32{"n": n.Add(1)})
	})
	first, second := b.get("/api/v1/essai"), b.get("/api/v1/essai")
	if first != `{"n":1}` || second != first {
		t.Errorf("%s, then %s", first, second)
	}
	if kind := b.ask(GET, "/api/v1/essai", "", nil).Header().Get("Content-Type"); kind != jsonType {
		t.Errorf("Content-Type %s", kind)
	}
}

func TestAHandlersOwnHeadersAreKept(t *testing.T) {
	b := newBox(t)
	const own = "default-src 'none'; frame-ancestors *"
	b.add(GET, "/essai.ics", func(r *request) error {
		h := r.Response().Header()
		h.Set("Content-Disposition", "inline; filename=agenda.ics")
		h.Set("Content-Security-Policy", own)
		return r.Data(200, "text/calendar; charset=utf-8", []byte("BEGIN:VCALENDAR"))
	})
	for _, when := range []string{"rendered", "from the cache"} {
		h := b.ask(GET, "/essai.ics", "", nil).Header()
		if h.Get("Content-Disposition") == "" || h.Get("Content-Security-Policy") != own ||
			h.Get("Content-Type") != "text/calendar; charset=utf-8" || h.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %v", when, h)
		}
	}
	if got := b.ask(GET, "/aide", "", nil).Header().Get("Content-Security-Policy"); got != csp {
		t.Errorf("another page has %q", got)
	}
}

// TestANewerPageIsNotDropped: a request that looked at the version before a
// commit must not throw out what another rendered after it.
func TestANewerPageIsNotDropped(t *testing.T) {
	c := newBox(t).cache
	now := storetest.Now
	c.keep(&cachedPage{version: 6, until: now.Add(time.Hour)})
	if c.find(pageKey{}, 5, now) == nil || c.find(pageKey{}, 6, now) == nil {
		t.Error("a newer page was dropped")
	}
	if c.find(pageKey{}, 7, now) != nil || len(c.pages) != 0 {
		t.Error("an older page was kept")
	}
}

// TestCacheReadsPathsAsTheRouterDoes: an escaped slash leads to another route
// than a plain one, and must not leave its page there.
func TestCacheReadsPathsAsTheRouterDoes(t *testing.T) {
	b := newBox(t)
	for path, says := range map[string]string{"/essai/:mot": "one word", "/essai/un/deux": "two words"} {
		b.add(GET, path, func(r *request) error {
			return r.Render("core/error", &errorPage{page: r.page("ui.home"), Sentence: says})
		})
	}
	for path, says := range map[string]string{"/essai/un%2Fdeux": "one word", "/essai/un/deux": "two words"} {
		for range 2 {
			if !strings.Contains(b.get(path), says) {
				t.Errorf("%s does not say %q", path, says)
			}
		}
	}
}
