package listing

import (
	"crypto/rand"
	"math/big"
	"strings"

	"copi.local/store"
)

// A short code is read aloud and typed by hand: a digit first, so that it is
// never a word nor the name of a page, then digits and consonants that are not
// taken for one another.
const (
	codeFirst = "23456789"
	codeRest  = "23456789BCDFGHJKMNPQRSTVWXZ"
	codeMin   = 3
	codeMax   = 9
)

// newCode draws a free short code. Codes grow by a character once a quarter of
// the shorter ones are taken, so that drawing stays short and guessing stays
// rare.
func newCode(tx *store.Tx) (string, error) {
	taken, err := store.One(tx, store.Scan[int], sqlCodeCount)
	if err != nil {
		return "", err
	}
	length, room := codeMin, len(codeFirst)*len(codeRest)*len(codeRest)
	for taken > room/4 && length < codeMax {
		length, room = length+1, room*len(codeRest)
	}
	for {
		code := drawCode(length)
		used, err := store.One(tx, store.Scan[bool], sqlCodeTaken, code, code)
		if err != nil || !used {
			return code, err
		}
	}
}

func drawCode(length int) string {
	var b strings.Builder
	from := codeFirst
	for range length {
		n, err := rand.Int(rand.Reader, big.NewInt(int64(len(from))))
		if err != nil {
			panic(err) // crypto/rand's reader never fails
		}
		b.WriteByte(from[n.Int64()])
		from = codeRest
	}
	return b.String()
}

// ParseCode reads a short code as people type it; false when it cannot be one.
func ParseCode(s string) (string, bool) {
	s = strings.ToUpper(strings.TrimSpace(s))
	if len(s) < codeMin || len(s) > codeMax || !strings.Contains(codeFirst, s[:1]) {
		return "", false
	}
	for _, r := range s[1:] {
		if !strings.ContainsRune(codeRest, r) {
			return "", false
		}
	}
	return s, true
}
