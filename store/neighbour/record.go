package neighbour

import (
	"time"

	"copi.local/store"
)

// Record is a card or tombstone as it lies in a log.
type Record struct {
	Seq       uint64
	ID        ID
	Gone      uint64 // 0 live, 1 withdrawn, 2 erased
	Card, Sig []byte // as received
	Hash      Hash   // of Card
}

// Entry is what a head's digest knows of a record.
type Entry struct {
	ID   ID
	Seq  uint64
	Hash Hash
	Gone uint64
}

// Put writes records into a generation of a log; an older version of a card
// goes.
func Put(tx *store.Tx, l Log, generation int64, records []Record) error {
	now := tx.Now.Unix()
	values := make([]any, 0, 9*len(records))
	for i := range records {
		r := &records[i]
		values = append(values, l.ID, generation, int64(r.Seq), r.ID[:], int64(r.Gone), r.Card, r.Sig, r.Hash[:], now)
	}
	return tx.InsertRows(sqlPutRecord, values)
}

// After lists at most limit records of main after a number, in order. Only
// Seq, Card and Sig are filled.
func After(tx *store.Tx, l Log, seq uint64, limit int) ([]Record, error) {
	return store.All(tx, scanRecord, sqlAfter, l.ID, l.Generation, int64(seq), limit)
}

// CountAfter counts the records of main after a number, tombstones too.
func CountAfter(tx *store.Tx, l Log, seq uint64) (int, error) {
	return store.One(tx, store.Scan[int], sqlCountAfter, l.ID, l.Generation, int64(seq))
}

// RecordOf is main's record of a card; kind NotFound without one.
func RecordOf(tx *store.Tx, l Log, id ID) (Record, error) {
	return store.One(tx, scanRecord, sqlRecord, l.ID, l.Generation, id[:])
}

// Live lists main's cards, without tombstones.
func Live(tx *store.Tx, l Log) ([]Record, error) {
	return store.All(tx, scanRecord, sqlLive, l.ID, l.Generation)
}

// Entries lists a generation for the digest.
func Entries(tx *store.Tx, l Log, generation int64) ([]Entry, error) {
	return store.All(tx, scanEntry, sqlEntries, l.ID, generation)
}

// ForgetTombstones drops a generation's tombstones up to floor.
func ForgetTombstones(tx *store.Tx, l Log, generation int64, floor uint64) error {
	_, err := tx.Exec(sqlForgetTombs, l.ID, generation, int64(floor))
	return err
}

// TombstoneFloor is the highest number of a tombstone of main that need not be
// kept: written before a date, or beyond the newest keep.
func TombstoneFloor(tx *store.Tx, l Log, before time.Time, keep int) (uint64, error) {
	n, err := store.One(tx, store.Scan[int64], sqlTombFloor, l.ID, l.Generation, before.Unix(), l.ID, l.Generation, keep)
	return uint64(n), err
}

func scanRecord(r store.Row) (rec Record, err error) {
	var seq int64
	err = r.Scan(&seq, &rec.Card, &rec.Sig)
	rec.Seq = uint64(seq)
	return rec, err
}

func scanEntry(r store.Row) (e Entry, err error) {
	var id, hash []byte
	var seq, gone int64
	err = r.Scan(&id, &seq, &hash, &gone)
	e.Gone = uint64(gone)
	copy(e.ID[:], id)
	copy(e.Hash[:], hash)
	e.Seq = uint64(seq)
	return e, err
}
