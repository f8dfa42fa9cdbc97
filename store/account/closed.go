package account

import (
	"context"
	"crypto/rand"
	"fmt"

	"golang.org/x/crypto/chacha20poly1305"

	"copi.local/store"
)

// CheckPhrase refuses a phrase that is too short, too long or too easy to
// guess, as a password; own is what others know of the person.
func CheckPhrase(phrase string, own ...string) error {
	if bad := checkPassword(phrase, own...); bad != nil {
		return bad.At("phrase")
	}
	return nil
}

// Close seals a secret of another module with a phrase that nothing stores. It
// hashes, and belongs outside of transactions. The key is the phrase's and the
// salt's and seals once, so the nonce may be zero.
func (d *Desk) Close(ctx context.Context, phrase string, secret []byte) (string, error) {
	salt := make([]byte, saltBytes)
	_, _ = rand.Read(salt) // never fails (crypto/rand)
	p := d.hash.params
	key, err := d.hash.key(ctx, p, phrase, salt)
	if err != nil {
		return "", err
	}
	aead, err := chacha20poly1305.New(key)
	if err != nil {
		return "", err
	}
	sealed := aead.Seal(nil, make([]byte, aead.NonceSize()), secret, nil)
	return fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=1$%s$%s", p.Memory, p.Time, phc64.EncodeToString(salt), phc64.EncodeToString(sealed)), nil
}

// Reopen is the secret that Close sealed. A wrong phrase is a fault of the
// field "phrase" (kind Invalid); accountID and source slow guessing down as
// they do at the sign-in.
func (d *Desk) Reopen(ctx context.Context, accountID, source, closed, phrase string) ([]byte, error) {
	who := "phrase " + accountID
	if err := d.limit.guess(who, source); err != nil {
		return nil, err
	}
	p, salt, sealed, err := parsePHC(closed)
	if err != nil {
		return nil, err
	}
	key, err := d.hash.key(ctx, p, phrase, salt)
	if err != nil {
		return nil, err
	}
	aead, err := chacha20poly1305.New(key)
	if err != nil {
		return nil, err
	}
	secret, err := aead.Open(nil, make([]byte, aead.NonceSize()), sealed, nil)
	if err != nil {
		return nil, store.E(store.Invalid, "err.account.phrase_wrong").At("phrase")
	}
	d.limit.passed(who, source)
	return secret, nil
}
