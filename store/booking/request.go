package booking

import (
	"time"

	"copi.local/store"
	"copi.local/store/calendar"
)

// Taken is why hours cannot be had, behind an error of kind Conflict: for the
// page that shows what is free instead.
type Taken struct {
	Next    Span     // the next hours like those asked for that are free
	Found   bool     // there are such hours within two months
	Pending bool     // who has them still waits for an answer
	With    []string // ids of the bookings in the way
}

// Error describes it for the log.
func (t *Taken) Error() string { return "taken until " + t.Next.From.Format(time.RFC3339) }

// Way is how a request is filed.
type Way struct {
	Queue      bool   // when the hours are taken: wait for them
	Derogation string // a manager's reason to set the rules aside
}

// Request files a request of the acting account and gives it an id, unless it
// brings one. It holds its hours at once: as approved where no manager has to
// answer, or a manager asks; else until it is answered or expires. Hours that
// are taken fail with kind Conflict and a Taken behind, or queue.
func Request(tx *store.Tx, b *Booking, way Way) error {
	r, manages, err := b.begin(tx)
	if err != nil {
		return err
	}
	state, err := b.stand(tx, &r, manages, way)
	b.State, b.ExpiresAt = state, time.Time{}
	if store.KindOf(err) == store.Conflict && way.Queue {
		b.State, err = Queued, nil
	}
	if err != nil {
		return err
	}
	return b.file(tx, &r, way)
}

// begin looks up the resource of a new request, and whether it can be filed.
func (b *Booking) begin(tx *store.Tx) (r Resource, manages bool, err error) {
	if err := tx.Actor.Need(store.Resident); err != nil {
		return r, false, err
	}
	if r, err = Get(tx, b.Resource); err != nil {
		return r, false, err
	}
	if manages, err = Manages(tx, r.ID); err != nil {
		return r, manages, err
	}
	switch {
	case r.Closed:
		return r, manages, store.E(store.Conflict, "err.booking.closed")
	case r.Who == Managers && !manages:
		return r, manages, store.E(store.Forbidden, "err.booking.managers_only")
	}
	b.AuthorID = tx.Actor.ID
	if !manages {
		b.Holder = ""
	}
	b.Reason, b.Derogation, b.EventID, b.AnsweredBy, b.Was, b.Follows = "", "", "", "", nil, false
	b.EventDate, b.SeriesID = calendar.Wall{}, ""
	return r, manages, b.Check(&r)
}

// settle fails with kind Conflict when the hours of b are taken. Bookings in
// except may be in the way.
func (b *Booking) settle(tx *store.Tx, r *Resource, except ...string) error {
	except = append(except, b.ID)
	o, err := occupied(tx, r, b.Span(), except...)
	if err != nil {
		return err
	}
	in := o.clash(b.Span(), b.Units)
	if len(in) == 0 {
		return nil
	}
	t := &Taken{Pending: true}
	for _, row := range in {
		other, err := store.One(tx, scanBooking, sqlByID, row.booking)
		if err != nil {
			return err
		}
		t.Pending = t.Pending && other.State == Asked && other.Was == nil
		t.With = append(t.With, other.ID)
	}
	if t.Next, t.Found, err = Next(tx, r, b, except...); err != nil {
		return err
	}
	return store.E(store.Conflict, "err.booking.taken").At("starts").Because(t)
}

// file writes a new request down, and tells who has to know.
func (b *Booking) file(tx *store.Tx, r *Resource, way Way) error {
	if b.ID == "" {
		b.ID = tx.NewID()
	}
	if err := b.wait(tx); err != nil {
		return err
	}
	b.Derogation = way.Derogation
	if err := b.insert(tx); err != nil {
		return err
	}
	if err := b.answer(tx, r); err != nil {
		return err
	}
	if b.State.Holds() {
		if err := b.hold(tx); err != nil {
			return err
		}
	}
	if err := b.did(tx, "asked", ""); err != nil {
		return err
	}
	if way.Derogation != "" {
		if err := b.did(tx, "derogation", way.Derogation); err != nil {
			return err
		}
	}
	switch {
	case b.SeriesID != "":
		return nil // one event and one line for all of them
	case b.State == Approved:
		return b.announce(tx, r)
	}
	return tellManagers(tx, b.Resource, b.Ref(), "notify.booking_asked")
}

// wait says until when a request may go unanswered: some days, and not into
// its own time.
func (b *Booking) wait(tx *store.Tx) error {
	b.ExpiresAt = time.Time{}
	switch b.State { //nolint:exhaustive // the others wait for nothing
	case Asked:
		rules, err := RulesOf(tx)
		if err != nil {
			return err
		}
		b.ExpiresAt = tx.Now.AddDate(0, 0, rules.Days)
		if b.EndsAt.Before(b.ExpiresAt) {
			b.ExpiresAt = b.EndsAt
		}
	case Queued:
		b.ExpiresAt = b.StartsAt
	}
	return nil
}

// Find is one booking, for who asked and for who answers; others are told that
// there is none.
func Find(tx *store.Tx, id string) (Booking, error) {
	b, err := store.One(tx, scanBooking, sqlByID, id)
	if err != nil {
		return b, err
	}
	manages, err := Manages(tx, b.Resource)
	if err == nil && !manages && !b.mine(tx) {
		err = store.E(store.NotFound, "err.not_found")
	}
	return b, err
}

func (b *Booking) mine(tx *store.Tx) bool { return b.AuthorID != "" && b.AuthorID == tx.Actor.ID }

// Of lists the bookings of the acting account, the latest first; at most limit.
func Of(tx *store.Tx, limit int) ([]Booking, error) {
	if tx.Actor.ID == "" {
		return nil, nil
	}
	return store.All(tx, scanBooking, sqlOf, tx.Actor.ID, limit)
}

// Waiting lists what a manager has to answer of a resource, the earliest
// first, and those that queue.
func Waiting(tx *store.Tx, id string) (asked, queued []Booking, err error) {
	if asked, err = store.All(tx, scanBooking, sqlWaiting, id, Asked); err != nil {
		return nil, nil, err
	}
	queued, err = store.All(tx, scanBooking, sqlWaiting, id, Queued)
	return asked, queued, err
}

// OfEvent lists the bookings an event stands for that still hold and are not
// over, as far as the actor may open them.
func OfEvent(tx *store.Tx, event string) ([]Booking, error) {
	list, err := store.All(tx, scanBooking, sqlOfEvent, event, tx.Now.Unix())
	if err != nil {
		return nil, err
	}
	var mine []Booking
	for i := range list {
		manages, err := Manages(tx, list[i].Resource)
		if err != nil {
			return nil, err
		}
		if manages || list[i].mine(tx) {
			mine = append(mine, list[i])
		}
	}
	return mine, nil
}

// CancelOfEvent gives back the rooms of an event that was cancelled. Bookings
// that are not the actor's to cancel stay.
func CancelOfEvent(tx *store.Tx, event, reason string) error {
	list, err := OfEvent(tx, event)
	if err != nil || len(list) == 0 {
		return err
	}
	if reason, err = reasonOf(reason, !list[0].mine(tx)); err != nil {
		return err
	}
	for i := range list {
		if err := list[i].cancel(tx, reason, false); err != nil {
			return err
		}
	}
	return tellCancelled(tx, list[0].Ref(), list[0].Resource, list[0].AuthorID)
}
