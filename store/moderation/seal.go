package moderation

import (
	"time"

	"copi.local/store"
	"copi.local/store/account"
)

// SealedFor is how long a sealed copy of illegal content waits for an authority
// to ask for it, before a job deletes it: the six months of article 6 of
// regulation (EU) 2021/784, taken for all of it.
const SealedFor = 184 * 24 * time.Hour

// sealPurpose binds sealed bytes to what they are for.
const sealPurpose = "copi moderation "

// Sealing is a sealed copy of something illegal (MD-7). Whoever holds the
// recovery sheet opens it, nobody else, not the box either.
type Sealing struct {
	ID        string
	Ref       store.Ref
	Kind      string // of its card
	Bytes     int
	At, Until time.Time
}

// Seal keeps a sealed copy of the content of a thing, once. It returns false on
// a box that has no key for it: set up before there was one, and nobody has
// typed the words of the sheet since (account.KeepSheetKeys).
func Seal(tx *store.Tx, ref store.Ref, kind string, content []byte) (bool, error) {
	if err := tx.Actor.Need(store.Moderator); err != nil {
		return false, err
	}
	there, err := store.One(tx, store.Scan[bool], sqlIsSealed, ref.Module, ref.ID)
	if err != nil || there {
		return there, err
	}
	id := tx.NewID()
	sealed, err := account.SealFor(tx, sealPurpose+id, content)
	if err != nil || sealed == nil {
		return false, err
	}
	_, err = tx.Exec(sqlSeal, id, ref.Module, ref.ID, kind, sealed, tx.Now.Unix(), tx.Now.Add(SealedFor).Unix(), tx.Actor.ID)
	return err == nil, err
}

// Sealings lists the sealed copies, the latest first, for operators.
func Sealings(tx *store.Tx) ([]Sealing, error) {
	if err := tx.Actor.Need(store.Operator); err != nil {
		return nil, err
	}
	return store.All(tx, func(r store.Row) (s Sealing, err error) {
		var at, until int64
		err = r.Scan(&s.ID, &s.Ref.Module, &s.Ref.ID, &s.Kind, &s.Bytes, &at, &until)
		s.At, s.Until = time.Unix(at, 0).UTC(), time.Unix(until, 0).UTC()
		return s, err
	}, sqlSealings)
}

// Unseal opens a sealed copy with the words of the recovery sheet, for an
// operator. The public log says that one was opened.
func Unseal(tx *store.Tx, id, words string) ([]byte, error) {
	if err := tx.Actor.Need(store.Operator); err != nil {
		return nil, err
	}
	sealed, err := store.One(tx, store.Scan[[]byte], sqlSealed, id)
	if err != nil {
		return nil, err
	}
	content, err := account.Unseal(tx, words, sealPurpose+id, sealed)
	if err != nil {
		return nil, err
	}
	return content, log(tx, "unseal", "", store.Ref{}, "", Cause{})
}

// forgetSealed deletes what was kept long enough.
func forgetSealed(tx *store.Tx) error {
	_, err := tx.Exec(sqlForgetSealed, tx.Now.Unix())
	return err
}
