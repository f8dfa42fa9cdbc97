package mutualaid

import (
	"time"

	"copi.local/store"
	"copi.local/store/directory"
	"copi.local/store/listing"
)

// Add puts a favour on behalf of the acting account, in the name of an
// organisation they administer when element says which, and gives it an id
// unless it brings one.
func Add(tx *store.Tx, f *Favour, element string) error {
	if err := tx.Actor.Need(store.Resident); err != nil {
		return err
	}
	if err := f.ready(tx, element); err != nil {
		return err
	}
	if f.ID == "" {
		f.ID = tx.NewID()
	}
	f.AuthorID, f.State, f.CreatedAt, f.EndedAt, f.UrgentUntil = tx.Actor.ID, Open, tx.Now, time.Time{}, time.Time{}
	if err := f.flag(tx, nil); err != nil {
		return err
	}
	f.UpdatedAt, f.ExpiresAt = tx.Now, f.end(tx.Now)
	if _, err := tx.Exec(sqlInsert, append(f.columns(), f.CreatedAt.Unix())...); err != nil {
		return err
	}
	if err := directory.Stand(tx, element, f.Ref(), f.Title); err != nil {
		return err
	}
	return f.put(tx)
}

// ready checks what depends on the day and on the name.
func (f *Favour) ready(tx *store.Tx, element string) error {
	if err := f.Check(); err != nil {
		return err
	}
	switch {
	case f.Minor && element == "":
		return store.E(store.Invalid, "err.mutualaid.minor").At("organisation")
	case f.Dated() && !f.end(tx.Now).After(tx.Now) && tx.ClockQuality().Sure():
		return store.E(store.Invalid, "err.mutualaid.past").At("starts")
	case f.Dated() && f.StartsAt.After(tx.Now.Add(Ahead)) && tx.ClockQuality().Sure():
		return store.E(store.Invalid, "err.mutualaid.far").At("starts")
	}
	return nil
}

// flag sets until when the favour is urgent: one of each person at a time, and
// 48 hours from when it was flagged (EN-4). was is the favour before; nil for a
// new one.
func (f *Favour) flag(tx *store.Tx, was *Favour) error {
	switch {
	case !f.Urgent:
		f.UrgentUntil = time.Time{}
		return nil
	case was != nil && tx.Now.Before(was.UrgentUntil):
		f.UrgentUntil = was.UrgentUntil
		return nil
	}
	n, err := store.One(tx, store.Scan[int], sqlUrgentOf, f.AuthorID, tx.Now.Unix(), tx.Now.Unix(), f.ID)
	if err != nil {
		return err
	}
	if n > 0 {
		return store.E(store.Conflict, "err.mutualaid.urgent_one").At("urgent")
	}
	f.UrgentUntil = tx.Now.Add(UrgentFor)
	return nil
}

// Edit changes the words and times of the favour f.ID to those of f. What ended
// by itself is open again, unless all places are given.
func Edit(tx *store.Tx, f *Favour, element string) error {
	was, err := own(tx, f.ID)
	if err != nil {
		return err
	}
	if err := f.ready(tx, element); err != nil {
		return err
	}
	taken, err := f.Taken(tx)
	if err != nil {
		return err
	}
	if f.Places > 0 && taken > f.Places {
		return store.E(store.Conflict, "err.mutualaid.taken", "n", taken).At("places")
	}
	f.AuthorID, f.State, f.CreatedAt, f.EndedAt = was.AuthorID, was.State, was.CreatedAt, was.EndedAt
	if f.State == Over {
		f.State, f.EndedAt = Open, time.Time{}
	}
	if err := f.flag(tx, &was); err != nil {
		return err
	}
	f.ExpiresAt = f.end(tx.Now)
	if err := directory.Stand(tx, element, f.Ref(), f.Title); err != nil {
		return err
	}
	if err := f.save(tx, directory.ActChange); err != nil {
		return err
	}
	if f.IsOpen() && f.Places > 0 && taken == f.Places {
		return f.settle(tx, "notify.mutualaid_passed") // as Choose would have
	}
	return nil
}

