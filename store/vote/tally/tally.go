// Package tally counts ballots. It knows no database, no person and no clock:
// a Rule, which was frozen and published before the vote opened, and a heap of
// Ballots give one Result, the same on every box, in the recount page and on
// paper. Whatever decides is an integer or an exact fraction, never a float,
// and nothing is ever won by the place of an option in the list: what the rule
// leaves equal stays equal, or is settled by a lot that is written down.
//
// The JSON of Rule, Ballot, Draw and Result is published with each closed vote
// (File), so a field may be added and none changed or taken away.
package tally

// Method is how ballots are filled in and counted.
type Method string

// The methods. What Ballot.Values holds for each is said at Ballot.
const (
	Majority    Method = "majority"    // one of two (for, against), or with VariantChoice one of several
	Consent     Method = "consent"     // adopted when nobody objects
	Judgment    Method = "judgment"    // a grade for each option; the median decides
	Approval    Method = "approval"    // every option one agrees with
	Score       Method = "score"       // a number for each option
	Dots        Method = "dots"        // a budget of points to spread
	Schulze     Method = "schulze"     // a ranking; duels and the strongest paths between them
	Runoff      Method = "runoff"      // a ranking; the last is out, again and again
	STV         Method = "stv"         // a ranking; several seats, votes that are not needed move on
	Date        Method = "date"        // for each date: yes, if need be, no
	NoCandidate Method = "nocandidate" // the name of one person each; the names are then proposed for consent
	Sorted      Method = "sortition"   // no ballots: a lot anybody can draw again, see Sortition
	Advice      Method = "advice"      // an opinion that binds nobody; VariantSeveral lets one pick several
)

// The variants. The empty one is always the plain rule of the method.
const (
	VariantChoice   = "choice"   // majority: one of several options instead of for and against
	VariantSeveral  = "several"  // advice: any number of options
	VariantTypical  = "typical"  // judgment: grade + p − q decides
	VariantCentral  = "central"  // judgment: grade + ½(p−q)/(p+q) decides
	VariantUsual    = "usual"    // judgment: grade + ½(p−q)/(1−p−q) decides
	VariantScottish = "scottish" // STV: transfer values cut after five decimals, as in Scottish local elections
)

// Missing is the value of an option left without a grade or score.
const Missing = -1

// The answers of a ballot of consent.
const (
	Agrees    = iota // no objection
	Reserves         // no objection, with a remark that is kept
	Abstains         // neither
	Objects          // a reasoned objection; the reason is not the tally's to know
	noAnswers        // how many answers there are
)

// The answers to a date of a meeting-time poll.
const (
	CannotCome = iota
	IfNeedBe
	CanCome
)

// Ballot is one answer. Either Blank or Spoilt is set and Values is empty, or
// Values has one number per option:
//
//	majority, nocandidate, advice   1 for the option picked, else 0
//	approval                        1 for each option agreed with, else 0
//	judgment                        grade from 0, the worst, to Rule.Grades-1, or Missing
//	score                           0 to Rule.MaxScore, or Missing
//	dots                            the points placed, 0 or more
//	schulze, runoff, stv            rank: 1 is first, 0 not ranked; see Rule.Tidy
//	date                            CannotCome, IfNeedBe or CanCome
//	consent                         one number only: Agrees, Reserves, Abstains or Objects
type Ballot struct {
	Blank  bool  `json:"blank,omitempty"`
	Spoilt bool  `json:"spoilt,omitempty"`
	Values []int `json:"values,omitempty"`
}

// Outcome says in one word how a vote ended.
type Outcome string

