package ui

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"copi.local/store"
)

// failing gives the box a page and an API route that answer err, or panic when
// it is nil.
func failing(t *testing.T, err error) *box {
	t.Helper()
	b := newBox(t)
	do := func(*request) error {
		if err == nil {
			panic("the roof fell in")
		}
		return err
	}
	b.add(GET, "/essai", do)
	b.add(GET, "/api/v1/essai", do)
	return b
}

// add puts one more public route on the box.
func (b *box) add(method, path string, do handler) {
	b.t.Helper()
	routes := append([]route{}, b.routes...)
	b.routes = nil
	if err := b.register([][]route{routes, {{method, path, public, do}}}); err != nil {
		b.t.Fatal(err)
	}
	b.handler = b.protect()
}

func TestEveryKindHasItsAnswer(t *testing.T) {
	tests := []struct {
		err    error
		status int
		says   string
	}{
		{store.E(store.Invalid, "err.ui.number"), 422, "nombre entier"},
		{store.E(store.Forbidden, "err.forbidden"), 403, "ne permet pas"},
		{store.E(store.NotFound, "err.not_found"), 404, "rien à cette adresse"},
		{store.E(store.Conflict, "err.ui.number"), 409, "nombre entier"},
		{store.E(store.Busy, "err.busy"), 503, "très demandée"},
		{store.E(store.Internal, "err.ui.number").Because(errors.New("a secret path")), 500, "n’a rien changé"},
		{errors.New("a secret path"), 500, "n’a rien changé"},
		{fmt.Errorf("wrapped: %w", store.E(store.NotFound, "err.not_found")), 404, "rien à cette adresse"},
		{store.Errors{store.E(store.Invalid, "err.ui.date").At("day")}, 422, "date comme"},
		{nil, 500, "n’a rien changé"}, // a panic
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.err), func(t *testing.T) {
			b := failing(t, tt.err)
			page := b.ask(GET, "/essai", "", nil)
			if page.Code != tt.status || !strings.Contains(page.Body.String(), tt.says) {
				t.Errorf("page answers %d, want %d and %q:\n%s", page.Code, tt.status, tt.says, page.Body)
			}
			if strings.Contains(page.Body.String(), "secret") {
				t.Error("the page tells what only the log may")
			}
			api := b.ask(GET, "/api/v1/essai", "", nil)
			if api.Code != tt.status || !strings.HasPrefix(api.Header().Get("Content-Type"), "application/json") {
				t.Errorf("the API answers %d %s", api.Code, api.Header().Get("Content-Type"))
			}
		})
	}
}

// TestStatusOfKnowsEveryKind fails when a kind is added to the store and not
// to the map.
func TestStatusOfKnowsEveryKind(t *testing.T) {
	seen := map[int]store.Kind{}
	for kind := store.Internal; !strings.HasPrefix(kind.String(), "kind("); kind++ {
		status := statusOf(kind)
		if was, ok := seen[status]; ok {
			t.Errorf("%v and %v both answer %d", was, kind, status)
		}
		seen[status] = kind
	}
	if len(seen) != 7 {
		t.Errorf("%d kinds, want 7", len(seen))
	}
}

