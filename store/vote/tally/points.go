package tally

import "cmp"

// score adds up the numbers given to each option, or takes their mean.
func (t *tally) score() {
	t.Table.Points = t.columns()
	t.Table.Given = make([]int, t.Options)
	for _, b := range t.ballots {
		for i, v := range b.Values {
			if v != Missing {
				t.Table.Given[i]++
			}
		}
	}
	t.Table.Scores = make([]Fraction, t.Options)
	for i, points := range t.Table.Points {
		t.Table.Scores[i] = frac(points, max(t.divisor(i), 1)) // an option nobody scored has 0
	}
	t.Order = highest(t.Table.Scores)
	t.seat(t.hasPoints)
}

// divisor is what the points of an option are divided by.
func (t *tally) divisor(option int) int {
	switch {
	case t.Mean == MeanAll, t.Mean == MeanGiven && t.Missing == MissingWorst:
		return t.Expressed
	case t.Mean == MeanGiven:
		return t.Table.Given[option]
	default:
		return 1
	}
}

// dots adds up the points placed.
func (t *tally) dots() {
	t.Table.Points = t.columns()
	t.Order = most(t.Table.Points)
	t.seat(t.hasPoints)
}

func (t *tally) hasPoints(option int) bool { return t.Table.Points[option] > 0 }

// date prefers the date most can come at, "if need be" too, and among such the
// one with the fewest "if need be".
func (t *tally) date() {
	come, sure := make([]int, t.Options), make([]int, t.Options)
	for _, b := range t.ballots {
		for i, v := range b.Values {
			if v >= IfNeedBe {
				come[i]++
			}
			if v == CanCome {
				sure[i]++
			}
		}
	}
	t.Table.Counts, t.Table.Sure = come, sure
	t.Order = rank(t.Options, func(a, b int) int {
		return cmp.Or(cmp.Compare(come[b], come[a]), cmp.Compare(sure[b], sure[a]))
	})
	t.seat(t.reaches)
}

// order is what advice and nominations give: who is named how often, and
// nobody elected by it.
func (t *tally) order() {
	t.Table.Counts = t.columns()
	t.Order = most(t.Table.Counts)
	t.Outcome = Ordered
}

// consent is adopted when nobody objects and, unless silence was said to be
// consent or a quorum of answers to be enough, everybody has answered.
func (t *tally) consent() {
	t.Table.Counts = make([]int, noAnswers)
	for _, b := range t.ballots {
		t.Table.Counts[b.Values[0]]++
	}
	switch {
	case t.Table.Counts[Objects] > 0:
		t.Outcome = Objection
	case t.Voters < t.Roll && !t.Silence && t.QuorumDen == 0:
		t.Outcome = Silence
	default:
		t.Outcome = Adopted
	}
}
