package message

import (
	"time"

	"copi.local/store"
)

// Blocking is one party that takes no messages from another.
type Blocking struct {
	By, Of Party
	At     time.Time
}

// blocked tells that one of two parties takes no messages from the other. An
// organisation is no way around the block of a person who writes for it.
func blocked(tx *store.Tx, to, as Party) error {
	is := func(by, of Party) (bool, error) {
		return store.One(tx, store.Scan[bool], sqlIsBlocked, by.Account, by.Element, of.Account, of.Element)
	}
	if bars, err := is(as, to); err != nil {
		return err
	} else if bars {
		return store.E(store.Conflict, "err.message.you_blocked")
	}
	for _, p := range []Party{as, {Account: tx.Actor.ID}} {
		if bars, err := is(to, p); err != nil {
			return err
		} else if bars {
			return store.E(store.Conflict, "err.message.not_received")
		}
	}
	return nil
}

// Block keeps the other party of a thread from writing to the actor's. They
// are not told; when they write they read that no messages are taken from them.
// Who wrote nothing yet cannot be blocked: the list of blocked people would name
// an author whose name does not stand on the thing.
func Block(tx *store.Tx, thread string) error {
	t, err := Get(tx, thread)
	if err != nil {
		return err
	}
	if t.Other().Gone() {
		return store.E(store.Conflict, "err.message.left")
	}
	if answered, err := t.Answered(tx); err != nil {
		return err
	} else if !answered {
		return store.E(store.Conflict, "err.message.block_early")
	}
	by, of := t.As(), t.Other()
	_, err = tx.Exec(sqlBlock, by.Account, by.Element, of.Account, of.Element, tx.Now.Unix())
	return err
}

// Unblock takes messages from a party again; by is the actor, or an
// organisation they administer.
func Unblock(tx *store.Tx, by, of Party) error {
	if mine, err := by.Mine(tx); err != nil || !mine {
		return orForbidden(err)
	}
	_, err := tx.Exec(sqlUnblock, by.Account, by.Element, of.Account, of.Element)
	return err
}

// Blockings lists whom the actor and the organisations they administer block,
// the latest first.
func Blockings(tx *store.Tx) ([]Blocking, error) {
	if err := tx.Actor.Need(store.Resident); err != nil {
		return nil, err
	}
	elements, err := administered(tx)
	if err != nil {
		return nil, err
	}
	return store.All(tx, scanBlocking, sqlBlockings, tx.Actor.ID, elements)
}

// Refuses tells whether an account takes no messages from another: they want to
// hear nothing of them elsewhere either.
func Refuses(tx *store.Tx, account, from string) (bool, error) {
	return store.One(tx, store.Scan[bool], sqlIsBlocked, account, "", from, "")
}
