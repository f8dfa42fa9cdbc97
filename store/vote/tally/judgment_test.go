package tally

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// graded are ballots that give each option the row of grades asked for: how
// many of each, the worst first.
func graded(rows ...[]int) []Ballot {
	ballots := make([]Ballot, sum(rows[0]))
	for i := range ballots {
		ballots[i].Values = make([]int, len(rows))
	}
	for option, row := range rows {
		at := 0
		for grade, n := range row {
			for range n {
				ballots[at].Values[option] = grade
				at++
			}
		}
	}
	return ballots
}

func mustCount(t testing.TB, r Rule, ballots []Ballot) Result {
	t.Helper()
	got, err := Count(r, len(ballots), len(ballots), ballots, Draw{})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func judgeRows(t testing.TB, rows ...[]int) Result {
	t.Helper()
	return mustCount(t, Rule{Method: Judgment, Options: len(rows), Grades: len(rows[0])}, graded(rows...))
}

func same(t testing.TB, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// orders is the order by each of the four rules, as text.
func orders(kin []Ranking) (out []string) {
	for _, k := range kin {
		out = append(out, fmt.Sprint(k.Order))
	}
	return out
}

func gaugeOf(j Judged) string {
	if j.Plus {
		return fmt.Sprintf("%d +%s", j.Grade, frac(j.Above, j.Of))
	}
	return fmt.Sprintf("%d -%s", j.Grade, frac(j.Below, j.Of))
}

func TestMJ1_AllRulesAgree(t *testing.T) {
	got := judgeRows(t, []int{2, 4, 5, 6, 4}, []int{1, 5, 8, 5, 2}, []int{4, 3, 5, 3, 6})
	const playground, oven, orchard = 0, 1, 2
	same(t, "winners", got.Winners, []int{playground})
	same(t, "outcome", got.Outcome, Elected)
	for i, k := range got.Table.Kin {
		same(t, judgments[i], k.Order, [][]int{{playground}, {orchard}, {oven}})
	}
	var gauges, usual []string
	for _, j := range got.Table.Judged {
		gauges, usual = append(gauges, gaugeOf(j)), append(usual, j.Usual.Decimal(4))
	}
	same(t, "gauges", gauges, []string{"2 +10/21", "2 +1/3", "2 +3/7"})
	same(t, "usual", usual, []string{"2.4000", "2.0625", "2.2000"})
	same(t, "q", got.Table.Judged[orchard].Below, 7)
}

func TestMJ2_TheRulesDiffer(t *testing.T) {
	rows := [][]int{{4, 4, 3, 5, 4}, {0, 1, 13, 5, 1}}
	got := judgeRows(t, rows...)
	same(t, "orders", orders(got.Table.Kin), []string{"[[0] [1]]", "[[1] [0]]", "[[1] [0]]", "[[1] [0]]"})
	for i, want := range [][]string{{"2.050", "2.029", "2.167"}, {"2.250", "2.357", "2.192"}} {
		j := got.Table.Judged[i]
		same(t, "values", []string{j.Typical.Decimal(3), j.Central.Decimal(3), j.Usual.Decimal(3)}, want)
	}
	for variant, winner := range map[string]int{"": 0, VariantTypical: 1, VariantCentral: 1, VariantUsual: 1} {
		r := Rule{Method: Judgment, Variant: variant, Options: 2, Grades: 5}
		same(t, "winner by "+variant, mustCount(t, r, graded(rows...)).Winners, []int{winner})
	}
}

func TestMJ3_LowerMedianOfAnEvenNumber(t *testing.T) {
	same(t, "grade", judgeRows(t, []int{1, 1, 0, 0, 0}).Table.Judged[0].Grade, 0)
}

func TestMJ4_RemovalBreaksATieOfTheGauge(t *testing.T) {
	got := judgeRows(t, []int{1, 1, 1, 1, 3}, []int{1, 1, 1, 2, 2})
	x, y := got.Table.Judged[0], got.Table.Judged[1]
	same(t, "gauges", []string{gaugeOf(x), gaugeOf(y)}, []string{"3 -3/7", "3 -3/7"})
	same(t, "winners", got.Winners, []int{0})
	same(t, "x to the first difference", x.Removal, []int{3, 2, 4})
	same(t, "y to the first difference", y.Removal, []int{3, 2, 3})
	same(t, "x to the end", removals([]int{1, 1, 1, 1, 3}), []int{3, 2, 4, 1, 4, 0, 4})
	same(t, "y to the end", removals([]int{1, 1, 1, 2, 2}), []int{3, 2, 3, 1, 4, 0, 4})
	same(t, "usual", []string{x.Usual.Decimal(2), y.Usual.Decimal(2)}, []string{"3.00", "2.75"})
}

func TestMJ5_TrueTieStaysOne(t *testing.T) {
	got := judgeRows(t, []int{1, 2, 3}, []int{0, 6, 0}, []int{1, 2, 3})
	same(t, "order", got.Order, [][]int{{0, 2}, {1}})
	same(t, "outcome", got.Outcome, Tied)
	same(t, "tied", got.Tied, []int{0, 2})
	same(t, "winners", got.Winners, []int(nil))
}

// The percentages of OpinionWay for Terra Nova, 2012, in hundredths, worst first.
var (
	hollande = []int{1424, 1425, 1479, 1167, 1642, 1615, 1248}
	bayrou   = []int{869, 1194, 2008, 2524, 2171, 977, 258}
)

func TestMJ6_Literature(t *testing.T) {
	j := judge([][]int{hollande, bayrou})
	same(t, "p and q", []int{j[0].Above, j[0].Below, j[1].Above, j[1].Below}, []int{4505, 4328, 3406, 4071})
	same(t, "signs", []bool{j[0].Plus, j[1].Plus}, []bool{true, false})
	same(t, "usual", []string{j[0].Usual.Decimal(3), j[1].Usual.Decimal(3)}, []string{"3.076", "2.868"})
	same(t, "orders", orders(kin([][]int{hollande, bayrou}, j)), slices.Repeat([]string{"[[0] [1]]"}, 4))
}

func TestMJ7_TwoPointsTurnTheSign(t *testing.T) {
	moved := slices.Clone(hollande)
	moved[3], moved[2] = moved[3]-200, moved[2]+200
	j := judge([][]int{moved, bayrou})
	same(t, "gauge", gaugeOf(j[0]), "3 -"+string(frac(4528, 10000)))
	same(t, "usual", j[0].Usual.Decimal(3), "2.988")
	got := orders(kin([][]int{moved, bayrou}, j))
	same(t, "majority", got[0], "[[1] [0]]")
	same(t, "usual", got[3], "[[0] [1]]")
}

func TestMJ8_VectorOfMieuxVoter(t *testing.T) {
	got := judgeRows(t, []int{2, 2, 2, 2, 2}, []int{2, 1, 1, 1, 5}, []int{2, 1, 1, 2, 4}, []int{2, 1, 5, 0, 2}, []int{2, 2, 2, 2, 2})
	kindred := "[[1] [2] [0 4] [3]]"
	same(t, "orders", orders(got.Table.Kin), []string{"[[1] [2] [3] [0 4]]", kindred, kindred, kindred})
}

func TestMJ9_MissingGradesFollowTheRule(t *testing.T) {
	ballots := graded([]int{0, 0, 21}, []int{0, 0, 21})
	for i := range 3 {
		ballots[i].Values[1] = Missing
	}
	r := Rule{Method: Judgment, Options: 2, Grades: 3}
	same(t, "refused", r.Check(ballots[0]), ErrMissing)
	if _, err := Count(r, 21, 21, ballots, Draw{}); err == nil {
		t.Error("counted without three grades")
	}
	r.Missing = MissingWorst
	got := mustCount(t, r, ballots)
	same(t, "rows", got.Table.Grades, [][]int{{0, 0, 21}, {3, 0, 18}})
	same(t, "of", got.Table.Judged[1].Of, 21)
	same(t, "winners", got.Winners, []int{0})
	same(t, "an empty ballot", r.Check(Ballot{Values: []int{Missing, Missing}}), ErrEmpty)
}

// removals is the majority value by its definition: the ballots in a row, the
// lower middle one noted and taken away, until none is left.
func removals(row []int) (out []int) {
	var ballots []int
	for grade, n := range row {
		ballots = append(ballots, slices.Repeat([]int{grade}, n)...)
	}
	for len(ballots) > 0 {
		middle := (len(ballots) - 1) / 2
		out = append(out, ballots[middle])
		ballots = slices.Delete(ballots, middle, middle+1)
	}
	return out
}

// TestJudgmentIsItsDefinition compares with the majority value written out,
// and shows that the gauge never contradicts it.
func TestJudgmentIsItsDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		options, grades := rapid.IntRange(1, 5).Draw(t, "options"), rapid.IntRange(2, 7).Draw(t, "grades")
		ballots := rapid.SliceOfN(rapid.SliceOfN(rapid.IntRange(0, grades-1), options, options), 1, 24).Draw(t, "ballots")
		rows := make([][]int, options)
		for i := range rows {
			rows[i] = make([]int, grades)
			for _, b := range ballots {
				rows[i][b[i]]++
			}
		}
		judged := judge(rows)
		got := places(kin(rows, judged)[0].Order, options)
		for a := range options {
			for b := range options {
				want := slices.Compare(removals(rows[a]), removals(rows[b]))
				if sign(got[b]-got[a]) != want {
					t.Fatalf("%v and %v: places %d and %d, by definition %d", rows[a], rows[b], got[a], got[b], want)
				}
				if g := gauge(judged[a], judged[b]); g != 0 && g != want {
					t.Fatalf("%v and %v: gauge %d, by definition %d", rows[a], rows[b], g, want)
				}
			}
		}
	})
}

// places is each option's place in an order, those ex æquo the same.
func places(order [][]int, options int) []int {
	out := make([]int, options)
	for place, group := range order {
		for _, o := range group {
			out[o] = place
		}
	}
	return out
}

func sign(n int) int { return min(max(n, -1), 1) }
