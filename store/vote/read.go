package vote

import (
	"copi.local/store"
	"copi.local/store/listing"
)

// Get is one proposal. It fails with kind NotFound for one the actor may not
// know of: of a group that is closed to them, for residents only, or hidden by
// a moderator and neither their own nor one they may vote on.
func Get(tx *store.Tx, id string) (Proposal, error) {
	p, err := store.One(tx, scanProposal, sqlByID, id)
	if err != nil {
		return p, err
	}
	if p.State == Voting && p.mayVote(tx, tx.Actor.ID) == nil { // also who has left the group, where they keep the right
		return p, nil
	}
	if p.AuthorID != "" && p.AuthorID == tx.Actor.ID {
		if part, err := belongs(tx, p.GroupID); err != nil || part {
			return p, err
		}
	}
	if _, err := listing.ByRef(tx, p.Ref()); err != nil {
		return Proposal{}, err
	}
	return p, nil
}

// managed is a proposal, for somebody who may change it.
func managed(tx *store.Tx, id string) (p Proposal, r Rights, err error) {
	if p, err = Get(tx, id); err != nil {
		return p, r, err
	}
	if err := tx.Actor.Need(store.Resident); err != nil {
		return p, r, err
	}
	if r, err = p.RightsOf(tx); err == nil && !r.Manage() {
		err = store.E(store.Forbidden, "err.forbidden")
	}
	return p, r, err
}

// Managed is a proposal, for somebody who may change it; kind Forbidden for
// others.
func Managed(tx *store.Tx, id string) (Proposal, error) {
	p, _, err := managed(tx, id)
	return p, err
}

// save stores a proposal that was changed, with its card.
func (p *Proposal) save(tx *store.Tx) error {
	p.UpdatedAt = tx.Now
	values, err := p.columns()
	if err != nil {
		return err
	}
	if _, err := tx.Exec(sqlUpdate, values...); err != nil {
		return err
	}
	return p.put(tx)
}

// AuthorOf is the account that proposed it; empty when it has left.
func AuthorOf(tx *store.Tx, id string) (string, error) {
	return store.One(tx, store.Scan[string], sqlAuthor, id)
}

// Of lists the proposals of the acting account, the latest first; at most limit.
func Of(tx *store.Tx, limit int) ([]Proposal, error) {
	return store.All(tx, scanProposal, sqlOf, tx.Actor.ID, limit)
}

// OfGroup lists the proposals of a group, the latest first; at most limit. Who
// may read the group is for the caller to know.
func OfGroup(tx *store.Tx, group string, limit int) ([]Proposal, error) {
	return store.All(tx, scanProposal, sqlOfGroup, group, limit)
}

// Open lists the votes under way that the actor may know of, the one that ends
// first before the others.
func Open(tx *store.Tx) ([]Proposal, error) {
	all, err := store.All(tx, scanProposal, sqlOpen)
	if err != nil {
		return nil, err
	}
	var list []Proposal
	for i := range all {
		if all[i].Over(tx.Now) && tx.ClockQuality().Sure() {
			continue
		}
		c, err := listing.ByRef(tx, all[i].Ref())
		if store.KindOf(err) == store.NotFound || err == nil && c.Hidden {
			continue
		}
		if err != nil {
			return nil, err
		}
		list = append(list, all[i])
	}
	return list, nil
}

// OpenCount is how many votes are under way, whoever asks (BO-9).
func OpenCount(tx *store.Tx) (int, error) { return store.One(tx, store.Scan[int], sqlOpenN) }

// Waiting lists the open votes the acting account may vote in and has not, the
// one that ends first before the others: none of a group it has left where that
// ends the right.
func Waiting(tx *store.Tx) ([]Proposal, error) {
	if tx.Actor.ID == "" {
		return nil, nil
	}
	all, err := store.All(tx, scanProposal, sqlWaiting, tx.Actor.ID, tx.Now.Unix())
	if err != nil {
		return nil, err
	}
	var list []Proposal
	for i := range all {
		switch err := all[i].mayVote(tx, tx.Actor.ID); {
		case err == nil:
			list = append(list, all[i])
		case store.KindOf(err) != store.Conflict:
			return nil, err
		}
	}
	return list, nil
}

// Adopted tells whether a decision was closed and adopted something, with its
// title: for what follows from it. ok is false for any other proposal.
func Adopted(tx *store.Tx, id string) (title string, ok bool, err error) {
	p, err := Get(tx, id)
	if store.KindOf(err) == store.NotFound {
		return "", false, nil
	}
	return p.Title, err == nil && p.State == Closed && decides(p.Outcome), err
}
