package ui

import (
	"cmp"
	"errors"
	"net/url"

	"copi.local/store"
	"copi.local/store/agenda"
	"copi.local/store/calendar"
	"copi.local/store/directory"
)

// participationRoutes are the pages on which people say that they come. Those
// of the organiser are in agenda_roll.go.
func (s *Server) participationRoutes() []route {
	return []route{
		{GET, "/agenda/participations", resident, s.participations},
		{GET, "/agenda/participation/:code", public, s.participation},
		{POST, "/agenda/participation/:code", public, s.participationWithdraw},
		{GET, "/agenda/:id/participer", public, s.participate},
		{POST, "/agenda/:id/participer", public, s.participateDo},
		{GET, "/agenda/:id/participations", owner, s.roll},
		{POST, "/agenda/:id/participations", owner, s.rollSet},
		{POST, "/agenda/:id/participations/:participation", owner, s.rollStrike},
		{GET, "/agenda/:id/participations.csv", owner, s.rollTable},
	}
}

// whichDate is the date of an event an address or a form names: zero for one
// that takes place once, and while a series' date is to be chosen.
func whichDate(e *agenda.Event, name string) (d agenda.Date, key calendar.Wall, err error) {
	if !e.Repeats() {
		d, _ = e.Date(e.Starts)
		return d, calendar.Wall{}, nil
	}
	if name == "" {
		return d, calendar.Wall{}, nil
	}
	d, ok := e.DateNamed(name)
	if !ok {
		return d, key, errNoPage
	}
	return d, d.Original, nil
}

// dateQuery leads to a date of a series.
func dateQuery(e *agenda.Event, d *agenda.Date) string {
	if !e.Repeats() {
		return ""
	}
	return "?date=" + url.QueryEscape(e.Name(d))
}

// participatePage is where a person says that they come, or not any more.
type participatePage struct {
	page
	Form   *form
	Event  agenda.Event // on its date
	When   string
	Date   string // name of the date of a series
	Counts []string
	Mine   string // "Vous participez, pour 2 personnes."
	Why    string // nobody can join
	SignIn string // address, for who has no account and needs one
	Full   bool
	Most   int
	Dates  []joinDate // of a series, to choose from
}

// joinDate is a date of a series to choose.
type joinDate struct {
	Href, When string
	Counts     []string
}

// counted says how many come and how many wait.
func (s *speech) counted(a agenda.Attendance) []string {
	var words []string
	switch {
	case a.Capacity > 0:
		words = append(words, s.T("agenda.joined.of", "n", a.Coming, "capacity", a.Capacity))
	case a.Coming == 0:
		words = append(words, s.T("agenda.joined.none"))
	default:
		words = append(words, s.T("agenda.joined.count", "n", a.Coming))
	}
	if a.Waiting > 0 {
		words = append(words, s.T("agenda.joined.waiting", "n", a.Waiting))
	}
	return words
}

// participatePage gathers what stands on it.
func (r *request) participatePage(f *form) (*participatePage, calendar.Wall, error) {
	p := &participatePage{page: r.page("agenda.join.title"), Form: f}
	p.Section = "agenda"
	var key calendar.Wall
	err := r.View(func(tx *store.Tx) error {
		if err := directory.Vouch(tx, eventRef(r.Param("id"))); err != nil {
			return err
		}
		e, err := agenda.Get(tx, r.Param("id"))
		if err != nil {
			return err
		}
		roll, ok, err := agenda.RollOf(tx, e.ID)
		if err != nil || !ok {
			return cmp.Or(err, error(errNoPage))
		}
		d, which, err := whichDate(&e, f.text("date"))
		if err != nil {
			return err
		}
		p.Most, p.Event = roll.Most, e
		if key = which; e.Repeats() && key.IsZero() {
			return r.joinDates(tx, p, &roll)
		}
		if p.Event = e.On(d); e.Repeats() {
			p.Date = e.Name(&d)
		}
		return r.joinState(tx, p, &roll, key)
	})
	if err != nil {
		return p, key, err
	}
	p.When = r.whenOf(&p.Event)
	return p, key, nil
}

// coming is how many dates of a series one chooses from.
const coming = 30

