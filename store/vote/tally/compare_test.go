package tally

import (
	"errors"
	"testing"

	"pgregory.net/rapid"
)

func TestGradesByOtherRules(t *testing.T) {
	r := Rule{Method: Judgment, Options: 2, Grades: 5}
	ballots := append(graded([]int{4, 4, 3, 5, 4}, []int{0, 1, 13, 5, 1}), Ballot{Blank: true})
	c, err := Compare(r, ballots, Draw{})
	if err != nil {
		t.Fatal(err)
	}
	// 12 of 20 grade the oven Passable or better, 19 the orchard. Grade by
	// grade, as they lie here, 8 ballots prefer the orchard and 6 the oven.
	same(t, "duels", c.Duels, [][]int{{0, 6}, {8, 0}})
	want := map[string]string{
		"judgment": "A>B", VariantTypical: "B>A", VariantCentral: "B>A", VariantUsual: "B>A",
		"approval": "B>A", "schulze": "B>A", "runoff": "B>A",
	}
	for _, k := range c.Rankings {
		same(t, k.Rule, letters("AB", k.Order), want[k.Rule])
		delete(want, k.Rule)
		if k.Rule == string(Approval) {
			same(t, "approvals", k.Scores, []Fraction{"12", "19"})
		}
	}
	same(t, "rules left out", len(want), 0)
	same(t, "agreeing from", c.Approves, 2)
}

func TestTwoRoundsWithTies(t *testing.T) {
	for _, c := range []struct {
		ballots     []Ballot
		order, tied string
	}{
		{ranking("ABC", 2, "ABC", 2, "BCA", 1, "CBA"), "B>A>C", ""},
		{ranking("ABC", 2, "ABC", 1, "BCA", 1, "CBA"), "", "B=C"},
		{ranking("ABC", 1, "ABC", 1, "BCA", 1, "CAB"), "", "A=B=C"},
		{ranking("AB", 1, "AB", 1, "BA"), "A=B", ""},
		{ranking("A", 1, "A"), "A", ""},
		{ranking("ABC", 2, "A=B", 1, "C>A>B"), "", "A=B=C"}, // one vote each
	} {
		got, err := Compare(Rule{Method: Schulze, Options: len(c.ballots[0].Values), Equal: true, Truncated: true}, c.ballots, Draw{})
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range got.Rankings {
			if k.Rule != RuleTwoRounds {
				continue
			}
			same(t, "order", letters("ABC", k.Order), c.order)
			if c.tied != "" {
				same(t, "tied", letters("ABC", [][]int{k.Tied}), c.tied)
			}
		}
	}
}

func TestWhatIsNotCompared(t *testing.T) {
	if _, err := Compare(yesOrNo, []Ballot{yes}, Draw{}); !errors.Is(err, ErrRule) {
		t.Error(err)
	}
	c, err := Compare(Rule{Method: STV, Options: 2}, []Ballot{{Blank: true}}, Draw{})
	if err != nil || len(c.Rankings) > 0 {
		t.Errorf("only a blank: %+v, %v", c, err)
	}
	if _, err := Compare(Rule{Method: STV, Options: 2}, []Ballot{{Values: []int{1, 1}}}, Draw{}); !errors.Is(err, ErrEqual) {
		t.Error(err)
	}
}

// TestComparisonsHoldTogether: every rule that gives an order names every
// option once; who wins all duels wins Schulze and, with two options, all
// rules of ranks.
func TestComparisonsHoldTogether(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := ranked(t, Schulze)
		if rapid.Bool().Draw(t, "grades") {
			r = Rule{Method: Judgment, Options: r.Options, Grades: 4}
		}
		ballots := anyBallots(t, r, 12)
		c, err := Compare(r, ballots, drawFor(t, r.Options))
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range c.Rankings {
			seen := 0
			for _, group := range k.Order {
				seen += len(group)
			}
			if seen != r.Options && (len(k.Order) > 0 || len(k.Tied) < 2) {
				t.Fatalf("%+v", k)
			}
			pairwise := k.Rule == string(Schulze) || r.Options == 2 && r.Ranked() && k.Rule != RulePlurality
			if c.Condorcet != nil && pairwise && (len(k.Order[0]) != 1 || k.Order[0][0] != *c.Condorcet) {
				t.Fatalf("%d wins all duels: %+v", *c.Condorcet, k)
			}
		}
	})
}
