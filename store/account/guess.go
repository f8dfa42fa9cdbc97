package account

import "copi.local/store"

// Guess runs find, which looks up a secret code of another module that
// somebody typed: an invitation. From one source only so many an hour may be
// wrong (kind NotFound); right ones cost nothing, and nothing is locked.
func (d *Desk) Guess(source string, find func() error) error {
	if err := d.limit.count("guess", source, guessHourly); err != nil {
		return err
	}
	err := find()
	if store.KindOf(err) != store.NotFound {
		d.limit.giveBack("guess", source)
	}
	return err
}
