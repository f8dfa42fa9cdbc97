package ui

import (
	"iter"
	"net/http"
	"strconv"
	"time"

	"copi.local/store"
	"copi.local/store/booking"
)

// A plan is one table for every width: a row for each day or room, its hours
// from left to right, a piece a cell. A phone shows the rows as a list of what
// is taken (plan.css).
type planView struct {
	Hours    []planHour
	Sections []planSection
	Columns  int // of a quarter of an hour each
	Month    bool
}

// Quarters are the columns a day may be parted into: a table has a cell that
// begins in each.
func (v *planView) Quarters() iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := range v.Columns {
			if !yield(i) {
				return
			}
		}
	}
}

// planHour is one heading over the pieces.
type planHour struct {
	Word string
	Span int
}

// planSection is the rows under one heading; it may be empty.
type planSection struct {
	Heading string
	Rows    []planRow
}

// planRow is a day of a room. Goods that go out together stand in several
// lanes.
type planRow struct {
	Head, Near string
	Href       string // where its hours can be asked for; empty for none
	Lanes      [][]planCell
}

// planCell is one piece of a row.
type planCell struct {
	Kind string // "free", "taken", "asked", "mine" or "buffer"
	Span int
	Text string
	When string
	Href string
	Flag string // "demande", "ancien créneau"
}

// quarter is what a column stands for.
const quarter = 15

// The hours a plan shows at least, in minutes.
const (
	planFrom  = 8 * 60
	planUntil = 24 * 60
)

// evening is the hour, in the morning after, up to which what began the day
// before still belongs to it.
const evening = 6

// planPiece is a stretch within one day, in minutes since its midnight on the
// wall.
type planPiece struct {
	from, begins, ends, until int // with what is kept free around it: from and until
	stretch                   booking.Stretch
}

// planDay is a row before its hours are known.
type planDay struct {
	row    planRow
	pieces []planPiece
}

// planOf draws what is taken of rooms on some days: a row for each day of one
// room, or a section for each day with a row for each room.
func (r *request) planOf(tx *store.Tx, rooms []booking.Resource, days []time.Time) (*planView, error) {
	v := &planView{Month: len(days) > 7}
	var rows [][]planDay
	from, until := planFrom, planUntil
	for _, day := range days {
		var section []planDay
		for i := range rooms {
			d, err := r.planDay(tx, &rooms[i], day, len(rooms) > 1)
			if err != nil {
				return nil, err
			}
			for _, p := range d.pieces {
				from, until = min(from, p.from/60*60), max(until, p.until)
			}
			section = append(section, d)
		}
		rows = append(rows, section)
	}
	v.Columns = (until - from) / quarter
	for h := from; h < until; h += 60 {
		v.Hours = append(v.Hours, planHour{strconv.Itoa(h / 60), min(60, until-h) / quarter})
	}
	for i, section := range rows {
		s := planSection{}
		if len(rooms) > 1 {
			s.Heading = r.Day(days[i])
		}
		for _, d := range section {
			d.row.Lanes = r.lanes(d.pieces, from, v.Columns)
			s.Rows = append(s.Rows, d.row)
		}
		if len(rooms) > 1 || len(v.Sections) == 0 {
			v.Sections = append(v.Sections, s)
		} else {
			v.Sections[0].Rows = append(v.Sections[0].Rows, s.Rows...)
		}
	}
	return v, nil
}

