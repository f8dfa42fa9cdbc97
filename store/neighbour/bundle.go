package neighbour

import "copi.local/store"

// Reach is how far a box's copy of an origin's log goes.
type Reach struct{ Epoch, Seq uint64 }

// SetVector keeps what another box said it holds, instead of what it said
// before: also when that is less, after it came back from a copy.
func SetVector(tx *store.Tx, producer Hash, vector map[Hash]Reach) error {
	if _, err := tx.Exec(sqlDropVector, producer[:]); err != nil {
		return err
	}
	for origin, at := range vector {
		if _, err := tx.Exec(sqlAddVector, producer[:], origin[:], int64(at.Epoch), int64(at.Seq)); err != nil {
			return err
		}
	}
	return nil
}

// Vector is what another box last said it holds; empty when it never did.
func Vector(tx *store.Tx, producer Hash) (map[Hash]Reach, error) {
	type row struct {
		origin Hash
		Reach
	}
	rows, err := store.All(tx, func(r store.Row) (v row, err error) {
		var origin []byte
		var epoch, seq int64
		err = r.Scan(&origin, &epoch, &seq)
		copy(v.origin[:], origin)
		v.Epoch, v.Seq = uint64(epoch), uint64(seq)
		return v, err
	}, sqlVector, producer[:])
	vector := make(map[Hash]Reach, len(rows))
	for _, v := range rows {
		vector[v.origin] = v.Reach
	}
	return vector, err
}

// NumberedBody is the body behind record Seq of a log.
type NumberedBody struct {
	Seq  uint64
	ID   ID // of the card
	Body []byte
}

// BodiesAfter lists at most limit bodies of own cards after a number, in the
// order of the log.
func BodiesAfter(tx *store.Tx, own Log, seq uint64, limit int) ([]NumberedBody, error) {
	return store.All(tx, scanNumbered, sqlBodiesAfter, own.ID, own.Generation, int64(seq), limit)
}

// CopiesAfter lists at most limit bodies of another box's cards after a number
// that are here, in the order of its log.
func CopiesAfter(tx *store.Tx, l Log, seq uint64, limit int) ([]NumberedBody, error) {
	return store.All(tx, scanNumbered, sqlCopiesAfter, l.ID, l.Generation, int64(seq), limit)
}

func scanNumbered(r store.Row) (b NumberedBody, err error) {
	var n int64
	var id []byte
	err = r.Scan(&n, &id, &b.Body)
	b.Seq = uint64(n)
	copy(b.ID[:], id)
	return b, err
}
