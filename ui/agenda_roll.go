package ui

import (
	"encoding/csv"
	"io"
	"net/url"
	"strconv"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/agenda"
	"copi.local/store/calendar"
	"copi.local/store/directory"
)

// rollPage is the organiser's list of who comes, which prints, and how people
// take part.
type rollPage struct {
	page
	Form   *form
	Event  agenda.Event // on its date
	When   string
	Date   string // name of the date of a series
	Open   bool   // people register
	Counts []string
	Coming []attendant
	Queue  []attendant
	Table  string     // address of the list as a table
	Dates  []joinDate // of a series, those somebody registered for or can
}

// attendant is a line of the list.
type attendant struct {
	ID, Name, Note string
	Persons        int
	Asked          string
	Waiting        bool
}

// rollOf reads the list of the address. Only who answers for the event may.
func (r *request) rollOf(f *form) (*rollPage, error) {
	p := &rollPage{page: r.page("agenda.roll.title"), Form: f}
	p.Section = "agenda"
	err := r.View(func(tx *store.Tx) error {
		if err := directory.Vouch(tx, eventRef(r.Param("id"))); err != nil {
			return err
		}
		e, err := agenda.Own(tx, r.Param("id"))
		if err != nil {
			return err
		}
		roll, open, err := agenda.RollOf(tx, e.ID)
		if err != nil {
			return err
		}
		if p.Open = open; len(f.values) == 0 {
			p.fill(roll, open)
		}
		d, key, err := whichDate(&e, r.QueryParam("date"))
		if p.Event = e; err != nil || !open {
			return err
		}
		if e.Repeats() && key.IsZero() {
			return r.rollDates(tx, p, &roll)
		}
		if p.Event = e.On(d); e.Repeats() {
			p.Date = e.Name(&d)
		}
		p.Table = "/agenda/" + e.ID + "/participations.csv" + dateQuery(&e, &d)
		return r.rollLines(tx, p, &roll, key)
	})
	p.When = r.whenOf(&p.Event)
	return p, err
}

// fill writes how people take part into the form.
func (p *rollPage) fill(roll agenda.Roll, open bool) {
	set := func(name string, n int) { p.Form.values.Set(name, strconv.Itoa(n)) }
	if !open {
		roll.Most = 1
	}
	if roll.Capacity > 0 {
		set("capacity", roll.Capacity)
	}
	set("most", roll.Most)
	for name, on := range map[string]bool{"anonymous": roll.Anonymous, "closed": roll.Closed} {
		if on {
			p.Form.values.Set(name, "1")
		}
	}
}

// rollDates lists the dates of a series: those to come, and those somebody
// registered for.
func (r *request) rollDates(tx *store.Tx, p *rollPage, roll *agenda.Roll) error {
	joined, err := agenda.JoinedDates(tx, p.Event.ID)
	if err != nil {
		return err
	}
	known := map[calendar.Wall]bool{}
	add := func(d agenda.Date) error {
		if known[d.Original] {
			return nil
		}
		known[d.Original] = true
		a, err := roll.AttendanceOf(tx, d.Original)
		on := p.Event.On(d)
		p.Dates = append(p.Dates, joinDate{"/agenda/" + on.ID + "/participations" + dateQuery(&p.Event, &d), r.whenOf(&on), r.counted(a)})
		return err
	}
	for _, key := range joined {
		if d, ok := p.Event.Date(key); ok {
			if err := add(d); err != nil {
				return err
			}
		}
	}
	for _, d := range p.Event.Dates(tx.Now, agenda.Horizon(tx.Now)) {
		if len(p.Dates) >= coming {
			break
		}
		if d.Struck == "" {
			if err := add(d); err != nil {
				return err
			}
		}
	}
	return nil
}

