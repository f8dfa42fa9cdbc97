package booking

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/photo"
)

// Step is one thing that is done when what was booked changes hands. Each is
// done once, by a manager, and can be taken back while nothing rests on it.
type Step string

// The steps, in the order in which a page shows them. Amounts are typed and
// kept as a note: nothing is paid here.
const (
	PriceAgreed Step = "price"       // cents: instead of what the terms say
	DocumentIn  Step = "document"    // item: which
	DepositIn   Step = "deposit_in"  // cents
	KeyOut      Step = "key_out"     // of goods: handed out
	StateIn     Step = "state_in"    // note, and photos: how the place was found
	StateOut    Step = "state_out"   // note, and photos: how it was left
	KeyIn       Step = "key_in"      // of goods: back
	DepositOut  Step = "deposit_out" // cents given back; note: why not all
	FeeWaived   Step = "waived"      // note: why
)

// late marks that somebody was told of what is not back. The box does it.
const late Step = "late"

// Steps lists the steps in their order.
var Steps = []Step{PriceAgreed, DocumentIn, DepositIn, StateIn, KeyOut, KeyIn, StateOut, DepositOut, FeeWaived}

// Done is a step that was done.
type Done struct {
	Step  Step
	Item  string // which document; empty for the other steps
	Note  string
	Cents int64
	By    string // the manager; empty after they left
	At    time.Time
}

// String tells of the step in English, for an export.
func (d Done) String() string {
	s := d.At.Format(time.DateOnly) + " " + string(d.Step)
	for _, more := range []string{d.Item, d.Note} {
		if more != "" {
			s += ": " + more
		}
	}
	if d.Cents > 0 {
		s += fmt.Sprintf(" (%d.%02d EUR)", d.Cents/100, d.Cents%100)
	}
	return s
}

// Answer is what was answered to a question of the terms.
type Answer struct{ Question, Label, Text string }

// Handover is the file of a booking: what was asked for, what changed hands.
type Handover struct {
	Booking Booking
	Room    Resource
	Terms   *Terms // as they are now
	Done    []Done // in the order in which they were done
	Answers []Answer

	Cancelled time.Time // zero unless it is
	GivenUp   bool      // who asked cancelled it
	Late      bool      // the key, or the goods, should be back
}

// HandoverOf is the file of a booking, for who asked and for who answers.
func HandoverOf(tx *store.Tx, id string) (h Handover, err error) {
	if h.Booking, err = Find(tx, id); err != nil {
		return h, err
	}
	if h.Room, err = Get(tx, h.Booking.Resource); err != nil {
		return h, err
	}
	if h.Terms, err = ParseTerms(h.Room.Terms); err != nil {
		return h, err
	}
	if h.Done, err = store.All(tx, scanDone, sqlSteps, id); err != nil {
		return h, err
	}
	if h.Answers, err = store.All(tx, scanAnswer, sqlAnswers, id); err != nil {
		return h, err
	}
	_, out := h.Step(KeyOut, "")
	_, back := h.Step(KeyIn, "")
	h.Late = out && !back && !h.Booking.EndsAt.After(tx.Now)
	if h.Booking.State == Cancelled {
		err = h.cancelledWhen(tx)
	}
	return h, err
}

// cancelledWhen reads who cancelled the booking, and when.
func (h *Handover) cancelledWhen(tx *store.Tx) error {
	d, err := store.One(tx, func(row store.Row) (d Deed, err error) {
		var at int64
		err = row.Scan(&d.Account, &at)
		d.At = instant(at)
		return d, err
	}, sqlCancelled, h.Booking.ID)
	if store.KindOf(err) == store.NotFound {
		return nil
	}
	h.Cancelled, h.GivenUp = d.At, d.Account == h.Booking.AuthorID
	return err
}

// Step is a step that was done; false when it was not.
func (h *Handover) Step(s Step, item string) (Done, bool) {
	i := slices.IndexFunc(h.Done, func(d Done) bool { return d.Step == s && d.Item == item })
	if i < 0 {
		return Done{}, false
	}
	return h.Done[i], true
}

// has tells whether a step without items was done.
func (h *Handover) has(s Step) bool { _, ok := h.Step(s, ""); return ok }

