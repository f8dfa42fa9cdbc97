package ui

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/account"
)

func TestEveryAnswerCarriesTheSecurityHeaders(t *testing.T) {
	b := newBox(t)
	for _, path := range []string{"/aide", "/aide", "/nulle-part", "/healthz", b.assets.names["copi.css"], "/admin"} {
		h := b.ask(GET, path, "", nil).Header()
		for name, want := range map[string]string{
			"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
				"connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
			"X-Content-Type-Options":       "nosniff",
			"Referrer-Policy":              "same-origin",
			"Cross-Origin-Resource-Policy": "same-origin",
		} {
			if got := h.Get(name); got != want {
				t.Errorf("%s: %s is %q", path, name, got)
			}
		}
		if h.Get("Permissions-Policy") == "" {
			t.Errorf("%s: no Permissions-Policy", path)
		}
	}
}

func TestOpenerPolicyWhereBrowsersHeedIt(t *testing.T) {
	b := newBox(t)
	for address, want := range map[string]string{
		"https://copi.local/aide": "same-origin", "http://localhost:8080/aide": "same-origin",
		"http://127.0.0.1/aide": "same-origin", "http://[::1]:80/aide": "same-origin", "http://copi.local/aide": "",
	} {
		for range 2 { // rendered, then from the cache
			w := b.ask(GET, address, "", nil, func(r *http.Request) { r.Host = r.URL.Host })
			if got := w.Header().Get("Cross-Origin-Opener-Policy"); w.Code != http.StatusOK || got != want {
				t.Errorf("%s: %d, opener policy %q", address, w.Code, got)
			}
		}
	}
}

func TestHostAllowList(t *testing.T) {
	b := newBox(t)
	tests := map[string]int{
		"copi.local": 200, "COPI.local": 200, "copi.local:8080": 200, "copi.local.": 200,
		"192.168.1.20": 200, "192.168.1.20:80": 200,
		"localhost": 200, "localhost:8080": 200, "127.0.0.1:8080": 200, "[::1]:8080": 200,
		"evil.example": 421, "copi.local.evil.example": 421, "192.168.1.21": 421, "": 421,
		"169.254.169.254": 421, "localhost.evil.example": 421, "127.0.0.1.evil.example": 421,
	}
	for host, want := range tests {
		w := b.ask(GET, "/aide", "", nil, func(r *http.Request) { r.Host = host })
		if w.Code != want {
			t.Errorf("Host %q: %d, want %d", host, w.Code, want)
		}
	}
}

// TestRebindingReadsNothing plays a page elsewhere whose name was pointed at
// the box: even a page that lies in the cache must not be read by it.
func TestRebindingReadsNothing(t *testing.T) {
	b := newBox(t)
	b.get("/aide")
	w := b.ask(GET, "/aide", "", nil, func(r *http.Request) { r.Host = "attacker.example" })
	if w.Code != http.StatusMisdirectedRequest || strings.Contains(w.Body.String(), "tableau d’affichage") {
		t.Errorf("%d\n%s", w.Code, w.Body)
	}
}

func TestCrossOriginPostIsRefused(t *testing.T) {
	b := newBox(t)
	called := 0
	b.add(POST, "/essai", func(r *request) error { called++; return r.Redirect("/aide", "") })
	tests := []struct {
		name, value string
		want        int
	}{
		{"Sec-Fetch-Site", "cross-site", 403},
		{"Sec-Fetch-Site", "same-site", 403},
		{"Origin", "http://evil.example", 403},
		{"Origin", "null", 403},
		{"Origin", "http://copi.local:8080", 403}, // another port is another site
		{"Sec-Fetch-Site", "same-origin", 303},
		{"Sec-Fetch-Site", "none", 303},
		{"Origin", "http://copi.local", 303},
		{"", "", 303}, // a browser too old to say
	}
	want := 0
	for _, tt := range tests {
		w := b.ask(POST, "/essai", "resident", url.Values{}, func(r *http.Request) {
			if tt.name != "" {
				r.Header.Set(tt.name, tt.value)
			}
		})
		if tt.want == 303 {
			want++
		}
		if w.Code != tt.want || called != want {
			t.Errorf("%s: %s: %d, handler called %d times, want %d and %d", tt.name, tt.value, w.Code, called, tt.want, want)
		}
	}
}

