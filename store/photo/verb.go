package photo

import (
	"strings"

	"copi.local/store"
	"copi.local/store/listing"
)

// Attach hangs a kept file on a thing, behind its other photos. The caller has
// made sure that the actor may change the thing. It fails with kind Conflict
// when the thing has it already, or has enough.
func Attach(tx *store.Tx, ref store.Ref, f File, alt string, decorative bool) (Photo, error) {
	p := Photo{File: f, Ref: ref, Alt: strings.TrimSpace(alt), AuthorID: tx.Actor.ID, CreatedAt: tx.Now}
	if err := tx.Actor.Need(store.Resident); err != nil {
		return p, err
	}
	if bad := CheckAlt(p.Alt, decorative); bad != nil {
		return p, bad
	}
	if err := quota(tx, f); err != nil {
		return p, err
	}
	hung, err := Of(tx, ref)
	switch {
	case err != nil:
		return p, err
	case len(hung) >= MaxPerThing:
		return p, store.E(store.Conflict, "err.photo.enough", "max", MaxPerThing).At("photo")
	}
	p.ID, p.Position = tx.NewID(), len(hung)
	if _, err := tx.Exec(sqlUse, f.Hash, f.Bytes, f.ThumbBytes, f.Width, f.Height, f.ThumbWidth, f.ThumbHeight, f.ThumbHash, tx.Now.Unix()); err != nil {
		return p, err
	}
	_, err = tx.Exec(sqlInsert, p.ID, ref.Module, ref.ID, p.Hash, p.Position, p.Alt, p.AuthorID, tx.Now.Unix())
	if store.IsUnique(err) {
		return p, store.E(store.Conflict, "err.photo.twice").At("photo")
	}
	if err != nil {
		return p, err
	}
	return p, restate(tx, ref)
}

// quota tells whether the person and the box may keep one more.
func quota(tx *store.Tx, f File) error {
	mine, err := store.One(tx, store.Scan[int64], sqlBytesOf, tx.Actor.ID)
	if err != nil {
		return err
	}
	if mine+f.Bytes+f.ThumbBytes > MaxPerson {
		return store.E(store.Conflict, "err.photo.quota_person", "max", MaxPerson>>20).At("photo")
	}
	all, err := store.One(tx, store.Scan[int64], sqlBytes)
	if err != nil {
		return err
	}
	if all+f.Bytes+f.ThumbBytes > MaxBox {
		return store.E(store.Conflict, "err.photo.quota_box").At("photo")
	}
	return nil
}

// Describe changes what is said of a photo to those who do not see it.
func Describe(tx *store.Tx, ref store.Ref, id, alt string, decorative bool) error {
	alt = strings.TrimSpace(alt)
	if bad := CheckAlt(alt, decorative); bad != nil {
		return bad
	}
	if _, err := Get(tx, ref, id); err != nil {
		return err
	}
	if _, err := tx.Exec(sqlDescribe, alt, id); err != nil {
		return err
	}
	return restate(tx, ref)
}

// Forward moves a photo one place towards the first, the one lists show. The
// first stays where it is.
func Forward(tx *store.Tx, ref store.Ref, id string) error {
	p, err := Get(tx, ref, id)
	if err != nil || p.Position == 0 {
		return err
	}
	if _, err := tx.Exec(sqlSwap, p.Position, ref.ID, ref.Module); err != nil {
		return err
	}
	return restate(tx, ref)
}

// Detach takes a photo off a thing. With its last use the file goes.
func Detach(tx *store.Tx, ref store.Ref, id string) error {
	p, err := Get(tx, ref, id)
	if err != nil {
		return err
	}
	if err := takeDown(tx, p); err != nil {
		return err
	}
	if _, err := tx.Exec(sqlCloseGap, ref.ID, ref.Module, p.Position); err != nil {
		return err
	}
	return restate(tx, ref)
}

// Drop takes all photos off a thing that goes. It leaves the thing's card
// alone: that goes as well.
func Drop(tx *store.Tx, ref store.Ref) error {
	photos, err := Of(tx, ref)
	if err != nil {
		return err
	}
	for _, p := range photos {
		if err := takeDown(tx, p); err != nil {
			return err
		}
	}
	return nil
}

func takeDown(tx *store.Tx, p Photo) error {
	if _, err := tx.Exec(sqlDelete, p.ID); err != nil {
		return err
	}
	_, err := tx.Exec(sqlUnuse, p.Hash)
	return err
}

// restate puts the photos into the card the thing has, so that neighbours and
// programs hear of them.
func restate(tx *store.Tx, ref store.Ref) error {
	return listing.Amend(tx, ref, func(b listing.Body) error { return Images(tx, ref, b) })
}