// Missing lists the documents that are still to be handed in.
func (h *Handover) Missing() []string {
	var list []string
	for _, d := range h.Terms.Documents {
		if _, in := h.Step(DocumentIn, d); !in {
			list = append(list, d)
		}
	}
	return list
}

// quoted is the booking as the terms look at it.
func (h *Handover) quoted() Ask {
	b := &h.Booking
	zone, err := time.LoadLocation(b.Zone)
	if err != nil {
		zone = time.UTC // cannot be: Check loaded it
	}
	return Ask{
		From: b.StartsAt, Until: b.EndsAt, Zone: zone, Class: b.Class, Package: b.Package,
		People: b.People, Capacity: h.Room.Capacity, Units: b.Units, Asked: b.AskedAt, Accepted: true,
	}
}

// Quote is what the terms say the booking costs.
func (h *Handover) Quote() Quote { return h.Terms.Quote(h.quoted()) }

// Price is what the booking costs: as agreed, or as the terms say; known is
// false when neither does.
func (h *Handover) Price() (cents int64, known bool) {
	if d, ok := h.Step(PriceAgreed, ""); ok {
		return d.Cents, true
	}
	q := h.Quote()
	return q.Total, q.Priced
}

// Fee is what cancelling costs, in cents: what it did cost who gave the booking
// up, or would at an instant. What a manager cancels for somebody costs
// nothing. Waiving does not change it.
func (h *Handover) Fee(now time.Time) int64 {
	price, _ := h.Price()
	switch {
	case h.Booking.State == Asked || h.Booking.State == Approved:
	case h.Booking.State == Cancelled && h.GivenUp:
		now = h.Cancelled
	default:
		return 0
	}
	return h.Terms.Fee(price, h.Booking.StartsAt, now, h.quoted().Zone)
}

// Do notes that a step was done, for the managers.
func Do(tx *store.Tx, id string, d Done) error {
	h, err := own(tx, id)
	if err != nil {
		return err
	}
	d.Note = strings.TrimSpace(d.Note)
	if bad := h.check(d); bad != nil {
		return bad
	}
	_, err = tx.Exec(sqlStep, id, d.Step, d.Item, d.Note, d.Cents, tx.Actor.ID, tx.Now.Unix())
	if store.IsUnique(err) {
		return store.E(store.Conflict, "err.booking.handover.done")
	}
	if err != nil {
		return err
	}
	if err := lend(tx, &h.Booking, d.Step, true); err != nil {
		return err
	}
	return h.Booking.did(tx, string(d.Step), d.Item)
}

// Undo takes a step back that was noted by mistake.
func Undo(tx *store.Tx, id string, s Step, item string) error {
	h, err := own(tx, id)
	if err != nil {
		return err
	}
	if _, ok := h.Step(s, item); !ok {
		return store.E(store.NotFound, "err.not_found")
	}
	for _, r := range []struct{ below, above Step }{{DocumentIn, KeyOut}, {DepositIn, DepositOut}, {KeyOut, KeyIn}} {
		if s == r.below && h.has(r.above) {
			return store.E(store.Conflict, "err.booking.handover.rests")
		}
	}
	if _, err := tx.Exec(sqlUnstep, id, s, item); err != nil {
		return err
	}
	if err := lend(tx, &h.Booking, s, false); err != nil {
		return err
	}
	return h.Booking.did(tx, "undone", item)
}

// lend keeps track of what is out of the house.
func lend(tx *store.Tx, b *Booking, s Step, done bool) (err error) {
	switch {
	case s == KeyOut && done, s == KeyIn && !done:
		_, err = tx.Exec(sqlLend, b.ID, b.Resource)
	case s == KeyOut, s == KeyIn:
		_, err = tx.Exec(sqlReturn, b.ID)
	}
	return err
}

// own is the file of a booking, for its managers.
func own(tx *store.Tx, id string) (Handover, error) {
	h, err := HandoverOf(tx, id)
	if err != nil {
		return h, err
	}
	manages, err := Manages(tx, h.Booking.Resource)
	if err == nil && !manages {
		err = store.E(store.Forbidden, "err.forbidden")
	}
	return h, err
}

