package tally

import (
	"cmp"
	"slices"
)

// Judged is what majority judgment reads off the grades of one option. Grades
// count from 0, the worst.
type Judged struct {
	// Grade is the highest that at least half of the ballots reach, counted
	// from the best, and at least half do not exceed: with an even number the
	// lower of the two in the middle.
	Grade int `json:"grade"`
	Above int `json:"above"` // ballots strictly above the grade: p
	Below int `json:"below"` // ballots strictly below the grade: q
	Of    int `json:"of"`    // all of them
	// Plus: the gauge of the option is Grade + with Above as its size, else
	// Grade − with Below.
	Plus bool `json:"plus"`
	// Removal is there where the gauge leaves options equal: the grade, then
	// the grade after one ballot of the median is taken away, and so on, up
	// to the first step that tells it from another of the group. Equal to the
	// end: empty.
	Removal []int `json:"removal,omitempty"`
	// Typical, Central and Usual are the values of the three kindred rules.
	Typical Fraction `json:"typical"` // grade + p − q
	Central Fraction `json:"central"` // grade + ½(p−q)/(p+q)
	Usual   Fraction `json:"usual"`   // grade + ½(p−q)/(1−p−q)
}

// judgments are the four rules, as they are named in Table.Kin and, the first
// apart, as variants.
var judgments = []string{string(Judgment), VariantTypical, VariantCentral, VariantUsual}

// judgment grades options (Balinski and Laraki; the kindred rules: Fabre 2021).
func (t *tally) judgment() {
	t.Table.Grades = t.gradeCounts()
	if t.Expressed == 0 {
		return
	}
	t.Table.Judged = judge(t.Table.Grades)
	t.Table.Kin = kin(t.Table.Grades, t.Table.Judged)
	at := max(slices.Index(judgments, t.Variant), 0)
	t.Order = t.Table.Kin[at].Order
	t.seat(func(int) bool { return true })
}

// gradeCounts counts, per option, ballots by grade. A missing grade is the
// worst: ballots with one are only accepted where the rule says that.
func (t *tally) gradeCounts() [][]int {
	out := make([][]int, t.Options)
	for i := range out {
		out[i] = make([]int, t.Grades)
	}
	for _, b := range t.ballots {
		for i, v := range b.Values {
			out[i][max(v, 0)]++
		}
	}
	return out
}

// judge works out what every rule needs of each row of grades. No row is
// empty.
func judge(rows [][]int) []Judged {
	out := make([]Judged, len(rows))
	for i, row := range rows {
		n := sum(row)
		g := median(row, n)
		p, q := sum(row[g+1:]), sum(row[:g])
		central := frac(g, 1)
		if p+q > 0 {
			central = frac(2*g*(p+q)+p-q, 2*(p+q))
		}
		out[i] = Judged{
			Grade: g, Above: p, Below: q, Of: n, Plus: p > q,
			Typical: frac(g*n+p-q, n), Central: central, Usual: frac(2*g*(n-p-q)+p-q, 2*(n-p-q)),
		}
	}
	remove(rows, out)
	return out
}

// median is the lower middle grade of n ballots.
func median(row []int, n int) int {
	upTo := 0
	for g, c := range row {
		if upTo += c; 2*upTo >= n {
			return g
		}
	}
	return len(row) - 1
}

// kin is the order by each of the four rules.
func kin(rows [][]int, judged []Judged) []Ranking {
	values := map[string]func(j Judged) Fraction{
		VariantTypical: func(j Judged) Fraction { return j.Typical },
		VariantCentral: func(j Judged) Fraction { return j.Central },
		VariantUsual:   func(j Judged) Fraction { return j.Usual },
	}
	out := []Ranking{{Rule: judgments[0], Order: rank(len(rows), func(a, b int) int {
		return cmp.Or(gauge(judged[b], judged[a]), -removal(rows[a], rows[b], nil))
	})}}
	for _, rule := range judgments[1:] {
		scores := make([]Fraction, len(judged))
		for i, j := range judged {
			scores[i] = values[rule](j)
		}
		out = append(out, Ranking{Rule: rule, Order: highest(scores), Scores: scores})
	}
	return out
}

// gauge compares by the majority gauge: the grade, then the sign, then the
// size. Rows may have different numbers of ballots.
func gauge(a, b Judged) int {
	if c := cmp.Or(cmp.Compare(a.Grade, b.Grade), after(a.Plus, b.Plus)); c != 0 {
		return c
	}
	if a.Plus {
		return cmp.Compare(a.Above*b.Of, b.Above*a.Of)
	}
	return cmp.Compare(b.Below*a.Of, a.Below*b.Of)
}

// removal compares two rows by their majority values: positive when a is
// better. Ballots of the median grade are taken away one by one until the
// medians differ; each tells the pairs on the way.
func removal(a, b []int, each func(ga, gb int)) int {
	if slices.Equal(a, b) {
		return 0
	}
	a, b = slices.Clone(a), slices.Clone(b)
	for n, m := sum(a), sum(b); n > 0 && m > 0; n, m = n-1, m-1 {
		ga, gb := median(a, n), median(b, m)
		if each != nil {
			each(ga, gb)
		}
		if ga != gb {
			return cmp.Compare(ga, gb)
		}
		a[ga]--
		b[gb]--
	}
	return 0
}

// remove fills in Removal for rows the gauge leaves equal and removal does
// not: each against the one it stays equal with the longest, of those it
// differs from.
func remove(rows [][]int, judged []Judged) {
	for i := range rows {
		for j := range rows {
			if i == j || gauge(judged[i], judged[j]) != 0 {
				continue
			}
			var steps []int
			if removal(rows[i], rows[j], func(g, _ int) { steps = append(steps, g) }) != 0 && len(steps) > len(judged[i].Removal) {
				judged[i].Removal = steps
			}
		}
	}
}
