package photo

import (
	"context"
	"errors"
	"io/fs"
	"os"

	"copi.local/store"
)

// missingPage is how many photos Missing asks the database for at a time.
const missingPage = 500

// Missing counts the photos something shows and whose picture or thumbnail is
// not on the card: after a restore without photos, or on a damaged card.
func (a *Album) Missing(ctx context.Context) (n int, err error) {
	last := ""
	for {
		var hashes []string
		err := a.db.View(ctx, func(tx *store.Tx) (err error) {
			hashes, err = store.All(tx, store.Scan[string], sqlUsed, last, missingPage)
			return err
		})
		if err != nil || len(hashes) == 0 {
			return n, err
		}
		for _, hash := range hashes {
			whole, err := a.whole(hash)
			if err != nil {
				return n, err
			}
			if !whole {
				n++
			}
		}
		last = hashes[len(hashes)-1]
	}
}

// whole tells whether both files of a photo are there.
func (a *Album) whole(hash string) (bool, error) {
	for _, thumb := range []bool{false, true} {
		if _, err := os.Stat(a.path(hash, thumb)); errors.Is(err, fs.ErrNotExist) {
			return false, nil
		} else if err != nil {
			return false, err
		}
	}
	return true, nil
}
