package timebank

import (
	"strings"

	"copi.local/store"
	"copi.local/store/listing"
)

// Reverse takes a movement back, whole, by one the other way that is linked to
// it (TB-5). Who received may do so at any time; an operator with a reason.
// Limits hold as for each payment. It is done once.
func Reverse(tx *store.Tx, id, reason string) (Transfer, error) {
	was, err := FindTransfer(tx, id)
	if err != nil {
		return Transfer{}, err
	}
	giver, back, err := ends(tx, was.To, was.From)
	if err != nil {
		return Transfer{}, err
	}
	if err := was.mayReverse(tx, &giver, reason); err != nil {
		return Transfer{}, err
	}
	t := Transfer{
		Payment: Payment{From: was.To, To: was.From, Minutes: was.Minutes, Text: strings.TrimSpace(reason), About: was.About},
		Way:     Reversed, Reverses: was.ID, EnteredBy: tx.Actor.ID,
	}
	if err := t.book(tx, &giver, &back); err != nil {
		return t, err
	}
	for _, a := range []*Account{&giver, &back} {
		if err := a.tellKeepers(tx, t.Ref(), "notify.timebank_reversed"); err != nil {
			return t, err
		}
	}
	return t, nil
}

// ends are the accounts of two numbers that are known to be there.
func ends(tx *store.Tx, from, to string) (a, b Account, err error) {
	if a, err = Get(tx, from); err != nil {
		return a, b, err
	}
	b, err = Get(tx, to)
	return a, b, err
}

func (t *Transfer) mayReverse(tx *store.Tx, receiver *Account, reason string) error {
	if t.ReversedBy != "" {
		return store.E(store.Conflict, "err.timebank.reversed")
	}
	if t.Way == Reversed {
		return store.E(store.Conflict, "err.timebank.reversal")
	}
	keeps, err := receiver.Keeps(tx)
	if err != nil {
		return err
	}
	if !keeps {
		if err := tx.Actor.Need(store.Operator); err != nil {
			return err
		}
		if strings.TrimSpace(reason) == "" {
			return store.E(store.Invalid, "err.timebank.reason").At("reason")
		}
	}
	if bad := listing.CheckText("reason", reason, MaxText); bad != nil {
		return bad
	}
	return nil
}
