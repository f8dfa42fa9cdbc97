package account

import (
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	_ "embed"
	"strings"

	"copi.local/store"
)

// frenchWords are the 2,048 French words of BIP 39, as published with it (MIT
// licence); a test holds their hash.
//
//go:embed words.fr.txt
var frenchWords string

// seedWords are the words by their number. They are needed a few times in a
// box's life.
func seedWords() []string { return strings.Fields(frenchWords) }

// The recovery seed is 256 random bits, printed as 24 French words (BIP 39)
// and never stored. Three keys come from it by HKDF-SHA256 with salt seedSalt
// and these labels; all are fixed for ever.
const (
	seedSalt      = "copi"
	labelRecovery = "copi/1 recovery ed25519"  // private key seed of the peer recovery key
	labelBackup   = "copi/1 backup age x25519" // scalar of the backups' age identity
	labelSeal     = "copi/1 seal x25519"       // scalar of the key things are sealed to
	seedBytes     = 32
	SeedWords     = 24
	wordBits      = 11
)

// Seed is a recovery seed.
type Seed [seedBytes]byte

// NewSeed makes a seed.
func NewSeed() (s Seed) {
	_, _ = rand.Read(s[:]) // never fails (crypto/rand)
	return s
}

// Words writes the seed as 24 French words: 256 bits and 8 of checksum, eleven
// a word.
func (s Seed) Words() []string {
	sum := sha256.Sum256(s[:])
	return toWords(append(s[:], sum[0]), SeedWords)
}

// toWords writes the first bits as n words.
func toWords(bits []byte, n int) []string {
	list, words := seedWords(), make([]string, n)
	for i := range words {
		at := 0
		for b := i * wordBits; b < (i+1)*wordBits; b++ {
			at = at<<1 | int(bits[b/8]>>(7-b%8)&1)
		}
		words[i] = list[at]
	}
	return words
}

// fromWords reads the bits of words, each whole or its first four letters;
// first is how many were typed before them.
func fromWords(words []string, first int) ([]byte, error) {
	list := seedWords()
	index := seedIndex(list)
	bits := make([]byte, (len(words)*wordBits+7)/8)
	for i, w := range words {
		n, ok := index[w]
		if !ok && len(w) > 4 {
			n, ok = index[w[:4]]
			ok = ok && Fold(list[n]) == w
		}
		if !ok {
			return nil, store.E(store.Invalid, "err.account.seed_word", "number", first+i+1, "word", w).At("words")
		}
		for b := range wordBits {
			bits[(i*wordBits+b)/8] |= byte(n>>(wordBits-1-b)&1) << (7 - (i*wordBits+b)%8)
		}
	}
	return bits, nil
}

// seedIndex finds a word by its folded form or its first four letters, which
// are enough in this list. It is made when needed: once in a box's life.
func seedIndex(list []string) map[string]int {
	index := make(map[string]int, 2*len(list))
	for i, w := range list {
		w = Fold(w)
		index[w], index[w[:min(4, len(w))]] = i, i
	}
	return index
}

// ParseSeed reads the 24 words of a sheet, or those of two of its envelopes,
// with or without accents, in any case, separated by anything but letters. A
// wrong word, count or checksum fails with kind Invalid at the field "words".
func ParseSeed(text string) (s Seed, err error) {
	words := strings.FieldsFunc(Fold(text), func(r rune) bool { return notLetter(r) || r >= '0' && r <= '9' })
	switch len(words) {
	case SeedWords:
	case EnvelopeWords:
		return s, store.E(store.Invalid, "err.account.envelope_one").At("words")
	case 2 * EnvelopeWords, Envelopes * EnvelopeWords:
		return fromEnvelopes(words)
	default:
		return s, store.E(store.Invalid, "err.account.seed_count", "count", len(words)).At("words")
	}
	bits, err := fromWords(words, 0)
	if err != nil {
		return s, err
	}
	copy(s[:], bits)
	if sum := sha256.Sum256(s[:]); sum[0] != bits[seedBytes] {
		return s, store.E(store.Invalid, "err.account.seed_checksum").At("words")
	}
	return s, nil
}

// Recovery is the key that outranks the box's own at its neighbours
// (PROTOCOL.md §1).
func (s Seed) Recovery() ed25519.PrivateKey { return ed25519.NewKeyFromSeed(s.derive(labelRecovery)) }

// RecoveryHash is SHA-256 of the recovery public key: all that a box keeps.
func (s Seed) RecoveryHash() []byte {
	sum := sha256.Sum256(s.Recovery().Public().(ed25519.PublicKey))
	return sum[:]
}

// Backup is the 32 bytes of the X25519 identity backups are encrypted to.
func (s Seed) Backup() []byte { return s.derive(labelBackup) }

func (s Seed) derive(label string) []byte {
	key, err := hkdf.Key(sha256.New, s[:], []byte(seedSalt), label, 32)
	if err != nil {
		panic(err) // only for lengths no one asks for
	}
	return key
}
