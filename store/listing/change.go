package listing

import (
	"errors"

	"copi.local/store"
)

// Change is one own card as the neighbours are to see it now.
type Change struct {
	Rev    int64
	ID     string
	Card   Card // zero when Gone
	Body   Body
	Gone   bool // withdrawn, hidden, switched off, or not public any more
	Erased bool // gone because its author asked

	Damaged error // why Body, which there is, cannot be read; nil when it can
}

// Changes lists own cards that are or were public and changed after the given
// rev, each once at its latest, by rising rev; at most limit of them. It reads
// for the publisher and takes no account of the actor.
func Changes(tx *store.Tx, after int64, limit int) ([]Change, error) {
	type row struct {
		Change
		card int64
	}
	rows, err := store.All(tx, func(r store.Row) (v row, err error) {
		err = r.Scan(&v.Rev, &v.ID, &v.card, &v.Erased)
		return v, err
	}, sqlChanges, after, after, limit)
	if err != nil {
		return nil, err
	}
	off, err := OffOf(tx)
	if err != nil {
		return nil, err
	}
	out := make([]Change, len(rows))
	for i, v := range rows {
		if out[i], err = v.read(tx, v.card, off); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// read fills a change from the card's row; row 0 is a withdrawn card.
func (ch Change) read(tx *store.Tx, row int64, off Off) (Change, error) {
	ch.Gone = true
	if row == 0 {
		return ch, nil
	}
	c, err := store.One(tx, scanCard, sqlByRow, row)
	if err != nil || c.Hidden || c.Audience != Public || off.hides(&c) {
		return ch, err
	}
	ch.Gone, ch.Card = false, c
	ch.Body, err = bodyOf(tx, row)
	if errors.Is(err, errDamaged) {
		ch.Damaged, err = err, nil
	}
	return ch, err
}

// Rev is the rev of the latest change of an own public card; 0 before the first.
func Rev(tx *store.Tx) (int64, error) { return store.One(tx, store.Scan[int64], sqlRev) }
