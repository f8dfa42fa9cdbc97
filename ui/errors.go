package ui

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode"

	"github.com/labstack/echo/v4"
	"golang.org/x/text/unicode/norm"

	"copi.local/store"
)

// retryAfter is how many seconds a busy box asks for.
const retryAfter = 5

// refusal is an answer only the web knows: an address that does not exist, a
// form too large. Everything else is a store.Error.
type refusal struct {
	status int
	key    string
}

func (e *refusal) Error() string { return fmt.Sprintf("%d %s", e.status, e.key) }

// The refusals of the framework.
var (
	errBadText    = &refusal{http.StatusBadRequest, "err.ui.text"}
	errBadAddress = &refusal{http.StatusBadRequest, "err.ui.address"}
	errLongURL    = &refusal{http.StatusRequestURITooLong, "err.ui.long"}
	errTooLarge   = &refusal{http.StatusRequestEntityTooLarge, "err.ui.large"}
	errForeign    = &refusal{http.StatusForbidden, "err.ui.cross_origin"}
	errHost       = &refusal{http.StatusMisdirectedRequest, "err.ui.host"}
	errMethod     = &refusal{http.StatusMethodNotAllowed, "err.ui.method"}
	errSafe       = &refusal{http.StatusServiceUnavailable, "err.safe"}
	errNoPage     = &refusal{http.StatusNotFound, "err.not_found"}
)

// statusOf maps the kinds of the store to HTTP; it is the only place that does.
func statusOf(kind store.Kind) int {
	switch kind {
	case store.Invalid:
		return http.StatusUnprocessableEntity
	case store.Unauthenticated:
		return http.StatusUnauthorized
	case store.Forbidden:
		return http.StatusForbidden
	case store.NotFound:
		return http.StatusNotFound
	case store.Conflict:
		return http.StatusConflict
	case store.Busy:
		return http.StatusServiceUnavailable
	case store.Internal:
		return http.StatusInternalServerError
	default:
		return http.StatusInternalServerError
	}
}

// badAddress is a fault in an address rather than in a form: a filter that
// cannot be, a limit above the maximum.
type badAddress struct{ err error }

func (e *badAddress) Error() string { return "bad address: " + e.err.Error() }

// Unwrap is the fault itself.
func (e *badAddress) Unwrap() error { return e.err }

// answer is what an error looks like to the person who meets it.
type answer struct {
	status int
	key    string
	args   []any
	field  string
	id     string // of the line in the log; for internal errors only
}

// describe turns any error into an answer. An error nobody classified becomes
// one neutral sentence with a number that stands in the log.
func describe(err error) answer {
	if r, ok := errors.AsType[*refusal](err); ok {
		return answer{status: r.status, key: r.key}
	}
	if bad, ok := errors.AsType[*badAddress](err); ok {
		a := describe(bad.err)
		if a.status == http.StatusUnprocessableEntity {
			a.status = http.StatusBadRequest
		}
		return a
	}
	if status, ok := isEchoError(err); ok {
		switch status {
		case http.StatusNotFound:
			return answer{status: status, key: errNoPage.key}
		case http.StatusMethodNotAllowed:
			return answer{status: status, key: errMethod.key}
		}
	}
	if e, ok := errors.AsType[*store.Error](err); ok && e.Kind != store.Internal {
		return answer{status: statusOf(e.Kind), key: e.Key, args: e.Args, field: e.Field}
	}
	id := store.NewID()[:6]
	return answer{status: http.StatusInternalServerError, key: "err.ui.internal", args: []any{"id", id}, id: id}
}

// errorPage is the page of an error.
type errorPage struct {
	page
	Status   int
	Sentence string
}

