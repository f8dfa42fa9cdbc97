package listing

import (
	"maps"
	"slices"
	"strings"

	"copi.local/store"
)

// state is what is stored of a card that is about to change.
type state struct {
	row, version, rev int64
	code              string
	hidden            bool // by a moderator, whatever group it belongs to
}

// originStates are the stored states of all cards of an origin, by id.
func originStates(tx *store.Tx, origin int64) (map[string]state, error) {
	out := map[string]state{}
	_, err := store.All(tx, func(r store.Row) (_ struct{}, err error) {
		var id string
		var s state
		err = r.Scan(&id, &s.row, &s.version, &s.code, &s.rev, &s.hidden)
		out[id] = s
		return struct{}{}, err
	}, sqlStates, origin)
	return out, err
}

// stateOf is the stored state of a card; the zero state when there is none.
func stateOf(tx *store.Tx, origin int64, id string) (state, error) {
	s, err := store.One(tx, func(r store.Row) (s state, err error) {
		err = r.Scan(&s.row, &s.version, &s.code, &s.rev, &s.hidden)
		return s, err
	}, sqlRow, origin, id)
	if store.KindOf(err) == store.NotFound {
		return state{}, nil
	}
	return s, err
}

// writer writes cards in one transaction, rows and tags first, then with flush
// what the search looks into: FTS5 collects its words in memory, and writes
// them out as a segment of its own whenever a statement in between may have to
// be undone.
//
// It remembers what tags stand for and what words stem to: the cards of a
// village say the same few things, and asking anew for each card costs more
// than storing it.
type writer struct {
	tx    *store.Tx
	tags  map[string]tagForm
	words lexicon
	texts []text
	rows  []int64 // of the cards
	lost  lost
	zones *zoneIndex      // nil before the first card
	areas map[string]bool // communes of the cards

	commune *string // of the box, once it was asked for

	gathers bool  // new rows are inserted many at once
	last    int64 // row of the newest card; 0 before it was asked for
	held    held
}

// held is what is not inserted yet of cards just written.
type held struct {
	rows, tags []any // values of sqlInsert and sqlTagInsert
	cards      []heldCard
}

// heldCard is a card that is to be put into its zones.
type heldCard struct {
	card        Card
	origin, row int64
	was         bool // it lay in some before
}

// manyHeld bounds how many cards are held back.
const manyHeld = 256

// text is what FTS5 is to know of a card.
type text struct {
	row                      int64
	old                      bool // it knows something of this row
	title, tags, body, marks string
}

func newWriter(tx *store.Tx) *writer {
	return &writer{tx: tx, tags: map[string]tagForm{}, words: lexicon{}, lost: lost{}, areas: map[string]bool{}}
}

// write stores the card's row and tags; flush adds its words, which are those
// of the card and of more. was says whether there is a row.
func (w *writer) write(c *Card, origin int64, was state, more string) (row int64, err error) {
	tags, err := w.forms(c.Tags)
	if err != nil {
		return 0, err
	}
	c.Tags = names(tags)
	if was.row != 0 {
		if err := w.lost.read(w.tx, was.row); err != nil {
			return 0, err
		}
	}
	if row, err = w.row(c, origin, was); err != nil {
		return 0, err
	}
	for _, t := range tags {
		w.held.tags = append(w.held.tags, t.key, row)
	}
	w.rows = append(w.rows, row)
	w.areas[c.Commune] = true
	w.held.cards = append(w.held.cards, heldCard{*c, origin, row, was.row != 0})
	if !w.gathers || len(w.held.cards) >= manyHeld {
		if err := w.release(); err != nil {
			return 0, err
		}
	}
	heard := c.heard() && !was.hidden
	w.texts = append(w.texts, text{
		row: row, old: was.row != 0, title: w.words.indexed(c.Title, heard), tags: w.words.indexed(strings.Join(c.Tags, " "), heard),
		body: w.words.indexed(c.Summary+" "+more, heard), marks: c.marks(was.hidden),
	})
	return row, nil
}

// release inserts what is held back: rows of new cards, then what refers to
// them, tags and zones.
func (w *writer) release() error {
	if err := w.tx.InsertRows(sqlInsert, w.held.rows); err != nil {
		return err
	}
	if err := w.tx.InsertRows(sqlTagInsert, w.held.tags); err != nil {
		return err
	}
	for i := range w.held.cards {
		h := &w.held.cards[i]
		if err := w.place(&h.card, h.origin, h.row, h.was); err != nil {
			return err
		}
	}
	w.held = held{w.held.rows[:0], w.held.tags[:0], w.held.cards[:0]}
	return nil
}

