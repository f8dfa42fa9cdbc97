package neighbour

import "copi.local/store"

// Relays tells whether exchanges of linked boxes with one another may pass
// through this one (PROTOCOL.md §12): its operators said so.
func Relays(tx *store.Tx) (bool, error) { return store.One(tx, store.Scan[bool], sqlRelays) }

// SetRelays sets that.
func SetRelays(tx *store.Tx, on bool) error {
	_, err := tx.Exec(sqlSetRelays, on)
	return err
}
