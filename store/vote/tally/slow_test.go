package tally

import (
	"math/big"
	"slices"
)

// What follows are the ranked methods again, written for nothing but to be read
// beside their definitions: every path, every ballot by itself.

// slowPaths is the strength of the strongest path between two options, by
// walking every path there is.
func slowPaths(options int, ballots []Ballot) [][]int {
	wins := square(options)
	for a := range options {
		for b := range options {
			prefer, against := 0, 0
			for _, ballot := range ballots {
				switch place := slowPlaces(ballot); {
				case place[a] < place[b]:
					prefer++
				case place[b] < place[a]:
					against++
				}
			}
			if prefer > against {
				wins[a][b] = prefer
			}
		}
	}
	best := square(options)
	var walk func(from, at, weakest int, seen []int)
	walk = func(from, at, weakest int, seen []int) {
		for to := range options {
			if link := wins[at][to]; link > 0 && !slices.Contains(seen, to) {
				strength := min(weakest, link)
				best[from][to] = max(best[from][to], strength)
				walk(from, to, strength, append(slices.Clone(seen), to))
			}
		}
	}
	for from := range options {
		walk(from, from, len(ballots), []int{from})
	}
	return best
}

// slowPlaces gives those not ranked one place behind all.
func slowPlaces(b Ballot) []int {
	out := slices.Clone(b.Values)
	for i, v := range out {
		if v == 0 {
			out[i] = len(out) + 1
		}
	}
	return out
}

// slowBallot is one ballot of a slow count in rounds.
type slowBallot struct {
	names []int // all it ranks
	with  int   // whom it lies with; -1: nobody
	worth *big.Rat
}

type slowRace struct {
	ballots []slowBallot
	in      []int // neither elected nor out
	elected []int
	parked  map[int]*big.Rat // votes of the elected whose ballots have moved on
	history [][]*big.Rat
	places  []int
}

func newSlowRace(options int, ballots []Ballot, places []int) *slowRace {
	s := &slowRace{in: upTo(options), parked: map[int]*big.Rat{}, places: places}
	for _, b := range ballots {
		var names []int
		for rank := 1; rank <= options; rank++ {
			if o := slices.Index(b.Values, rank); o >= 0 {
				names = append(names, o)
			}
		}
		s.ballots = append(s.ballots, slowBallot{names, names[0], big.NewRat(1, 1)})
	}
	return s
}

// count adds one vote after the other.
func (s *slowRace) count(options int) []*big.Rat {
	votes := make([]*big.Rat, options)
	for o := range votes {
		votes[o] = new(big.Rat)
		if p := s.parked[o]; p != nil {
			votes[o].Set(p)
		}
	}
	for _, b := range s.ballots {
		if b.with >= 0 {
			votes[b.with].Add(votes[b.with], b.worth)
		}
	}
	s.history = append(s.history, votes)
	return votes
}

// order compares two options by their votes now, before, at first, then by the
// draw: who is drawn first is ahead.
func (s *slowRace) order(a, b int) int {
	for i := len(s.history) - 1; i >= 0; i-- {
		if c := s.history[i][a].Cmp(s.history[i][b]); c != 0 {
			return c
		}
	}
	return s.places[b] - s.places[a]
}

func (s *slowRace) leave(option int) {
	s.in = slices.DeleteFunc(s.in, func(o int) bool { return o == option })
}

// move hands the ballots that lie with an option to whom they name next, each
// worth that share of what it was.
func (s *slowRace) move(from int, share *big.Rat) {
	for i, b := range s.ballots {
		if b.with != from {
			continue
		}
		s.ballots[i].with = -1
		s.ballots[i].worth = new(big.Rat).Mul(b.worth, share)
		for _, o := range b.names {
			if slices.Contains(s.in, o) {
				s.ballots[i].with = o
				break
			}
		}
	}
}

func slowSTV(options, seats int, ballots []Ballot, places []int) []int {
	s := newSlowRace(options, ballots, places)
	quota := big.NewRat(int64(len(ballots)/(seats+1)+1), 1)
	for {
		votes := s.count(options)
		for _, o := range slices.Clone(s.in) {
			if votes[o].Cmp(quota) >= 0 {
				s.elected = append(s.elected, o)
				s.leave(o)
			}
		}
		if len(s.elected) == seats {
			return s.elected
		}
		if len(s.in)+len(s.elected) == seats {
			return append(s.elected, s.in...)
		}
		var surplus []int
		for _, o := range s.elected {
			if s.parked[o] == nil && votes[o].Cmp(quota) > 0 {
				surplus = append(surplus, o)
			}
		}
		if len(surplus) == 0 {
			last := slices.MinFunc(s.in, s.order)
			s.leave(last)
			s.move(last, big.NewRat(1, 1))
			continue
		}
		from := slices.MaxFunc(surplus, s.order)
		s.parked[from] = quota
		s.move(from, new(big.Rat).Quo(new(big.Rat).Sub(votes[from], quota), votes[from]))
	}
}

func slowRunoff(options int, ballots []Ballot, places []int) int {
	s := newSlowRace(options, ballots, places)
	for len(s.in) > 1 {
		s.count(options)
		last := slices.MinFunc(s.in, s.order)
		s.leave(last)
		s.move(last, big.NewRat(1, 1))
	}
	return s.in[0]
}