// flush makes what was written searchable, and its communes known.
func (w *writer) flush() error {
	if err := w.release(); err != nil {
		return err
	}
	if err := learn(w.tx, slices.Collect(maps.Keys(w.areas))...); err != nil {
		return err
	}
	clear(w.areas)
	if err := compare(w.tx, w.rows); err != nil {
		return err
	}
	w.rows = nil
	for i := range w.texts {
		t := &w.texts[i]
		if t.old {
			if _, err := w.tx.Exec(sqlWordsDelete, t.row); err != nil {
				return err
			}
		}
		if _, err := w.tx.Exec(sqlWordsInsert, t.row, t.title, t.tags, t.body, t.marks); err != nil {
			return err
		}
	}
	w.texts = nil
	if err := w.words.note(w.tx); err != nil {
		return err
	}
	return w.lost.forget(w.tx, w.words)
}

// row inserts the card's row, or holds it back for release, or changes it and
// takes off the tags it had.
func (w *writer) row(c *Card, origin int64, was state) (int64, error) {
	args := append(c.args(was.hidden), null(was.code), was.rev, c.Version, c.UpdatedAt.Unix())
	if was.row != 0 {
		if _, err := w.tx.Exec(sqlChange, append(args, was.row)...); err != nil {
			return 0, err
		}
		_, err := w.tx.Exec(sqlTagsDelete, was.row)
		return was.row, err
	}
	args = append(args, origin, c.Ref.ID, w.tx.Now.Unix())
	if !w.gathers {
		res, err := w.tx.Exec(sqlInsert, append([]any{nil}, args...)...)
		if err != nil {
			return 0, err
		}
		return res.LastInsertId()
	}
	if w.last == 0 {
		var err error
		if w.last, err = store.One(w.tx, store.Scan[int64], sqlLastRow); err != nil {
			return 0, err
		}
	}
	w.last++ // as SQLite would choose
	w.held.rows = append(append(w.held.rows, w.last), args...)
	return w.last, nil
}

// args are the columns of a card from module to hidden, as sqlInsert and
// sqlChange name them; hidden tells whether a moderator hid it.
func (c *Card) args(hidden bool) []any {
	lat, lon := columns(c.Position)
	var starts, ends, price, unit any
	if !c.StartsAt.IsZero() {
		starts, ends = c.StartsAt.Unix(), c.StartsAt.Unix()
		if !c.EndsAt.IsZero() {
			ends = c.EndsAt.Unix()
		}
	}
	if c.Price != nil {
		price, unit = c.Price.Amount, c.Price.Unit
	}
	expires := int64(never)
	if !c.ExpiresAt.IsZero() {
		expires = min(c.ExpiresAt.Unix(), never)
	}
	audience := 0
	if !c.heard() {
		audience = 1
	}
	var chosen any
	if c.Group != "" {
		chosen = int(c.chosen)
	}
	inside := 0
	if c.Audience == Group {
		if inside = 1; hidden {
			inside = 2
		}
	}
	return []any{
		c.Ref.Module, c.Kind, c.Title, c.Summary, strings.Join(c.Tags, "\n"), c.Commune, lat, lon,
		starts, ends, c.flags(), price, unit, expires, audience, c.Audience == Here, nameKey(c.Title),
		null(c.Group), chosen, inside, hidden || inside > 0,
	}
}

func null(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// marks are words no query can contain; they let the full-text index itself
// answer how many matches a person may see.
func (c *Card) marks(hidden bool) string {
	m := kindMark(c.Kind)
	switch {
	case hidden, c.Audience == Group:
		m += " " + markHidden + " " + markMembers
	case c.Audience == Members:
		m += " " + markMembers
	}
	if c.Group != "" && !hidden {
		m += " " + groupMark(c.Group)
	}
	return m
}

// heard tells whether visitors read the card, if no moderator hid it.
func (c *Card) heard() bool { return c.Audience == Public || c.Audience == Here }

const (
	markHidden  = "0hidden0"  // nobody finds it, but who belongs to its group
	markMembers = "0members0" // visitors do not find it
)

// groupMark is on what belongs to a group, also when others do not find it.
func groupMark(id string) string { return "0group0" + Fold(id) }

func kindMark(kind string) string { return "0kind0" + strings.ReplaceAll(Fold(kind), " ", "0") }
