package ui

import (
	"copi.local/store"
	"copi.local/store/agenda"
	"copi.local/store/booking"
)

// heldView is the room that is booked for an event, as its author and the
// room's managers see it beside the event: one act, two things (SA-13).
type heldView struct {
	Href   string
	Words  string      // which room, and when
	Notice *noticeView // the two no longer agree; nil when they do
}

// heldOf is heldFor in a transaction of its own.
func (r *request) heldOf(e *agenda.Event) (v *heldView, err error) {
	err = r.View(func(tx *store.Tx) error {
		v, err = r.heldFor(tx, e)
		return err
	})
	return v, err
}

// heldFor is the room that is booked for an event; nil for none, and for who
// may not know.
func (r *request) heldFor(tx *store.Tx, e *agenda.Event) (*heldView, error) {
	list, err := booking.OfEvent(tx, e.ID)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	b := &list[0]
	room, err := booking.Get(tx, b.Resource)
	if err != nil {
		return nil, err
	}
	v := &heldView{Href: "/salles/reservations/" + b.ID}
	v.Words = r.T("booking.event.held", "room", r.Typo(room.Name), "when", r.whenBooked(b))
	if len(list) > 1 && b.SeriesID != "" {
		v.Href = "/salles/series/" + b.SeriesID
		v.Words = r.T("booking.event.held_times", "room", r.Typo(room.Name), "n", len(list))
	}
	switch {
	case e.IsCancelled():
		v.Notice = &noticeView{"attention", r.T("booking.event.still_held", "room", r.Typo(room.Name)), v.Href, r.T("booking.event.open")}
	case !e.Repeats() && apart(e, b):
		v.Notice = &noticeView{"attention", r.T("booking.event.apart", "when", r.whenBooked(b)), v.Href + "/deplacer?evenement=1", r.T("booking.event.follow")}
	}
	return v, nil
}

// apart tells whether an event and its room no longer have the same hours.
func apart(e *agenda.Event, b *booking.Booking) bool {
	return b.Starts != e.Starts || !e.Ends.IsZero() && b.Ends != e.Ends
}

// eventSlot is the booking's slot at the hours of its event.
func eventSlot(tx *store.Tx, b *booking.Booking) (booking.Slot, error) {
	to := b.Slot
	e, err := agenda.Get(tx, b.EventID)
	if store.KindOf(err) == store.NotFound {
		return to, nil
	}
	if err != nil || e.Repeats() {
		return to, err
	}
	lasts := b.Ends.Since(b.Starts)
	to.Starts, to.Ends, to.AllDay = e.Starts, e.Ends, e.AllDay
	if to.Ends.IsZero() {
		to.Ends = e.Starts.Later(lasts)
	}
	return to, nil
}