// answerError renders the error of a handler; echo calls it.
func (s *Server) answerError(err error, c echo.Context) {
	if c.Response().Committed {
		write := s.log.Error
		if c.Request().Context().Err() != nil { // the phone went out of range
			write = s.log.Debug
		}
		write("answer broken off", slog.String("path", c.Path()), slog.Any("error", err))
		return
	}
	r, ok := c.Get("request").(*request)
	if !ok {
		r = s.visitor(c)
	}
	r.Uncached()
	a := describe(err)
	if hungUp(c, err) {
		a = answer{status: statusOf(store.Busy), key: "err.busy"}
	}
	if to := s.meant(c.Request()); a.status == http.StatusNotFound && to != "" {
		_ = c.Redirect(http.StatusMovedPermanently, to) // fails for a wrong status only
		return
	}
	s.logAnswer(c, a, err)
	h := c.Response().Header()
	if a.status == http.StatusServiceUnavailable {
		h.Set("Retry-After", strconv.Itoa(retryAfter))
	}
	if err := r.answer(a); err != nil {
		s.log.Error("error page failed", slog.Any("error", err))
		http.Error(c.Response(), http.StatusText(a.status), a.status)
	}
}

// hungUp tells whether err comes from nothing but a visitor who left before the
// answer was ready.
func hungUp(c echo.Context, err error) bool {
	return c.Request().Context().Err() != nil && errors.Is(err, context.Canceled)
}

// meant is the page somebody probably asked for who typed an address as they
// heard it: « /Agenda », « /décisions », « /aide/ ». Empty when there is none.
func (s *Server) meant(r *http.Request) string {
	if r.Method != GET {
		return ""
	}
	var b strings.Builder
	for _, c := range norm.NFD.String(strings.ToLower(r.URL.Path)) {
		if !unicode.Is(unicode.Mn, c) {
			b.WriteRune(c)
		}
	}
	to := strings.TrimRight(b.String(), "/")
	for _, rt := range s.routes {
		if rt.method == GET && rt.path == to && to != r.URL.Path && to != "" {
			return to
		}
	}
	return ""
}

// answer sends an error as a page, or as JSON to a program.
func (r *request) answer(a answer) error {
	if isAPI(r.Request()) {
		return r.JSON(a.status, map[string]any{"error": apiError{a.status, a.key, r.T(a.key, a.args...), a.field, a.id}})
	}
	if a.status == http.StatusUnauthorized {
		to := "/connexion"
		if back := r.wayBack(); back != "" {
			to += "?vers=" + url.QueryEscape(back)
		}
		return r.Redirect(to, a.key, a.args...)
	}
	p := &errorPage{page: r.page("ui.error.title"), Status: a.status, Sentence: r.T(a.key, a.args...)}
	if a.status == errLongURL.status || a.status == errBadAddress.status {
		p.query = nil // its links must not repeat it
	}
	return r.RenderStatus(a.status, "core/error", p)
}

// wayBack is where to lead somebody who signed in meanwhile: the page they
// asked for, or the page of the form they sent.
func (r *request) wayBack() string {
	switch {
	case r.Request().Method == GET:
		return r.Request().URL.RequestURI()
	case r.s.has(r.Path()):
		return r.Request().URL.EscapedPath()
	default:
		return ""
	}
}

// apiError is the body of an error under /api/.
type apiError struct {
	Status  int    `json:"status"`
	Code    string `json:"code"`
	Message string `json:"message"`
	Field   string `json:"field,omitempty"`
	ID      string `json:"id,omitempty"`
}

// logAnswer writes an internal error whole, and others for who looks closely.
func (s *Server) logAnswer(c echo.Context, a answer, err error) {
	write := s.log.Debug
	switch {
	case hungUp(c, err): // every day, and nothing to mend
	case a.status == http.StatusServiceUnavailable:
		write = s.log.Warn
	case a.status >= http.StatusInternalServerError:
		write = s.log.Error
	}
	write("request failed", slog.String("method", c.Request().Method), slog.String("route", c.Path()),
		slog.Int("status", a.status), slog.String("id", a.id), slog.Any("error", err))
}

// panicError is a panic of a handler, with the stack that led to it.
type panicError struct {
	value any
	stack []byte
}

func (e *panicError) Error() string { return fmt.Sprintf("panic: %v\n%s", e.value, e.stack) }
