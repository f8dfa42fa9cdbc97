package tally

import "math/big"

// highest puts options with a higher number first.
func highest(scores []Fraction) [][]int {
	values := make([]*big.Rat, len(scores))
	for i, s := range scores {
		values[i], _ = new(big.Rat).SetString(string(s)) // written by frac: never fails
	}
	return rank(len(scores), func(a, b int) int { return values[b].Cmp(values[a]) })
}
