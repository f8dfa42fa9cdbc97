package ui

import (
	"time"

	"copi.local/store"
	"copi.local/store/account"
)

// The box's time for the people in front of it. A Pi without battery wakes up
// at its floor and is unsure: everybody reads so, and an operator says what
// time it is. Without a script the box cannot ask a phone, so it is typed.

const clockPath = "/admin/heure"

func (s *Server) clockRoutes() []route {
	return []route{
		{GET, clockPath, operator, s.clockAdmin},
		{POST, clockPath, operator, s.setClock},
	}
}

// unsure tells whether the box is not certain of the time of day.
func (s *Server) unsure() bool { return !s.clock.Quality().Sure() }

// ClockTold is what everybody reads while the box is unsure of the time,
// except where the page itself is about that.
func (p *page) ClockTold() *noticeView {
	if !p.Unsure || p.path == "/admin" || p.path == clockPath || hasPrefix(p.path, []string{setupPath}) {
		return nil
	}
	n := &noticeView{Kind: "attention", Text: p.T("clock.banner")}
	if p.Operates() && p.box.opt.Timekeeper != nil {
		n.Href, n.Action = clockPath, p.T("clock.go")
	}
	return n
}

// clockChores asks the operator for the time.
func (s *Server) clockChores(r *request) ([]task, error) {
	if s.opt.Timekeeper == nil || !s.unsure() {
		return nil, nil
	}
	return []task{{
		Text: r.T("clock.chore", "box", r.WholeTime(s.opt.Timekeeper.Shown())), Action: r.T("clock.go"), Href: clockPath, Urgent: true,
	}}, nil
}

// clockForm asks for the date and the time: "your watch says 14 h 32, the box
// 3 h 10".
type clockForm struct {
	*form
	Action string    // address it is sent to
	Box    time.Time // the box's guess
	Told   time.Time // a time far from it, to be confirmed; else zero
}

// Form is the form as the parts of a page know it.
func (c clockForm) Form() *form { return c.form }

// Far tells whether the time told has to be confirmed.
func (c clockForm) Far() bool { return !c.Told.IsZero() }

// Stamp binds the confirmation to the time it was asked for: another date in
// the fields is asked about again.
func (c clockForm) Stamp() string { return stampOf(c.Told) }

func stampOf(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// clockAsked is the form with the box's guess in it.
func (r *request) clockAsked(action string) clockForm {
	box := r.local(r.s.opt.Timekeeper.Shown())
	return clockForm{
		form:   r.emptyForm("day", box.Format("2006-01-02"), "time", box.Format("15:04")),
		Action: action, Box: box,
	}
}

// clockTold reads the form and sets the clock. err is for errors.go; a form to
// show again has faults.
func (r *request) clockTold(action string) (c clockForm, err error) {
	f, err := r.form()
	if err != nil {
		return c, err
	}
	keeper := r.s.opt.Timekeeper
	c = clockForm{form: f, Action: action, Box: r.local(keeper.Shown())}
	told := f.moment("day", "time")
	if f.ok() && f.text("day") == "" {
		f.fault("day", "err.ui.date")
	}
	if f.ok() && f.text("time") == "" {
		f.fault("time", "err.clock.empty")
	}
	if !f.ok() {
		return c, nil
	}
	if told.Equal(c.Box.Truncate(time.Minute)) {
		told = c.Box // the minute is right: keep the seconds
	}
	err = keeper.Confirm(told, f.text("sure") == stampOf(told))
	if f.refuse(err) {
		f.Faults[0].Field = "day" // the clock knows no fields
		if store.KindOf(err) == store.Conflict {
			c.Told = told
		}
		return c, nil
	}
	if err != nil {
		return c, err
	}
	return c, r.clockSet()
}

// clockSet notes what was done; its commit renews every page kept.
func (r *request) clockSet() error {
	before := r.now
	r.now = r.s.clock.Now()
	me := r.me
	err := r.Update(func(tx *store.Tx) (err error) {
		me, err = account.ClockSet(tx, me, tx.Now.Sub(before))
		return err
	})
	if err == nil && me.ID != "" {
		r.remember(r.s.sessionToken(r.Request()), me)
	}
	return err
}

// clockPage is the operator's page about the time.
type clockPage struct {
	page
	Clock clockForm
}

func (s *Server) clockAdmin(r *request) error {
	if s.opt.Timekeeper == nil {
		return errNoPage
	}
	return r.Render("core/clock", &clockPage{page: r.page("clock.title"), Clock: r.clockAsked(clockPath)})
}

func (s *Server) setClock(r *request) error {
	if s.opt.Timekeeper == nil {
		return errNoPage
	}
	c, err := r.clockTold(clockPath)
	switch {
	case err != nil:
		return err
	case !c.ok():
		return r.RenderForm("core/clock", &clockPage{page: r.page("clock.title"), Clock: c})
	}
	return r.Redirect("/admin", "clock.done")
}

// setupClock is the step of the set-up on a box that does not know the time;
// on any other it has nothing to ask.
func (s *Server) setupClock(r *request) error {
	if s.steps()[0] != stepClock {
		return r.onward()
	}
	return r.clockStep(r.clockAsked(setupPath + "/" + setupSlugs[stepClock]))
}

func (s *Server) setupSetClock(r *request) error {
	if s.steps()[0] != stepClock {
		return r.onward()
	}
	c, err := r.clockTold(setupPath + "/" + setupSlugs[stepClock])
	switch {
	case err != nil:
		return err
	case !c.ok():
		return r.clockStep(c)
	}
	return r.onward()
}

// clockStep shows the step, with the faults of its form.
func (r *request) clockStep(c clockForm) error {
	p, err := r.setupPage(stepClock, c.form)
	if err != nil {
		return err
	}
	p.Clock = c
	if !c.ok() {
		return r.RenderForm(setupTemplates[stepClock], p)
	}
	return r.Render(setupTemplates[stepClock], p)
}
