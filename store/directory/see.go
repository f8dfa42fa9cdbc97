package directory

import (
	"maps"
	"slices"

	"copi.local/store"
	"copi.local/store/category"
	"copi.local/store/contact"
	"copi.local/store/listing"
)

// FieldPrefix stands before the key of a custom field in ResidentsOnly.
const FieldPrefix = "field."

// Contacts in ResidentsOnly are the telephone numbers and addresses somebody
// wrote into the description or its first line (PA-3).
const Contacts = "contacts"

// Private are the fields that can be kept from visitors.
var Private = []string{"phone", "email", "street", "position", "website"}

// Get is one element as the actor may read it: fields for residents are empty
// for visitors, withheld ones for everybody but whom they are about. It fails
// with kind NotFound for an element the actor may not know of.
func Get(tx *store.Tx, id string) (Element, error) {
	e, err := get(tx, id)
	if err != nil {
		return Element{}, err
	}
	err = e.redact(tx)
	return e, err
}

// Own is one element whole, for somebody who may change it.
func Own(tx *store.Tx, id string) (Element, error) {
	e, err := get(tx, id)
	if err != nil {
		return Element{}, err
	}
	if err := tx.Actor.Need(store.Resident); err != nil {
		return Element{}, err
	}
	may, err := e.MayChange(tx)
	if err == nil && !may {
		err = store.E(store.Forbidden, "err.forbidden")
	}
	return e, err
}

// get is the whole element, for somebody who may know of it.
func get(tx *store.Tx, id string) (Element, error) {
	e, err := store.One(tx, scanElement, sqlByID, id)
	if err != nil {
		return Element{}, err
	}
	if mine, err := e.mine(tx); err != nil || mine {
		return e, err
	}
	_, err = listing.ByRef(tx, e.Ref())
	return e, err
}

// redact empties what the actor may not read.
func (e *Element) redact(tx *store.Tx) error {
	if mine, err := e.mine(tx); err != nil || mine {
		return err
	}
	for _, f := range e.Withheld {
		e.empty(f)
	}
	if tx.Actor.Can(store.Resident) {
		return nil
	}
	for _, f := range e.ResidentsOnly {
		e.empty(f)
	}
	fields, err := e.asked(tx)
	if err != nil {
		return err
	}
	kept := map[string]string{}
	for _, a := range category.Shown(fields, e.Fields, true) {
		kept[a.Key] = a.Value
	}
	e.Fields = kept
	return nil
}

// empty takes a field out.
func (e *Element) empty(field string) {
	switch field {
	case "phone":
		e.Phone = ""
	case "email":
		e.Email = ""
	case "street":
		e.Street = ""
	case "website":
		e.Website = ""
	case "position":
		e.Position = nil
	case Contacts:
		e.Brief, e.Description = contact.Mask(e.Brief, contact.Hidden), contact.Mask(e.Description, contact.Hidden)
	default:
		if key, ok := cutField(field); ok {
			e.Fields = maps.Clone(e.Fields)
			delete(e.Fields, key)
		}
	}
}

// asked are the custom fields of the element's kind.
func (e *Element) asked(tx *store.Tx) ([]category.Field, error) {
	if e.Kind == Person {
		return nil, nil
	}
	return category.FieldsOf(tx, e.Kind.Set())
}

// private tells whether not everybody sees a field.
func (e *Element) private(field string) bool {
	return slices.Contains(e.ResidentsOnly, field) || slices.Contains(e.Withheld, field)
}

// MayChange tells whether the actor may edit the element: its administrators,
// the person herself, or a moderator when nobody answers for it.
func (e *Element) MayChange(tx *store.Tx) (bool, error) {
	if mine, err := e.mine(tx); err != nil || mine {
		return mine, err
	}
	if !tx.Actor.Can(store.Moderator) || e.Kind == Person {
		return false, nil
	}
	n, err := store.One(tx, store.Scan[int], sqlAdminCount, e.ID)
	return n == 0, err
}

// mine tells whether the actor answers for the element.
func (e *Element) mine(tx *store.Tx) (bool, error) {
	if tx.Actor.ID == "" {
		return false, nil
	}
	if e.Kind == Person {
		return e.AuthorID == tx.Actor.ID, nil
	}
	return IsAdmin(tx, e.ID, tx.Actor.ID)
}

// Kept tells whether somebody answers for the element.
func (e *Element) Kept(tx *store.Tx) (bool, error) {
	if e.Kind == Person {
		return true, nil
	}
	n, err := store.One(tx, store.Scan[int], sqlAdminCount, e.ID)
	return n > 0, err
}
