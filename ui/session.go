package ui

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/notify"
)

// The cookies of the box. All are HttpOnly, SameSite=Lax, for the whole box.
const (
	sessionCookie = "copi"
	langCookie    = "copi_langue"
	noticeCookie  = "copi_avis"
)

// authenticator finds the session of a token; see account.Authenticate. A test
// puts its own in.
type authenticator func(tx *store.Tx, token string) (account.Session, error)

// whoAsks finds the session of the request's cookie, and notes the visit now
// and then so that the session lives on. A session that ended is a visitor's.
func (r *request) whoAsks(token string) error {
	var me account.Session
	err := r.View(func(tx *store.Tx) (err error) {
		if me, err = r.s.auth(tx, token); err == nil {
			r.unread, err = notify.Unread(tx, me.Actor.ID)
		}
		return err
	})
	if store.KindOf(err) == store.Unauthenticated {
		r.forget()
		return nil
	}
	if err != nil {
		return err
	}
	r.me, r.actor = me, me.Actor
	r.SetRequest(r.Request().WithContext(store.As(r.context(), me.Actor)))
	if !me.Stale(r.now) {
		return nil
	}
	err = r.Update(func(tx *store.Tx) (err error) {
		me, err = account.Touch(tx, me)
		return err
	})
	if err == nil {
		r.remember(token, me) // the browser keeps it as long as we do
	}
	return err
}

func (s *Server) sessionToken(r *http.Request) string {
	c, err := r.Cookie(s.cookie(sessionCookie))
	if err != nil {
		return ""
	}
	return c.Value
}

// remember keeps a new session's token in the browser, until it is closed on
// a computer others use.
func (r *request) remember(token string, me account.Session) {
	keep := me.ExpiresAt.Sub(r.now)
	if me.Shared {
		keep = 0
	}
	r.setCookie(sessionCookie, token, keep)
}

// forget removes the session from the browser.
func (r *request) forget() { r.setCookie(sessionCookie, "", -1) }

// setCookie keeps a value for so long; 0 is until the browser is closed, less
// removes it.
func (r *request) setCookie(name, value string, keep time.Duration) {
	c := &http.Cookie{ //nolint:gosec // Secure over TLS; a box on the hall's network has plain http
		Name: r.s.cookie(name), Value: value, Path: "/",
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

// setNotice carries a sentence to the next page. Numbers stay numbers, since
// they choose the plural; other values are written out here.
func (r *request) setNotice(key string, args []any) {
	n := notice{Key: key}
	for i, arg := range args {
		if _, ok := number(arg); !ok && i%2 == 1 {
			arg = r.show(arg)
		}
		n.Args = append(n.Args, arg)
	}
	b, err := json.Marshal(n)
	if err != nil {
		return // a sentence lost, nothing more
	}
	r.setCookie(noticeCookie, base64.RawURLEncoding.EncodeToString(b), time.Minute)
}

// takeNotice is the sentence carried here; it will not be shown again.
func (r *request) takeNotice() string {
	c, err := r.Request().Cookie(r.s.cookie(noticeCookie))
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
