package neighbour

import (
	"time"

	"copi.local/store"
)

// ConfirmWithin is how long linked boxes may take to confirm an erasure before
// an operator is told.
const ConfirmWithin = 30 * 24 * time.Hour

// Erasure is a card of our own that was erased, and the tombstone that says so
// (PROTOCOL.md §8). Nothing is kept of what it said.
type Erasure struct {
	ID         ID
	Epoch, Seq uint64 // a Have for our own log that goes as far is a receipt
	At         time.Time
	Quality    store.ClockQuality // of the clock At was read from
	Ran        time.Duration      // how long this box had run
}

// NoteErasure remembers that a tombstone was signed. Of more than MaxTombstones
// the oldest are forgotten, as tombstones are.
func NoteErasure(tx *store.Tx, id ID, epoch, seq uint64) error {
	if _, err := tx.Exec(sqlNoteErasure, id[:], int64(epoch), int64(seq), tx.Now.Unix(), int(tx.ClockQuality()), int64(tx.Running()/time.Second)); err != nil {
		return err
	}
	_, err := tx.Exec(sqlPruneErasures, MaxTombstones)
	return err
}

// Erasures lists at most limit erasures, the latest first.
func Erasures(tx *store.Tx, limit int) ([]Erasure, error) {
	return store.All(tx, scanErasure, sqlErasures, limit)
}

// Asks tells whether a linked box has to confirm an erasure: not one that was
// linked only afterwards, nor one that operators keep out.
func (e *Erasure) Asks(l Link) bool { return l.State == Paired && !l.PairedAt.After(e.At) }

// Confirmed tells whether a linked box has confirmed it.
func (e *Erasure) Confirmed(l Link) bool {
	return l.CoveredEpoch > e.Epoch || l.CoveredEpoch == e.Epoch && l.CoveredSeq >= e.Seq
}

// age is how long ago it was at least: by how long the box has run since, and by
// the clock if it could be trusted then and now.
func (e *Erasure) age(tx *store.Tx) time.Duration {
	age := tx.Running() - e.Ran
	if e.Quality.Sure() && tx.ClockQuality().Sure() {
		age = max(age, tx.Now.Sub(e.At))
	}
	return age
}

// Unconfirmed is a linked box that lets operators wait.
type Unconfirmed struct {
	Link Link
	For  time.Duration // since the oldest erasure it has not confirmed, at least
	N    int           // erasures it has not confirmed
}

// UnconfirmedFor lists the linked boxes that have not confirmed an erasure for
// so long, in the order of the links.
func UnconfirmedFor(tx *store.Tx, d time.Duration) (out []Unconfirmed, err error) {
	links, err := Links(tx)
	if err != nil {
		return nil, err
	}
	all, err := Erasures(tx, MaxTombstones)
	for _, l := range links {
		u := Unconfirmed{Link: l}
		for i := range all {
			if e := &all[i]; e.Asks(l) && !e.Confirmed(l) {
				u.For, u.N = max(u.For, e.age(tx)), u.N+1
			}
		}
		if u.N > 0 && u.For >= d {
			out = append(out, u)
		}
	}
	return out, err
}

func scanErasure(r store.Row) (e Erasure, err error) {
	var id []byte
	var epoch, seq, at, quality, ran int64
	err = r.Scan(&id, &epoch, &seq, &at, &quality, &ran)
	copy(e.ID[:], id)
	e.Epoch, e.Seq, e.At, e.Quality, e.Ran = uint64(epoch), uint64(seq), store.Instant(at), store.ClockQuality(quality), time.Duration(ran)*time.Second
	return e, err
}
