package neighbour

import (
	"copi.local/store"
	"copi.local/store/listing"
)

// Answers tells whether linked boxes may search here.
func Answers(tx *store.Tx) (bool, error) {
	return store.One(tx, store.Scan[bool], sqlAnswers)
}

// SetAnswers lets linked boxes search here, or no longer.
func SetAnswers(tx *store.Tx, on bool) error {
	_, err := tx.Exec(sqlSetAnswers, on)
	return err
}

// Unwanted are the origins of which nothing that strangers found is shown here:
// this box's own, those an operator shut out or whose link is blocked, and those
// that boxes whose labels are followed keep out, unless they are linked.
func Unwanted(tx *store.Tx) (map[Hash]bool, error) {
	out, err := hashSet(tx, sqlBlockedOrigins)
	if err != nil {
		return nil, err
	}
	labelled, err := hashSet(tx, sqlLabelledOrigins)
	if err != nil {
		return nil, err
	}
	linked, err := hashSet(tx, sqlPairedOrigins)
	if err != nil {
		return nil, err
	}
	for o := range labelled {
		out[o] = out[o] || !linked[o]
	}
	return out, nil
}

// WithText lists main's live cards whose bytes have text in them, at most limit:
// far quicker than reading all of them.
func WithText(tx *store.Tx, l Log, text string, limit int) ([]Record, error) {
	return store.All(tx, scanRecord, sqlWithText, l.ID, l.Generation, []byte(text), limit)
}

// Hide keeps a card of another box from being shown here, carried or not.
func Hide(tx *store.Tx, origin Hash, id ID) error {
	_, err := tx.Exec(sqlHide, origin[:], id[:], tx.Now.Unix())
	return err
}

// IsHidden tells whether Hide was called for a card.
func IsHidden(tx *store.Tx, origin Hash, id ID) (bool, error) {
	return store.One(tx, store.Scan[bool], sqlIsHidden, origin[:], id[:])
}

// hideOn remembers what moderators hid of an origin whose cards go: a search
// elsewhere may find them again.
func hideOn(tx *store.Tx, l Log) error {
	hidden, err := listing.HiddenForeign(tx)
	if err != nil {
		return err
	}
	for _, id := range hidden[l.Listed] {
		if err := Hide(tx, l.Origin, id); err != nil {
			return err
		}
	}
	return nil
}
