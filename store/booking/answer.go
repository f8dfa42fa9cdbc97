package booking

import (
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/notify"
)

// answerable is a booking, for somebody who answers for its resource.
func answerable(tx *store.Tx, id string) (Booking, Resource, error) {
	b, err := Find(tx, id)
	if err != nil {
		return b, Resource{}, err
	}
	r, err := Own(tx, b.Resource)
	return b, r, err
}

// Approve grants a request, or a change of one. One that queues is granted
// when its hours are free, or when it goes before what is in the way: asked on
// the same day, of a class that is preferred, or with a reason to set that
// aside; what was in the way is refused then, and told why.
func Approve(tx *store.Tx, id, derogation string) error {
	b, r, err := answerable(tx, id)
	if err != nil {
		return err
	}
	switch b.State {
	case Asked:
	case Queued:
		if err := b.overtake(tx, &r, derogation); err != nil {
			return err
		}
	default:
		return store.E(store.Conflict, "err.booking.answered")
	}
	return b.approve(tx, &r, derogation)
}

func (b *Booking) approve(tx *store.Tx, r *Resource, derogation string) error {
	held := b.places()
	if err := b.grant(tx, derogation); err != nil {
		return err
	}
	if err := b.announce(tx, r); err != nil {
		return err
	}
	if err := promote(tx, held...); err != nil {
		return err
	}
	return notify.Tell(tx, b.AuthorID, b.Ref(), "notify.booking_approved")
}

// grant writes down that a booking is approved.
func (b *Booking) grant(tx *store.Tx, derogation string) error {
	b.State, b.Reason, b.Was, b.ExpiresAt, b.AnsweredBy = Approved, "", nil, time.Time{}, tx.Actor.ID
	if derogation != "" {
		b.Derogation = derogation
		if err := b.did(tx, "derogation", derogation); err != nil {
			return err
		}
	}
	return b.keep(tx, "approved", "")
}

// Refuse says no to a request, with a reason. A change that is refused leaves
// the booking where it stood.
func Refuse(tx *store.Tx, id, reason string) error {
	b, _, err := answerable(tx, id)
	if err != nil {
		return err
	}
	if b.State != Asked && b.State != Queued {
		return store.E(store.Conflict, "err.booking.answered")
	}
	if reason, err = reasonOf(reason, true); err != nil {
		return err
	}
	told, err := b.refuse(tx, reason)
	if err != nil {
		return err
	}
	return notify.Tell(tx, b.AuthorID, b.Ref(), told)
}

// reasonOf is a reason as it is kept; needed says that it may not be empty.
func reasonOf(reason string, needed bool) (string, error) {
	reason = strings.TrimSpace(reason)
	if bad := listing.CheckText("reason", reason, MaxText); bad != nil {
		return "", bad
	}
	if needed && reason == "" {
		return "", store.E(store.Invalid, "err.booking.reason").At("reason")
	}
	return reason, nil
}

// refuse gives the sentence its author is to be told.
func (b *Booking) refuse(tx *store.Tx, reason string) (told string, err error) {
	told = "notify.booking_refused"
	held := b.places()
	b.Reason, b.AnsweredBy, b.ExpiresAt = reason, tx.Actor.ID, time.Time{}
	if b.Was != nil {
		told = "notify.booking_stays"
		if err := b.goBack(); err != nil {
			return "", err
		}
	} else {
		b.State = Refused
	}
	if err := b.keep(tx, "refused", reason); err != nil {
		return "", err
	}
	return told, promote(tx, held...)
}

// goBack puts a booking where it stood before its change.
func (b *Booking) goBack() error {
	was, err := b.wasSpan()
	if err != nil {
		return err
	}
	b.Slot, b.StartsAt, b.EndsAt = *b.Was, was.From, was.Until
	b.State, b.Was, b.Follows = Approved, nil, false
	return nil
}

// keep stores the booking as it stands now, with the hours it holds or none,
// and notes what the actor did.
func (b *Booking) keep(tx *store.Tx, act, text string) error {
	if err := b.save(tx); err != nil {
		return err
	}
	held := b.release
	if b.State.Holds() {
		held = b.hold
	}
	if err := held(tx); err != nil {
		return err
	}
	return b.did(tx, act, text)
}

