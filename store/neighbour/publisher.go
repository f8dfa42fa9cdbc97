package neighbour

import (
	"time"

	"copi.local/store"
)

// Publisher is the state of the one who writes this box's own log.
type Publisher struct {
	Feed      [8]byte // the have-feed of this database
	Rev       uint64  // its newest entry
	Inst      [8]byte // this installation, for heads
	Profile   ID      // of the box's profile card
	NextSeq   uint64  // the number the next record takes
	Published int64   // listing's rev up to which everything is in the log
	HeadAt    time.Time
	Running   bool   // at a start: the last stop was not clean
	Scope     uint64 // rises with every growth of what this box carries
	HopLimit  uint64 // how far an origin may be, 1 to 8
	Machine   Hash   // of the serial numbers that Inst is bound to; zero: of none yet
	Doubt     Doubt
}

// Doubt is why nothing is published until an operator has answered.
type Doubt string

// The doubts of a box about itself (PROTOCOL.md §9).
const (
	NoDoubt Doubt = ""
	Moved   Doubt = "moved" // it runs on another machine than before
	Older   Doubt = "older" // a neighbour holds more of its log than it does
	Forked  Doubt = "fork"  // two boxes speak for its origin: there is a proof
	Copied  Doubt = "copy"  // an operator said that it is a copy: new keys at the next start
)

// PublisherOf reads the publisher's state.
func PublisherOf(tx *store.Tx) (Publisher, error) {
	return store.One(tx, func(r store.Row) (p Publisher, err error) {
		var feed, inst, profile []byte
		var machine []byte
		var rev, next, head, scope, hops int64
		err = r.Scan(&feed, &rev, &inst, &profile, &next, &p.Published, &head, &p.Running, &scope, &hops, &machine, &p.Doubt)
		copy(p.Machine[:], machine)
		copy(p.Feed[:], feed)
		copy(p.Inst[:], inst)
		copy(p.Profile[:], profile)
		p.Scope, p.HopLimit = uint64(scope), uint64(hops)
		p.Rev, p.NextSeq, p.HeadAt = uint64(rev), uint64(next), store.Instant(head)
		return p, err
	}, sqlPublisher)
}

// Published records how far the own log goes, at the transaction's instant.
func Published(tx *store.Tx, nextSeq uint64, rev int64) error {
	_, err := tx.Exec(sqlPublished, int64(nextSeq), rev, tx.Now.Unix())
	return err
}

// SetRunning marks a start or a clean stop, and skips numbers, of the own log
// and of the have-feed, that may have been told before a power cut took them.
func SetRunning(tx *store.Tx, running bool, skip uint64) error {
	_, err := tx.Exec(sqlRunning, running, int64(skip), int64(skip))
	return err
}

// NewFeed makes every neighbour read the have-feed from its start, and this
// box theirs: for a database that was put back from a copy.
func NewFeed(tx *store.Tx) error {
	if _, err := tx.Exec(sqlNewFeed); err != nil {
		return err
	}
	return Rescope(tx)
}

// PutBody keeps the body of an own card for those who ask by its hash; the
// body it had before goes.
func PutBody(tx *store.Tx, id ID, hash Hash, body []byte) error {
	_, err := tx.Exec(sqlPutBody, id[:], hash[:], body)
	return err
}

// DropBody forgets the body of an own card.
func DropBody(tx *store.Tx, id ID) error {
	_, err := tx.Exec(sqlDropBody, id[:])
	return err
}

// OwnBody is the body of an own card.
type OwnBody struct {
	ID   ID // of the card
	Body []byte
}

// Bodies lists the own cards whose body has a hash.
func Bodies(tx *store.Tx, hash Hash) ([]OwnBody, error) {
	return store.All(tx, func(r store.Row) (b OwnBody, err error) {
		var id []byte
		err = r.Scan(&id, &b.Body)
		copy(b.ID[:], id)
		return b, err
	}, sqlBodies, hash[:])
}
