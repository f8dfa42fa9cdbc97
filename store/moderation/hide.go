package moderation

import (
	"time"

	"copi.local/store"
	"copi.local/store/listing"
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
}

// Hide takes a thing out of every list, with a reason its author reads, and
// closes the reports about it; what the reports had hidden it confirms. author
// is who wrote it, empty when nobody on this box did.
func Hide(tx *store.Tx, ref store.Ref, author string, why Cause) error {
	if err := mayDecide(tx, ref, author); err != nil {
		return err
	}
	if err := why.check(tx); err != nil {
		return err
	}
	c, err := listing.ByRef(tx, ref)
	if err != nil {
		return err
	}
	if err := listing.Hide(tx, ref, true); err != nil {
		return err
	}
	if _, err := tx.Exec(sqlHide, ref.Module, ref.ID, why.Reason, why.Text, tx.Now.Unix(), tx.Actor.ID, false); err != nil {
		return err
	}
	if _, err := tx.Exec(sqlDecideReports, tx.Now.Unix(), true, tx.Actor.ID, ref.Module, ref.ID); err != nil {
		return err
	}
	if err := listing.Examine(tx, ref, false); err != nil {
		return err
	}
	if err := notify.Tell(tx, author, ref, "notify.moderation_hidden"); err != nil {
		return err
	}
	return log(tx, "hide", c.Kind, ref, author, why)
}

// Show puts a hidden thing back where it was. Of one that its reports had
// hidden it is their answer: they are closed as unfounded.
func Show(tx *store.Tx, ref store.Ref, author string) error {
	if tx.VouchedFor(ref) {
		author = tx.Actor.ID
	}
	if err := notOwn(tx, author); err != nil {
		return err
	}
	if h, hidden, err := HiddenWhy(tx, ref); err != nil {
		return err
	} else if hidden && h.Pending {
		return Dismiss(tx, ref, author)
	}
	c, err := listing.ByRef(tx, ref)
	if err != nil || !c.Hidden {
		return err
	}
	if err := restore(tx, c, author); err != nil {
		return err
	}
	return log(tx, "show", c.Kind, ref, author, Cause{})
}

// HiddenWhy is why a thing is hidden; ok is false when it is not.
func HiddenWhy(tx *store.Tx, ref store.Ref) (h Hiding, ok bool, err error) {
	h, err = store.One(tx, func(r store.Row) (h Hiding, err error) {
		var at int64
		err = r.Scan(&h.Reason, &h.Text, &at, &h.Pending)
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
	return store.All(tx, func(r store.Row) (ref store.Ref, err error) {
		err = r.Scan(&ref.Module, &ref.ID)
		return ref, err
	}, sqlHidings)
}

// reported is how many things with open reports there still are: what its
// author took away nobody has to decide about.
func reported(tx *store.Tx) (n int, err error) {
	refs, err := store.All(tx, func(r store.Row) (ref store.Ref, err error) {
		err = r.Scan(&ref.Module, &ref.ID)
		return ref, err
	}, sqlReported)
	for _, ref := range refs {
		there, err := listing.Exists(tx, ref)
		if err != nil {
			return 0, err
		}
		if there {
			n++
		}
	}
	return n, err
}
