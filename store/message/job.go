package message

import (
	"time"

	"copi.local/store"
	"copi.local/store/directory"
)

// atOnce bounds what one run deletes.
const atOnce = 200

// Jobs is what the module does by itself: a year after its last message a
// thread is deleted, with all that was said in it.
var Jobs = []store.Job{
	{Name: "message retention", Every: 12 * time.Hour, Expires: true, Run: forget},
	{Name: "desks of nobody", Every: time.Hour, Run: closeDesks},
}

// closeDesks forgets desks whose element was deleted: nobody would read there,
// and what was asked would wait for ever.
func closeDesks(tx *store.Tx) error {
	return directory.EachDeleted(tx, sqlDesks, func(id string) error {
		_, err := tx.Exec(sqlDropDesk, id)
		return err
	})
}

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
