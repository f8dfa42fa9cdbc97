package ui

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/ads"
	"copi.local/store/listing"
	"copi.local/store/photo"
)

// aYear is how long a browser remembers the language somebody chose.
const aYear = 365 * 24 * time.Hour

// request is one request on its way through a handler: echo's context, who
// asks, and how to speak to them.
type request struct {
	echo.Context
	*speech

	s      *Server
	actor  store.Actor
	me     account.Session
	unread int // notices
	log    *slog.Logger
	fresh  time.Time // when the page changes by itself; zero: at midnight
	nocopy bool      // the page must not be kept in the cache
	off    listing.Off
	inside bool // a transaction is open

	said       *topicPage                // see say
	covers     map[store.Ref]photo.Photo // see findCovers
	others     map[string]photoView      // small pictures of neighbours' cards, by id; see findForeignCovers
	programmes map[string]string         // see findProgrammes
	adsOf      map[string]ads.Ad         // see findAds
	ways       map[[32]byte]way          // see findWays
}

// newRequest finds out who asks and in which language.
func (s *Server) newRequest(c echo.Context) (*request, error) {
	if r, ok := c.Get("request").(*request); ok {
		return r, nil // an error page of a request under way
	}
	r := s.visitor(c)
	if token := s.sessionToken(c.Request()); token != "" && !isEmbed(c.Request()) {
		return r, r.whoAsks(token)
	}
	return r, nil
}

// visitor is a request nobody has looked up the session of.
func (s *Server) visitor(c echo.Context) *request {
	lang := s.langs.choose(c.Request())
	r := &request{
		Context: c, s: s, log: s.log,
		speech: &speech{localizer{locale: lang, zone: s.zone, now: s.clock.Now()}},
		off:    s.whatIsOff(c.Request().Context()),
	}
	c.Set("request", r)
	if c.QueryParam("lang") == lang.Lang && !isEmbed(c.Request()) {
		r.setCookie(langCookie, lang.Lang, aYear)
	}
	return r
}

// View runs fn on a snapshot, for the request's actor.
func (r *request) View(fn func(*store.Tx) error) error {
	defer r.enter()()
	return r.s.db.View(r.context(), fn)
}

// Update runs fn in the writing transaction, for the request's actor.
func (r *request) Update(fn func(*store.Tx) error) error {
	defer r.enter()()
	return r.s.db.Update(r.context(), fn)
}

// enter marks that a transaction is open; the function it returns, that it is
// over. A second one inside the first would wait for a connection while
// holding one: four visitors doing so would wait for ever.
func (r *request) enter() (leave func()) {
	r.outside()
	r.inside = true
	return func() { r.inside = false }
}

// outside panics within a transaction.
func (r *request) outside() {
	if r.inside {
		panic("ui: a transaction, or the start of a page, within a transaction")
	}
}

func (r *request) context() context.Context { return r.Request().Context() }

// FreshUntil says when the page changes by itself, without a commit: an event
// ends, an ad expires. Midnight is always such an instant.
func (r *request) FreshUntil(t time.Time) {
	if !t.IsZero() && (r.fresh.IsZero() || t.Before(r.fresh)) {
		r.fresh = t
	}
}

// Uncached keeps the page out of the page cache: it shows something that
// changes without a commit, or that depends on who asks.
func (r *request) Uncached() { r.nocopy = true }

// Redirect answers 303 to one of our own addresses, with a sentence to show
// there; key may be empty.
func (r *request) Redirect(to, key string, args ...any) error {
	if key != "" {
		r.setNotice(key, args)
	}
	return r.Context.Redirect(http.StatusSeeOther, localPath(to))
}

// localPath is to when it is an address of this box, "/" otherwise: a link
// must not send people elsewhere (//elsewhere, /\elsewhere, https:…).
func localPath(to string) string {
	if !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\r\n\t") {
		return "/"
	}
	return to
}

// isAPI tells whether the request wants JSON and no cookies.
func isAPI(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/api/") }
