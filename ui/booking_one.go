package ui

import (
	"strconv"
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/agenda"
	"copi.local/store/booking"
)

// bookingLine is a booking in a list.
type bookingLine struct {
	Href, Title, Room, When string
	State                   string // in words
	Kind                    string // the state itself, for its colour
	Who                     string // who asked; for managers
	Expires                 string // until when it may wait
	Private                 bool
}

// bookingLine writes a booking in words.
func (r *request) bookingLine(tx *store.Tx, b *booking.Booking, rooms map[string]string) (bookingLine, error) {
	l := bookingLine{
		Href: "/salles/reservations/" + b.ID, Title: r.Typo(b.Title), When: r.whenBooked(b), Private: b.Private,
		State: r.T("booking.state." + string(b.State)), Kind: string(b.State),
	}
	if b.State == booking.Asked && !b.ExpiresAt.IsZero() {
		l.Expires = r.T("booking.expires", "day", r.until(b.ExpiresAt))
	}
	name, known := rooms[b.Resource]
	if !known {
		room, err := booking.Get(tx, b.Resource)
		if err != nil {
			return l, err
		}
		name = r.Typo(room.Name)
		rooms[b.Resource] = name
	}
	l.Room = name
	var err error
	l.Who, err = r.bookedBy(tx, b)
	return l, err
}

// bookedBy is for whom a booking is, as managers read it.
func (r *request) bookedBy(tx *store.Tx, b *booking.Booking) (string, error) {
	if b.Holder != "" {
		return r.Typo(b.Holder), nil
	}
	if b.AuthorID == "" {
		return r.T("booking.gone"), nil
	}
	return account.ShownName(tx, b.AuthorID)
}

// whenBooked is when a booking is, in words.
func (r *request) whenBooked(b *booking.Booking) string {
	return r.When(b.StartsAt, lastInstant(b.EndsAt, b.AllDay), b.AllDay)
}

func (r *request) bookingLines(tx *store.Tx, list []booking.Booking) ([]bookingLine, error) {
	rooms := map[string]string{}
	lines := make([]bookingLine, len(list))
	for i := range list {
		var err error
		if lines[i], err = r.bookingLine(tx, &list[i], rooms); err != nil {
			return nil, err
		}
	}
	return lines, nil
}

type bookingsPage struct {
	page
	Coming, Past []bookingLine
}

// minePerPage is how many bookings of their own a person is shown.
const minePerPage = 200

