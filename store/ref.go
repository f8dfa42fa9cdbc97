package store

import (
	"crypto/rand"
	"encoding/base32"
	"strings"
)

// Ref points loosely at a thing of any module.
type Ref struct {
	Module string // "agenda"
	ID     string // as NewID makes them
}

// String is "module/id".
func (r Ref) String() string { return r.Module + "/" + r.ID }

// IDBytes is the length of an id before it is written as text: 80 bits, so ids
// are not to be guessed and fit the card format of PROTOCOL.md §2.
const IDBytes = 10

// idText is Crockford's alphabet in lower case: no i, l, o or u to misread.
var idText = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// NewID makes a random id of 16 characters.
func NewID() string {
	var b [IDBytes]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	return idText.EncodeToString(b[:])
}

// FormatID writes the ten bytes of an id as text.
func FormatID(b [IDBytes]byte) string { return idText.EncodeToString(b[:]) }

// ParseID reads an id written as text; it fails with kind NotFound, since an
// id that cannot exist points at nothing.
func ParseID(s string) (b [IDBytes]byte, err error) {
	if len(s) != idText.EncodedLen(IDBytes) {
		return b, E(NotFound, "err.not_found")
	}
	if _, err := idText.Decode(b[:], []byte(strings.ToLower(s))); err != nil {
		return b, E(NotFound, "err.not_found")
	}
	return b, nil
}
