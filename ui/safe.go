package ui

import (
	"context"
	"net/http"
	"strings"
	"time"
)

// A box whose data cannot be used shows what was kept last, takes nothing, and
// leads whoever stands at it through putting a backup back.

const (
	safePath        = "/secours"
	safeRestorePath = safePath + "/sauvegarde"
)

// Safe is why the box shows no more than a copy.
type Safe struct {
	Trouble string    // "damaged", "newer", "storage" or "lost"
	Detail  string    // one line for whoever helps
	CopyAt  time.Time // of the copy that is shown; zero: there is none
}

func (s *Server) safeRoutes() []route {
	return []route{
		{GET, safePath, presence, s.safe},
		{POST, safePath, presence, s.safeProve},
		{GET, safeRestorePath, presence, s.atSafeBox(s.safeRestore)},
		{POST, safeRestorePath, presence, s.atSafeBox(s.safeRestoreDo)},
		{POST, safeRestorePath + "/fichier", presence, s.atSafeBox(s.safeRestoreReceive)},
	}
}

// restores tells whether putting a backup back would help.
func (s *Safe) restores() bool { return s.Trouble != "newer" && s.Trouble != "storage" }

// safePage says what is wrong and what to do.
type safePage struct {
	formPage
	Safe     *Safe
	Present  bool // somebody proved to stand at the box, from this browser
	Expected bool // a code would be accepted just now
}

// Why is what is wrong, in a sentence.
func (p *safePage) Why() string { return p.T("safe.why." + p.Safe.Trouble) }

// What is what to do about it.
func (p *safePage) What() string { return p.T("safe.do." + p.Safe.Trouble) }

// Restores tells whether a backup can be put back here.
func (p *safePage) Restores() bool {
	return p.Safe.restores() && p.box.opt.Presence != nil && p.box.opt.Restorer != nil
}

func (r *request) safePage(f *form) *safePage {
	r.Uncached()
	at := r.s.opt.Presence
	return &safePage{
		formPage: r.formPage("safe.title", f), Safe: r.s.opt.Safe, Present: r.present(), Expected: at != nil && at.Expected(),
	}
}

func (s *Server) safe(r *request) error {
	if s.opt.Safe == nil {
		return errNoPage
	}
	status := http.StatusOK
	if r.context().Value(insteadKey{}) != nil { // of another page
		status = http.StatusServiceUnavailable
		r.Response().Header().Set("Retry-After", "3600")
	}
	return r.RenderStatus(status, "core/safe", r.safePage(r.emptyForm()))
}

// safeProve takes the code of the box and lets this browser put a backup back.
func (s *Server) safeProve(r *request) error {
	if s.opt.Safe == nil || !s.opt.Safe.restores() || s.opt.Presence == nil {
		return errNoPage
	}
	f, err := r.form()
	if err != nil {
		return err
	}
	if err := r.prove(f); err != nil {
		return r.againAtBox(f, err, "core/safe", r.safePage(f))
	}
	return r.Redirect(safeRestorePath, "account.rescue.proved")
}

// atSafeBox leads to the code of the box without a proof.
func (s *Server) atSafeBox(do handler) handler {
	return func(r *request) error {
		switch {
		case s.opt.Safe == nil || !s.opt.Safe.restores() || s.opt.Restorer == nil:
			return errNoPage
		case !r.present():
			return r.Redirect(safePath, "account.rescue.presence_first")
		}
		return do(r)
	}
}

// safeRestorePage fills the page of a restore for who stands at the box.
func (r *request) safeRestorePage(f *form) (p *restorePage, err error) {
	p = r.anyRestorePage(f, safeRestorePath, safePath)
	p.Safe = true
	p.Kept, err = r.keptBackups()
	return p, err
}

func (s *Server) safeRestore(r *request) error {
	p, err := r.safeRestorePage(r.emptyForm())
	if err != nil {
		return err
	}
	return r.restoreShow(p)
}

func (s *Server) safeRestoreDo(r *request) error {
	return r.restoreForm(r.safeRestorePage, safeRestorePath)
}

func (s *Server) safeRestoreReceive(r *request) error {
	return r.restoreTake(r.safeRestorePage, safeRestorePath)
}

// SafeTold is what everybody reads on a copy.
func (p *page) SafeTold() *noticeView {
	safe := p.box.opt.Safe
	if safe == nil || hasPrefix(p.path, []string{safePath}) {
		return nil
	}
	return &noticeView{Kind: "attention", Text: p.T("safe.banner", "when", p.DayTime(safe.CopyAt)), Href: safePath, Action: p.T("safe.more")}
}

// onlyCopy answers on a box that shows a copy: its pages are read; everything
// else leads to the page that says why, so that nobody believes something saved.
func (s *Server) onlyCopy(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		reads := r.Method == GET || r.Method == http.MethodHead
		switch path := r.URL.Path; {
		case path == "/healthz":
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusServiceUnavailable)
			_, _ = w.Write([]byte(`{"status":"broken","broken":["data"]}`)) // the caller hung up
			return
		case hasPrefix(path, []string{safePath, "/static/"}):
		case reads && !s.opt.Safe.CopyAt.IsZero() && !hasPrefix(path, forWriting):
		case strings.HasPrefix(path, "/api/"):
			s.refuse(errSafe).ServeHTTP(w, r)
			return
		default:
			r = r.Clone(context.WithValue(r.Context(), insteadKey{}, true))
			r.Method, r.URL.Path, r.URL.RawPath, r.URL.RawQuery, r.Body = GET, safePath, "", "", http.NoBody
		}
		next.ServeHTTP(w, r)
	})
}

// insteadKey marks a request that is answered with the page of why.
type insteadKey struct{}

// forWriting are pages whose only use is to write something.
var forWriting = []string{signInPath, "/inscription", rescuePath, setupPath}
