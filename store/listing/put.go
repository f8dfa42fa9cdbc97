package listing

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"copi.local/store"
)

// Put creates or changes the card of an own thing together with its body. It
// belongs in the transaction that changes the thing itself.
func Put(tx *store.Tx, c Card, body Body) error {
	w := newWriter(tx)
	if err := w.put(&c, body); err != nil {
		return err
	}
	return w.flush()
}

// put stores an own card and its body; flush makes them searchable.
func (w *writer) put(c *Card, body Body) error {
	if err := c.Check(); err != nil {
		return err
	}
	if err := c.confine(w.tx); err != nil {
		return err
	}
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	if len(text) > MaxBody {
		return store.E(store.Invalid, "err.listing.body_long")
	}
	was, err := stateOf(w.tx, 0, c.Ref.ID)
	if err != nil {
		return err
	}
	if c.Commune == "" {
		if c.Commune, err = w.home(); err != nil {
			return err
		}
	}
	if bad := c.checkOccasions(w.tx.Now); bad != nil {
		return bad
	}
	if err := c.publish(w.tx, &was); err != nil {
		return err
	}
	c.Version, c.UpdatedAt = was.version+1, w.tx.Now
	row, err := w.write(c, 0, was, words(body))
	if err != nil {
		return err
	}
	if was.row != 0 || len(c.Occasions) > 0 {
		if err := c.keepOccasions(w.tx, row); err != nil {
			return err
		}
	}
	_, err = w.tx.Exec(sqlPutBody, row, string(text))
	return err
}

// publish gives a card that is public, or was, its next rev and a code. A card
// withdrawn before comes back under its old code.
func (c *Card) publish(tx *store.Tx, was *state) (err error) {
	if c.Audience != Public && was.rev == 0 {
		return nil
	}
	if was.rev, err = store.One(tx, store.Scan[int64], sqlNextRev); err != nil || was.code != "" {
		return err
	}
	was.code, err = store.One(tx, store.Scan[string], sqlUnwithdraw, c.Ref.ID)
	if store.KindOf(err) == store.NotFound {
		was.code, err = newCode(tx, c.Ref.ID)
	}
	return err
}

// Withdraw takes the card of an own thing out of every list. When it was
// public the neighbours hear of it. Without a card nothing happens.
func Withdraw(tx *store.Tx, ref store.Ref) error { return remove(tx, ref, false) }

// Erase withdraws the card of a thing whose author asked that it be forgotten:
// neighbours are told to erase it, not only to take it down.
func Erase(tx *store.Tx, ref store.Ref) error { return remove(tx, ref, true) }

func remove(tx *store.Tx, ref store.Ref, erased bool) error {
	was, err := stateOf(tx, 0, ref.ID)
	if err != nil || was.row == 0 {
		return err
	}
	if err := drop(tx, was.row); err != nil || was.rev == 0 {
		return err
	}
	rev, err := store.One(tx, store.Scan[int64], sqlNextRev)
	if err != nil {
		return err
	}
	_, err = tx.Exec(sqlWithdraw, ref.ID, rev, was.code, erased, tx.Now.Unix())
	return err
}

// drop deletes cards' rows and all that hangs on them, their words first, as
// writer has it.
func drop(tx *store.Tx, rows ...int64) error {
	gone := lost{}
	for _, row := range rows {
		if err := gone.read(tx, row); err != nil {
			return err
		}
	}
	moments, err := paired(tx, rows)
	if err != nil {
		return err
	}
	for _, statement := range []string{sqlWordsDelete, sqlTagsDelete, sqlDelete} {
		for _, row := range rows {
			if _, err := tx.Exec(statement, row); err != nil {
				return err
			}
		}
	}
	if err := gather(tx, moments); err != nil {
		return err
	}
	return gone.forget(tx, nil)
}

