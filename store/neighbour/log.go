package neighbour

import (
	"time"

	"copi.local/store"
	"copi.local/store/listing"
)

// Log is what is held of one origin. Its numbers are those of the last
// verified head; Epoch 0 means that there is none yet.
type Log struct {
	ID                      int64
	Origin                  Hash
	Own                     bool
	Listed                  int64 // the origin's id in package listing
	Hops                    uint64
	Epoch, Seq, Floor, Size uint64
	Head                    Head
	Generation              int64
	Rev                     uint64
	From                    string // peer that gave the head
	ConfirmedAt             time.Time
	Leased                  time.Duration // how long this box had run when a newer head last came
	Lease                   Lease
	Relist                  bool // the last pull did not add up: take everything next time
	OverQuota               bool
	Frozen                  bool  // two heads of one number were seen: nothing newer is taken
	Changed                 int64 // changed cards not paid off yet, at ChangedAt
	ChangedAt               time.Time
	Waits                   bool // too many changed cards: asked for again when enough are paid off
}

// Head is a head's bytes and signature, as received.
type Head struct{ Bytes, Sig []byte }

// Epoch is an epoch statement with its signatures, as received.
type Epoch struct{ Statement, Sig, PreviousSig, RecoveryKey, RecoverySig []byte }

// Before tells whether main is older than (epoch, seq).
func (l *Log) Before(epoch, seq uint64) bool {
	return l.Epoch < epoch || l.Epoch == epoch && l.Seq < seq
}

// LogOf is the log of an origin; kind NotFound when nothing is held of it.
func LogOf(tx *store.Tx, origin Hash) (Log, error) { return store.One(tx, scanLog, sqlLog, origin[:]) }

// OwnLog is this box's own log; kind NotFound before its set-up.
func OwnLog(tx *store.Tx) (Log, error) { return store.One(tx, scanLog, sqlOwnLog) }

// Logs lists everything held.
func Logs(tx *store.Tx) ([]Log, error) { return store.All(tx, scanLog, sqlLogs) }

// Haves lists at most limit logs that changed after rev, in that order.
func Haves(tx *store.Tx, rev uint64, limit int) ([]Log, error) {
	return store.All(tx, scanLog, sqlHaves, int64(rev), limit)
}

// AddLog makes room for an origin.
func AddLog(tx *store.Tx, origin Hash, own bool) (Log, error) {
	id, err := store.One(tx, store.Scan[int64], sqlAddLog, origin[:], own)
	return Log{ID: id, Origin: origin, Own: own}, err
}

// SetHead makes a verified head the log's, with the trail and a new rev for
// those who follow. The caller has put the records in order.
func SetHead(tx *store.Tx, l *Log) error {
	rev, err := store.One(tx, store.Scan[int64], sqlNextRev)
	if err != nil {
		return err
	}
	l.Rev = uint64(rev)
	if _, err := tx.Exec(sqlSetHead, int64(l.Epoch), int64(l.Seq), int64(l.Floor), int64(l.Size), l.Head.Bytes, l.Head.Sig,
		l.Generation, int64(l.Hops), l.Listed, l.From, tx.Now.Unix(), rev, int64(tx.Running()/time.Second), l.ID); err != nil {
		return err
	}
	if _, err := tx.Exec(sqlAddHead, l.ID, int64(l.Epoch), int64(l.Seq), l.Head.Bytes, l.Head.Sig); err != nil {
		return err
	}
	if _, err = tx.Exec(sqlPruneHead, l.ID, l.ID); err != nil || l.Listed == 0 {
		return err
	}
	return listing.SetHops(tx, l.Listed, int(l.Hops))
}

// Confirm records that a neighbour holds the same head.
func Confirm(tx *store.Tx, l Log) error {
	_, err := tx.Exec(sqlConfirm, tx.Now.Unix(), l.ID)
	return err
}

// Nearer records that a neighbour closer to the origin holds the same head, with
// a new rev for those who follow.
func Nearer(tx *store.Tx, l Log, hops uint64, peer string) error {
	rev, err := store.One(tx, store.Scan[int64], sqlNextRev)
	if err != nil {
		return err
	}
	if _, err = tx.Exec(sqlNearer, int64(hops), peer, tx.Now.Unix(), rev, l.ID); err != nil || l.Listed == 0 {
		return err
	}
	return listing.SetHops(tx, l.Listed, int(hops))
}

