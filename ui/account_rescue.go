package ui

import (
	"context"
	"log/slog"
	"strings"

	"copi.local/store"
	"copi.local/store/account"
)

const (
	rescuePath = "/recuperation"
	sealPath   = "/admin/recuperation"
)

// presenceCookie names, on the shelf, that this browser proved to stand at the
// box: for ten minutes it need not again.
const presenceCookie = "copi_presence"

func (s *Server) rescueRoutes() []route {
	return []route{
		{GET, rescuePath, presence, s.rescue},
		{POST, rescuePath, presence, s.provePresence},
		{GET, "/recuperation/code", presence, s.rescueCodeForm},
		{POST, "/recuperation/code", presence, s.rescueByCode},
		{GET, "/recuperation/feuille", presence, s.rescueSheetForm},
		{POST, "/recuperation/feuille", presence, s.rescueBySheet},
		{GET, "/recuperation/attente", presence, s.rescueWaitForm},
		{POST, "/recuperation/attente", presence, s.rescueByWaiting},
	}
}

// rescuePage is one way back in.
type rescuePage struct {
	formPage
	Present bool // somebody proved to stand at the box, from this browser
	Machine bool // the box has a way to prove it
	Wait    account.Wait
	Running bool
	Open    bool // the wait is over
}

func (r *request) rescuePage(title string, f *form) (*rescuePage, error) {
	r.Uncached()
	p := &rescuePage{formPage: r.formPage(title, f), Present: r.present(), Machine: r.s.opt.Presence != nil}
	err := r.View(func(tx *store.Tx) (err error) {
		p.Wait, err = account.WaitOf(tx)
		p.Running, p.Open = p.Wait.Running(tx.Now), p.Wait.Open(tx.Now)
		return err
	})
	return p, err
}

// present tells whether this browser proved presence less than ten minutes ago.
func (r *request) present() bool {
	c, err := r.Request().Cookie(r.s.cookie(presenceCookie))
	return err == nil && r.s.once.get("presence/"+c.Value) != nil
}

// needPresence is the way to the page that asks for the code.
func (r *request) needPresence() error {
	return r.Redirect(rescuePath, "account.rescue.presence_first")
}

func (s *Server) rescue(r *request) error {
	p, err := r.rescuePage("account.rescue.title", r.emptyForm())
	if err != nil {
		return err
	}
	return r.Render("account/rescue", p)
}

// provePresence takes the code the box blinked.
func (s *Server) provePresence(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	if s.opt.Presence == nil {
		return errNoPage
	}
	if err := r.prove(f); err != nil {
		p, perr := r.rescuePage("account.rescue.title", f)
		if perr != nil {
			return perr
		}
		return r.againAtBox(f, err, "account/rescue", p)
	}
	return r.Redirect(rescuePath, "account.rescue.proved")
}

// prove takes the code of the box from a form, and remembers that whoever has
// this browser stands at it.
func (r *request) prove(f *form) error {
	if err := r.s.opt.Presence.Prove(r.context(), strings.TrimSpace(f.text("code"))); err != nil {
		return err
	}
	id := store.NewID() + store.NewID()
	r.s.once.put("presence/"+id, "yes")
	r.setCookie(presenceCookie, id, shelfTime)
	return nil
}

// againAtBox is again, for forms with a code of the box: that no code counts
// just now is a fault to read at its field.
func (r *request) againAtBox(f *form, err error, name string, data any) error {
	if store.KindOf(err) == store.Forbidden {
		if a := describe(err); a.field != "" {
			err = store.E(store.Invalid, a.key, a.args...).At(a.field)
		}
	}
	return r.again(f, err, name, data)
}

// rescued ends what presence allowed and leads to the sign-in.
func (r *request) rescued() error {
	if c, err := r.Request().Cookie(r.s.cookie(presenceCookie)); err == nil && r.present() {
		r.s.once.drop("presence/" + c.Value)
		if r.s.opt.Presence != nil {
			r.s.opt.Presence.Done()
		}
	}
	r.setCookie(presenceCookie, "", -1)
	return r.Redirect(signInPath, "account.rescue.done")
}

func (r *request) rescueOf(f *form) account.Rescue {
	return account.Rescue{
		Login: f.text("login"), Password: f.lines("password"), Source: r.source(), Present: r.present(),
	}
}

func (s *Server) rescueCodeForm(r *request) error {
	p, err := r.rescuePage("account.rescue.code_title", r.emptyForm())
	if err != nil {
		return err
	}
	return r.Render("account/rescue_code", p)
}

