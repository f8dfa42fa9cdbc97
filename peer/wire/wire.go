// Package wire has the bytes CoPi boxes exchange and sign: epoch statements,
// cards, heads, bodies, and the frames of the sync protocol (PROTOCOL.md
// §§1-5).
//
// It knows neither network nor database, so that its decoders can be fuzzed
// and its formats read on their own. Three rules hold everywhere. A decoder
// accepts the deterministic form of CBOR and nothing else, so one value has
// one encoding. Hashes and signatures cover the bytes as received: keep these,
// never encode again. A key a decoder does not know is kept in Extra and
// written back by Encode. What a decoder returns may alias its input.
//
// Golden vectors lie in peer/testdata: what they hold must decode for ever.
package wire

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"reflect"

	"github.com/fxamacker/cbor/v2"
)

// Sizes and counts everything on the wire is held to.
const (
	MaxCard       = 1024      // bytes of a card
	MaxBody       = 32 << 10  // bytes of a body document
	MaxFrame      = 256 << 10 // bytes of a frame, without its length
	MaxBatchCards = 256       // cards of a batch
	MaxBatchBytes = 192 << 10 // bytes of a batch before compression
	MaxHave       = 1000      // entries of a Have
	MaxTrail      = 32        // heads of one origin kept and sent
	MaxEpochs     = 64        // epoch statements of one origin

	maxHead   = 512
	maxEpoch  = 512
	maxLevels = 8       // of maps and arrays inside each other
	maxNumber = 1 << 62 // of a seq, an epoch, a rev: fits every signed 64-bit column, with room for jumps
	sigSize   = ed25519.SignatureSize
)

// ErrForm is wrapped by every error of a decoder: the bytes break the format.
var ErrForm = errors.New("malformed")

// ErrSignature is what a wrong signature answers.
var ErrSignature = errors.New("wrong signature")

// Hash is a SHA-256. An origin's id is the hash of its first epoch statement.
type Hash [sha256.Size]byte

// Sum hashes b.
func Sum(b []byte) Hash { return sha256.Sum256(b) }

// String is the hash in hexadecimal.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// ID is the random id of a card.
type ID [10]byte

func malformed(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrForm, fmt.Sprintf(format, args...))
}

// encMode writes the deterministic form (RFC 8949 §4.2.1).
var encMode = func() cbor.EncMode {
	opts := cbor.CoreDetEncOptions()
	opts.TagsMd = cbor.TagsForbidden
	m, err := opts.EncMode()
	if err != nil {
		panic(err) // the options are constants
	}
	return m
}()

// decMode reads bodies, after CheckBody has refused what it would let pass.
var decMode = func() cbor.DecMode {
	m, err := cbor.DecOptions{
		DupMapKey:       cbor.DupMapKeyEnforcedAPF,
		IndefLength:     cbor.IndefLengthForbidden,
		TagsMd:          cbor.TagsForbidden,
		MaxNestedLevels: maxLevels,
		DefaultMapType:  reflect.TypeFor[map[string]any](),
	}.DecMode()
	if err != nil {
		panic(err) // the options are constants
	}
	return m
}()

// encode writes v, which is one of our own types, and the pairs a decoder did
// not know.
func encode(v any, extra Extra) ([]byte, error) {
	b, err := encMode.Marshal(v)
	if err != nil || len(extra) == 0 {
		return b, err
	}
	return extra.merge(b)
}

// signed is what a signature covers: the purpose, then the parts.
func signed(purpose string, parts ...[]byte) []byte {
	b := append([]byte(purpose), 0)
	for _, p := range parts {
		b = append(b, p...)
	}
	return b
}

// verify checks an ed25519 signature whose key came from outside.
func verify(key, message, sig []byte) error {
	if len(key) != ed25519.PublicKeySize || len(sig) != sigSize || !ed25519.Verify(key, message, sig) {
		return ErrSignature
	}
	return nil
}
