package message

import (
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/listing"
	"copi.local/store/notify"
)

// told is what a reader is told of a new message. It says nothing of its words.
const told = "notify.message_new"

// Open writes to a party about a thing, in the thread these two have about it
// or in a new one. title is the thing's; as is who writes: the acting person,
// or an organisation they administer. The caller vouches that the thing is
// there and that to answers for it.
//
// It fails with kind Conflict for oneself, for who takes no messages from the
// party, and with kind Busy past NewPerHour or PerHour.
func Open(tx *store.Tx, about store.Ref, title string, to, as Party, text string) (Thread, error) {
	text, err := check(text)
	if err != nil {
		return Thread{}, err
	}
	if err := mayOpen(tx, to, as); err != nil {
		return Thread{}, err
	}
	id, err := store.One(tx, store.Scan[string], sqlFind, about.Module, about.ID, as.Account, as.Element, to.Account, to.Element)
	if store.KindOf(err) == store.NotFound {
		id, err = begin(tx, about, to, as)
	}
	if err != nil {
		return Thread{}, err
	}
	if _, err := tx.Exec(sqlTitle, title, id); err != nil {
		return Thread{}, err
	}
	t, err := get(tx, id)
	if err != nil {
		return t, err
	}
	return t, t.add(tx, text)
}

// Hinders tells why the actor cannot write to a party as another; nil when
// nothing does. It is what Open would answer.
func Hinders(tx *store.Tx, to, as Party) error { return mayOpen(tx, to, as) }

func mayOpen(tx *store.Tx, to, as Party) error {
	if err := tx.Actor.Need(store.Resident); err != nil {
		return err
	}
	if mine, err := as.Mine(tx); err != nil || !mine {
		return orForbidden(err)
	}
	if mine, err := to.Mine(tx); err != nil {
		return err
	} else if mine || to == as {
		return store.E(store.Conflict, "err.message.self")
	}
	if err := to.there(tx); err != nil {
		return err
	}
	if err := apart(tx, to); err != nil {
		return err
	}
	return blocked(tx, to, as)
}

// apart fails when one of the two is a child and the other an adult who is in
// no group of theirs (AC-6). Who is no child does not learn here who is.
func apart(tx *store.Tx, to Party) error {
	list, err := to.Readers(tx)
	if err != nil {
		return err
	}
	for _, reader := range list {
		far, err := account.Apart(tx, tx.Actor.ID, reader)
		if err != nil {
			return err
		}
		if !far {
			continue
		}
		if err := account.NotForMinors(tx); err != nil {
			return orConflict(err, "err.message.minor")
		}
		return store.E(store.Conflict, "err.message.not_received")
	}
	return nil
}

// orConflict says a refusal in the words of this module.
func orConflict(err error, key string) error {
	if store.KindOf(err) == store.Forbidden {
		return store.E(store.Conflict, key)
	}
	return err
}

func orForbidden(err error) error {
	if err == nil {
		err = store.E(store.Forbidden, "err.forbidden")
	}
	return err
}

// begin makes an empty thread.
func begin(tx *store.Tx, about store.Ref, to, as Party) (string, error) {
	n, err := store.One(tx, store.Scan[int], sqlBegunSince, tx.Actor.ID, tx.Now.Add(-time.Hour).Unix())
	if err != nil {
		return "", err
	}
	if n >= NewPerHour {
		return "", store.E(store.Busy, "err.message.many_new", "n", NewPerHour)
	}
	id := tx.NewID()
	if _, err := tx.Exec(sqlBegin, id, about.Module, about.ID, tx.Now.Unix()); err != nil {
		return "", err
	}
	for side, p := range []Party{as, to} {
		if _, err := tx.Exec(sqlAddSide, id, side, p.Account, p.Element); err != nil {
			return "", err
		}
	}
	return id, nil
}

// Write adds a message to a thread. It fails as Open does, and with kind
// Conflict in a thread that takes none any more.
func Write(tx *store.Tx, id, text string) (Thread, error) {
	t, err := Get(tx, id)
	if err != nil {
		return t, err
	}
	if text, err = check(text); err != nil {
		return t, err
	}
	if err := t.Hindrance(tx); err != nil {
		return t, err
	}
	return t, t.add(tx, text)
}

// Hindrance tells why the actor cannot write in the thread; nil when nothing
// does. What it says of a block is what the blocked person may know.
func (t *Thread) Hindrance(tx *store.Tx) error {
	if t.Other().Gone() {
		return store.E(store.Conflict, "err.message.left")
	}
	if err := t.Other().there(tx); err != nil {
		if store.KindOf(err) == store.NotFound { // the thread is there, only nobody reads it
			err = store.E(store.Conflict, "err.message.nobody")
		}
		return err
	}
	if err := apart(tx, t.Other()); err != nil {
		return err
	}
	if err := blocked(tx, t.Other(), t.As()); err != nil {
		return err
	}
	_, err := listing.ByRef(tx, t.About)
	if store.KindOf(err) == store.NotFound {
		err = nil
		if tx.Now.Sub(t.LastAt) > Grace && tx.ClockQuality().Sure() {
			err = store.E(store.Conflict, "err.message.closed")
		}
	}
	return err
}

// add writes a message for the actor's side and tells the other.
func (t *Thread) add(tx *store.Tx, text string) error {
	if t.lastN > t.cleared[t.Mine] && t.Last.Author == tx.Actor.ID && t.Last.Text == text && tx.Now.Sub(t.Last.At) < twice {
		return nil
	}
	n, err := store.One(tx, store.Scan[int], sqlWrittenSince, tx.Actor.ID, tx.Now.Add(-time.Hour).Unix())
	if err != nil {
		return err
	}
	if n >= PerHour {
		return store.E(store.Busy, "err.message.many", "n", PerHour)
	}
	t.lastN++
	t.Last = Message{N: t.lastN, Side: t.Mine, Author: tx.Actor.ID, Text: text, At: tx.Now}
	t.LastAt = tx.Now
	if _, err := tx.Exec(sqlWrite, t.ID, t.lastN, t.Mine, tx.Actor.ID, text, tx.Now.Unix()); err != nil {
		return err
	}
	if _, err := tx.Exec(sqlLast, t.lastN, tx.Now.Unix(), t.ID); err != nil {
		return err
	}
	return t.tell(tx)
}

// tell counts the message for whoever reads for the other side.
func (t *Thread) tell(tx *store.Tx) error {
	readers, err := t.Other().Readers(tx)
	if err != nil {
		return err
	}
	for _, account := range readers {
		if account == tx.Actor.ID {
			continue
		}
		if _, err := tx.Exec(sqlUnreadOne, t.ID, account, 1-t.Mine); err != nil {
			return err
		}
		if err := notify.Tell(tx, account, t.Ref(), told); err != nil {
			return err
		}
	}
	return nil
}
