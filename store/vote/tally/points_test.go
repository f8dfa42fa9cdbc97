package tally

import (
	"math"
	"testing"
)

func TestDT1_DotsAreABudget(t *testing.T) {
	r := Rule{Method: Dots, Options: 3, Dots: 8}
	for _, c := range []struct {
		values []int
		whole  bool
		want   error
	}{
		{[]int{5, 4, 0}, false, ErrDots},
		{[]int{5, 3, 0}, false, nil},
		{[]int{5, -1, 0}, false, ErrValue},
		{[]int{9, -1, 0}, false, ErrValue},
		{[]int{5, 2, 0}, false, nil},
		{[]int{5, 2, 0}, true, ErrWhole},
		{[]int{5, 3, 0}, true, nil},
		{[]int{0, 0, 0}, false, ErrEmpty},
		{[]int{math.MaxInt, math.MaxInt, 0}, false, ErrValue},
	} {
		r.Whole = c.whole
		same(t, "check", r.Check(Ballot{Values: c.values}), c.want)
	}
	r.Whole = false
	got := mustCount(t, r, []Ballot{{Values: []int{5, 3, 0}}, {Values: []int{0, 3, 2}}, {Blank: true}})
	same(t, "points", got.Table.Points, []int{5, 6, 2})
	same(t, "order", got.Order, [][]int{{1}, {0}, {2}})
	same(t, "winners", got.Winners, []int{1})
}

func TestSC1_BlankIsNotZero(t *testing.T) {
	var ballots []Ballot
	x, y := []int{5, 5, 0, 3, Missing}, []int{4, 4, 3, 4, 3}
	for i := range x {
		ballots = append(ballots, Ballot{Values: []int{x[i], y[i]}})
	}
	r := Rule{Method: Score, Options: 2, MaxScore: 5}
	same(t, "without a rule for it", r.Check(ballots[4]), ErrMissing)
	r.Missing = MissingSkipped
	for mean, want := range map[Mean][]string{Sum: {"13.00", "18.00"}, "": {"13.00", "18.00"}, MeanGiven: {"3.25", "3.60"}, MeanAll: {"2.60", "3.60"}} {
		r.Mean = mean
		got := mustCount(t, r, ballots)
		same(t, string(mean), []string{got.Table.Scores[0].Decimal(2), got.Table.Scores[1].Decimal(2)}, want)
		same(t, "given", got.Table.Given, []int{4, 5})
		same(t, "winners", got.Winners, []int{1})
	}
	r.Mean, r.Missing = MeanGiven, MissingWorst
	same(t, "as the worst", mustCount(t, r, ballots).Table.Scores[0].Decimal(2), "2.60")
	same(t, "too high", r.Check(Ballot{Values: []int{6, 0}}), ErrValue)
	same(t, "below the lowest", r.Check(Ballot{Values: []int{-2, 0}}), ErrValue)
}

func TestAnOptionNobodyScoredHasNothing(t *testing.T) {
	r := Rule{Method: Score, Options: 3, MaxScore: 5, Missing: MissingSkipped, Mean: MeanGiven}
	got := mustCount(t, r, []Ballot{{Values: []int{Missing, 1, 0}}})
	same(t, "scores", got.Table.Scores, []Fraction{"0", "1", "0"})
	same(t, "winners", got.Winners, []int{1})
	same(t, "all at 0", mustCount(t, r, []Ballot{{Values: []int{0, 0, 0}}}).Outcome, NotReached)
}

func TestDateMostCanComeAt(t *testing.T) {
	r := Rule{Method: Date, Options: 3}
	ballots := []Ballot{{Values: []int{CanCome, IfNeedBe, CannotCome}}, {Values: []int{CanCome, CanCome, CanCome}}, {Values: []int{CannotCome, IfNeedBe, CanCome}}}
	got := mustCount(t, r, ballots)
	same(t, "can come", got.Table.Counts, []int{2, 3, 2})
	same(t, "for sure", got.Table.Sure, []int{2, 1, 2})
	same(t, "winner", got.Winners, []int{1})
	same(t, "order", got.Order, [][]int{{1}, {0, 2}})
	same(t, "nobody can", mustCount(t, r, []Ballot{{Values: []int{0, 0, 0}}}).Outcome, NotReached)
	same(t, "fewer if need be", mustCount(t, r, ballots[:2]).Winners, []int{0})
	same(t, "no such answer", r.Check(Ballot{Values: []int{3, 0, 0}}), ErrValue)
}

