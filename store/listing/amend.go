package listing

import "copi.local/store"

// Amend changes the body of an own thing's card and leaves the card itself as
// it is: what hangs on things of every module, such as photos, is not theirs
// to write. Without a card nothing happens.
func Amend(tx *store.Tx, ref store.Ref, change func(Body) error) error {
	c, err := byRef(tx, ref)
	if store.KindOf(err) == store.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	body, err := bodyOf(tx, c.row)
	if err != nil {
		return err
	}
	if body == nil {
		body = Body{}
	}
	if err := change(body); err != nil {
		return err
	}
	return Put(tx, c, body)
}
