package tally

import "cmp"

// prefers says whether a rank comes before another; 0, not ranked, comes last.
func prefers(a, b int) bool { return a != 0 && (b == 0 || a < b) }

// duels counts, for each pair, how many prefer the one to the other. Equal
// ranks, and two options both left out, prefer neither.
func duels(options int, ballots []Ballot) [][]int {
	d := square(options)
	for _, p := range piles(ballots) {
		for a, rank := range p.values {
			for b, other := range p.values {
				if prefers(rank, other) {
					d[a][b] += p.count
				}
			}
		}
	}
	return d
}

func square(n int) [][]int {
	out := make([][]int, n)
	for i := range out {
		out[i] = make([]int, n)
	}
	return out
}

// condorcet is the option that wins every duel, nil when there is none.
func condorcet(d [][]int) *int {
	for a := range d {
		beaten := 0
		for b := range d {
			if d[a][b] > d[b][a] {
				beaten++
			}
		}
		if beaten == len(d)-1 {
			return &a
		}
	}
	return nil
}

// paths is the strength of the strongest path between each pair: that of its
// weakest duel, measured by the votes of who wins it (Schulze 2011).
func paths(d [][]int) [][]int {
	p := square(len(d))
	for a := range d {
		for b := range d {
			if d[a][b] > d[b][a] {
				p[a][b] = d[a][b]
			}
		}
	}
	for over := range p {
		for a := range p {
			for b := range p {
				if a != b && a != over && b != over {
					p[a][b] = max(p[a][b], min(p[a][over], p[over][b]))
				}
			}
		}
	}
	return p
}

// peel orders options by their paths: first those no other beats, then those
// no other of the rest beats, and so on.
func peel(p [][]int) (order [][]int) {
	done := make([]bool, len(p))
	for left := len(p); left > 0; {
		var layer []int
		for a := range p {
			if !done[a] && !beaten(p, done, a) {
				layer = append(layer, a)
			}
		}
		for _, a := range layer {
			done[a] = true
		}
		left -= len(layer)
		order = append(order, layer)
	}
	return order
}

func beaten(p [][]int, done []bool, a int) bool {
	for b := range p {
		if !done[b] && p[b][a] > p[a][b] {
			return true
		}
	}
	return false
}

// schulze elects who no other beats by a stronger path.
func (t *tally) schulze() {
	t.Table.Duels = duels(t.Options, t.ballots)
	t.Table.Paths = paths(t.Table.Duels)
	t.Condorcet = condorcet(t.Table.Duels)
	t.Order = peel(t.Table.Paths)
	t.seat(func(int) bool { return true })
}

// pile is ballots that say the same.
type pile struct {
	values []int
	count  int
}

// piles puts ballots that say the same together.
func piles(ballots []Ballot) []pile {
	at := make(map[string]int, len(ballots))
	var out []pile
	var key []byte
	for _, b := range ballots {
		key = key[:0]
		for _, v := range b.Values {
			key = append(key, byte(v)) // a rank or a grade: below 256
		}
		i, ok := at[string(key)]
		if !ok {
			i = len(out)
			at[string(key)] = i
			out = append(out, pile{values: b.Values})
		}
		out[i].count++
	}
	return out
}

// borda gives an option one point for each other option a ballot puts behind
// it.
func borda(d [][]int) []int {
	out := make([]int, len(d))
	for a := range d {
		out[a] = sum(d[a])
	}
	return out
}

// twoRounds keeps the two with the most first votes and lets them duel. Where
// more than two may be second, or the duel is equal, nobody is ahead: tied.
func twoRounds(first [][]int, d [][]int) (order [][]int, tied []int) {
	var finalists []int
	var rest [][]int
	switch {
	case len(first[0]) > 2:
		return nil, first[0]
	case len(first[0]) == 2:
		finalists, rest = first[0], first[1:]
	case len(first) == 1:
		return first, nil
	case len(first[1]) > 1:
		return nil, first[1]
	default:
		finalists, rest = []int{first[0][0], first[1][0]}, first[2:]
	}
	a, b := finalists[0], finalists[1]
	switch cmp.Compare(d[a][b], d[b][a]) {
	case 1:
		order = [][]int{{a}, {b}}
	case -1:
		order = [][]int{{b}, {a}}
	default:
		order = [][]int{{a, b}}
	}
	return append(order, rest...), nil
}
