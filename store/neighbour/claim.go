package neighbour

import (
	"slices"

	"copi.local/store"
)

// ClaimKind is what one origin says of another.
type ClaimKind string

// The kinds of claims, which are kinds of cards too.
const (
	Vouch ClaimKind = "vouch" // its operators know it: carry it
	Label ClaimKind = "label" // its operators shut it out
)

// Claim is what an origin says of another, in a card of its log.
type Claim struct {
	ID    ID // of the card
	Kind  ClaimKind
	About Hash   // the origin spoken of
	Name  string // what the author calls it
	Gone  bool   // our own, taken back: the tombstone is still to be signed
}

// Say makes our own log claim something of an origin; a second time changes
// nothing. It fails with kind NotFound before the box has a log.
func Say(tx *store.Tx, kind ClaimKind, about Hash, name string) error {
	own, err := OwnLog(tx)
	if err != nil {
		return err
	}
	said, err := Said(tx, kind, about)
	if err != nil || said {
		return err
	}
	id, err := store.ParseID(tx.NewID())
	if err != nil {
		return err
	}
	_, err = tx.Exec(sqlPutClaim, own.ID, id[:], string(kind), about[:], name)
	return err
}

// TakeBack ends what our own log claims of an origin, if it does.
func TakeBack(tx *store.Tx, kind ClaimKind, about Hash) error {
	_, err := tx.Exec(sqlTakeBack, string(kind), about[:])
	return err
}

// Said tells whether our own log claims this.
func Said(tx *store.Tx, kind ClaimKind, about Hash) (bool, error) {
	n, err := store.One(tx, store.Scan[int64], sqlSaid, string(kind), about[:])
	return n > 0, err
}

// ClaimsOf lists what a log claims, those of ours that were taken back
// included, in the order of the cards' ids.
func ClaimsOf(tx *store.Tx, l Log) ([]Claim, error) {
	return store.All(tx, scanClaim, sqlClaimsOf, l.ID)
}

// Forget drops our claims that were taken back, once their tombstones are
// signed.
func Forget(tx *store.Tx, own Log) error {
	_, err := tx.Exec(sqlForgetClaims, own.ID)
	return err
}

// SetClaims brings what a held log claims in line with a change of its cards:
// what the changed cards and the gone ones claimed before is forgotten, claims
// is what they claim now. It tells whether anything differs.
func SetClaims(tx *store.Tx, l Log, changed, gone []ID, claims []Claim) (bool, error) {
	known, err := ClaimsOf(tx, l)
	if err != nil {
		return false, err
	}
	differs := len(claims) > 0
	if len(known) > 0 {
		touched := make(map[ID]bool, len(changed)+len(gone))
		for _, id := range slices.Concat(changed, gone) {
			touched[id] = true
		}
		for _, c := range known {
			if !touched[c.ID] {
				continue
			}
			differs = true
			if _, err := tx.Exec(sqlDropClaim, l.ID, c.ID[:]); err != nil {
				return false, err
			}
		}
	}
	for _, c := range claims {
		if _, err := tx.Exec(sqlPutClaim, l.ID, c.ID[:], string(c.Kind), c.About[:], c.Name); err != nil {
			return false, err
		}
	}
	return differs, nil
}

func scanClaim(r store.Row) (c Claim, err error) {
	var id, about []byte
	var kind string
	err = r.Scan(&id, &kind, &about, &c.Name, &c.Gone)
	copy(c.ID[:], id)
	copy(c.About[:], about)
	c.Kind = ClaimKind(kind)
	return c, err
}

// ClaimedNames is what the origins this box carries are called by those who
// speak of them; of several, one. Of the others a log may name thousands.
func ClaimedNames(tx *store.Tx) (map[Hash]string, error) {
	claims, err := store.All(tx, scanClaim, sqlClaims)
	names := make(map[Hash]string, len(claims))
	for _, c := range claims {
		names[c.About] = c.Name
	}
	return names, err
}
