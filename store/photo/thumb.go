package photo

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"

	"copi.local/store"
)

// nameThumbs works out the hashes of small pictures that an older program
// wrote, and says them in the cards that show them: neighbours fetch the small
// pictures first. A picture whose file is gone keeps none.
func (a *Album) nameThumbs(ctx context.Context) error {
	for {
		var nameless []string
		err := a.db.View(ctx, func(tx *store.Tx) (err error) {
			nameless, err = store.All(tx, store.Scan[string], sqlNameless)
			return err
		})
		if err != nil {
			return err
		}
		named := 0
		for _, hash := range nameless {
			thumb, err := a.thumbHash(hash)
			if store.KindOf(err) == store.NotFound {
				continue
			}
			if err == nil {
				err = a.db.Update(ctx, func(tx *store.Tx) error { return nameThumb(tx, hash, thumb) })
			}
			if err != nil {
				return err
			}
			named++
		}
		if named == 0 {
			return nil // what is left has no file
		}
	}
}

// thumbHash reads a small picture.
func (a *Album) thumbHash(hash string) (string, error) {
	f, err := a.Open(File{Hash: hash}, true)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// nameThumb keeps the hash, and puts it into the bodies of the cards.
func nameThumb(tx *store.Tx, hash, thumb string) error {
	if _, err := tx.Exec(sqlNameThumb, thumb, hash); err != nil {
		return err
	}
	refs, err := Uses(tx, hash)
	if err != nil {
		return err
	}
	for _, ref := range refs {
		if err := restate(tx, ref); err != nil {
			return err
		}
	}
	return nil
}
