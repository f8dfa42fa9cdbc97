package tally

import (
	"cmp"
	"math/big"
	"slices"
)

// parcel is ballots that say the same and are worth the same.
type parcel struct {
	order []int    // options, the first preferred first
	at    int      // whom of them it lies with; len(order): nobody any more
	count int      // ballots
	value *big.Rat // of each; shared between parcels, never written to
}

// stv seats several by one ranking each: the weighted inclusive Gregory method.
// Whoever reaches the Droop quota is elected; all their ballots move on, worth
// the share of their votes that was not needed, as an exact fraction, or cut
// after five decimals with VariantScottish. When nobody reaches it the last is
// out and their ballots move on as they are.
func (t *tally) stv() {
	if t.Expressed == 0 {
		return
	}
	s := &transfer{race: t.race(), kept: make([]*big.Rat, t.Options)}
	for _, p := range piles(t.ballots) {
		s.parcels = append(s.parcels, parcel{order: sequence(p.values), count: p.count, value: whole(1)})
	}
	t.Table.Quota = t.Expressed/(t.seats()+1) + 1
	s.quota = whole(t.Table.Quota)
	for s.step() {
	}
}

// transfer is STV under way.
type transfer struct {
	*race
	parcels []parcel
	quota   *big.Rat
	kept    []*big.Rat // per option: the votes an elected one keeps; nil: all that lie with them
	waiting []int      // elected whose surplus has not moved on yet
}

// step is one round; false after the last.
func (s *transfer) step() bool {
	s.round(s.lying())
	var reached []int
	for _, o := range s.still() {
		if s.votes()[o].Cmp(s.quota) >= 0 {
			reached = append(reached, o)
		}
	}
	s.elect(reached)
	for _, o := range reached {
		if s.votes()[o].Cmp(s.quota) > 0 {
			s.waiting = append(s.waiting, o)
		}
	}
	left := s.seats() - len(s.Winners)
	if still := s.still(); left > 0 && len(still) <= left {
		s.elect(still)
		left = 0
	}
	switch {
	case left == 0:
		s.finish()
		return false
	case len(s.waiting) > 0:
		return s.passSurplus()
	}
	out, ok := s.last()
	if ok {
		s.drop(out)
		s.advance()
	}
	return ok
}

// lying adds up the votes that lie with each option.
func (s *transfer) lying() []*big.Rat {
	worth := make([]map[*big.Rat]int, s.Options) // per option: ballots by their value
	for _, p := range s.parcels {
		if p.at == len(p.order) {
			continue
		}
		o := p.order[p.at]
		if worth[o] == nil {
			worth[o] = map[*big.Rat]int{}
		}
		worth[o][p.value] += p.count
	}
	votes := make([]*big.Rat, s.Options)
	for o := range votes {
		switch {
		case s.kept[o] != nil:
			votes[o] = s.kept[o]
		case s.hopeful[o] || slices.Contains(s.Winners, o):
			votes[o] = new(big.Rat)
			for value, n := range worth[o] {
				votes[o].Add(votes[o], new(big.Rat).Mul(value, whole(n)))
			}
		}
	}
	return votes
}

// advance moves ballots that lie with nobody in the race to the next named;
// those of the elected stay.
func (s *transfer) advance() {
	for i := range s.parcels {
		p := &s.parcels[i]
		if p.at < len(p.order) && (s.hopeful[p.order[p.at]] || slices.Contains(s.Winners, p.order[p.at])) {
			continue
		}
		s.next(p)
	}
}

func (s *transfer) next(p *parcel) {
	for p.at < len(p.order) && !s.hopeful[p.order[p.at]] {
		p.at++
	}
}

// passSurplus moves the largest surplus on; false when a draw is needed to
// know whose.
func (s *transfer) passSurplus() bool {
	largest := s.narrow(s.waiting, 1)
	if len(largest) > 1 {
		if s.places == nil {
			s.Outcome, s.Tied = NeedsDraw, largest
			return false
		}
		first := slices.MinFunc(largest, func(a, b int) int { return cmp.Compare(s.places[a], s.places[b]) })
		s.Table.Lots = append(s.Table.Lots, Lot{Round: len(s.held), Among: largest, Kept: []int{first}})
		largest = []int{first}
	}
	from := largest[0]
	s.waiting = slices.DeleteFunc(s.waiting, func(o int) bool { return o == from })
	s.now().Surplus = &from
	share := new(big.Rat).Sub(s.votes()[from], s.quota)
	share.Quo(share, s.votes()[from])
	s.now().Value = Fraction(share.RatString())
	s.kept[from] = s.quota
	reduced := map[*big.Rat]*big.Rat{}
	for i := range s.parcels {
		p := &s.parcels[i]
		if p.at == len(p.order) || p.order[p.at] != from {
			continue
		}
		if reduced[p.value] == nil {
			reduced[p.value] = s.cut(new(big.Rat).Mul(p.value, share))
		}
		p.value = reduced[p.value]
		s.next(p)
	}
	return true
}

// cut leaves five decimals of a transfer value in Scotland, all of it elsewhere.
func (s *transfer) cut(value *big.Rat) *big.Rat {
	if s.Variant != VariantScottish {
		return value
	}
	const places = 100_000
	n := new(big.Int).Mul(value.Num(), big.NewInt(places))
	return new(big.Rat).SetFrac(n.Quo(n, value.Denom()), big.NewInt(places))
}

// sequence is the options of a ballot in the order of their ranks.
func sequence(ranks []int) []int {
	out := make([]int, 0, len(ranks))
	for o, r := range ranks {
		if r > 0 {
			out = append(out, o)
		}
	}
	slices.SortFunc(out, func(a, b int) int { return cmp.Compare(ranks[a], ranks[b]) })
	return out
}