// rollLines lists who comes to a date, and who waits.
func (r *request) rollLines(tx *store.Tx, p *rollPage, roll *agenda.Roll, key calendar.Wall) error {
	a, err := roll.AttendanceOf(tx, key)
	if err != nil {
		return err
	}
	p.Counts = r.counted(a)
	list, err := agenda.Attendants(tx, p.Event.ID, key)
	for _, j := range list {
		line := attendant{ID: j.ID, Name: r.Typo(j.Name), Note: r.Typo(j.Note), Persons: j.Persons, Asked: r.DayTime(j.AskedAt), Waiting: j.Waiting}
		if j.AccountID != "" {
			if line.Name, err = account.ShownName(tx, j.AccountID); err != nil {
				return err
			}
		}
		if j.Waiting {
			p.Queue = append(p.Queue, line)
		} else {
			p.Coming = append(p.Coming, line)
		}
	}
	return err
}

func (s *Server) roll(r *request) error {
	p, err := r.rollOf(r.emptyForm())
	if err != nil {
		return err
	}
	return r.Render("agenda/roll", p)
}

// rollSet changes how people take part.
func (s *Server) rollSet(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	if len(f.values) == 0 {
		f.values.Set("most", "")
	}
	p, err := r.rollOf(f)
	if err != nil {
		return err
	}
	roll := agenda.Roll{EventID: p.Event.ID, Capacity: f.int("capacity"), Most: 1, Anonymous: f.has("anonymous"), Closed: f.has("closed")}
	if f.has("most") {
		roll.Most = f.int("most")
	}
	if f.ok() {
		err = r.onEvent(roll.EventID, directory.ActChange, func(tx *store.Tx) error { return agenda.SetRoll(tx, roll) })
	}
	if f.refuse(err) || !f.ok() {
		return r.RenderForm("agenda/roll", p)
	} else if err != nil {
		return err
	}
	return r.Redirect(p.Address(), "agenda.roll.set")
}

// Address is the page of the list, of the date it shows.
func (p *rollPage) Address() string {
	at := "/agenda/" + url.PathEscape(p.Event.ID) + "/participations"
	if p.Date != "" {
		at += "?date=" + url.QueryEscape(p.Date)
	}
	return at
}

// rollLinesView is one of the two lists with its page.
type rollLinesView struct {
	Page *rollPage
	List []attendant
}

// Lines hands one of its lists to the template that draws it.
func (p *rollPage) Lines(list []attendant) rollLinesView { return rollLinesView{p, list} }

// StrikeAt takes somebody off the list.
func (p *rollPage) StrikeAt(id string) string {
	at := "/agenda/" + url.PathEscape(p.Event.ID) + "/participations/" + id
	if p.Date != "" {
		at += "?date=" + url.QueryEscape(p.Date)
	}
	return at
}

// rollStrike takes somebody off the list.
func (s *Server) rollStrike(r *request) error {
	p, err := r.rollOf(r.emptyForm())
	if err != nil {
		return err
	}
	err = r.onEvent(p.Event.ID, directory.ActChange, func(tx *store.Tx) error {
		return agenda.Strike(tx, p.Event.ID, r.Param("participation"))
	})
	if err != nil {
		return err
	}
	return r.Redirect(p.Address(), "agenda.roll.struck")
}

// rollTable is the list for a French spreadsheet, see cardTable.
func (s *Server) rollTable(r *request) error {
	p, err := r.rollOf(r.emptyForm())
	if err != nil {
		return err
	}
	r.Response().Header().Set("Content-Disposition", `attachment; filename="participations.csv"`)
	return r.whole("text/csv; charset=utf-8", func(out io.Writer) error {
		if _, err := io.WriteString(out, "\ufeff"); err != nil {
			return err
		}
		w := csv.NewWriter(out)
		w.Comma, w.UseCRLF = ';', true
		rows := [][]string{{r.T("agenda.roll.name"), r.T("agenda.roll.persons"), r.T("agenda.roll.state"), r.T("agenda.roll.note"), r.T("agenda.roll.asked")}}
		for _, a := range append(p.Coming, p.Queue...) {
			rows = append(rows, []string{cell(a.Name), strconv.Itoa(a.Persons), a.state(r.speech), cell(a.Note), a.Asked})
		}
		if err := w.WriteAll(rows); err != nil {
			return err
		}
		return w.Error()
	})
}

// state says whether somebody comes or waits.
func (a *attendant) state(s *speech) string {
	if a.Waiting {
		return s.T("agenda.roll.waits")
	}
	return s.T("agenda.roll.comes")
}
