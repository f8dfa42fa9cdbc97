package ui

import (
	"errors"
	"strings"

	"copi.local/store"
	"copi.local/store/agenda"
	"copi.local/store/booking"
)

// plannedView is one date of a request that repeats, as it would be or was
// filed.
type plannedView struct {
	When string
	Note string // why it cannot be had, and what is free instead
	Off  bool
}

// seriesPreview shows the dates of a request before it is filed.
type seriesPreview struct {
	page
	Form        *form
	Action      string
	Room        booking.Resource
	Sentence    string
	Dates       []plannedView
	Free        int
	Unpublished string
}

// repeatOf reads how a request repeats; ok is false for one that does not.
func (f *form) repeatOf(b *booking.Booking) (repeat booking.Repeat, ok bool) {
	if f.text("repeat") == "" {
		return repeat, false
	}
	e := repeatingEvent(b, repeat)
	f.repeat(&e)
	return booking.Repeat{Rule: e.Rule, Skip: e.Skip}, true
}

// repeatingEvent is a request as an event, which has the words for how it
// repeats.
func repeatingEvent(b *booking.Booking, repeat booking.Repeat) agenda.Event {
	e := agenda.Event{Title: b.Title, Starts: b.Starts, Ends: b.Ends, Zone: b.Zone, AllDay: b.AllDay}
	e.Rule, e.Skip = repeat.Rule, repeat.Skip
	return e
}

// askSeries answers the form of a request that repeats: first with its dates
// and what would become of each, then by filing them.
func (r *request) askSeries(p *askPage, b *booking.Booking, repeat booking.Repeat, way booking.Way) error {
	f := p.Form
	if !f.ok() {
		return r.askAgain(p)
	}
	if f.text("do") != "file" {
		return r.previewSeries(p, b, repeat)
	}
	var s booking.Series
	err := r.Update(func(tx *store.Tx) (err error) {
		s, _, err = booking.RequestSeries(tx, b, repeat, way)
		return err
	})
	if f.refuse(err) {
		return r.askAgain(p)
	} else if err != nil {
		return err
	}
	return r.Redirect("/salles/series/"+s.ID, "booking.series.filed", "n", len(s.Bookings))
}

// askAgain shows the form with what is wrong.
func (r *request) askAgain(p *askPage) error {
	p.Form.Faults = onePerField(p.Form.Faults)
	p.Repeat.Open = true
	return r.RenderForm("booking/ask", p)
}

func (r *request) previewSeries(p *askPage, b *booking.Booking, repeat booking.Repeat) error {
	var planned []booking.Planned
	err := r.View(func(tx *store.Tx) (err error) {
		planned, err = booking.PlanSeries(tx, *b, repeat)
		return err
	})
	if p.Form.refuse(err) {
		return r.askAgain(p)
	} else if err != nil {
		return err
	}
	e := repeatingEvent(b, repeat)
	v := &seriesPreview{page: p.page, Form: p.Form, Action: p.Action, Room: p.Room, Sentence: r.sentenceOf(&e), Unpublished: r.unpublished(&e)}
	v.Title = r.T("booking.series.check", "room", r.Typo(p.Room.Name))
	for i := range planned {
		v.Dates = append(v.Dates, r.plannedView(&planned[i]))
		if planned[i].Free() {
			v.Free++
		}
	}
	return r.Render("booking/series_check", v)
}

// plannedView is one date in words: free, a holiday, or taken with the next
// hours that are free.
func (r *request) plannedView(p *booking.Planned) plannedView {
	v := plannedView{When: r.whenBooked(&p.Booking), Off: !p.Free()}
	from, until := p.Starts, p.Ends
	if p.StartsAt.IsZero() || v.Off {
		slot := booking.Slot{Starts: from, Ends: until, AllDay: p.AllDay}
		v.When = r.slotWords(&slot)
	}
	switch taken, isTaken := errors.AsType[*booking.Taken](p.Fault); {
	case p.Struck != "":
		v.Note = r.struckWords(&agenda.Date{Original: from, Struck: p.Struck})
	case isTaken && taken.Found:
		v.Note = r.T("booking.series.taken_next", "when", r.When(taken.Next.From, lastInstant(taken.Next.Until, p.AllDay), p.AllDay))
	case isTaken:
		v.Note = r.T("err.booking.taken")
	case p.Fault != nil:
		v.Note = strings.Join(r.faultWords(p.Fault), " ")
	}
	return v
}

