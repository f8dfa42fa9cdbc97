package discussion

import (
	"copi.local/store"
	"copi.local/store/directory"
	"copi.local/store/group"
	"copi.local/store/listing"
)

// EntryOf is one entry. It fails with kind NotFound for one the actor may not
// read: it is for others, or a moderator hid it. Who answers for the journal
// reads it all.
func EntryOf(tx *store.Tx, id string) (Entry, error) {
	e, err := store.One(tx, scanEntry, sqlEntry, id)
	if err != nil {
		return e, err
	}
	if keeps, err := e.Keeps(tx); err != nil || keeps || tx.VouchedFor(e.Ref()) {
		return e, err
	}
	if _, err := listing.ByRef(tx, e.Ref()); err != nil {
		return Entry{}, err
	}
	return e, nil
}

// OwnEntry is an entry the actor may change or take away.
func OwnEntry(tx *store.Tx, id string) (Entry, error) {
	e, err := EntryOf(tx, id)
	if err != nil || tx.VouchedFor(e.Ref()) {
		return e, err
	}
	if err := tx.Actor.Need(store.Resident); err != nil {
		return e, err
	}
	keeps, err := e.Keeps(tx)
	if err == nil && !keeps {
		err = store.E(store.Forbidden, "err.discussion.not_keeper")
	}
	return e, err
}

// Entries asks for the cards of a journal, the newest first: what the actor may
// see of the entries of an element, or of a group.
func Entries(tx *store.Tx, element, of string) (listing.Query, error) {
	q := listing.Query{Kind: listing.KindNotice, Origin: listing.FromHere, Order: listing.Newest, Group: of}
	var err error
	if element != "" {
		q.IDs, err = store.All(tx, store.Scan[string], sqlEntryIDs, element)
		if q.IDs == nil {
			q.IDs = []string{} // nothing, and not everything
		}
	}
	return q, err
}

// EntryHistory is what an entry said before it was changed, the latest first,
// title above text, for residents who read it.
func EntryHistory(tx *store.Tx, id string) ([]Said, error) {
	if err := tx.Actor.Need(store.Resident); err != nil {
		return nil, err
	}
	e, err := EntryOf(tx, id)
	if err != nil {
		return nil, err
	}
	if e.EditedAt.IsZero() {
		return nil, notFound()
	}
	return store.All(tx, scanSaid, sqlEntryHistory, id)
}

// EntryAuthorOf is the account that wrote an entry; empty after they left.
func EntryAuthorOf(tx *store.Tx, id string) (string, error) {
	e, err := store.One(tx, scanEntry, sqlEntry, id)
	return e.AuthorID, err
}

// Answering are the accounts that answer for the journal an entry is in.
func Answering(tx *store.Tx, id string) ([]string, error) {
	e, err := store.One(tx, scanEntry, sqlEntry, id)
	if err != nil {
		return nil, err
	}
	if e.Element != "" {
		return directory.AdminsOf(tx, e.Element)
	}
	return group.KeepersOf(tx, e.Group)
}

// forgetJournals deletes the journals of elements that are no more.
func forgetJournals(tx *store.Tx) error {
	return directory.EachDeleted(tx, sqlJournals, func(id string) error {
		return dropAll(tx, listing.Withdraw, sqlEntriesOfElement, id)
	})
}
