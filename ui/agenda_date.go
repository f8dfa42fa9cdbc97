package ui

import (
	"net/url"
	"time"

	"copi.local/store"
	"copi.local/store/agenda"
	"copi.local/store/calendar"
	"copi.local/store/directory"
	"copi.local/store/listing"
)

// dateRoutes are the pages of the single dates of a series.
func (s *Server) dateRoutes() []route {
	return []route{
		{GET, "/agenda/:id/dates", public, s.eventDates},
		{POST, "/agenda/:id/dates", owner, s.dateAdd},
		{GET, "/agenda/:id/:date", public, s.eventDate},
		{GET, "/agenda/:id/:date/modifier", owner, s.dateEdit},
		{POST, "/agenda/:id/:date/modifier", owner, s.dateChange},
		{GET, "/agenda/:id/:date/suite", owner, s.restEdit},
		{POST, "/agenda/:id/:date/suite", owner, s.restChange},
		{GET, "/agenda/:id/:date/annuler", owner, s.dateCancelForm},
		{POST, "/agenda/:id/:date/annuler", owner, s.dateCancel},
		{POST, "/agenda/:id/:date/retablir", owner, s.dateRestore},
		{POST, "/agenda/:id/:date/retirer", owner, s.dateRemove},
	}
}

var errNoDate = store.E(store.NotFound, "err.not_found")

// dated is a card in a list of dates: of a series it leads to the page of its
// date.
func (r *request) dated(c listing.Card, underDay bool) cardView {
	v := r.card(c, underDay)
	if c.Recurring && c.Origin == nil && c.Ref.Module == agenda.Module {
		v.Href = "/agenda/" + c.Ref.ID + "/" + r.Machine(c.StartsAt)[:len(time.DateOnly)]
	}
	return v
}

// oneDate is what the page of one date says beside the event.
type oneDate struct {
	Name     string // in addresses
	Sentence string
	Note     string // what is not as on the other dates
	Restores bool   // it was cancelled, alone
	Before   string // addresses of the dates beside it; empty at the ends
	After    string
	Series   string // address of the series
}

// eventDate is the page of one date.
func (s *Server) eventDate(r *request) error {
	p, err := r.readEvent(r.Param("id"))
	if err != nil {
		return err
	}
	series := p.Event
	d, ok := series.DateNamed(r.Param("date"))
	if !ok || !series.Repeats() {
		return errNoDate
	}
	on := series.On(d)
	p.Event = on
	p.Event.Repeat = agenda.Repeat{}
	if d.Struck != "" {
		p.Event.Status = agenda.Cancelled
	}
	r.describeEvent(p)
	p.One = &oneDate{
		Name: series.Name(&d), Sentence: r.sentenceOf(&series), Note: r.dateNote(&series, &d), Series: p.Canonical,
		Restores: d.Change != nil && d.Change.Cancelled && !series.Off(),
	}
	if d.Change != nil { // the note says it
		p.Because = nil
		if d.Change.Place != "" {
			p.PlaceHref = ""
		}
	}
	p.One.Before, p.One.After = beside(&series, &d)
	if p.Joining, err = r.joiningOn(&series, &d); err != nil {
		return err
	}
	p.sameCard(series.ID, false)
	return r.Render("agenda/date", p)
}

// beside are the addresses of the dates before and after one.
func beside(e *agenda.Event, d *agenda.Date) (before, after string) {
	dates := e.Dates(d.At.AddDate(-1, 0, 0), d.At.AddDate(1, 0, 1))
	for i := range dates {
		switch x := &dates[i]; {
		case x.Original == d.Original:
		case x.At.Before(d.At):
			before = "/agenda/" + e.ID + "/" + e.Name(x)
		case after == "":
			after = "/agenda/" + e.ID + "/" + e.Name(x)
		}
	}
	return before, after
}

// datesPage is the list of all dates of a series: those to come, and those of
// the last year.
type datesPage struct {
	page
	Event       agenda.Event
	Sentence    string
	Unpublished string
	Coming      []dateLine
	Past        []dateLine
	Until       string // the day the list ends with, of a series without an end
	Mine        bool
	Form        *form // to add a date
}

func (s *Server) eventDates(r *request) error {
	p, err := r.datesPage(r.emptyForm())
	if err != nil {
		return err
	}
	return r.Render("agenda/dates", p)
}

