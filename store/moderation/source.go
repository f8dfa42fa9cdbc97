package moderation

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"time"

	"copi.local/store"
)

// Source is where an anonymous act comes from: a network address. It is kept
// only as a keyed hash, for a day at most.
type Source string

const (
	actPropose = "propose"
	actReport  = "report"
	sourceDay  = 24 * time.Hour
)

// allow counts an act of a source and refuses it with kind Busy past most in
// an hour.
func (s Source) allow(tx *store.Tx, act string, most int, key string) error {
	hash, err := s.hash(tx)
	if err != nil {
		return err
	}
	n, err := store.One(tx, store.Scan[int], sqlSourceCount, hash, act, tx.Now.Add(-time.Hour).Unix())
	if err != nil {
		return err
	}
	if n >= most {
		return store.E(store.Busy, key, "n", most)
	}
	_, err = tx.Exec(sqlSourceAdd, hash, act, tx.Now.Unix())
	return err
}

// AllowReport counts a report that another module takes, with those of things:
// a source makes only so many in an hour. Residents are not counted.
func (s Source) AllowReport(tx *store.Tx) error {
	if tx.Actor.Can(store.Resident) {
		return nil
	}
	return s.allow(tx, actReport, ReportsHour, "err.moderation.too_many_reports")
}

// Allow counts an act of another module, and refuses it with kind Busy and a
// sentence of its own past most in an hour. An act's name begins with the
// module's.
func (s Source) Allow(tx *store.Tx, act string, most int, key string) error {
	return s.allow(tx, act, most, key)
}

// once counts an act that a source may do once a day; false when it did.
func (s Source) once(tx *store.Tx, act string) (bool, error) {
	hash, err := s.hash(tx)
	if err != nil {
		return false, err
	}
	n, err := store.One(tx, store.Scan[int], sqlSourceCount, hash, act, tx.Now.Add(-sourceDay).Unix())
	if err != nil || n > 0 {
		return false, err
	}
	_, err = tx.Exec(sqlSourceAdd, hash, act, tx.Now.Unix())
	return err == nil, err
}

// Jobs is what the module does by itself: it forgets where anonymous acts came
// from after a day, also when nobody acts any more, and
// deletes sealed copies when their time is over.
var Jobs = []store.Job{
	{Name: "moderation sources", Every: time.Hour, Expires: true, Run: forgetSources},
	{Name: "moderation sealings", Every: 24 * time.Hour, Expires: true, Run: forgetSealed},
}

func forgetSources(tx *store.Tx) error {
	_, err := tx.Exec(sqlSourcePurge, tx.Now.Add(-sourceDay).Unix())
	return err
}

// hash is the source under the key of the day. It also forgets sources older
// than a day.
func (s Source) hash(tx *store.Tx) ([]byte, error) {
	key, err := dayKey(tx)
	if err != nil {
		return nil, err
	}
	if err := forgetSources(tx); err != nil {
		return nil, err
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(s))
	return mac.Sum(nil), nil
}

func dayKey(tx *store.Tx) ([]byte, error) {
	var key []byte
	var made int64
	err := tx.QueryRow(sqlKey).Scan(&key, &made)
	if err == nil && tx.Now.Unix()-made < int64(sourceDay/time.Second) {
		return key, nil
	}
	key = make([]byte, sha256.Size)
	_, _ = rand.Read(key) // never fails (crypto/rand)
	_, err = tx.Exec(sqlSetKey, key, tx.Now.Unix())
	return key, err
}