// planDay reads one day of one room.
func (r *request) planDay(tx *store.Tx, room *booking.Resource, day time.Time, byRoom bool) (planDay, error) {
	next := day.AddDate(0, 0, 1)
	list, err := booking.Plan(tx, room.ID, booking.Span{From: day, Until: next})
	d := planDay{row: planRow{Head: r.Day(day)}}
	switch daysBetween(r.Now(), r.local(day)) {
	case 0, 1:
		d.row.Near = r.NearDay(day)
	}
	if byRoom {
		d.row.Head, d.row.Near = r.Typo(room.Name), ""
	}
	if next.After(r.now) && !room.Closed {
		d.row.Href = "/salles/" + room.ID + "/reserver?starts=" + day.Format(time.DateOnly)
	}
	within := func(t time.Time) int {
		switch t = t.In(r.zone); {
		case !t.After(day):
			return 0
		case !t.Before(next):
			return 24 * 60
		default:
			return t.Hour()*60 + t.Minute()
		}
	}
	for _, s := range list {
		if u := s.Until.In(r.zone); s.From.Before(day) && u.Before(next) && u.Hour() < evening {
			continue // it belongs to the evening it began (AG-12), whose row says until when
		}
		d.pieces = append(d.pieces, planPiece{within(s.Busy.From), within(s.From), within(s.Until), within(s.Busy.Until), s})
	}
	return d, err
}

// lanes lays pieces out in as few rows as they need.
func (r *request) lanes(pieces []planPiece, from, columns int) [][]planCell {
	var lanes [][]planCell
	var filled []int
	column := func(minute int, up bool) int {
		if up {
			minute += quarter - 1
		}
		return min(max((minute-from)/quarter, 0), columns)
	}
	for _, p := range pieces {
		start, end := column(p.from, false), column(p.until, true)
		lane := 0
		for lane < len(lanes) && filled[lane] > start {
			lane++
		}
		if lane == len(lanes) {
			lanes, filled = append(lanes, nil), append(filled, 0)
		}
		begins, ends := min(max(column(p.begins, false), start), end), min(max(column(p.ends, true), start), end)
		cells := lanes[lane]
		for _, c := range []planCell{
			{Kind: "free", Span: start - filled[lane]},
			{Kind: "buffer", Span: begins - start},
			r.planCell(p, ends-begins),
			{Kind: "buffer", Span: end - ends},
		} {
			if c.Span > 0 {
				cells = append(cells, c)
			}
		}
		lanes[lane], filled[lane] = cells, end
	}
	for i := range lanes {
		if filled[i] < columns {
			lanes[i] = append(lanes[i], planCell{Kind: "free", Span: columns - filled[i]})
		}
	}
	if lanes == nil {
		lanes = [][]planCell{{{Kind: "free", Span: columns}}}
	}
	return lanes
}

// planCell is the booking itself: its hours, and what the reader may know.
func (r *request) planCell(p planPiece, columns int) planCell {
	s := p.stretch
	c := planCell{Kind: "taken", Span: columns, Text: r.T("booking.occupied"), When: r.planHours(p)}
	if s.Title != "" {
		c.Text = r.Typo(s.Title)
	}
	if s.Units > 1 {
		c.Text = r.T("booking.units", "n", s.Units) + " · " + c.Text
	}
	if s.Booking != "" {
		c.Href = "/salles/reservations/" + s.Booking
	}
	switch {
	case s.Old:
		c.Kind, c.Flag = "asked", r.T("booking.plan.old")
	case s.State == booking.Asked:
		c.Kind, c.Flag = "asked", r.T("booking.plan.asked")
	case s.Mine:
		c.Kind = "taken mine"
	}
	return c
}

// planHours are the hours of a booking on one of its days.
func (r *request) planHours(p planPiece) string {
	s := p.stretch
	switch begun, ends := p.begins > 0 || s.From.Equal(s.Busy.From) && p.from > 0, p.ends < 24*60; {
	case s.AllDay, !begun && !ends:
		return r.T("ui.card.all_day")
	case !begun:
		return r.T("booking.until", "time", r.Hour(s.Until))
	default:
		return r.T("booking.plan.hours", "from", r.Hour(s.From), "to", r.Hour(s.Until))
	}
}

// planPage is a plan with its way through the calendar.
type planPage struct {
	page
	Plan      *planView
	Room      *booking.Resource // nil: all
	Canonical string
	View      string
	Views     []planTurn
	Pager     pagerView
	Lead      string // "semaine du 30 novembre"
	Buffers   string
	Any       bool
}

// planTurn leads to another view of the same days.
type planTurn struct {
	Href, Word string
	Current    bool
}

