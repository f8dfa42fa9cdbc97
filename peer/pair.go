package peer

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"fmt"

	libp2p "github.com/libp2p/go-libp2p/core/peer"

	"copi.local/peer/wire"
)

// Pairing by six digits (PROTOCOL.md §7). Noise proves to each box which key
// the other has, but not that the key is the neighbour's and not that of
// somebody in between. So both boxes show six digits made of both keys, both
// introductions and a random number of each, and two people compare them by
// voice. Each box commits to its number before it hears the other's: whoever
// sits in between would have to choose numbers blindly on both sides, and be
// lucky one time in a million; how often it may try is bounded in pairing.go.

// Domain separation of the two hashes.
const (
	commitLabel = "copi-pair-v1\x00"
	digitsLabel = "copi-pair-digits-v1\x00"
)

// stage is how far one side of a pairing has come.
type stage uint8

const (
	asking    stage = iota // the other's introduction is awaited
	revealing              // the other's number is awaited
	proven                 // the other knows the code: no digits are needed
	comparing              // six digits are on both screens
	agreed                 // the other's operator said yes, ours is asked
	waiting                // ours said yes, the other's is awaited
	paired                 // both said yes
	refused                // one said no
	failed                 // the other side broke a rule, left or kept silent
)

func (s stage) over() bool { return s >= paired }

// step is something that happens to one side of a pairing.
type step uint8

const (
	theirHello step = iota
	theirProof      // with their introduction
	theirFalse      // the proof is wrong, or missing where it is needed
	theirReveal
	theirYes
	theirNo
	ourYes
	ourNo
	lost    // the stream ended
	timeout // somebody took too long
)

// next is the table of a pairing: what each step leads to. A step that is not
// in it breaks the pairing when it came from the other side.
var next = map[stage]map[step]stage{
	asking: {theirHello: revealing, theirProof: proven},
	// Who shows the code has agreed, who calls says so.
	proven:    {theirYes: paired, ourYes: waiting},
	revealing: {theirReveal: comparing},
	comparing: {theirYes: agreed, ourYes: waiting},
	agreed:    {ourYes: paired},
	// The digits were compared and our operator is content. When the line drops
	// before the other's answer is heard, the link is kept: if the other said
	// no, its own gate keeps us out.
	waiting: {theirYes: paired, lost: paired},
}

// errStep is what an operator's answer meets when it is not its time.
var errStep = errors.New("not at this point of the pairing")

// after is the stage that follows s on e.
func (s stage) after(e step) (stage, error) {
	if s.over() {
		return s, errStep
	}
	if to, ok := next[s][e]; ok {
		return to, nil
	}
	switch e {
	case ourNo, theirNo:
		return refused, nil
	case ourYes:
		return s, errStep
	default:
		return failed, nil
	}
}

// comparison is the arithmetic of one side: commitments, numbers and digits.
type comparison struct {
	initiator   bool
	self, other libp2p.ID

	number       wire.Hash // ours, random, secret until the other committed
	ourOrigin    wire.Hash
	theirOrigin  wire.Hash
	theirPromise wire.Hash
}

func newComparison(initiator bool, self, other libp2p.ID) *comparison {
	c := &comparison{initiator: initiator, self: self, other: other}
	_, _ = rand.Read(c.number[:]) // never fails (crypto/rand)
	return c
}

// promise is the commitment to our number.
func (c *comparison) promise() wire.Hash {
	return commitment(c.initiator, c.self, c.other, c.number)
}

// reveal checks the other's number against what it promised, and answers the
// six digits.
func (c *comparison) reveal(number wire.Hash) (digits string, err error) {
	want := commitment(!c.initiator, c.other, c.self, number)
	if subtle.ConstantTimeCompare(want[:], c.theirPromise[:]) != 1 {
		return "", errPromise
	}
	ours := side(c.self, c.ourOrigin, c.number)
	theirs := side(c.other, c.theirOrigin, number)
	if !c.initiator {
		ours, theirs = theirs, ours
	}
	sum := sha256.Sum256(append(append([]byte(digitsLabel), ours...), theirs...))
	return fmt.Sprintf("%06d", binary.BigEndian.Uint64(sum[:])%1_000_000), nil
}

// errPromise is what a number that was not promised answers.
var errPromise = fmt.Errorf("%w: the number is not the one promised", wire.ErrForm)

// side is one box's part of the digits; every field says its length or has a
// fixed one.
func side(id libp2p.ID, origin, number wire.Hash) []byte {
	b := append([]byte{byte(len(id))}, id...)
	return append(append(b, origin[:]...), number[:]...)
}

// commitment binds a number to who promised it, to whom, and in which role, so
// that it cannot be sent back or carried to another box.
func commitment(initiator bool, from, to libp2p.ID, number wire.Hash) wire.Hash {
	b := []byte(commitLabel)
	role := byte(0)
	if initiator {
		role = 1
	}
	b = append(b, role, byte(len(from)))
	b = append(b, from...)
	b = append(b, byte(len(to)))
	b = append(b, to...)
	return wire.Sum(append(b, number[:]...))
}