// Hide takes a card out of every list and feed, or puts it back. For an own
// card the neighbours are told; a neighbour's card is hidden on this box only.
func Hide(tx *store.Tx, ref store.Ref, hidden bool) error {
	c, err := byRef(tx, ref)
	if err != nil || c.Hidden == hidden {
		return err
	}
	was, err := stateOf(tx, c.originID(), ref.ID)
	if err != nil {
		return err
	}
	if was.rev > 0 {
		if was.rev, err = store.One(tx, store.Scan[int64], sqlNextRev); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(sqlHide, hidden, was.rev, c.row); err != nil {
		return err
	}
	if err := compare(tx, []int64{c.row}); err != nil {
		return err
	}
	body, err := bodyOf(tx, c.row)
	if err != nil && !errors.Is(err, errDamaged) { // what is damaged is hidden all the same
		return err
	}
	summary := c.Summary
	if c.Origin != nil && hidden { // its words go at once, not only from sight
		if _, err := tx.Exec(sqlWordless, c.row); err != nil {
			return err
		}
		c.Summary = ""
	}
	if _, err := tx.Exec(sqlWordsDelete, c.row); err != nil {
		return err
	}
	l, heard := lexicon{}, c.heard() && !hidden
	if _, err = tx.Exec(sqlWordsInsert, c.row, l.indexed(c.Title, heard), l.indexed(strings.Join(c.Tags, " "), heard),
		l.indexed(c.Summary+" "+words(body), heard), c.marks(hidden)); err != nil {
		return err
	}
	if heard {
		return l.note(tx)
	}
	gone := lost{}
	gone.add(c.Title, strings.Join(c.Tags, " "), summary, words(body))
	return gone.forget(tx, nil)
}

// bodyOf is the body of an own card; nil for a neighbour's.
func bodyOf(tx *store.Tx, row int64) (Body, error) {
	text, err := store.One(tx, store.Scan[string], sqlBody, row)
	if store.KindOf(err) == store.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return decodeBody(text)
}

// decodeBody reads a body as it is stored.
func decodeBody(text string) (b Body, err error) {
	if err := json.Unmarshal([]byte(text), &b); err != nil {
		return nil, fmt.Errorf("%w: %w", errDamaged, err)
	}
	return b, nil
}

// errDamaged is a body that something else than this program wrote.
var errDamaged = errors.New("a text is damaged in the database")

// Damaged counts the bodies that cannot be read: their cards are shown and
// published without them.
func Damaged(tx *store.Tx) (int, error) { return store.One(tx, store.Scan[int], sqlDamaged) }

// spoken are the properties of a body that a search looks into.
var spoken = map[string]bool{"description": true, "name": true, "alternateName": true, "streetAddress": true, "addressLocality": true}

// words is the searchable text of a body, in the order of its keys.
func words(body Body) string {
	var b strings.Builder
	var walk func(key string, v any)
	walk = func(key string, v any) {
		switch v := v.(type) {
		case string:
			if spoken[key] {
				b.WriteString(v + " ")
			}
		case Body:
			walk(key, map[string]any(v))
		case map[string]any:
			keys := make([]string, 0, len(v))
			for k := range v {
				keys = append(keys, k)
			}
			slices.Sort(keys)
			for _, k := range keys {
				walk(k, v[k])
			}
		case []any:
			for _, e := range v {
				walk(key, e)
			}
		}
	}
	walk("", body)
	return b.String()
}

// scanCard reads the columns of sqlCardColumns.
func scanCard(r store.Row) (Card, error) {
	var c Card
	var o origin
	var tags string
	var lat, lon sql.NullInt32
	var starts, ends, price sql.NullInt64
	var unit sql.NullString
	var flags, expires, audience, inside, created, updated int64
	var here bool
	dest := []any{
		&c.row, &c.Ref.Module, &c.Ref.ID, &c.Code, &c.Kind, &c.Title, &c.Summary, &tags, &c.Commune, &lat, &lon,
		&starts, &ends, &flags, &price, &unit, &expires, &audience, &here, &c.Hidden, &inside, &c.Group, &c.chosen, &c.examined, &c.Version, &created, &updated,
	}
	if err := r.Scan(append(dest, o.into()...)...); err != nil {
		return Card{}, err
	}
	if tags != "" {
		c.Tags = strings.Split(tags, "\n")
	}
	c.Position = point(lat, lon)
	c.setFlags(flags)
	if starts.Valid {
		c.StartsAt, c.EndsAt = instant(starts.Int64), instant(ends.Int64)
	}
	if unit.Valid {
		c.Price = &Price{Amount: price.Int64, Unit: unit.String}
	}
	if expires < never {
		c.ExpiresAt = instant(expires)
	}
	switch {
	case inside > 0:
		c.Audience = Group
	case here:
		c.Audience = Here
	case audience == 0:
		c.Audience = Public
	}
	c.CreatedAt, c.UpdatedAt = instant(created), instant(updated)
	if o.id != 0 {
		from := o.value()
		c.Origin = &from
	}
	return c, nil
}

func instant(unix int64) time.Time { return time.Unix(unix, 0).UTC() }

func (c *Card) originID() int64 {
	if c.Origin == nil {
		return 0
	}
	return c.Origin.ID
}
