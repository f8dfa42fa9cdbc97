package directory

import (
	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/photo"
)

// Personal is what the module holds about persons: what they made, what they
// belong to, what they asked for. An element somebody made stays when they
// leave, as nobody's: it speaks of an association, not of them. Their own card
// goes.
var Personal = store.Personal{
	Module: Module,
	Tables: []string{"directory_elements", "directory_members", "directory_invitations", "directory_claims", "directory_acts"},
	Export: export,
	Erase:  erase,
}

// Holding is what the module exports.
type Holding struct {
	Made []listing.Body `json:"elements,omitempty"`
	Belonging
}

func export(tx *store.Tx, account string) (any, error) {
	made, err := store.All(tx, scanElement, sqlMadeBy, account)
	if err != nil {
		return nil, err
	}
	h := Holding{Made: make([]listing.Body, len(made))}
	for i := range made {
		whole := made[i]
		whole.ResidentsOnly, whole.Withheld = nil, nil // it is hers: nothing is kept from her
		if h.Made[i], err = whole.Body(tx); err != nil {
			return nil, err
		}
		if p := whole.Position; p != nil {
			lat, lon := p.Degrees()
			h.Made[i]["geo"] = map[string]any{"latitude": lat, "longitude": lon}
		}
	}
	if h.Belonging, err = belonging(tx, account); err != nil {
		return nil, err
	}
	if len(h.Made) == 0 && h.empty() {
		return nil, nil
	}
	return h, nil
}

func erase(tx *store.Tx, account string, _ store.Erasure) error {
	id, err := store.One(tx, store.Scan[string], sqlPersonOf, account)
	if store.KindOf(err) != store.NotFound {
		if err != nil {
			return err
		}
		if _, err := tx.Exec(sqlDelete, id); err != nil {
			return err
		}
		ref := store.Ref{Module: Module, ID: id}
		if err := photo.Drop(tx, ref); err != nil {
			return err
		}
		if err := listing.Erase(tx, ref); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(sqlUnname, account); err != nil {
		return err
	}
	return part(tx, account)
}
