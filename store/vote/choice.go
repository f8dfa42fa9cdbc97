package vote

import (
	"slices"
	"strings"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/vote/tally"
)

// Choice is how a tie was settled without a lot, where the rule says so: by
// whoever conducts the decision, in words.
type Choice struct {
	Options []int  `json:"options"` // of those tied
	Why     string `json:"why"`
}

// Won are the options that won, with those a choice took.
func (m *Minutes) Won() []int {
	won := slices.Clone(m.Result.Winners)
	if m.Choice != nil {
		won = append(won, m.Choice.Options...)
	}
	return won
}

// outcome is how the vote ended, with what was settled after the count.
func (m *Minutes) outcome() tally.Outcome {
	switch {
	case m.Choice != nil:
		return tally.Elected
	case m.Person != nil && m.Result.Outcome == tally.Adopted && m.Person.Accepts:
		return tally.Elected
	case m.Person != nil && m.Result.Outcome == tally.Adopted: // nobody is elected by their silence
		return tally.Silence
	}
	return m.Result.Outcome
}

// ToChoose is how many of those tied are to be chosen; 0 unless a tie is to be
// settled so.
func (m *Minutes) ToChoose() int {
	if !m.Rule.Chosen || m.Choice != nil || m.Result.Outcome != tally.Tied {
		return 0
	}
	return max(m.Rule.Seats, 1) - len(m.Result.Winners)
}

// Choose settles a tie where the rule, frozen before the vote, leaves that to
// who conducts it (AP-1). The count stays as it is: the choice stands beside
// it in the minutes, with its reasons, and is made once.
func Choose(tx *store.Tx, id string, options []int, why string) error {
	p, _, err := managed(tx, id)
	if err != nil {
		return err
	}
	if p.State != Closed || p.Outcome != tally.Tied || !p.Rule.Chosen {
		return store.E(store.Conflict, "err.vote.no_tie")
	}
	m, err := p.last(tx)
	if err != nil {
		return err
	}
	var bad store.Errors
	slices.Sort(options)
	among := func(o int) bool { return slices.Contains(m.Result.Tied, o) }
	if n := m.ToChoose(); len(options) != n || len(slices.Compact(slices.Clone(options))) != n || slices.IndexFunc(options, func(o int) bool { return !among(o) }) >= 0 {
		bad.Add(store.E(store.Invalid, "err.vote.choose", "n", n).At("chosen"))
	}
	if strings.TrimSpace(why) == "" {
		bad.Add(store.E(store.Invalid, "err.vote.choose_why").At("why"))
	}
	bad.Add(listing.CheckText("why", why, MaxReason))
	if err := bad.OrNil(); err != nil {
		return err
	}
	m.Choice = &Choice{options, why}
	if err := p.keep(tx, m); err != nil {
		return err
	}
	return p.tellRoll(tx, "notify.vote_result")
}

// ToSettle lists the proposals of the acting account that wait for it: a lot
// whose time has come, a tie that a lot or a choice settles, or an election
// between two rounds.
func ToSettle(tx *store.Tx) (list []Proposal, err error) {
	if tx.Actor.ID == "" {
		return nil, nil
	}
	mine, err := Of(tx, all)
	for i := range mine {
		p := &mine[i]
		draw := p.Outcome == tally.NeedsDraw && (!p.Announced() || p.Over(tx.Now))
		if p.State == Closed && (draw || p.Outcome == tally.Tied && p.Rule.Chosen || p.Pending()) {
			list = append(list, *p)
		}
	}
	return list, err
}
