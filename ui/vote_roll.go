package ui

import (
	"cmp"
	"slices"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/group"
	"copi.local/store/vote"
)

// voteRoll lists who may vote, for those whose vote it is; after the end also
// who did.
func (s *Server) voteRoll(r *request) error {
	p := &votePage{page: r.page("vote.roll.title"), Href: votePath + "/" + r.Param("id")}
	p.Section = "decisions"
	err := r.View(func(tx *store.Tx) (err error) {
		if p.Vote, err = vote.Get(tx, r.Param("id")); err != nil {
			return err
		}
		if p.Rights, err = p.Vote.RightsOf(tx); err != nil {
			return err
		}
		if on, err := p.Vote.Entitled(tx, r.actor.ID); err != nil || !on && !p.Rights.Lead {
			return err
		}
		seen, err := r.rollSeen(tx, &p.Vote)
		if err != nil {
			return err
		}
		roll, err := p.Vote.Roll(tx)
		for _, e := range roll {
			if err != nil {
				return err
			}
			voted := e.How != "" && p.Vote.State == vote.Closed
			if voted {
				p.Turnout++
			}
			if seen != nil && !seen[e.AccountID] {
				p.Unnamed++
				continue
			}
			var name string
			if name, err = r.voterName(tx, e.AccountID); err == nil {
				p.Names = append(p.Names, name)
				if voted {
					p.Voted = append(p.Voted, r.howVoted(name, e.How))
				}
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, list := range [][]string{p.Names, p.Voted} {
		slices.SortFunc(list, func(a, b string) int { return cmp.Compare(account.Fold(a), account.Fold(b)) })
	}
	return r.Render("vote/roll", p)
}

// howVoted is a voter's name, with how they voted where it was not on a phone of
// their own: those who signed for a ballot of paper can find themselves here.
func (s *speech) howVoted(name, how string) string {
	if how == vote.Web {
		return name
	}
	return s.T("vote.roll.how", "name", name, "how", s.T("vote.roll.by_"+how))
}

// rollSeen are the accounts of a group's roll the reader may see by name (FO-1);
// nil for a roll of all residents.
func (r *request) rollSeen(tx *store.Tx, v *vote.Proposal) (map[string]bool, error) {
	if v.GroupID == "" {
		return nil, nil
	}
	seen := map[string]bool{}
	roster, err := group.Members(tx, v.GroupID)
	for _, m := range roster.Members {
		seen[m.Account] = true
	}
	if store.KindOf(err) == store.NotFound {
		err = nil
	}
	return seen, err
}
