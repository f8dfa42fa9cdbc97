package directory

import "copi.local/store"

// IsAdmin tells whether an account administers an element.
func IsAdmin(tx *store.Tx, element, account string) (bool, error) {
	return store.One(tx, store.Scan[bool], sqlIsAdmin, element, account)
}

// appoint makes an account an administrator of an element.
func appoint(tx *store.Tx, element, account string) error {
	_, err := tx.Exec(sqlAppoint, element, account, tx.Now.Unix())
	return err
}
