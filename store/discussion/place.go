package discussion

import (
	"copi.local/store"
	"copi.local/store/group"
)

// Place is where topics stand: a group, and what the actor may do there.
type Place struct {
	ID, Name string
	Belongs  bool // to the group
	Writes   bool // begin topics, reply, answer quick questions
	Keeps    bool // announce, pin, close, move, hide
}

// PlaceOf is the place of a group's topics; it fails with kind NotFound for one
// the actor may not read.
func PlaceOf(tx *store.Tx, id string) (p Place, err error) {
	g, err := group.Get(tx, id)
	if err != nil {
		return p, err
	}
	if reads, err := g.MayRead(tx); err != nil || !reads {
		if err == nil {
			err = notFound()
		}
		return p, err
	}
	role, err := group.RoleOf(tx, id)
	writes := role != group.None && !g.Closed()
	return Place{g.ID, g.Name, role != group.None, writes, writes && role >= group.Moderator}, err
}

// readers are the accounts of whom the actor may know that they belong to the
// group.
func (p *Place) readers(tx *store.Tx) (map[string]bool, error) {
	roster, err := group.Members(tx, p.ID)
	known := make(map[string]bool, len(roster.Members))
	for i := range roster.Members {
		known[roster.Members[i].Account] = true
	}
	return known, err
}
