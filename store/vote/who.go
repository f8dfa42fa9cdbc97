package vote

import (
	"slices"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/group"
)

// people are the accounts of whom a decision is: all residents, or the members
// of a group, in the order of their ids.
func people(tx *store.Tx, in string) ([]string, error) {
	if in != "" {
		list, err := group.People(tx, in)
		slices.Sort(list)
		return list, err
	}
	list, err := account.Residents(tx)
	slices.Sort(list)
	return list, err
}

// belongs tells whether the actor is one of whom the decision is.
func belongs(tx *store.Tx, in string) (bool, error) {
	if in != "" {
		return group.MayWrite(tx, in)
	}
	return tx.Actor.Can(store.Resident), nil
}

// leads tells whether the actor answers for the decisions of a group, as its
// keepers do; for those of all residents operators do.
func leads(tx *store.Tx, in string) (bool, error) {
	if in != "" {
		role, err := group.RoleOf(tx, in)
		return role == group.Keeper, err
	}
	return tx.Actor.Can(store.Operator), nil
}

// Rights are what the actor may do with a proposal.
type Rights struct {
	Author bool // it is theirs
	Lead   bool // they answer for the decisions of the group, or of the village
	Part   bool // they belong to those whose decision it is
}

// Manage tells whether they may change its text, write its rule and record what
// became of it.
func (r Rights) Manage() bool { return r.Author && r.Part || r.Lead }

// RightsOf is what the actor may do.
func (p *Proposal) RightsOf(tx *store.Tx) (r Rights, err error) {
	if tx.Actor.ID == "" {
		return r, nil
	}
	r.Author = p.AuthorID == tx.Actor.ID
	if r.Part, err = belongs(tx, p.GroupID); err != nil {
		return r, err
	}
	r.Lead, err = leads(tx, p.GroupID)
	return r, err
}

// member tells whether an account is one of whom the decision is.
func member(tx *store.Tx, in, id string) (bool, error) {
	if in != "" {
		return group.Belongs(tx, in, id)
	}
	_, err := account.ByID(tx, id)
	if store.KindOf(err) == store.NotFound {
		return false, nil
	}
	return err == nil, err
}

// Electorate is how many would be on the roll of a vote opened now.
func Electorate(tx *store.Tx, in string) (int, error) {
	list, err := people(tx, in)
	return len(list), err
}
