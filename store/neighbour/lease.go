package neighbour

import (
	"time"

	"copi.local/store"
	"copi.local/store/listing"
)

// How long what is held of an origin may go without a newer head of it, in
// running time of this box (PROTOCOL.md §8): a box that was off for a year
// heard of nobody, and that is nobody's fault. Running time is no time of day,
// so leases end with a clock of any quality: what §10 asks of leases guards
// against a clock that is wrong, and this one cannot jump.
const (
	StaleAfter = 90 * 24 * time.Hour  // it is shown as not confirmed
	LapseAfter = 180 * 24 * time.Hour // it goes
)

// Lease is what became of the lease of what is held of an origin.
type Lease string

// The states of a lease.
const (
	Fresh  Lease = ""
	Stale  Lease = "stale"
	Lapsed Lease = "lapsed" // only the head is kept, and who speaks for the origin
)

// leaseAt is the state a lease is to have when this box has run so long. Only a
// newer head of the origin renews it (SetHead): that another box still holds
// the same one says nothing of the origin, and the origin makes one every week.
func (l *Log) leaseAt(running time.Duration) Lease {
	switch age := running - l.Leased; {
	case age >= LapseAfter:
		return Lapsed
	case age >= StaleAfter:
		return Stale
	default:
		return Fresh
	}
}

// due lists the logs whose lease has run further than was acted on.
func due(tx *store.Tx) ([]Log, error) {
	running := tx.Running()
	seconds := func(d time.Duration) int64 { return int64((running - d) / time.Second) }
	return store.All(tx, scanLog, sqlLeasesDue, seconds(StaleAfter), seconds(LapseAfter))
}

// LeasesDue tells whether ApplyLeases has something to do.
func LeasesDue(tx *store.Tx) (bool, error) {
	logs, err := due(tx)
	return len(logs) > 0, err
}

// ApplyLeases marks what was not confirmed for StaleAfter and removes what was
// not for LapseAfter, without a trace: the origin may have erased some of it
// meanwhile. Of a lapsed log the head stays, so that no box with an older copy
// brings it back; a newer head brings all of it.
func ApplyLeases(tx *store.Tx) error {
	logs, err := due(tx)
	if err != nil || len(logs) == 0 {
		return err
	}
	if err := tx.Seal(); err != nil {
		return err
	}
	lapsed := false
	for i := range logs {
		l := &logs[i]
		if l.Lease = l.leaseAt(tx.Running()); l.Lease == Lapsed {
			lapsed, err = true, lapse(tx, *l)
		} else if l.Listed != 0 {
			err = listing.SetStale(tx, l.Listed)
		}
		if err != nil {
			return err
		}
		if _, err := tx.Exec(sqlSetLease, string(l.Lease), l.ID); err != nil {
			return err
		}
	}
	if !lapsed {
		return nil
	}
	return Reckon(tx) // its vouches are gone with its cards
}

// lapse removes all that is held of an origin but its head and its epochs.
func lapse(tx *store.Tx, l Log) error {
	if err := DropStaging(tx, l); err != nil {
		return err
	}
	if err := dropHeld(tx, l); err != nil {
		return err
	}
	for _, statement := range []string{sqlDropClaims, sqlLapse} {
		if _, err := tx.Exec(statement, l.ID); err != nil {
			return err
		}
	}
	return nil
}

// HasRun is how long this box has run at least: the newest mark of a lease.
func HasRun(tx *store.Tx) (time.Duration, error) {
	seconds, err := store.One(tx, store.Scan[int64], sqlHasRun)
	return time.Duration(seconds) * time.Second, err
}
