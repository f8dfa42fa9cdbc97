package moderation

import (
	"time"

	"copi.local/store"
	"copi.local/store/notify"
)

// Hiding is why a thing is hidden, for its author and for moderators.
type Hiding struct {
	Reason Reason
	Text   string
	At     time.Time
	// Pending is a thing hidden by its reports alone, until a moderator
	// decides; Reason is then the one most people gave.
	Pending bool
	// InPlace is one by who moderates only where it stands, a group for one.
	InPlace bool
}

// Hide takes a thing out of every list, with a reason its author reads, and
// closes the reports about it; what the reports had hidden it confirms. author
// is who wrote it, empty when nobody on this box did.
func Hide(tx *store.Tx, ref store.Ref, author string, why Cause) error {
	c, err := decidable(tx, ref, author)
	if err != nil {
		return err
	}
	if err := why.check(tx, ReasonsFor(ref)); err != nil {
		return err
	}
	if err := shelf(ref).Hide(tx, ref, true); err != nil {
		return err
	}
	if _, err := tx.Exec(sqlHide, ref.Module, ref.ID, why.Reason, why.Text, tx.Now.Unix(), tx.Actor.ID, false, c.Keeps); err != nil {
		return err
	}
	if err := closeReports(tx, ref, true); err != nil {
		return err
	}
	if err := notify.Tell(tx, author, ref, "notify.moderation_hidden"); err != nil {
		return err
	}
	return log(tx, "hide", c.Kind, ref, author, why)
}

// Show puts a hidden thing back where it was. Of one that its reports had
// hidden it is their answer: they are closed as unfounded. What a moderator of
// the box hid, only one of them shows.
func Show(tx *store.Tx, ref store.Ref, author string) error {
	if tx.VouchedFor(ref) {
		author = tx.Actor.ID
	}
	c, err := Find(tx, ref)
	if err != nil {
		return err
	}
	if err := c.notOwn(tx, author); err != nil {
		return err
	}
	h, hidden, err := HiddenWhy(tx, ref)
	switch {
	case err != nil:
		return err
	case hidden && h.Pending:
		return Dismiss(tx, ref, author)
	case !c.Hidden:
		return nil
	case c.Keeps && !h.InPlace:
		return store.E(store.Forbidden, "err.moderation.box_hid")
	}
	if err := restore(tx, &c, author); err != nil {
		return err
	}
	return log(tx, "show", c.Kind, ref, author, Cause{})
}

// HiddenWhy is why a thing is hidden; ok is false when it is not.
func HiddenWhy(tx *store.Tx, ref store.Ref) (h Hiding, ok bool, err error) {
	h, err = store.One(tx, func(r store.Row) (h Hiding, err error) {
		var at int64
		err = r.Scan(&h.Reason, &h.Text, &at, &h.Pending, &h.InPlace)
		h.At = time.Unix(at, 0).UTC()
		return h, err
	}, sqlHiding, ref.Module, ref.ID)
	if store.KindOf(err) == store.NotFound {
		return Hiding{}, false, nil
	}
	return h, err == nil, err
}

// HiddenThings lists what moderators hid, the latest first; what waits for one
// is in Open.
func HiddenThings(tx *store.Tx) ([]store.Ref, error) {
	if err := tx.Actor.Need(store.Moderator); err != nil {
		return nil, err
	}
	return store.All(tx, scanRef, sqlHidings)
}

// reported is how many things with open reports there still are: what its
// author took away nobody has to decide about.
func reported(tx *store.Tx) (n int, err error) {
	refs, err := store.All(tx, scanRef, sqlReported)
	for _, ref := range refs {
		there, err := exists(tx, ref)
		if err != nil {
			return 0, err
		}
		if there {
			n++
		}
	}
	return n, err
}
