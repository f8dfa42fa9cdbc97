package discussion_test

import (
	"copi.local/store"
	"copi.local/store/group"
	"copi.local/store/listing"
)

// group makes a group kept by ana, with bob and zoe.
func (v *village) group(name string, reading listing.Audience, hidden bool) string {
	v.t.Helper()
	id := store.NewID()
	group.All[id] = &group.Group{ID: id, Name: name, Hidden: hidden, Reading: reading, Roles: map[string]group.Role{"ana": group.Keeper, "bob": group.Member, "zoe": group.Member}}
	v.update(ana, func(tx *store.Tx) error {
		for _, who := range []string{"ana", "bob", "zoe"} {
			if err := listing.Admit(tx, id, who); err != nil {
				return err
			}
		}
		return listing.Regroup(tx, id, reading)
	})
	return id
}
