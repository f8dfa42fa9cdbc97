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
		{POST, safePath + "/cle", presence, s.savesAtBox(s.safeStick)},
		{POST, safePath + "/telecharger", presence, s.savesAtBox(s.safeSend)},
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
	Stick    *stickView
}

// Why is what is wrong, in a sentence.
func (p *safePage) Why() string { return p.T("safe.why." + p.Safe.Trouble) }

// What is what to do about it.
func (p *safePage) What() string { return p.T("safe.do." + p.Safe.Trouble) }

// Restores tells whether a backup can be put back here.
func (p *safePage) Restores() bool {
	return p.Safe.restores() && p.box.opt.Presence != nil && p.box.opt.Restorer != nil
}

// Saves tells whether what is shown can be taken away as a backup.
func (p *safePage) Saves() bool { return p.box.saves() }

// Proves tells whether the code of the box opens anything here.
func (p *safePage) Proves() bool { return p.Restores() || p.Saves() }

// saves tells whether a box that shows a copy can give it away: not where the data
// are whole and the copy is older than they are.
func (s *Server) saves() bool {
	return s.opt.Safe != nil && s.opt.Safe.Trouble != "newer" && !s.opt.Safe.CopyAt.IsZero() && s.opt.Backups != nil && s.opt.Presence != nil
}

func (r *request) safePage(f *form) *safePage {
	r.Uncached()
	at := r.s.opt.Presence
	p := &safePage{
		formPage: r.formPage("safe.title", f), Safe: r.s.opt.Safe, Present: r.present(), Expected: at != nil && at.Expected(),
	}
	if p.Present && p.Saves() {
		p.Stick = r.stickView()
	}
	return p
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
	if s.opt.Safe == nil || !s.opt.Safe.restores() && !s.saves() || s.opt.Presence == nil {
		return errNoPage
	}
	f, err := r.form()
	if err != nil {
		return err
	}
	if err := r.prove(f); err != nil {
		return r.againAtBox(f, err, "core/safe", r.safePage(f))
	}
	if !s.opt.Safe.restores() || s.saves() {
		return r.Redirect(safePath, "account.rescue.proved")
	}
	return r.Redirect(safeRestorePath, "account.rescue.proved")
}

// savesAtBox leads to the code of the box without a proof.
func (s *Server) savesAtBox(do func(*request, *form) error) handler {
	return func(r *request) error {
		switch {
		case !s.saves():
			return errNoPage
		case !r.present():
			return r.Redirect(safePath, "account.rescue.presence_first")
		}
		f, err := r.form()
		if err != nil {
			return err
		}
		if err := do(r, f); err != nil {
			return r.again(f, err, "core/safe", r.safePage(f))
		}
		return nil
	}
}

// safeStick copies what is shown to the stick.
func (s *Server) safeStick(r *request, f *form) error {
	if err := r.copyToStick(f); err != nil {
		return err
	}
	return r.Redirect(safePath+"#cle", "")
}

// safeSend hands what is shown over as a backup: it opens with the recovery sheet
// alone.
func (s *Server) safeSend(r *request, _ *form) error {
	return r.sendBackup(func(err error) error { return err })
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
