package ui

import (
	"strconv"
	"time"

	"copi.local/store"
	"copi.local/store/booking"
)

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
