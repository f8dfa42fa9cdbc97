package account

import (
	"crypto/rand"
	"strings"
)

// phraseWords is how many words a phrase for a poster has: 44 bits.
const phraseWords = 4

// NewPhrase makes a password that is read off a poster and typed on a phone:
// French words without accents, joined by hyphens.
func NewPhrase() string {
	var bits [phraseWords*wordBits/8 + 1]byte
	_, _ = rand.Read(bits[:]) // never fails (crypto/rand)
	return Fold(strings.Join(toWords(bits[:], phraseWords), "-"))
}
