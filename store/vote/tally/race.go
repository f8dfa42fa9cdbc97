package tally

import (
	"cmp"
	"math/big"
	"slices"
)

// race is a count in rounds under way: who is still in it, and every round so
// far.
type race struct {
	*tally
	hopeful []bool
	held    [][]*big.Rat // votes per round and option, those of elected options too; nil for one that is out
	total   *big.Rat     // votes in all
	ahead   [][]int      // elected, in order, ex æquo together
	behind  [][]int      // out, the last first
}

func (t *tally) race() *race {
	return &race{tally: t, hopeful: slices.Repeat([]bool{true}, t.Options), total: whole(t.Expressed)}
}

func whole(n int) *big.Rat { return new(big.Rat).SetInt64(int64(n)) }

// still lists who is neither elected nor out.
func (r *race) still() (out []int) {
	for o, in := range r.hopeful {
		if in {
			out = append(out, o)
		}
	}
	return out
}

// round begins a round with these votes.
func (r *race) round(votes []*big.Rat) {
	r.held = append(r.held, votes)
	now := Round{Votes: make([]Fraction, len(votes))}
	left := new(big.Rat).Set(r.total)
	for o, v := range votes {
		if v != nil {
			now.Votes[o] = Fraction(v.RatString())
			left.Sub(left, v)
		}
	}
	if left.Sign() > 0 {
		now.Exhausted = Fraction(left.RatString())
	}
	r.Table.Rounds = append(r.Table.Rounds, now)
}

// now is the current round.
func (r *race) now() *Round { return &r.Table.Rounds[len(r.Table.Rounds)-1] }

// votes are those of the current round.
func (r *race) votes() []*big.Rat { return r.held[len(r.held)-1] }

// elect seats options, those with more votes first.
func (r *race) elect(options []int) {
	votes := r.votes()
	byVotes := func(a, b int) int { return votes[b].Cmp(votes[a]) }
	for _, group := range rank(len(options), func(a, b int) int { return byVotes(options[a], options[b]) }) {
		for i, at := range group {
			group[i] = options[at]
			r.hopeful[options[at]] = false
		}
		r.ahead = append(r.ahead, group)
		r.Winners = append(r.Winners, group...)
		r.now().Elected = append(r.now().Elected, group...)
	}
}

// last finds who is out: whoever has the fewest votes; among equals, whoever
// had the fewest in the latest earlier round that tells them apart; then who is
// drawn last. Options without any vote are out together when that cannot change
// who is seated. ok is false when a draw is needed.
func (r *race) last() (out []int, ok bool) {
	still := r.still()
	low := r.narrow(still, -1)
	if r.votes()[low[0]].Sign() == 0 && len(still)-len(low) >= r.seats()-len(r.Winners) {
		return low, true
	}
	if len(low) == 1 {
		return low, true
	}
	if r.places == nil {
		r.Outcome, r.Tied = NeedsDraw, low
		return nil, false
	}
	one := slices.MaxFunc(low, func(a, b int) int { return cmp.Compare(r.places[a], r.places[b]) })
	r.Table.Lots = append(r.Table.Lots, Lot{Round: len(r.held), Among: low, Out: []int{one}})
	return []int{one}, true
}

// narrow keeps those with the most votes (way 1) or the fewest (way -1) now,
// then in each earlier round back to the first, while more than one is left.
func (r *race) narrow(options []int, way int) []int {
	for i := len(r.held) - 1; i >= 0 && len(options) > 1; i-- {
		votes := r.held[i]
		best := slices.MaxFunc(options, func(a, b int) int { return way * votes[a].Cmp(votes[b]) })
		options = slices.DeleteFunc(slices.Clone(options), func(o int) bool { return votes[o].Cmp(votes[best]) != 0 })
	}
	return options
}

// drop puts options out.
func (r *race) drop(out []int) {
	r.now().Out = out
	for _, o := range out {
		r.hopeful[o] = false
	}
	r.behind = slices.Insert(r.behind, 0, out)
}

// finish orders everybody: the elected, those left at the end by their votes,
// those out, the last to go first.
func (r *race) finish() {
	still, votes := r.still(), r.votes()
	order := slices.Clone(r.ahead)
	for _, group := range rank(len(still), func(a, b int) int { return votes[still[b]].Cmp(votes[still[a]]) }) {
		for i, at := range group {
			group[i] = still[at]
		}
		order = append(order, group)
	}
	r.Order = slices.Concat(order, r.behind)
	r.Outcome = Elected
}

// runoff puts the last out until somebody has more than half of the votes
// that still name somebody. A ballot with equal ranks, which only Compare
// reads this way, is shared between its first.
func (t *tally) runoff() {
	if t.Expressed == 0 {
		return
	}
	r, heaps := t.race(), piles(t.ballots)
	for {
		r.round(firsts(heaps, r.hopeful))
		still := r.still()
		top := slices.MaxFunc(still, func(a, b int) int { return r.votes()[a].Cmp(r.votes()[b]) })
		if len(still) == 1 || twice(r.votes()[top]).Cmp(naming(r.votes())) > 0 {
			r.elect([]int{top})
			r.finish()
			return
		}
		out, ok := r.last()
		if !ok {
			return
		}
		r.drop(out)
	}
}

func twice(v *big.Rat) *big.Rat { return new(big.Rat).Add(v, v) }

// naming adds up votes.
func naming(votes []*big.Rat) *big.Rat {
	all := new(big.Rat)
	for _, v := range votes {
		if v != nil {
			all.Add(all, v)
		}
	}
	return all
}

// firsts counts, for those still in, the ballots that put them before all
// others still in; nil for who is out. k options first together have 1/k each.
func firsts(heaps []pile, in []bool) []*big.Rat {
	shared := make([]map[int]int, len(in)) // per option: ballots by k
	for o := range in {
		shared[o] = map[int]int{}
	}
	for _, p := range heaps {
		best, k := 0, 0
		for o, rank := range p.values {
			switch {
			case rank == 0 || !in[o]:
			case best == 0 || rank < best:
				best, k = rank, 1
			case rank == best:
				k++
			}
		}
		for o, rank := range p.values {
			if best > 0 && in[o] && rank == best {
				shared[o][k] += p.count
			}
		}
	}
	votes := make([]*big.Rat, len(in))
	for o := range in {
		if !in[o] {
			continue
		}
		votes[o] = new(big.Rat)
		for k, n := range shared[o] {
			votes[o].Add(votes[o], big.NewRat(int64(n), int64(k)))
		}
	}
	return votes
}
