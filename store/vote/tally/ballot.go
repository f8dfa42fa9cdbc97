package tally

import (
	"cmp"
	"errors"
	"slices"
)

// What may be wrong with a ballot. Each has a sentence of its own where people
// fill one in.
var (
	ErrShape   = errors.New("tally: a ballot of another vote")                   // not one value per option; a fault of the program
	ErrValue   = errors.New("tally: a value out of range")                       // such as −1 dot, or a grade there is not
	ErrEmpty   = errors.New("tally: nothing said, and not blank either")         // tick "blank" instead
	ErrPick    = errors.New("tally: more than one option picked")                //
	ErrMissing = errors.New("tally: an option without grade, score or rank")     // and the rule asks for all
	ErrDots    = errors.New("tally: more dots than there are")                   //
	ErrWhole   = errors.New("tally: dots left, and all must be placed")          //
	ErrEqual   = errors.New("tally: two options of the same rank")               // and the rule does not allow it
	ErrGap     = errors.New("tally: ranks that leave one out, as in 1, 2 and 4") // Rule.Tidy closes the gap
)

// Check says whether the rule allows the ballot; nil, or one of the errors
// above. Blank and spoilt ballots are always allowed.
func (r Rule) Check(b Ballot) error {
	if b.Blank || b.Spoilt {
		if b.Blank && b.Spoilt || len(b.Values) > 0 {
			return ErrShape
		}
		return nil
	}
	if len(b.Values) != r.Options {
		return ErrShape
	}
	switch r.Method {
	case Majority, NoCandidate, Advice:
		return r.checkPicks(b.Values)
	case Approval:
		return within(b.Values, 0, 1)
	case Consent:
		return within(b.Values, 0, noAnswers-1)
	case Date:
		return within(b.Values, CannotCome, CanCome)
	case Judgment:
		return r.checkGiven(b.Values, r.Grades-1)
	case Score:
		return r.checkGiven(b.Values, r.MaxScore)
	case Dots:
		return r.checkDots(b.Values)
	case Schulze, Runoff, STV:
		return r.checkRanks(b.Values)
	default:
		return ErrRule
	}
}

func within(values []int, low, high int) error {
	for _, v := range values {
		if v < low || v > high {
			return ErrValue
		}
	}
	return nil
}

// checkPicks wants exactly one 1, or at least one where several are allowed.
func (r Rule) checkPicks(values []int) error {
	if err := within(values, 0, 1); err != nil {
		return err
	}
	switch picked := sum(values); {
	case picked == 0:
		return ErrEmpty
	case picked > 1 && r.Variant != VariantSeveral:
		return ErrPick
	}
	return nil
}

// checkGiven wants values up to high, and none missing unless the rule says
// what that is worth.
func (r Rule) checkGiven(values []int, high int) error {
	if err := within(values, Missing, high); err != nil {
		return err
	}
	switch missing := count(values, Missing); {
	case missing == len(values):
		return ErrEmpty
	case missing > 0 && (r.Missing == "" || r.Missing == MissingRefused):
		return ErrMissing
	}
	return nil
}

func (r Rule) checkDots(values []int) error {
	if err := within(values, 0, MaxPoints); err != nil {
		return err
	}
	switch placed := sum(values); {
	case placed > r.Dots:
		return ErrDots
	case placed == 0:
		return ErrEmpty
	case placed < r.Dots && r.Whole:
		return ErrWhole
	}
	return nil
}

// checkRanks wants 1, 2, 3, … without a gap: two ballots that say the same are
// the same, and nobody can be known again by the way they number.
func (r Rule) checkRanks(values []int) error {
	if err := within(values, 0, r.Options); err != nil {
		return err
	}
	at := make([]int, r.Options+1) // options by rank
	for _, v := range values {
		at[v]++
	}
	switch last := slices.Max(values); {
	case last == 0:
		return ErrEmpty
	case at[0] > 0 && !r.Truncated:
		return ErrMissing
	case !r.Equal && slices.Max(at[1:]) > 1:
		return ErrEqual
	case slices.Contains(at[1:last+1], 0):
		return ErrGap
	}
	return nil
}

// Tidy gives the ballot the one form that says what it says: ranks without
// gaps, however they were typed (10, 20, 30 become 1, 2, 3). Other ballots are
// returned as they are. It does not check.
func (r Rule) Tidy(b Ballot) Ballot {
	if !r.Ranked() || len(b.Values) == 0 {
		return b
	}
	ranks := slices.Clone(b.Values)
	ranks = slices.DeleteFunc(ranks, func(v int) bool { return v == 0 })
	slices.Sort(ranks)
	ranks = slices.Compact(ranks)
	out := slices.Clone(b.Values)
	for i, v := range out {
		if v != 0 {
			out[i] = slices.Index(ranks, v) + 1
		}
	}
	return Ballot{Values: out}
}

// Ranked says whether ballots of the rule hold ranks.
func (r Rule) Ranked() bool { return r.Method == Schulze || r.Method == Runoff || r.Method == STV }

// Pick is the ballot for one option, of the methods where one is picked.
func (r Rule) Pick(option int) Ballot {
	b := Ballot{Values: make([]int, r.Options)}
	if option >= 0 && option < r.Options {
		b.Values[option] = 1
	}
	return b
}

// Arrange puts ballots in the one order that depends on nothing but what they
// say, so that a published heap tells nothing of who voted when.
func Arrange(ballots []Ballot) {
	slices.SortFunc(ballots, func(a, b Ballot) int {
		return cmp.Or(after(a.Spoilt, b.Spoilt), after(a.Blank, b.Blank), slices.Compare(a.Values, b.Values))
	})
}

// after sorts what is marked behind what is not.
func after(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	default:
		return -1
	}
}

func sum(values []int) (n int) {
	for _, v := range values {
		n += v
	}
	return n
}

func count(values []int, of int) (n int) {
	for _, v := range values {
		if v == of {
			n++
		}
	}
	return n
}