// Cancel ends a booking, for who asked and for who answers; a manager gives a
// reason. The event it stands for is cancelled too when the person said so.
func Cancel(tx *store.Tx, id, reason string, event bool) error {
	b, err := changeable(tx, id)
	if err != nil {
		return err
	}
	if reason, err = reasonOf(reason, !b.mine(tx)); err != nil {
		return err
	}
	if err := b.cancel(tx, reason, event); err != nil {
		return err
	}
	return tellCancelled(tx, b.Ref(), b.Resource, b.AuthorID)
}

// tellCancelled tells the author, or the managers when it is the author who
// gave up.
func tellCancelled(tx *store.Tx, about store.Ref, resource, author string) error {
	if author == tx.Actor.ID {
		return tellManagers(tx, resource, about, "notify.booking_given_up")
	}
	return notify.Tell(tx, author, about, "notify.booking_cancelled")
}

func (b *Booking) cancel(tx *store.Tx, reason string, event bool) error {
	if event && b.EventID != "" {
		if err := b.cancelEvent(tx, reason); err != nil {
			return err
		}
	}
	held := b.places()
	b.State, b.Reason, b.Was, b.ExpiresAt = Cancelled, reason, nil, time.Time{}
	if err := b.keep(tx, "cancelled", reason); err != nil {
		return err
	}
	if err := b.forgetExchanges(tx); err != nil {
		return err
	}
	return promote(tx, held...)
}

// Jobs are what the module does by itself.
var Jobs = []store.Job{
	{Name: "booking expiry", Every: time.Hour, Expires: true, Run: expire},
	{Name: "booking loans", Every: time.Hour, Expires: true, Run: remind},
}

// expire ends requests nobody answered: their hours are free again. A change
// nobody answered leaves the booking where it stood.
func expire(tx *store.Tx) error {
	list, err := store.All(tx, scanBooking, sqlOverdue, tx.Now.Unix())
	if err != nil {
		return err
	}
	for i := range list {
		if err := list[i].expire(tx); err != nil {
			return err
		}
	}
	if len(list) == 100 {
		return store.ErrMore
	}
	return nil
}

func (b *Booking) expire(tx *store.Tx) error {
	held := b.places()
	b.State, b.ExpiresAt = Expired, time.Time{}
	if b.Was != nil {
		if err := b.goBack(); err != nil {
			return err
		}
	}
	if err := b.keep(tx, "expired", ""); err != nil {
		return err
	}
	if err := notify.Tell(tx, b.AuthorID, b.Ref(), "notify.booking_expired"); err != nil {
		return err
	}
	return promote(tx, held...)
}

// tellManagers tells those named for a resource. Operators see what waits on
// their own page.
func tellManagers(tx *store.Tx, resource string, about store.Ref, key string) error {
	managers, err := ManagersOf(tx, resource)
	for _, account := range managers {
		if err := notify.Tell(tx, account, about, key); err != nil {
			return err
		}
	}
	return err
}

// Deed is one line of what was done with a booking.
type Deed struct {
	Booking string
	Account string // empty: the box, or somebody who has left
	Act     string // its sentence is "booking.act." and this
	Text    string // a reason
	At      time.Time
}

// did notes what the actor did.
func (b *Booking) did(tx *store.Tx, act, text string) error {
	_, err := tx.Exec(sqlAct, b.ID, tx.Actor.ID, act, text, tx.Now.Unix())
	return err
}

func scanDeed(row store.Row) (Deed, error) {
	var d Deed
	var at int64
	err := row.Scan(&d.Booking, &d.Account, &d.Act, &d.Text, &at)
	d.At = instant(at)
	return d, err
}

// Deeds lists what was done with a booking, the first first. Who may read it
// is Find's affair.
func Deeds(tx *store.Tx, id string) ([]Deed, error) { return store.All(tx, scanDeed, sqlActs, id) }

// Derogations lists where rules of a resource were set aside, the latest
// first, for its managers.
func Derogations(tx *store.Tx, id string) ([]Deed, error) {
	if _, err := Own(tx, id); err != nil {
		return nil, err
	}
	return store.All(tx, scanDeed, sqlDerogated, id)
}
