package timebank

import (
	"fmt"
	"strings"
)

// damm is a table of a totally antisymmetric quasigroup (H. M. Damm, 2004): a
// digit that checks the others finds each wrong digit, and each two that
// changed places.
var damm = [10]string{
	"0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
	"3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
}

// checkDigit is the digit that goes after others.
func checkDigit(digits string) byte {
	at := byte('0')
	for i := range len(digits) {
		at = damm[at-'0'][digits[i]-'0']
	}
	return at
}

// numberOf is the number of the nth account, from 0: the common one.
func numberOf(n int) string {
	digits := fmt.Sprintf("%03d", n)
	return digits + string(checkDigit(digits))
}

// ParseNumber reads the number of an account as people type it, with spaces,
// points or dashes; ok is false for what cannot be one, such as a number with
// one digit wrong.
func ParseNumber(s string) (number string, ok bool) {
	number = strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", "-", "", ".", "").Replace(s)
	if len(number) < 4 || len(number) > 9 {
		return "", false
	}
	for i := range len(number) {
		if number[i] < '0' || number[i] > '9' {
			return "", false
		}
	}
	return number, checkDigit(number) == '0'
}
