package peer

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/durable"
	"copi.local/store/neighbour"
)

// nextKeyFile is the box key that a repair has named. It takes its place at
// the next start: until then the box keeps calling neighbours by the old one,
// so that they hear of the new.
const nextKeyFile = keyFile + ".next"

// SettleKey carries out, before LoadIdentity, what an operator decided about
// the box key in the last run: the key that the own log names takes its place,
// or a copy becomes a box of its own. A stop at any point is made good by the
// next start.
func SettleKey(ctx context.Context, db *store.DB, dir string) error {
	var p neighbour.Publisher
	var named [ed25519.PublicKeySize]byte
	err := db.View(ctx, func(tx *store.Tx) (err error) {
		if p, err = neighbour.PublisherOf(tx); err != nil {
			return err
		}
		named, err = namedKey(tx)
		return err
	})
	if err != nil {
		return err
	}
	if p.Doubt == neighbour.Copied {
		return becomeAnother(ctx, db, dir)
	}
	return promote(dir, named)
}

// namedKey is the box key that speaks for this box's origin; zero before it has
// one.
func namedKey(tx *store.Tx) (key [ed25519.PublicKeySize]byte, err error) {
	own, err := neighbour.OwnLog(tx)
	if store.KindOf(err) == store.NotFound {
		return key, nil
	}
	if err != nil {
		return key, err
	}
	chain, err := epochsOf(tx, own)
	if err != nil {
		return key, err
	}
	last, err := wire.VerifyEpochs(own.Origin, chain)
	if err != nil {
		return key, err
	}
	return last.BoxKey, nil
}

// becomeAnother gives a copy a key of its own, then makes it forget that it was
// another box. In this order: a box that has forgotten must not found its new
// origin with the old key.
func becomeAnother(ctx context.Context, db *store.DB, dir string) error {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	if err := placeKey(dir, keyFile, key); err != nil {
		return err
	}
	return db.Update(ctx, neighbour.Anew)
}

// promote puts the next key in place when it is the named one, and forgets it
// when its repair never came to be.
func promote(dir string, named [ed25519.PublicKeySize]byte) error {
	path := filepath.Join(dir, nextKeyFile)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	key, err := parseKey(text)
	if err != nil {
		return fmt.Errorf("read the next box key %s: %w", path, err)
	}
	if [ed25519.PublicKeySize]byte(key.Public().(ed25519.PublicKey)) != named {
		return os.Remove(path)
	}
	if err := os.Rename(path, filepath.Join(dir, keyFile)); err != nil {
		return err
	}
	return durable.Sync(dir)
}

// placeKey puts a key at a place of dir, whole or not at all.
func placeKey(dir, name string, key ed25519.PrivateKey) error {
	temp, err := writeKey(dir, key)
	if err != nil {
		return err
	}
	if err := os.Rename(temp, filepath.Join(dir, name)); err != nil {
		return errors.Join(err, os.Remove(temp))
	}
	return durable.Sync(dir)
}

// prepare makes the key that is to follow this one, on stable storage before
// anybody hears of it.
func (i *Identity) prepare() (ed25519.PrivateKey, error) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil || i.dir == "" {
		return key, err
	}
	return key, placeKey(i.dir, nextKeyFile, key)
}
