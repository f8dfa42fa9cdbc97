package tally

import (
	"math/rand/v2"
	"testing"
)

// townMeeting is 5,000 ballots of a rule, the same in each run.
func townMeeting(r Rule) []Ballot {
	random := rand.New(rand.NewPCG(2027, 328))
	ballots := make([]Ballot, 5000)
	for i := range ballots {
		b := Ballot{Values: make([]int, r.Options)}
		switch r.Method {
		case Majority, NoCandidate, Advice:
			b.Values[random.IntN(r.Options)] = 1
		case Schulze, Runoff, STV:
			for place, o := range random.Perm(r.Options) {
				b.Values[o] = place + 1
			}
		case Dots:
			for range r.Dots {
				b.Values[random.IntN(r.Options)]++
			}
		case Judgment:
			fill(b.Values, random, r.Grades)
		case Score:
			fill(b.Values, random, r.MaxScore+1)
		case Date, Consent:
			fill(b.Values, random, 3)
		default:
			fill(b.Values, random, 2)
		}
		ballots[i] = b
	}
	return ballots
}

func fill(values []int, random *rand.Rand, below int) {
	for i := range values {
		values[i] = random.IntN(below)
	}
}

// BenchmarkTally counts 5,000 ballots, of twelve options where there are
// several, by each method. "bare" only adds up what ballots hold.
func BenchmarkTally(b *testing.B) {
	rules := []Rule{
		yesOrNo,
		{Method: Majority, Variant: VariantChoice, Options: 12},
		{Method: Approval, Options: 12},
		{Method: Judgment, Options: 12, Grades: 7},
		{Method: Score, Options: 12, MaxScore: 10},
		{Method: Dots, Options: 12, Dots: 8},
		{Method: Date, Options: 12},
		{Method: Consent, Options: 1, Silence: true},
		{Method: Schulze, Options: 12},
		{Method: Runoff, Options: 12},
		{Method: STV, Options: 12, Seats: 5},
		{Method: STV, Variant: VariantScottish, Options: 12, Seats: 5},
		{Method: NoCandidate, Options: 12},
		{Method: Advice, Options: 12},
	}
	b.Run("bare", func(b *testing.B) {
		ballots := townMeeting(rules[3])
		for b.Loop() {
			t := tally{Rule: rules[3], ballots: ballots}
			t.columns()
		}
	})
	for _, r := range rules {
		ballots := townMeeting(r)
		b.Run(string(r.Method)+r.Variant, func(b *testing.B) {
			for b.Loop() {
				if _, err := Count(r, 6000, 0, ballots, Draw{Seed: "a"}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("compare", func(b *testing.B) {
		ballots := townMeeting(rules[3])
		for b.Loop() {
			if _, err := Compare(rules[3], ballots, Draw{Seed: "a"}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