// planViews are the views, by what stands in their addresses.
var planViews = []string{"jour", "semaine", "mois"}

// planOfOne is the plan of one room; planOfAll of every room.
func (s *Server) planOfOne(r *request) error { return r.plan(r.Param("id")) }
func (s *Server) planOfAll(r *request) error { return r.plan("") }

func (r *request) plan(id string) error {
	day, view, err := r.planChoice(id)
	if err != nil {
		return err
	}
	p := &planPage{page: r.page("booking.plan.title"), View: view, Canonical: "/salles/planning"}
	p.Section = "salles"
	days := planDays(day, view)
	err = r.View(func(tx *store.Tx) error {
		rooms, err := booking.Resources(tx, false)
		if err != nil {
			return err
		}
		if id != "" {
			one, err := booking.Get(tx, id)
			if err != nil {
				return err
			}
			rooms, p.Room, p.Canonical = []booking.Resource{one}, &one, "/salles/"+id+"/planning"
		}
		p.Any = len(rooms) > 0
		p.Plan, err = r.planOf(tx, rooms, days)
		return err
	})
	if err != nil {
		return err
	}
	if p.Room != nil {
		p.Title, p.Buffers = r.T("booking.plan.of", "room", r.Typo(p.Room.Name)), r.buffers(p.Room)
	}
	r.planTurns(p, day, days)
	return r.Render("booking/plan", p)
}

// planChoice is the day and the view the address asks for: today, and the week
// of one room or the day of all.
func (r *request) planChoice(id string) (day time.Time, view string, err error) {
	f := r.queryForm()
	day, view = f.date("le"), f.text("vue")
	if !f.ok() {
		return day, view, &badAddress{store.E(store.Invalid, "err.ui.date").At("le")}
	}
	if day.IsZero() {
		day = r.today()
	}
	if day.Year() < 1990 || day.Year() > 2200 {
		return day, view, &refusal{http.StatusBadRequest, "err.ui.address"}
	}
	switch {
	case view == "" && id == "":
		view = "jour"
	case view == "":
		view = "semaine"
	case view == "jour" || view == "semaine" || view == "mois" && id != "":
	default:
		return day, view, errBadAddress
	}
	return day, view, nil
}

// planDays are the days of a view.
func planDays(day time.Time, view string) []time.Time {
	y, m, d := day.Date()
	first, n := day, 1
	switch view {
	case "semaine":
		first, n = time.Date(y, m, d-(int(day.Weekday())+6)%7, 0, 0, 0, 0, day.Location()), 7
	case "mois":
		first, n = time.Date(y, m, 1, 0, 0, 0, 0, day.Location()), time.Date(y, m+1, 0, 0, 0, 0, 0, day.Location()).Day()
	}
	days := make([]time.Time, n)
	for i := range days {
		days[i] = first.AddDate(0, 0, i)
	}
	return days
}

// planTurns writes the links to other views and to what comes before and after.
func (r *request) planTurns(p *planPage, day time.Time, days []time.Time) {
	at := func(view string, day time.Time) string {
		return p.Canonical + "?vue=" + view + "&le=" + day.Format(time.DateOnly)
	}
	for _, view := range planViews {
		if view == "mois" && p.Room == nil {
			continue
		}
		p.Views = append(p.Views, planTurn{at(view, day), r.T("booking.plan.view_" + view), view == p.View})
	}
	before, after := days[0].AddDate(0, 0, -1), days[len(days)-1].AddDate(0, 0, 1)
	p.Pager = pagerView{at(p.View, before), at(p.View, after), r.T("booking.plan.before_" + p.View), r.T("booking.plan.after_" + p.View)}
	switch p.View {
	case "jour":
		p.Lead = r.Day(days[0])
	case "semaine":
		p.Lead = r.T("booking.plan.week", "from", r.ShortDay(days[0]), "to", r.ShortDay(days[6]))
	case "mois":
		p.Lead = r.Month(days[0]) + " " + strconv.Itoa(days[0].Year())
	}
}
