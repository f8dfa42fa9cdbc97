package booking

import (
	"time"

	"copi.local/store"
	"copi.local/store/notify"
)

// warnAhead is how long before their own booking somebody hears that what they
// booked is not back.
const warnAhead = 7 * 24 * time.Hour

// NotBack lists the bookings of a resource whose key, or goods, are out after
// their end: a loan of whole days is late from the midnight after the last
// (SA-15). They stay as they are. For managers; others learn from Threatened
// what concerns them.
func NotBack(tx *store.Tx, resource string) ([]Booking, error) {
	manages, err := Manages(tx, resource)
	if err != nil || !manages {
		return nil, err
	}
	return store.All(tx, scanBooking, sqlNotBack, resource, tx.Now.Unix())
}

// Threatened tells whether a booking to come may not find what it booked: it is
// out since before, and not enough is left.
func Threatened(tx *store.Tx, b *Booking) (bool, error) {
	if !b.State.Holds() || !b.EndsAt.After(tx.Now) {
		return false, nil
	}
	list, err := store.All(tx, scanBooking, sqlNotBack, b.Resource, tx.Now.Unix())
	if err != nil || len(list) == 0 {
		return false, err
	}
	r, err := Get(tx, b.Resource)
	if err != nil {
		return false, err
	}
	out := 0
	for i := range list {
		if list[i].ID != b.ID {
			out += list[i].Units
		}
	}
	return b.lacks(tx, &r, out)
}

// lacks tells whether a booking cannot have its units while some are out.
func (b *Booking) lacks(tx *store.Tx, r *Resource, out int) (bool, error) {
	if out == 0 {
		return false, nil
	}
	o, err := occupied(tx, r, b.Span(), b.ID)
	return peak(o.rows)+b.Units+out > r.Stock, err
}

// remind tells who has something that should be back, who answers for it, and
// who is next: once each.
func remind(tx *store.Tx) error {
	list, err := store.All(tx, scanBooking, sqlAllLate, tx.Now.Unix())
	if err != nil {
		return err
	}
	for i := range list {
		b := &list[i]
		if err := b.tellLate(tx); err != nil {
			return err
		}
		if err := b.tellNext(tx); err != nil {
			return err
		}
	}
	return nil
}

// tellLate tells who has it, and the managers.
func (b *Booking) tellLate(tx *store.Tx) error {
	fresh, err := b.once(tx, b.ID)
	if err != nil || !fresh {
		return err
	}
	if err := notify.Tell(tx, b.AuthorID, b.Ref(), "notify.booking_late"); err != nil {
		return err
	}
	return tellManagers(tx, b.Resource, b.Ref(), "notify.booking_not_back")
}

// tellNext tells who booked it soon and may not find it.
func (b *Booking) tellNext(tx *store.Tx) error {
	r, err := Get(tx, b.Resource)
	if err != nil {
		return err
	}
	coming, err := store.All(tx, scanBooking, sqlComing, b.Resource, tx.Now.Unix(), tx.Now.Add(warnAhead).Unix())
	if err != nil {
		return err
	}
	for i := range coming {
		next := &coming[i]
		short, err := next.lacks(tx, &r, b.Units)
		if err != nil {
			return err
		}
		if !short {
			continue
		}
		fresh, err := next.once(tx, b.ID)
		if err != nil {
			return err
		}
		if fresh {
			if err := notify.Tell(tx, next.AuthorID, next.Ref(), "notify.booking_threatened"); err != nil {
				return err
			}
		}
	}
	return nil
}

// once notes that the booking's people were told of one that is not back; false
// when they were before.
func (b *Booking) once(tx *store.Tx, lateID string) (bool, error) {
	n, err := store.One(tx, store.Scan[int], sqlToldLate, b.ID, lateID)
	if err != nil || n > 0 {
		return false, err
	}
	_, err = tx.Exec(sqlStep, b.ID, late, lateID, "", 0, "", tx.Now.Unix())
	return err == nil, err
}
