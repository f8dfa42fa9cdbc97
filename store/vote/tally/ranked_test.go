package tally

import (
	"slices"
	"strings"
	"testing"
)

// ranking is so many ballots that rank options by their letters: "ACB" or,
// with equals, "A=C>B". options are the letters in the order of the indexes.
func ranking(options string, of ...any) (out []Ballot) {
	for i := 0; i < len(of); i += 2 {
		b := Ballot{Values: make([]int, len(options))}
		rank := 0
		for at, letter := range of[i+1].(string) {
			switch letter {
			case '>':
				continue
			case '=':
				rank--
				continue
			}
			if rank++; at == 0 {
				rank = 1
			}
			b.Values[strings.IndexRune(options, letter)] = rank
		}
		out = append(out, slices.Repeat([]Ballot{b}, of[i].(int))...)
	}
	return out
}

// letters writes an order of options: "E>A=C".
func letters(options string, order [][]int) string {
	var groups []string
	for _, group := range order {
		var names []string
		for _, o := range group {
			names = append(names, options[o:o+1])
		}
		groups = append(groups, strings.Join(names, "="))
	}
	return strings.Join(groups, ">")
}

func rulesCompared(t testing.TB, options string, ballots []Ballot, draw Draw) (map[string]string, map[string][]Fraction, Comparison) {
	t.Helper()
	c, err := Compare(Rule{Method: Schulze, Options: len(options)}, ballots, draw)
	if err != nil {
		t.Fatal(err)
	}
	order, scores := map[string]string{}, map[string][]Fraction{}
	for _, r := range c.Rankings {
		order[r.Rule], scores[r.Rule] = letters(options, r.Order), r.Scores
	}
	return order, scores, c
}

var schulze45 = ranking("ABCDE", 5, "ACBED", 5, "ADECB", 8, "BEDAC", 3, "CABED", 7, "CAEBD", 2, "CBADE", 7, "DCEBA", 8, "EBADC")

func TestRK1_SchulzeOf45(t *testing.T) {
	const a, b, c, d, e = 0, 1, 2, 3, 4
	got := mustCount(t, Rule{Method: Schulze, Options: 5}, schulze45)
	duels, paths := got.Table.Duels, got.Table.Paths
	same(t, "A:B", []int{duels[a][b], duels[b][a]}, []int{20, 25})
	same(t, "A:C", []int{duels[a][c], duels[c][a]}, []int{26, 19})
	same(t, "E:D", []int{duels[e][d], duels[d][e]}, []int{31, 14})
	same(t, "paths of E", []int{paths[e][a], paths[e][b], paths[e][c], paths[e][d]}, []int{25, 28, 28, 31})
	same(t, "paths to E", []int{paths[a][e], paths[b][e], paths[c][e], paths[d][e]}, []int{24, 24, 24, 24})
	same(t, "order", letters("ABCDE", got.Order), "E>A>C>B>D")
	same(t, "winners", got.Winners, []int{e})
	same(t, "Condorcet", got.Condorcet, (*int)(nil))

	order, scores, _ := rulesCompared(t, "ABCDE", schulze45, Draw{})
	same(t, "plurality", order[RulePlurality][:1], "C")
	same(t, "first votes of C", scores[RulePlurality][c], Fraction("12"))
	same(t, "two rounds", order[RuleTwoRounds][:3], "A>C")
	same(t, "Borda", scores[RuleBorda], []Fraction{"98", "92", "89", "69", "102"})
	same(t, "Schulze", order[string(Schulze)], "E>A>C>B>D")
	same(t, "runoff waits for a draw", order[string(Runoff)], "")
}

func TestRK1_InstantRunoffWithTheRecordedDraw(t *testing.T) {
	const a, b, c, e = 0, 1, 2, 4
	r := Rule{Method: Runoff, Options: 5}
	waiting := mustCount(t, r, schulze45)
	same(t, "tie of B and E", []any{waiting.Outcome, waiting.Tied, waiting.Winners}, []any{NeedsDraw, []int{b, e}, []int(nil)})
	for out, want := range map[int][2]Fraction{b: {"24", "21"}, e: {"29", "16"}} {
		draw := Draw{Order: []int{0, 2, 3, b + e - out, out}}
		got, err := Count(r, 45, 45, schulze45, draw)
		if err != nil {
			t.Fatal(err)
		}
		last := got.Table.Rounds[len(got.Table.Rounds)-1]
		same(t, "winner", got.Winners, []int{c})
		same(t, "last round", [2]Fraction{last.Votes[c], last.Votes[b+e-out]}, want)
		same(t, "lots", got.Table.Lots, []Lot{{Round: 2, Among: []int{b, e}, Out: []int{out}}})
		same(t, "A is out before", last.Votes[a], Fraction(""))
	}
}

