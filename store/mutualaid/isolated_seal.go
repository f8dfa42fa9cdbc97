package mutualaid

import (
	"cmp"
	"context"
	"crypto/ecdh"
	"crypto/hpke"
	"crypto/rand"
	"encoding/json"
	"slices"
	"strings"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/listing"
)

// Sealing is HPKE (RFC 9180) with X25519, HKDF-SHA256 and ChaCha20-Poly1305.
// Who holds the public key alone can seal and never open: the box can only
// write. The private key is on the box too, closed with its owner's phrase.

// padding is what sealed texts are filled up to a multiple of, in bytes: their
// length would tell of the person.
const padding = 512

// purpose binds sealed bytes to what they are for.
const purpose = "copi isolated "

// NewKeys makes the keys of a referent and closes the private one with a
// phrase. It hashes and belongs outside of transactions.
func NewKeys(ctx context.Context, desk *account.Desk, phrase string) (Keys, error) {
	private, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		return Keys{}, err
	}
	closed, err := desk.Close(ctx, phrase, private.Bytes())
	return Keys{private.PublicKey().Bytes(), closed}, err
}

// seal stores what is written of a person, sealed for the referent.
func (r *Referent) seal(tx *store.Tx, id string, p *Isolated) error {
	public, err := ecdh.X25519().NewPublicKey(r.public)
	if err != nil {
		return err
	}
	key, err := hpke.NewDHKEMPublicKey(public)
	if err != nil {
		return err
	}
	text, err := json.Marshal(p)
	if err != nil {
		return err
	}
	text = append(text, strings.Repeat(" ", padding-len(text)%padding)...)
	sealed, err := hpke.Seal(key, hpke.HKDFSHA256(), hpke.ChaCha20Poly1305(), []byte(purpose+id), text)
	if err != nil {
		return err
	}
	_, err = tx.Exec(sqlSeal, id, r.Seat, sealed)
	return err
}

// Opened is one person of the list, to be printed.
type Opened struct {
	Entry
	Isolated
}

// OpenList opens the list with the private key of the acting referent, to be
// printed: by name. The public log says that it was. What the other referent
// cannot read yet is sealed for them; missing is how many the acting one cannot
// read.
func OpenList(tx *store.Tx, private []byte) (list []Opened, missing int, err error) {
	r, err := referent(tx)
	if err != nil {
		return nil, 0, err
	}
	if err := account.Log(tx, account.ActIsolatedPrinted); err != nil {
		return nil, 0, err
	}
	key, err := privateKey(private)
	if err != nil {
		return nil, 0, err
	}
	entries, err := store.All(tx, scanEntry, sqlEntries)
	if err != nil {
		return nil, 0, err
	}
	for _, e := range entries {
		sealed, err := store.One(tx, store.Scan[[]byte], sqlSealed, e.ID, r.Seat)
		if store.KindOf(err) == store.NotFound {
			missing++
			continue
		}
		if err != nil {
			return nil, 0, err
		}
		o := Opened{Entry: e}
		if err := o.open(key, sealed); err != nil {
			return nil, 0, err
		}
		list = append(list, o)
	}
	slices.SortStableFunc(list, func(a, b Opened) int { return cmp.Compare(listing.Fold(a.Name), listing.Fold(b.Name)) })
	return list, missing, share(tx, &r, list)
}

func privateKey(private []byte) (hpke.PrivateKey, error) {
	key, err := ecdh.X25519().NewPrivateKey(private)
	if err != nil {
		return nil, err
	}
	return hpke.NewDHKEMPrivateKey(key)
}

// open reads what is sealed.
func (o *Opened) open(key hpke.PrivateKey, sealed []byte) error {
	text, err := hpke.Open(key, hpke.HKDFSHA256(), hpke.ChaCha20Poly1305(), []byte(purpose+o.ID), sealed)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, &o.Isolated)
}

// share seals for the other referent what they cannot read yet.
func share(tx *store.Tx, r *Referent, list []Opened) error {
	readers, err := store.All(tx, scanReferent, sqlReferents)
	if err != nil {
		return err
	}
	for i := range readers {
		if readers[i].Seat == r.Seat || !readers[i].Ready {
			continue
		}
		has, err := store.All(tx, store.Scan[string], sqlSealedFor, readers[i].Seat)
		if err != nil {
			return err
		}
		for j := range list {
			if slices.Contains(has, list[j].ID) {
				continue
			}
			if err := readers[i].seal(tx, list[j].ID, &list[j].Isolated); err != nil {
				return err
			}
		}
	}
	return nil
}
