package neighbour

import (
	"copi.local/store"
)

// Staging is a pull under way. Its records lie in the log under a generation
// of their own, which nobody shows and nobody serves.
type Staging struct {
	Log        int64
	Epoch      uint64
	UpTo       uint64 // everything up to here has come
	Relist     bool   // everything is taken anew; else it adds to main
	Generation int64
	From       string // the one peer whose one session fed it; else empty
	Cards      int
}

// StagingOf is the pull under way of a log; kind NotFound without one.
func StagingOf(tx *store.Tx, l Log) (Staging, error) {
	return store.One(tx, scanStaging, sqlStaging, l.ID)
}

// Stage adds records to a staging and records its progress.
func Stage(tx *store.Tx, l Log, s Staging, records []Record) error {
	if err := Put(tx, l, s.Generation, records); err != nil {
		return err
	}
	_, err := tx.Exec(sqlSetStaging, l.ID, int64(s.Epoch), int64(s.UpTo), s.Relist, s.Generation, s.From, s.Cards+len(records))
	return err
}

// DropStaging gives up a pull and its records.
func DropStaging(tx *store.Tx, l Log) error {
	s, err := StagingOf(tx, l)
	switch {
	case store.KindOf(err) == store.NotFound:
		return nil
	case err != nil:
		return err
	}
	if _, err := tx.Exec(sqlDropRecords, l.ID, s.Generation); err != nil {
		return err
	}
	_, err = tx.Exec(sqlDropStaging, l.ID)
	return err
}

// StagedNew lists the cards of a staging that main lacks or has otherwise.
func StagedNew(tx *store.Tx, l Log, s Staging) ([]Record, error) {
	return store.All(tx, scanRecord, sqlStagedNew, l.Generation, l.ID, s.Generation)
}

// StagedGone lists the cards of main that will be gone with the staging:
// withdrawn, or for a relist no longer there.
func StagedGone(tx *store.Tx, l Log, s Staging) ([]ID, error) {
	if s.Relist {
		return store.All(tx, scanID, sqlMissing, l.ID, l.Generation, s.Generation)
	}
	return store.All(tx, scanID, sqlStagedGone, l.ID, s.Generation)
}

// StagedTombs lists the tombstones of a staging.
func StagedTombs(tx *store.Tx, l Log, s Staging) ([]Entry, error) {
	return store.All(tx, scanEntry, sqlStagedTombs, l.ID, s.Generation)
}

// Swap makes main what the staging leads to, without the tombstones up to
// floor. A relist becomes main as it lies; otherwise its records move over.
// The caller compares the digest of what l.Generation now is, and rolls back
// when it is not the head's.
func Swap(tx *store.Tx, l *Log, s Staging, floor uint64) error {
	var err error
	if s.Relist {
		_, err = tx.Exec(sqlDropRecords, l.ID, l.Generation)
		l.Generation = s.Generation
	} else {
		_, err = tx.Exec(sqlMoveStaged, l.Generation, l.ID, s.Generation)
	}
	if err != nil {
		return err
	}
	if err := ForgetTombstones(tx, *l, l.Generation, floor); err != nil {
		return err
	}
	_, err = tx.Exec(sqlDropStaging, l.ID)
	return err
}

// Restart makes main the given records and nothing else, in a generation of
// its own, without a floor: an epoch begins.
func Restart(tx *store.Tx, l *Log, records []Record) error {
	if err := DropStaging(tx, *l); err != nil {
		return err
	}
	if _, err := tx.Exec(sqlDropRecords, l.ID, l.Generation); err != nil {
		return err
	}
	l.Generation, l.Floor = l.Generation+1, 0
	return Put(tx, *l, l.Generation, records)
}

func scanStaging(r store.Row) (s Staging, err error) {
	var epoch, upto int64
	err = r.Scan(&s.Log, &epoch, &upto, &s.Relist, &s.Generation, &s.From, &s.Cards)
	s.Epoch, s.UpTo = uint64(epoch), uint64(upto)
	return s, err
}

func scanID(r store.Row) (id ID, err error) {
	var b []byte
	err = r.Scan(&b)
	copy(id[:], b)
	return id, err
}
