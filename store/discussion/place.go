package discussion

import (
	"copi.local/store"
	"copi.local/store/group"
	"copi.local/store/listing"
	"copi.local/store/notify"
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

// hears tells whether an account may hear of what is said about a thing: of a
// topic for the members of its group nobody else does, also not who wrote there
// before.
func hears(tx *store.Tx, about store.Ref, account string) (bool, error) {
	if about.Module != Module {
		return true, nil
	}
	of, err := store.One(tx, store.Scan[string], sqlGroupOf, about.ID)
	if err != nil {
		return false, err
	}
	reading, err := listing.Reading(tx, of)
	if err != nil || reading != listing.Group {
		return err == nil, err
	}
	return listing.Reads(tx, of, account)
}

// tell tells an account of what is said about a thing, if it may hear of it.
func tell(tx *store.Tx, account string, about store.Ref, key string) error {
	if may, err := hears(tx, about, account); err != nil || !may {
		return err
	}
	return notify.Tell(tx, account, about, key)
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
