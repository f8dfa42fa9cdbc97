package ui

import (
	"copi.local/store"
	"copi.local/store/account"
)

// enact makes a change of the box's rules and writes it into the public log.
func (r *request) enact(act account.Act, change func(*store.Tx) error) error {
	return r.Update(func(tx *store.Tx) error {
		if err := change(tx); err != nil {
			return err
		}
		return account.Log(tx, act)
	})
}
