package listing

import (
	"time"

	"copi.local/store"
)

// letters are those ids begin with (store.NewID).
const letters = "0123456789abcdefghjkmnpqrstvwxyz"

// Leftovers forgets what other modules keep about things that are gone: forget
// is called for each. things is a statement that lists module and id of those
// something is kept about, with ids from ?1 up to ?2. A job that runs each hour
// looks at the things whose ids begin with one letter, another one each hour: so
// all of them are looked at in a day and a half, none of them often, and nothing
// need be remembered.
//
// What was only withdrawn may come back, as an ad that is put up again does: it
// is gone after that long.
func Leftovers(tx *store.Tx, things string, after time.Duration, forget func(*store.Tx, store.Ref) error) error {
	letter := letters[tx.Now.Unix()/int64(time.Hour/time.Second)%int64(len(letters))]
	refs, err := store.All(tx, func(r store.Row) (ref store.Ref, err error) {
		err = r.Scan(&ref.Module, &ref.ID)
		return ref, err
	}, things, string(letter), string(letter+1))
	if err != nil {
		return err
	}
	for _, ref := range refs {
		there, err := store.One(tx, store.Scan[bool], sqlMayBeBack, ref.ID, tx.Now.Add(-after).Unix())
		if err != nil {
			return err
		}
		if there {
			continue
		}
		if err := forget(tx, ref); err != nil {
			return err
		}
	}
	return nil
}
