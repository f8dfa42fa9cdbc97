package listing

import (
	"errors"
	"time"

	"copi.local/store"
)

// role is the widest seen_by the actor gets to see.
func role(tx *store.Tx) int {
	if tx.Actor.Can(store.Resident) {
		return 1
	}
	return 0
}

// expiry is the instant up to which cards are expired; the beginning of time
// while the clock is unsure, since then nothing may expire.
func expiry(tx *store.Tx) int64 {
	if !tx.ClockQuality().Sure() {
		return 0
	}
	return tx.Now.Unix()
}

// ByRef is the card of a thing, also when it is hidden or has expired. It
// fails with kind NotFound when there is none the actor may know of.
func ByRef(tx *store.Tx, ref store.Ref) (Card, error) {
	c, err := byRef(tx, ref)
	return c.shown(tx, err)
}

// byRef is ByRef for the module's own use, whoever acts.
func byRef(tx *store.Tx, ref store.Ref) (Card, error) {
	return store.One(tx, scanCard, sqlByRef, ref.ID, ref.Module)
}

// Exists tells whether a thing has a card, whoever acts and whoever may see it.
func Exists(tx *store.Tx, ref store.Ref) (bool, error) {
	_, err := byRef(tx, ref)
	if store.KindOf(err) == store.NotFound {
		return false, nil
	}
	return err == nil, err
}

// ByID is the card with an id, an own one before a neighbour's.
func ByID(tx *store.Tx, id string) (Card, error) {
	c, err := store.One(tx, scanCard, sqlByID, id)
	return c.shown(tx, err)
}

// ByCode is the card with a short code, in whatever case it was typed.
func ByCode(tx *store.Tx, code string) (Card, error) {
	code, ok := ParseCode(code)
	if !ok {
		return Card{}, store.E(store.NotFound, "err.not_found")
	}
	c, err := store.One(tx, scanCard, sqlByCode, code)
	return c.shown(tx, err)
}

// Withdrawn is the id of the own thing whose card had a short code before it was
// taken out of every list: its page may have something to say. It fails with
// kind NotFound when there is none, or when its author had it forgotten.
func Withdrawn(tx *store.Tx, code string) (string, error) {
	code, ok := ParseCode(code)
	if !ok {
		return "", store.E(store.NotFound, "err.not_found")
	}
	return store.One(tx, store.Scan[string], sqlWithdrawn, code)
}

// Hushed tells whether a moderator hid the card of an own thing, whoever asks.
func Hushed(tx *store.Tx, ref store.Ref) (bool, error) {
	return store.One(tx, store.Scan[bool], sqlHushed, ref.ID, ref.Module)
}

// BodyOf is the body of an own card; nil for a neighbour's, whose bodies are
// fetched by hash, and for one that is Damaged.
func BodyOf(tx *store.Tx, c Card) (Body, error) {
	b, err := bodyOf(tx, c.row)
	if errors.Is(err, errDamaged) {
		return nil, nil
	}
	return b, err
}

// shown is a card as the actor may see it, with its tags' names.
func (c Card) shown(tx *store.Tx, err error) (Card, error) {
	if err := seen(tx, c, err); err != nil {
		return c, err
	}
	one := []Card{c}
	err = show(tx, one, false)
	return one[0], err
}

// seen turns a card the actor may not see into an error. Moderators see hidden
// cards; a module shows its author a hidden thing by its own means.
func seen(tx *store.Tx, c Card, err error) error {
	if err == nil && c.Audience == Group {
		err = insideOnly(tx, &c)
	}
	switch {
	case err != nil:
		return err
	case c.Hidden && !tx.Actor.Can(store.Moderator), c.Audience == Members && !tx.Actor.Can(store.Resident):
		return store.E(store.NotFound, "err.not_found")
	}
	off, err := OffOf(tx)
	if err == nil && off.hides(&c) {
		err = store.E(store.NotFound, "err.not_found")
	}
	return err
}

// Latest is when an own public card changed last; zero before the first. The
// box's clock does not start before it. Neighbours' dates play no part in it.
func Latest(tx *store.Tx) (time.Time, error) {
	at, err := store.One(tx, store.Scan[int64], sqlLatest)
	if store.KindOf(err) == store.NotFound {
		return time.Time{}, nil
	}
	return instant(at), err
}

// NextChange is the first instant after now at which a list changes by itself:
// an event begins or ends, a card expires. Zero when there is none.
func NextChange(tx *store.Tx) (time.Time, error) {
	now := tx.Now.Unix()
	at, err := store.One(tx, store.Scan[*int64], sqlNextChange, now)
	if err != nil || at == nil {
		return time.Time{}, err
	}
	return instant(*at), nil
}
