package booking

import (
	"copi.local/store"
	"copi.local/store/notify"
)

// Exchange is one person's proposal to another that their bookings change
// places.
type Exchange struct {
	ID     string
	One    string // booking of who proposes
	Other  string // booking of who is asked
	Agreed bool   // the other said yes, and a manager has to as well
}

func scanExchange(row store.Row) (Exchange, error) {
	var x Exchange
	err := row.Scan(&x.ID, &x.One, &x.Other, &x.Agreed)
	return x, err
}

// mayExchange tells whether a booking stands firm enough to change places.
func (b *Booking) mayExchange(tx *store.Tx) bool {
	return b.State == Approved && b.Was == nil && b.StartsAt.After(tx.Now)
}

// Exchangeable lists what a booking could change places with, of the same
// kind of resource and by somebody else, in order. Each is told as a plan tells
// it: a private one is occupied, and nothing more. It fails like Find.
func Exchangeable(tx *store.Tx, id string) ([]Stretch, error) {
	b, err := Find(tx, id)
	if err != nil || !b.mayExchange(tx) {
		return nil, err
	}
	r, err := Get(tx, b.Resource)
	if err != nil {
		return nil, err
	}
	all, err := Resources(tx, false)
	var list []Stretch
	for i := range all {
		if all[i].Kind != r.Kind {
			continue
		}
		toCome, err := store.All(tx, scanBooking, sqlToCome, all[i].ID, tx.Now.Unix())
		if err != nil {
			return nil, err
		}
		manages, err := Manages(tx, all[i].ID)
		if err != nil {
			return nil, err
		}
		for j := range toCome {
			o := &toCome[j]
			if o.ID == b.ID || o.AuthorID == b.AuthorID || o.AuthorID == "" || !o.mayExchange(tx) || o.Units != b.Units {
				continue
			}
			s := Stretch{Booking: o.ID, Resource: o.Resource, Span: o.Span(), State: o.State, AllDay: o.AllDay, Units: o.Units}
			if !o.Private || manages {
				s.Title = o.Title
			}
			list = append(list, s)
		}
	}
	return list, err
}

// Propose asks the author of another booking to change places, on behalf of
// the author of the first or of who answers for its resource.
func Propose(tx *store.Tx, one, other string) error {
	list, err := Exchangeable(tx, one)
	if err != nil {
		return err
	}
	for _, s := range list {
		if s.Booking != other {
			continue
		}
		o, err := store.One(tx, scanBooking, sqlByID, other)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(sqlPropose, tx.NewID(), one, other, tx.Now.Unix()); err != nil {
			return err
		}
		if err := o.did(tx, "exchange_asked", ""); err != nil {
			return err
		}
		return notify.Tell(tx, o.AuthorID, o.Ref(), "notify.booking_exchange")
	}
	return store.E(store.Conflict, "err.booking.no_exchange").At("other")
}

// Exchanges lists the proposals that concern a booking.
func Exchanges(tx *store.Tx, id string) ([]Exchange, error) {
	return store.All(tx, scanExchange, sqlExchanges, id)
}

// FindExchange is one proposal with its two bookings, for their authors and for
// who answers for both rooms.
func FindExchange(tx *store.Tx, id string) (x Exchange, one, other Booking, err error) {
	if x, err = store.One(tx, scanExchange, sqlExchange, id); err != nil {
		return x, one, other, err
	}
	if one, err = store.One(tx, scanBooking, sqlByID, x.One); err != nil {
		return x, one, other, err
	}
	if other, err = store.One(tx, scanBooking, sqlByID, x.Other); err != nil {
		return x, one, other, err
	}
	if one.mine(tx) || other.mine(tx) {
		return x, one, other, nil
	}
	manages, err := managesBoth(tx, &one, &other)
	if err == nil && !manages {
		err = store.E(store.NotFound, "err.not_found")
	}
	return x, one, other, err
}