func TestRK2_ACycleHasNoCondorcetWinner(t *testing.T) {
	got := mustCount(t, Rule{Method: Schulze, Options: 3}, ranking("ABC", 9, "ABC", 7, "BCA", 5, "CAB"))
	d := got.Table.Duels
	same(t, "duels", []int{d[0][1], d[1][0], d[1][2], d[2][1], d[2][0], d[0][2]}, []int{14, 7, 16, 5, 12, 9})
	same(t, "Condorcet", got.Condorcet, (*int)(nil))
	same(t, "order", letters("ABC", got.Order), "A>B>C")
}

func TestRK3_TheCentreIsSqueezed(t *testing.T) {
	const m, n, k = 0, 1, 3
	ballots := ranking("MNCK", 42, "MNCK", 26, "NCKM", 15, "CKNM", 17, "KCNM")
	order, scores, c := rulesCompared(t, "MNCK", ballots, Draw{})
	for rule, winner := range map[string]string{RulePlurality: "M", string(Runoff): "K", RuleTwoRounds: "N", RuleBorda: "N", string(Schulze): "N"} {
		same(t, rule, order[rule][:1], winner)
	}
	same(t, "Condorcet", *c.Condorcet, n)
	same(t, "duel of the two rounds", []int{c.Duels[n][m], c.Duels[m][n]}, []int{58, 42})
	same(t, "Borda", scores[RuleBorda], []Fraction{"126", "194", "173", "107"})
	got := mustCount(t, Rule{Method: Runoff, Options: 4}, ballots)
	last := got.Table.Rounds[len(got.Table.Rounds)-1]
	same(t, "runoff", []Fraction{last.Votes[k], last.Votes[m]}, []Fraction{"58", "42"})
	same(t, "order of the runoff", letters("MNCK", got.Order), "K>M>N>C")
	same(t, "Schulze names the Condorcet winner", *mustCount(t, Rule{Method: Schulze, Options: 4}, ballots).Condorcet, n)
}

func TestRK4_SingleTransferableVote(t *testing.T) {
	const orange, pear, choc, strawberry, sweets = 0, 1, 2, 3, 4
	const options = "OPCSW"
	ballots := ranking(options, 4, "O", 2, "PO", 8, "CS", 4, "CW", 1, "S", 1, "W")
	for _, variant := range []string{"", VariantScottish} {
		got := mustCount(t, Rule{Method: STV, Variant: variant, Options: 5, Seats: 3, Truncated: true}, ballots)
		same(t, "quota", got.Table.Quota, 6)
		same(t, "winners", got.Winners, []int{choc, orange, strawberry})
		rounds := got.Table.Rounds
		same(t, "first votes", rounds[0].Votes, []Fraction{"4", "2", "12", "1", "1"})
		same(t, "surplus", []any{*rounds[0].Surplus, rounds[0].Value}, []any{choc, Fraction("1/2")})
		same(t, "second round", rounds[1].Votes, []Fraction{"4", "2", "6", "5", "3"})
		same(t, "pear is out", rounds[1].Out, []int{pear})
		same(t, "orange is elected", rounds[2].Elected, []int{orange})
		same(t, "sweets are out", rounds[2].Out, []int{sweets})
		same(t, "last seat", rounds[3].Elected, []int{strawberry})
		same(t, "below the quota", rounds[3].Votes[strawberry], Fraction("5"))
		same(t, "no more", len(rounds), 4)
		same(t, "order", letters(options, got.Order), "C>O>S>W>P")
	}
}

func TestRK4_ScotlandCutsAfterFiveDecimals(t *testing.T) {
	// 11 ballots, two seats: the quota is 4, and A has 3 of 7 to pass on.
	ballots := ranking("ABCD", 7, "AB", 2, "C", 2, "DC")
	exact := mustCount(t, Rule{Method: STV, Options: 4, Seats: 2, Truncated: true}, ballots)
	cut := mustCount(t, Rule{Method: STV, Variant: VariantScottish, Options: 4, Seats: 2, Truncated: true}, ballots)
	same(t, "exact", exact.Table.Rounds[1].Votes[1], Fraction("3"))
	same(t, "7 times 0.42857", cut.Table.Rounds[1].Votes[1], frac(299_999, 100_000))
	same(t, "what is cut is nobody's", cut.Table.Rounds[1].Exhausted, frac(1, 100_000))
}

