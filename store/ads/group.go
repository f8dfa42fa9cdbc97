package ads

import (
	"copi.local/store"
	"copi.local/store/listing"
)

// Ungroup is what becomes of a group's ads when it is taken away: those for its
// members alone go with it, the others stand for themselves and are seen by whom
// they were. It comes before listing forgets the group.
func Ungroup(tx *store.Tx, group string) error {
	list, err := store.All(tx, scanAd, sqlOfGroup, group)
	if err != nil {
		return err
	}
	for i := range list {
		a := &list[i]
		seen, err := listing.Effective(tx, a.Audience, a.Group)
		if err != nil {
			return err
		}
		if seen == listing.Group {
			if err := drop(tx, a, listing.Withdraw); err != nil {
				return err
			}
			continue
		}
		a.Audience, a.Group = seen, ""
		if _, err := tx.Exec(sqlUpdate, append(a.columns(), a.ID)...); err != nil {
			return err
		}
		if err := put(tx, a); err != nil {
			return err
		}
	}
	return nil
}
