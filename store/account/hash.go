package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"sync/atomic"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"copi.local/store"
)

// Params are argon2id's costs.
type Params struct {
	Memory uint32 // KiB
	Time   uint32 // passes
}

// Recommended costs 9 MiB and 4 passes: equal in strength to the usual 19/2,
// and two at once still fit a board with 512 MB (OWASP Password Storage
// Cheat Sheet; OPERATIONS.md §2.2).
var Recommended = Params{Memory: 9 << 10, Time: 4}

const (
	saltBytes = 16
	keyBytes  = 32
	hashing   = 2  // hashes at once: 18 MiB
	queueing  = 20 // others that may wait
)

// hasher hashes passwords, a bounded number at a time.
type hasher struct {
	params Params
	turns  chan struct{} // hashing
	room   chan struct{} // hashing or waiting
	count  atomic.Int64  // hashes computed, for tests: same path for all
}

func newHasher(p Params) *hasher {
	return &hasher{params: p, turns: make(chan struct{}, hashing), room: make(chan struct{}, hashing+queueing)}
}

// key derives the key of password, waiting for its turn; it fails with kind
// Busy when too many wait already.
func (h *hasher) key(ctx context.Context, p Params, password string, salt []byte) ([]byte, error) {
	select {
	case h.room <- struct{}{}:
		defer func() { <-h.room }()
	default:
		return nil, store.E(store.Busy, "err.busy")
	}
	select {
	case h.turns <- struct{}{}:
		defer func() { <-h.turns }()
	case <-ctx.Done():
		return nil, store.E(store.Busy, "err.busy").Because(ctx.Err())
	}
	h.count.Add(1)
	// Two phones may compose the same accent differently (RFC 8265 §4.2).
	return argon2.IDKey([]byte(norm.NFC.String(password)), salt, p.Time, p.Memory, 1, keyBytes), nil
}

var phc64 = base64.RawStdEncoding

// hash makes the PHC text of password with a new salt.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltBytes)
	_, _ = rand.Read(salt) // never fails (crypto/rand)
	key, err := h.key(ctx, h.params, password, salt)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=1$%s$%s", argon2.Version,
		h.params.Memory, h.params.Time, phc64.EncodeToString(salt), phc64.EncodeToString(key)), nil
}

// verify compares password with an encoded hash. An empty encoded is the
// answer for a name nobody has: it costs the same and is never right. stale
// says that the hash was made with other costs than today's.
func (h *hasher) verify(ctx context.Context, encoded, password string) (ok, stale bool, err error) {
	if encoded == "" {
		_, err := h.key(ctx, h.params, password, make([]byte, saltBytes))
		return false, false, err
	}
	p, salt, want, err := parsePHC(encoded)
	if err != nil {
		return false, false, err
	}
	got, err := h.key(ctx, p, password, salt)
	if err != nil {
		return false, false, err
	}
	return subtle.ConstantTimeCompare(got, want) == 1, p != h.params, nil
}

func parsePHC(s string) (p Params, salt, key []byte, err error) {
	var version int
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return p, nil, nil, fmt.Errorf("password hash: not argon2id")
	}
	if _, err := fmt.Sscanf(parts[2], "v=%d", &version); err != nil || version != argon2.Version {
		return p, nil, nil, fmt.Errorf("password hash: version %q", parts[2])
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=1", &p.Memory, &p.Time); err != nil {
		return p, nil, nil, fmt.Errorf("password hash: costs %q: %w", parts[3], err)
	}
	if salt, err = phc64.DecodeString(parts[4]); err != nil {
		return p, nil, nil, fmt.Errorf("password hash: salt: %w", err)
	}
	if key, err = phc64.DecodeString(parts[5]); err != nil {
		return p, nil, nil, fmt.Errorf("password hash: key: %w", err)
	}
	return p, salt, key, nil
}
