package booking

import (
	"slices"
	"time"

	"copi.local/store"
	"copi.local/store/notify"
)

// places are the resources a booking holds hours of: where it stands, and while
// a change waits for its answer, where it stood.
func (b *Booking) places() []string {
	if b.Was == nil || b.Was.Resource == b.Resource {
		return []string{b.Resource}
	}
	return []string{b.Resource, b.Was.Resource}
}

// promote gives hours of resources that came free to who waits for them: who
// asked first, and of those who asked on one day the preferred class.
func promote(tx *store.Tx, freed ...string) error {
	var space []string
	for _, id := range freed {
		same, err := related(tx, id)
		if err != nil {
			return err
		}
		space = append(space, same...)
	}
	slices.Sort(space)
	space = slices.Compact(space)
	var queue []Booking
	for _, id := range space {
		_, queued, err := Waiting(tx, id)
		if err != nil {
			return err
		}
		queue = append(queue, queued...)
	}
	rooms := map[string]Resource{}
	for _, id := range space {
		r, err := Get(tx, id)
		if err != nil {
			return err
		}
		rooms[id] = r
	}
	slices.SortStableFunc(queue, func(a, b Booking) int {
		ra, rb := rooms[a.Resource], rooms[b.Resource]
		if n := ra.rank(a.Class) - rb.rank(b.Class); n != 0 && a.askedOn(&ra) == b.askedOn(&rb) {
			return n
		}
		return a.AskedAt.Compare(b.AskedAt)
	})
	for i := range queue {
		r := rooms[queue[i].Resource]
		if err := queue[i].advance(tx, &r); err != nil {
			return err
		}
	}
	return nil
}

// advance lets a booking that queues have its hours, when they are free.
func (b *Booking) advance(tx *store.Tx, r *Resource) error {
	if !b.StartsAt.After(tx.Now) {
		return nil
	}
	if free, err := Free(tx, r, b.Span(), b.Units, b.ID); err != nil || !free {
		return err
	}
	b.State = Asked
	if !r.Validated {
		b.State = Approved
	}
	if err := b.wait(tx); err != nil {
		return err
	}
	if err := b.keep(tx, "advanced", ""); err != nil {
		return err
	}
	if b.State == Approved {
		if err := b.announce(tx, r); err != nil {
			return err
		}
		return notify.Tell(tx, b.AuthorID, b.Ref(), "notify.booking_approved")
	}
	if err := notify.Tell(tx, b.AuthorID, b.Ref(), "notify.booking_advanced"); err != nil {
		return err
	}
	return tellManagers(tx, b.Resource, b.Ref(), "notify.booking_asked")
}

// overtake refuses what is in the way of a booking that queues, where it goes
// before all of that; else it fails with kind Conflict.
func (b *Booking) overtake(tx *store.Tx, r *Resource, derogation string) error {
	o, err := occupied(tx, r, b.Span(), b.ID)
	if err != nil {
		return err
	}
	var others []Booking
	for _, row := range o.clash(b.Span(), b.Units) {
		other, err := store.One(tx, scanBooking, sqlByID, row.booking)
		if err != nil {
			return err
		}
		switch {
		case other.State != Asked || other.Was != nil:
			return store.E(store.Conflict, "err.booking.taken_for_good")
		case derogation == "" && !b.goesBefore(r, &other):
			return store.E(store.Conflict, "err.booking.first_come")
		}
		others = append(others, other)
	}
	for i := range others {
		if err := others[i].yield(tx); err != nil {
			return err
		}
	}
	return nil
}

// goesBefore tells whether a request is preferred to one that came before it:
// asked on the same day, and of a class that goes first (SA-8).
func (b *Booking) goesBefore(r *Resource, other *Booking) bool {
	return b.askedOn(r) == other.askedOn(r) && r.rank(b.Class) < r.rank(other.Class)
}

// askedOn is the day on which a request came, where its room is.
func (b *Booking) askedOn(r *Resource) string {
	zone, err := time.LoadLocation(r.Zone)
	if err != nil {
		zone = time.UTC // cannot be: Check loaded it
	}
	return b.AskedAt.In(zone).Format(time.DateOnly)
}

// yield refuses a request for one that goes before it; it does not promote
// anybody, since the hours are given already.
func (b *Booking) yield(tx *store.Tx) error {
	b.State, b.Reason, b.AnsweredBy, b.ExpiresAt = Refused, "", tx.Actor.ID, time.Time{}
	if err := b.keep(tx, "yielded", ""); err != nil {
		return err
	}
	return notify.Tell(tx, b.AuthorID, b.Ref(), "notify.booking_yielded")
}
