package directory

import (
	"strings"

	"copi.local/store"
)

// NormalizeRNA writes the number of an association in the national register as
// one: W and nine characters. The nine are digits, but Corsican and overseas
// numbers begin with 2A, 2B or 9 and a letter (DI-2). Nothing stays nothing: an
// association of Alsace or Moselle has the number of a tribunal instead
// (Element.Register).
func NormalizeRNA(s string) (string, error) {
	n := compact(s)
	if n == "" {
		return "", nil
	}
	if len(n) != 10 || n[0] != 'W' {
		return "", store.E(store.Invalid, "err.directory.rna").At("rna")
	}
	rest := n[1:]
	switch {
	case rest[0] == '2' && (rest[1] == 'A' || rest[1] == 'B'), rest[0] == '9' && rest[1] >= 'A' && rest[1] <= 'Z':
		rest = rest[2:]
	}
	if !digits(rest) {
		return "", store.E(store.Invalid, "err.directory.rna").At("rna")
	}
	return n, nil
}

// laPoste is the SIREN whose SIRETs do not keep Luhn's rule.
const laPoste = "356000000"

// NormalizeSIRET writes the number of an establishment as 14 digits and checks
// them by Luhn's rule. The numbers of La Poste are the known exception: they
// are accepted, with doubt, which is for a person to look at (DI-3). Nothing
// stays nothing.
func NormalizeSIRET(s string) (siret string, doubt bool, err error) {
	n := compact(s)
	switch {
	case n == "":
		return "", false, nil
	case len(n) != 14 || !digits(n):
		return "", false, store.E(store.Invalid, "err.directory.siret").At("siret")
	case luhn(n):
		return n, false, nil
	case strings.HasPrefix(n, laPoste):
		return n, true, nil
	}
	return "", false, store.E(store.Invalid, "err.directory.siret").At("siret")
}

// SIREN is the number of the company in a normalised SIRET.
func SIREN(siret string) string {
	if len(siret) < 9 {
		return ""
	}
	return siret[:9]
}

// compact is s in upper case without what people put between digits.
func compact(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9', r >= 'A' && r <= 'Z':
			return r
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r == ' ', r == '.', r == '-', r == '\u00a0', r == '\u202f', r == '\t':
			return -1
		}
		return '?' // stays, and makes the number wrong
	}, s)
}

func digits(s string) bool {
	for _, r := range s {
		if r < '0' || r > '9' {
			return false
		}
	}
	return s != ""
}

// luhn tells whether the digits keep Luhn's rule.
func luhn(digits string) bool {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}
