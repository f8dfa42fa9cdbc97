package wire

import (
	"crypto/ed25519"
	"crypto/sha256"
)

// Reason tells why an epoch began.
type Reason uint64

// The reasons of an epoch.
const (
	Start      Reason = 1 + iota // the box was set up
	Restore                      // it came back from a backup
	KeyChange                    // its box key is new
	ForkRepair                   // two copies of it had been speaking
)

// Epoch is the statement E(n): who speaks for an origin from now on. The hash
// of E(1) is the origin's id.
type Epoch struct {
	Version  uint64 `cbor:"1,keyasint"`          // 1
	Origin   Hash   `cbor:"2,keyasint,omitzero"` // absent in E(1)
	N        uint64 `cbor:"3,keyasint"`          // from 1
	BoxKey   Hash   `cbor:"4,keyasint"`          // ed25519 public key
	Recovery Hash   `cbor:"5,keyasint"`          // SHA-256 of the recovery public key
	Previous Hash   `cbor:"6,keyasint,omitzero"` // SHA-256 of E(n-1); absent in E(1)
	Reason   Reason `cbor:"7,keyasint"`
	Extra    Extra  `cbor:"-"`
}

// SignedEpoch is a statement with what proves it: its own box key's signature,
// and for n>1 that of the previous box key, or of the recovery key E(n-1) names
// by its hash.
type SignedEpoch struct {
	Statement   []byte `cbor:"1,keyasint"`
	Sig         []byte `cbor:"2,keyasint"`
	PreviousSig []byte `cbor:"3,keyasint,omitempty"`
	RecoveryKey []byte `cbor:"4,keyasint,omitempty"`
	RecoverySig []byte `cbor:"5,keyasint,omitempty"`
}

// DecodeEpoch reads a statement strictly.
func DecodeEpoch(b []byte) (*Epoch, error) {
	if len(b) > maxEpoch {
		return nil, malformed("epoch statement of %d bytes", len(b))
	}
	e := new(Epoch)
	r := &reader{b: b}
	e.Extra = r.fields(func(key uint64) bool { return e.field(r, key) })
	if err := r.end(); err != nil {
		return nil, err
	}
	return e, e.check()
}

func (e *Epoch) field(r *reader, key uint64) bool {
	switch key {
	case 1:
		e.Version = r.uint(1, 1)
	case 2:
		r.fixed(e.Origin[:])
	case 3:
		e.N = r.uint(1, maxNumber)
	case 4:
		r.fixed(e.BoxKey[:])
	case 5:
		r.fixed(e.Recovery[:])
	case 6:
		r.fixed(e.Previous[:])
	case 7:
		e.Reason = Reason(r.uint(uint64(Start), uint64(ForkRepair)))
	default:
		return false
	}
	return true
}

func (e *Epoch) check() error {
	first := e.N == 1
	switch {
	case e.Version == 0 || e.N == 0 || e.Reason == 0 || e.BoxKey == Hash{} || e.Recovery == Hash{}:
		return malformed("epoch statement without a key it needs")
	case first != (e.Origin == Hash{}), first != (e.Previous == Hash{}), first != (e.Reason == Start):
		return malformed("epoch statement %d with keys of another", e.N)
	}
	return nil
}

// Encode writes the statement, or says which rule it breaks.
func (e *Epoch) Encode() ([]byte, error) {
	b, err := encode(e, e.Extra)
	if err != nil {
		return nil, err
	}
	if _, err := DecodeEpoch(b); err != nil {
		return nil, err
	}
	return b, nil
}

func epochMessage(statement []byte) []byte { return signed("copi-epoch-v1", statement) }

// FirstEpoch makes and signs E(1) of a box; its hash is the origin's id.
func FirstEpoch(box ed25519.PrivateKey, recovery Hash) (SignedEpoch, error) {
	e := Epoch{Version: 1, N: 1, Recovery: recovery, Reason: Start}
	copy(e.BoxKey[:], box.Public().(ed25519.PublicKey))
	b, err := e.Encode()
	if err != nil {
		return SignedEpoch{}, err
	}
	return SignedEpoch{Statement: b, Sig: SignEpoch(box, b)}, nil
}

