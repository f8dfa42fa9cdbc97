package tally

import (
	"errors"
	"testing"
)

// everyRule is one rule of each method and variant.
func everyRule() []Rule {
	return []Rule{
		yesOrNo,
		{Method: Majority, Variant: VariantChoice, Options: 4},
		{Method: Approval, Options: 4},
		{Method: Approval, Options: 3, Seats: 2, Num: 1, Den: 3, Ties: TiesDrawn},
		{Method: Judgment, Options: 4, Grades: 5, Missing: MissingWorst},
		{Method: Judgment, Variant: VariantTypical, Options: 3, Grades: 3},
		{Method: Judgment, Variant: VariantCentral, Options: 3, Grades: 3},
		{Method: Judgment, Variant: VariantUsual, Options: 3, Grades: 4, Ties: TiesDrawn},
		{Method: Score, Options: 3, MaxScore: 3, Missing: MissingSkipped, Mean: MeanGiven},
		{Method: Score, Options: 3, MaxScore: 3, Missing: MissingSkipped, Mean: MeanAll, Seats: 2},
		{Method: Score, Options: 3, MaxScore: 2, Missing: MissingWorst},
		{Method: Dots, Options: 3, Dots: 8, Ties: TiesDrawn},
		{Method: Date, Options: 3},
		{Method: Consent, Options: 1},
		{Method: Consent, Options: 1, Silence: true},
		{Method: Schulze, Options: 4, Equal: true, Truncated: true},
		{Method: Runoff, Options: 4, Truncated: true},
		{Method: STV, Options: 5, Seats: 2, Truncated: true},
		{Method: STV, Variant: VariantScottish, Options: 5, Seats: 3},
		{Method: NoCandidate, Options: 3},
		{Method: Advice, Options: 3},
		{Method: Advice, Variant: VariantSeveral, Options: 3},
	}
}

func TestRulesThatAreNone(t *testing.T) {
	for _, r := range everyRule() {
		if err := r.Valid(); err != nil {
			t.Error(err)
		}
	}
	for _, r := range []Rule{
		{},
		{Method: "loudest", Options: 2},
		{Method: Sorted, Options: 2},
		{Method: Majority, Options: 2},
		{Method: Majority, Options: 3, Num: 1, Den: 2},
		{Method: Majority, Options: 2, Num: 3, Den: 2},
		{Method: Majority, Options: 2, Num: -1, Den: 2},
		{Method: Majority, Options: 2, Num: 1, Den: 2, Seats: 2},
		{Method: Majority, Options: 2, Num: 1, Den: 2, Of: "town"},
		{Method: Majority, Options: 2, Num: 1, Den: 2, QuorumNum: 1},
		{Method: Approval, Options: 0},
		{Method: Approval, Options: MaxOptions + 1},
		{Method: Approval, Options: 2, Seats: 3},
		{Method: Approval, Options: 2, Seats: -1},
		{Method: Approval, Options: 2, Variant: VariantUsual},
		{Method: Approval, Options: 2, Ties: "oldest"},
		{Method: Approval, Options: 2, Missing: MissingSkipped},
		{Method: Approval, Options: 2, Mean: "median"},
		{Method: Approval, Options: 2, Equal: true},
		{Method: Judgment, Options: 2, Grades: 1},
		{Method: Judgment, Options: 2, Grades: MaxGrades + 1},
		{Method: Judgment, Options: 2, Grades: 5, Num: 1, Den: 2},
		{Method: Judgment, Options: 2, Grades: 5, Missing: MissingSkipped},
		{Method: Score, Options: 2},
		{Method: Dots, Options: 2},
		{Method: Consent, Options: 2},
		{Method: STV, Options: 3, Equal: true},
		{Method: Schulze, Options: 3, Seats: 2},
	} {
		if _, err := Count(r, 1, 1, nil, Draw{}); !errors.Is(err, ErrRule) {
			t.Errorf("%+v: %v", r, err)
		}
	}
	for _, d := range []Draw{{Order: []int{0}}, {Order: []int{0, 0}}, {Order: []int{0, 1, 2}}, {Order: []int{1, 2}}} {
		if _, err := Count(yesOrNo, 1, 1, nil, d); !errors.Is(err, ErrRule) {
			t.Errorf("draw %v: %v", d, err)
		}
	}
}

func TestBallotsOfAnotherVote(t *testing.T) {
	for _, b := range []Ballot{{}, {Values: []int{1}}, {Values: []int{1, 0, 0}}, {Blank: true, Spoilt: true}, {Blank: true, Values: []int{1, 0}}, {Spoilt: true, Values: []int{1, 0}}} {
		same(t, "check", yesOrNo.Check(b), ErrShape)
		if _, err := Count(yesOrNo, 1, 1, []Ballot{b}, Draw{}); !errors.Is(err, ErrShape) {
			t.Errorf("%+v: %v", b, err)
		}
	}
}
