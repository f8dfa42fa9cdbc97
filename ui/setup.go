package ui

import (
	"slices"
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/listing"
)

// The set-up of a new box: who proved to stand at it goes through the steps,
// each saved when it is done. Once the box is open these addresses are gone.

const (
	setupPath   = "/installation"
	setupCookie = "copi_installation"
	setupKeep   = 7 * 24 * time.Hour
)

// setupSlugs are the addresses of the steps.
var setupSlugs = map[account.Step]string{
	account.StepCommune: "commune", account.StepPlace: "lieu", account.StepPublisher: "editeur",
	account.StepHost: "hebergeur", account.StepCharter: "charte", account.StepOperator: "responsable",
	account.StepSheet: "feuille", account.StepOpen: "ouverture", stepClock: "heure",
}

// setupTemplates are their pages.
var setupTemplates = map[account.Step]string{
	account.StepCommune: "setup/commune", account.StepPlace: "setup/place", account.StepPublisher: "setup/publisher",
	account.StepHost: "setup/host", account.StepCharter: "setup/charter", account.StepOperator: "setup/operator",
	account.StepSheet: "setup/sheet", account.StepOpen: "setup/open", stepClock: "setup/clock",
}

func (s *Server) setupRoutes() []route {
	list := []route{
		{GET, setupPath, presence, s.setup},
		{POST, setupPath, presence, s.setupCode},
	}
	for _, step := range []struct {
		step      account.Step
		show, act handler
	}{
		{stepClock, s.setupClock, s.setupSetClock},
		{account.StepCommune, s.setupCommune, s.setupChoose},
		{account.StepPlace, s.setupPlace, s.setupConfirm},
		{account.StepPublisher, s.setupPublisher, s.setupSavePublisher},
		{account.StepHost, s.setupHost, s.setupSaveHost},
		{account.StepCharter, s.setupCharter, s.setupSaveCharter},
		{account.StepOperator, s.setupOperator, s.setupAddOperator},
		{account.StepSheet, s.setupSheet, s.setupReadBack},
		{account.StepOpen, s.setupOpen, s.setupFinish},
	} {
		path := setupPath + "/" + setupSlugs[step.step]
		list = append(list, route{GET, path, presence, s.step(step.step, step.show)}, route{POST, path, presence, s.step(step.step, step.act)})
	}
	return list
}

// stepClock comes before the others on a box that does not know the time: the
// first event needs a date. It is the machine's affair, not package account's.
const stepClock account.Step = "clock"

// steps lists the steps of the set-up as the box needs them now.
func (s *Server) steps() []account.Step {
	if s.opt.Timekeeper == nil || !s.unsure() {
		return account.Steps
	}
	return append([]account.Step{stepClock}, account.Steps...)
}

// setupPage is any page of the set-up.
type setupPage struct {
	formPage
	Box   account.Box
	Steps []stepView
	Back  string // the step before
	Step  account.Step

	Expected bool // a code would be accepted just now

	Found []listing.Commune // communes to choose from
	Total int

	Commune listing.Commune // the one chosen
	Near    []listing.Landmark

	Words         []string // of the recovery sheet
	QR            qrCode
	First, Second int // numbers of the words to read back
	Charter       []passage
	Login         string // of the first operator
	Clock         clockForm
}

func (r *request) setupToken() string {
	c, err := r.Request().Cookie(r.s.cookie(setupCookie))
	if err != nil {
		return ""
	}
	return c.Value
}

// step leads to the code without a proof, and to the first step that is not
// done when this one comes later.
func (s *Server) step(step account.Step, do handler) handler {
	return func(r *request) error {
		r.Uncached()
		next, err := r.nextStep()
		switch {
		case store.KindOf(err) == store.Unauthenticated:
			return r.Redirect(setupPath, "")
		case err != nil:
			return err
		case slices.Index(s.steps(), step) > slices.Index(s.steps(), next):
			return r.Redirect(setupPath+"/"+setupSlugs[next], "")
		}
		return do(r)
	}
}

func (r *request) nextStep() (next account.Step, err error) {
	err = r.View(func(tx *store.Tx) error {
		b, err := account.SettingUp(tx, r.setupToken())
		if err != nil {
			return err
		}
		if next = r.s.steps()[0]; next == stepClock {
			return nil
		}
		next, err = account.NextStep(tx, b)
		return err
	})
	return next, err
}

// setupPage starts the page of a step with what is known of the box.
func (r *request) setupPage(step account.Step, f *form) (*setupPage, error) {
	r.Uncached()
	p := &setupPage{formPage: r.formPage("setup.title."+string(step), f), Step: step}
	err := r.View(func(tx *store.Tx) error {
		var err error
		p.Box, err = account.SettingUp(tx, r.setupToken())
		return err
	})
	steps := r.s.steps()
	for i, s := range steps {
		p.Steps = append(p.Steps, stepView{Word: r.T("setup.step." + string(s)), Current: s == step})
		if s == step && i > 0 {
			p.Back = setupPath + "/" + setupSlugs[steps[i-1]]
		}
	}
	return p, err
}

// onward leads to the first step that is not done.
func (r *request) onward() error {
	next, err := r.nextStep()
	if err != nil {
		return err
	}
	return r.Redirect(setupPath+"/"+setupSlugs[next], "")
}

// stepAgain shows a step whose form was refused.
func (r *request) stepAgain(step account.Step, f *form, fault error, more func(*setupPage) error) error {
	p, err := r.setupPage(step, f)
	if err != nil {
		return err
	}
	if more != nil {
		if err := more(p); err != nil {
			return err
		}
	}
	return r.again(f, fault, setupTemplates[step], p)
}

// setup asks for the code of the box, or goes on where the phone was closed.
func (s *Server) setup(r *request) error {
	r.Uncached()
	next, err := r.nextStep()
	switch store.KindOf(err) {
	case store.Unauthenticated:
		p := s.codePage(r, r.emptyForm())
		return r.Render("setup/code", p)
	default:
		if err != nil {
			return err
		}
		return r.Redirect(setupPath+"/"+setupSlugs[next], "")
	}
}

func (s *Server) codePage(r *request, f *form) *setupPage {
	p := &setupPage{formPage: r.formPage("setup.code.title", f)}
	p.Expected = s.opt.Presence != nil && s.opt.Presence.Expected()
	return p
}

// setupCode takes the code and lets this browser set the box up.
func (s *Server) setupCode(r *request) error {
	r.Uncached()
	f, err := r.form()
	if err != nil {
		return err
	}
	ready, err := s.isSetUp(r)
	if err != nil {
		return err
	}
	if ready || s.opt.Presence == nil {
		return errNoPage
	}
	if err := s.opt.Presence.Prove(r.context(), f.text("code")); err != nil {
		return r.againAtBox(f, err, "setup/code", s.codePage(r, f))
	}
	var token string
	err = r.Update(func(tx *store.Tx) (err error) {
		token, err = account.BeginSetup(tx)
		return err
	})
	if err != nil {
		return err
	}
	r.setCookie(setupCookie, token, setupKeep)
	return r.Redirect(setupPath, "setup.code.done")
}