func (r *request) datesPage(f *form) (*datesPage, error) {
	p := &datesPage{page: r.page(""), Form: f}
	p.Section = "agenda"
	err := r.View(func(tx *store.Tx) (err error) {
		if err = directory.Vouch(tx, eventRef(r.Param("id"))); err != nil {
			return err
		}
		if p.Event, err = agenda.Get(tx, r.Param("id")); err != nil {
			return err
		}
		p.Mine = p.Event.MayChange(r.actor) || tx.VouchedFor(p.Event.Ref())
		return nil
	})
	if err != nil {
		return nil, err
	}
	e := &p.Event
	if !e.Repeats() {
		return nil, errNoDate
	}
	p.Title, p.Sentence, p.Unpublished = r.T("series.dates.of", "title", r.Typo(e.Title)), r.sentenceOf(e), r.unpublished(e)
	today, horizon := r.today(), agenda.Horizon(r.now)
	for _, d := range e.Dates(today, horizon) {
		p.Coming = append(p.Coming, r.dateLine(e, &d))
	}
	for _, d := range e.Dates(today.AddDate(-1, 0, 0), today) {
		if !d.Until.After(today) {
			p.Past = append(p.Past, r.dateLine(e, &d))
		}
	}
	if last, ends := e.Last(); !ends || last.After(horizon) {
		p.Until = r.ShortDay(horizon.AddDate(0, 0, -1))
	}
	return p, nil
}

// dateAdd adds a date beside the rule.
func (s *Server) dateAdd(r *request) error {
	e, err := r.ownEvent()
	if err != nil {
		return err
	}
	f, err := r.form()
	if err != nil {
		return err
	}
	at, ok := f.clock("starts_time")
	if !ok {
		at = e.Starts.Since(e.Starts.Midnight())
	}
	day := f.date("starts")
	if day.IsZero() && f.ok() {
		f.fault("starts", "err.agenda.starts_empty")
	}
	if f.ok() {
		err = r.onEvent(e.ID, directory.ActChange, func(tx *store.Tx) error { return agenda.AddDate(tx, e.ID, wallOf(day, at)) })
	}
	if f.refuse(err) || !f.ok() {
		p, err := r.datesPage(f)
		if err != nil {
			return err
		}
		return r.RenderForm("agenda/dates", p)
	} else if err != nil {
		return err
	}
	return r.Redirect("/agenda/"+e.ID+"/dates", "series.dates.added")
}

// ownDate is a date of a series, for somebody who may change it.
func (r *request) ownDate() (e agenda.Event, d agenda.Date, err error) {
	if e, err = r.ownEvent(); err != nil {
		return e, d, err
	}
	d, ok := e.DateNamed(r.Param("date"))
	if !ok || !e.Repeats() {
		return e, d, errNoDate
	}
	return e, d, nil
}

// datePage is a form about one date.
type datePage struct {
	page
	Form  *form
	Event agenda.Event
	When  string // of the date as it stands
	Base  string // address of the date
	Rest  bool   // something comes before it: "from here on" is not "all"
	Scope []choice
}

func (r *request) datePage(key string, f *form, e agenda.Event, d agenda.Date) *datePage {
	on := e.On(d)
	p := &datePage{page: r.page(key), Form: f, Event: e, When: r.whenOf(&on), Base: "/agenda/" + e.ID + "/" + e.Name(&d)}
	p.Section = "agenda"
	_, p.Rest = e.From(d.Original)
	p.Scope = []choice{{Value: "one", Label: r.T("series.scope.one")}}
	if p.Rest {
		p.Scope = append(p.Scope, choice{Value: "rest", Label: r.T("series.scope.rest")})
	}
	p.Scope = append(p.Scope, choice{Value: "all", Label: r.T("series.scope.all")})
	if !f.has("scope") {
		f.values.Set("scope", "one")
	}
	return p
}

// dateEdit is the form of one date.
func (s *Server) dateEdit(r *request) error {
	e, d, err := r.ownDate()
	if err != nil {
		return err
	}
	f := r.emptyForm("starts", dayOf(d.Starts))
	if !e.AllDay {
		f.values.Set("starts_time", hourOf(d.Starts))
	}
	if !d.Ends.IsZero() && !e.AllDay {
		f.values.Set("ends_time", hourOf(d.Ends))
	}
	if c := d.Change; c != nil {
		f.values.Set("place", c.Place)
		f.values.Set("note", c.Note)
	}
	return r.Render("agenda/date_edit", r.datePage("series.edit.title", f, e, d))
}

// dateChange stores what is different on one date.
func (s *Server) dateChange(r *request) error {
	e, d, err := r.ownDate()
	if err != nil {
		return err
	}
	f, err := r.form()
	if err != nil {
		return err
	}
	c := f.change(&e, &d)
	if f.ok() {
		err = r.onEvent(e.ID, directory.ActChange, func(tx *store.Tx) error { return agenda.EditDate(tx, e.ID, d.Original, c) })
	}
	if f.refuse(err) || !f.ok() {
		return r.RenderForm("agenda/date_edit", r.datePage("series.edit.title", f, e, d))
	} else if err != nil {
		return err
	}
	return r.Redirect("/agenda/"+e.ID+"/"+e.Name(&d), "series.date.changed")
}

