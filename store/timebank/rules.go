package timebank

import (
	"time"

	"copi.local/store"
	"copi.local/store/listing"
)

// RulesOf are the rules of the box.
func RulesOf(tx *store.Tx) (Rules, error) { return store.One(tx, scanRules, sqlRules) }

// Check tells what is wrong with rules an operator typed.
func (r *Rules) Check() error {
	var bad store.Errors
	if r.Low > 0 || r.Low < -maxLimit {
		bad.Add(store.E(store.Invalid, "err.timebank.rules_low").At("low"))
	}
	if r.High < 0 || r.High > maxLimit {
		bad.Add(store.E(store.Invalid, "err.timebank.rules_high").At("high"))
	}
	if r.Days < 1 || r.Days > MaxDays {
		bad.Add(store.E(store.Invalid, "err.timebank.rules_days", "max", MaxDays).At("days"))
	}
	if r.Shown > ToEverybody {
		bad.Add(store.E(store.Invalid, "err.timebank.rules_shown").At("shown"))
	}
	bad.Add(listing.CheckText("words", r.Words, MaxWords))
	return bad.OrNil()
}

// SetRules changes the rules; only an operator may. Accounts outside of new
// limits keep what they have.
func SetRules(tx *store.Tx, r Rules) error {
	if err := tx.Actor.Need(store.Operator); err != nil {
		return err
	}
	if err := r.Check(); err != nil {
		return err
	}
	_, err := tx.Exec(sqlSetRules, r.Low, r.High, r.Soft, r.Days, r.Shown, r.Words)
	return err
}

// LowOf is how far a limited account may go down, in minutes, 0 or below.
func (r *Rules) LowOf(a *Account) int64 {
	if a.Debt {
		return r.Low
	}
	return 0
}

// Left is how much a limited account can pay, in minutes, 0 or above.
func (r *Rules) Left(a *Account) int64 { return max(0, a.Balance-r.LowOf(a)) }

// Judge tells whether minutes may go from one account to another, as they
// stand. over is true when a soft ceiling is passed. What keeps the receiver
// from more does not say how much they have (TB-4).
func (r *Rules) Judge(from, to *Account, minutes int64) (over bool, bad *store.Error) {
	if minutes > MaxMinutes {
		return false, store.E(store.Invalid, "err.timebank.minutes_many", "max", Minutes(MaxMinutes)).At("minutes")
	}
	return r.judge(from, to, minutes)
}

// judge is Judge for movements nobody types: what is taken back may be long.
func (r *Rules) judge(from, to *Account, minutes int64) (over bool, bad *store.Error) {
	switch {
	case minutes <= 0:
		return false, store.E(store.Invalid, "err.timebank.minutes").At("minutes")
	case from.Number == to.Number:
		return false, store.E(store.Invalid, "err.timebank.self").At("to")
	case from.Closed():
		return false, store.E(store.Conflict, "err.timebank.closed", "number", from.Number).At("from")
	case to.Closed():
		return false, store.E(store.Conflict, "err.timebank.closed", "number", to.Number).At("to")
	case from.Limited() && from.Balance-minutes < r.LowOf(from):
		left := Minutes(r.Left(from))
		return false, store.E(store.Conflict, "err.timebank.low", "low", Minutes(r.LowOf(from)), "left", left).At("minutes")
	case to.Limited() && to.Balance+minutes > r.High:
		if r.Soft {
			return true, nil
		}
		return false, store.E(store.Conflict, "err.timebank.high").At("to")
	}
	return false, nil
}

func scanRules(row store.Row) (r Rules, err error) {
	var wrong int64
	err = row.Scan(&r.Low, &r.High, &r.Soft, &r.Days, &r.Shown, &r.Words, &r.Series, &wrong)
	if wrong > 0 {
		r.WrongAt = time.Unix(wrong, 0).UTC()
	}
	return r, err
}