// check tells why a step cannot be done as it was written. Fields are those of
// its form, by its name.
func (h *Handover) check(d Done) *store.Error {
	if !slices.Contains(Steps, d.Step) || d.Item != "" && d.Step != DocumentIn {
		return store.E(store.Invalid, "err.booking.handover.step")
	}
	if bad := listing.CheckText(string(d.Step)+"_note", d.Note, MaxNote); bad != nil {
		return bad
	}
	if bad := cents(string(d.Step)+"_cents", d.Cents); bad != nil {
		return bad
	}
	if bad := h.checkState(d.Step); bad != nil {
		return bad
	}
	return h.checkStep(d)
}

// checkState tells whether the booking stands so that a step makes sense.
func (h *Handover) checkState(s Step) *store.Error {
	state := h.Booking.State
	ok := state == Approved
	switch s { //nolint:exhaustive // the others are for an approved booking
	case PriceAgreed, DocumentIn:
		ok = ok || state == Asked
	case KeyIn, StateOut, DepositOut:
		ok = ok || state == Cancelled // what is out comes back all the same
	case FeeWaived:
		ok = state == Cancelled
	}
	if !ok {
		return store.E(store.Conflict, "err.booking.handover.state")
	}
	return nil
}

// checkStep is what each step rests on.
func (h *Handover) checkStep(d Done) *store.Error {
	at := func(key, field string, args ...any) *store.Error {
		return store.E(store.Conflict, key, args...).At(string(d.Step) + field)
	}
	deposit, _ := h.Step(DepositIn, "")
	switch d.Step {
	case DocumentIn:
		if !slices.Contains(h.Terms.Documents, d.Item) {
			return store.E(store.Invalid, "err.booking.handover.step")
		}
	case KeyOut:
		if missing := h.Missing(); len(missing) > 0 {
			return at("err.booking.handover.documents", "", "documents", strings.Join(missing, ", "))
		}
	case KeyIn:
		if !h.has(KeyOut) {
			return at("err.booking.handover.not_out", "")
		}
	case DepositIn:
		if d.Cents == 0 {
			return at("err.booking.handover.amount", "_cents")
		}
	case DepositOut:
		switch {
		case !h.has(DepositIn):
			return at("err.booking.handover.no_deposit", "")
		case d.Cents > deposit.Cents:
			return at("err.booking.handover.too_much", "_cents")
		case d.Cents < deposit.Cents && d.Note == "":
			return at("err.booking.handover.why", "_note")
		}
	case StateIn, StateOut:
		if d.Note == "" {
			return at("err.booking.handover.state_empty", "_note")
		}
	case FeeWaived:
		switch {
		case h.Fee(h.Cancelled) == 0:
			return at("err.booking.handover.no_fee", "")
		case d.Note == "":
			return at("err.booking.handover.why", "_note")
		}
	case PriceAgreed, late:
	}
	return nil
}

// StateRef is what the photos of the state of the place hang on: as it was
// found (StateIn), or left (StateOut).
func StateRef(id string, s Step) store.Ref {
	return store.Ref{Module: Module, ID: id + stateEnds[s]}
}

var stateEnds = map[Step]string{StateIn: "-in", StateOut: "-out"}

// StateOf is the booking and the step of a ref of StateRef.
func StateOf(ref string) (id string, s Step, ok bool) {
	for step, end := range stateEnds {
		if id, ok := strings.CutSuffix(ref, end); ok {
			return id, step, true
		}
	}
	return "", "", false
}

// dropPhotos takes the photos of a booking that goes off.
func dropPhotos(tx *store.Tx, id string) error {
	for s := range stateEnds {
		if err := photo.Drop(tx, StateRef(id, s)); err != nil {
			return err
		}
	}
	return nil
}

// VouchState vouches for the actor where a photo shows the state of a place
// they booked or answer for.
func VouchState(tx *store.Tx, ref store.Ref) error {
	id, _, ok := StateOf(ref.ID)
	if ref.Module != Module || !ok || tx.Actor.ID == "" {
		return nil
	}
	_, err := Find(tx, id)
	if store.KindOf(err) == store.NotFound {
		return nil
	}
	if err == nil {
		tx.Entrust(ref)
	}
	return err
}
