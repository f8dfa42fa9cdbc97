package ui

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/photo"
	"copi.local/store/storetest"
)

// box is a server on a fresh database, for one test.
type box struct {
	*Server
	t     testing.TB
	clock *storetest.Clock
	log   *logBuffer
}

// newBox starts one. In tests a session's token is the name of a role, or
// "<role>:<account id>".
func newBox(t testing.TB, change ...func(*Options)) *box {
	t.Helper()
	db, clock := storetest.Open(t, account.Personal)
	log := &logBuffer{}
	opt := Options{
		DB: db, Clock: clock, HostNames: func() []string { return []string{"copi.local", "192.168.1.20"} },
		Log: slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	for _, c := range change {
		c(&opt)
	}
	if opt.Photos == nil { // how full this machine's disk is says nothing about a card
		opt.Photos = photo.NewAlbum(db, func(string) (free, total int64, err error) { return 9 << 30, 16 << 30, nil })
	}
	s, err := New(opt)
	if err != nil {
		t.Fatal(err)
	}
	s.auth = roleSession
	s.opened.Store(true)
	s.desk = account.NewDesk(db, account.Params{Memory: 8, Time: 1})
	return &box{s, t, clock, log}
}

// roleSession stands in for package account.
func roleSession(tx *store.Tx, token string) (account.Session, error) {
	name, id, _ := strings.Cut(token, ":")
	role, err := store.ParseRole(name)
	if err != nil {
		return account.Session{}, store.E(store.Unauthenticated, "err.sign_in")
	}
	if id == "" {
		id = name
	}
	return account.Session{Actor: store.Actor{ID: id, Role: role}, Login: id, SeenAt: tx.Now, ExpiresAt: tx.Now.Add(time.Hour)}, nil
}

// ask sends a request and returns the answer. who is "" or a token of
// roleSession; a form makes it a POST's body.
func (b *box) ask(method, target, who string, form url.Values, change ...func(*http.Request)) *httptest.ResponseRecorder {
	b.t.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	r := httptest.NewRequestWithContext(b.t.Context(), method, target, body)
	r.Host = "copi.local"
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if who != "" {
		r.AddCookie(&http.Cookie{Name: sessionCookie, Value: who})
	}
	for _, c := range change {
		c(r)
	}
	w := httptest.NewRecorder()
	b.Handler().ServeHTTP(w, r)
	return w
}

// get reads a page as a visitor and fails unless it answers 200.
func (b *box) get(target string) string {
	b.t.Helper()
	w := b.ask(GET, target, "", nil)
	if w.Code != http.StatusOK {
		b.t.Fatalf("GET %s: %d\n%s", target, w.Code, w.Body)
	}
	return w.Body.String()
}

// logBuffer is a log to look into.
type logBuffer struct {
	mu sync.Mutex // guards b
	b  bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// askBody posts raw bytes, as a form unless change says otherwise.
func (b *box) askBody(target, body string, change func(*http.Request)) *httptest.ResponseRecorder {
	b.t.Helper()
	r := httptest.NewRequestWithContext(b.t.Context(), POST, target, strings.NewReader(body))
	r.Host = "copi.local"
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if change != nil {
		change(r)
	}
	w := httptest.NewRecorder()
	b.Handler().ServeHTTP(w, r)
	return w
}
