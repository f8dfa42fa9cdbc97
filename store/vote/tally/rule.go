package tally

import (
	"errors"
	"fmt"
	"slices"
)

// Denominator is what a threshold is a share of.
type Denominator string

// The denominators.
const (
	OfExpressed Denominator = "expressed" // ballots neither blank nor spoilt
	OfVoters    Denominator = "voters"    // all ballots
	OfRoll      Denominator = "roll"      // all who might vote
)

// MissingRule says what an option without grade or score is worth.
type MissingRule string

// The rules for missing grades and scores.
const (
	MissingRefused MissingRule = "refused" // such a ballot is not accepted
	MissingWorst   MissingRule = "worst"   // it counts as the worst grade, or 0
	MissingSkipped MissingRule = "skipped" // score only: it counts for nothing; see Mean
)

// Mean is what of a score decides.
type Mean string

// The ways to read scores.
const (
	Sum       Mean = "sum"
	MeanGiven Mean = "mean-given" // over those who scored this option
	MeanAll   Mean = "mean-all"   // over all expressed ballots
)

// Ties is what happens when more are equal than there are seats.
type Ties string

// The tie rules. Runoff and STV need a lot to go on, whatever the rule.
const (
	TiesStand Ties = ""     // the tie is the result; people decide how to go on
	TiesDrawn Ties = "draw" // the recorded draw settles it
)

// Bounds of a rule. They keep a count of 5,000 ballots well under a second on
// a Pi Zero, and sums far from overflow.
const (
	MaxOptions = 60
	MaxGrades  = 10
	MaxPoints  = 1000 // of a score or a budget of dots
	maxRatio   = 10_000
)

// Rule is how a vote is counted. It is frozen when the vote opens.
type Rule struct {
	Method  Method `json:"method"`
	Variant string `json:"variant,omitempty"`
	Options int    `json:"options"`         // consent has 1, for and against 2
	Seats   int    `json:"seats,omitempty"` // how many options may win; 0 is 1

	// The threshold: Num/Den of Of, reached with AtLeast or exceeded without.
	// Den 0: none. Majority, approval.
	Num     int         `json:"num,omitempty"`
	Den     int         `json:"den,omitempty"`
	AtLeast bool        `json:"at_least,omitempty"`
	Of      Denominator `json:"of,omitempty"` // "" is OfExpressed

	// The quorum: a share of the roll that must take part. QuorumDen 0: none.
	QuorumNum     int  `json:"quorum_num,omitempty"`
	QuorumDen     int  `json:"quorum_den,omitempty"`
	QuorumAtLeast bool `json:"quorum_at_least,omitempty"`

	Grades    int         `json:"grades,omitempty"`    // judgment: how many, 2 to MaxGrades
	MaxScore  int         `json:"max_score,omitempty"` // score: the highest
	Dots      int         `json:"dots,omitempty"`      // dots: the budget
	Whole     bool        `json:"whole,omitempty"`     // dots: all must be placed
	Missing   MissingRule `json:"missing,omitempty"`   // judgment, score; "" is MissingRefused
	Mean      Mean        `json:"mean,omitempty"`      // score; "" is Sum
	Equal     bool        `json:"equal,omitempty"`     // schulze: equal ranks allowed
	Truncated bool        `json:"truncated,omitempty"` // rankings: options may be left unranked, below all others
	Silence   bool        `json:"silence,omitempty"`   // consent: who does not answer consents
	Ties      Ties        `json:"ties,omitempty"`
}

// ErrRule is a rule that cannot be counted by.
var ErrRule = errors.New("tally: no such rule")

// variants are those each method knows beside the plain one.
var variants = map[Method][]string{
	Majority: {VariantChoice}, Consent: nil, Judgment: {VariantTypical, VariantCentral, VariantUsual},
	Approval: nil, Score: nil, Dots: nil, Schulze: nil, Runoff: nil, STV: {VariantScottish},
	Date: nil, NoCandidate: nil, Advice: {VariantSeveral},
}

// Valid checks that ballots can be counted by the rule; the error wraps
// ErrRule and says why, for the log.
func (r Rule) Valid() error {
	bad := func(format string, args ...any) error {
		return fmt.Errorf("%w: "+format, append([]any{ErrRule}, args...)...)
	}
	known, ok := variants[r.Method]
	switch {
	case !ok:
		return bad("method %q has no ballots", r.Method)
	case r.Variant != "" && !slices.Contains(known, r.Variant):
		return bad("variant %q of %s", r.Variant, r.Method)
	case r.Method == Consent && r.Options != 1, r.Method == Majority && r.Variant == "" && r.Options != 2,
		r.Options < 1, r.Options > MaxOptions:
		return bad("%d options", r.Options)
	case r.Seats < 0, r.Seats > r.Options, r.Seats > 1 && !r.severalSeats():
		return bad("%d seats", r.Seats)
	case !share(r.Num, r.Den), !share(r.QuorumNum, r.QuorumDen):
		return bad("share %d/%d, quorum %d/%d", r.Num, r.Den, r.QuorumNum, r.QuorumDen)
	case r.Den > 0 && r.Method != Majority && r.Method != Approval:
		return bad("threshold of %s", r.Method)
	case r.Method == Majority && r.Variant == "" && r.Den == 0:
		return bad("no threshold")
	}
	return r.validWords(bad)
}

// validWords checks the fields that hold words, and those of one method only.
func (r Rule) validWords(bad func(string, ...any) error) error {
	switch {
	case !slices.Contains([]Denominator{"", OfExpressed, OfVoters, OfRoll}, r.Of):
		return bad("denominator %q", r.Of)
	case !slices.Contains([]Ties{TiesStand, TiesDrawn}, r.Ties):
		return bad("ties %q", r.Ties)
	case !slices.Contains([]Mean{"", Sum, MeanGiven, MeanAll}, r.Mean):
		return bad("mean %q", r.Mean)
	case !slices.Contains([]MissingRule{"", MissingRefused, MissingWorst, MissingSkipped}, r.Missing),
		r.Missing == MissingSkipped && r.Method != Score:
		return bad("missing %q", r.Missing)
	case r.Method == Judgment && (r.Grades < 2 || r.Grades > MaxGrades):
		return bad("%d grades", r.Grades)
	case r.Method == Score && (r.MaxScore < 1 || r.MaxScore > MaxPoints):
		return bad("scores up to %d", r.MaxScore)
	case r.Method == Dots && (r.Dots < 1 || r.Dots > MaxPoints):
		return bad("%d dots", r.Dots)
	case r.Equal && r.Method != Schulze:
		return bad("equal ranks in %s", r.Method)
	}
	return nil
}

// severalSeats says whether more than one option may win.
func (r Rule) severalSeats() bool {
	switch r.Method {
	case Approval, Score, Dots, STV, Judgment:
		return true
	case Majority:
		return r.Variant == VariantChoice
	default:
		return false
	}
}

func (r Rule) seats() int { return max(r.Seats, 1) }

// share says whether num/den is none (0/0) or lies from 0 to 1.
func share(num, den int) bool {
	return num == 0 && den == 0 || den > 0 && den <= maxRatio && num >= 0 && num <= den
}
