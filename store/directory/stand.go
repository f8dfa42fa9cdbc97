package directory

import "copi.local/store"

// Acts on things that stand in the name of an element.
const (
	ActPublish = "publish"
	ActChange  = "change"
	ActCancel  = "cancel"
	ActRestore = "restore"
	ActRemove  = "remove"
	ActDisown  = "disown" // the thing stands in another name now, or its author's
)

// Stand puts a thing of another module in the name of an element the acting
// person administers, or in nobody's when id is empty, and records who did it.
// The caller has checked that they may change the thing itself.
func Stand(tx *store.Tx, id string, ref store.Ref, title string) error {
	was, err := standing(tx, ref)
	if err != nil || was == id {
		return err
	}
	if was != "" {
		if err := note(tx, was, ActDisown, "", ref, title); err != nil {
			return err
		}
	}
	if err := SetLink(tx, Organiser, ref, id); err != nil || id == "" {
		return err
	}
	return note(tx, id, ActPublish, "", ref, title)
}

// standing is the element in whose name a thing stands; empty for none.
func standing(tx *store.Tx, ref store.Ref) (string, error) {
	id, err := store.One(tx, store.Scan[string], sqlStanding, ref.Module, ref.ID)
	if store.KindOf(err) == store.NotFound {
		return "", nil
	}
	return id, err
}

// InWhoseName is the element in whose name a thing stands; ok is false for
// none, and for one the actor may not know of.
func InWhoseName(tx *store.Tx, ref store.Ref) (e Element, ok bool, err error) {
	id, err := standing(tx, ref)
	if err != nil || id == "" {
		return e, false, err
	}
	e, err = Get(tx, id)
	if store.KindOf(err) == store.NotFound {
		return e, false, nil
	}
	return e, err == nil, err
}

// Vouch entrusts the actor with a thing that stands in the name of an element
// they administer, whoever wrote it.
func Vouch(tx *store.Tx, ref store.Ref) error {
	if tx.Actor.ID == "" {
		return nil
	}
	ok, err := store.One(tx, store.Scan[bool], sqlVouches, ref.Module, ref.ID, tx.Actor.ID)
	if ok {
		tx.Entrust(ref)
	}
	return err
}

// Did records what the actor did to a thing that stands in an element's name.
func Did(tx *store.Tx, act string, ref store.Ref, title string) error {
	id, err := standing(tx, ref)
	if err != nil || id == "" {
		return err
	}
	return note(tx, id, act, "", ref, title)
}
