package account

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

var ligatures = strings.NewReplacer("œ", "oe", "æ", "ae", "ß", "ss", "’", "'")

// Fold writes s without case, accents or ligatures: two names that people
// read as one fold to one.
func Fold(s string) string {
	bare := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1 // an accent that came off its letter
		}
		return r
	}, norm.NFD.String(strings.ToLower(Tidy(s))))
	return ligatures.Replace(norm.NFC.String(bare))
}

// FoldLogin is the login that s names, however it was typed: "Élodie Martin"
// is elodie-martin.
func FoldLogin(s string) string { return strings.ReplaceAll(Fold(s), " ", "-") }

// Tidy trims s, makes runs of blanks one space, and drops control characters.
func Tidy(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && !unicode.IsSpace(r) || r == unicode.ReplacementChar {
			return -1
		}
		return r
	}, s)
	return norm.NFC.String(strings.Join(strings.Fields(s), " "))
}
