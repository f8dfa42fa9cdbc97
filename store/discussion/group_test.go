package discussion_test

import (
	"copi.local/store"
	"copi.local/store/group"
	"copi.local/store/listing"
)

// group makes a group kept by ana, which bob and zoe join.
func (v *village) group(name string, reading listing.Audience, hidden bool) string {
	v.t.Helper()
	g := group.Group{Name: name, Theme: "nature", Purpose: "Parler", Reading: group.ToEverybody, Seen: group.ToEverybody, Joining: group.Free}
	if reading == listing.Group {
		g.Reading = group.ToMembers
	}
	if hidden {
		g.Seen = group.ToKeepers
	}
	v.update(ana, func(tx *store.Tx) error { return group.Begin(tx, &g, "") })
	for _, who := range []store.Actor{bob, zoe} {
		v.join(who, g.ID)
	}
	return g.ID
}

func (v *village) join(who store.Actor, id string) {
	v.t.Helper()
	v.update(who, func(tx *store.Tx) error { return group.Join(tx, id, "") })
}
