package tally

import (
	"slices"
	"strconv"
	"testing"
)

// heap is so many of each ballot.
func heap(of ...any) (out []Ballot) {
	for i := 0; i < len(of); i += 2 {
		out = append(out, slices.Repeat([]Ballot{of[i+1].(Ballot)}, of[i].(int))...)
	}
	return out
}

var (
	yesOrNo = Rule{Method: Majority, Options: 2, Num: 1, Den: 2}
	yes, no = yesOrNo.Pick(0), yesOrNo.Pick(1)
)

func TestDE1_TheDenominatorDecides(t *testing.T) {
	ballots := heap(21, yes, 18, no, 9, Ballot{Blank: true}, 2, Ballot{Spoilt: true})
	for _, c := range []struct {
		of           Denominator
		base, needed int
		percent      string
		want         Outcome
	}{
		{OfExpressed, 39, 20, "53.85", Adopted},
		{"", 39, 20, "53.85", Adopted},
		{OfVoters, 50, 26, "42.00", Refused},
		{OfRoll, 60, 31, "35.00", Refused},
	} {
		r := yesOrNo
		r.Of = c.of
		got, err := Count(r, 60, 0, ballots, Draw{})
		if err != nil {
			t.Fatal(err)
		}
		same(t, string(c.of), got.Outcome, c.want)
		same(t, "base and needed", []int{got.Base, got.Needed}, []int{c.base, c.needed})
		same(t, "percent", Percent(got.Table.Counts[0], got.Base, 2), c.percent)
		same(t, "numbers", []int{got.Roll, got.Voters, got.Expressed, got.Blanks, got.Spoilt}, []int{60, 50, 39, 9, 2})
	}
}

func TestDE2_AtTheEdgeOfTheThreshold(t *testing.T) {
	same(t, "half is not more than half", mustCount(t, yesOrNo, heap(20, yes, 20, no)).Outcome, Refused)
	same(t, "one more is", mustCount(t, yesOrNo, heap(21, yes, 20, no)).Outcome, Adopted)
	twoThirds := Rule{Method: Majority, Options: 2, Num: 2, Den: 3, AtLeast: true}
	got := mustCount(t, twoThirds, heap(26, yes, 13, no))
	same(t, "26 of 39", []any{got.Outcome, got.Needed}, []any{Adopted, 26})
	same(t, "25 of 39", mustCount(t, twoThirds, heap(25, yes, 14, no)).Outcome, Refused)
	twoThirds.AtLeast = false
	same(t, "more than two thirds", mustCount(t, twoThirds, heap(26, yes, 13, no)).Outcome, Refused)
	all := Rule{Method: Majority, Options: 2, Num: 1, Den: 1, AtLeast: true}
	same(t, "all", mustCount(t, all, heap(3, yes)).Outcome, Adopted)
	same(t, "all but one", mustCount(t, all, heap(3, yes, 1, no)).Outcome, Refused)
}

func TestDE3_Quorum(t *testing.T) {
	for _, c := range []struct {
		roll, num, den int
		atLeast        bool
		want           int
	}{
		{47, 1, 3, true, 16}, {47, 1, 2, false, 24}, {60, 1, 4, true, 15}, {60, 1, 4, false, 16}, {60, 0, 0, false, 0}, {0, 1, 2, true, 0},
	} {
		same(t, strconv.Itoa(c.roll), Least(c.roll, c.num, c.den, c.atLeast), c.want)
	}
	r := yesOrNo
	r.QuorumNum, r.QuorumDen, r.QuorumAtLeast = 1, 3, true
	for _, c := range []struct {
		present int
		ballots []Ballot
		want    Outcome
	}{
		{0, heap(15, yes), NoQuorum},                                          // adopted otherwise
		{0, heap(15, no), NoQuorum},                                           // never "refused"
		{0, heap(10, yes, 6, Ballot{Blank: true}), Adopted},                   // blanks take part
		{16, heap(10, yes), Adopted},                                          // six were there and abstained
		{0, heap(9, yes, 1, no, 6, Ballot{Spoilt: true}), Adopted},            // spoilt ones too
		{0, heap(2, Ballot{Blank: true}), NoQuorum},                           //
		{0, heap(16, Ballot{Blank: true}), NoneExpressed},                     //
		{16, nil, NobodyVoted},                                                //
		{3, heap(8, yes, 9, no), Refused}, {17, heap(8, yes, 8, no), Refused}, // fewer present than ballots: a mistake, ballots hold
	} {
		got, err := Count(r, 47, c.present, c.ballots, Draw{})
		if err != nil {
			t.Fatal(err)
		}
		same(t, "outcome", got.Outcome, c.want)
		same(t, "quorum", got.Quorum, 16)
	}
}