// bookingsMine lists what the person asked for.
func (s *Server) bookingsMine(r *request) error {
	p := &bookingsPage{page: r.page("booking.mine.title")}
	p.Section = "salles"
	err := r.View(func(tx *store.Tx) error {
		list, err := booking.Of(tx, minePerPage)
		if err != nil {
			return err
		}
		lines, err := r.bookingLines(tx, list)
		for i := range lines {
			if list[i].EndsAt.After(r.now) {
				p.Coming = append([]bookingLine{lines[i]}, p.Coming...)
			} else {
				p.Past = append(p.Past, lines[i])
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	return r.Render("booking/mine", p)
}

type waitingPage struct {
	page
	Form          *form
	Asked, Queued []bookingLine
}

func (r *request) waitingPage(f *form) (*waitingPage, error) {
	p := &waitingPage{page: r.page("booking.waiting.title"), Form: f}
	p.Section = "salles"
	return p, r.View(func(tx *store.Tx) error {
		rules, err := booking.RulesOf(tx)
		if err != nil {
			return err
		}
		if _, typed := f.values["days"]; !typed {
			f.values.Set("days", strconv.Itoa(rules.Days))
		}
		managed, err := booking.Managed(tx)
		if err != nil {
			return err
		}
		for i := range managed {
			asked, queued, err := booking.Waiting(tx, managed[i].ID)
			if err != nil {
				return err
			}
			for _, part := range []struct {
				from []booking.Booking
				to   *[]bookingLine
			}{{asked, &p.Asked}, {queued, &p.Queued}} {
				lines, err := r.bookingLines(tx, part.from)
				if err != nil {
					return err
				}
				*part.to = append(*part.to, r.gatherSeries(part.from, lines)...)
			}
		}
		return nil
	})
}

// gatherSeries makes one line of all dates of a series, which are answered in
// one act.
func (r *request) gatherSeries(list []booking.Booking, lines []bookingLine) []bookingLine {
	count := map[string]int{}
	for i := range list {
		count[list[i].SeriesID]++
	}
	var out []bookingLine
	seen := map[string]bool{}
	for i, l := range lines {
		series := list[i].SeriesID
		if series == "" || count[series] == 1 {
			out = append(out, l)
			continue
		}
		if seen[series] {
			continue
		}
		seen[series] = true
		l.Href = "/salles/series/" + series
		l.When = r.T("booking.series.from", "when", l.When, "n", count[series])
		out = append(out, l)
	}
	return out
}

// bookingsWaiting lists what waits for the person's answer.
func (s *Server) bookingsWaiting(r *request) error {
	p, err := r.waitingPage(r.emptyForm())
	if err != nil {
		return err
	}
	return r.Render("booking/waiting", p)
}

// bookingRules sets how long a request may wait.
func (s *Server) bookingRules(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	rules := booking.Rules{Days: f.int("days")}
	if f.ok() {
		err = r.Update(func(tx *store.Tx) error { return booking.SetRules(tx, rules) })
	}
	if f.refuse(err) || !f.ok() {
		p, err := r.waitingPage(f)
		if err != nil {
			return err
		}
		return r.RenderForm("booking/waiting", p)
	} else if err != nil {
		return err
	}
	return r.Redirect("/salles/demandes", "booking.rules.saved")
}

// onePage is one booking, for who asked and who answers.
type onePage struct {
	page
	Form      *form
	Booking   booking.Booking
	Room      booking.Resource
	State     string
	When      string
	Was       string // where it stood, while a change waits
	Who       string
	Expires   string
	Canonical string
	Manages   bool
	Changes   bool // it can still be moved or given up
	Answers   bool // it waits for this person's answer
	Event     *monthLink
	Deeds     []deedView
	Mine      bool
	Exchange  bool // it can change places with another
	Exchanges []exchangeView
	bookingTerms
}

func (r *request) onePage(f *form) (*onePage, error) {
	p := &onePage{page: r.page(""), Form: f}
	p.Section = "salles"
	err := r.View(func(tx *store.Tx) (err error) {
		if p.Booking, err = booking.Find(tx, r.Param("id")); err != nil {
			return err
		}
		if p.Room, err = booking.Get(tx, p.Booking.Resource); err != nil {
			return err
		}
		if p.Manages, err = booking.Manages(tx, p.Room.ID); err != nil {
			return err
		}
		line, err := r.bookingLine(tx, &p.Booking, map[string]string{})
		if err != nil {
			return err
		}
		p.Title, p.State, p.When, p.Who, p.Expires = line.Title, line.State, line.When, line.Who, line.Expires
		if p.Event, err = r.eventOfBooking(tx, &p.Booking); err != nil {
			return err
		}
		if err := r.readBookingTerms(tx, p); err != nil {
			return err
		}
		if p.Exchanges, err = r.exchangesOf(tx, &p.Booking); err != nil {
			return err
		}
		deeds, err := booking.Deeds(tx, p.Booking.ID)
		if err != nil {
			return err
		}
		p.Deeds, err = r.deeds(tx, deeds, false)
		return err
	})
	if err != nil {
		return nil, err
	}
	b := &p.Booking
	p.Canonical, p.Mine = "/salles/reservations/"+b.ID, b.AuthorID == r.actor.ID
	waits := b.State == booking.Asked || b.State == booking.Queued
	p.Changes = (waits || b.State == booking.Approved) && b.EndsAt.After(r.now)
	p.Answers = waits && p.Manages
	p.Exchange = mayChangePlaces(b, r.now)
	if b.Was != nil {
		p.Was = r.slotWords(b.Was)
	}
	return p, nil
}

// slotWords is when a slot is, in words.
func (r *request) slotWords(s *booking.Slot) string {
	from, _, _ := s.Starts.In(r.zone, false)
	until, _, _ := s.Ends.In(r.zone, true)
	return r.When(from, lastInstant(until, s.AllDay), s.AllDay)
}

// eventOfBooking is the event a booking stands for; nil for none.
func (r *request) eventOfBooking(tx *store.Tx, b *booking.Booking) (*monthLink, error) {
	if b.EventID == "" {
		return nil, nil
	}
	e, err := agenda.Get(tx, b.EventID)
	if store.KindOf(err) == store.NotFound {
		return nil, nil
	}
	return &monthLink{"/agenda/" + e.ID, r.Typo(e.Title)}, err
}

// booking shows one booking.
func (s *Server) booking(r *request) error {
	p, err := r.onePage(r.emptyForm())
	if err != nil {
		return err
	}
	return r.Render("booking/booking", p)
}

// onBooking runs a verb on the booking of the address and shows its page: with
// what is wrong, or with what was done.
func (r *request) onBooking(template, done string, do func(*store.Tx, *form) error) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	err = r.Update(func(tx *store.Tx) error { return do(tx, f) })
	if f.refuse(err) {
		p, err := r.onePage(f)
		if err != nil {
			return err
		}
		return r.RenderForm(template, p)
	} else if err != nil {
		return err
	}
	return r.Redirect("/salles/reservations/"+r.Param("id"), done)
}

func (s *Server) bookingApprove(r *request) error {
	return r.onBooking("booking/booking", "booking.done.granted", func(tx *store.Tx, f *form) error {
		return booking.Approve(tx, r.Param("id"), f.text("derogation"))
	})
}

func (s *Server) bookingRefuse(r *request) error {
	return r.onBooking("booking/booking", "booking.done.refused", func(tx *store.Tx, f *form) error {
		return booking.Refuse(tx, r.Param("id"), f.text("reason"))
	})
}

// bookingCancelForm asks why, and about the event.
func (s *Server) bookingCancelForm(r *request) error {
	p, err := r.onePage(r.emptyForm("event", "1"))
	if err != nil {
		return err
	}
	return r.Render("booking/cancel", p)
}

func (s *Server) bookingCancel(r *request) error {
	return r.onBooking("booking/cancel", "booking.done.cancelled", func(tx *store.Tx, f *form) error {
		if f.has("later") {
			return booking.CancelFrom(tx, r.Param("id"), f.text("reason"), f.has("event"))
		}
		return booking.Cancel(tx, r.Param("id"), f.text("reason"), f.has("event"))
	})
}

// movePage is the form that moves a booking.
type movePage struct {
	onePage
	Rooms []choice
	Taken *takenView
}

func (r *request) movePage(f *form) (*movePage, error) {
	one, err := r.onePage(f)
	if err != nil {
		return nil, err
	}
	p := &movePage{onePage: *one}
	return p, r.View(func(tx *store.Tx) error {
		list, err := booking.Resources(tx, false)
		for _, room := range list {
			if room.Kind == p.Room.Kind {
				p.Rooms = append(p.Rooms, choice{Value: room.ID, Label: room.Name})
			}
		}
		return err
	})
}

// bookingMoveForm is the form with the hours as they are.
func (s *Server) bookingMoveForm(r *request) error {
	f := r.emptyForm("event", "1")
	p, err := r.movePage(f)
	if err != nil {
		return err
	}
	to := p.Booking.Slot
	if r.QueryParam("evenement") != "" { // the event moved already
		f.values.Del("event")
		err = r.View(func(tx *store.Tx) error {
			to, err = eventSlot(tx, &p.Booking)
			return err
		})
		if err != nil {
			return err
		}
	}
	f.setSlot(to)
	f.values.Set("resource", p.Booking.Resource)
	return r.Render("booking/move", p)
}

// bookingMove puts a booking elsewhere.
func (s *Server) bookingMove(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	f.takeProposed()
	p, err := r.movePage(f)
	if err != nil {
		return err
	}
	if f.text("resource") == "" {
		f.values.Set("resource", p.Booking.Resource)
	}
	to := slotOf(f, f.text("resource"))
	if f.ok() {
		err = r.Update(func(tx *store.Tx) error {
			return booking.Move(tx, p.Booking.ID, to, f.has("event"), f.text("derogation"))
		})
	}
	if f.refuse(err) || !f.ok() {
		f.Faults = onePerField(f.Faults)
		moved := p.Booking
		moved.Slot, moved.StartsAt = to, wallTime(to.Starts.String(), r.zone)
		if p.Taken, err = r.taken(&p.Room, &moved, err); err != nil {
			return err
		}
		return r.RenderForm("booking/move", p)
	} else if err != nil {
		return err
	}
	return r.Redirect(p.Canonical, "booking.done.moved")
}

// wallTime is a moment on the wall in a zone; zero for none.
func wallTime(wall string, zone *time.Location) time.Time {
	t, err := time.ParseInLocation("2006-01-02T15:04", wall, zone)
	if err != nil {
		return time.Time{}
	}
	return t
}

// bookingWordsForm is the form of what a booking says.
func (s *Server) bookingWordsForm(r *request) error {
	f := r.emptyForm()
	p, err := r.onePage(f)
	if err != nil {
		return err
	}
	b := &p.Booking
	for name, v := range map[string]string{"title": b.Title, "note": b.Note, "holder": b.Holder} {
		f.values.Set(name, v)
	}
	if b.People > 0 {
		f.values.Set("people", strconv.Itoa(b.People))
	}
	if b.Private {
		f.values.Set("private", "1")
	}
	return r.Render("booking/words", p)
}

func (s *Server) bookingWords(r *request) error {
	return r.onBooking("booking/words", "booking.done.reworded", func(tx *store.Tx, f *form) error {
		w := booking.Words{
			Title: f.text("title"), Note: f.lines("note"), Holder: f.text("holder"), Private: f.has("private"), People: f.int("people"),
		}
		if !f.ok() {
			return store.E(store.Invalid, "err.ui.number").At("people")
		}
		return booking.Reword(tx, r.Param("id"), w)
	})
}

// linesView is a list of bookings; Names says who asked.
type linesView struct {
	Lines   []bookingLine
	Names   bool
	Private string
}

func (s *speech) linesOf(lines []bookingLine, names bool) linesView {
	return linesView{lines, names, s.T("booking.private")}
}

// Lines is a list of bookings for its template.
func (p *bookingsPage) Lines(lines []bookingLine, names bool) linesView {
	return p.linesOf(lines, names)
}

// Lines is a list of bookings for its template.
func (p *waitingPage) Lines(lines []bookingLine, names bool) linesView {
	return p.linesOf(lines, names)
}

// Audience says who sees what of the booking.
func (p *onePage) Audience() string {
	if p.Booking.Private {
		return p.T("booking.audience.private")
	}
	return p.T("booking.audience.public")
}

// bookingTitle is what a notice about a booking is titled: its words and its
// room, as its reader may know them, and its page; empty for other things.
func (r *request) bookingTitle(tx *store.Tx, about store.Ref) (title, href string, err error) {
	if about.Module != booking.Module {
		return "", "", nil
	}
	href = "/salles/reservations/" + about.ID
	b, err := booking.Find(tx, about.ID)
	if store.KindOf(err) == store.NotFound {
		s, err := booking.FindSeries(tx, about.ID)
		if err != nil || len(s.Bookings) == 0 {
			return "", "", notFoundIsNil(err)
		}
		b, href = s.Bookings[0], "/salles/series/"+s.ID
	} else if err != nil {
		return "", "", err
	}
	room, err := booking.Get(tx, b.Resource)
	return r.Typo(b.Title) + " · " + r.Typo(room.Name), href, err
}

// notFoundIsNil is err unless it says that there is no such thing.
func notFoundIsNil(err error) error {
	if store.KindOf(err) == store.NotFound {
		return nil
	}
	return err
}
