package ui

import (
	"errors"
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/booking"
	"copi.local/store/calendar"
)

// askPage is the form of a request; when its hours are taken it offers others.
type askPage struct {
	page
	Form    *form
	Action  string
	Room    booking.Resource
	Good    bool
	Manages bool
	Taken   *takenView
	Buffers string
	Repeat  *repeatFields
	askTerms
}

// takenView is what to do about hours that are taken.
type takenView struct {
	Next    string // the next hours that are free, in words
	NextAt  string // and for the form: "2026-12-05T16:30/2026-12-05T18:00"
	Pending bool   // who has them waits for an answer
	Gaps    []string
}

func (r *request) askPage(f *form) (*askPage, error) {
	p := &askPage{page: r.page(""), Form: f, Action: r.Request().URL.Path}
	p.Section = "salles"
	err := r.View(func(tx *store.Tx) (err error) {
		if p.Room, err = booking.Get(tx, r.Param("id")); err != nil {
			return err
		}
		if p.Manages, err = booking.Manages(tx, p.Room.ID); err != nil {
			return err
		}
		return r.readAskTerms(p)
	})
	if err != nil {
		return nil, err
	}
	if p.Repeat, err = r.repeatFields(f); err != nil {
		return nil, err
	}
	p.Title = r.T("booking.ask.title", "room", r.Typo(p.Room.Name))
	p.Good, p.Buffers = p.Room.Kind == booking.Good, r.buffers(&p.Room)
	return p, err
}

// bookingNew is an empty form, for the day of the address.
func (s *Server) bookingNew(r *request) error {
	f := r.emptyForm("starts", r.QueryParam("starts"), "publish", "1")
	p, err := r.askPage(f)
	if err != nil {
		return err
	}
	if p.Good {
		f.values.Set("all_day", "1")
	}
	return r.Render("booking/ask", p)
}

// slotOf reads where and when as it was typed. Faults of single fields are
// noted on the form.
func slotOf(f *form, resource string) booking.Slot {
	day, last := f.date("starts"), f.date("ends")
	s := booking.Slot{Resource: resource, AllDay: f.has("all_day")}
	if last.IsZero() {
		last = day
	}
	if s.AllDay {
		s.Starts, s.Ends = wallOf(day, 0), wallOf(last, 0)
		if !s.Ends.IsZero() {
			s.Ends = s.Ends.AddDays(1) // the day after the last
		}
		return s
	}
	at, ok := f.clock("starts_time")
	if !ok && f.text("starts_time") == "" {
		f.fault("starts_time", "err.agenda.time_empty")
	}
	if f.text("ends_time") == "" {
		f.fault("ends_time", "err.booking.ends")
	}
	s.Starts = wallOf(day, at)
	s.Ends = endOf(f, day, last, at)
	return s
}

// bookingOf reads a request as it was typed.
func bookingOf(f *form, room *booking.Resource) booking.Booking {
	b := booking.Booking{
		Title: f.text("title"), Holder: f.text("holder"), Note: f.lines("note"), Private: f.has("private"),
		People: f.int("people"), Units: max(1, f.int("units")), Class: f.text("class"), Package: f.text("package"),
		Publish: f.has("publish") && !f.has("private"), Slot: slotOf(f, room.ID), Zone: room.Zone,
		Accepted: f.has("accepted"), Answers: f.answers(),
	}
	return b
}

// setSlot writes a slot into a form.
func (f *form) setSlot(s booking.Slot) {
	f.values.Set("starts", s.Starts.Date())
	if s.AllDay {
		f.values.Set("all_day", "1")
		f.values.Set("ends", s.LastDay().Date())
		return
	}
	f.values.Del("all_day")
	f.values.Set("ends", s.Ends.Date())
	f.values.Set("starts_time", hourOf(s.Starts))
	f.values.Set("ends_time", hourOf(s.Ends))
}

// takeProposed puts hours the box proposed into the form.
func (f *form) takeProposed() {
	from, until, ok := strings.Cut(f.text("take"), "/")
	starts, err1 := calendar.ParseWall(from)
	ends, err2 := calendar.ParseWall(until)
	f.values.Del("take")
	if ok && err1 == nil && err2 == nil {
		f.setSlot(booking.Slot{Starts: starts, Ends: ends, AllDay: f.has("all_day")})
	}
}

// bookingAsk files a request. What was typed stays on the page when the hours
// are taken, with hours that are free.
func (s *Server) bookingAsk(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	f.takeProposed()
	p, err := r.askPage(f)
	if err != nil {
		return err
	}
	if f.text("do") == "edit" { // back from the dates of a series
		return r.Render("booking/ask", p)
	}
	f.takePackage(p.terms, r.zone)
	b := bookingOf(f, &p.Room)
	if f.text("do") == "price" {
		return r.showPrice(p, &b)
	}
	way := booking.Way{Queue: f.text("do") == "queue", Derogation: f.text("derogation")}
	if repeat, ok := f.repeatOf(&b); ok {
		return r.askSeries(p, &b, repeat, way)
	}
	if f.ok() {
		err = r.Update(func(tx *store.Tx) error { return booking.Request(tx, &b, way) })
	}
	if f.refuse(err) || !f.ok() {
		f.Faults = onePerField(f.Faults)
		if p.Taken, err = r.taken(&p.Room, &b, err); err != nil {
			return err
		}
		return r.RenderForm("booking/ask", p)
	} else if err != nil {
		return err
	}
	return r.Redirect("/salles/reservations/"+b.ID, askedWord(b.State))
}

// askedWord says what became of a request.
func askedWord(state booking.State) string {
	switch state {
	case booking.Approved:
		return "booking.done.approved"
	case booking.Queued:
		return "booking.done.queued"
	default:
		return "booking.done.asked"
	}
}

// taken is what to offer when hours are taken; nil when that is not the fault.
func (r *request) taken(room *booking.Resource, b *booking.Booking, fault error) (*takenView, error) {
	why, ok := errors.AsType[*booking.Taken](fault)
	if !ok {
		return nil, nil
	}
	v := &takenView{Pending: why.Pending}
	if why.Found {
		from, until := calendar.WallOf(why.Next.From.In(r.zone)), calendar.WallOf(why.Next.Until.In(r.zone))
		v.Next = r.When(why.Next.From, lastInstant(why.Next.Until, b.AllDay), b.AllDay)
		v.NextAt = from.String() + "/" + until.String()
	}
	y, m, d := b.StartsAt.In(r.zone).Date()
	day := booking.Span{From: time.Date(y, m, d, planFrom/60, 0, 0, 0, r.zone), Until: time.Date(y, m, d, planUntil/60, 0, 0, 0, r.zone)}
	if b.AllDay {
		return v, nil
	}
	err := r.View(func(tx *store.Tx) error {
		gaps, err := booking.Gaps(tx, room, day, 30*time.Minute, b.Units)
		for _, g := range gaps {
			v.Gaps = append(v.Gaps, r.T("ui.card.hours", "from", r.Hour(g.From), "to", r.Hour(g.Until)))
		}
		return err
	})
	return v, err
}

// lastInstant is an end as people say it: the last day of whole days.
func lastInstant(until time.Time, allDay bool) time.Time {
	if allDay {
		return until.Add(-time.Second)
	}
	return until
}
