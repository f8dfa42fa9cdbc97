package directory

import (
	"copi.local/store"
	"copi.local/store/listing"
)

// Partnership is a tie between two elements, public once both sides said yes.
type Partnership struct {
	Element   Element
	Confirmed bool
	Theirs    bool // the other side proposed it
}

// Offer proposes a partnership on behalf of an administrator. It stands once
// somebody who answers for the other side confirms it, or when they had
// proposed it already.
func Offer(tx *store.Tx, id, other string) error {
	if err := administer(tx, id); err != nil {
		return err
	}
	e, err := Get(tx, other)
	if err != nil || e.Kind == Person {
		return store.E(store.Invalid, "err.partner.unknown").At("partner").Because(err)
	}
	if id == other {
		return store.E(store.Invalid, "err.partner.self").At("partner")
	}
	all, err := partnerships(tx, id)
	if err != nil {
		return err
	}
	for _, p := range all {
		switch {
		case p.Element.ID != other:
		case p.Theirs && !p.Confirmed:
			return Confirm(tx, id, other)
		default:
			return store.E(store.Conflict, "err.partner.already").At("partner")
		}
	}
	if _, err := tx.Exec(sqlLink, id, Partner, Module, other, false); err != nil {
		return err
	}
	return tellAdmins(tx, other, "notify.partner_offered")
}

// Confirm says yes to a partnership the other side proposed.
func Confirm(tx *store.Tx, id, other string) error {
	if err := administer(tx, id); err != nil {
		return err
	}
	done, err := tx.Exec(sqlConfirm, other, Module, id)
	if err != nil {
		return err
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return store.E(store.Conflict, "err.partner.gone").Because(err)
	}
	return tellAdmins(tx, other, "notify.partner_confirmed")
}

// EndPartnership takes it away, proposed or confirmed; either side may.
func EndPartnership(tx *store.Tx, id, other string) error {
	if err := administer(tx, id); err != nil {
		return err
	}
	for _, pair := range [][2]string{{id, other}, {other, id}} {
		if _, err := tx.Exec(sqlPart, pair[0], Module, pair[1]); err != nil {
			return err
		}
	}
	return nil
}

// Partners are the partnerships of an element with others the actor may know
// of: for its administrators also what waits, for others what both sides said.
func Partners(tx *store.Tx, id string) ([]Partnership, error) {
	all, err := partnerships(tx, id)
	if err != nil {
		return nil, err
	}
	admin, err := IsAdmin(tx, id, tx.Actor.ID)
	if err != nil {
		return nil, err
	}
	var list []Partnership
	for _, p := range all {
		if !p.Confirmed && !admin {
			continue
		}
		c, err := listing.ByRef(tx, p.Element.Ref())
		if store.KindOf(err) == store.NotFound || (err == nil && c.Hidden) {
			continue
		}
		if err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	return list, nil
}

// partnerships reads both directions, the other element's name with each.
func partnerships(tx *store.Tx, id string) ([]Partnership, error) {
	return store.All(tx, func(r store.Row) (p Partnership, err error) {
		p.Element.Kind = Org // a name and an id are all that is read of it
		err = r.Scan(&p.Element.ID, &p.Element.Name, &p.Confirmed, &p.Theirs)
		return p, err
	}, sqlPartners, Module, id)
}

// Named are the elements of a name, as people write it; persons left out.
func Named(tx *store.Tx, name string) ([]Element, error) {
	all, err := store.All(tx, scanElement, sqlByName, listing.Fold(name))
	if err != nil {
		return nil, err
	}
	return visible(tx, all)
}
