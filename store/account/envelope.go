package account

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"

	"copi.local/store"
)

// A recovery sheet may be shared out in three envelopes, kept in three places:
// any two give the words back, one alone says nothing of them. Each byte of the
// seed is the value at 0 of a line through two of three points (Shamir, "How to
// share a secret", CACM 22(11), 1979) over the field of 256 elements of AES
// (FIPS 197 §4). An envelope is 27 words of the sheet's list: a byte with the
// format and its number, two that its set has in common, the 32 of its share,
// and 17 bits of SHA-256 over these. All of it is fixed for ever.
const (
	EnvelopeWords = 27
	Envelopes     = 3

	envelopeFormat = 1
	envelopeBytes  = 3 + seedBytes
	envelopeLabel  = "copi/1 envelope"
)

// Envelope is one of three.
type Envelope struct {
	N     byte    // 1 to 3
	set   [2]byte // random, of all three
	share [seedBytes]byte
}

// Share makes three envelopes of the seed, others each time.
func (s Seed) Share() (list [Envelopes]Envelope) {
	var set [2]byte
	var slope [seedBytes]byte
	_, _ = rand.Read(set[:]) // never fails (crypto/rand)
	_, _ = rand.Read(slope[:])
	for i := range list {
		e := Envelope{N: byte(i + 1), set: set}
		for b := range e.share {
			e.share[b] = s[b] ^ times(slope[b], e.N)
		}
		list[i] = e
	}
	return list
}

// Words writes the envelope.
func (e Envelope) Words() []string {
	raw := append([]byte{envelopeFormat<<4 | e.N}, append(e.set[:], e.share[:]...)...)
	return toWords(binary.BigEndian.AppendUint32(raw, envelopeSum(raw)), EnvelopeWords)
}

// envelopeSum is the checksum in the 17 highest bits.
func envelopeSum(raw []byte) uint32 {
	sum := sha256.Sum256(append([]byte(envelopeLabel), raw...))
	return binary.BigEndian.Uint32(sum[:]) &^ (1<<15 - 1)
}

// parseEnvelope reads the words of one; first is the number of its first word
// among all that were typed.
func parseEnvelope(words []string, first int) (e Envelope, err error) {
	bits, err := fromWords(words, first)
	if err != nil {
		return e, err
	}
	raw := bits[:envelopeBytes]
	e.N = raw[0] & 15
	copy(e.set[:], raw[1:])
	copy(e.share[:], raw[3:])
	sum := binary.BigEndian.Uint32(append(bits[envelopeBytes:], 0)) &^ (1<<15 - 1)
	if sum != envelopeSum(raw) || raw[0]>>4 != envelopeFormat || e.N < 1 || e.N > Envelopes {
		return e, store.E(store.Invalid, "err.account.envelope_checksum", "from", first+1, "to", first+EnvelopeWords).At("words")
	}
	return e, nil
}

// fromEnvelopes reads two envelopes, or three, and gives the seed back.
func fromEnvelopes(words []string) (s Seed, err error) {
	var list []Envelope
	for first := 0; first < len(words); first += EnvelopeWords {
		e, err := parseEnvelope(words[first:first+EnvelopeWords], first)
		if err != nil {
			return s, err
		}
		list = append(list, e)
	}
	a, b := list[0], list[1]
	for _, e := range list[1:] {
		if e.set != a.set {
			return s, store.E(store.Invalid, "err.account.envelope_sets").At("words")
		}
	}
	if a.N == b.N {
		return s, store.E(store.Invalid, "err.account.envelope_twice", "n", int(a.N)).At("words")
	}
	s = meet(a, b)
	if len(list) == Envelopes && meet(a, list[2]) != s {
		return s, store.E(store.Invalid, "err.account.envelope_sets").At("words")
	}
	return s, nil
}

// meet is where the line through two points is at 0.
func meet(a, b Envelope) (s Seed) {
	apart := inverse(a.N ^ b.N)
	for i := range s {
		s[i] = times(a.share[i], times(b.N, apart)) ^ times(b.share[i], times(a.N, apart))
	}
	return s
}

// times multiplies in the field, in the same time whatever the factors are.
func times(a, b byte) (p byte) {
	for range 8 {
		p ^= a & -(b & 1)
		a = a<<1 ^ 0x1b&-(a>>7)
		b >>= 1
	}
	return p
}

// inverse is a to the power 254, as a to the 255 is 1.
func inverse(a byte) byte {
	p := byte(1)
	for range 254 {
		p = times(p, a)
	}
	return p
}

// ShareSheet makes three envelopes of the box's recovery sheet, whose words an
// operator typed. Nothing of them is kept but that it was done.
func ShareSheet(tx *store.Tx, words string) (list [Envelopes]Envelope, err error) {
	seed, err := sheetOf(tx, words)
	if err != nil {
		return list, err
	}
	return seed.Share(), Log(tx, ActSheetShared)
}
