package ui

import (
	"copi.local/store"
	"copi.local/store/group"
	"copi.local/store/listing"
)

// groupVotes are the decisions of a group, on its page.
func (r *request) groupVotes(tx *store.Tx, p *groupPage) (v groupSection, err error) {
	if r.isOff(votePath) {
		return v, nil
	}
	v = groupSection{Title: r.T("vote.title"), None: r.T("vote.none")}
	res, err := listing.Find(tx, listing.Query{Group: p.Group.ID, Kind: listing.KindDecision, Limit: votesInGroup})
	if err != nil {
		return v, err
	}
	for _, c := range res.Cards {
		v.Cards = append(v.Cards, r.card(c, false).within())
	}
	if may, err := group.MayWrite(tx, p.Group.ID); err != nil || !may {
		return v, err
	}
	v.Actions = append(v.Actions, door{votePath + "/nouvelle?groupe=" + p.Group.ID, "lightbulb", r.T("vote.new.go"), ""})
	return v, nil
}

// votesInGroup is how many decisions stand on a group's page.
const votesInGroup = 12
