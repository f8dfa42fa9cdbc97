package account

import (
	_ "embed"
	"strings"
	"unicode"
	"unicode/utf8"

	"copi.local/store"
)

// Bounds of a password, in characters. There is no rule of composition: length
// is what counts, and four plain words are longer than the minimum.
const (
	MinPassword = 10
	MaxPassword = 128
)

// obviousWords are what most bad passwords are built on, folded. The list is
// our own: years, keyboards and digits around a word are found by rule.
//
//go:embed obvious.txt
var obviousWords string

var obvious = func() map[string]bool {
	words := make(map[string]bool)
	for word := range strings.FieldsSeq(obviousWords) {
		words[word] = true
	}
	return words
}()

// sequences are rows of keys and of the alphabet; a password is no secret when
// it only runs along one.
var sequences = []string{
	"01234567890123456789", "98765432109876543210", "abcdefghijklmnopqrstuvwxyz",
	"azertyuiopqsdfghjklmwxcvbn", "qwertyuiopasdfghjklzxcvbnm", "qwertzuiopasdfghjklyxcvbnm",
	"1a2z3e4r5t6y7u8i9o0p", "1q2w3e4r5t6y7u8i9o0p", "aqwzsxedcrfvtgbyhn", "qazwsxedcrfvtgbyhnujm",
}

// checkPassword refuses what is too short, too long or too easy to guess; own
// is what others know of the person and the box: login, name, commune.
func checkPassword(password string, own ...string) *store.Error {
	n := utf8.RuneCountInString(password)
	switch {
	case n < MinPassword:
		return store.E(store.Invalid, "err.account.password_short", "min", MinPassword).At("password")
	case n > MaxPassword:
		return store.E(store.Invalid, "err.account.password_long", "max", MaxPassword).At("password")
	case tooObvious(password, own):
		return store.E(store.Invalid, "err.account.password_obvious").At("password")
	}
	return nil
}

// tooObvious tells whether nothing is left of the password once words and
// sequences everyone tries, and few digits around them, are taken away.
func tooObvious(password string, own []string) bool {
	bare := strings.Map(keepLetters, Fold(password))
	if distinct(bare) < 5 {
		return true // "aaaaaaaaaa", "1212121212"
	}
	known := map[string]bool{}
	for _, s := range own {
		for _, word := range strings.FieldsFunc(Fold(s), notLetter) {
			known[word] = true
		}
		known[strings.Map(keepLetters, Fold(s))] = true
	}
	isKnown := func(w string) bool { return obvious[w] || known[w] || isSequence(w) }
	plain := unleet.Replace(bare)
	return covered(bare, isKnown) || covered(plain, isKnown)
}

// covered tells whether s is made of at most two known pieces and digits.
func covered(s string, isKnown func(string) bool) bool {
	core := strings.Trim(s, "0123456789")
	if core == "" {
		return len(s) < 12 || isKnown(s) // dates, telephone numbers
	}
	if isKnown(s) || isKnown(core) {
		return true
	}
	for i := 2; i <= len(core)-2; i++ {
		if isKnown(strings.Trim(core[:i], "0123456789")) && isKnown(strings.Trim(core[i:], "0123456789")) {
			return true
		}
	}
	return false
}

func isSequence(s string) bool {
	if len(s) < 4 {
		return false
	}
	for _, row := range sequences {
		if strings.Contains(row, s) || strings.Contains(row+row, s) {
			return true
		}
	}
	return false
}

var unleet = strings.NewReplacer("0", "o", "1", "i", "3", "e", "4", "a", "5", "s", "7", "t", "@", "a", "$", "s")

func keepLetters(r rune) rune {
	if unicode.IsLetter(r) || unicode.IsDigit(r) || r == '@' || r == '$' {
		return r
	}
	return -1
}

func notLetter(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }

func distinct(s string) int {
	seen := map[rune]bool{}
	for _, r := range s {
		seen[r] = true
	}
	return len(seen)
}
