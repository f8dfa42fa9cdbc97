package discussion

import (
	"slices"
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/directory"
	"copi.local/store/group"
	"copi.local/store/listing"
	"copi.local/store/photo"
)

// Journal names entries in refs.
const Journal = "journal"

// MaxEntry is the length of an entry's text, in characters.
const MaxEntry = 3000

// License is under what others may use an entry whose author said so.
const License = "https://creativecommons.org/licenses/by-sa/4.0/"

// Entry is a short dated text in the journal of an organisation or of a group.
type Entry struct {
	ID       string
	Element  string // of the directory, whose journal it is in; empty for a group's
	Group    string // empty for an element's
	AuthorID string // empty after they left
	Title    string
	Text     string
	Audience listing.Audience // as chosen; no wider than Group is read
	Free     bool             // under License; said once, when it is written
	At       time.Time
	EditedAt time.Time // zero: never, or in the first minutes
}

// Ref points at the entry.
func (e *Entry) Ref() store.Ref { return store.Ref{Module: Journal, ID: e.ID} }

// Keeps tells whether the actor answers for the journal the entry is in: they
// administer the element, or keep the group.
func (e *Entry) Keeps(tx *store.Tx) (bool, error) {
	switch {
	case tx.Actor.ID == "":
		return false, nil
	case e.Element != "":
		return directory.IsAdmin(tx, e.Element, tx.Actor.ID)
	}
	role, err := group.RoleOf(tx, e.Group)
	return role == group.Keeper, err
}

// Choices are the audiences an entry can have, from the widest: none reads more
// than what the journal is of. It fails with kind NotFound for what the actor
// may not read, and with kind Forbidden for who does not answer for the journal,
// or in a group that is closed.
func (e *Entry) Choices(tx *store.Tx) ([]listing.Audience, error) {
	widest, closed := listing.Members, false
	if e.Element != "" {
		of, err := directory.Get(tx, e.Element)
		if err != nil {
			return nil, err
		}
		closed = of.Kind == directory.Person
		if of.Audience == listing.Public {
			widest = listing.Public
		}
	} else {
		of, err := group.Get(tx, e.Group)
		if err != nil {
			return nil, err
		}
		widest, closed = of.Audience(), of.Closed()
	}
	if keeps, err := e.Keeps(tx); err != nil || !keeps || closed {
		if err == nil {
			err = store.E(store.Forbidden, "err.discussion.not_keeper")
		}
		return nil, err
	}
	list := []listing.Audience{listing.Public, listing.Members, listing.Group}
	return slices.DeleteFunc(list, func(a listing.Audience) bool {
		return widest.Wider(a) || a == listing.Group && e.Group == ""
	}), nil
}

// Words are what a form changes of an entry.
func (e *Entry) Words() any { return []any{e.Title, e.Text, e.Audience} }

// check tells what is wrong with what was written, and tidies it.
func (e *Entry) check(choices []listing.Audience) error {
	e.Title, e.Text = strings.TrimSpace(e.Title), strings.TrimSpace(e.Text)
	var bad store.Errors
	bad.Add(listing.CheckTitle(e.Title))
	if e.Text == "" {
		bad.Add(store.E(store.Invalid, "err.discussion.empty").At("text"))
	}
	bad.Add(listing.CheckText("text", e.Text, MaxEntry))
	if !slices.Contains(choices, e.Audience) {
		bad.Add(store.E(store.Invalid, "err.discussion.audience").At("audience"))
	}
	return bad.OrNil()
}

// PublishEntry adds an entry to a journal on behalf of the acting account, and gives
// it an id unless it brings one. It fails as Choices does, and with kind Busy
// past NewPerHour.
func PublishEntry(tx *store.Tx, e *Entry) error {
	if err := tx.Actor.Need(store.Resident); err != nil {
		return err
	}
	choices, err := e.Choices(tx)
	if err != nil {
		return err
	}
	if err := e.check(choices); err != nil {
		return err
	}
	if id, err := store.One(tx, store.Scan[string], sqlEntryTwice, tx.Actor.ID, e.Element, e.Group, e.Title, e.Text, tx.Now.Add(-twice).Unix()); err == nil {
		e.ID = id // somebody tapped twice
		return nil
	} else if store.KindOf(err) != store.NotFound {
		return err
	}
	n, err := store.One(tx, store.Scan[int], sqlEntriesSince, tx.Actor.ID, tx.Now.Add(-time.Hour).Unix())
	if err != nil {
		return err
	}
	if n >= NewPerHour {
		return store.E(store.Busy, "err.discussion.many_entries", "n", NewPerHour)
	}
	if e.ID == "" {
		e.ID = tx.NewID()
	}
	e.AuthorID, e.At, e.EditedAt = tx.Actor.ID, tx.Now, time.Time{}
	if _, err := tx.Exec(sqlPublish, e.ID, e.Element, e.Group, e.AuthorID, e.Title, e.Text, e.Audience, e.Free, tx.Now.Unix()); err != nil {
		return err
	}
	if err := e.put(tx); err != nil {
		return err
	}
	if e.Group != "" {
		return group.Stir(tx, e.Group)
	}
	return directory.Stand(tx, e.Element, e.Ref(), e.Title)
}