// Distrust makes the next pull take everything anew.
func Distrust(tx *store.Tx, l Log) error {
	_, err := tx.Exec(sqlRelist, l.ID)
	return err
}

// OverQuota records that an origin publishes more than this box carries: it
// stays at its last head and the operator is told.
func OverQuota(tx *store.Tx, l Log) error {
	_, err := tx.Exec(sqlOverQuota, l.ID)
	return err
}

// Freeze keeps the first proof that two boxes speak for one origin. Nothing
// newer is taken from it.
func Freeze(tx *store.Tx, l Log, proof []byte) error {
	_, err := tx.Exec(sqlFreeze, proof, l.ID)
	return err
}

// Proofs lists at most limit proofs that were kept.
func Proofs(tx *store.Tx, limit int) ([][]byte, error) {
	return store.All(tx, store.Scan[[]byte], sqlProofs, limit)
}

// Thaw forgets the proof: the recovery key has said who speaks for the origin.
func Thaw(tx *store.Tx, l Log) error {
	_, err := tx.Exec(sqlThaw, l.ID)
	return err
}

// DropLog forgets an origin and takes its cards out of the listing. Whoever
// still has it will be asked again.
func DropLog(tx *store.Tx, l Log) error {
	if err := dropLog(tx, l); err != nil {
		return err
	}
	return Rescope(tx)
}

func dropLog(tx *store.Tx, l Log) error {
	if err := dropHeld(tx, l); err != nil {
		return err
	}
	_, err := tx.Exec(sqlDropLog, l.ID)
	return err
}

// dropHeld removes the records of an origin, its cards from the listing and
// what they name. Files follow with Loose.
func dropHeld(tx *store.Tx, l Log) error {
	if l.Listed != 0 {
		if err := hideOn(tx, l); err != nil {
			return err
		}
		if err := listing.DropOrigin(tx, l.Listed); err != nil {
			return err
		}
	}
	for _, statement := range []string{sqlDropAll, sqlDropNamed, sqlDropTerritories} {
		if _, err := tx.Exec(statement, l.ID); err != nil {
			return err
		}
	}
	_, err := tx.Exec(sqlDropLooseBodies)
	return err
}

// Trail lists the last heads of a log, newest first.
func Trail(tx *store.Tx, l Log) ([]Head, error) {
	return store.All(tx, func(r store.Row) (h Head, err error) {
		err = r.Scan(&h.Bytes, &h.Sig)
		return h, err
	}, sqlTrail, l.ID)
}

// Epochs lists a log's statements from E(1) on.
func Epochs(tx *store.Tx, l Log) ([]Epoch, error) {
	return store.All(tx, func(r store.Row) (e Epoch, err error) {
		err = r.Scan(&e.Statement, &e.Sig, &e.PreviousSig, &e.RecoveryKey, &e.RecoverySig)
		return e, err
	}, sqlEpochs, l.ID)
}

// AddEpoch appends statement number n.
func AddEpoch(tx *store.Tx, l Log, n uint64, e Epoch) error {
	_, err := tx.Exec(sqlAddEpoch, l.ID, int64(n), e.Statement, e.Sig, e.PreviousSig, e.RecoveryKey, e.RecoverySig)
	return err
}

// CutEpochs forgets the statements after number n, which others have beaten.
func CutEpochs(tx *store.Tx, l Log, n int) error {
	_, err := tx.Exec(sqlCutEpochs, l.ID, n)
	return err
}

func scanLog(r store.Row) (Log, error) {
	var l Log
	var origin, proof []byte
	var hops, epoch, seq, floor, size, rev, confirmed, changed, leased int64
	var lease string
	err := r.Scan(&l.ID, &origin, &l.Own, &l.Listed, &hops, &epoch, &seq, &floor, &size, &l.Head.Bytes, &l.Head.Sig,
		&l.Generation, &rev, &l.From, &confirmed, &l.Relist, &l.OverQuota, &proof, &l.Changed, &changed, &l.Waits, &leased, &lease)
	copy(l.Origin[:], origin)
	l.Hops, l.Epoch, l.Seq, l.Floor, l.Size, l.Rev = uint64(hops), uint64(epoch), uint64(seq), uint64(floor), uint64(size), uint64(rev)
	l.ConfirmedAt, l.Frozen, l.ChangedAt = store.Instant(confirmed), len(proof) > 0, store.Instant(changed)
	l.Leased, l.Lease = time.Duration(leased)*time.Second, Lease(lease)
	return l, err
}
