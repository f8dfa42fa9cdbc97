package peer

import (
	"bytes"

	libp2pcrypto "github.com/libp2p/go-libp2p/core/crypto"
	libp2p "github.com/libp2p/go-libp2p/core/peer"

	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/neighbour"
)

// parting is how many statements two chains have in common from E(1) on.
func parting(a, b []wire.SignedEpoch) int {
	n := 0
	for n < min(len(a), len(b)) && bytes.Equal(a[n].Statement, b[n].Statement) {
		n++
	}
	return n
}

// epochs keeps the statements of a verified chain. Where it contradicts what is
// held, the recovery key beats a box key; two of a kind are a fork.
func epochs(tx *store.Tx, l neighbour.Log, chain []wire.SignedEpoch) error {
	held, err := epochsOf(tx, l)
	if err != nil {
		return err
	}
	n := parting(held, chain)
	switch {
	case n == len(held):
	case n == len(chain):
		return store.E(store.Conflict, "err.neighbour.stale")
	case byRecovery(chain[n]) == byRecovery(held[n]):
		return errFork
	case byRecovery(held[n]):
		return store.E(store.Forbidden, "err.neighbour.beaten")
	default:
		if err := neighbour.CutEpochs(tx, l, n); err != nil {
			return err
		}
	}
	for i := n; i < len(chain); i++ {
		if err := neighbour.AddEpoch(tx, l, uint64(i+1), neighbour.Epoch(chain[i])); err != nil {
			return err
		}
	}
	return nil
}

func byRecovery(s wire.SignedEpoch) bool { return s.RecoverySig != nil }

// repaired tells whether the recovery key has spoken after what is held: that
// ends a freeze.
func repaired(held, chain []wire.SignedEpoch) bool {
	for _, s := range chain[parting(held, chain):] {
		if byRecovery(s) {
			return true
		}
	}
	return false
}

// follow lets the link with an origin go on under the box key its statements
// now name, and tells whether that is another than before. An operator linked
// the two origins; their keys may change.
func follow(tx *store.Tx, origin, key wire.Hash) (bool, error) {
	link, err := neighbour.LinkByOrigin(tx, origin)
	if store.KindOf(err) == store.NotFound {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	public, err := libp2pcrypto.UnmarshalEd25519PublicKey(key[:])
	if err != nil {
		return false, err
	}
	id, err := libp2p.IDFromPublicKey(public)
	if err != nil || id.String() == link.Peer {
		return false, err
	}
	if other, err := neighbour.LinkByPeer(tx, id.String()); err == nil && other.Origin != origin {
		return false, nil // that key is linked as somebody else: operators have to look
	}
	return true, neighbour.Rekey(tx, link.Peer, id.String())
}
