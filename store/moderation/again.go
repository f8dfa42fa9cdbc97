package moderation

import (
	"copi.local/store"
)

// What was not published can be asked for once more too (MD-1): it goes back
// among what waits, with the words of who asks, and whoever said no does not
// decide again. A second no stands.

// HoldAgain puts a held thing that a moderator refused before another, on behalf
// of its author or of who answers for it.
func HoldAgain(tx *store.Tx, ref store.Ref, author, text string) error {
	if tx.Actor.ID == "" {
		return store.E(store.Unauthenticated, "err.sign_in")
	}
	if tx.Actor.ID != author && !tx.VouchedFor(ref) {
		return store.E(store.NotFound, "err.not_found")
	}
	h, ok, err := HeldOf(tx, ref)
	switch {
	case err != nil:
		return err
	case !ok || !h.Refused:
		return store.E(store.Conflict, "err.moderation.appeal_nothing")
	case h.Appeal != "":
		return store.E(store.Conflict, "err.moderation.appealed")
	}
	if err := checkWords(text); err != nil {
		return err
	}
	_, err = tx.Exec(sqlHoldAgain, text, tx.Now.Unix(), ref.Module, ref.ID)
	return err
}

// ProposeAgain puts a refused proposal before another moderator, for whoever
// holds its follow-up code. It fails with kind Busy as Propose does.
func ProposeAgain(tx *store.Tx, code, text string, from Source) error {
	p, err := Follow(tx, code)
	switch {
	case err != nil:
		return err
	case p.State != Refused:
		return store.E(store.Conflict, "err.moderation.appeal_nothing")
	case p.Appeal != "":
		return store.E(store.Conflict, "err.moderation.appealed")
	}
	if err := checkWords(text); err != nil {
		return err
	}
	if err := from.allow(tx, actPropose, PerHour, "err.moderation.too_many"); err != nil {
		return err
	}
	_, err = tx.Exec(sqlProposeAgain, text, p.ID)
	return err
}

// notFirst refuses a moderator who said no the first time.
func notFirst(tx *store.Tx, refusedBy string) error {
	if refusedBy != "" && refusedBy == tx.Actor.ID {
		return store.E(store.Forbidden, "err.moderation.first")
	}
	return nil
}