// put writes the entry's card. Nobody is named, and contacts in its words are
// for registered people only (PA-3). What a moderator hid stays hidden.
func (e *Entry) put(tx *store.Tx) error {
	title, text := Open(e.Title), Open(e.Text)
	body := listing.Body{"@type": "BlogPosting", "name": title, "description": text}
	if e.Free {
		body["license"] = License
	}
	return listing.Put(tx, listing.Card{
		Ref: e.Ref(), Kind: listing.KindNotice, Title: title, Summary: listing.Clip(text, summaryLength), Group: e.Group, Audience: e.Audience,
	}, body)
}

// EditEntry changes the words of the entry e.ID and who sees it to those of e, for
// who answers for the journal. What it said before is kept for those who read
// it, except in its first minutes (FO-6). A hidden one stays as the moderator
// read it. Whether it is Free was said when it was written. It fails with kind
// Conflict when somebody else changed it since the form was shown, see
// store.Overwrites.
func EditEntry(tx *store.Tx, e *Entry, shown string) error {
	was, err := OwnEntry(tx, e.ID)
	if err != nil {
		return err
	}
	if err := store.Overwrites(shown, was.Words()); err != nil {
		return err
	}
	choices, err := was.Choices(tx)
	if err != nil {
		return err
	}
	if hushed, err := listing.Hushed(tx, was.Ref()); err != nil {
		return err
	} else if hushed {
		return store.E(store.Conflict, "err.discussion.hidden")
	}
	if err := e.check(choices); err != nil {
		return err
	}
	e.Element, e.Group, e.AuthorID, e.Free, e.At, e.EditedAt = was.Element, was.Group, was.AuthorID, was.Free, was.At, was.EditedAt
	if e.Title != was.Title || e.Text != was.Text {
		if err := e.keepSaid(tx, &was); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(sqlEditEntry, e.Title, e.Text, e.Audience, seconds(e.EditedAt), e.ID); err != nil {
		return err
	}
	if err := e.put(tx); err != nil {
		return err
	}
	return directory.Did(tx, directory.ActChange, e.Ref(), e.Title)
}

// keepSaid keeps what the entry said, so many times an hour.
func (e *Entry) keepSaid(tx *store.Tx, was *Entry) error {
	if age := tx.Now.Sub(e.At); age >= 0 && age < Grace && tx.ClockQuality().Sure() {
		return nil
	}
	n, err := store.One(tx, store.Scan[int], sqlEntryKeptSince, e.ID, tx.Now.Add(-time.Hour).Unix())
	if err != nil {
		return err
	}
	if n >= PerHour {
		return store.E(store.Busy, "err.discussion.many", "n", PerHour)
	}
	e.EditedAt = tx.Now
	_, err = tx.Exec(sqlKeepEntry, e.ID, was.Title, was.Text, tx.Now.Unix())
	return err
}

// RemoveEntry takes an entry away for good with what it said before, for who answers
// for the journal, or once moderators have decided so (store.Tx.Entrust).
func RemoveEntry(tx *store.Tx, id string) error {
	e, err := OwnEntry(tx, id)
	if err != nil {
		return err
	}
	if err := directory.Did(tx, directory.ActRemove, e.Ref(), e.Title); err != nil {
		return err
	}
	return e.drop(tx, listing.Withdraw)
}

// drop deletes an entry with its photos, its comments and its card.
func (e *Entry) drop(tx *store.Tx, forget func(*store.Tx, store.Ref) error) error {
	if err := photo.Drop(tx, e.Ref()); err != nil {
		return err
	}
	if _, err := tx.Exec(sqlDropEntry, e.ID); err != nil {
		return err
	}
	if err := forgetComments(tx, e.Ref()); err != nil {
		return err
	}
	if err := directory.Unlink(tx, e.Ref()); err != nil {
		return err
	}
	return forget(tx, e.Ref())
}

// dropAll deletes the entries a statement finds.
func dropAll(tx *store.Tx, forget func(*store.Tx, store.Ref) error, statement, of string) error {
	list, err := store.All(tx, scanEntry, statement, of)
	if err != nil {
		return err
	}
	for i := range list {
		if err := list[i].drop(tx, forget); err != nil {
			return err
		}
	}
	return nil
}