func managesBoth(tx *store.Tx, one, other *Booking) (bool, error) {
	first, err := Manages(tx, one.Resource)
	if err != nil || !first {
		return false, err
	}
	return Manages(tx, other.Resource)
}

// Agree says yes to a proposal, for the author of the other booking: the two
// change places at once where no manager has to answer, else when one does. A
// manager of both rooms decides alone.
func Agree(tx *store.Tx, id string) error {
	x, one, other, err := FindExchange(tx, id)
	if err != nil {
		return err
	}
	manages, err := managesBoth(tx, &one, &other)
	switch {
	case err != nil:
		return err
	case !manages && !other.mine(tx):
		return store.E(store.Forbidden, "err.forbidden")
	case !one.mayExchange(tx) || !other.mayExchange(tx):
		return store.E(store.Conflict, "err.booking.no_exchange")
	}
	validated, err := eitherValidated(tx, &one, &other)
	if err != nil {
		return err
	}
	if manages || !validated {
		return swap(tx, &one, &other)
	}
	if _, err := tx.Exec(sqlAgree, x.ID); err != nil {
		return err
	}
	if err := tellManagers(tx, one.Resource, one.Ref(), "notify.booking_exchange_agreed"); err != nil || one.Resource == other.Resource {
		return err
	}
	return tellManagers(tx, other.Resource, other.Ref(), "notify.booking_exchange_agreed")
}

func eitherValidated(tx *store.Tx, one, other *Booking) (bool, error) {
	for _, b := range []*Booking{one, other} {
		if r, err := Get(tx, b.Resource); err != nil || r.Validated {
			return true, err
		}
	}
	return false, nil
}

// Decline ends a proposal without an exchange, for either author and for who
// answers for both rooms.
func Decline(tx *store.Tx, id string) error {
	_, one, other, err := FindExchange(tx, id)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(sqlDropExchange, id); err != nil {
		return err
	}
	if err := notify.Tell(tx, one.AuthorID, one.Ref(), "notify.booking_exchange_declined"); err != nil {
		return err
	}
	return notify.Tell(tx, other.AuthorID, other.Ref(), "notify.booking_exchange_declined")
}

// swap puts each booking where the other stood; their events follow. It fails
// with kind Conflict when one does not fit there: its buffers are another's, or
// the room is too small.
func swap(tx *store.Tx, one, other *Booking) error {
	one.Slot, other.Slot = other.Slot, one.Slot
	both := []*Booking{one, other}
	for _, b := range both {
		r, err := Get(tx, b.Resource)
		if err != nil {
			return err
		}
		if err := b.Check(&r); err != nil {
			return err
		}
		if r.Capacity > 0 && b.People > r.Capacity {
			return store.E(store.Conflict, "err.booking.no_exchange")
		}
		if err := b.settle(tx, &r, one.ID, other.ID); err != nil {
			return err
		}
		b.AnsweredBy = tx.Actor.ID
	}
	for _, b := range both { // both let go before either takes
		if err := b.release(tx); err != nil {
			return err
		}
	}
	for _, b := range both {
		if err := b.swapped(tx); err != nil {
			return err
		}
	}
	return nil
}

// swapped writes down one of two bookings that changed places.
func (b *Booking) swapped(tx *store.Tx) error {
	if err := b.keep(tx, "exchanged", ""); err != nil {
		return err
	}
	if err := b.forgetExchanges(tx); err != nil {
		return err
	}
	if b.EventID != "" {
		if err := b.moveEvent(tx); err != nil {
			return err
		}
	}
	return notify.Tell(tx, b.AuthorID, b.Ref(), "notify.booking_exchanged")
}

// forgetExchanges ends the proposals about a booking that no longer stands
// where it stood.
func (b *Booking) forgetExchanges(tx *store.Tx) error {
	_, err := tx.Exec(sqlForgetExchanges, b.ID, b.ID)
	return err
}
