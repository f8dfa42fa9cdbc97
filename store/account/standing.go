package account

import (
	"time"
	"unicode/utf8"

	"copi.local/store"
)

// MaxReason bounds the reason of a suspension, in characters.
const MaxReason = 500

// MaxSuspension is how long a suspension lasts at most: exclusion for ever is
// not for moderators to decide.
const MaxSuspension = 366 * 24 * time.Hour

// Bar is why somebody who is signed in may not act; they read, take their data
// and leave all the same. Its sentence is "err.account.barred_" and its name.
type Bar string

// The bars, the heaviest first.
const (
	NotBarred    Bar = ""
	BarSuspended Bar = "suspended" // a moderator decided so, for a time
	BarParent    Bar = "parent"    // under 15, and no parent has agreed yet
	BarCharter   Bar = "charter"   // a new charter was not accepted in time
)

// Standing is whether somebody who is signed in may act.
type Standing struct {
	Bar    Bar
	Until  time.Time // of a suspension
	Reason string    // of a suspension, in words
	Alone  bool      // waited for a parent's agreement and is 15 now: may confirm alone

	// CharterDue is the instant from which the person may not act unless they
	// accept the charter in force; zero when they have, also past it.
	CharterDue time.Time
	Minor      bool // under 15, or not confirmed yet
}

// Err is nil when the person may act, and says why not otherwise (Forbidden).
func (s Standing) Err() error {
	switch s.Bar {
	case NotBarred:
		return nil
	case BarSuspended:
		return store.E(store.Forbidden, "err.account.barred_suspended", "until", s.Until, "reason", s.Reason)
	case BarParent:
		if s.Alone {
			return store.E(store.Forbidden, "err.account.barred_alone")
		}
		return store.E(store.Forbidden, "err.account.barred_parent")
	case BarCharter:
		return store.E(store.Forbidden, "err.account.barred_charter")
	default:
		return store.E(store.Forbidden, "err.forbidden")
	}
}

// standing is what the database says of an account, see sessionColumns.
type standing struct {
	due, until    int64 // 0: none
	reason        string
	minor, agreed bool
	fifteenth     string // see Minority
}

// at is the standing at an instant. While the time of day is not sure, nobody
// is late, and no suspension ends.
func (s standing) at(now time.Time, sure bool) (Standing, error) {
	grown := false
	if s.minor {
		var err error
		if grown, err = (Minority{Fifteenth: s.fifteenth}).over(now, sure); err != nil {
			return Standing{}, err
		}
	}
	out := Standing{Minor: s.minor && (!s.agreed || !grown), Alone: s.minor && !s.agreed && grown}
	if s.due > 0 {
		out.CharterDue = time.Unix(s.due, 0).UTC()
	}
	switch {
	case s.until > 0 && (now.Unix() < s.until || !sure):
		out.Bar, out.Until, out.Reason = BarSuspended, time.Unix(s.until, 0).UTC(), s.reason
	case s.minor && !s.agreed:
		out.Bar = BarParent
	case s.due > 0 && now.Unix() >= s.due && sure:
		out.Bar = BarCharter
	}
	return out, nil
}

// Suspension is that an account may not act for a time.
type Suspension struct {
	From, Until time.Time
	Reason      string // in words, for the person
}

// Suspend keeps an account from acting until an instant (MD-5): moderators
// decide on residents, operators on everybody, nobody on themselves. The person
// goes on reading what everybody reads, can take their data and leave; rights
// over others rest meanwhile. One under way is replaced. Who suspends tells the
// person, and writes what is to be public.
func Suspend(tx *store.Tx, id string, until time.Time, reason string) error {
	p, err := judged(tx, id)
	if err != nil {
		return err
	}
	reason = Tidy(reason)
	var bad store.Errors
	switch n := utf8.RuneCountInString(reason); {
	case n == 0:
		bad.Add(store.E(store.Invalid, "err.account.suspend_reason").At("reason"))
	case n > MaxReason:
		bad.Add(store.E(store.Invalid, "err.account.suspend_long", "max", MaxReason).At("reason"))
	}
	if !until.After(tx.Now) || until.Sub(tx.Now) > MaxSuspension {
		bad.Add(store.E(store.Invalid, "err.account.suspend_until", "days", int(MaxSuspension/(24*time.Hour))).At("until"))
	}
	if err := bad.OrNil(); err != nil {
		return err
	}
	if err := keepsOperator(tx, p); err != nil {
		return err
	}
	if _, err := tx.Exec(sqlSuspend, id, tx.Now.Unix(), until.Unix(), reason); err != nil {
		return err
	}
	return tell(tx, id, ActSuspended)
}

// Readmit ends a suspension before its time; without one it does nothing.
func Readmit(tx *store.Tx, id string) error {
	if _, err := judged(tx, id); err != nil {
		return err
	}
	if was, err := changed(tx.Exec(sqlReadmit, id)); err != nil || !was {
		return err
	}
	return tell(tx, id, ActReadmitted)
}

// judged is the account the acting person decides about.
func judged(tx *store.Tx, id string) (Person, error) {
	if err := tx.Actor.Need(store.Moderator); err != nil {
		return Person{}, err
	}
	p, err := ByID(tx, id)
	switch {
	case err != nil:
		return p, err
	case id == tx.Actor.ID:
		return p, store.E(store.Forbidden, "err.account.suspend_self")
	case p.Role > store.Resident:
		return p, tx.Actor.Need(store.Operator)
	}
	return p, nil
}

// SuspensionOf is the suspension of an account under way; ok is false without
// one.
func SuspensionOf(tx *store.Tx, id string) (s Suspension, ok bool, err error) {
	s, err = store.One(tx, scanSuspension, sqlSuspension, id)
	if store.KindOf(err) == store.NotFound {
		return Suspension{}, false, nil
	}
	if err != nil || tx.ClockQuality().Sure() && !tx.Now.Before(s.Until) {
		return Suspension{}, false, err
	}
	return s, true, nil
}

func scanSuspension(r store.Row) (Suspension, error) {
	var s Suspension
	var from, until int64
	err := r.Scan(&from, &until, &s.Reason)
	s.From, s.Until = time.Unix(from, 0).UTC(), time.Unix(until, 0).UTC()
	return s, err
}

// forgetSuspensions takes away those that are over.
func forgetSuspensions(tx *store.Tx) error {
	_, err := tx.Exec(sqlForgetSuspensions, tx.Now.Unix())
	return err
}

// Jobs is what the module does by itself.
var Jobs = []store.Job{
	{Name: "account suspensions", Every: 24 * time.Hour, Expires: true, Run: forgetSuspensions},
	{Name: "account minors", Every: 24 * time.Hour, Expires: true, Run: growUp},
	{Name: "account waiting", Every: 24 * time.Hour, Expires: true, Run: forgetWaiting},
}
