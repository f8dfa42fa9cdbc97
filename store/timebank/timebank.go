// Package timebank keeps the village's time bank: accounts in minutes of help,
// and what moved between them.
//
// A movement is one row with both its ends, and a trigger of the database takes
// from one account what it gives to the other: all balances add up to 0 by
// construction. Nothing booked is changed or deleted; a mistake is mended by a
// movement the other way, linked to the first. Whether the balances are those
// the movements make is looked at when the box starts and once a day (Audit);
// where they are not, nothing moves until somebody has looked.
//
// A person opens an account and accepts the rules; an organisation's account
// is kept by whoever administers it in the directory; the common account
// belongs to all and is kept by the operators. Limits hold for people and
// organisations: nobody pays below the low one or is paid above the high one.
// An organisation's account pays what it has, and goes below 0 once an operator
// has said so: else whoever adds organisations to the directory makes hours.
// Somebody who is outside already, since the limits have changed, keeps what
// they have and can only come back (TB-9).
package timebank

import (
	"time"

	"copi.local/store"
	"copi.local/store/calendar"
)

// Module names this package in refs: of a movement or of a request, by its id.
const Module = "timebank"

// Limits of what a person types.
const (
	MaxText    = 200     // characters: what for, why
	MaxWords   = 5000    // characters of the village's own rules
	MaxMinutes = 60_000  // of one movement: a thousand hours
	maxLimit   = 600_000 // minutes, of either limit
	MaxDays    = 90      // a request may wait
	maxOpen    = 5       // requests that wait, from one account to another
)

// Minutes is a number of minutes in the sentence of an error.
type Minutes int64

// Shown is who may read the balances of others.
type Shown uint8

// From narrow to wide.
const (
	ToNobody    Shown = iota // but their keepers and the operators
	ToHolders                // people with an account in the time bank
	ToEverybody              //
)

// Rules are those of the box.
type Rules struct {
	Low   int64  // minutes, 0 or below
	High  int64  // minutes, 0 or above
	Soft  bool   // above High is noted instead of refused
	Days  int    // a request waits so long: 1 to MaxDays
	Shown Shown  // balances
	Words string // the village's own rules; empty for none

	Series  string    // letters before the numbers of receipts
	WrongAt time.Time // since when the sums are wrong and nothing moves; zero: they are right
}

// Kind is whose an account is.
type Kind string

// The kinds of account.
const (
	Person   Kind = "person"
	Element  Kind = "element"  // an organisation of the directory
	Common   Kind = "common"   // all of the village's
	Frontier Kind = "frontier" // what is between this box and another one
)

// CommonNumber is the number of the account that belongs to all.
const CommonNumber = "0000"

// Account is one account.
type Account struct {
	Number    string
	Kind      Kind
	AccountID string // the person; empty for other kinds, and after they left
	ElementID string
	Name      string // of an organisation or of a box, as last known
	Balance   int64  // minutes
	Auto      bool   // pays a request that nobody answered in time
	Debt      bool   // may go below 0, to the low limit
	OpenedAt  time.Time
	ClosedAt  time.Time // zero: it is open
}

// Closed tells whether nothing moves on the account any more.
func (a *Account) Closed() bool { return !a.ClosedAt.IsZero() }

// Limited tells whether the limits hold for the account.
func (a *Account) Limited() bool { return a.Kind == Person || a.Kind == Element }

// Way is how a movement came about.
type Way string

// The ways.
const (
	Paid     Way = "pay"     // by a keeper of the account it went from
	Asked    Way = "request" // a request that was accepted
	Paper    Way = "paper"   // typed in by an operator, from paper
	Settled  Way = "settle"  // with the common account, to bring an account to 0
	Reversed Way = "reverse" // the other way of one before
)

// Payment is a movement that is to be booked.
type Payment struct {
	ID       string // sent twice with the same, it is booked once; empty makes one
	From, To string // numbers of accounts
	Minutes  int64
	Text     string        // what for; may be empty
	About    store.Ref     // the need, the ad; zero for none
	On       calendar.Wall // the day of the help; zero: today
}

// Transfer is a movement as booked.
type Transfer struct {
	Payment
	N          int64  // counts all movements of the box
	Series     string // letters before N on a receipt
	Way        Way
	At         time.Time
	EnteredBy  string // account id; empty: the box, or somebody who left
	Reverses   string // id of the movement it takes back; empty for none
	ReversedBy string // id of the one that takes it back; empty for none
	Over       bool   // it took the receiver above a soft ceiling
}

// Ref points at the movement.
func (t *Transfer) Ref() store.Ref { return store.Ref{Module: Module, ID: t.ID} }

// Side is what the movement did to an account: minutes, negative when it paid.
func (t *Transfer) Side(number string) int64 {
	switch number {
	case t.From:
		return -t.Minutes
	case t.To:
		return t.Minutes
	default:
		return 0
	}
}

// Other is the account at the other end.
func (t *Transfer) Other(number string) string {
	if number == t.From {
		return t.To
	}
	return t.From
}
