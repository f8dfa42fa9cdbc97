package demo

import (
	"context"
	"strings"

	"copi.local/store"
	"copi.local/store/account"
)

// charter publishes a second version that jeanne has still to accept, and opens
// the account of a child who waits for a parent.
func (f *filler) charter(ctx context.Context) error {
	err := f.db.Update(ctx, func(tx *store.Tx) error {
		f.act(tx, 0)
		now, err := account.CharterOf(tx)
		if err != nil {
			return err
		}
		body := strings.Replace(now.Body, "Sans insulte, menace,", "Sans insulte, menace, moquerie sur l'âge ou l'accent,", 1)
		if err := account.Draft(tx, body, "Proposé à la réunion publique : on ne se moque ni de l'âge ni de l'accent."); err != nil {
			return err
		}
		if err := account.Amend(tx, account.Amendment{Version: now.Version + 1, Days: 30}); err != nil {
			return err
		}
		for who := range f.people {
			f.act(tx, who)
			if who == jeanne {
				continue
			}
			if err := account.Accept(tx, now.Version+1); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	zone := f.now.In(f.zone)
	_, _, err = account.NewDesk(f.db, account.Recommended).Add(store.As(ctx, store.Actor{Role: store.Operator}), account.NewPerson{
		Login: "lou-inventee", Name: "Lou Inventée", Role: store.Resident, OnPaper: true,
		Birth: account.Birth{Year: zone.Year() - 13, Month: 6},
	})
	return err
}
