package listing

import (
	"time"

	"copi.local/store"
)

// What package notify looks through to find what is new. These functions take
// no account of the actor: whoever tells people of a card minds who may see it.

// Mark is how far own cards were looked through, in the order of their changes.
type Mark struct{ At, Card int64 }

// Mark is the place of a card in that order.
func (c Card) Mark() Mark { return Mark{c.UpdatedAt.Unix(), c.row} }

// Touched lists own cards that are new or changed after a mark, at most limit,
// whoever may see them. Changes of the present second come next time: others of
// it may still be to follow.
func Touched(tx *store.Tx, after Mark, limit int) ([]Card, error) {
	cards, err := store.All(tx, scanCard, sqlTouched, after.At, after.Card, tx.Now.Unix(), limit)
	if err != nil {
		return nil, err
	}
	return cards, silence(tx, cards)
}

// silence marks cards of what is switched off as hidden: nobody is to hear of
// them.
func silence(tx *store.Tx, cards []Card) error {
	off, err := OffOf(tx)
	for i := range cards {
		cards[i].Hidden = cards[i].Hidden || off.hides(&cards[i])
	}
	return err
}

// Row numbers cards in the order they came to this box.
func (c Card) Row() int64 { return c.row }

// Arrived lists cards of neighbouring boxes that came after a row.
func Arrived(tx *store.Tx, after int64, limit int) ([]Card, error) {
	cards, err := store.All(tx, scanCard, sqlArrived, after, limit)
	if err != nil {
		return nil, err
	}
	return cards, silence(tx, cards)
}

// LastRow is the row of the card that came last; 0 before the first.
func LastRow(tx *store.Tx) (int64, error) { return store.One(tx, store.Scan[int64], sqlLastRow) }

// Known is a card by id, an own one before a neighbour's, whoever may see it.
func Known(tx *store.Tx, id string) (Card, error) {
	c, err := store.One(tx, scanCard, sqlByID, id)
	if err != nil {
		return c, err
	}
	one := []Card{c}
	err = silence(tx, one)
	return one[0], err
}

// Over tells whether the card has expired, or stands for what is past.
func (c Card) Over(now time.Time) bool {
	return !c.ExpiresAt.IsZero() && !now.Before(c.ExpiresAt) || !c.StartsAt.IsZero() && !now.Before(c.EndsAt) && now.After(c.StartsAt)
}

// Spellings are the folded forms of a tag and of all its aliases.
func Spellings(tx *store.Tx, tag string) ([]string, error) {
	key := TagKey(tag)
	list, err := spellings(tx, key)
	if err != nil || len(list) > 0 {
		return list, err
	}
	return []string{key}, nil
}

// ZonesOf lists the ids of the zones a card lies in.
func ZonesOf(tx *store.Tx, c Card) ([]string, error) {
	return store.All(tx, store.Scan[string], sqlZonesOfCard, c.row)
}