// NextEpoch makes E(n) after the last of a chain, for the box key that is to
// speak from then on. It proves nothing before ByBox or ByRecovery.
func NextEpoch(origin Hash, chain []SignedEpoch, box ed25519.PrivateKey, reason Reason) (SignedEpoch, error) {
	last, err := VerifyEpochs(origin, chain)
	if err != nil {
		return SignedEpoch{}, err
	}
	e := Epoch{
		Version: 1, Origin: origin, N: last.N + 1, Recovery: last.Recovery, Previous: Sum(chain[len(chain)-1].Statement), Reason: reason,
	}
	copy(e.BoxKey[:], box.Public().(ed25519.PublicKey))
	b, err := e.Encode()
	if err != nil {
		return SignedEpoch{}, err
	}
	return SignedEpoch{Statement: b, Sig: SignEpoch(box, b)}, nil
}

// ByBox vouches for s with the box key of the statement before: enough after a
// restore, when the key is the same.
func (s SignedEpoch) ByBox(key ed25519.PrivateKey) SignedEpoch {
	s.PreviousSig = SignEpoch(key, s.Statement)
	return s
}

// ByRecovery vouches for s with the recovery key that the statement before
// names; it beats ByBox.
func (s SignedEpoch) ByRecovery(key ed25519.PrivateKey) SignedEpoch {
	s.RecoveryKey, s.RecoverySig = key.Public().(ed25519.PublicKey), SignEpoch(key, s.Statement)
	return s
}

// SignEpoch signs a statement with a box key or a recovery key.
func SignEpoch(key ed25519.PrivateKey, statement []byte) []byte {
	return ed25519.Sign(key, epochMessage(statement))
}

// VerifyEpochs checks the statements of an origin from E(1) on, each by the
// one before, and returns the last.
func VerifyEpochs(origin Hash, chain []SignedEpoch) (*Epoch, error) {
	var last *Epoch
	for i, s := range chain {
		e, err := DecodeEpoch(s.Statement)
		if err != nil {
			return nil, err
		}
		if err := verify(e.BoxKey[:], epochMessage(s.Statement), s.Sig); err != nil {
			return nil, err
		}
		if i == 0 {
			err = e.founds(origin, s)
		} else {
			err = e.follows(last, origin, chain[i-1], s) //nolint:gosec // i is not 0 here
		}
		if err != nil {
			return nil, err
		}
		last = e
	}
	if last == nil {
		return nil, malformed("no epoch statement")
	}
	return last, nil
}

// founds checks that e is E(1) of origin.
func (e *Epoch) founds(origin Hash, s SignedEpoch) error {
	if e.N != 1 || Sum(s.Statement) != origin {
		return malformed("the first epoch statement is not the origin's")
	}
	return nil
}

// follows checks that e comes after last: by the recovery key that last names,
// or by the same box key after a restore. A box key alone cannot name another
// recovery key: whoever stole it would keep the owner out for good.
func (e *Epoch) follows(last *Epoch, origin Hash, before, s SignedEpoch) error {
	if e.N != last.N+1 || e.Origin != origin || e.Previous != Sum(before.Statement) {
		return malformed("epoch statement %d does not follow", e.N)
	}
	if s.RecoverySig != nil {
		if sha256.Sum256(s.RecoveryKey) != last.Recovery {
			return ErrSignature
		}
		return verify(s.RecoveryKey, epochMessage(s.Statement), s.RecoverySig)
	}
	if e.Reason != Restore || e.BoxKey != last.BoxKey || e.Recovery != last.Recovery {
		return ErrSignature
	}
	return verify(last.BoxKey[:], epochMessage(s.Statement), s.PreviousSig)
}

func readSignedEpoch(r *reader) SignedEpoch {
	var s SignedEpoch
	r.fields(func(key uint64) bool {
		switch key {
		case 1:
			s.Statement = r.bytes(1, maxEpoch)
		case 2:
			s.Sig = r.bytes(sigSize, sigSize)
		case 3:
			s.PreviousSig = r.bytes(sigSize, sigSize)
		case 4:
			s.RecoveryKey = r.bytes(ed25519.PublicKeySize, ed25519.PublicKeySize)
		case 5:
			s.RecoverySig = r.bytes(sigSize, sigSize)
		default:
			return false
		}
		return true
	})
	if r.err == nil && (s.Statement == nil || s.Sig == nil || (s.RecoveryKey == nil) != (s.RecoverySig == nil)) {
		r.fail("epoch without its signatures")
	}
	return s
}
