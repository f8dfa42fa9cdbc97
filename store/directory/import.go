package directory

import (
	"crypto/sha256"
	"encoding/json"

	"copi.local/store"
	"copi.local/store/listing"
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
	entries := make([]listing.Entry, 0, len(elements))
	for i := range elements {
		e := &elements[i]
		if err := e.Check(); err != nil {
			return nil, err
		}
		outcome, was, err := compare(tx, e)
		if err != nil {
			return nil, err
		}
		outcomes[i] = outcome
		switch outcome {
		case New:
			err = e.settle(tx, run)
		case Updated:
			err = e.renew(tx, was)
		default:
			continue
		}
		if err != nil {
			return nil, err
		}
		entries = append(entries, listing.Entry{Card: e.card(), Body: e.Body()})
	}
	return outcomes, listing.PutAll(tx, entries)
}

// settle inserts an element nobody has seen before.
func (e *Element) settle(tx *store.Tx, run string) error {
	e.ID, e.AuthorID, e.Claimed, e.Audience = tx.NewID(), "", false, listing.Public
	e.Source.At, e.Source.Run = tx.Now, run
	e.VerifiedAt, e.CreatedAt, e.UpdatedAt = tx.Now, tx.Now, tx.Now
	_, err := tx.Exec(sqlInsert, e.columns()...)
	return err
}

// renew writes what the source says now over what it said.
func (e *Element) renew(tx *store.Tx, was imported) error {
	e.ID, e.AuthorID, e.Claimed, e.Audience = was.id, "", false, listing.Public
	e.ParentID, e.CreatedAt, e.ArchivedAt = was.parent, instant(&was.created), instant(was.archived)
	e.Source.At, e.Source.Run = tx.Now, was.run
	e.VerifiedAt, e.UpdatedAt = tx.Now, tx.Now
	_, err := tx.Exec(sqlUpdate, e.columns()...)
	return err
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
	case string(was.hash) == string(e.Source.Hash):
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
	ids, err := store.All(tx, store.Scan[string], sqlUndoable, run, limit)
	if err != nil {
		return 0, err
	}
	for _, id := range ids {
		if _, err := tx.Exec(sqlDelete, id); err != nil {
			return 0, err
		}
		if err := listing.Withdraw(tx, store.Ref{Module: Module, ID: id}); err != nil {
			return 0, err
		}
	}
	return len(ids), nil
}