func TestEL1_NominationsElectNobody(t *testing.T) {
	const ana, ben, cleo = 0, 1, 2
	r := Rule{Method: NoCandidate, Options: 3}
	got := mustCount(t, r, heap(4, r.Pick(ana), 3, r.Pick(ben), 2, r.Pick(cleo)))
	same(t, "counts", got.Table.Counts, []int{4, 3, 2})
	same(t, "order", got.Order, [][]int{{ana}, {ben}, {cleo}})
	same(t, "outcome", []any{got.Outcome, got.Winners}, []any{Ordered, []int(nil)})
}

func TestAdviceBindsNobody(t *testing.T) {
	r := Rule{Method: Advice, Options: 2}
	got := mustCount(t, r, heap(2, r.Pick(1), 1, r.Pick(0)))
	same(t, "outcome", []any{got.Outcome, got.Winners, got.Order}, []any{Ordered, []int(nil), [][]int{{1}, {0}}})
	both := Ballot{Values: []int{1, 1}}
	same(t, "one only", r.Check(both), ErrPick)
	r.Variant = VariantSeveral
	same(t, "several", r.Check(both), nil)
}

func answer(n int) Ballot { return Ballot{Values: []int{n}} }

func TestCO1_OneObjectionIsEnough(t *testing.T) {
	r := Rule{Method: Consent, Options: 1}
	got, err := Count(r, 9, 0, heap(8, answer(Agrees), 1, answer(Objects)), Draw{})
	if err != nil {
		t.Fatal(err)
	}
	same(t, "outcome", got.Outcome, Objection)
	same(t, "answers", got.Table.Counts, []int{8, 0, 0, 1})
	got, _ = Count(r, 9, 0, heap(9, answer(Agrees)), Draw{})
	same(t, "lifted", got.Outcome, Adopted)
	same(t, "no such answer", r.Check(answer(4)), ErrValue)
}

func TestCO3_SilenceIsConsentOnlyIfWritten(t *testing.T) {
	six := heap(6, answer(Agrees))
	for _, c := range []struct {
		rule    Rule
		ballots []Ballot
		want    Outcome
	}{
		{Rule{}, six, Silence},
		{Rule{Silence: true}, six, Adopted},
		{Rule{Silence: true}, nil, NobodyVoted},
		{Rule{QuorumNum: 2, QuorumDen: 3, QuorumAtLeast: true}, six, Adopted},
		{Rule{QuorumNum: 2, QuorumDen: 3, QuorumAtLeast: true}, six[:5], NoQuorum},
		{Rule{QuorumNum: 2, QuorumDen: 3, QuorumAtLeast: true}, append(six[:4:4], answer(Objects)), Objection}, // to be dealt with, whoever else is silent
		{Rule{}, append(six[:5:5], answer(Objects)), Objection},
	} {
		c.rule.Method, c.rule.Options = Consent, 1
		got, err := Count(c.rule, 9, 0, c.ballots, Draw{})
		if err != nil || got.Outcome != c.want {
			t.Errorf("%+v, %d answers: %s, %v; want %s", c.rule, len(c.ballots), got.Outcome, err, c.want)
		}
	}
}

func TestCO4_ReservesDoNotBlock(t *testing.T) {
	r := Rule{Method: Consent, Options: 1}
	got := mustCount(t, r, heap(2, answer(Agrees), 3, answer(Reserves), 4, answer(Abstains)))
	same(t, "outcome", []any{got.Outcome, got.Table.Counts}, []any{Adopted, []int{2, 3, 4, 0}})
}
