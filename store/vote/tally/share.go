package tally

import (
	"math/big"
	"strconv"
)

// Least is the fewest that make num/den of total: at least that share, or,
// without atLeast, more than it. A third of 47 is 16; more than half of 47 is
// 24; more than a quarter of 60 is 16. den 0: no share is asked for, so 0.
func Least(total, num, den int, atLeast bool) int {
	switch {
	case den == 0:
		return 0
	case atLeast:
		return (total*num + den - 1) / den
	default:
		return total*num/den + 1
	}
}

// Fraction is an exact number as it is written by hand and in the published
// file: "13/2", in lowest terms, or "7" when it is whole.
type Fraction string

// frac is num/den; den is not 0.
func frac(num, den int) Fraction {
	if den < 0 {
		num, den = -num, -den
	}
	g := gcd(max(num, -num), den)
	if num, den = num/g, den/g; den == 1 {
		return Fraction(strconv.Itoa(num))
	}
	return Fraction(strconv.Itoa(num) + "/" + strconv.Itoa(den))
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// Decimal writes the fraction with so many decimals after a full stop, rounded
// half away from zero; "" if it is none.
func (f Fraction) Decimal(digits int) string {
	r, ok := new(big.Rat).SetString(string(f))
	if !ok {
		return ""
	}
	return r.FloatString(digits)
}

// Percent writes num/den in percent with so many decimals after a full stop,
// rounded half away from zero; "" for a share of nothing.
func Percent(num, den, digits int) string {
	if den == 0 {
		return ""
	}
	return frac(100*num, den).Decimal(digits)
}
