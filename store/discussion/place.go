package discussion

import (
	"copi.local/store"
	"copi.local/store/group"
	"copi.local/store/listing"
)

// place is where a topic stands: its group, and what the actor may do in it.
type place struct {
	ID, Name string
	Writes   bool // belongs to it, and it is not closed
	Keeps    bool // moderates it
}

// placeOf is a group the actor may read; it fails with kind NotFound for any
// other.
func placeOf(tx *store.Tx, id string) (p place, err error) {
	if reads, err := listing.MaySee(tx, listing.Public, id); err != nil || !reads || id == "" {
		if err == nil {
			err = notFound()
		}
		return p, err
	}
	g, err := group.Get(tx, id)
	if err != nil {
		return p, err
	}
	p.ID, p.Name = g.ID, g.Name
	if p.Writes, err = group.MayWrite(tx, id); err != nil {
		return p, err
	}
	role, err := group.RoleOf(tx, id)
	p.Keeps = p.Writes && (role == group.Moderator || role == group.Keeper)
	return p, err
}

// keeps fails with kind Forbidden unless the actor moderates the group.
func (p *place) keeps() error {
	if !p.Keeps {
		return store.E(store.Forbidden, "err.forbidden")
	}
	return nil
}

// readers tells who of some accounts reads a group and may be known to: they
// belong to it, and the actor sees who does.
func (p *place) readers(tx *store.Tx, accounts []string) (map[string]bool, error) {
	known := map[string]bool{}
	sees, err := group.SeesMembers(tx, p.ID)
	if err != nil || !sees {
		return known, err
	}
	for _, id := range accounts {
		if known[id], err = listing.Reads(tx, p.ID, id); err != nil {
			return nil, err
		}
	}
	return known, nil
}
