package agenda

import (
	"strings"

	"copi.local/store"
	"copi.local/store/listing"
)

// Status is whether an event takes place.
type Status string

// What an event may be. Whoever writes it says confirmed or tentative; the
// others come with Cancel and Postpone.
const (
	Confirmed Status = "confirmed"
	Tentative Status = "tentative" // announced, and not sure yet
	Cancelled Status = "cancelled" // will not take place, and is still shown
	Postponed Status = "postponed" // will take place another day, not known yet
)

// IsCancelled tells whether the event will not take place.
func (e *Event) IsCancelled() bool { return e.Status == Cancelled }

// IsPostponed tells whether the event waits for another date.
func (e *Event) IsPostponed() bool { return e.Status == Postponed }

// IsTentative tells whether it is not sure yet that the event takes place.
func (e *Event) IsTentative() bool { return e.Status == Tentative }

// Off tells whether nobody should come on the day that is written.
func (e *Event) Off() bool { return e.IsCancelled() || e.IsPostponed() }

// as takes over what only Cancel, Postpone and time change of an event. A
// postponed event takes place again once it has another date.
func (e *Event) as(was *Event) {
	e.AuthorID, e.ValidatedBy, e.CreatedAt, e.Sequence = was.AuthorID, was.ValidatedBy, was.CreatedAt, was.Sequence
	e.Draft, e.PublishAt, e.MovedFrom = was.Draft, was.PublishAt, was.MovedFrom
	if was.IsPostponed() && e.Starts != was.Starts {
		e.MovedFrom, e.Reason = was.Starts, ""
		return
	}
	e.Reason = was.Reason
	if was.Off() {
		e.Status = was.Status
	}
}

// written is the status an author may give.
func (s Status) written() Status {
	if s == Tentative {
		return Tentative
	}
	return Confirmed
}

// Cancel keeps the event in every list with the word ANNULÉ and a reason,
// which may be empty. Cancelling twice changes the reason.
func Cancel(tx *store.Tx, id, reason string) error { return mark(tx, id, Cancelled, reason) }

// Postpone keeps the event in every list with the word REPORTÉ and a reason,
// which may be empty, until Edit gives it another date.
func Postpone(tx *store.Tx, id, reason string) error { return mark(tx, id, Postponed, reason) }

// Restore takes a cancellation or postponement back.
func Restore(tx *store.Tx, id string) error { return mark(tx, id, Confirmed, "") }

// tidings are what those who come are told.
var tidings = map[Status]string{
	Confirmed: "notify.restored", Cancelled: "notify.cancelled", Postponed: "notify.postponed",
}

func mark(tx *store.Tx, id string, status Status, reason string) error {
	if bad := listing.CheckText("reason", reason, MaxReason); bad != nil {
		return bad
	}
	e, err := own(tx, id)
	if err != nil {
		return err
	}
	turned := e.Status != status
	e.Status, e.Reason = status, strings.TrimSpace(reason)
	if err := change(tx, &e); err != nil || !turned {
		return err
	}
	if err := tellAttendants(tx, &e, tidings[status]); err != nil {
		return err
	}
	return settle(tx, &e)
}
