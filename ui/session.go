package ui

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"time"

	"copi.local/store"
)

// The cookies of the box. All are HttpOnly, SameSite=Lax, for the whole box.
const (
	sessionCookie = "copi"
	langCookie    = "copi_langue"
	noticeCookie  = "copi_avis"
)

// session is who a cookie's token stands for.
type session struct {
	Actor store.Actor
	Name  string // as shown at the top of the pages
}

// authenticator finds the session of a token. It fails with kind
// Unauthenticated when the token is unknown, ended or too old.
type authenticator func(tx *store.Tx, token string) (session, error)

// authenticate asks package account.
func authenticate(_ *store.Tx, _ string) (session, error) {
	return session{}, store.E(store.Unauthenticated, "err.sign_in")
}

func sessionToken(r *http.Request) string {
	c, err := r.Cookie(sessionCookie)
	if err != nil {
		return ""
	}
	return c.Value
}

// remember keeps a session in the browser: until it is closed when for is 0,
// for a shared computer.
func (r *request) remember(token string, keep time.Duration) {
	r.setCookie(sessionCookie, token, keep)
}

// forget removes the session from the browser.
func (r *request) forget() { r.setCookie(sessionCookie, "", -1) }

// setCookie keeps a value for so long; 0 is until the browser is closed, less
// removes it.
func (r *request) setCookie(name, value string, keep time.Duration) {
	c := &http.Cookie{
		Name: name, Value: value, Path: "/",
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: r.IsTLS(),
	}
	switch {
	case keep > 0:
		c.MaxAge = int(keep / time.Second)
	case keep < 0:
		c.MaxAge = -1
	}
	r.SetCookie(c)
}

// notice is a sentence shown once, on the page after a form.
type notice struct {
	Key  string `json:"k"`
	Args []any  `json:"a,omitempty"`
}

// setNotice carries a sentence to the next page.
func (r *request) setNotice(key string, args []any) {
	b, err := json.Marshal(notice{key, args})
	if err != nil {
		return // a sentence lost, nothing more
	}
	r.setCookie(noticeCookie, base64.RawURLEncoding.EncodeToString(b), time.Minute)
}

// takeNotice is the sentence carried here; it will not be shown again.
func (r *request) takeNotice() string {
	c, err := r.Request().Cookie(noticeCookie)
	if err != nil || c.Value == "" {
		return ""
	}
	r.setCookie(noticeCookie, "", -1)
	r.Uncached()
	b, err := base64.RawURLEncoding.DecodeString(c.Value)
	var n notice
	if err != nil || json.Unmarshal(b, &n) != nil || !r.has(n.Key) {
		return ""
	}
	return r.T(n.Key, n.Args...)
}