// change reads what is different on one date. A time that is that of the other
// dates is no change.
func (f *form) change(e *agenda.Event, d *agenda.Date) agenda.Change {
	c := agenda.Change{Original: d.Original, Place: f.text("place"), Note: f.text("note")}
	day := f.date("starts")
	if day.IsZero() && f.ok() {
		f.fault("starts", "err.agenda.starts_empty")
	}
	var starts, ends calendar.Wall
	if e.AllDay {
		starts = wallOf(day, 0)
	} else {
		at, ok := f.clock("starts_time")
		if !ok && f.text("starts_time") == "" {
			f.fault("starts_time", "err.agenda.time_empty")
		}
		starts, ends = wallOf(day, at), endOf(f, day, day, at)
	}
	if c.Place == e.Place {
		c.Place = ""
	}
	usual := calendar.Wall{}
	if !e.Ends.IsZero() {
		usual = d.Original.Later(e.Ends.Since(e.Starts))
	}
	if starts != d.Original || !e.AllDay && ends != usual {
		c.Starts, c.Ends = starts, ends
	}
	return c
}

// restEdit is the form of a series from one of its dates on.
func (s *Server) restEdit(r *request) error {
	e, d, err := r.ownDate()
	if err != nil {
		return err
	}
	next, ok := e.From(d.Original)
	if !ok {
		return r.Redirect("/agenda/"+e.ID+"/modifier", "")
	}
	p, err := r.eventForm("series.rest.title", r.formOf(next))
	if err != nil {
		return err
	}
	return r.Render("agenda/form", p)
}

// restChange stores a series from one of its dates on.
func (s *Server) restChange(r *request) error {
	was, d, err := r.ownDate()
	if err != nil {
		return err
	}
	return r.writeEvent("series.rest.title", false, func(f *form, e *agenda.Event) error {
		e.ID, e.Position = was.ID, was.Position
		err := r.onEvent(was.ID, directory.ActChange, func(tx *store.Tx) error {
			if err := agenda.EditFrom(tx, e, d.Original); err != nil {
				return err
			}
			return f.placed(tx, e)
		})
		if err != nil {
			return err
		}
		return r.Redirect("/agenda/"+e.ID, "agenda.changed")
	})
}

func (s *Server) dateCancelForm(r *request) error {
	e, d, err := r.ownDate()
	if err != nil {
		return err
	}
	return r.Render("agenda/date_cancel", r.datePage("series.cancel.title", r.emptyForm(), e, d))
}

// dateCancel cancels one date, those from it on, or all.
func (s *Server) dateCancel(r *request) error {
	e, d, err := r.ownDate()
	if err != nil {
		return err
	}
	f, err := r.form()
	if err != nil {
		return err
	}
	to, told, reason := "/agenda/"+e.ID, "agenda.cancelled", f.text("reason")
	err = r.onEvent(e.ID, directory.ActCancel, func(tx *store.Tx) (err error) {
		switch f.text("scope") {
		case "all":
			return agenda.Cancel(tx, e.ID, reason)
		case "rest":
			told = "series.cancel.rest_done"
			_, err = agenda.CancelFrom(tx, e.ID, d.Original, reason)
			return err
		}
		to, told = to+"/"+e.Name(&d), "series.cancel.done"
		return agenda.CancelDate(tx, e.ID, d.Original, reason)
	})
	if f.refuse(err) {
		return r.RenderForm("agenda/date_cancel", r.datePage("series.cancel.title", f, e, d))
	} else if err != nil {
		return err
	}
	return r.Redirect(to, told)
}

// dateRestore takes the cancellation of one date back.
func (s *Server) dateRestore(r *request) error {
	return r.onDate(directory.ActRestore, "series.date.restored", agenda.RestoreDate, true)
}

// dateRemove takes one date out of the series, without a trace.
func (s *Server) dateRemove(r *request) error {
	return r.onDate(directory.ActChange, "series.date.removed", agenda.RemoveDate, false)
}

func (r *request) onDate(act, told string, do func(*store.Tx, string, calendar.Wall) error, stays bool) error {
	e, d, err := r.ownDate()
	if err != nil {
		return err
	}
	if err := r.onEvent(e.ID, act, func(tx *store.Tx) error { return do(tx, e.ID, d.Original) }); err != nil {
		return err
	}
	to := "/agenda/" + url.PathEscape(e.ID)
	if stays {
		to += "/" + e.Name(&d)
	}
	return r.Redirect(to, told)
}