// joinDates lists the coming dates of a series, with how full each is.
func (r *request) joinDates(tx *store.Tx, p *participatePage, roll *agenda.Roll) error {
	for _, d := range p.Event.Dates(tx.Now, agenda.Horizon(tx.Now)) {
		if len(p.Dates) == coming {
			break
		}
		if d.Off() || !d.At.After(tx.Now) {
			continue
		}
		a, err := roll.AttendanceOf(tx, d.Original)
		if err != nil {
			return err
		}
		on := p.Event.On(d)
		p.Dates = append(p.Dates, joinDate{"/agenda/" + on.ID + "/participer" + dateQuery(&p.Event, &d), r.whenOf(&on), r.counted(a)})
	}
	if next := p.Event.Dates(tx.Now, agenda.Horizon(tx.Now)); len(next) > 0 {
		r.FreshUntil(next[0].At)
	}
	return nil
}

// joinState says how full a date is, whether the person comes, and whether
// they can.
func (r *request) joinState(tx *store.Tx, p *participatePage, roll *agenda.Roll, key calendar.Wall) error {
	a, err := roll.AttendanceOf(tx, key)
	if err != nil {
		return err
	}
	p.Counts, p.Full = r.counted(a), a.Full()
	mine, ok, err := agenda.Mine(tx, p.Event.ID, key)
	if err != nil {
		return err
	}
	if ok {
		p.Mine = r.joinedWords(&mine)
		return nil
	}
	r.FreshUntil(p.Event.StartsAt)
	_, _, err = agenda.Joinable(tx, p.Event.ID, key)
	if no, ok := errors.AsType[*store.Error](err); ok && no.Kind == store.Conflict {
		p.Why = r.T(no.Key, no.Args...)
		return nil
	}
	if r.actor.ID == "" && !roll.Anonymous {
		p.SignIn = "/connexion?vers=" + url.QueryEscape(r.Request().URL.RequestURI())
	}
	return err
}

// joinedWords says whether somebody has a place, and for how many.
func (s *speech) joinedWords(p *agenda.Participation) string {
	if p.Waiting {
		return s.T("agenda.join.waits", "n", p.Persons)
	}
	return s.T("agenda.join.comes", "n", p.Persons)
}

func (s *Server) participate(r *request) error {
	p, _, err := r.participatePage(r.emptyForm("persons", "1", "date", r.QueryParam("date")))
	if err != nil {
		return err
	}
	return r.Render("agenda/participate", p)
}

// participateDo takes a place or gives it back.
func (s *Server) participateDo(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	p, key, err := r.participatePage(f)
	if err != nil {
		return err
	}
	to := "/agenda/" + p.Event.ID + "/participer"
	if p.Date != "" {
		to += "?date=" + url.QueryEscape(p.Date)
	}
	if f.text("do") == "leave" {
		if err := r.Update(func(tx *store.Tx) error { return agenda.Withdraw(tx, p.Event.ID, key) }); err != nil {
			return err
		}
		return r.Redirect(to, "agenda.join.left")
	}
	if len(p.Dates) > 0 || p.Event.Repeats() && key.IsZero() {
		return r.RenderForm("agenda/participate", p)
	}
	return r.join(f, p, key, to)
}

// join takes a place, or one on the waiting list.
func (r *request) join(f *form, p *participatePage, key calendar.Wall, to string) error {
	want := agenda.Participation{EventID: p.Event.ID, Date: key, Name: f.text("name"), Persons: 1, Note: f.lines("note")}
	if f.has("persons") {
		want.Persons = f.int("persons")
	}
	var code string
	var err error
	if f.ok() {
		err = r.Update(func(tx *store.Tx) (err error) {
			if code, err = agenda.Join(tx, &want); err != nil || tx.Actor.ID != "" {
				return err
			}
			return r.sender().Allow(tx, "agenda join", agenda.JoinPerHour, "err.agenda.join_too_many")
		})
	}
	switch {
	case store.KindOf(err) == store.Busy:
		return r.busyForm(f, err, "agenda/participate", p)
	case f.refuse(err), !f.ok():
		return r.RenderForm("agenda/participate", p)
	case err != nil:
		return err
	}
	told := "agenda.join.done"
	if want.Waiting {
		told = "agenda.join.is_waiting"
	}
	if code != "" {
		to = "/agenda/participation/" + code
	}
	return r.Redirect(to, told)
}

