package tally

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
)

// Format is the first word of a published file. A later version of it is
// another word; what this one means stays.
const Format = "copi-tally/1"

// File is what is published of a closed vote, for anybody to count again: the
// rule, all ballots without a name, a time or an order, the lot if one was
// drawn, and the result that was announced. The recount page reads it.
type File struct {
	Format  string   `json:"format"`
	Title   string   `json:"title"`
	Options []string `json:"options"`          // their names, in the order of the ballots' values
	Grades  []string `json:"grades,omitempty"` // judgment: names of the grades, the worst first
	Rule    Rule     `json:"rule"`
	Roll    int      `json:"roll"`
	Present int      `json:"present,omitempty"`
	Draw    Draw     `json:"draw,omitzero"`
	Ballots []Ballot `json:"ballots"`
	Result  Result   `json:"result"`
	Lottery *Lottery `json:"lottery,omitempty"` // sortition: instead of ballots and result
}

// Lottery is a sortition anybody can draw again.
type Lottery struct {
	RollHash string   `json:"roll_hash"` // published before the seed was known
	Seed     string   `json:"seed"`
	Roll     []string `json:"roll"`  // ids, which say nothing by themselves
	Seats    int      `json:"seats"` // how many are drawn; the others stand in, in order
	Order    []string `json:"order"`
}

// ErrFile is a file that is none of ours, or that contradicts itself.
var ErrFile = errors.New("tally: not such a file, or one that contradicts itself")

// Encode writes the file. The same vote gives the same bytes, whatever the
// order its ballots came in.
func (f File) Encode() ([]byte, error) {
	f.Format = Format
	f.Ballots = append([]Ballot{}, f.Ballots...)
	Arrange(f.Ballots)
	b, err := json.Marshal(f)
	return append(b, '\n'), err
}

// Hash is the SHA-256 of a published file, in hexadecimal, as it is printed on
// the poster of the result.
func Hash(file []byte) string {
	h := sha256.Sum256(file)
	return hex.EncodeToString(h[:])
}

// Recount reads a published file and counts it again. It fails with ErrFile
// when it finds another result than the one announced.
func Recount(file []byte) (f File, err error) {
	if err := json.Unmarshal(file, &f); err != nil || f.Format != Format {
		return f, errors.Join(ErrFile, err)
	}
	if l := f.Lottery; l != nil {
		if l.Seats < 1 || l.Seats > len(l.Roll) || RollHash(l.Roll) != l.RollHash || !slices.Equal(Sortition(l.Seed, l.Roll), l.Order) {
			return f, ErrFile
		}
		return f, nil
	}
	again, err := Count(f.Rule, f.Roll, f.Present, f.Ballots, f.Draw)
	if err != nil {
		return f, err
	}
	want, err := json.Marshal(f.Result)
	if err != nil {
		return f, err
	}
	got, err := json.Marshal(again)
	if err == nil && !bytes.Equal(got, want) {
		err = ErrFile
	}
	return f, err
}
