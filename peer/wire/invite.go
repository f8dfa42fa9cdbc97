package wire

import (
	"crypto/hmac"
	"crypto/sha256"
)

// Secret is the one-time secret of an invitation, random.
type Secret [16]byte

// Invite is what one operator shows another, as a QR code, so that their boxes
// are linked without comparing digits (PROTOCOL.md §7). It is no message: it
// travels on paper or on a screen, never between boxes. Who reads it learns the
// secret; the name is the box's own claim. Keys a reader does not know are
// ignored.
type Invite struct {
	Version   uint64   `cbor:"1,keyasint"` // 1
	BoxKey    Hash     `cbor:"2,keyasint"` // of the box that invites, ed25519
	Origin    Hash     `cbor:"3,keyasint"`
	Secret    Secret   `cbor:"4,keyasint"`
	Addresses []string `cbor:"5,keyasint"`           // "host:port", the best first
	Name      string   `cbor:"6,keyasint,omitempty"` // of the commune
}

// Bounds of an invitation: a QR code of a few hundred bytes is read from a
// screen, one of a thousand is not.
const (
	MaxInviteAddresses = 4
	maxInvite          = 640 // bytes
	maxAddress         = 96  // bytes of an address
)

// Encode writes the invitation, or says which rule it breaks.
func (i *Invite) Encode() ([]byte, error) {
	b, err := encMode.Marshal(i)
	if err != nil {
		return nil, err
	}
	if _, err := DecodeInvite(b); err != nil {
		return nil, err
	}
	return b, nil
}

// DecodeInvite reads an invitation strictly.
func DecodeInvite(b []byte) (*Invite, error) {
	if len(b) > maxInvite {
		return nil, malformed("invitation of %d bytes", len(b))
	}
	i := new(Invite)
	r := &reader{b: b}
	r.fields(func(key uint64) bool { return i.field(r, key) })
	if err := r.end(); err != nil {
		return nil, err
	}
	if i.Version == 0 || i.BoxKey == (Hash{}) || i.Origin == (Hash{}) || i.Secret == (Secret{}) || i.Addresses == nil {
		return nil, malformed("invitation without a key it needs")
	}
	return i, nil
}

func (i *Invite) field(r *reader, key uint64) bool {
	switch key {
	case 1:
		i.Version = r.uint(1, maxNumber)
	case 2:
		r.fixed(i.BoxKey[:])
	case 3:
		r.fixed(i.Origin[:])
	case 4:
		r.fixed(i.Secret[:])
	case 5:
		i.Addresses = list(r, MaxInviteAddresses, func(r *reader) string { return r.text(maxAddress, maxAddress) })
	case 6:
		i.Name = r.text(maxName, 4*maxName)
	default:
		return false
	}
	return true
}

// proofLabel is the domain separation of proofs.
const proofLabel = "copi-pair-secret-v1\x00"

// Proof is how one side of a pairing proves the secret of an invitation to the
// other: an HMAC-SHA256 over its role and both peer ids, in bytes, so that it
// is worth nothing in another connection, and not sent back. initiator tells
// whether from is the one that called.
func (s Secret) Proof(initiator bool, from, to string) Hash {
	role := byte(0)
	if initiator {
		role = 1
	}
	b := append([]byte(proofLabel), role, byte(len(from)))
	b = append(append(b, from...), byte(len(to)))
	mac := hmac.New(sha256.New, s[:])
	mac.Write(append(b, to...)) // never fails (hash.Hash)
	return Hash(mac.Sum(nil))
}
