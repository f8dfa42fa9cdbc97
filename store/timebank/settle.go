package timebank

import (
	"strings"

	"copi.local/store"
	"copi.local/store/listing"
)

// Settle brings an account to 0 by a movement with the common one: what was
// owed is the community's loss, what was left is given to it (TB-8). Only an
// operator may, with a reason. It returns nil when nothing was on the account.
func Settle(tx *store.Tx, number, reason string) (*Transfer, error) {
	if err := tx.Actor.Need(store.Operator); err != nil {
		return nil, err
	}
	a, err := Get(tx, number)
	if err != nil {
		return nil, err
	}
	if !a.Limited() || a.Closed() {
		return nil, store.E(store.Conflict, "err.timebank.closed", "number", number)
	}
	if strings.TrimSpace(reason) == "" {
		return nil, store.E(store.Invalid, "err.timebank.reason").At("reason")
	}
	if bad := listing.CheckText("reason", reason, MaxText); bad != nil {
		return nil, bad
	}
	rules, err := RulesOf(tx)
	if err != nil {
		return nil, err
	}
	if !rules.WrongAt.IsZero() { // a false balance is no loss
		return nil, store.E(store.Conflict, "err.timebank.wrong")
	}
	t, err := a.settle(tx, strings.TrimSpace(reason))
	if err != nil || t == nil {
		return t, err
	}
	return t, a.tellKeepers(tx, t.Ref(), "notify.timebank_settled")
}

// settle books the movement; the rules of the common account have no limits.
func (a *Account) settle(tx *store.Tx, reason string) (*Transfer, error) {
	if a.Balance == 0 {
		return nil, nil
	}
	common, err := Get(tx, CommonNumber)
	if err != nil {
		return nil, err
	}
	t := Transfer{Payment: Payment{Text: reason}, Way: Settled, EnteredBy: tx.Actor.ID}
	from, to := a, &common
	if a.Balance < 0 {
		from, to = to, from
	}
	t.From, t.To, t.Minutes = from.Number, to.Number, max(a.Balance, -a.Balance)
	// Not book: somebody in debt may be below the limit, and one movement
	// is not to be longer than MaxMinutes only when a person typed it.
	rules, err := RulesOf(tx)
	if err != nil {
		return nil, err
	}
	t.Series = rules.Series
	return &t, t.insert(tx, from, to)
}

// Close ends an account that stands at 0, for its keepers and for operators.
// What it asked for and is asked for is withdrawn.
func Close(tx *store.Tx, number string) error {
	a, err := Own(tx, number)
	if err != nil {
		return err
	}
	switch {
	case !a.Limited():
		return store.E(store.Conflict, "err.timebank.stays")
	case a.Closed():
		return store.E(store.Conflict, "err.timebank.closed", "number", number)
	case a.Balance != 0:
		return a.notZero()
	}
	return a.close(tx)
}

func (a *Account) notZero() *store.Error {
	return store.E(store.Conflict, "err.timebank.not_zero", "number", a.Number, "balance", Minutes(a.Balance))
}

func (a *Account) close(tx *store.Tx) error {
	if _, err := tx.Exec(sqlEndRequests, tx.Now.Unix(), a.Number); err != nil {
		return err
	}
	_, err := tx.Exec(sqlClose, tx.Now.Unix(), a.Number)
	return err
}
