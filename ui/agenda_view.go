package ui

import (
	"cmp"
	"maps"
	"net/url"
	"time"

	"copi.local/store"
	"copi.local/store/listing"
)

// agendaViews are the ways to look at the agenda, in the order they are
// offered. All understand the filters of every list.
var agendaViews = []struct{ path, key string }{
	{"/agenda", "agenda.view.list"},
	{"/agenda/jour", "agenda.view.day"},
	{"/agenda/semaine", "agenda.view.week"},
	{"/agenda/mois", "agenda.view.month"},
	{"/agenda/tout", "agenda.view.whole"},
}

// viewLink leads to another view of the same set.
type viewLink struct {
	Href, Word string
	Current    bool
}

// agendaFrame is what every view of the agenda has around it.
type agendaFrame struct {
	page
	Form   *form
	Action string // address of the view
	Words  string // the filters in words
	Total  int64  // dates
	Query  string // of the same set as a calendar or a feed
	Radii  []choice
	Zones  []choice
	Months []wordLink
	Views  []viewLink
	Empty  *noticeView
}

// frame fills what stands around a view; find reads the view itself and its
// total, in the same transaction. v are the filters of the address as they
// were understood.
func (r *request) frame(p *agendaFrame, v url.Values, q *listing.Query, find func(*store.Tx) error) error {
	p.page, p.Form, p.Action = r.page("agenda.title"), r.queryForm(), r.Request().URL.Path
	p.Section = "agenda"
	p.Form.values.Set("from", v.Get("from"))
	p.Form.values.Set("to", v.Get("to"))
	var named map[string]string
	err := r.View(func(tx *store.Tx) (err error) {
		if err = fromHome(tx, q); err != nil {
			return err
		}
		if err = find(tx); err != nil {
			return err
		}
		if p.Zones, err = r.zoneChoices(tx); err != nil {
			return err
		}
		if named, err = r.places(tx, *q, nil); err != nil {
			return err
		}
		return r.freshUntilListsChange(tx)
	})
	if err != nil {
		return err
	}
	v.Del("cursor")
	p.Query = "?" + v.Encode()
	p.sameList("/agenda.atom", p.Query)
	said := *q
	said.Kind = "" // the title says it
	p.Words, p.Months, p.Radii = r.filterWords(said, named), r.months(), r.radii()
	for _, view := range agendaViews {
		p.Views = append(p.Views, viewLink{view.path + viewQuery(v, view.path), r.T(view.key), view.path == p.Action})
	}
	if p.Total == 0 {
		p.Empty = &noticeView{Text: r.T("agenda.empty"), Href: "/proposer", Action: r.T("agenda.propose")}
	}
	return nil
}

// viewQuery are the filters another view begins with: a day, a week and a month
// end by themselves.
func viewQuery(v url.Values, path string) string {
	w := url.Values{}
	for name, values := range v {
		if name != "to" || path == "/agenda/tout" {
			w[name] = values
		}
	}
	if len(w) == 0 {
		return ""
	}
	return "?" + w.Encode()
}

// period is a day, a week or a month to look at.
type period struct {
	from, to      time.Time // midnights of the village; to is exclusive
	before, after time.Time // days of the periods beside it
	words         string
	earlier       string // what leads to the periods beside it; empty for their own words
	later         string
}

// periodOf makes a view's period around a day.
type periodOf func(r *request, day time.Time) period

func dayPeriod(r *request, day time.Time) period {
	next := day.AddDate(0, 0, 1)
	return period{from: day, to: next, before: day.AddDate(0, 0, -1), after: next, words: r.Day(day)}
}

func weekPeriod(r *request, day time.Time) period {
	monday := day.AddDate(0, 0, -(int(day.Weekday())+6)%7)
	next := monday.AddDate(0, 0, 7)
	words := r.T("agenda.view.week_of", "from", r.Day(monday), "to", r.Day(next.AddDate(0, 0, -1)))
	return period{
		from: monday, to: next, before: monday.AddDate(0, 0, -7), after: next, words: words,
		earlier: r.T("agenda.view.week_before"), later: r.T("agenda.view.week_after"),
	}
}

