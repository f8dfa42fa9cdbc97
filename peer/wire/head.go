package wire

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"sort"
)

// Head sums up an origin's log at one moment. Its signature vouches for every
// card in it.
type Head struct {
	Origin   Hash    `cbor:"1,keyasint"`
	Epoch    uint64  `cbor:"2,keyasint"`
	Seq      uint64  `cbor:"3,keyasint"` // of the head itself: not below any card's
	Floor    uint64  `cbor:"4,keyasint"` // tombstones up to here are forgotten
	Count    uint64  `cbor:"5,keyasint"` // cards and tombstones the digest covers
	Digest   Hash    `cbor:"6,keyasint"`
	Previous Hash    `cbor:"7,keyasint,omitzero"` // SHA-256 of the head before; absent in the first
	Inst     [8]byte `cbor:"8,keyasint"`          // the installation (PROTOCOL.md §9)
	Made     Date    `cbor:"9,keyasint"`
	Extra    Extra   `cbor:"-"`
}

// Date is a day since 1970 and how far the clock that said so can be trusted
// (PROTOCOL.md §10). Nothing is ordered by it.
type Date struct {
	_            struct{} `cbor:",toarray"`
	Day, Quality uint64
}

// SignedHead is a head's bytes and their signature.
type SignedHead struct {
	_         struct{} `cbor:",toarray"`
	Head, Sig []byte
}

// DecodeHead reads a head strictly.
func DecodeHead(b []byte) (*Head, error) {
	if len(b) > maxHead {
		return nil, malformed("head of %d bytes", len(b))
	}
	h := new(Head)
	r := &reader{b: b}
	var seen int
	h.Extra = r.fields(func(key uint64) bool {
		known := h.field(r, key)
		if known {
			seen |= 1 << key
		}
		return known
	})
	if err := r.end(); err != nil {
		return nil, err
	}
	switch {
	case seen|1<<7 != 0b11_1111_1110:
		return nil, malformed("head without a key it needs")
	case h.Floor > h.Seq:
		return nil, malformed("head with its floor above")
	}
	return h, nil
}

func (h *Head) field(r *reader, key uint64) bool {
	switch key {
	case 1:
		r.fixed(h.Origin[:])
	case 2:
		h.Epoch = r.uint(1, maxNumber)
	case 3:
		h.Seq = r.uint(1, maxNumber)
	case 4:
		h.Floor = r.uint(0, maxNumber)
	case 5:
		h.Count = r.uint(0, maxNumber)
	case 6:
		r.fixed(h.Digest[:])
	case 7:
		if r.fixed(h.Previous[:]); h.Previous == (Hash{}) {
			r.fail("empty hash")
		}
	case 8:
		r.fixed(h.Inst[:])
	case 9:
		r.array(2, 2)
		h.Made = Date{Day: r.uint(0, maxDay), Quality: r.uint(0, 255)}
		r.leave()
	default:
		return false
	}
	return true
}

// Encode writes the head, or says which rule it breaks.
func (h *Head) Encode() ([]byte, error) {
	b, err := encode(h, h.Extra)
	if err != nil {
		return nil, err
	}
	if _, err := DecodeHead(b); err != nil {
		return nil, err
	}
	return b, nil
}

func headMessage(head []byte) []byte { return signed("copi-head-v1", head) }

// SignHead signs a head's bytes with the epoch's box key.
func SignHead(key ed25519.PrivateKey, head []byte) []byte {
	return ed25519.Sign(key, headMessage(head))
}

// VerifyHead checks a head's signature and decodes it.
func VerifyHead(boxKey []byte, s SignedHead) (*Head, error) {
	if err := verify(boxKey, headMessage(s.Head), s.Sig); err != nil {
		return nil, err
	}
	return DecodeHead(s.Head)
}

// Entry is what the digest knows of a card.
type Entry struct {
	ID   ID
	Seq  uint64
	Hash Hash // of the card's bytes
}

// Digest sums up the cards of a log: SHA-256 over id ‖ u64(seq) ‖ hash of each,
// in the order of ids. It sorts entries.
func Digest(entries []Entry) Hash {
	sort.Slice(entries, func(i, j int) bool { return bytes.Compare(entries[i].ID[:], entries[j].ID[:]) < 0 })
	sum := sha256.New()
	var b [len(ID{}) + 8 + len(Hash{})]byte
	for i := range entries {
		copy(b[:], entries[i].ID[:])
		binary.BigEndian.PutUint64(b[len(ID{}):], entries[i].Seq)
		copy(b[len(ID{})+8:], entries[i].Hash[:])
		sum.Write(b[:])
	}
	return Hash(sum.Sum(nil))
}

func readSignedHead(r *reader) SignedHead {
	defer r.leave()
	r.array(2, 2)
	return SignedHead{Head: r.bytes(1, maxHead), Sig: r.bytes(sigSize, sigSize)}
}
