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
		s.clockChores, s.healthChores, s.updateChores, s.backupChores, s.restoreChores, s.moderationChores, s.bookingChores, s.timebankChores, s.paperChores, s.neighbourChores,
		s.accountChores, s.charterChores, s.intakeChores,
	}
}

// choresElsewhere are checks whose sentence another of the chores says.
var choresElsewhere = []string{"clock", "backup", "queue", "own_log", "origins", "sheet_used", "update"}

// healthChores are the parts of the box that are not well.
func (s *Server) healthChores(r *request) (list []task, err error) {
	if s.opt.Health == nil {
		return nil, nil
	}
	for _, c := range s.opt.Health.Check(r.context()).unwell(nil) {
		if slices.Contains(choresElsewhere, c.Name) {
			continue
		}
		t := task{Text: r.T(c.Key, c.Args...), Action: r.T("ui.admin.see"), Href: c.Href, Urgent: c.Status == Broken}
		if t.Href == "" {
			t.Action, t.Href = r.T("ui.admin.see_status"), "/etat"
		}
		list = append(list, t)
	}
	return list, nil
}

// unwell lists what is not fine in the tree.
func (c Check) unwell(list []Check) []Check {
	if c.Status != Fine && c.Key != "" {
		list = append(list, c)
	}
	for _, part := range c.Parts {
		list = part.unwell(list)
	}
	return list
}