func TestDE8_NobodyVoted(t *testing.T) {
	for _, r := range everyRule() {
		got, err := Count(r, 12, 0, nil, Draw{})
		if err != nil {
			t.Fatal(err)
		}
		if got.Outcome != NobodyVoted || got.Winners != nil || got.Tied != nil || got.Order != nil || got.Condorcet != nil {
			t.Errorf("%s: %+v", r.Method, got)
		}
		got, err = Count(r, 12, 0, heap(3, Ballot{Blank: true}), Draw{})
		if err != nil || got.Outcome != NoneExpressed || got.Winners != nil || got.Order != nil {
			t.Errorf("%s, only blanks: %+v, %v", r.Method, got, err)
		}
	}
}

func TestOneOfSeveral(t *testing.T) {
	r := Rule{Method: Majority, Variant: VariantChoice, Options: 3}
	ballots := heap(5, r.Pick(1), 4, r.Pick(2), 3, r.Pick(0))
	same(t, "most votes", mustCount(t, r, ballots).Winners, []int{1})
	r.Num, r.Den = 1, 2
	got := mustCount(t, r, ballots)
	same(t, "no majority", []any{got.Outcome, got.Winners, got.Needed}, []any{NotReached, []int(nil), 7})
	same(t, "order", got.Order, [][]int{{1}, {2}, {0}})
	same(t, "two options picked", r.Check(Ballot{Values: []int{1, 1, 0}}), ErrPick)
	same(t, "none picked", r.Check(Ballot{Values: []int{0, 0, 0}}), ErrEmpty)
	same(t, "twice", r.Check(Ballot{Values: []int{0, 2, 0}}), ErrValue)
}

func TestAP1_ATieIsShown(t *testing.T) {
	const thursday, friday = 0, 1
	r := Rule{Method: Approval, Options: 3}
	ballots := heap(5, Ballot{Values: []int{1, 1, 0}}, 3, Ballot{Values: []int{1, 0, 1}}, 3, Ballot{Values: []int{0, 1, 1}}, 1, Ballot{Values: []int{1, 1, 1}})
	got := mustCount(t, r, ballots)
	same(t, "counts", got.Table.Counts, []int{9, 9, 7})
	same(t, "outcome", []any{got.Outcome, got.Winners, got.Tied}, []any{Tied, []int(nil), []int{thursday, friday}})
	r.Seats = 2
	same(t, "two seats", mustCount(t, r, ballots).Winners, []int{thursday, friday})
	r.Seats, r.Ties = 1, TiesDrawn
	same(t, "before the draw", mustCount(t, r, ballots).Outcome, NeedsDraw)
	drawn, err := Count(r, 12, 12, ballots, Draw{Order: []int{2, friday, thursday}})
	if err != nil {
		t.Fatal(err)
	}
	same(t, "drawn", drawn.Winners, []int{friday})
	same(t, "recorded", drawn.Table.Lots, []Lot{{Among: []int{thursday, friday}, Kept: []int{friday}}})
}

func TestApprovalWithAThreshold(t *testing.T) {
	r := Rule{Method: Approval, Options: 3, Seats: 3, Num: 1, Den: 2}
	got := mustCount(t, r, heap(3, Ballot{Values: []int{1, 1, 0}}, 2, Ballot{Values: []int{0, 1, 0}}, 1, Ballot{Values: []int{0, 0, 0}}))
	same(t, "winners", got.Winners, []int{1}) // 5 of 6; 3 of 6 is not more than half
	same(t, "outcome", got.Outcome, Elected)
	same(t, "nobody agreed with anything", mustCount(t, Rule{Method: Approval, Options: 2}, heap(2, Ballot{Values: []int{0, 0}})).Outcome, NotReached)
}
