package ui

import (
	"net/http"
	"strconv"
	"time"

	"copi.local/store"
	"copi.local/store/booking"
	"copi.local/store/listing"
)

func (s *Server) bookingDoorRoutes() []route {
	return []route{
		{GET, "/salles/:id/porte", public, s.door},
		{GET, "/salles/:id/panne", public, s.faultForm},
		{POST, "/salles/:id/panne", public, s.faultReport},
		{POST, "/salles/:id/panne/:panne", caretaker, s.faultSettle},
		{GET, "/salles/:id/calendrier.ics", public, s.roomCalendar},
	}
}

// doorRefresh is how often a tablet beside a door asks again.
const doorRefresh = time.Minute

// doorPage is what a tablet shows beside the door of a room: large words, no
// script, nothing that moves, and nothing private, whoever signed in on it.
type doorPage struct {
	*speech
	Title, Village string
	Address        string // short, of the room, to write down
	ID             string
	Day, Hour      string
	Refresh        int // seconds
	Unsure         bool
	Free           bool
	Closed         bool
	Now            string // "Libre", "Occupée"
	NowTitle       string // what takes place; empty: nothing, or nobody's business
	Until          string // "jusqu'à 18 h"
	Next           []doorLine
	Faults         []string
}

// doorLine is one of the bookings to come.
type doorLine struct{ When, Title, Flag string }

// door shows who has a room now, and who next.
func (s *Server) door(r *request) error {
	p := &doorPage{speech: r.speech, Village: s.village(r.context()), Refresh: int(doorRefresh / time.Second), Unsure: s.unsure()}
	err := r.View(func(tx *store.Tx) error {
		tx.Actor = store.Actor{} // a screen in a corridor is anybody's
		room, err := booking.Get(tx, r.Param("id"))
		if err != nil {
			return err
		}
		p.ID, p.Title, p.Closed = room.ID, r.Typo(room.Name), room.Closed
		if c, err := listing.ByRef(tx, room.Ref()); err == nil {
			p.Address = r.Request().Host + "/" + c.Code
		}
		if err := r.doorNow(tx, p, &room); err != nil {
			return err
		}
		faults, err := booking.Faults(tx, room.ID)
		for _, f := range faults {
			p.Faults = append(p.Faults, r.T("booking.fault."+string(f.What)))
		}
		return err
	})
	if err != nil {
		return err
	}
	p.Day, p.Hour = r.Day(r.now), r.Hour(r.now)
	r.FreshUntil(r.now.Truncate(doorRefresh).Add(doorRefresh))
	return r.render(http.StatusOK, "booking/door", framed("embed", "booking/door"), p)
}

// doorNow writes what is going on, and what comes today and tomorrow.
func (r *request) doorNow(tx *store.Tx, p *doorPage, room *booking.Resource) error {
	end := midnight(r.now, r.zone).AddDate(0, 0, 1)
	list, err := booking.Plan(tx, room.ID, booking.Span{From: r.now, Until: end})
	if err != nil {
		return err
	}
	p.Free, p.Now = true, r.T("booking.door.free")
	var next time.Time
	for i := range list {
		b := &list[i]
		switch {
		case b.Old || !b.Until.After(r.now): // its buffer alone
		case !b.From.After(r.now) && p.Free:
			p.Free, p.Now, p.NowTitle = false, r.T("booking.door.taken"), r.Typo(b.Title)
			p.Until = r.T("booking.door.until", "time", r.until(b.Until))
		case b.From.After(r.now):
			if next.IsZero() {
				next = b.From
			}
			p.Next = append(p.Next, r.doorLine(b))
		}
	}
	if p.Free && !next.IsZero() {
		p.Until = r.T("booking.door.until", "time", r.until(next))
	}
	return nil
}

func (r *request) doorLine(b *booking.Stretch) doorLine {
	l := doorLine{Title: r.T("booking.door.taken"), When: r.When(b.From, lastInstant(b.Until, b.AllDay), b.AllDay)}
	if b.Title != "" {
		l.Title = r.Typo(b.Title)
	}
	if b.State == booking.Asked {
		l.Flag = r.T("booking.plan.asked")
	}
	return l
}

// faultPage asks what does not work.
type faultPage struct {
	page
	Form  *form
	Room  booking.Resource
	Whats []choice
	Known []faultView
}

// faultView is something that does not work.
type faultView struct{ ID, What, Text, When string }

