package directory

import (
	"copi.local/store"
	"copi.local/store/listing"
)

// The roles an element plays for things of other modules.
const (
	Organiser = "organiser"
	Venue     = "place"
	Partner   = "partner"
)

// Link is an element that has something to do with a thing.
type Link struct {
	Element   string
	Role      string
	Confirmed bool
}

// SetLink makes an element the organiser or the place of a thing, or nobody
// when id is empty. Only who answers for an organisation names it organiser;
// any place can be named.
func SetLink(tx *store.Tx, role string, about store.Ref, id string) error {
	if _, err := tx.Exec(sqlUnlink, role, about.Module, about.ID); err != nil || id == "" {
		return err
	}
	e, err := get(tx, id)
	if err != nil {
		return err
	}
	if e.Kind == Person {
		return store.E(store.Invalid, "err.directory.parent").At(role)
	}
	if role != Venue {
		mine, err := e.mine(tx)
		if err != nil {
			return err
		}
		if !mine {
			return store.E(store.Forbidden, "err.forbidden")
		}
	}
	_, err = tx.Exec(sqlLink, id, role, about.Module, about.ID, true)
	return err
}

// AtPlace says that a thing is at the place of the directory it names, if there
// is exactly one of that name.
func AtPlace(tx *store.Tx, about store.Ref, name string) error {
	ids, err := store.All(tx, store.Scan[string], sqlPlaces, listing.Fold(name))
	if err != nil {
		return err
	}
	id := ""
	if len(ids) == 1 {
		id = ids[0]
	}
	err = SetLink(tx, Venue, about, id)
	if store.KindOf(err) == store.NotFound {
		return nil // a place the actor may not know of
	}
	return err
}

// Unlink forgets what elements have to do with a thing that is gone.
func Unlink(tx *store.Tx, about store.Ref) error {
	_, err := tx.Exec(sqlUnlinkAll, about.Module, about.ID)
	return err
}

// Links are the elements that have something to do with a thing.
func Links(tx *store.Tx, about store.Ref) ([]Link, error) {
	return store.All(tx, func(r store.Row) (l Link, err error) {
		err = r.Scan(&l.Element, &l.Role, &l.Confirmed)
		return l, err
	}, sqlLinksOf, about.Module, about.ID)
}

// Things are the ids of what an element organises, or houses, in a module.
func Things(tx *store.Tx, element, role, module string) ([]string, error) {
	return store.All(tx, store.Scan[string], sqlThings, element, role, module)
}

// Related are the ids of what an element organises or houses, of every module;
// never nil. Who may see each of them is for its card to say.
func Related(tx *store.Tx, element string) ([]string, error) {
	ids, err := store.All(tx, store.Scan[string], sqlRelated, element, Organiser, Venue)
	if ids == nil {
		ids = []string{}
	}
	return ids, err
}
