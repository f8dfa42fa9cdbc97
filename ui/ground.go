package ui

import (
	"context"
	"log/slog"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/listing"
	"copi.local/store/vote"
)

// Acts of operators that can follow a decision of the village: a change of the
// charter, of what is switched on, of a rule. The public log names the decision,
// and the decision's page what followed.

// latestDecisions bounds how far back one can choose from.
const latestDecisions = 50

// Decisions are the adopted decisions an act can follow, the latest first, after
// the choice of none; empty when there are none. It reads them while the page is
// drawn: several pages ask for them, and few people see these.
func (p *page) Decisions() []choice {
	var list []choice
	err := p.box.db.View(store.As(context.Background(), p.Me.Actor), func(tx *store.Tx) error {
		found, err := listing.Find(tx, listing.Query{
			Kind: listing.KindDecision, Tag: vote.Word(vote.Closed), Origin: listing.FromHere, Order: listing.Newest, Limit: latestDecisions,
		})
		if err != nil {
			return err
		}
		for i := range found.Cards {
			id := found.Cards[i].Ref.ID
			title, adopted, err := vote.Adopted(tx, id)
			if err != nil {
				return err
			}
			if adopted {
				list = append(list, choice{Value: id, Label: p.Typo(title)})
			}
		}
		return nil
	})
	if err != nil {
		p.box.log.Error("decisions not read", slog.Any("error", err))
	}
	if len(list) == 0 || err != nil {
		return nil
	}
	return append([]choice{{Label: p.T("charter.ground.none")}}, list...)
}

// ground is the decision a form says an act follows; the zero Ref without one.
func (f *form) ground(tx *store.Tx) (store.Ref, error) {
	id := f.text("decision")
	if id == "" {
		return store.Ref{}, nil
	}
	_, adopted, err := vote.Adopted(tx, id)
	if err == nil && !adopted {
		err = store.E(store.Invalid, "err.account.ground").At("decision")
	}
	return store.Ref{Module: vote.Module, ID: id}, err
}

// enact makes a change of the box's rules and writes it into the public log,
// with the decision it follows.
func (r *request) enact(f *form, act account.Act, change func(*store.Tx) error) error {
	return r.Update(func(tx *store.Tx) error {
		if err := change(tx); err != nil {
			return err
		}
		ground, err := f.ground(tx)
		if err != nil {
			return err
		}
		return account.LogFor(tx, act, ground)
	})
}

// followed lists what operators did that follows a decision.
func (r *request) followed(tx *store.Tx, ground store.Ref) ([]actLine, error) {
	entries, err := account.LogsOf(tx, ground)
	if err != nil {
		return nil, err
	}
	return r.actLines(tx, entries)
}
