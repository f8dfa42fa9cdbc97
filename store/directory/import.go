package directory

import (
	"crypto/sha256"
	"encoding/json"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/photo"
)

// Outcome is what an import does to one element.
type Outcome uint8

// The outcomes. What somebody claimed, or edited since it was imported, is
// theirs: an import does not touch it.
const (
	New Outcome = iota
	Updated
	Unchanged
	Kept // claimed or edited here
	Same // another card has its number in a register
)

// Import writes a batch of elements that come from elsewhere, each known by its
// Source's Name and ID: doing it again makes no second card, and changes only
// what nobody claimed or edited. They belong to nobody until they are claimed.
// It answers what became of each, in order. run names the import, for Undo.
//
// The elements have passed Check; one that has not refuses the whole call.
func Import(tx *store.Tx, run string, elements []Element) ([]Outcome, error) {
	if err := tx.Actor.Need(store.Operator); err != nil {
		return nil, err
	}
	outcomes := make([]Outcome, len(elements))
	b := arrivals{names: map[string]string{}}
	for i := range elements {
		var err error
		if outcomes[i], err = b.take(tx, run, &elements[i]); err != nil {
			return nil, err
		}
	}
	if err := listing.PutAll(tx, b.entries); err != nil {
		return nil, err
	}
	for _, id := range b.renewed {
		if err := putChildren(tx, id); err != nil {
			return nil, err
		}
	}
	return outcomes, nil
}

// arrivals are the elements of one batch and their cards.
type arrivals struct {
	names   map[string]string // of categories, by kind and key
	entries []listing.Entry
	renewed []string
}

// take writes one element, as far as it is to be written.
func (b *arrivals) take(tx *store.Tx, run string, e *Element) (Outcome, error) {
	if err := e.Check(); err != nil {
		return 0, err
	}
	outcome, was, err := compare(tx, e)
	if err != nil {
		return 0, err
	}
	switch outcome {
	case New:
		return outcome, b.settle(tx, run, e)
	case Updated:
		return outcome, b.renew(tx, was, e)
	case Unchanged: // its source says again that it is so
		_, err = tx.Exec(sqlSeen, tx.Now.Unix(), tx.Now.Unix(), was.id)
	case Kept, Same: // not the source's to say
	}
	return outcome, err
}

// settle inserts an element nobody has seen before.
func (b *arrivals) settle(tx *store.Tx, run string, e *Element) error {
	e.ID, e.AuthorID, e.Claimed, e.Audience = tx.NewID(), "", false, listing.Public
	e.Source.At, e.Source.Run = tx.Now, run
	e.VerifiedAt, e.CreatedAt, e.UpdatedAt = tx.Now, tx.Now, tx.Now
	if _, err := tx.Exec(sqlInsert, e.columns()...); err != nil {
		return err
	}
	ask := string(e.Kind) + " " + e.Category
	if _, known := b.names[ask]; !known && e.Category != "" {
		a, err := e.around(tx)
		if err != nil {
			return err
		}
		b.names[ask] = a.category
	}
	a := around{category: b.names[ask], place: e.Position} // it has no parent, photos or answers yet
	b.entries = append(b.entries, listing.Entry{Card: e.card(a), Body: e.body(a)})
	return nil
}

// renew writes what the source says now over what it said. What left the lists
// because nobody looked at it comes back.
func (b *arrivals) renew(tx *store.Tx, was imported, e *Element) error {
	e.ID, e.AuthorID, e.Claimed, e.Audience = was.id, "", false, listing.Public
	e.ParentID, e.CreatedAt = was.parent, instant(&was.created)
	e.Source.At, e.Source.Run = tx.Now, was.run
	e.VerifiedAt, e.UpdatedAt = tx.Now, tx.Now
	if _, err := tx.Exec(sqlUpdate, e.columns()...); err != nil {
		return err
	}
	a, err := e.around(tx)
	if err != nil {
		return err
	}
	body := e.body(a)
	if err := photo.Images(tx, e.Ref(), body); err != nil {
		return err
	}
	b.entries = append(b.entries, listing.Entry{Card: e.card(a), Body: body})
	b.renewed = append(b.renewed, e.ID)
	return nil
}

// Compare tells what Import would do with an element, for a preview.
func Compare(tx *store.Tx, e *Element) (Outcome, error) {
	outcome, _, err := compare(tx, e)
	return outcome, err
}

// imported is what is stored of an element with a source.
type imported struct {
	id, parent, run    string
	claimed            bool
	hash               []byte
	at, created, wrote int64
	archived           *int64
}

func compare(tx *store.Tx, e *Element) (Outcome, imported, error) {
	e.Source.Hash = e.contents()
	was, err := store.One(tx, scanImported, sqlImported, e.Source.Name, e.Source.ID)
	if store.KindOf(err) == store.NotFound {
		twin, err := store.One(tx, store.Scan[bool], sqlRegistered, e.RNA, e.RNA, e.SIRET, e.SIRET)
		if err == nil && twin {
			return Same, was, nil
		}
		return New, was, err
	}
	switch {
	case err != nil:
		return 0, was, err
	case was.claimed || was.wrote > was.at:
		return Kept, was, nil
	case was.archived == nil && string(was.hash) == string(e.Source.Hash):
		return Unchanged, was, nil
	}
	return Updated, was, nil
}

// contents is a digest of what a source says of an element.
func (e *Element) contents() []byte {
	c := *e
	c.ID, c.Source, c.Commune = "", Source{Name: e.Source.Name, ID: e.Source.ID}, e.Commune
	text, err := json.Marshal(c)
	if err != nil { // texts and numbers: cannot be
		return nil
	}
	sum := sha256.Sum256(text)
	return sum[:]
}

// Lookalike is an element of the same kind and commune that bears the same name
// and does not come from the same source: a duplicate, perhaps. The id is empty
// when there is none.
func Lookalike(tx *store.Tx, e *Element) (id, name string, err error) {
	type twin struct{ id, name string }
	t, err := store.One(tx, func(r store.Row) (t twin, err error) {
		err = r.Scan(&t.id, &t.name)
		return t, err
	}, sqlLookalike, listing.Fold(e.Name), string(e.Kind), e.Commune, e.Source.Name, e.Source.ID)
	if store.KindOf(err) == store.NotFound {
		return "", "", nil
	}
	return t.id, t.name, err
}

// Undo takes elements an import made out again, unless somebody claimed or
// edited them or asks to; at most limit of them. It answers how many went: call
// it until none do.
func Undo(tx *store.Tx, run string, limit int) (int, error) {
	if err := tx.Actor.Need(store.Operator); err != nil {
		return 0, err
	}
	if run == "" {
		return 0, store.E(store.NotFound, "err.not_found")
	}
	list, err := store.All(tx, scanElement, sqlUndoable, run, limit)
	if err != nil {
		return 0, err
	}
	for i := range list {
		if err := list[i].remove(tx); err != nil {
			return 0, err
		}
	}
	return len(list), nil
}
