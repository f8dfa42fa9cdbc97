package listing

import (
	"copi.local/store"
)

// PutForeign stores cards of a neighbouring box as it published them, new or
// changed; ids are unique within their origin. Their audience is Public, their
// ref's module Neighbour whatever the cards say. Cards a moderator of this box
// hid stay hidden. One card that breaks a limit refuses the whole call.
func PutForeign(tx *store.Tx, origin int64, cards []Card) error {
	if origin <= 0 {
		return store.E(store.Invalid, "err.listing.origin")
	}
	for _, c := range cards {
		c.Ref.Module, c.Audience, c.Summary = Neighbour, Public, ""
		if !c.StartsAt.IsZero() && c.EndsAt.Sub(c.StartsAt) > MaxSpan {
			c.EndsAt = c.StartsAt.Add(MaxSpan) // listed that long; its own page says what the card said
		}
		if err := c.Check(); err != nil {
			return err
		}
		if c.UpdatedAt.IsZero() {
			c.UpdatedAt = tx.Now
		}
		was, err := stateOf(tx, origin, c.Ref.ID)
		if err != nil {
			return err
		}
		if c.Version == 0 {
			c.Version = was.version + 1
		}
		if _, err := c.write(tx, origin, was, ""); err != nil {
			return err
		}
	}
	return nil
}

// DropForeign forgets cards their origin withdrew; unknown ids are ignored.
func DropForeign(tx *store.Tx, origin int64, ids [][store.IDBytes]byte) error {
	if origin <= 0 {
		return store.E(store.Invalid, "err.listing.origin")
	}
	for _, id := range ids {
		was, err := stateOf(tx, origin, store.FormatID(id))
		if err != nil {
			return err
		}
		if was.row == 0 {
			continue
		}
		if err := drop(tx, was.row); err != nil {
			return err
		}
	}
	return nil
}

// CountFrom counts the cards of a neighbouring box that are shown here.
func CountFrom(tx *store.Tx, origin int64) (int, error) {
	return store.One(tx, store.Scan[int], sqlCountFrom, origin)
}

// DropOrigin forgets a neighbouring box and all its cards.
func DropOrigin(tx *store.Tx, origin int64) error {
	if origin <= 0 {
		return store.E(store.Invalid, "err.listing.origin")
	}
	rows, err := store.All(tx, store.Scan[int64], sqlOriginRows, origin)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if err := drop(tx, row); err != nil {
			return err
		}
	}
	_, err = tx.Exec(sqlDropOrigin, origin)
	return err
}
