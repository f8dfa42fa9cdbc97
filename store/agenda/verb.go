package agenda

import (
	"copi.local/store"
	"copi.local/store/calendar"
	"copi.local/store/listing"
	"copi.local/store/photo"
)

// Schedule adds e on behalf of the acting account and gives it an id, unless
// it brings one (an import, the demonstration village).
func Schedule(tx *store.Tx, e *Event) error {
	if err := tx.Actor.Need(store.Resident); err != nil {
		return err
	}
	if err := listing.CheckGroup(tx, e.Audience, e.Group, ""); err != nil && e.ParentID == "" {
		return err
	}
	e.AuthorID, e.ValidatedBy = tx.Actor.ID, ""
	return add(tx, e)
}

// Accept adds a visitor's event on behalf of the moderator who validates it.
// It has no author.
func Accept(tx *store.Tx, e *Event) error {
	if err := tx.Actor.Need(store.Moderator); err != nil {
		return err
	}
	if err := listing.CheckGroup(tx, e.Audience, e.Group, ""); err != nil {
		return err
	}
	e.AuthorID, e.ValidatedBy = "", tx.Actor.ID
	return add(tx, e)
}

func add(tx *store.Tx, e *Event) error {
	if err := e.Check(); err != nil {
		return err
	}
	if err := e.belong(tx); err != nil {
		return err
	}
	if e.ID == "" {
		e.ID = tx.NewID()
	}
	e.Sequence, e.Status, e.Reason, e.MovedFrom = 0, e.Status.written(), "", calendar.Wall{}
	e.CreatedAt, e.UpdatedAt = tx.Now, tx.Now
	if _, err := tx.Exec(sqlInsert, append(e.columns(), e.CreatedAt.Unix(), e.ID)...); err != nil {
		return err
	}
	return put(tx, e)
}

// put writes the card in the transaction of the event: search, feeds and
// neighbours see it, or nothing does.
func put(tx *store.Tx, e *Event) error {
	switch {
	case e.Draft:
		return nil
	case e.ParentID != "":
		return restateWhole(tx, e.ParentID)
	}
	card, body := e.card(), e.body(tx.Now)
	e.carry(&card, tx.Now)
	parts, err := store.All(tx, scanEvent, sqlParts, e.ID)
	if err != nil {
		return err
	}
	if err := e.enrol(&card, body, parts); err != nil {
		return err
	}
	if err := photo.Images(tx, e.Ref(), body); err != nil {
		return err
	}
	listed := e.edition(tx.Now)
	if _, err := tx.Exec(sqlListed, listed, e.ID, listed); err != nil {
		return err
	}
	return listing.Put(tx, card, body)
}

// Edit changes the words and times of the event e.ID to those of e, on all its
// dates. What e says of single dates at the hour it had is moved to the hour it
// gets. It fails with kind Forbidden for somebody who neither wrote it nor
// moderates.
func Edit(tx *store.Tx, e *Event) error {
	was, err := own(tx, e.ID)
	if err != nil {
		return err
	}
	if e.RelatedTo = was.RelatedTo; was.Repeats() && e.Repeats() {
		e.rekey(&was)
	}
	if err := e.Check(); err != nil {
		return err
	}
	if err := listing.CheckGroup(tx, e.Audience, e.Group, was.Group); err != nil && e.ParentID == "" {
		return err
	}
	e.Status = e.Status.written()
	e.as(&was)
	if err := e.belong(tx); err != nil {
		return err
	}
	if err := change(tx, e); err != nil {
		return err
	}
	if err := carryOver(tx, &was, e, calendar.Wall{}); err != nil {
		return err
	}
	if err := moveBetween(tx, &was, e); err != nil {
		return err
	}
	return follow(tx, &was, e)
}

func change(tx *store.Tx, e *Event) error {
	e.Sequence++
	e.UpdatedAt = tx.Now
	if _, err := tx.Exec(sqlUpdate, append(e.columns(), e.ID)...); err != nil {
		return err
	}
	return put(tx, e)
}

// Remove takes the event away for good, here and at the neighbours'. What was
// announced is better cancelled.
func Remove(tx *store.Tx, id string) error {
	e, err := own(tx, id)
	if err != nil {
		return err
	}
	if err := tellAttendants(tx, &e, tidings[Cancelled]); err != nil {
		return err
	}
	if err := photo.Drop(tx, e.Ref()); err != nil {
		return err
	}
	return drop(tx, &e, listing.Withdraw)
}

// drop deletes an event and its card; the parts of its programme stay.
func drop(tx *store.Tx, e *Event, forget func(*store.Tx, store.Ref) error) error {
	if err := release(tx, e); err != nil {
		return err
	}
	if _, err := tx.Exec(sqlDelete, e.ID); err != nil {
		return err
	}
	switch {
	case e.Draft:
		return nil
	case e.ParentID != "":
		return restateWhole(tx, e.ParentID)
	}
	return forget(tx, e.Ref())
}

// Own is the event, for somebody who may change it; it fails with kind
// Forbidden for anybody else.
func Own(tx *store.Tx, id string) (Event, error) { return own(tx, id) }

func own(tx *store.Tx, id string) (Event, error) {
	e, err := Get(tx, id)
	if err != nil {
		return e, err
	}
	if err := tx.Actor.Need(store.Resident); err != nil {
		return e, err
	}
	if !e.MayChange(tx.Actor) && !tx.VouchedFor(e.Ref()) {
		return e, store.E(store.Forbidden, "err.forbidden")
	}
	return e, nil
}

// MayChange tells whether a may edit, cancel or remove the event: its author,
// or a moderator when it has none, because a visitor proposed it or its author
// left. Nobody edits another's words: what must not stand is hidden, with a
// reason and a line in the public log (package moderation). Who answers for
// the organisation in whose name an event stands may too: see store.Tx.Entrust.
func (e *Event) MayChange(a store.Actor) bool {
	if e.AuthorID == "" {
		return a.Can(store.Moderator)
	}
	return a.ID == e.AuthorID
}

// Get is one event. It fails with kind NotFound for an event the actor may not
// know of: for residents only, or hidden by a moderator and not their own.
func Get(tx *store.Tx, id string) (Event, error) {
	e, err := store.One(tx, scanEvent, sqlByID, id)
	if err != nil {
		return Event{}, err
	}
	if tx.Actor.ID != "" && e.AuthorID == tx.Actor.ID || tx.VouchedFor(e.Ref()) {
		return e, nil
	}
	if e.Draft {
		return Event{}, store.E(store.NotFound, "err.not_found")
	}
	shown := e.Ref()
	if e.ParentID != "" { // as visible as the whole
		shown.ID = e.ParentID
		if tx.VouchedFor(shown) {
			return e, nil
		}
	}
	if _, err := listing.ByRef(tx, shown); err != nil {
		return Event{}, err
	}
	return e, nil
}

// AuthorOf is the account that wrote an event, empty when there is none.
func AuthorOf(tx *store.Tx, id string) (string, error) {
	return store.One(tx, store.Scan[string], sqlAuthor, id)
}

// Of lists the events an account wrote, the latest first; at most limit.
func Of(tx *store.Tx, account string, limit int) ([]Event, error) {
	return store.All(tx, scanEvent, sqlOf, account, limit)
}