func monthPeriod(r *request, day time.Time) period {
	first := day.AddDate(0, 0, 1-day.Day())
	next := first.AddDate(0, 1, 0)
	return period{from: first, to: next, before: first.AddDate(0, -1, 0), after: next, words: r.monthYear(first)}
}

// monthYear is "décembre 2026".
func (s *speech) monthYear(t time.Time) string { return s.Month(t) + nbsp + s.local(t).Format("2006") }

func (s *Server) agendaDay(r *request) error   { return r.agendaPeriod(dayPeriod) }
func (s *Server) agendaWeek(r *request) error  { return r.agendaPeriod(weekPeriod) }
func (s *Server) agendaMonth(r *request) error { return r.agendaPeriod(monthPeriod) }

// periodPage is a day, a week or a month of the agenda.
type periodPage struct {
	agendaFrame
	Span    string
	Beside  pagerView
	Ongoing []cardView // began before it, and is no affair of several days
	Days    []periodDay
	Grid    string // class of the grid wide screens and paper show
}

// periodDay is one day of a period.
type periodDay struct {
	dayView
	Href   string // of the day alone
	Column string // class of the grid's column the first day begins in
	Today  bool
	Notes  []string // holidays
	Dates  []periodDate
}

// periodDate is what happens on a day, in one line.
type periodDate struct {
	Href, Title, Hours, Flag, Place string
	Off, Goes                       bool // cancelled or put off; goes on from a day before
}

// agendaPeriod shows the period around the day the address names, today without
// one. Every date is shown: a period has no pages.
func (r *request) agendaPeriod(of periodOf) error {
	q, err := r.filters()
	if err != nil {
		return err
	}
	day := r.today()
	if !q.From.IsZero() {
		y, m, d := q.From.In(r.zone).Date()
		day = time.Date(y, m, d, 0, 0, 0, 0, r.zone)
	}
	span := of(r, day)
	q.From, q.To, q.Kind, q.Cursor = span.from, span.to, listing.KindEvent, ""
	v := maps.Clone(r.QueryParams())
	v.Set("from", r.Machine(span.from)[:10])
	v.Set("to", r.Machine(span.to.AddDate(0, 0, -1))[:10])
	p := &periodPage{Span: span.words, Grid: "days" + map[bool]string{true: " long"}[span.to.Sub(span.from) > 8*24*time.Hour]}
	var cards []listing.Card
	var holidays homeHolidays
	err = r.frame(&p.agendaFrame, v, &q, func(tx *store.Tx) error {
		if holidays, err = holidaysOfHome(tx); err != nil {
			return err
		}
		err := listing.WalkDates(tx, q, func(c listing.Card) error {
			cards = append(cards, c)
			return nil
		})
		p.Total = int64(len(cards))
		return err
	})
	if err != nil {
		return err
	}
	p.Title = r.T("agenda.view.title", "span", span.words)
	p.days(r, span, holidays)
	p.fill(r, cards, span)
	p.Beside = r.beside(v, span, of)
	return r.Render("agenda/period", p)
}

// beside leads to the periods before and after, with the same filters.
func (r *request) beside(v url.Values, span period, of periodOf) pagerView {
	at := func(day time.Time) string {
		v.Set("from", r.Machine(day)[:10])
		return r.Request().URL.Path + viewQuery(v, "")
	}
	return pagerView{
		Before: at(span.before), BeforeWord: cmp.Or(span.earlier, of(r, span.before).words),
		After: at(span.after), AfterWord: cmp.Or(span.later, of(r, span.after).words),
	}
}

// days makes the days of a period, with their holidays.
func (p *periodPage) days(r *request, span period, holidays homeHolidays) {
	for day := span.from; day.Before(span.to); day = day.AddDate(0, 0, 1) {
		d := periodDay{dayView: r.day(day), Href: "/agenda/jour?from=" + r.Machine(day)[:10], Today: day.Equal(r.today())}
		d.Notes = r.holidayNotes(holidays, day)
		p.Days = append(p.Days, d)
	}
	p.Days[0].Column = "c" + string(rune('0'+(int(span.from.Weekday())+6)%7))
}