func (s *Server) rescueByCode(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	number := f.int("number")
	if f.ok() {
		err = s.desk.RescueByCode(r.context(), r.rescueOf(f), number, f.text("code"))
		if err == nil {
			return r.rescued()
		}
	}
	p, perr := r.rescuePage("account.rescue.code_title", f)
	if perr != nil {
		return perr
	}
	if err == nil {
		return r.RenderForm("account/rescue_code", p)
	}
	return r.again(f, err, "account/rescue_code", p)
}

func (s *Server) rescueSheetForm(r *request) error {
	if !r.present() {
		return r.needPresence()
	}
	p, err := r.rescuePage("account.rescue.sheet_title", r.emptyForm())
	if err != nil {
		return err
	}
	return r.Render("account/rescue_sheet", p)
}

func (s *Server) rescueBySheet(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	if !r.present() {
		return r.needPresence()
	}
	if err := s.desk.RescueBySheet(r.context(), r.rescueOf(f), f.lines("words")); err != nil {
		p, perr := r.rescuePage("account.rescue.sheet_title", f)
		if perr != nil {
			return perr
		}
		return r.again(f, err, "account/rescue_sheet", p)
	}
	return r.rescued()
}

func (s *Server) rescueWaitForm(r *request) error {
	p, err := r.rescuePage("account.rescue.wait_title", r.emptyForm())
	if err != nil {
		return err
	}
	return r.Render("account/rescue_wait", p)
}

// rescueByWaiting starts the 72 hours or, when they are over, ends them with a
// new password.
func (s *Server) rescueByWaiting(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	if !r.present() {
		return r.needPresence()
	}
	p, err := r.rescuePage("account.rescue.wait_title", f)
	if err != nil {
		return err
	}
	if !p.Running {
		if err := r.Update(account.StartWait); err != nil {
			return err
		}
		return r.Redirect("/recuperation/attente", "account.rescue.wait_started")
	}
	if err := s.desk.RescueByWaiting(r.context(), r.rescueOf(f)); err != nil {
		return r.again(f, err, "account/rescue_wait", p)
	}
	return r.rescued()
}

// stopWait is an operator's objection to a recovery under way.
func (s *Server) stopWait(r *request) error {
	if err := r.Update(account.StopWait); err != nil {
		return err
	}
	return r.Redirect("/admin", "account.wait.stopped")
}

// sealForm asks an operator to put the recovery sheet, which has served, under
// seal again.
func (s *Server) sealForm(r *request) error {
	p := r.formPage("account.seal.title", r.emptyForm())
	return r.Render("account/seal", &p)
}

func (s *Server) seal(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	if err = s.desk.Confirm(r.context(), r.actor.ID, f.lines("current"), r.source()); err == nil {
		err = r.Update(account.SealSheet)
	}
	if err != nil {
		p := r.formPage("account.seal.title", f)
		return r.again(f, err, "account/seal", &p)
	}
	return r.Redirect("/admin", "account.seal.done")
}

// WaitTold is what everybody reads while somebody recovers the box.
func (p *rescuePage) WaitTold() noticeView {
	return noticeView{Kind: "attention", Text: p.T("account.wait.notice", "until", p.Wait.EndsAt)}
}

// knownWait is the wait as of one version of the database.
type knownWait struct {
	version uint64
	wait    account.Wait
}

// Waiting is that notice for the layout, while somebody recovers the box: on
// the home page for everybody, on every page for who moderates or operates.
func (p *page) Waiting() *noticeView {
	if p.path != "/" && !p.Moderates() {
		return nil
	}
	if w := p.box.wait(); w.Running(p.now) {
		return &noticeView{
			Kind: "attention", Text: p.T("account.wait.notice", "until", w.EndsAt),
			Href: rescuePath, Action: p.T("account.wait.see"),
		}
	}
	return nil
}

// wait is read again after a commit only.
func (s *Server) wait() account.Wait {
	ctx := context.Background()
	version := s.db.Version(ctx)
	if known := s.waits.Load(); known != nil && known.version == version {
		return known.wait
	}
	var w account.Wait
	err := s.db.View(ctx, func(tx *store.Tx) (err error) {
		w, err = account.WaitOf(tx)
		return err
	})
	if err != nil {
		s.log.Error("recovery wait not read", slog.Any("error", err))
		return w
	}
	s.waits.Store(&knownWait{version, w})
	return w
}
