// Package invitation is what invitations to a group and to an organisation have
// in common: how far one is, and the code people copy from paper.
//
// It is a leaf: no database, no clock. Who may invite, and what an invitation
// gives, is for the module that makes it.
package invitation

import (
	"crypto/sha256"
	"strings"
)

// letters is how long a code is, in letters and digits of 5 bits: with the tries
// pages allow, 60 bits are not to be guessed.
const letters = 12

// alphabet has no I, L, O or U.
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// State is how far an invitation is.
type State string

// The states. Expired is not stored: it comes with time.
const (
	Pending  State = "pending"
	Accepted State = "accepted"
	Declined State = "declined"
	Expired  State = "expired"
	Revoked  State = "revoked"
)

// Live tells whether it can be answered, or was until its time was over.
func (s State) Live() bool { return s == Pending || s == Expired }

// Why is the key of the sentence that says why an invitation is of no use any
// more, or yet.
func (s State) Why() string {
	if s == Accepted {
		return "err.invitation.used"
	}
	return "err.invitation." + string(s)
}

// Code is a code as it is printed, "3K7Q-M0AX-90PD", of the first letters of a
// fresh random id.
func Code(id string) string { return spaced(strings.ToUpper(id[:letters])) }

func spaced(c string) string { return c[:4] + "-" + c[4:8] + "-" + c[8:] }

var misread = strings.NewReplacer("-", "", " ", "", "o", "0", "i", "1", "l", "1")

// bare undoes what people do to a code when they type it.
func bare(code string) string { return misread.Replace(strings.ToLower(strings.TrimSpace(code))) }

// Hash is how a code is kept, however it is typed; family tells apart the codes
// of several modules.
func Hash(family, code string) []byte {
	sum := sha256.Sum256([]byte(family + " " + bare(code)))
	return sum[:]
}

// Tidy is a code as it was printed, from one that somebody typed; empty when it
// cannot be one.
func Tidy(s string) string {
	c := strings.ToUpper(bare(s))
	if len(c) != letters || strings.Trim(c, alphabet) != "" {
		return ""
	}
	return spaced(c)
}
