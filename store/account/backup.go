package account

import (
	"crypto/ecdh"
	"time"

	"copi.local/store"
)

// BackupKey is the public half of the key whoever holds the recovery sheet
// reads backups with: X25519, 32 bytes. It fails only for a seed that cannot
// be.
func (s Seed) BackupKey() ([]byte, error) {
	key, err := ecdh.X25519().NewPrivateKey(s.Backup())
	if err != nil {
		return nil, err
	}
	return key.PublicKey().Bytes(), nil
}

// BackupKey is that key of this box's sheet; nil on a box set up before it was
// kept, until KeepSheetKeys.
func BackupKey(tx *store.Tx) ([]byte, error) {
	key, err := store.One(tx, store.Scan[[]byte], sqlBackupKey)
	if store.KindOf(err) == store.NotFound {
		return nil, nil
	}
	return key, err
}

// Restoration is that the box was put back to a backup; zero when it never was.
type Restoration struct {
	At     time.Time
	MadeAt time.Time // of the backup
}

// RestorationOf is the last one.
func RestorationOf(tx *store.Tx) (Restoration, error) {
	r, err := store.One(tx, scanRestoration, sqlRestored)
	if store.KindOf(err) == store.NotFound {
		return Restoration{}, nil
	}
	return r, err
}

func scanRestoration(r store.Row) (out Restoration, err error) {
	var at, from *int64
	err = r.Scan(&at, &from)
	if at != nil && from != nil {
		out = Restoration{time.Unix(*at, 0).UTC(), time.Unix(*from, 0).UTC()}
	}
	return out, err
}

// Restored notes that this database is a backup put back: in the public log, for
// the home page, and by ending every session, since whoever was signed in may
// not have been then. It is called before anybody can open the box.
func Restored(tx *store.Tx, madeAt time.Time) error {
	if _, err := tx.Exec(sqlSetRestored, tx.Now.Unix(), madeAt.Unix()); err != nil {
		return err
	}
	if err := EndAllSessions(tx); err != nil {
		return err
	}
	return Log(tx, ActRestored)
}

// EndAllSessions signs everybody out.
func EndAllSessions(tx *store.Tx) error {
	_, err := tx.Exec(sqlEndAllSessions)
	return err
}

// NotReapplied are the erasures that this database does not know of: it is older
// than they are.
func NotReapplied(tx *store.Tx, left []Erasure) (list []Erasure, err error) {
	known, err := Erasures(tx)
	if err != nil {
		return nil, err
	}
	here := map[string]bool{}
	for _, e := range known {
		here[string(e.IDHash)] = true
	}
	for _, e := range left {
		if !here[string(e.IDHash)] {
			list = append(list, e)
		}
	}
	return list, nil
}
