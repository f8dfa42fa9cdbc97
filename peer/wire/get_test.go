package wire

import (
	"errors"
	"testing"
)

// What /copi/get refuses: each of these would make its reader wait for bytes
// that never come, or hold more than it has room for.
func TestGetRefusesWhatMakesNoSense(t *testing.T) {
	one, two := Sum([]byte("one")), Sum([]byte("two"))
	full := make([]byte, MaxPiece)
	for name, m := range map[string]Message{
		"no hashes":              &Get{},
		"too many hashes":        &Get{Hashes: make([]Hash, MaxHashes+1)},
		"an offset of several":   &Get{Hashes: []Hash{one, two}, Offset: 1},
		"an offset beyond all":   &Get{Hashes: []Hash{one}, Offset: MaxBlob + 1},
		"a question without end": &Get{Hashes: []Hash{one}, TTL: MaxTTL + 1},
		"a piece of nothing":     &Piece{Total: 1, Bytes: []byte{1}},
		"an empty piece":         &Piece{Hash: one, Total: 1, Bytes: []byte{}},
		"a piece of too much":    &Piece{Hash: one, Total: MaxBlob + 1, Bytes: []byte{1}},
		"a piece too large":      &Piece{Hash: one, Total: MaxBlob, Bytes: append(full, 1)},
		"a piece beyond its end": &Piece{Hash: one, Offset: 3, Total: 4, Bytes: []byte{1, 2}},
		"a miss of nothing":      &Miss{},
	} {
		if _, err := Encode(m); !errors.Is(err, ErrForm) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, m := range map[string]Message{
		"all hashes":     &Get{Hashes: make([]Hash, MaxHashes)},
		"the last piece": &Piece{Hash: one, Offset: MaxBlob - MaxPiece, Total: MaxBlob, Bytes: full},
	} {
		if _, err := Encode(m); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
