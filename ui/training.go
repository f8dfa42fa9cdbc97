package ui

import (
	"net"

	"copi.local/store"
	"copi.local/store/account"
)

// Training is the village in which people practise, see appliance/training.go.
type Training interface {
	State() TrainingState
	// Switch opens or closes it, also after the box was started again.
	Switch(on bool) error
	// Reset makes it as it was at first.
	Reset()
}

// The stages of a training village that is on.
const (
	TrainingOpens = "opens" // it is being filled
	TrainingOpen  = "open"
	TrainingFails = "fails" // the log says why
)

// TrainingState is how it is.
type TrainingState struct {
	On    bool
	Stage string // one of the above; empty when it is off
	Port  string // on which it answers
}

// Trainee is an invented person as whom people practise.
type Trainee struct {
	Login, Password, Name string
	Role                  store.Role
}

func (s *Server) trainingRoutes() []route {
	return []route{
		{GET, "/admin/entrainement", operator, s.training},
		{POST, "/admin/entrainement", operator, s.trainingSet},
	}
}

// trainingPage is what the operator decides about the training village.
type trainingPage struct {
	page
	State TrainingState
	None  bool   // this box can have none
	Href  string // of the village
}

// training shows whether the village is open, and where.
func (s *Server) training(r *request) error {
	p := &trainingPage{page: r.page("training.title"), None: s.opt.Training == nil}
	if !p.None {
		p.State = s.opt.Training.State()
		host := r.Request().Host
		if name, _, err := net.SplitHostPort(host); err == nil {
			host = name
		}
		p.Href = "http://" + net.JoinHostPort(host, p.State.Port) + "/"
	}
	r.Uncached()
	return r.Render("training/training", p)
}

// trainingSet opens, closes or clears it. The public log says that a part of
// the box was switched.
func (s *Server) trainingSet(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	if s.opt.Training == nil {
		return r.Redirect("/admin/entrainement", "training.none")
	}
	on, told := f.text("do") == "on", "training.closed"
	switch {
	case f.text("do") == "reset":
		s.opt.Training.Reset()
		return r.Redirect("/admin/entrainement", "training.reset_done")
	case on:
		told = "training.opened"
	}
	if s.opt.Training.State().On != on {
		if err := s.opt.Training.Switch(on); err != nil {
			return err
		}
		if err := r.Update(func(tx *store.Tx) error { return account.Log(tx, account.ActModules) }); err != nil {
			return err
		}
	}
	return r.Redirect("/admin/entrainement", told)
}

// TrainingTold marks every page of a training village; where one signs in it
// lists as whom.
func (p *page) TrainingTold() *noticeView {
	if len(p.box.opt.Trainees) == 0 {
		return nil
	}
	n := &noticeView{Kind: "attention", Text: p.T("training.told")}
	if p.path != signInPath && p.Me.Actor.ID == "" {
		n.Href, n.Action = signInPath, p.T("training.who")
	}
	return n
}

// Trainees are those as whom one can practise; none on a real box.
func (p *page) Trainees() []Trainee { return p.box.opt.Trainees }

// TrainingRole names the role of one.
func (p *page) TrainingRole(t Trainee) string { return p.T("account.role." + t.Role.String()) }

// cookie is the name under which a cookie is kept: a browser takes two ports of
// one host for the same place, and a session of the training village is none of
// the box.
func (s *Server) cookie(name string) string {
	if len(s.opt.Trainees) > 0 && name != langCookie {
		return name + "_entrainement"
	}
	return name
}
