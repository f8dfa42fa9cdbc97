package peer

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/libp2p/go-libp2p/core/crypto"
	libp2p "github.com/libp2p/go-libp2p/core/peer"

	"copi.local/store/durable"
)

// keyFile is the box key's place in the data directory: PKCS#8 in PEM, which
// openssl reads, so that a box can be mended without this program.
const keyFile = "box.key"

// Identity is the box key: it signs the box's cards and is its libp2p key. It
// is one of the four secrets of a box and never leaves its SD card; a copy on
// a second box would sign a second log (PROTOCOL.md §9).
type Identity struct {
	key ed25519.PrivateKey
	id  libp2p.ID
	dir string // where the key lies; empty when the caller keeps it
}

// LoadIdentity reads the box key of a data directory, and makes it the first
// time: whole and on stable storage before anyone hears of it. A key that does
// not read is an error and is never replaced, since neighbours know the box by
// it.
func LoadIdentity(dir string) (*Identity, error) {
	path := filepath.Join(dir, keyFile)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err := createKey(dir, path); err != nil {
			return nil, fmt.Errorf("make the box key: %w", err)
		}
		text, err = os.ReadFile(path)
	}
	if err != nil {
		return nil, fmt.Errorf("read the box key: %w", err)
	}
	key, err := parseKey(text)
	if err != nil {
		return nil, fmt.Errorf("read the box key %s: %w", path, err)
	}
	if err := closeToOthers(path); err != nil {
		return nil, fmt.Errorf("close the box key to others: %w", err)
	}
	id, err := NewIdentity(key)
	if err != nil {
		return nil, err
	}
	id.dir = dir
	return id, nil
}

// closeToOthers mends the rights of a restored copy that is open to all; one that
// is not is left alone, on a card that may not write.
func closeToOthers(path string) error {
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm()&0o077 == 0 {
		return err
	}
	return os.Chmod(path, 0o600)
}

// NewIdentity wraps a key that the caller keeps.
func NewIdentity(key ed25519.PrivateKey) (*Identity, error) {
	pub, err := crypto.UnmarshalEd25519PublicKey(key.Public().(ed25519.PublicKey))
	if err != nil {
		return nil, err
	}
	id, err := libp2p.IDFromPublicKey(pub)
	if err != nil {
		return nil, err
	}
	return &Identity{key: key, id: id}, nil
}

// PeerID is the key's name on the network and on screens: "12D3Koo…".
func (i *Identity) PeerID() string { return i.id.String() }

// Key is the private key, for signing.
func (i *Identity) Key() ed25519.PrivateKey { return i.key }

// Public is the public key, as epoch statements name it.
func (i *Identity) Public() [ed25519.PublicKeySize]byte {
	return [ed25519.PublicKeySize]byte(i.key.Public().(ed25519.PublicKey))
}

func (i *Identity) libp2pKey() (crypto.PrivKey, error) {
	return crypto.UnmarshalEd25519PrivateKey(i.key)
}

// createKey writes a new key beside its place and links it there: of two
// processes that try at once one wins, and a power cut leaves a whole key or
// none.
func createKey(dir, path string) error {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	temp, err := writeKey(dir, key)
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(temp) }()
	if err := os.Link(temp, path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return durable.Sync(dir)
}

// writeKey writes a key into a new file of dir, on stable storage, and names it.
func writeKey(dir string, key ed25519.PrivateKey) (temp string, err error) {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return "", err
	}
	f, err := os.CreateTemp(dir, keyFile+".*") // 0600
	if err != nil {
		return "", err
	}
	_, err = f.Write(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return "", errors.Join(err, os.Remove(f.Name()))
	}
	return f.Name(), nil
}

func parseKey(text []byte) (ed25519.PrivateKey, error) {
	block, rest := pem.Decode(text)
	if block == nil || len(bytes.TrimSpace(rest)) > 0 {
		return nil, errors.New("not one PEM block")
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	key, ok := parsed.(ed25519.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("a key of type %T, want ed25519", parsed)
	}
	return key, nil
}
