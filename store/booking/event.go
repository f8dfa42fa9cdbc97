package booking

import (
	"copi.local/store"
	"copi.local/store/agenda"
	"copi.local/store/listing"
)

// announce publishes the event of an approved booking, once, or moves it when
// that was asked for (SA-13).
func (b *Booking) announce(tx *store.Tx, r *Resource) error {
	switch {
	case b.EventID == "" && b.Publish && !b.Private:
		return b.publish(tx, r)
	case b.EventID != "" && b.Follows:
		return b.moveEvent(tx)
	}
	return nil
}

func (b *Booking) publish(tx *store.Tx, r *Resource) error {
	e := agenda.Event{Title: b.Title, Place: r.spoken(), Audience: listing.Public}
	b.times(&e)
	if c, err := listing.ByRef(tx, r.Ref()); err == nil {
		e.Position = c.Position
	}
	if err := agenda.ScheduleFor(tx, &e, b.AuthorID); err != nil {
		return err
	}
	b.EventID = e.ID
	return b.save(tx)
}

// times writes the hours of a booking into an event.
func (b *Booking) times(e *agenda.Event) {
	e.Starts, e.Ends, e.Zone, e.AllDay = b.Starts, b.Ends, b.Zone, b.AllDay
}

// spoken is where the resource is, as an event says it.
func (r *Resource) spoken() string {
	if r.Site == "" || r.Site == r.Name {
		return r.Name
	}
	return listing.Clip(r.Name+", "+r.Site, agenda.MaxLine)
}

// event is the event of a booking, for whom the booking is theirs to change;
// gone is true when it was taken away.
func (b *Booking) event(tx *store.Tx) (e agenda.Event, gone bool, err error) {
	tx.Entrust(store.Ref{Module: agenda.Module, ID: b.EventID})
	e, err = agenda.Own(tx, b.EventID)
	if store.KindOf(err) == store.NotFound {
		return e, true, nil
	}
	return e, false, err
}

func (b *Booking) moveEvent(tx *store.Tx) error {
	b.Follows = false
	if err := b.save(tx); err != nil {
		return err
	}
	e, gone, err := b.event(tx)
	if err != nil || gone {
		return err
	}
	r, err := Get(tx, b.Resource)
	if err != nil {
		return err
	}
	if e.Repeats() {
		return agenda.EditDate(tx, e.ID, b.EventDate, agenda.Change{Starts: b.Starts, Ends: b.Ends, Place: r.spoken()})
	}
	b.times(&e)
	e.Place = r.spoken()
	return agenda.Edit(tx, &e)
}

func (b *Booking) cancelEvent(tx *store.Tx, reason string) error {
	e, gone, err := b.event(tx)
	if err != nil || gone {
		return err
	}
	if e.Repeats() {
		return agenda.CancelDate(tx, e.ID, b.EventDate, reason)
	}
	return agenda.Cancel(tx, b.EventID, reason)
}
