package peer_test

import (
	"testing"

	"github.com/libp2p/go-libp2p/core/crypto"
	pb "github.com/libp2p/go-libp2p/core/crypto/pb"
)

// A key of the curve that is left out is refused with an error, whatever its
// bytes; it must not end the program.
func TestKeysLeftOutAreRefused(t *testing.T) {
	kind := pb.KeyType_Secp256k1
	for _, size := range []int{0, 32, 33, 65} {
		if _, err := crypto.PublicKeyFromProto(&pb.PublicKey{Type: &kind, Data: make([]byte, size)}); err == nil {
			t.Errorf("a public key of %d bytes is read", size)
		}
		raw, err := crypto.UnmarshalSecp256k1PrivateKey(make([]byte, size))
		if err == nil {
			t.Errorf("a private key of %d bytes is read: %v", size, raw.Type())
		}
	}
	if _, _, err := crypto.GenerateSecp256k1Key(nil); err == nil {
		t.Error("a key is made")
	}
}
