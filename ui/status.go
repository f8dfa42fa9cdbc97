package ui

import (
	"cmp"
	"io"
	"net/http"
	"slices"
	"time"
)

// statusRoutes are the pages that tell how the box is.
func (s *Server) statusRoutes() []route {
	return []route{
		{GET, "/etat", public, s.status},
		{GET, "/etat/rapport", operator, s.statusReport},
		{POST, "/etat/bouton", loopback, s.pressButton},
		{GET, "/healthz", public, s.healthz},
	}
}

// statusPage shows the health tree and, on a PC, the LED and the button.
type statusPage struct {
	page
	Known  bool // whether the box watches itself
	Health Check
	Light  *Light
	Button bool
	Log    []string // newest first; for operators
}

// checkLine is one part of the box as the page lists it.
type checkLine struct {
	Status, Text, Grade, Detail, Href string
	worst                             Status
}

// Lines lists the tree, the worst first, then parents before their parts.
func (p *statusPage) Lines() []checkLine {
	list := p.lines(nil, p.Health)
	slices.SortStableFunc(list, func(a, b checkLine) int { return cmp.Compare(b.worst, a.worst) })
	return list
}

func (p *statusPage) lines(list []checkLine, c Check) []checkLine {
	if c.Key != "" && (!c.Kept || p.Operates()) {
		line := checkLine{worst: c.Status, Status: c.Status.String(), Text: p.T(c.Key, c.Args...), Grade: p.T("ui.status.grade_" + c.Status.String())}
		if p.Operates() {
			line.Detail, line.Href = c.Detail, c.Href
		}
		list = append(list, line)
	}
	for _, part := range c.Parts {
		list = p.lines(list, part)
	}
	return list
}

// LightText says what the LED shows and means.
func (p *statusPage) LightText() string {
	return p.T("ui.light."+p.Light.Code, "n", p.Light.Flashes)
}

func (s *Server) status(r *request) error {
	r.Uncached() // the box changes without a commit
	p := &statusPage{page: r.page("ui.status.title")}
	if s.opt.Health != nil {
		p.Known, p.Health = true, s.opt.Health.Check(r.context())
	}
	if s.opt.Journal != nil && p.Operates() {
		p.Log = s.opt.Journal()
		slices.Reverse(p.Log)
	}
	if s.opt.Panel != nil {
		light := s.opt.Panel.Light()
		p.Light = &light
		p.Button = s.opt.Panel.Simulated() && r.fromLoopback()
	}
	return r.Render("core/status", p)
}

// statusReport is the same health as a text, to send to somebody who helps.
func (s *Server) statusReport(r *request) error {
	if s.opt.Report == nil {
		return errNoPage
	}
	r.Uncached()
	r.Response().Header().Set("Content-Disposition", `attachment; filename="copi.txt"`)
	return r.whole("text/plain; charset=utf-8", func(out io.Writer) error { return s.opt.Report(r.context(), out) })
}

// The lengths a simulated button is held for, by the name its form sends
// (OPERATIONS.md: a short press, the shutdown gesture, the recovery gesture).
var presses = map[string]time.Duration{
	"court":   300 * time.Millisecond,
	"arret":   4 * time.Second,
	"secours": 8 * time.Second,
}

func (s *Server) pressButton(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	hold, ok := presses[f.text("duree")]
	if s.opt.Panel == nil || !s.opt.Panel.Simulated() || !ok {
		return errNoPage
	}
	s.opt.Panel.Press(hold)
	return r.Redirect("/etat", "ui.status.pressed")
}

// healthz answers programs: 200 while the box works, 503 when a part does not.
func (s *Server) healthz(r *request) error {
	r.Uncached()
	if s.opt.Health == nil {
		return r.JSON(http.StatusOK, map[string]string{"status": "ok"})
	}
	check := s.opt.Health.Check(r.context())
	if broken := check.broken(nil); len(broken) > 0 {
		return r.JSON(http.StatusServiceUnavailable, map[string]any{"status": "broken", "broken": broken})
	}
	return r.JSON(http.StatusOK, map[string]string{"status": "ok"})
}

// broken lists the names of the parts that do not work.
func (c Check) broken(names []string) []string {
	if c.Status == Broken && len(c.Parts) == 0 {
		names = append(names, c.Name)
	}
	for _, part := range c.Parts {
		names = part.broken(names)
	}
	return names
}
