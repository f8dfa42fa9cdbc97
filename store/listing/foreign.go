package listing

import (
	"encoding/json"
	"time"

	"copi.local/store"
)

// aBatch is how many cards make it worth reading all that is stored of their
// origin at once.
const aBatch = 200

// PutForeign stores cards of a neighbouring box as it published them, new or
// changed; ids are unique within their origin. Their audience is Public, their
// ref's module Neighbour whatever the cards say. Cards a moderator of this box
// hid stay hidden. One card that breaks a limit refuses the whole call.
func PutForeign(tx *store.Tx, origin int64, cards []Card) error {
	if origin <= 0 {
		return store.E(store.Invalid, "err.listing.origin")
	}
	known, err := statesOf(tx, origin, cards)
	if err != nil {
		return err
	}
	w := newWriter(tx)
	w.gathers = true
	for _, c := range cards {
		was := known[c.Ref.ID]
		if err := c.adopt(was, tx.Now); err != nil {
			return err
		}
		if was.row != 0 { // perhaps one that came a moment ago
			if err := w.release(); err != nil {
				return err
			}
		}
		if was.row, err = w.write(&c, origin, was, ""); err != nil {
			return err
		}
		was.version = c.Version
		known[c.Ref.ID] = was // the same card may come again
	}
	return w.flush()
}

// statesOf is what is stored of cards, by id, or the zero state.
func statesOf(tx *store.Tx, origin int64, cards []Card) (map[string]state, error) {
	if len(cards) >= aBatch {
		return originStates(tx, origin)
	}
	known := make(map[string]state, len(cards))
	for i := range cards {
		was, err := stateOf(tx, origin, cards[i].Ref.ID)
		if err != nil {
			return nil, err
		}
		known[cards[i].Ref.ID] = was
	}
	return known, nil
}

// adopt makes c a card of another box, and checks it.
func (c *Card) adopt(was state, now time.Time) error {
	c.Ref.Module, c.Audience, c.Group, c.Summary = Neighbour, Public, "", ""
	if !c.StartsAt.IsZero() && c.EndsAt.Sub(c.StartsAt) > MaxSpan {
		c.EndsAt = c.StartsAt.Add(MaxSpan) // listed that long; its own page says what the card said
	}
	if c.UpdatedAt.IsZero() {
		c.UpdatedAt = now
	}
	if c.Version == 0 {
		c.Version = was.version + 1
	}
	return c.Check()
}

// Summarise gives a neighbour's card the summary that its body has: it is shown
// and searched as that of an own card. PutForeign takes it away again, since a
// changed card may have another body. A card that is not here is ignored, and
// one a moderator of this box hid stays without words.
func Summarise(tx *store.Tx, origin int64, id, summary string) error {
	if origin <= 0 {
		return store.E(store.Invalid, "err.listing.origin")
	}
	was, err := stateOf(tx, origin, id)
	if err != nil || was.row == 0 || was.hidden {
		return err
	}
	c, err := store.One(tx, scanCard, sqlByRow, was.row)
	if err != nil {
		return err
	}
	c.Summary = Clip(Plain(summary), MaxSummary)
	w := newWriter(tx)
	if _, err := w.write(&c, origin, was, ""); err != nil {
		return err
	}
	return w.flush()
}

// HiddenForeign lists the cards of neighbouring boxes that a moderator of this
// one hid, by origin.
func HiddenForeign(tx *store.Tx) (map[int64][][store.IDBytes]byte, error) {
	out := map[int64][][store.IDBytes]byte{}
	_, err := store.All(tx, func(r store.Row) (_ struct{}, err error) {
		var origin int64
		var text string
		if err = r.Scan(&origin, &text); err != nil {
			return struct{}{}, err
		}
		if id, err := store.ParseID(text); err == nil {
			out[origin] = append(out[origin], id)
		}
		return struct{}{}, nil
	}, sqlHiddenForeign)
	return out, err
}

// ForeignOf lists the cards of an origin that are of some kinds and shown here.
func ForeignOf(tx *store.Tx, origin int64, kinds []string) ([][store.IDBytes]byte, error) {
	list, err := json.Marshal(kinds)
	if err != nil {
		return nil, err
	}
	texts, err := store.All(tx, store.Scan[string], sqlForeignOf, origin, string(list))
	if err != nil {
		return nil, err
	}
	out := make([][store.IDBytes]byte, 0, len(texts))
	for _, text := range texts {
		if id, err := store.ParseID(text); err == nil {
			out = append(out, id)
		}
	}
	return out, nil
}

// DropForeign forgets cards their origin withdrew; unknown ids are ignored.
func DropForeign(tx *store.Tx, origin int64, ids [][store.IDBytes]byte) error {
	if origin <= 0 {
		return store.E(store.Invalid, "err.listing.origin")
	}
	var rows []int64
	for _, id := range ids {
		was, err := stateOf(tx, origin, store.FormatID(id))
		if err != nil {
			return err
		}
		if was.row != 0 {
			rows = append(rows, was.row)
		}
	}
	return drop(tx, rows...)
}

// CountFrom counts the cards of a neighbouring box that are shown here.
func CountFrom(tx *store.Tx, origin int64) (int, error) {
	off, err := OffOf(tx)
	if err != nil {
		return 0, err
	}
	w := where{args: []any{origin}}
	off.hide(&w)
	query := sqlCountFrom
	for _, cond := range w.conds {
		query += " AND " + cond
	}
	return store.One(tx, store.Scan[int], query, w.args...)
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
	if err := drop(tx, rows...); err != nil {
		return err
	}
	_, err = tx.Exec(sqlDropOrigin, origin)
	return err
}
