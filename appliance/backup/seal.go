package backup

import (
	"crypto/ecdh"
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"io"
	"strings"

	"filippo.io/age"
)

// Labels of the key a box derives from its own, fixed for ever.
const (
	ownSalt  = "copi"
	ownLabel = "copi/1 backup own x25519"
)

// OwnKey is the scalar of the age identity a box keeps for its backups, derived
// from its box key: no further secret lies on the card.
func OwnKey(box ed25519.PrivateKey) ([]byte, error) {
	return hkdf.Key(sha256.New, box.Seed(), []byte(ownSalt), ownLabel, 32)
}

// Public is the public half of a scalar.
func Public(scalar []byte) ([]byte, error) {
	key, err := ecdh.X25519().NewPrivateKey(scalar)
	if err != nil {
		return nil, err
	}
	return key.PublicKey().Bytes(), nil
}

// encrypt writes for whoever has one of the keys.
func encrypt(w io.Writer, publics [][]byte) (io.WriteCloser, error) {
	var to []age.Recipient
	for _, key := range publics {
		r, err := age.ParseX25519Recipient(bech32("age", key))
		if err != nil {
			return nil, err
		}
		to = append(to, r)
	}
	return age.Encrypt(w, to...)
}

// decrypt reads with one of the scalars; it fails with errKey when none fits
// and errForeign when this is no age file.
func decrypt(r io.Reader, scalars [][]byte) (io.Reader, error) {
	var ids []age.Identity
	for _, scalar := range scalars {
		id, err := age.ParseX25519Identity(Identity(scalar))
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	if len(ids) == 0 {
		return nil, errKey
	}
	plain, err := age.Decrypt(r, ids...)
	if none := new(age.NoIdentityMatchError); errors.As(err, &none) {
		return nil, errKey.Because(err)
	}
	return plain, err
}

// Identity writes a scalar as age's own programs read it.
func Identity(scalar []byte) string { return strings.ToUpper(bech32("age-secret-key-", scalar)) }

const bech32Letters = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"

// bech32 encodes bytes under a prefix of lower-case letters (BIP 173; age lets
// it be longer than 90 characters).
func bech32(prefix string, data []byte) string {
	var groups []byte
	acc, bits := 0, 0
	for _, b := range data {
		acc, bits = acc<<8|int(b), bits+8
		for bits >= 5 {
			bits -= 5
			groups = append(groups, byte(acc>>bits)&31)
		}
		acc &= 1<<bits - 1
	}
	if bits > 0 {
		groups = append(groups, byte(acc<<(5-bits))&31)
	}
	var s strings.Builder
	s.WriteString(prefix + "1")
	for _, g := range append(groups, bech32Sum(prefix, groups)...) {
		s.WriteByte(bech32Letters[g])
	}
	return s.String()
}

// bech32Sum is the checksum of BIP 173.
func bech32Sum(prefix string, groups []byte) []byte {
	var values []byte
	for i := range len(prefix) {
		values = append(values, prefix[i]>>5)
	}
	values = append(values, 0)
	for i := range len(prefix) {
		values = append(values, prefix[i]&31)
	}
	values = append(append(values, groups...), make([]byte, 6)...)
	sum := bech32Poly(values) ^ 1
	out := make([]byte, 6)
	for i := range out {
		out[i] = byte(sum>>(5*(5-i))) & 31
	}
	return out
}

func bech32Poly(values []byte) uint32 {
	sum := uint32(1)
	for _, v := range values {
		top := sum >> 25
		sum = sum&0x1ffffff<<5 ^ uint32(v)
		for i, g := range []uint32{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3} {
			if top>>i&1 == 1 {
				sum ^= g
			}
		}
	}
	return sum
}
