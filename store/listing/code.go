package listing

import (
	"crypto/sha256"
	"encoding/binary"
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

// newCode finds a free short code for the card with an id. It follows from
// the id alone, as far as it is free, so that the same village made twice has
// the same codes. After four that are taken it grows by a character: codes
// stay short while there is room, and are found without counting.
func newCode(tx *store.Tx, id string) (string, error) {
	for try := 0; ; try++ {
		code := codeOf(id, uint32(try), min(codeMin+try/4, codeMax))
		used, err := store.One(tx, store.Scan[bool], sqlCodeTaken, code)
		if err != nil || !used {
			return code, err
		}
	}
}

// codeOf is the try-th code of an id.
func codeOf(id string, try uint32, length int) string {
	sum := sha256.Sum256(binary.BigEndian.AppendUint32([]byte(id), try))
	n := binary.BigEndian.Uint64(sum[:])
	var b strings.Builder
	from := uint64(len(codeFirst))
	alphabet := codeFirst
	for range length {
		b.WriteByte(alphabet[n%from])
		n /= from
		alphabet, from = codeRest, uint64(len(codeRest))
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