// The outcomes.
const (
	Adopted       Outcome = "adopted"
	Refused       Outcome = "refused"
	Elected       Outcome = "elected"        // Winners holds who or what
	Tied          Outcome = "tie"            // Result.Tied are equal where one had to be chosen; Winners are those sure all the same
	NotReached    Outcome = "not-reached"    // no option reaches the threshold
	NoQuorum      Outcome = "no-quorum"      // without effect: never "refused"
	NobodyVoted   Outcome = "nobody-voted"   // 0 ballots
	NoneExpressed Outcome = "none-expressed" // only blank or spoilt ballots
	Objection     Outcome = "objection"      // consent: at least one objection is to be dealt with
	Silence       Outcome = "silence"        // consent: not all have answered, and silence is not consent
	Ordered       Outcome = "ordered"        // advice, election without candidate: an order that binds nobody
	NeedsDraw     Outcome = "needs-draw"     // a lot has to be drawn among Result.Tied and recorded, then counted again
)

// Result is what a count gives, with every step that led there.
type Result struct {
	Outcome   Outcome `json:"outcome"`
	Winners   []int   `json:"winners,omitempty"`   // options by index, in the order they won
	Tied      []int   `json:"tied,omitempty"`      // with Tied and NeedsDraw: those a choice is due among
	Order     [][]int `json:"order,omitempty"`     // all options from first to last, those ex æquo together
	Roll      int     `json:"roll"`                // who might vote
	Present   int     `json:"present"`             // who took part: voters, and those present who abstained
	Voters    int     `json:"voters"`              // ballots, the blank and the spoilt too
	Expressed int     `json:"expressed"`           // ballots that say something
	Blanks    int     `json:"blanks"`              //
	Spoilt    int     `json:"spoilt"`              //
	Quorum    int     `json:"quorum,omitempty"`    // how many had to take part; 0: none was asked for
	Base      int     `json:"base,omitempty"`      // what the threshold is a share of
	Needed    int     `json:"needed,omitempty"`    // the fewest votes that reach the threshold
	Condorcet *int    `json:"condorcet,omitempty"` // ranked ballots: the option that wins all its duels; nil: there is none
	Table     Table   `json:"table"`
}

// Table is every intermediate number of a count, to print and to check. Only
// the fields of the method are filled; lists have one entry per option unless
// said otherwise.
type Table struct {
	Counts []int      `json:"counts,omitempty"` // votes; consent: by answer; date: who can come, if need be too
	Sure   []int      `json:"sure,omitempty"`   // date: who can come without "if need be"
	Points []int      `json:"points,omitempty"` // score, dots: the sum
	Given  []int      `json:"given,omitempty"`  // score: how many gave one
	Scores []Fraction `json:"scores,omitempty"` // score: what decides: sum or mean
	Grades [][]int    `json:"grades,omitempty"` // judgment: ballots by grade, the worst first
	Judged []Judged   `json:"judged,omitempty"` // judgment
	Kin    []Ranking  `json:"kin,omitempty"`    // judgment: the order by each of the four rules, in the order of judgments
	Duels  [][]int    `json:"duels,omitempty"`  // schulze: Duels[a][b] prefer a to b
	Paths  [][]int    `json:"paths,omitempty"`  // schulze: strength of the strongest path from a to b
	Quota  int        `json:"quota,omitempty"`  // stv: votes that elect
	Rounds []Round    `json:"rounds,omitempty"` // runoff, stv: one entry per round
	Lots   []Lot      `json:"lots,omitempty"`   // every tie that was settled by the recorded draw
}

// Ranking is an order by one rule.
type Ranking struct {
	Rule   string     `json:"rule"`
	Order  [][]int    `json:"order,omitempty"`  // ex æquo together; empty when a draw is needed to go on
	Tied   []int      `json:"tied,omitempty"`   // then those it is due among
	Scores []Fraction `json:"scores,omitempty"` // per option: what the order rests on, where it is one number
}

// Lot is a tie the draw settled.
type Lot struct {
	Round int   `json:"round,omitempty"` // of runoff and stv, from 1
	Among []int `json:"among"`
	Kept  []int `json:"kept,omitempty"` // those preferred, …
	Out   []int `json:"out,omitempty"`  // … or the one put out
}
