package ui

import (
	"net/url"
	"strings"

	"copi.local/store"
	"copi.local/store/account"
)

// beforeSetup are the addresses that answer on a box nobody set up yet; every
// other page leads to the set-up.
var beforeSetup = []string{"/installation", "/static/", "/aide", "/etat", "/healthz"}

// detour is where a request has to go first, or "": to the set-up of a new
// box; for who came in with a slip, to a password of their own; for who has
// not accepted the charter, to the charter; for an operator who was away, to
// the passphrase.
func (s *Server) detour(r *request, rt route) (to string, err error) {
	ready, err := s.isSetUp(r)
	switch {
	case err != nil:
		return "", err
	case s.opt.Safe != nil, rt.path == welcomePath: // a phone that is led away from its welcome never gets on
		return "", nil
	case !ready && !hasPrefix(rt.path, beforeSetup):
		if isAPI(r.Request()) {
			return "", store.E(store.Busy, "err.setup.first")
		}
		return "/installation", nil
	case r.me.MustChange && !hasPrefix(rt.path, []string{newPasswordPath, "/deconnexion", "/static/", "/charte"}):
		return r.thenBack(newPasswordPath, rt), nil
	case r.me.MustAccept && !r.me.MustChange &&
		!hasPrefix(rt.path, []string{acceptPath, newPasswordPath, "/deconnexion", "/static/", "/charte", "/compte/partir", "/compte/copie"}):
		return r.thenBack(acceptPath, rt), nil
	case r.me.Idle && rt.right == operator:
		return r.thenBack(resumePath, rt), nil
	}
	return "", nil
}

// thenBack is a detour that leads on to the page that was asked for, so that
// nobody loses an invitation on the way through the charter.
func (r *request) thenBack(to string, rt route) string {
	if rt.method != GET || rt.path == "/" {
		return to
	}
	return to + "?vers=" + url.QueryEscape(r.Request().URL.RequestURI())
}

// isSetUp asks the database until the answer is yes, which it stays.
func (s *Server) isSetUp(r *request) (ready bool, err error) {
	if s.opened.Load() {
		return true, nil
	}
	err = r.View(func(tx *store.Tx) (err error) {
		ready, err = account.Ready(tx)
		return err
	})
	if err == nil && ready {
		s.opened.Store(true)
	}
	return ready, err
}

func hasPrefix(path string, prefixes []string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(path, p) {
			return true
		}
	}
	return false
}