// participationPage is the private page of somebody without an account.
type participationPage struct {
	page
	Event   agenda.Event
	When    string
	Name    string
	State   string
	Address string
	Code    string
	Flag    string
}

func (s *Server) participation(r *request) error {
	r.Uncached()
	p := &participationPage{page: r.page("agenda.join.yours"), Code: r.Param("code")}
	p.Section = "agenda"
	err := r.View(func(tx *store.Tx) error {
		j, err := agenda.ByJoinCode(tx, p.Code)
		if err != nil {
			return err
		}
		e, err := agenda.Get(tx, j.EventID)
		if err != nil {
			return err
		}
		if p.Event = e; e.Repeats() {
			if d, ok := e.Date(j.Date); ok {
				p.Event = e.On(d)
			}
		}
		p.Name, p.State = r.Typo(j.Name), r.joinedWords(&j)
		return nil
	})
	if err != nil {
		return err
	}
	p.When, p.Address = r.whenOf(&p.Event), r.Request().Host+"/agenda/participation/"+p.Code
	p.Flag, _ = r.status(&p.Event)
	return r.Render("agenda/participation", p)
}

// participationWithdraw gives the place of a code back.
func (s *Server) participationWithdraw(r *request) error {
	var event string
	err := r.Update(func(tx *store.Tx) error {
		p, err := agenda.WithdrawCode(tx, r.Param("code"))
		event = p.EventID
		return err
	})
	if err != nil {
		return err
	}
	return r.Redirect("/agenda/"+url.PathEscape(event), "agenda.join.left")
}

// participationsPage lists what a person registered for.
type participationsPage struct {
	page
	Lines []joinedLine
}

type joinedLine struct{ Href, Title, When, State, Flag string }

func (s *Server) participations(r *request) error {
	p := &participationsPage{page: r.page("agenda.joined.title")}
	p.Section = "agenda"
	err := r.View(func(tx *store.Tx) error {
		list, err := agenda.JoinedOf(tx)
		for i := range list {
			j := &list[i]
			line := joinedLine{Title: r.Typo(j.Event.Title), When: r.whenOf(&j.Event), State: r.joinedWords(&j.Participation)}
			line.Flag, _ = r.status(&j.Event)
			line.Href = "/agenda/" + j.EventID + "/participer"
			if !j.Date.IsZero() {
				line.Href += "?date=" + url.QueryEscape(j.Date.String())
			}
			p.Lines = append(p.Lines, line)
		}
		return err
	})
	if err != nil {
		return err
	}
	return r.Render("agenda/participations", p)
}

// joiningView is what an event's page says of participation.
type joiningView struct {
	Href   string
	Counts []string
}

// joiningOf is how people take part in an event; nil when nobody registers.
func (r *request) joiningOf(tx *store.Tx, e *agenda.Event) (*joiningView, error) {
	roll, ok, err := agenda.RollOf(tx, e.ID)
	if err != nil || !ok || e.Draft || e.Off() {
		return nil, err
	}
	v := &joiningView{Href: "/agenda/" + e.ID + "/participer"}
	if e.Repeats() { // each date has its own
		return v, nil
	}
	a, err := roll.AttendanceOf(tx, calendar.Wall{})
	v.Counts = r.counted(a)
	return v, err
}

// joiningOn is how people take part on one date of a series.
func (r *request) joiningOn(series *agenda.Event, d *agenda.Date) (v *joiningView, err error) {
	if d.Off() || series.Off() || series.Draft {
		return nil, nil
	}
	err = r.View(func(tx *store.Tx) error {
		roll, ok, err := agenda.RollOf(tx, series.ID)
		if err != nil || !ok {
			return err
		}
		a, err := roll.AttendanceOf(tx, d.Original)
		v = &joiningView{"/agenda/" + series.ID + "/participer" + dateQuery(series, d), r.counted(a)}
		return err
	})
	return v, err
}