// fill puts cards under the days of a period. What lasts several days stands
// under each; an evening that ends after midnight belongs to the day it began
// on (AG-12).
func (p *periodPage) fill(r *request, cards []listing.Card, span period) {
	of := map[string]int{}
	for i, d := range p.Days {
		of[d.Machine] = i
	}
	for _, c := range cards {
		first, last := r.daysOf(c)
		if last.Before(span.from) {
			p.Ongoing = append(p.Ongoing, r.dated(c, false))
			continue
		}
		for day := first; !day.After(last) && day.Before(span.to); day = day.AddDate(0, 0, 1) {
			if i, ok := of[r.Machine(day)[:10]]; ok {
				p.Days[i].Dates = append(p.Days[i].Dates, r.periodDate(c, day.After(first)))
			}
		}
	}
}

// daysOf are the first and the last day a card stands under, at their
// midnights.
func (r *request) daysOf(c listing.Card) (first, last time.Time) {
	day := func(t time.Time) time.Time {
		y, m, d := t.In(r.zone).Date()
		return time.Date(y, m, d, 0, 0, 0, 0, r.zone)
	}
	first = day(c.StartsAt)
	if end := lastMoment(c); c.AllDay || end.Sub(c.StartsAt) >= 24*time.Hour {
		return first, day(end)
	}
	return first, first
}

// periodDate is a card in one line, on its first day or a later one.
func (r *request) periodDate(c listing.Card, goes bool) periodDate {
	v := r.dated(c, true)
	d := periodDate{Href: v.Href, Title: v.Title, Flag: v.Flag, Place: v.Origin, Off: v.Off, Goes: goes}
	if !goes && !c.AllDay {
		d.Hours = r.Hour(c.StartsAt)
	}
	return d
}

// wholePage is every date in one table, for paper.
type wholePage struct {
	agendaFrame
	Table   []wholeMonth
	Address string // where it is up to date
}

// wholeMonth is the dates of a month.
type wholeMonth struct {
	Word string
	Rows []wholeRow
}

// wholeRow is one date.
type wholeRow struct {
	Machine, Day, Hours, Place string
	Card                       cardView
}

// wholeMonths is how far ahead the whole agenda goes when the address does not
// say: what fits on a door.
const wholeMonths = 3

// agendaWhole is everything the filters find, to print and pin up.
func (s *Server) agendaWhole(r *request) error {
	q, err := r.filters()
	if err != nil {
		return err
	}
	v := maps.Clone(r.QueryParams())
	if q.From.IsZero() && q.To.IsZero() {
		q.From = r.today()
		q.To = q.From.AddDate(0, wholeMonths, 0)
		v.Set("from", r.Machine(q.From)[:10])
		v.Set("to", r.Machine(q.To.AddDate(0, 0, -1))[:10])
	}
	q.Kind, q.Cursor = listing.KindEvent, ""
	p := &wholePage{}
	err = r.frame(&p.agendaFrame, v, &q, func(tx *store.Tx) error {
		return listing.WalkDates(tx, q, func(c listing.Card) error {
			p.Total++
			p.add(r, c)
			return nil
		})
	})
	if err != nil {
		return err
	}
	p.Title, p.Address = r.T("agenda.of", "of", r.Of(p.Village)), r.Request().Host+"/agenda"
	return r.Render("agenda/whole", p)
}

func (p *wholePage) add(r *request, c listing.Card) {
	if word := r.monthYear(c.StartsAt); len(p.Table) == 0 || p.Table[len(p.Table)-1].Word != word {
		p.Table = append(p.Table, wholeMonth{Word: word})
	}
	m := &p.Table[len(p.Table)-1]
	v := r.dated(c, true)
	m.Rows = append(m.Rows, wholeRow{
		Machine: r.Machine(c.StartsAt), Day: r.Weekday(c.StartsAt) + nbsp + r.MonthDay(c.StartsAt), Hours: v.When, Place: v.More, Card: v,
	})
}
