package directory

import (
	"time"

	"copi.local/store"
	"copi.local/store/listing"
)

// Unclaimed is an imported card nobody answers for, with the slip printed for
// it last.
type Unclaimed struct {
	Element Element
	Printed time.Time // zero before the first
}

// Due tells whether a slip may be printed for it now.
func (u Unclaimed) Due(now time.Time) bool { return !now.Before(u.Printed.Add(printEvery)) }

// UnclaimedAfter lists the cards nobody answers for, by name, those after an
// element of the list when one is given; for operators (SEEDS 114).
func UnclaimedAfter(tx *store.Tx, after string, limit int) ([]Unclaimed, error) {
	if err := tx.Actor.Need(store.Operator); err != nil {
		return nil, err
	}
	key := ""
	if after != "" {
		e, err := store.One(tx, scanElement, sqlByID, after)
		if err != nil {
			return nil, err
		}
		key = listing.Fold(e.Name)
	}
	elements, err := store.All(tx, scanElement, sqlUnclaimed, key, after, limit)
	if err != nil {
		return nil, err
	}
	list := make([]Unclaimed, len(elements))
	for i, e := range elements {
		if list[i], err = unclaimed(tx, e); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func unclaimed(tx *store.Tx, e Element) (Unclaimed, error) {
	at, err := store.One(tx, store.Scan[int64], sqlLastSlip, e.ID)
	u := Unclaimed{Element: e}
	if at > 0 {
		u.Printed = instant(&at)
	}
	return u, err
}

// Slip is the invitation of one unclaimed card.
type Slip struct {
	Element Element
	Invitation
}

// PrintSlips makes, for each of these cards that nobody answers for, an
// invitation to become its administrator; a slip printed before is void. Cards
// claimed meanwhile, and those whose slip is less than a day old, are left
// out.
func PrintSlips(tx *store.Tx, elements []string, days int) ([]Slip, error) {
	if err := tx.Actor.Need(store.Operator); err != nil {
		return nil, err
	}
	if len(elements) == 0 || len(elements) > MaxCopies {
		return nil, store.E(store.Invalid, "err.invitation.cards", "max", MaxCopies).At("card")
	}
	i := Invitation{Admin: true, Days: days}
	if err := i.Check(); err != nil {
		return nil, err
	}
	var slips []Slip
	for _, id := range elements {
		e, err := Get(tx, id)
		if err != nil {
			return nil, err
		}
		u, err := unclaimed(tx, e)
		if err != nil {
			return nil, err
		}
		if e.Claimed || e.Kind == Person || !u.Due(tx.Now) {
			continue
		}
		if _, err := tx.Exec(sqlVoidSlips, tx.Now.Unix(), e.ID); err != nil {
			return nil, err
		}
		i.ElementID = e.ID
		made, err := invite(tx, i)
		if err != nil {
			return nil, err
		}
		slips = append(slips, Slip{e, made})
		if err := record(tx, e.ID, "slip", ""); err != nil {
			return nil, err
		}
	}
	return slips, nil
}
