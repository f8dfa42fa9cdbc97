package directory

import (
	"slices"

	"copi.local/store"
	"copi.local/store/listing"
)

// maxDepth bounds how deep elements stand in one another.
const maxDepth = 12

// checkParent refuses a parent that does not exist, that is the element itself
// or stands in it (DI-7), or that the actor does not answer for: nobody hangs
// a sign on another's house.
func (e *Element) checkParent(tx *store.Tx) error {
	if e.ParentID == "" {
		return nil
	}
	parent, err := get(tx, e.ParentID)
	if store.KindOf(err) == store.NotFound || (err == nil && parent.Kind == Person) {
		return store.E(store.Invalid, "err.directory.parent").At("parent")
	}
	if err != nil {
		return err
	}
	if err := e.checkCycle(tx); err != nil {
		return err
	}
	may, err := parent.MayChange(tx)
	if err == nil && !may {
		return store.E(store.Invalid, "err.directory.parent_other", "name", parent.Name).At("parent")
	}
	return err
}

func (e *Element) checkCycle(tx *store.Tx) error {
	at := e.ParentID
	for range maxDepth {
		if at == "" {
			return nil
		}
		if at == e.ID {
			return store.E(store.Conflict, "err.directory.cycle").At("parent")
		}
		var err error
		if at, err = store.One(tx, store.Scan[string], sqlParentOf, at); err != nil {
			return err
		}
	}
	return store.E(store.Conflict, "err.directory.deep", "max", maxDepth).At("parent")
}

// standsAt is where an element is: its own place, or that of what it is in.
func (e *Element) standsAt(tx *store.Tx) (*listing.Point, error) {
	at := *e
	for range maxDepth {
		if at.private("position") {
			return nil, nil
		}
		if at.Position != nil || at.ParentID == "" {
			return at.Position, nil
		}
		var err error
		if at, err = store.One(tx, scanElement, sqlByID, at.ParentID); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// putChildren writes the cards of what stands in an element anew: they have
// its place when they have none of their own, and say its name.
func putChildren(tx *store.Tx, id string) error { return putBelow(tx, id, maxDepth) }

func putBelow(tx *store.Tx, id string, depth int) error {
	if depth == 0 {
		return nil
	}
	children, err := store.All(tx, scanElement, sqlChildren, id)
	if err != nil {
		return err
	}
	for i := range children {
		if err := children[i].put(tx); err != nil {
			return err
		}
		if err := putBelow(tx, children[i].ID, depth-1); err != nil {
			return err
		}
	}
	return nil
}

// Children are the elements that stand in one, of those the actor may see:
// rooms of a hall, projects of an association.
func Children(tx *store.Tx, id string) ([]Element, error) {
	all, err := store.All(tx, scanElement, sqlChildren, id)
	if err != nil {
		return nil, err
	}
	return visible(tx, all)
}

// visible keeps what the actor may see and what is not archived, redacted.
func visible(tx *store.Tx, all []Element) ([]Element, error) {
	return readable(tx, slices.DeleteFunc(all, func(e Element) bool { return !e.ArchivedAt.IsZero() }))
}

// readable keeps what the actor may see, redacted.
func readable(tx *store.Tx, all []Element) ([]Element, error) {
	var list []Element
	for _, e := range all {
		c, err := listing.ByRef(tx, e.Ref())
		if store.KindOf(err) == store.NotFound || (err == nil && c.Hidden) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if err := e.redact(tx); err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	return list, nil
}

// Ancestors are what an element stands in, the outermost first.
func Ancestors(tx *store.Tx, e *Element) ([]Element, error) {
	var list []Element
	for at := e.ParentID; at != "" && len(list) < maxDepth; {
		p, err := Get(tx, at)
		if store.KindOf(err) == store.NotFound {
			return list, nil // not for this actor, nor what is above
		}
		if err != nil {
			return nil, err
		}
		list = append([]Element{p}, list...)
		at = p.ParentID
	}
	return list, nil
}