// faultWords are the sentences of an error of the person's.
func (r *request) faultWords(err error) []string {
	f := r.emptyForm()
	f.refuse(err)
	var words []string
	for _, fault := range f.Faults {
		words = append(words, fault.Text)
	}
	return words
}

// seriesPage is a request that repeats, with all its dates.
type seriesPage struct {
	page
	Form      *form
	Canonical string
	Room      booking.Resource
	Sentence  string
	Lines     []bookingLine
	Manages   bool
	Asked     int // dates that wait for an answer
	Coming    bool
	Mine      bool
	Who       string
	Event     *wordLink
	Next      string // id of the first date to come
}

func (r *request) seriesPage(f *form) (*seriesPage, error) {
	p := &seriesPage{page: r.page(""), Form: f}
	p.Section = "salles"
	return p, r.View(func(tx *store.Tx) error {
		s, err := booking.FindSeries(tx, r.Param("id"))
		if err != nil {
			return err
		}
		if p.Room, err = booking.Get(tx, s.Resource); err != nil {
			return err
		}
		if p.Manages, err = booking.Manages(tx, s.Resource); err != nil {
			return err
		}
		p.Canonical, p.Mine = "/salles/series/"+s.ID, s.AuthorID != "" && s.AuthorID == r.actor.ID
		if p.Lines, err = r.bookingLines(tx, s.Bookings); err != nil || len(s.Bookings) == 0 {
			return err
		}
		first := s.Bookings[0]
		e := repeatingEvent(&first, s.Repeat)
		p.Title, p.Sentence, p.Who = r.Typo(first.Title), r.sentenceOf(&e), p.Lines[0].Who
		for i := range s.Bookings {
			b := &s.Bookings[i]
			if b.State == booking.Asked {
				p.Asked++
			}
			if p.Next == "" && b.State.Holds() && b.EndsAt.After(r.now) {
				p.Next = b.ID
			}
		}
		p.Coming = p.Next != ""
		p.Event, err = r.eventOfBooking(tx, &first)
		return err
	})
}

// bookingSeries shows a request that repeats.
func (s *Server) bookingSeries(r *request) error {
	p, err := r.seriesPage(r.emptyForm("event", "1"))
	if err != nil {
		return err
	}
	return r.Render("booking/series", p)
}

// onSeries runs a verb on the series of the address and shows its page again.
func (r *request) onSeries(done string, do func(*store.Tx, *form) error) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	err = r.Update(func(tx *store.Tx) error { return do(tx, f) })
	if f.refuse(err) {
		p, err := r.seriesPage(f)
		if err != nil {
			return err
		}
		return r.RenderForm("booking/series", p)
	} else if err != nil {
		return err
	}
	return r.Redirect("/salles/series/"+r.Param("id"), done)
}

func (s *Server) bookingSeriesApprove(r *request) error {
	return r.onSeries("booking.done.granted", func(tx *store.Tx, _ *form) error { return booking.ApproveSeries(tx, r.Param("id")) })
}

func (s *Server) bookingSeriesRefuse(r *request) error {
	return r.onSeries("booking.done.refused", func(tx *store.Tx, f *form) error {
		return booking.RefuseSeries(tx, r.Param("id"), f.text("reason"))
	})
}

// bookingSeriesCancel gives back all dates to come.
func (s *Server) bookingSeriesCancel(r *request) error {
	return r.onSeries("booking.done.cancelled", func(tx *store.Tx, f *form) error {
		series, err := booking.FindSeries(tx, r.Param("id"))
		if err != nil {
			return err
		}
		for i := range series.Bookings {
			b := &series.Bookings[i]
			if b.State.Holds() && b.EndsAt.After(tx.Now) {
				return booking.CancelFrom(tx, b.ID, f.text("reason"), f.has("event"))
			}
		}
		return store.E(store.Conflict, "err.booking.over")
	})
}
