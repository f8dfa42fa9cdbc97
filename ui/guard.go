package ui

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// maxURI bounds an address with its filters: 2,000 characters hold every
// search a person types.
const maxURI = 2000

// csp is what a page may load: what the box itself serves, nothing inline
// (DESIGN.md §5).
const csp = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
	"connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// securityHeaders are on every answer. The slices are shared between answers:
// nobody may append to them. The referrer policy is not no-referrer: with that,
// browsers on plain http send "Origin: null" along with a form, and the
// cross-origin protection refuses every form of the box.
var securityHeaders = map[string][]string{
	"Content-Security-Policy":      {csp},
	"X-Content-Type-Options":       {"nosniff"},
	"Referrer-Policy":              {"same-origin"},
	"Cross-Origin-Resource-Policy": {"same-origin"},
	"Permissions-Policy":           {"camera=(), geolocation=(self), microphone=(), payment=(), usb=()"},
}

var sameOrigin = []string{"same-origin"}

// trustworthy tells whether browsers take the request's origin for one that
// nobody can tamper with: TLS, or the machine itself. The opener policy is for
// these alone: on plain http they ignore it and complain on every page.
func trustworthy(r *http.Request) bool {
	return r.TLS != nil || strings.HasPrefix(r.Host, "localhost") ||
		strings.HasPrefix(r.Host, "127.") || strings.HasPrefix(r.Host, "[::1]")
}

// protect wraps the router in what every request passes.
func (s *Server) protect() http.Handler {
	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(s.refuse(errForeign))
	var pages http.Handler = s.echo
	if s.opt.Safe != nil {
		pages = s.onlyCopy(pages)
	}
	inner := s.checkHost(s.checkAddress(cross.Handler(pages)))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.captive(w, r) {
			return
		}
		h := w.Header()
		for name, value := range securityHeaders {
			h[name] = value
		}
		if trustworthy(r) {
			h["Cross-Origin-Opener-Policy"] = sameOrigin
		}
		s.cache.serve(w, r, inner)
	})
}

// refuse answers with the page of an error that no handler met.
func (s *Server) refuse(err error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := s.echo.NewContext(r, w)
		s.answerError(err, c) //nolint:contextcheck // it takes the request's own
	})
}

// checkHost answers 421 to a name that is not the box's: a page elsewhere
// whose name suddenly points at the box (DNS rebinding) must not read it.
func (s *Server) checkHost(next http.Handler) http.Handler {
	refused := s.refuse(errHost)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.knownHost(r.Host) {
			refused.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (s *Server) knownHost(host string) bool {
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	name = strings.ToLower(strings.Trim(name, "[]"))
	if name == "localhost" {
		return true
	}
	if ip, err := netip.ParseAddr(name); err == nil && ip.IsLoopback() {
		return true
	}
	name = strings.TrimSuffix(name, ".")
	return s.opt.HostNames != nil && slices.ContainsFunc(s.opt.HostNames(), func(own string) bool {
		return strings.EqualFold(own, name)
	})
}

// checkAddress refuses an address no link of ours has: too long, or with bytes
// that are not text.
func (s *Server) checkAddress(next http.Handler) http.Handler {
	long, bad := s.refuse(errLongURL), s.refuse(errBadAddress)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		shorten(r)
		switch {
		case len(r.RequestURI) > maxURI:
			long.ServeHTTP(w, r)
		case !validAddress(r):
			bad.ServeHTTP(w, r)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// maxSearch bounds the words of a search, in characters.
const maxSearch = 200

// shorten cuts the words of a search that makes an address too long: somebody
// pasted a page into the field, and is answered for its beginning (RE-8).
func shorten(r *http.Request) {
	searches := r.URL.Path == "/recherche" || r.URL.Path == "/agenda" || isAPI(r)
	if len(r.RequestURI) <= maxURI || !searches {
		return
	}
	q := r.URL.Query()
	words := []rune(q.Get("q"))
	if len(words) <= maxSearch {
		return
	}
	q.Set("q", string(words[:maxSearch]))
	r.URL.RawQuery = q.Encode()
	r.RequestURI = r.URL.RequestURI()
}

func validAddress(r *http.Request) bool {
	if !isText(r.URL.Path) {
		return false
	}
	if r.URL.RawQuery == "" {
		return true
	}
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return false
	}
	for name, values := range query {
		if !isText(name) || !isText(strings.Join(values, "")) {
			return false
		}
	}
	return true
}

// isText tells whether s is UTF-8 without NUL, which SQLite would cut at.
func isText(s string) bool { return utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 }
