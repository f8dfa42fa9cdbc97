package ui

import (
	"copi.local/store"
	"copi.local/store/agenda"
	"copi.local/store/booking"
)

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
	Event     *wordLink
	Deeds     []deedView
	Mine      bool
	Exchange  bool // it can change places with another
	Exchanges []exchangeView
	Write     string // where its two sides write each other
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
		if p.Write, err = r.writeHref(tx, p.Booking.Ref()); err != nil {
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
func (r *request) eventOfBooking(tx *store.Tx, b *booking.Booking) (*wordLink, error) {
	if b.EventID == "" {
		return nil, nil
	}
	e, err := agenda.Get(tx, b.EventID)
	if store.KindOf(err) == store.NotFound {
		return nil, nil
	}
	return &wordLink{"/agenda/" + e.ID, r.Typo(e.Title)}, err
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
