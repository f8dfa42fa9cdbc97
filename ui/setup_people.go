package ui

import (
	"strings"

	"copi.local/store"
	"copi.local/store/account"
)

// The steps of the set-up that say who answers for the box: publisher, host,
// charter, first operator, recovery sheet; then it opens.

func (s *Server) setupPublisher(r *request) error {
	return s.showPublisher(r, account.StepPublisher)
}
func (s *Server) setupHost(r *request) error { return s.showPublisher(r, account.StepHost) }

func (s *Server) showPublisher(r *request, step account.Step) error {
	p, err := r.setupPage(step, nil)
	if err != nil {
		return err
	}
	v := p.Box.Publisher
	if step == account.StepHost && v.Host == "" { // most often the same
		v.Host, v.HostAddress, v.HostPhone = v.Name, v.Address, v.Phone
	}
	p.Form = r.publisherFields(v)
	return r.Render(setupTemplates[step], p)
}

func (s *Server) setupSavePublisher(r *request) error {
	return s.savePublisher(r, account.StepPublisher)
}
func (s *Server) setupSaveHost(r *request) error { return s.savePublisher(r, account.StepHost) }

// savePublisher keeps the half of the publisher's identity this page asks for.
func (s *Server) savePublisher(r *request, step account.Step) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	err = r.Update(func(tx *store.Tx) error {
		b, err := account.SettingUp(tx, r.setupToken())
		if err != nil {
			return err
		}
		v, typed := b.Publisher, f.publisherTyped()
		if step == account.StepPublisher {
			v.Name, v.Address, v.Phone, v.Director = typed.Name, typed.Address, typed.Phone, typed.Director
		} else {
			v.Host, v.HostAddress, v.HostPhone, v.Contact = typed.Host, typed.HostAddress, typed.HostPhone, typed.Contact
		}
		return account.SavePublisher(tx, r.setupToken(), v, step)
	})
	if err != nil {
		return r.stepAgain(step, f, err, nil)
	}
	return r.onward()
}

func (s *Server) setupCharter(r *request) error {
	p, err := r.setupPage(account.StepCharter, nil)
	if err != nil {
		return err
	}
	body := account.CharterTemplate(p.Box.Commune)
	err = r.View(func(tx *store.Tx) error {
		c, err := account.DraftOf(tx)
		if store.KindOf(err) == store.NotFound {
			return nil
		}
		body = c.Body
		return err
	})
	if err != nil {
		return err
	}
	p.Form = r.emptyForm("charter", body)
	return r.Render("setup/charter", p)
}

func (s *Server) setupSaveCharter(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	err = r.Update(func(tx *store.Tx) error { return account.SaveCharter(tx, r.setupToken(), f.lines("charter")) })
	if err != nil {
		return r.stepAgain(account.StepCharter, f, err, nil)
	}
	return r.onward()
}

func (s *Server) setupOperator(r *request) error {
	p, err := r.setupPage(account.StepOperator, r.emptyForm())
	if err != nil {
		return err
	}
	if err := p.operatorOf(r); err != nil {
		return err
	}
	return r.Render("setup/operator", p)
}

func (p *setupPage) operatorOf(r *request) error {
	return r.View(func(tx *store.Tx) (err error) {
		p.Login, err = account.FirstLogin(tx, r.setupToken())
		return err
	})
}

func (s *Server) setupAddOperator(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	err = s.desk.FirstOperator(r.context(), r.setupToken(), account.NewPerson{
		Login: f.text("login"), Name: f.text("name"), Password: f.lines("password"),
	})
	if err != nil {
		return r.stepAgain(account.StepOperator, f, err, nil)
	}
	return r.onward()
}

// setupSheet shows the recovery sheet until two of its words were read back.
func (s *Server) setupSheet(r *request) error {
	p, err := r.setupPage(account.StepSheet, r.emptyForm())
	if err != nil {
		return err
	}
	if err := s.fillSheet(r, p); err != nil {
		return err
	}
	return r.Render("setup/sheet", p)
}

func (s *Server) fillSheet(r *request, p *setupPage) (err error) {
	if p.Words, err = s.desk.Sheet(r.context(), r.setupToken()); err != nil || p.Words == nil {
		return err
	}
	p.First, p.Second = p.Box.Asked()
	p.QR, err = newQR(strings.Join(p.Words, " "))
	return err
}

func (s *Server) setupReadBack(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	if f.has("make") {
		if err := s.desk.MakeSheet(r.context(), r.setupToken()); err != nil {
			return r.stepAgain(account.StepSheet, f, err, nil)
		}
		return r.Redirect(setupPath+"/"+setupSlugs[account.StepSheet], "")
	}
	if err := s.desk.ReadBack(r.context(), r.setupToken(), f.text("first"), f.text("second")); err != nil {
		return r.stepAgain(account.StepSheet, f, err, func(p *setupPage) error { return s.fillSheet(r, p) })
	}
	return r.onward()
}

// setupOpen shows what will be public before the box opens.
func (s *Server) setupOpen(r *request) error {
	p, err := r.setupPage(account.StepOpen, r.emptyForm())
	if err != nil {
		return err
	}
	if err := p.operatorOf(r); err != nil {
		return err
	}
	return r.Render("setup/open", p)
}

func (s *Server) setupFinish(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	var me account.Session
	var token string
	if !f.has("charter") {
		err = store.E(store.Invalid, "err.account.charter_needed").At("charter")
	} else {
		err = r.Update(func(tx *store.Tx) (err error) {
			me, token, err = account.OpenBox(tx, r.setupToken(), r.device())
			return err
		})
	}
	if err != nil {
		return r.stepAgain(account.StepOpen, f, err, func(p *setupPage) error { return p.operatorOf(r) })
	}
	if s.opt.Presence != nil {
		s.opt.Presence.Done()
	}
	r.setCookie(setupCookie, "", -1)
	r.remember(token, me)
	return r.Redirect("/", "setup.open.done")
}