func TestAddressesThatAreNotText(t *testing.T) {
	b := newBox(t)
	for _, path := range []string{"/aide/%00", "/aide/%ff", "/aide?q=%00", "/aide?q=%ff%fe", "/aide?q=ok&q=%00", "/aide?%00=1", "/aide?q=%zz", "/aide?a;b"} {
		w := b.ask(GET, path, "", nil)
		if w.Code != http.StatusBadRequest {
			t.Errorf("%s: %d, want 400", path, w.Code)
		}
	}
}

func TestPagesOfAnAccountAreNotKeptByBrowsers(t *testing.T) {
	b := newBox(t)
	if got := b.ask(GET, "/aide", "resident", nil).Header().Get("Cache-Control"); got != "no-store" {
		t.Errorf("signed in: Cache-Control %q", got)
	}
	if got := b.ask(GET, "/aide", "", nil).Header().Get("Cache-Control"); got != "no-cache" {
		t.Errorf("a visitor: Cache-Control %q", got)
	}
}

func TestLinksLeadNowhereElse(t *testing.T) {
	for to, want := range map[string]string{
		"/agenda?q=1": "/agenda?q=1", "": "/", "agenda": "/", "//evil.example": "/", "https://evil.example": "/",
		`/\evil.example`: "/", "/a\r\nX: y": "/", "javascript:alert(1)": "/", "\t//evil.example": "/",
	} {
		if got := localPath(to); got != want {
			t.Errorf("localPath(%q) = %q, want %q", to, got, want)
		}
	}
}

func TestTheSessionCookie(t *testing.T) {
	b := newBox(t)
	b.add(GET, "/essai", func(r *request) error {
		r.remember("token", account.Session{ExpiresAt: r.now.Add(time.Hour)})
		return r.Redirect("/", "")
	})
	c := b.ask(GET, "/essai", "", nil).Result().Cookies()[0]
	if c.Name != "copi" || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Secure || c.MaxAge == 0 {
		t.Errorf("cookie %+v", c)
	}
	c = b.ask(GET, "https://copi.local/essai", "", nil).Result().Cookies()[0]
	if !c.Secure {
		t.Error("over TLS the cookie is not Secure")
	}
}

func TestAnEndedSessionIsAVisitors(t *testing.T) {
	b := newBox(t)
	w := b.ask(GET, "/aide", "nobody", nil)
	if w.Code != http.StatusOK {
		t.Fatalf("%d", w.Code)
	}
	if c := w.Result().Cookies(); len(c) != 1 || c[0].MaxAge >= 0 {
		t.Errorf("the dead cookie stays: %v", c)
	}
}

func TestAFailingSessionLookUpIsNotAVisitor(t *testing.T) {
	b := newBox(t)
	b.auth = func(*store.Tx, string) (account.Session, error) {
		return account.Session{}, store.E(store.Busy, "err.busy")
	}
	if w := b.ask(GET, "/aide", "resident", nil); w.Code != http.StatusServiceUnavailable {
		t.Errorf("%d, want 503", w.Code)
	}
}

func TestConnectionLimits(t *testing.T) {
	srv := newBox(t).HTTPServer()
	if srv.ReadHeaderTimeout == 0 || srv.ReadTimeout == 0 || srv.WriteTimeout == 0 || srv.IdleTimeout == 0 {
		t.Error("a limit is missing: a silent client would hold a connection for ever")
	}
}

func TestLongHeadersAreRefused(t *testing.T) {
	b := newBox(t)
	srv := httptest.NewUnstartedServer(nil)
	srv.Config = b.HTTPServer()
	srv.Start()
	defer srv.Close()
	for size, want := range map[int]int{8 << 10: http.StatusOK, 20 << 10: http.StatusRequestHeaderFieldsTooLarge} {
		r, err := http.NewRequestWithContext(t.Context(), GET, srv.URL+"/aide", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("X-Filler", strings.Repeat("a", size))
		w, err := srv.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = w.Body.Close()
		if w.StatusCode != want {
			t.Errorf("%d bytes of headers: %d, want %d", size, w.StatusCode, want)
		}
	}
}
