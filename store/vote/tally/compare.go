package tally

import "fmt"

// The rules Compare knows beside the methods of the same name.
const (
	RulePlurality = "plurality"  // most first votes
	RuleTwoRounds = "two-rounds" // the two with the most first votes duel
	RuleBorda     = "borda"      // a point for each option put behind
)

// Comparison is what other rules would have made of the same ballots. It never
// says that people would have filled in the same ballots under them.
type Comparison struct {
	Rankings  []Ranking `json:"rankings"`
	Condorcet *int      `json:"condorcet,omitempty"` // who wins all duels; nil: nobody
	Duels     [][]int   `json:"duels"`
	Approves  int       `json:"approves,omitempty"` // grades: from which on a grade was read as agreeing
}

// Compare counts the ballots of a vote by judgment (by its four rules,
// approval, Schulze and runoff) or by ranks (plurality, two rounds, runoff,
// Borda, Schulze). Grades are read as ranks, the same grade as the same rank; a
// grade of the upper half, the middle one with it, as agreeing. Where a ballot
// has several first options each gets an equal share of its one vote. It fails
// with ErrRule for other methods.
func Compare(r Rule, ballots []Ballot, draw Draw) (Comparison, error) {
	if r.Method != Judgment && !r.Ranked() {
		return Comparison{}, fmt.Errorf("%w: %s is not compared", ErrRule, r.Method)
	}
	counted, err := Count(r, len(ballots), len(ballots), ballots, draw)
	if err != nil {
		return Comparison{}, err
	}
	c := comparer{draw: draw, options: r.Options}
	for _, b := range ballots {
		if !b.Blank && !b.Spoilt {
			c.ranked = append(c.ranked, b)
		}
	}
	if len(c.ranked) == 0 {
		return Comparison{}, nil
	}
	if r.Method == Judgment {
		c.Approves = r.Grades / 2
		c.Rankings = append(c.Rankings, counted.Table.Kin...)
		c.points(string(Approval), c.approvals(counted.Table.Grades))
		c.ranked = gradesAsRanks(r, c.ranked)
	}
	c.Duels = duels(c.options, c.ranked)
	c.Condorcet = condorcet(c.Duels)
	if r.Ranked() {
		c.firstVotes()
	}
	c.add(Ranking{Rule: string(Schulze), Order: peel(paths(c.Duels))})
	return c.Comparison, c.runoff()
}

// comparer is a comparison being put together.
type comparer struct {
	Comparison
	draw    Draw
	options int
	ranked  []Ballot
}

func (c *comparer) add(r Ranking) { c.Rankings = append(c.Rankings, r) }

// points adds a ranking by whole numbers.
func (c *comparer) points(rule string, points []int) {
	scores := make([]Fraction, len(points))
	for i, p := range points {
		scores[i] = frac(p, 1)
	}
	c.add(Ranking{Rule: rule, Order: most(points), Scores: scores})
}

// approvals counts, per option, the grades that agree.
func (c *comparer) approvals(rows [][]int) []int {
	out := make([]int, len(rows))
	for i, row := range rows {
		out[i] = sum(row[c.Approves:])
	}
	return out
}

// firstVotes adds what rests on first votes, and Borda.
func (c *comparer) firstVotes() {
	in := make([]bool, c.options)
	for i := range in {
		in[i] = true
	}
	scores := make([]Fraction, c.options)
	for o, v := range firsts(piles(c.ranked), in) {
		scores[o] = Fraction(v.RatString())
	}
	plurality := Ranking{Rule: RulePlurality, Order: highest(scores), Scores: scores}
	c.add(plurality)
	order, tied := twoRounds(plurality.Order, c.Duels)
	c.add(Ranking{Rule: RuleTwoRounds, Order: order, Tied: tied})
	c.points(RuleBorda, borda(c.Duels))
}

// runoff adds the instant runoff.
func (c *comparer) runoff() error {
	places, err := c.draw.places(c.options)
	t := &tally{Rule: Rule{Method: Runoff, Options: c.options}, places: places, ballots: c.ranked}
	t.Expressed = len(c.ranked)
	t.runoff()
	c.add(Ranking{Rule: string(Runoff), Order: t.Order, Tied: t.Tied})
	return err
}

// gradesAsRanks reads the best grade of each ballot as rank 1, the next best
// it gives as 2. A missing grade is the worst, as in the count.
func gradesAsRanks(r Rule, ballots []Ballot) []Ballot {
	ranking := Rule{Method: Schulze, Options: r.Options, Equal: true}
	out := make([]Ballot, 0, len(ballots))
	for _, b := range ballots {
		ranks := make([]int, len(b.Values))
		for i, grade := range b.Values {
			ranks[i] = r.Grades - max(grade, 0)
		}
		out = append(out, ranking.Tidy(Ballot{Values: ranks}))
	}
	return out
}
