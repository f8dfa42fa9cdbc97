package ads

import (
	"time"

	"copi.local/store"
	"copi.local/store/directory"
	"copi.local/store/listing"
	"copi.local/store/moderation"
	"copi.local/store/photo"
)

// Publish adds a on behalf of the acting account and gives it an id, unless it
// brings one (the demonstration village). It stands for as many days as the
// rule says.
func Publish(tx *store.Tx, a *Ad) error {
	if err := tx.Actor.Need(store.Resident); err != nil {
		return err
	}
	if err := a.CheckIn(tx, ""); err != nil {
		return err
	}
	if err := listing.CheckGroup(tx, a.Audience, a.Group, ""); err != nil {
		return err
	}
	if err := room(tx, tx.Actor.ID); err != nil {
		return err
	}
	if a.ID == "" {
		a.ID = tx.NewID()
	}
	a.AuthorID, a.State, a.Renewals, a.Warned = tx.Actor.ID, Available, 0, false
	a.CreatedAt, a.UpdatedAt, a.EndedAt = tx.Now, tx.Now, time.Time{}
	var err error
	if a.ExpiresAt, err = until(tx); err != nil {
		return err
	}
	if err := a.round(tx); err != nil {
		return err
	}
	if err := a.vet(tx, true); err != nil {
		return err
	}
	if _, err := tx.Exec(sqlInsert, append(a.columns(), a.CreatedAt.Unix(), a.ID)...); err != nil {
		return err
	}
	return put(tx, a)
}

// round keeps no home: the place of a person's ad is a square of a kilometre.
func (a *Ad) round(tx *store.Tx) error {
	if a.Position == nil || a.Exact || a.AuthorID == "" {
		return nil
	}
	p, err := listing.Rounded(tx, a.AuthorID, *a.Position)
	a.Position = &p
	return err
}

// room fails when so many ads of an account stand that there is none for one
// more.
func room(tx *store.Tx, author string) error {
	n, err := store.One(tx, store.Scan[int], sqlLive, author)
	if err == nil && n >= MaxLive {
		err = store.E(store.Conflict, "err.ads.many", "max", MaxLive)
	}
	return err
}

// Edit changes the words of the ad a.ID to those of a. It may then be prolonged
// anew; one whose time had passed stands again. What is gone is put back first.
func Edit(tx *store.Tx, a *Ad) error {
	was, err := Own(tx, a.ID)
	if err != nil {
		return err
	}
	if was.State == Gone {
		return store.E(store.Conflict, "err.ads.gone")
	}
	if err := a.CheckIn(tx, was.Category); err != nil {
		return err
	}
	if err := listing.CheckGroup(tx, a.Audience, a.Group, was.Group); err != nil {
		return err
	}
	a.State, a.AuthorID, a.CreatedAt, a.ExpiresAt, a.EndedAt = was.State, was.AuthorID, was.CreatedAt, was.ExpiresAt, was.EndedAt
	a.Renewals, a.Warned = 0, was.Warned
	if a.ended(tx) {
		if err := a.again(tx); err != nil {
			return err
		}
	}
	if was.Position != nil && a.Position != nil && *was.Position == *a.Position {
		a.Exact = true // rounded when it was said, if it had to be
	}
	if err := a.round(tx); err != nil {
		return err
	}
	if err := a.vet(tx, !a.sameWords(&was)); err != nil {
		return err
	}
	return change(tx, a)
}

// ended tells whether the ad's time has passed, also in the moment before the
// job that says so.
func (a *Ad) ended(tx *store.Tx) bool {
	return a.State == Over || tx.ClockQuality().Sure() && !tx.Now.Before(a.ExpiresAt)
}

// again lets the ad stand anew from now on.
func (a *Ad) again(tx *store.Tx) (err error) {
	if a.Past() {
		if err := room(tx, a.AuthorID); err != nil {
			return err
		}
		a.State = Available
	}
	a.EndedAt, a.Warned = time.Time{}, false
	a.ExpiresAt, err = until(tx)
	return err
}

// change stores what somebody who answers for the ad has done to it.
func change(tx *store.Tx, a *Ad) error {
	a.UpdatedAt = tx.Now
	if a.State == Gone || !a.Warned {
		if err := a.settled(tx); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(sqlUpdate, append(a.columns(), a.ID)...); err != nil {
		return err
	}
	return put(tx, a)
}

// Renew prolongs an ad that ends soon, or lets one whose time has passed stand
// again. After as many times as the rule allows its words have to be changed
// first (PA-1).
func Renew(tx *store.Tx, id string) error {
	a, err := Own(tx, id)
	if err != nil {
		return err
	}
	if bad, err := a.Renewable(tx); err != nil {
		return err
	} else if bad != nil {
		return bad
	}
	if err := a.prolong(tx); err != nil {
		return err
	}
	if err := a.vet(tx, false); err != nil {
		return err
	}
	return change(tx, &a)
}

// Renewable says why an ad cannot be prolonged now; bad is nil when it can.
func (a *Ad) Renewable(tx *store.Tx) (bad *store.Error, err error) {
	rule, err := RuleOf(tx)
	switch {
	case err != nil:
		return nil, err
	case a.State == Gone:
		return store.E(store.Conflict, "err.ads.gone"), nil
	case !a.ended(tx) && a.ExpiresAt.Sub(tx.Now) > renewFrom:
		return store.E(store.Conflict, "err.ads.early"), nil
	case a.Renewals >= rule.Renewals:
		if rule.Renewals == 0 {
			return store.E(store.Conflict, "err.ads.renewals_none"), nil
		}
		return store.E(store.Conflict, "err.ads.renewals", "n", rule.Renewals), nil
	}
	return nil, nil
}

func (a *Ad) prolong(tx *store.Tx) error {
	a.Renewals++
	return a.again(tx)
}

// Mark says where the ad stands: Available, Reserved or Gone. Coming back from
// any of them keeps its date and what was written about it (PA-5); when its
// time has passed meanwhile it is prolonged, as often as that may be.
func Mark(tx *store.Tx, id string, to State) error {
	a, err := Own(tx, id)
	if err != nil || a.State == to {
		return err
	}
	switch {
	case to != Available && to != Reserved && to != Gone, a.State == Waiting && to != Gone:
		return store.E(store.Invalid, "err.ads.state")
	case to == Gone:
		a.EndedAt = tx.Now
	case a.ended(tx):
		a.State = Over
		if bad, err := a.Renewable(tx); err != nil {
			return err
		} else if bad != nil {
			return bad
		}
		if err := a.prolong(tx); err != nil {
			return err
		}
	case a.State == Gone:
		if err := room(tx, a.AuthorID); err != nil {
			return err
		}
		a.EndedAt = time.Time{}
	}
	a.State = to
	if err := a.vet(tx, false); err != nil {
		return err
	}
	return change(tx, &a)
}

// Remove takes the ad away for good, here and at the neighbours'.
func Remove(tx *store.Tx, id string) error {
	a, err := Own(tx, id)
	if err != nil {
		return err
	}
	return drop(tx, &a, listing.Withdraw)
}

// drop deletes an ad with its photos and its card.
func drop(tx *store.Tx, a *Ad, forget func(*store.Tx, store.Ref) error) error {
	if err := photo.Drop(tx, a.Ref()); err != nil {
		return err
	}
	if _, err := tx.Exec(sqlDelete, a.ID); err != nil {
		return err
	}
	if err := directory.Unlink(tx, a.Ref()); err != nil {
		return err
	}
	if err := moderation.Drop(tx, a.Ref()); err != nil {
		return err
	}
	return forget(tx, a.Ref())
}
