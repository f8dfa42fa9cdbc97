package account

import (
	"crypto/ecdh"
	"crypto/ed25519"
	"crypto/hpke"

	"copi.local/store"
)

// Some things a box keeps for whoever holds its recovery sheet, and cannot read
// itself. It seals them with HPKE (RFC 9180: X25519, HKDF-SHA256,
// ChaCha20-Poly1305) to a key derived from the seed, of which it keeps the
// public half.

// sealing is the private key, fixed for ever as the seed's other keys are.
func (s Seed) sealing() (*ecdh.PrivateKey, error) {
	return ecdh.X25519().NewPrivateKey(s.derive(labelSeal))
}

// SealKey is the public key. It fails only for a seed that cannot be.
func (s Seed) SealKey() ([]byte, error) {
	key, err := s.sealing()
	if err != nil {
		return nil, err
	}
	return key.PublicKey().Bytes(), nil
}

// HasSealKey tells whether the box can seal: one set up before the key was kept
// cannot, until KeepSheetKeys.
func HasSealKey(tx *store.Tx) (bool, error) {
	key, err := sealKey(tx)
	return key != nil, err
}

func sealKey(tx *store.Tx) ([]byte, error) {
	key, err := store.One(tx, store.Scan[[]byte], sqlSealKey)
	if store.KindOf(err) == store.NotFound {
		return nil, nil
	}
	return key, err
}

// KeepSheetKeys keeps the public keys of the sheet whose words an operator
// typed: the one things are sealed to, and that of backups.
func KeepSheetKeys(tx *store.Tx, words string) error {
	seed, err := sheetOf(tx, words)
	if err != nil {
		return err
	}
	key, err := seed.SealKey()
	if err != nil {
		return err
	}
	backups, err := seed.BackupKey()
	if err != nil {
		return err
	}
	_, err = tx.Exec(sqlSheetKeys, key, backups)
	return err
}

// sheetOf is the seed of the words an operator typed, if it is this box's.
func sheetOf(tx *store.Tx, words string) (Seed, error) {
	if err := tx.Actor.Need(store.Operator); err != nil {
		return Seed{}, err
	}
	seed, err := ParseSeed(words)
	if err != nil {
		return seed, err
	}
	b, err := BoxOf(tx)
	if err == nil && string(b.RecoveryHash) != string(seed.RecoveryHash()) {
		err = store.E(store.Invalid, "err.account.seed_other").At("words")
	}
	return seed, err
}

// SealFor seals text for whoever holds the recovery sheet; purpose is bound to
// it. It returns nil on a box that has no key for it.
func SealFor(tx *store.Tx, purpose string, text []byte) ([]byte, error) {
	raw, err := sealKey(tx)
	if err != nil || raw == nil {
		return nil, err
	}
	public, err := ecdh.X25519().NewPublicKey(raw)
	if err != nil {
		return nil, err
	}
	key, err := hpke.NewDHKEMPublicKey(public)
	if err != nil {
		return nil, err
	}
	return hpke.Seal(key, hpke.HKDFSHA256(), hpke.ChaCha20Poly1305(), []byte(purpose), text)
}

// Unseal opens what SealFor sealed, with the words of the sheet that an operator
// typed.
func Unseal(tx *store.Tx, words, purpose string, sealed []byte) ([]byte, error) {
	seed, err := sheetOf(tx, words)
	if err != nil {
		return nil, err
	}
	private, err := seed.sealing()
	if err != nil {
		return nil, err
	}
	key, err := hpke.NewDHKEMPrivateKey(private)
	if err != nil {
		return nil, err
	}
	return hpke.Open(key, hpke.HKDFSHA256(), hpke.ChaCha20Poly1305(), []byte(purpose), sealed)
}

// RecoveryKey is the key that may name another box key, of the words of the
// sheet that an operator typed. Nobody keeps it (PROTOCOL.md §1).
func RecoveryKey(tx *store.Tx, words string) (ed25519.PrivateKey, error) {
	seed, err := sheetOf(tx, words)
	if err != nil {
		return nil, err
	}
	return seed.Recovery(), nil
}
