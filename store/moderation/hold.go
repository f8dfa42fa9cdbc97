package moderation

import (
	"time"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/notify"
)

// Held is a thing that its module shows to nobody before a moderator has read
// it. Whoever holds a thing gives it its card when Pass says so.
type Held struct {
	Ref        store.Ref
	Title      string
	At         time.Time
	Refused    bool
	Reason     Reason // of a refusal
	ReasonText string
	Appeal     string // words of the author who asks once more, after a refusal; empty before

	refusedBy string // who said no the first time
}

// Hold puts a thing before the moderators, also one whose author has changed
// it after a refusal. Nothing of it is in the log before somebody decides.
func Hold(tx *store.Tx, ref store.Ref, title string) error {
	if bad := listing.CheckTitle(title); bad != nil {
		return bad
	}
	_, err := tx.Exec(sqlHold, ref.Module, ref.ID, title, tx.Now.Unix())
	return err
}

// Drop forgets that a thing was held, when it is gone or needs no moderator
// any more.
func Drop(tx *store.Tx, ref store.Ref) error {
	_, err := tx.Exec(sqlUnhold, ref.Module, ref.ID)
	return err
}

// HeldOf is what a thing waits for; ok is false when it was never held, or was
// passed.
func HeldOf(tx *store.Tx, ref store.Ref) (h Held, ok bool, err error) {
	h, err = store.One(tx, scanHeld, sqlHeldOf, ref.Module, ref.ID)
	if store.KindOf(err) == store.NotFound {
		return Held{}, false, nil
	}
	return h, err == nil, err
}

// HeldThings lists what waits, the longest first.
func HeldThings(tx *store.Tx) ([]Held, error) {
	if err := tx.Actor.Need(store.Moderator); err != nil {
		return nil, err
	}
	return store.All(tx, scanHeld, sqlHeld)
}

// Pass lets a held thing be shown. author is who wrote it, kind what its card
// will be, for the log. Its module gives it a card in the same transaction. It
// fails with kind Conflict when somebody else has decided meanwhile.
func Pass(tx *store.Tx, ref store.Ref, author, kind string) error {
	if err := mayPass(tx, ref, author); err != nil {
		return err
	}
	if err := Drop(tx, ref); err != nil {
		return err
	}
	if err := notify.Tell(tx, author, ref, "notify.moderation_passed"); err != nil {
		return err
	}
	return log(tx, "accept", kind, ref, author, Cause{})
}

// TurnDown answers with a reason of Refusals and words its author reads. The
// thing stays theirs: changed, it can be held again.
func TurnDown(tx *store.Tx, ref store.Ref, author, kind string, reason Reason, text string) error {
	if err := mayPass(tx, ref, author); err != nil {
		return err
	}
	if err := checkReason(Refusals, reason, text); err != nil {
		return err
	}
	if _, err := tx.Exec(sqlTurnDown, reason, text, tx.Actor.ID, ref.Module, ref.ID); err != nil {
		return err
	}
	if err := notify.Tell(tx, author, ref, "notify.moderation_refused"); err != nil {
		return err
	}
	return log(tx, "refuse", kind, ref, author, Cause{Reason: reason})
}

// mayPass refuses a moderator's own thing (MD-2), and what waits no more.
func mayPass(tx *store.Tx, ref store.Ref, author string) error {
	if tx.VouchedFor(ref) { // they answer for it, whoever wrote it
		return store.E(store.Forbidden, "err.moderation.own")
	}
	if err := notOwn(tx, author); err != nil {
		return err
	}
	h, ok, err := HeldOf(tx, ref)
	if err == nil && (!ok || h.Refused) {
		err = store.E(store.Conflict, "err.moderation.decided")
	}
	if err == nil {
		err = notFirst(tx, h.refusedBy)
	}
	return err
}

func scanHeld(r store.Row) (h Held, err error) {
	var at int64
	err = r.Scan(&h.Ref.Module, &h.Ref.ID, &h.Title, &at, &h.Refused, &h.Reason, &h.ReasonText, &h.refusedBy, &h.Appeal)
	h.At = time.Unix(at, 0).UTC()
	return h, err
}
