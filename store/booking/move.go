package booking

import (
	"time"

	"copi.local/store"
	"copi.local/store/notify"
)

// Move puts a booking at other hours or into another room, for who asked and
// for who answers. An approved one that its author moves waits for an answer
// again, and holds its old hours until then (SA-7). follows says whether the
// event it stands for moves with it.
func Move(tx *store.Tx, id string, to Slot, follows bool, derogation string) error {
	b, err := changeable(tx, id)
	if err != nil {
		return err
	}
	stood, state := b.Slot, b.State
	b.Slot = to
	r, err := Get(tx, to.Resource)
	if err != nil {
		return err
	}
	manages, err := Manages(tx, r.ID)
	if err != nil {
		return err
	}
	if r.Closed || r.Who == Managers && !manages {
		return store.E(store.Conflict, "err.booking.closed").At("resource")
	}
	if err := b.Check(&r); err != nil {
		return err
	}
	if !manages && b.StartsAt.Before(tx.Now) {
		return store.E(store.Invalid, "err.booking.past").At("starts")
	}
	confirm, err := judge(tx, &r, &b, manages, derogation)
	if err != nil {
		return err
	}
	if err := b.settle(tx, &r); err != nil {
		return err
	}
	b.Follows = follows && b.EventID != ""
	if derogation != "" {
		b.Derogation = derogation
		if err := b.did(tx, "derogation", derogation); err != nil {
			return err
		}
	}
	return b.moved(tx, &r, stood, state, !manages && (r.Validated || confirm))
}

// moved writes a booking down at its new place.
func (b *Booking) moved(tx *store.Tx, r *Resource, stood Slot, state State, ask bool) error {
	switch {
	case state == Approved && ask:
		b.State, b.Was = Asked, &stood
	case state == Asked && !ask && b.Was != nil:
		b.State, b.Was = Approved, nil
	case state == Queued:
		b.State = Asked
		if !ask {
			b.State = Approved
		}
	}
	if err := b.wait(tx); err != nil {
		return err
	}
	if err := b.keep(tx, "moved", ""); err != nil {
		return err
	}
	if err := b.forgetExchanges(tx); err != nil {
		return err
	}
	if b.State == Approved {
		if err := b.announce(tx, r); err != nil {
			return err
		}
	}
	if err := notify.Tell(tx, b.AuthorID, b.Ref(), "notify.booking_moved"); err != nil {
		return err
	}
	if b.State == Asked {
		if err := tellManagers(tx, b.Resource, b.Ref(), "notify.booking_asked"); err != nil {
			return err
		}
	}
	return promote(tx, stood.Resource)
}

// changeable is a booking its author or a manager may still change.
func changeable(tx *store.Tx, id string) (Booking, error) {
	b, err := Find(tx, id)
	if err != nil {
		return b, err
	}
	switch {
	case b.State != Asked && b.State != Approved && b.State != Queued:
		return b, store.E(store.Conflict, "err.booking.answered")
	case b.past(tx.Now):
		return b, store.E(store.Conflict, "err.booking.over")
	}
	return b, nil
}

// Words are what a booking says, without its hours.
type Words struct {
	Title, Note, Holder string
	Private             bool
	People              int
}

// Reword changes what a booking says, and nothing of its hours. It keeps its
// state, unless the room wants to be asked about words too. More people are
// measured against the terms.
func Reword(tx *store.Tx, id string, w Words) error {
	b, err := changeable(tx, id)
	if err != nil {
		return err
	}
	r, err := Get(tx, b.Resource)
	if err != nil {
		return err
	}
	manages, err := Manages(tx, r.ID)
	if err != nil {
		return err
	}
	more := w.People > b.People
	b.Title, b.Note, b.Private, b.People = w.Title, w.Note, w.Private, w.People
	if manages {
		b.Holder = w.Holder
	}
	if err := b.Check(&r); err != nil {
		return err
	}
	confirm := false
	if more && b.State != Queued {
		if confirm, err = crowd(tx, &r, &b, manages); err != nil {
			return err
		}
	}
	if b.State == Approved && !manages && (r.Validated && r.TextAgain || confirm) {
		stood := b.Slot
		b.State, b.Was = Asked, &stood
		if err := b.wait(tx); err != nil {
			return err
		}
	}
	if err := b.keep(tx, "reworded", ""); err != nil || b.State != Asked {
		return err
	}
	return tellManagers(tx, b.Resource, b.Ref(), "notify.booking_asked")
}

// past tells whether nothing of a booking can be changed any more.
func (b *Booking) past(now time.Time) bool { return !b.EndsAt.After(now) }