func TestRK4_TiesFollowEarlierRoundsThenTheDraw(t *testing.T) {
	// B and C have 3 each after D is out; B had 2 before, C 3.
	ballots := ranking("ABCD", 5, "A", 2, "B", 3, "C", 1, "DB")
	r := Rule{Method: STV, Options: 4, Truncated: true}
	got := mustCount(t, r, ballots)
	same(t, "out", [][]int{got.Table.Rounds[0].Out, got.Table.Rounds[1].Out}, [][]int{{3}, {1}})
	same(t, "no lot needed", len(got.Table.Lots), 0)

	equal := ranking("ABC", 2, "A", 1, "B", 1, "C")
	r.Options = 3
	same(t, "a draw is needed", mustCount(t, r, equal).Tied, []int{1, 2})
	drawn, err := Count(r, 4, 4, equal, Draw{Order: []int{1, 0, 2}})
	if err != nil {
		t.Fatal(err)
	}
	same(t, "lot", drawn.Table.Lots, []Lot{{Round: 1, Among: []int{1, 2}, Out: []int{2}}})

	// Two surpluses of 1: whose goes first is drawn too.
	both := ranking("ABCD", 4, "AC", 4, "BD", 1, "C", 1, "D")
	r.Options, r.Seats = 4, 3
	same(t, "two equal surpluses", mustCount(t, r, both).Tied, []int{0, 1})
	drawn, err = Count(r, 10, 10, both, Draw{Order: []int{1, 0, 2, 3}})
	if err != nil {
		t.Fatal(err)
	}
	same(t, "first surplus", *drawn.Table.Rounds[0].Surplus, 1)
	same(t, "lot", drawn.Table.Lots[0], Lot{Round: 1, Among: []int{0, 1}, Kept: []int{1}})
}

func TestOptionsWithoutAVoteNeedNoDraw(t *testing.T) {
	ballots := ranking("ABCDE", 3, "A", 2, "B", 2, "CB")
	for _, m := range []Method{Runoff, STV} {
		got := mustCount(t, Rule{Method: m, Options: 5, Truncated: true}, ballots[:6])
		same(t, "out together", got.Table.Rounds[0].Out, []int{3, 4})
	}
	// With as many seats as there are options left it is decided between them.
	got := mustCount(t, Rule{Method: STV, Options: 3, Seats: 2, Truncated: true}, ranking("ABC", 3, "A"))
	same(t, "a seat to draw for", []any{got.Outcome, got.Winners, got.Tied}, []any{NeedsDraw, []int{0}, []int{1, 2}})
}

func TestRK5_TruncatedOrEqualRanks(t *testing.T) {
	b := ranking("ABC", 1, "B")[0]
	equal := ranking("ABC", 1, "A=C>B")[0]
	same(t, "as read", equal.Values, []int{1, 2, 1})
	for _, c := range []struct {
		rule   Rule
		ballot Ballot
		want   error
	}{
		{Rule{Method: Schulze, Options: 3}, b, ErrMissing},
		{Rule{Method: Schulze, Options: 3, Truncated: true}, b, nil},
		{Rule{Method: Schulze, Options: 3}, equal, ErrEqual},
		{Rule{Method: Schulze, Options: 3, Equal: true}, equal, nil},
		{Rule{Method: STV, Options: 3, Truncated: true}, equal, ErrEqual},
		{Rule{Method: Runoff, Options: 3, Truncated: true}, equal, ErrEqual},
		{Rule{Method: STV, Options: 3, Truncated: true}, b, nil},
		{Rule{Method: Schulze, Options: 3}, Ballot{Values: []int{1, 2, 4}}, ErrValue},
		{Rule{Method: Schulze, Options: 3, Truncated: true}, Ballot{Values: []int{1, 0, 3}}, ErrGap},
		{Rule{Method: Schulze, Options: 3, Equal: true}, Ballot{Values: []int{1, 1, 3}}, ErrGap},
		{Rule{Method: Schulze, Options: 3, Truncated: true}, Ballot{Values: []int{0, 0, 0}}, ErrEmpty},
		{Rule{Method: Schulze, Options: 3, Truncated: true}, Ballot{Values: []int{-1, 0, 1}}, ErrValue},
	} {
		same(t, string(c.rule.Method), c.rule.Check(c.ballot), c.want)
	}
	r := Rule{Method: Schulze, Options: 3, Equal: true, Truncated: true}
	same(t, "unranked is below all", mustCount(t, r, []Ballot{b}).Table.Duels, [][]int{{0, 0, 0}, {1, 0, 1}, {0, 0, 0}})
	same(t, "equal prefers neither", mustCount(t, r, []Ballot{equal}).Table.Duels, [][]int{{0, 1, 0}, {0, 0, 0}, {0, 1, 0}})
	same(t, "tidied", r.Tidy(Ballot{Values: []int{30, 0, 10}}).Values, []int{2, 0, 1})
	same(t, "tidied in place", r.Tidy(equal).Values, equal.Values)
	same(t, "a blank is left alone", r.Tidy(Ballot{Blank: true}), Ballot{Blank: true})
}
