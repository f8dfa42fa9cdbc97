package directory

import (
	"copi.local/store"
	"copi.local/store/listing"
)

// Add puts e into the directory on behalf of the acting account, which answers
// for it from then on, and gives it an id unless it brings one (the
// demonstration village).
func Add(tx *store.Tx, e *Element) error {
	if err := tx.Actor.Need(store.Resident); err != nil {
		return err
	}
	if err := e.Check(); err != nil {
		return err
	}
	if e.ID == "" {
		e.ID = tx.NewID()
	}
	e.AuthorID, e.Claimed, e.Source = tx.Actor.ID, true, Source{}
	e.VerifiedAt, e.CreatedAt, e.UpdatedAt = tx.Now, tx.Now, tx.Now
	if _, err := tx.Exec(sqlInsert, e.columns()...); err != nil {
		return err
	}
	if e.Kind != Person {
		if err := appoint(tx, e.ID, tx.Actor.ID); err != nil {
			return err
		}
	}
	return listing.Put(tx, e.card(), e.Body())
}

// Edit changes what the element e.ID says to what e says.
func Edit(tx *store.Tx, e *Element) error {
	was, err := own(tx, e.ID)
	if err != nil {
		return err
	}
	e.Kind, e.AuthorID, e.Claimed, e.Source = was.Kind, was.AuthorID, was.Claimed, was.Source
	e.CreatedAt, e.ArchivedAt = was.CreatedAt, was.ArchivedAt
	if err := e.Check(); err != nil {
		return err
	}
	e.VerifiedAt, e.UpdatedAt = tx.Now, tx.Now // whoever edits has looked
	if _, err := tx.Exec(sqlUpdate, e.columns()...); err != nil {
		return err
	}
	return listing.Put(tx, e.card(), e.Body())
}

// Remove takes the element away for good, here and at the neighbours'.
func Remove(tx *store.Tx, id string) error {
	e, err := own(tx, id)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(sqlDelete, id); err != nil {
		return err
	}
	return listing.Withdraw(tx, e.Ref())
}

// own is the element, for somebody who may change it.
func own(tx *store.Tx, id string) (Element, error) {
	e, err := Get(tx, id)
	if err != nil {
		return e, err
	}
	if err := tx.Actor.Need(store.Resident); err != nil {
		return e, err
	}
	may, err := e.MayChange(tx)
	if err == nil && !may {
		err = store.E(store.Forbidden, "err.forbidden")
	}
	return e, err
}
