package ui

import "slices"

// adminRoutes are the operator's.
func (s *Server) adminRoutes() []route {
	return []route{
		{GET, "/admin", operator, s.admin},
	}
}

// sentence of the operator's page: what there is to know or to do, with one
// button.
type task struct {
	Text   string
	Action string // on the button
	Href   string
	Urgent bool
}

// adminPage is a list of sentences, the urgent ones first.
type adminPage struct {
	page
	Tasks []task
}

func (s *Server) admin(r *request) error {
	p := &adminPage{page: r.page("ui.admin.title")}
	for _, tasks := range s.chores() {
		list, err := tasks(r)
		if err != nil {
			return err
		}
		p.Tasks = append(p.Tasks, list...)
	}
	p.Tasks = slices.DeleteFunc(p.Tasks, func(t task) bool { return r.isOff(t.Href) })
	return r.Render("core/admin", p)
}

// chores lists what each module has to say to the operator; a module adds its
// line here.
func (s *Server) chores() []func(*request) ([]task, error) {
	return []func(*request) ([]task, error){
		s.clockChores, s.healthChores, s.backupChores, s.moderationChores, s.bookingChores, s.timebankChores, s.paperChores, s.neighbourChores,
		s.accountChores, s.charterChores, s.intakeChores,
	}
}

// healthChores are the parts of the box that are not well. The clock has a
// sentence of its own.
func (s *Server) healthChores(r *request) ([]task, error) {
	if s.opt.Health == nil {
		return nil, nil
	}
	unwell := func(c Check) bool { return c.Worst() != Fine && (c.Name != "clock" || s.opt.Timekeeper == nil) }
	if !slices.ContainsFunc(s.opt.Health.Check(r.context()).Parts, unwell) {
		return nil, nil
	}
	return []task{{Text: r.T("ui.admin.unwell"), Action: r.T("ui.admin.see_status"), Href: "/etat", Urgent: true}}, nil
}
