package tally

import (
	"cmp"
	"fmt"
	"slices"
)

// Draw is the recorded lot that settles ties: an order of all options, those
// drawn first preferred. Either Order is that order, drawn by hand in front of
// people, or it follows from Seed, as Sortition of "0", "1", "2", … does. The
// zero Draw: none was drawn yet.
type Draw struct {
	Seed  string `json:"seed,omitempty"`
	Order []int  `json:"order,omitempty"`
}

// places gives each option its place in the draw, from 0; nil: not drawn yet.
func (d Draw) places(options int) ([]int, error) {
	order := d.Order
	if len(order) == 0 {
		if d.Seed == "" {
			return nil, nil
		}
		order = lot(d.Seed, options)
	}
	places := make([]int, options)
	for i := range places {
		if places[i] = slices.Index(order, i); places[i] < 0 || len(order) != options {
			return nil, fmt.Errorf("%w: the draw does not name every option once", ErrRule)
		}
	}
	return places, nil
}

// tally is one count under way.
type tally struct {
	Rule
	ballots []Ballot // those expressed
	places  []int    // of options in the draw; nil: none
	Result
}

// Count counts ballots by the rule. roll is how many might vote; present how
// many took part in all, with those who were there and put nothing in the
// urn: never less than the ballots. The order of ballots has no influence. It
// fails with ErrRule, or with what Check says of a ballot the rule does not
// allow.
func Count(r Rule, roll, present int, ballots []Ballot, draw Draw) (Result, error) {
	if err := r.Valid(); err != nil {
		return Result{}, err
	}
	places, err := draw.places(r.Options)
	if err != nil {
		return Result{}, err
	}
	t := &tally{Rule: r, places: places}
	t.Roll, t.Voters, t.Present = roll, len(ballots), max(present, len(ballots))
	for i, b := range ballots {
		if err := r.Check(b); err != nil {
			return Result{}, fmt.Errorf("ballot %d: %w", i, err)
		}
		switch {
		case b.Blank:
			t.Blanks++
		case b.Spoilt:
			t.Spoilt++
		default:
			t.ballots = append(t.ballots, b)
		}
	}
	t.Expressed = len(t.ballots)
	t.Quorum = Least(roll, r.QuorumNum, r.QuorumDen, r.QuorumAtLeast)
	t.decide()
	return t.Result, nil
}

// decide counts, then says what the numbers mean. A vote without quorum or
// without an expressed ballot has its numbers too, and no winner.
func (t *tally) decide() {
	t.threshold()
	counters[t.Method](t)
	switch {
	case t.Voters == 0:
		t.Outcome = NobodyVoted
	case t.Outcome == Objection: // is dealt with, whoever else is silent
		return
	case t.Present < t.Quorum:
		t.Outcome = NoQuorum
	case t.Expressed == 0:
		t.Outcome = NoneExpressed
	default:
		return
	}
	t.Winners, t.Tied, t.Order, t.Condorcet = nil, nil, nil, nil
}

var counters = map[Method]func(*tally){
	Majority: (*tally).majority, Approval: (*tally).approval, Judgment: (*tally).judgment,
	Score: (*tally).score, Dots: (*tally).dots, Date: (*tally).date, Consent: (*tally).consent,
	Schulze: (*tally).schulze, Runoff: (*tally).runoff, STV: (*tally).stv,
	NoCandidate: (*tally).order, Advice: (*tally).order,
}

// threshold works out what a share is of, and how many votes reach it.
func (t *tally) threshold() {
	if t.Den == 0 {
		return
	}
	switch t.Of {
	case OfRoll:
		t.Base = t.Roll
	case OfVoters:
		t.Base = t.Voters
	default:
		t.Base = t.Expressed
	}
	t.Needed = Least(t.Base, t.Num, t.Den, t.AtLeast)
}

// columns adds up the values of each option; Missing adds nothing.
func (t *tally) columns() []int {
	out := make([]int, t.Options)
	for _, b := range t.ballots {
		for i, v := range b.Values {
			out[i] += max(v, 0)
		}
	}
	return out
}

// rank puts options in order; before says whether a comes before b (negative),
// after it or neither (0), and is a total preorder.
func rank(options int, before func(a, b int) int) [][]int {
	all := make([]int, options)
	for i := range all {
		all[i] = i
	}
	slices.SortStableFunc(all, before)
	var out [][]int
	for i, o := range all {
		if i > 0 && before(all[i-1], o) == 0 {
			out[len(out)-1] = append(out[len(out)-1], o)
		} else {
			out = append(out, []int{o})
		}
	}
	return out
}

// most puts options with more votes first.
func most(votes []int) [][]int {
	return rank(len(votes), func(a, b int) int { return cmp.Compare(votes[b], votes[a]) })
}

// seat gives the seats to the first of the order; those able to win only.
func (t *tally) seat(able func(option int) bool) {
	t.Outcome = Elected
	for _, group := range t.Order {
		group = slices.DeleteFunc(slices.Clone(group), func(o int) bool { return !able(o) })
		left := t.seats() - len(t.Winners)
		switch {
		case left == 0:
			return
		case len(group) <= left:
			t.Winners = append(t.Winners, group...)
		default:
			t.settle(group, left)
			return
		}
	}
	if len(t.Winners) == 0 {
		t.Outcome = NotReached
	}
}

// settle chooses so many of a group of equals: by the draw if the rule says
// so, else not at all.
func (t *tally) settle(group []int, left int) {
	switch {
	case t.Ties == TiesStand:
		t.Outcome, t.Tied = Tied, group
	case t.places == nil:
		t.Outcome, t.Tied = NeedsDraw, group
	default:
		drawn := slices.Clone(group)
		slices.SortFunc(drawn, func(a, b int) int { return cmp.Compare(t.places[a], t.places[b]) })
		t.Winners = append(t.Winners, drawn[:left]...)
		t.Table.Lots = append(t.Table.Lots, Lot{Among: group, Kept: drawn[:left]})
	}
}