func TestAnInternalErrorIsFoundInTheLogByItsNumber(t *testing.T) {
	b := failing(t, errors.New("disk on fire"))
	w := b.ask(GET, "/api/v1/essai", "", nil)
	var body struct {
		Error apiError `json:"error"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
		t.Fatal(err)
	}
	if body.Error.ID == "" || !strings.Contains(body.Error.Message, body.Error.ID) {
		t.Errorf("no number in %+v", body.Error)
	}
	log := b.log.String()
	if !strings.Contains(log, body.Error.ID) || !strings.Contains(log, "disk on fire") {
		t.Errorf("the log lacks the number or the cause:\n%s", log)
	}
}

func TestAPanicIsLoggedWithItsStack(t *testing.T) {
	b := failing(t, nil)
	b.ask(GET, "/essai", "", nil)
	if log := b.log.String(); !strings.Contains(log, "the roof fell in") || !strings.Contains(log, "errors_test.go") {
		t.Errorf("log without the panic or its stack:\n%s", log)
	}
}

func TestSignInIsAskedForAndLeadsBack(t *testing.T) {
	b := failing(t, store.E(store.Unauthenticated, "err.sign_in"))
	w := b.ask(GET, "/essai?q=pain&p=2", "", nil)
	if got, want := w.Header().Get("Location"), "/connexion?vers=%2Fessai%3Fq%3Dpain%26p%3D2"; w.Code != http.StatusSeeOther || got != want {
		t.Errorf("%d to %q, want 303 to %q", w.Code, got, want)
	}
	b.add(POST, "/essai", func(*request) error { return store.E(store.Unauthenticated, "err.sign_in") })
	w = b.ask(POST, "/essai", "", url.Values{"a": {"b"}})
	if got := w.Header().Get("Location"); got != "/connexion?vers=%2Fessai" {
		t.Errorf("after a form: %q", got)
	}
	if w := b.ask(GET, "/api/v1/essai", "", nil); w.Code != http.StatusUnauthorized {
		t.Errorf("the API answers %d, want 401", w.Code)
	}
}

func TestBusySaysWhenToComeBack(t *testing.T) {
	b := failing(t, store.E(store.Busy, "err.busy"))
	if got := b.ask(GET, "/essai", "", nil).Header().Get("Retry-After"); got == "" {
		t.Error("503 without Retry-After")
	}
}

func TestErrorPagesSpeakBothLanguages(t *testing.T) {
	english := func(r *http.Request) { r.Header.Set("Accept-Language", "en-GB,en;q=0.9") }
	foreign := func(r *http.Request) { r.Host = "evil.example" }
	cross := func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }
	b := newBox(t)
	tests := []struct {
		status         int
		method, path   string
		change         func(*http.Request)
		french, spoken string
	}{
		{404, GET, "/nulle/part", nil, "rien à cette adresse", "nothing at this address"},
		{405, POST, "/aide", nil, "ne s’utilise pas ainsi", "not used that way"},
		{414, GET, "/aide?q=" + strings.Repeat("a", 10_000), nil, "trop longue", "too long"},
		{421, GET, "/aide", foreign, "ne répond pas à ce nom", "does not answer to that name"},
		{403, POST, "/etat/bouton", cross, "depuis un autre site", "from another site"},
		{400, GET, "/aide?q=%00", nil, "caractères illisibles", "cannot be read"},
	}
	for _, tt := range tests {
		also := func(r *http.Request) {
			if tt.change != nil {
				tt.change(r)
			}
		}
		fr := b.ask(tt.method, tt.path, "", nil, also)
		en := b.ask(tt.method, tt.path, "", nil, also, english)
		if fr.Code != tt.status || !strings.Contains(fr.Body.String(), tt.french) {
			t.Errorf("%s %.40s: %d, want %d and %q\n%s", tt.method, tt.path, fr.Code, tt.status, tt.french, fr.Body)
		}
		if n := fr.Body.Len(); n > 9000 {
			t.Errorf("%.40s: the page of an error has %d bytes", tt.path, n)
		}
		if en.Code != tt.status || !strings.Contains(en.Body.String(), tt.spoken) || !strings.Contains(en.Body.String(), `<html lang="en"`) {
			t.Errorf("in English %s %.40s: %d, want %d and %q\n%s", tt.method, tt.path, en.Code, tt.status, tt.spoken, en.Body)
		}
	}
}

// TestWhoHangsUpIsNoFault: a phone that goes out of range while the box works
// for it must not fill the log an operator reads.
func TestWhoHangsUpIsNoFault(t *testing.T) {
	b := newBox(t)
	b.add(GET, "/essai", func(r *request) error {
		return r.View(func(tx *store.Tx) error {
			<-tx.Context().Done()
			_, err := store.All(tx, store.Scan[int], "SELECT 1")
			return err
		})
	})
	b.add(GET, "/effondre", func(r *request) error {
		<-r.context().Done()
		return errors.New("a fault of ours")
	})
	leave := func(r *http.Request) {
		ctx, cancel := context.WithCancel(r.Context())
		cancel()
		*r = *r.WithContext(ctx)
	}
	for _, path := range []string{"/essai", "/essai?q=1"} {
		if w := b.ask(GET, path, "", nil, leave); w.Code != http.StatusServiceUnavailable {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	if log := b.log.String(); strings.Contains(log, "level=ERROR") || strings.Contains(log, "level=WARN") {
		t.Errorf("the log complains:\n%s", log)
	}
	b.ask(GET, "/effondre", "", nil, leave)
	if !strings.Contains(b.log.String(), "level=ERROR") {
		t.Error("a fault of ours is not told because the visitor left")
	}
}
