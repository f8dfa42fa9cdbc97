package notify_test

import (
	"testing"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/notify"
)

// TestOnlyMembersHearOfWhatIsForTheirGroup: a tag, a place, the thing itself may
// be followed by others too; who left hears no more of what they followed.
func TestOnlyMembersHearOfWhatIsForTheirGroup(t *testing.T) {
	const forest = "f0rest0000000000"
	v := newVillage(t)
	v.update(mod, func(tx *store.Tx) error { return listing.Admit(tx, forest, lea.ID) })
	for _, who := range []store.Actor{lea, paul, mod} {
		v.follow(who, notify.Tag, "chantier", notify.AtOnce)
		v.follow(who, notify.Commune, "46029", notify.AtOnce)
	}
	c := soon("Chantier de la mare", "Chantier")
	c.Audience, c.Group = listing.Group, forest
	c.Ref.ID = v.put(c)
	v.run()
	v.want("published", lea, "new")
	v.want("outside", paul, "")
	v.want("a moderator outside", mod, "")
	v.follow(lea, notify.Card, c.Ref.ID, notify.AtOnce)
	c.Cancelled = true
	v.put(c)
	v.run()
	v.want("cancelled", lea, "cancelled 2")
	v.update(mod, func(tx *store.Tx) error { return listing.Expel(tx, forest, lea.ID) })
	c.Cancelled = false
	v.put(c)
	v.run()
	v.update(mod, func(tx *store.Tx) error {
		return notify.TellFollowers(tx, store.Ref{Module: "agenda", ID: c.Ref.ID}, "notify.commented", "n", 1)
	})
	v.want("after she left", lea, "cancelled 2")
}
