package assembly

import (
	"copi.local/store"
	"copi.local/store/vote"
	"copi.local/store/vote/tally"
)

// Ward is somebody the actor may vote for in a decision now.
type Ward struct {
	AssemblyID string
	AccountID  string
	Name       string
	Voted      bool // the actor voted for them already
}

// Wards lists those the actor may vote for in a decision: it is an item of a
// meeting that is held, the actor is there, holds their proxy, and they have not
// come nor voted themselves.
func Wards(tx *store.Tx, p *vote.Proposal) (list []Ward, err error) {
	if tx.Actor.ID == "" || p.State != vote.Voting || !p.Rule.Proxies {
		return nil, nil
	}
	open, err := store.All(tx, scanAssembly, sqlOpenWith, p.ID)
	if err != nil {
		return nil, err
	}
	for i := range open {
		some, err := open[i].wards(tx, p)
		if err != nil {
			return nil, err
		}
		list = append(list, some...)
	}
	return list, nil
}

func (a *Assembly) wards(tx *store.Tx, p *vote.Proposal) (list []Ward, err error) {
	mine, ok, err := a.seatOf(tx, tx.Actor.ID)
	if err != nil || !ok {
		return nil, err
	}
	s, err := a.Standing(tx)
	if err != nil {
		return nil, err
	}
	for _, h := range s.Proxies {
		if h.Holder != mine || h.Worth != tally.ProxyCounts {
			continue
		}
		seat := Seat{}
		if seat.AccountID, err = a.accountOf(tx, h.Giver); err != nil {
			return nil, err
		}
		if on, err := p.Entitled(tx, seat.AccountID); err != nil {
			return nil, err
		} else if !on {
			continue
		}
		how, err := p.How(tx, seat.AccountID)
		if err != nil {
			return nil, err
		}
		if how != "" && how != vote.Proxy {
			continue
		}
		name, err := nameOf(tx, &seat)
		if err != nil {
			return nil, err
		}
		list = append(list, Ward{a.ID, seat.AccountID, name, how == vote.Proxy})
	}
	return list, nil
}

// CastFor votes for somebody whose proxy the actor holds. Their own vote, before
// or after, is the one that counts (DE-9).
func CastFor(tx *store.Tx, proposal, account string, answer vote.Answer) error {
	p, err := vote.Get(tx, proposal)
	if err != nil {
		return err
	}
	if err := tx.Actor.Need(store.Resident); err != nil {
		return err
	}
	wards, err := Wards(tx, &p)
	if err != nil {
		return err
	}
	for _, w := range wards {
		if w.AccountID == account {
			tx.Entrust(p.Ref())
			return vote.CastByProxy(tx, p.ID, account, answer)
		}
	}
	return store.E(store.Conflict, "err.assembly.no_ward")
}
