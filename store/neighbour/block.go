package neighbour

import (
	"time"

	"copi.local/store"
)

// Shut is an origin that an operator shut out, linked with or not.
type Shut struct {
	Origin Hash
	Name   string // as it was known
	At     time.Time
}

// ShutOut keeps an origin out: what is held of it goes at once, and nobody's
// vouch brings it back.
func ShutOut(tx *store.Tx, origin Hash, name string) error {
	if _, err := tx.Exec(sqlBlock, origin[:], name, tx.Now.Unix()); err != nil {
		return err
	}
	return Reckon(tx)
}

// LetIn ends that.
func LetIn(tx *store.Tx, origin Hash) error {
	if _, err := tx.Exec(sqlUnblock, origin[:]); err != nil {
		return err
	}
	return Reckon(tx)
}

// Blocks lists the origins shut out, the newest first.
func Blocks(tx *store.Tx) ([]Shut, error) {
	return store.All(tx, func(r store.Row) (b Shut, err error) {
		var origin []byte
		var at int64
		err = r.Scan(&origin, &b.Name, &at)
		copy(b.Origin[:], origin)
		b.At = store.Instant(at)
		return b, err
	}, sqlBlocks)
}

// FollowLabels sets whether the blocks that a linked box publishes hold here
// too.
func FollowLabels(tx *store.Tx, peer string, follow bool) error {
	if _, err := tx.Exec(sqlFollow, follow, peer); err != nil {
		return err
	}
	return Reckon(tx)
}

// SetHopLimit sets how far an origin may be, 1 to 8.
func SetHopLimit(tx *store.Tx, hops uint64) error {
	if hops < 1 || hops > 8 {
		return store.E(store.Invalid, "err.neighbour.hops").At("hops")
	}
	if _, err := tx.Exec(sqlHopLimit, int64(hops)); err != nil {
		return err
	}
	return Reckon(tx)
}
