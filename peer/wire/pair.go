package wire

// The messages of /copi/pair/1.0.0 (PROTOCOL.md §7), in the frames of sync.
// Their numbers are theirs alone, so that a message of one protocol means
// nothing in the other.

// PairHello introduces a box to one it may be paired with. All of it is the
// box's own claim, except what the epoch statements prove.
type PairHello struct {
	Version uint64        `cbor:"1,keyasint"` // 1
	Promise Hash          `cbor:"2,keyasint"` // commitment to the number of the PairReveal
	Origin  Hash          `cbor:"3,keyasint"`
	Epochs  []SignedEpoch `cbor:"4,keyasint"`           // from E(1) on
	Name    string        `cbor:"5,keyasint,omitempty"` // of the commune
	Commune string        `cbor:"6,keyasint,omitempty"` // its code
	Proof   Hash          `cbor:"7,keyasint,omitzero"`  // of the secret of an invitation; see Secret
}

func (*PairHello) number() uint64 { return 16 }

func (m *PairHello) field(r *reader, key uint64) bool {
	switch key {
	case 1:
		m.Version = r.uint(1, maxNumber)
	case 2:
		r.fixed(m.Promise[:])
	case 3:
		r.fixed(m.Origin[:])
	case 4:
		m.Epochs = list(r, MaxEpochs, readSignedEpoch)
	case 5:
		m.Name = r.text(maxName, 4*maxName)
	case 6:
		m.Commune = r.text(maxCommune, 4*maxCommune)
	case 7:
		if r.fixed(m.Proof[:]); m.Proof == (Hash{}) {
			r.fail("empty proof")
		}
	default:
		return false
	}
	return true
}

// maxName is the length of a commune's name, in characters.
const maxName = 80

func (m *PairHello) check() error {
	if m.Version == 0 || m.Promise == (Hash{}) || m.Origin == (Hash{}) || m.Epochs == nil {
		return malformed("introduction without a key it needs")
	}
	return nil
}

// PairReveal opens a promise.
type PairReveal struct {
	Number Hash `cbor:"1,keyasint"` // random; not a hash, but as long
}

func (*PairReveal) number() uint64 { return 17 }

func (m *PairReveal) field(r *reader, key uint64) bool {
	if key == 1 {
		r.fixed(m.Number[:])
	}
	return key == 1
}

func (m *PairReveal) check() error {
	if m.Number == (Hash{}) {
		return malformed("no number")
	}
	return nil
}

// PairAnswer says whether this side links the boxes. Before the introductions
// it refuses the pairing as a whole.
type PairAnswer struct {
	Answer uint64 `cbor:"1,keyasint"`
}

// Answers of a PairAnswer.
const (
	PairYes  = 1 + iota // the operator saw the same digits
	PairNo              // the operator did not, or gave up
	PairBusy            // another pairing is under way
	PairCode            // it shows a code: the proof of it is missing or wrong, or the code is over
)

func (*PairAnswer) number() uint64 { return 18 }

func (m *PairAnswer) field(r *reader, key uint64) bool {
	if key == 1 {
		m.Answer = r.uint(PairYes, maxNumber)
	}
	return key == 1
}

func (m *PairAnswer) check() error {
	if m.Answer == 0 {
		return malformed("no answer")
	}
	return nil
}
