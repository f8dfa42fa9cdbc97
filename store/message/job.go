package message

import (
	"time"

	"copi.local/store"
)

// atOnce bounds what one run deletes.
const atOnce = 200

// Jobs is what the module does by itself: a year after its last message a
// thread is deleted, with all that was said in it.
var Jobs = []store.Job{{Name: "message retention", Every: 12 * time.Hour, Expires: true, Run: forget}}

func forget(tx *store.Tx) error {
	res, err := tx.Exec(sqlForget, tx.Now.Add(-Kept).Unix(), atOnce)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n < atOnce {
		return err
	}
	return store.ErrMore
}
