package agenda

import (
	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/photo"
)

// Ungroup is what becomes of a group's events when it is taken away: those for
// its members alone go with it, the others stand for themselves and are seen by
// whom they were. It comes before listing forgets the group.
func Ungroup(tx *store.Tx, group string) error {
	events, err := store.All(tx, scanEvent, sqlOfGroup, group)
	if err != nil {
		return err
	}
	for i := range events {
		if err := ungroup(tx, &events[i]); err != nil {
			return err
		}
	}
	return nil
}

func ungroup(tx *store.Tx, e *Event) error {
	seen, err := listing.Effective(tx, e.Audience, e.Group)
	if err != nil {
		return err
	}
	if seen == listing.Group {
		if err := photo.Drop(tx, e.Ref()); err != nil {
			return err
		}
		return drop(tx, e, listing.Withdraw)
	}
	e.Audience, e.Group = seen, ""
	return change(tx, e)
}
