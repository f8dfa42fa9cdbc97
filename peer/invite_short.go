package peer

import (
	"encoding/base32"
	"strings"

	"copi.local/peer/wire"
	"copi.local/store"
)

// The short form of a code, for people without a camera.

// letters are Crockford's: no I, L, O or U.
const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

var short = base32.NewEncoding(letters).WithPadding(base32.NoPadding)

// shortLen is a secret in letters of five bits, and one that checks them.
const shortLen = 26 + 1

// shortOf writes a secret as people type it, in groups of three.
func shortOf(s wire.Secret) string {
	text := short.EncodeToString(s[:])
	text += string(letters[checkOf(text)])
	var groups []string
	for i := 0; i < shortLen; i += 3 {
		groups = append(groups, text[i:i+3])
	}
	return strings.Join(groups, " ")
}

// parseShort reads a code however it is typed. Any one wrong letter, and any
// two neighbours exchanged, are told (kind Invalid at "code").
func parseShort(text string) (s wire.Secret, err error) {
	text = strings.NewReplacer("O", "0", "I", "1", "L", "1", "-", "", " ", "", "\u00a0", "").Replace(strings.ToUpper(text))
	if len(text) != shortLen || strings.Trim(text, letters) != "" {
		return s, store.E(store.Invalid, "err.neighbour.code_letters", "n", shortLen).At("code")
	}
	if letters[checkOf(text[:shortLen-1])] != text[shortLen-1] {
		return s, store.E(store.Invalid, "err.neighbour.code_typo").At("code")
	}
	b, err := short.DecodeString(text[:shortLen-1])
	if err != nil || len(b) != len(s) {
		return s, store.E(store.Invalid, "err.neighbour.code_typo").At("code").Because(err)
	}
	return wire.Secret(b), nil
}

// checkOf is the check letter of a text of our letters, by Damm's scheme over
// the field of 32 elements: each step doubles (x⁵ = x² + 1).
func checkOf(text string) (check int) {
	for _, c := range text {
		check = (check ^ strings.IndexRune(letters, c)) << 1
		if check >= 32 {
			check ^= 0b100101
		}
	}
	return check
}
