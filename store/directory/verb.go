package directory

import (
	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/listing"
	"copi.local/store/photo"
)

// Add puts e into the directory on behalf of the acting account, which answers
// for it from then on, and gives it an id unless it brings one (the
// demonstration village).
func Add(tx *store.Tx, e *Element) error {
	if err := tx.Actor.Need(store.Resident); err != nil {
		return err
	}
	if e.Kind == Person {
		if _, ok, err := PersonOf(tx, tx.Actor.ID); err != nil {
			return err
		} else if ok {
			return store.E(store.Conflict, "err.directory.once")
		}
		if err := account.NotForMinors(tx); err != nil {
			return err
		}
	}
	e.AuthorID, e.Claimed = tx.Actor.ID, true
	if err := insert(tx, e); err != nil || e.Kind == Person {
		return err
	}
	return appoint(tx, e.ID, tx.Actor.ID)
}

// Accept puts what a visitor proposed into the directory on behalf of the
// moderator who validates it. Nobody answers for it until it is claimed.
func Accept(tx *store.Tx, e *Element) error {
	if err := tx.Actor.Need(store.Moderator); err != nil {
		return err
	}
	if e.Kind == Person {
		return store.E(store.Forbidden, "err.directory.self")
	}
	e.AuthorID, e.Claimed = "", false
	return insert(tx, e)
}

func insert(tx *store.Tx, e *Element) error {
	if err := e.CheckIn(tx, nil); err != nil {
		return err
	}
	if e.ID == "" {
		e.ID = tx.NewID()
	}
	if err := e.round(tx); err != nil {
		return err
	}
	e.Source = Source{}
	e.VerifiedAt, e.CreatedAt, e.UpdatedAt = tx.Now, tx.Now, tx.Now
	if _, err := tx.Exec(sqlInsert, e.columns()...); err != nil {
		return err
	}
	return e.put(tx)
}

// Edit changes what the element e.ID says to what e says. Whoever edits has
// looked: it is verified.
func Edit(tx *store.Tx, e *Element) error {
	was, err := Own(tx, e.ID)
	if err != nil {
		return err
	}
	e.Kind, e.AuthorID, e.Claimed, e.Source, e.CreatedAt = was.Kind, was.AuthorID, was.Claimed, was.Source, was.CreatedAt
	if err := e.CheckIn(tx, &was); err != nil {
		return err
	}
	if err := e.round(tx); err != nil {
		return err
	}
	e.UpdatedAt = tx.Now
	if _, err := tx.Exec(sqlUpdate, e.columns()...); err != nil {
		return err
	}
	if err := e.verified(tx); err != nil {
		return err
	}
	if err := e.put(tx); err != nil {
		return err
	}
	return putChildren(tx, e.ID)
}

// Remove takes the element away for good, here and at the neighbours', on
// behalf of who answers for it or is vouched for (store.Tx.Entrust). What was in
// it stands for itself.
func Remove(tx *store.Tx, id string) error {
	read := Own
	if tx.VouchedFor(store.Ref{Module: Module, ID: id}) {
		read = get
	}
	e, err := read(tx, id)
	if err != nil {
		return err
	}
	return e.remove(tx)
}

func (e *Element) remove(tx *store.Tx) error {
	children, err := store.All(tx, scanElement, sqlChildren, e.ID)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(sqlDelete, e.ID); err != nil {
		return err
	}
	if _, err := tx.Exec(sqlUnlinkAll, Module, e.ID); err != nil {
		return err
	}
	if err := photo.Drop(tx, e.Ref()); err != nil {
		return err
	}
	for i := range children {
		children[i].ParentID = ""
		if err := children[i].put(tx); err != nil {
			return err
		}
	}
	if e.Kind == Person {
		return listing.Erase(tx, e.Ref())
	}
	return listing.Withdraw(tx, e.Ref())
}

// EachDeleted calls drop for the elements that are there no more, of those
// whose ids the query lists: what another module keeps about an element goes
// when the element is gone.
func EachDeleted(tx *store.Tx, query string, drop func(id string) error) error {
	ids, err := store.All(tx, store.Scan[string], query)
	if err != nil {
		return err
	}
	for _, id := range ids {
		_, err := store.One(tx, scanElement, sqlByID, id)
		if store.KindOf(err) == store.NotFound {
			err = drop(id)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// PersonOf is the card an account made of itself.
func PersonOf(tx *store.Tx, account string) (id string, ok bool, err error) {
	id, err = store.One(tx, store.Scan[string], sqlPersonOf, account)
	if store.KindOf(err) == store.NotFound {
		return "", false, nil
	}
	return id, err == nil, err
}

// AuthorOf is the account that made an element, empty when there is none; for
// an administrator of it, that administrator.
func AuthorOf(tx *store.Tx, id string) (string, error) {
	e, err := store.One(tx, scanElement, sqlByID, id)
	if err != nil {
		return "", err
	}
	if mine, err := e.mine(tx); err != nil || mine {
		return tx.Actor.ID, err
	}
	return e.AuthorID, nil
}

// round keeps of where a person lives no more than about where.
func (e *Element) round(tx *store.Tx) error {
	if e.Kind != Person || e.Position == nil {
		return nil
	}
	at, err := listing.Rounded(tx, e.AuthorID, *e.Position)
	e.Position = &at
	return err
}

// InCharge lists the elements the actor answers for, by name, itself first.
func InCharge(tx *store.Tx) ([]Element, error) {
	list, err := store.All(tx, scanElement, sqlMine, tx.Actor.ID)
	if err != nil {
		return nil, err
	}
	id, ok, err := PersonOf(tx, tx.Actor.ID)
	if err != nil || !ok {
		return list, err
	}
	me, err := store.One(tx, scanElement, sqlByID, id)
	return append([]Element{me}, list...), err
}
