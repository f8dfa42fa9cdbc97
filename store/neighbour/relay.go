package neighbour

import "copi.local/store"

// Relays tells whether exchanges of linked boxes with one another may pass
// through this one (PROTOCOL.md §12): its operators said so, or it is a hub.
func Relays(tx *store.Tx) (bool, error) {
	hub, err := IsHub(tx)
	if err != nil || hub {
		return hub, err
	}
	return store.One(tx, store.Scan[bool], sqlRelays)
}

// SetRelays sets that; kind Conflict for a hub that is to let nothing pass.
func SetRelays(tx *store.Tx, on bool) error {
	hub, err := IsHub(tx)
	if err != nil {
		return err
	}
	if hub && !on {
		return store.E(store.Conflict, "err.neighbour.hub_relays")
	}
	_, err = tx.Exec(sqlSetRelays, on)
	return err
}
