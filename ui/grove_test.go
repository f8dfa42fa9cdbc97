package ui

import (
	"copi.local/store"
	"copi.local/store/group"
)

// grove is a group of Léa's that Tom belongs to, read as widely as said.
func (b *box) grove(reading group.Circle) string {
	b.t.Helper()
	g := b.circle(func(g *group.Group) { g.Name, g.Reading = "Les amis de la mare", reading })
	b.as("tom", func(tx *store.Tx) error { return group.Join(tx, g.ID, "") })
	return g.ID
}

// shut turns a group of Léa's into a secret one.
func (b *box) shut(id string) {
	b.t.Helper()
	b.as("lea", func(tx *store.Tx) error {
		g, err := group.Kept(tx, id)
		if err != nil {
			return err
		}
		g.Reading, g.Joining = group.ToMembers, group.Invited
		return group.Edit(tx, &g, "")
	})
}