func (r *request) faultPage(f *form) (*faultPage, error) {
	p := &faultPage{page: r.page("booking.fault.title"), Form: f}
	p.Section = "salles"
	for _, w := range booking.Whats {
		p.Whats = append(p.Whats, choice{Value: string(w), Label: r.T("booking.fault." + string(w))})
	}
	return p, r.View(func(tx *store.Tx) (err error) {
		if p.Room, err = booking.Get(tx, r.Param("id")); err != nil {
			return err
		}
		p.Known, err = r.faultViews(tx, p.Room.ID)
		return err
	})
}

// faultViews is what does not work in a room, in words.
func (r *request) faultViews(tx *store.Tx, room string) ([]faultView, error) {
	list, err := booking.Faults(tx, room)
	views := make([]faultView, len(list))
	for i, f := range list {
		views[i] = faultView{f.ID, r.T("booking.fault." + string(f.What)), r.Typo(f.Text), r.NearDay(f.At)}
	}
	return views, err
}

// faultForm is an empty form.
func (s *Server) faultForm(r *request) error {
	p, err := r.faultPage(r.emptyForm())
	if err != nil {
		return err
	}
	return r.Render("booking/fault", p)
}

// faultReport tells the managers what does not work.
func (s *Server) faultReport(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	id := r.Param("id")
	err = r.Update(func(tx *store.Tx) error {
		if err := booking.Report(tx, id, booking.What(f.text("what")), f.lines("text")); err != nil {
			return err
		}
		return r.sender().AllowReport(tx)
	})
	busy := store.KindOf(err) == store.Busy
	if !busy && !f.refuse(err) {
		if err != nil {
			return err
		}
		return r.Redirect("/salles/"+id, "booking.fault.told")
	}
	p, wrong := r.faultPage(f)
	switch {
	case wrong != nil:
		return wrong
	case busy:
		return r.busyForm(f, err, "booking/fault", p)
	default:
		return r.RenderForm("booking/fault", p)
	}
}

// faultSettle notes that something works again.
func (s *Server) faultSettle(r *request) error {
	if err := r.Update(func(tx *store.Tx) error { return booking.Settle(tx, r.Param("panne")) }); err != nil {
		return err
	}
	return r.Redirect("/salles/"+r.Param("id"), "booking.fault.settled")
}

// Of a room's calendar: how far back it goes, so that what a phone showed last
// week does not vanish, and how far ahead.
const (
	roomPast  = 31
	roomAhead = 400
)

// roomCalendar is when a room is taken, for phones: that it is, and nothing
// more (SA-12).
func (s *Server) roomCalendar(r *request) error {
	var cal *ical
	err := r.View(func(tx *store.Tx) error {
		tx.Actor = store.Actor{}
		room, err := booking.Get(tx, r.Param("id"))
		if err != nil {
			return err
		}
		cal = newICal(s.zone, r.Typo(room.Name), r.Lang)
		today := r.today()
		list, err := booking.Plan(tx, room.ID, booking.Span{From: today.AddDate(0, 0, -roomPast), Until: today.AddDate(0, 0, roomAhead)})
		for i := range list {
			r.takenEvent(cal, &room, &list[i])
		}
		return err
	})
	if err != nil {
		return err
	}
	r.Response().Header().Set("Content-Disposition", `attachment; filename="salle.ics"`)
	return r.Data(http.StatusOK, icalType, cal.bytes())
}

// takenEvent writes that a room is taken. The event is named by the room and
// its hours: the id of a private booking is nobody's business.
func (r *request) takenEvent(cal *ical, room *booking.Resource, b *booking.Stretch) {
	status := "CONFIRMED"
	if b.State != booking.Approved {
		status = "TENTATIVE"
	}
	summary := r.T("booking.door.taken")
	if b.Units > 1 {
		summary = r.T("booking.units", "n", b.Units) + " · " + summary
	}
	cal.line("BEGIN", "VEVENT")
	cal.line("UID", room.ID+"-"+strconv.FormatInt(b.From.Unix(), 36)+"-"+strconv.FormatInt(b.Until.Unix(), 36)+"-"+strconv.Itoa(b.Units)+"@copi")
	cal.line("DTSTAMP", utcStamp(r.now))
	cal.span(cal.zoneOf(nil), b.From, b.Until, b.AllDay)
	cal.text("SUMMARY", summary)
	cal.text("LOCATION", room.Name)
	cal.line("STATUS", status)
	cal.line("TRANSP", "OPAQUE")
	cal.line("END", "VEVENT")
}
