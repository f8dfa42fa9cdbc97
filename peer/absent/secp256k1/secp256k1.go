// Package secp256k1 stands in for decred's where no key of that curve is wanted:
// it makes none and reads none; see ../README.md.
package secp256k1

import "errors"

// PrivKeyBytesLen is the length of a private key, as the real package has it.
const PrivKeyBytesLen = 32

// ErrAbsent is what every function answers, or panics with where it has no
// error to return: go-libp2p makes an error of that.
var ErrAbsent = errors.New("secp256k1 keys are left out of this program")

type (
	// PrivateKey is never made.
	PrivateKey struct{ _ [PrivKeyBytesLen]byte }
	// PublicKey is never made.
	PublicKey struct{ _ [PrivKeyBytesLen]byte }
)

// GeneratePrivateKey fails.
func GeneratePrivateKey() (*PrivateKey, error) { return nil, ErrAbsent }

// PrivKeyFromBytes panics.
func PrivKeyFromBytes([]byte) *PrivateKey { panic(ErrAbsent) }

// ParsePubKey fails.
func ParsePubKey([]byte) (*PublicKey, error) { return nil, ErrAbsent }

// Serialize panics.
func (*PrivateKey) Serialize() []byte { panic(ErrAbsent) }

// PubKey panics.
func (*PrivateKey) PubKey() *PublicKey { panic(ErrAbsent) }

// SerializeCompressed panics.
func (*PublicKey) SerializeCompressed() []byte { panic(ErrAbsent) }

// IsEqual tells nothing of keys that are not.
func (*PublicKey) IsEqual(*PublicKey) bool { return false }
