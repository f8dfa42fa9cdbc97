// Package ecdsa stands in for decred's; see ../../README.md.
package ecdsa

import "github.com/decred/dcrd/dcrec/secp256k1/v4"

// Signature is never made.
type Signature struct{ _ byte }

// Sign panics.
func Sign(*secp256k1.PrivateKey, []byte) *Signature { panic(secp256k1.ErrAbsent) }

// ParseDERSignature fails.
func ParseDERSignature([]byte) (*Signature, error) { return nil, secp256k1.ErrAbsent }

// Serialize panics.
func (*Signature) Serialize() []byte { panic(secp256k1.ErrAbsent) }

// Verify holds for nothing.
func (*Signature) Verify([]byte, *secp256k1.PublicKey) bool { return false }