// save stores a favour that was changed, and notes who did it in the name of an
// organisation; act may be empty.
func (f *Favour) save(tx *store.Tx, act string) error {
	f.UpdatedAt = tx.Now
	if _, err := tx.Exec(sqlUpdate, f.columns()...); err != nil {
		return err
	}
	if err := f.put(tx); err != nil || act == "" {
		return err
	}
	return directory.Did(tx, act, f.Ref(), f.Title)
}

// Settle says that it is done, or not wanted any more. Who offered to help and
// waits is thanked.
func Settle(tx *store.Tx, id string) error {
	f, err := own(tx, id)
	if err != nil || f.State == Settled {
		return err
	}
	return f.settle(tx, "notify.mutualaid_settled")
}

// settle ends a favour and tells those who wait.
func (f *Favour) settle(tx *store.Tx, told string) error {
	waiting, err := store.All(tx, scanReply, sqlInState, f.ID, Offered)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(sqlPass, Passed, tx.Now.Unix(), f.ID, Offered); err != nil {
		return err
	}
	f.State, f.EndedAt = Settled, tx.Now
	if err := f.save(tx, directory.ActChange); err != nil {
		return err
	}
	for i := range waiting {
		if err := waiting[i].tell(tx, f, told); err != nil {
			return err
		}
	}
	return nil
}

// Reopen lets a favour be answered again. One whose date is over needs a new
// one first.
func Reopen(tx *store.Tx, id string) error {
	f, err := own(tx, id)
	if err != nil || f.IsOpen() {
		return err
	}
	if f.Dated() && !f.end(tx.Now).After(tx.Now) && tx.ClockQuality().Sure() {
		return store.E(store.Conflict, "err.mutualaid.past").At("starts")
	}
	return f.reopen(tx)
}

// reopen makes a favour answerable, and those who were passed over hear of it.
func (f *Favour) reopen(tx *store.Tx) error {
	passed, err := store.All(tx, scanReply, sqlInState, f.ID, Passed)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(sqlPass, Offered, tx.Now.Unix(), f.ID, Passed); err != nil {
		return err
	}
	f.State, f.EndedAt = Open, time.Time{}
	if !f.Dated() && !f.ExpiresAt.After(tx.Now) {
		f.ExpiresAt = f.end(tx.Now)
	}
	if err := f.save(tx, directory.ActChange); err != nil {
		return err
	}
	for i := range passed {
		if err := passed[i].tell(tx, f, "notify.mutualaid_reopened"); err != nil {
			return err
		}
	}
	return nil
}

// Renew gives a favour without a date its whole time again.
func Renew(tx *store.Tx, id string) error {
	f, err := own(tx, id)
	if err != nil {
		return err
	}
	if f.Dated() || f.State == Settled {
		return store.E(store.Conflict, "err.mutualaid.renew")
	}
	f.State, f.EndedAt, f.ExpiresAt = Open, time.Time{}, f.end(tx.Now)
	return f.save(tx, directory.ActChange)
}

// Calm takes the urgent flag off.
func Calm(tx *store.Tx, id string) error {
	f, err := own(tx, id)
	if err != nil || f.UrgentUntil.IsZero() {
		return err
	}
	f.UrgentUntil = time.Time{}
	return f.save(tx, directory.ActChange)
}

// Remove takes the favour away for good, with all replies.
func Remove(tx *store.Tx, id string) error {
	f, err := own(tx, id)
	if err != nil {
		return err
	}
	if err := f.tellReplies(tx, "notify.mutualaid_settled"); err != nil {
		return err
	}
	if err := directory.Did(tx, directory.ActRemove, f.Ref(), f.Title); err != nil {
		return err
	}
	return f.drop(tx, listing.Withdraw)
}

// drop deletes a favour, its replies and its card.
func (f *Favour) drop(tx *store.Tx, forget func(*store.Tx, store.Ref) error) error {
	if err := directory.Unlink(tx, f.Ref()); err != nil {
		return err
	}
	if _, err := tx.Exec(sqlDelete, f.ID); err != nil {
		return err
	}
	return forget(tx, f.Ref())
}
