package timebank

import "copi.local/store"

// Lost is what the common account paid for people who left owing something, in
// minutes: the loss of the community (TB-8). It reads it for an operator.
func Lost(tx *store.Tx) (int64, error) {
	if err := tx.Actor.Need(store.Operator); err != nil {
		return 0, err
	}
	return store.One(tx, store.Scan[int64], sqlLost, CommonNumber)
}
