package petition

import (
	"time"

	"copi.local/store"
)

// Export is a file of signatures somebody took away.
type Export struct {
	PetitionID string
	AccountID  string // empty after they left
	At         time.Time
	People     int       // in the file
	Until      time.Time // when the file has to be deleted
	id         string
}

// Signatures lists the signatures for who answers for the petition, by name: up
// to limit after skip, and whether there are more. Their years of birth are not
// for them.
func Signatures(tx *store.Tx, petition string, skip, limit int) (list []Signature, more bool, err error) {
	p, err := Own(tx, petition)
	if err != nil {
		return nil, false, err
	}
	list, err = store.All(tx, scanSignature, sqlSignatures, p.ID, limit+1, skip)
	if len(list) > limit {
		list, more = list[:limit], true
	}
	for i := range list {
		list[i].BirthYear, list[i].key = 0, ""
	}
	return list, more, err
}

// Take is the file of an organiser: everybody who signed, once, with what they
// agreed to hand on. That it was taken is recorded, and who took it is reminded
// when it has to be deleted (PT-4).
func Take(tx *store.Tx, petition string) (p Petition, list []Signature, err error) {
	if p, err = Own(tx, petition); err != nil {
		return p, nil, err
	}
	if p.Purged {
		return p, nil, store.E(store.Conflict, "err.petition.purged")
	}
	rows, err := store.All(tx, scanSignature, sqlAll, p.ID)
	if err != nil {
		return p, nil, err
	}
	last := ""
	for _, s := range rows {
		if s.key == last {
			if one := &list[len(list)-1]; one.Contact == "" {
				one.Contact = s.Contact
			}
			continue
		}
		last = s.key
		s.BirthYear, s.key, s.AccountID, s.TypedBy = 0, "", "", ""
		list = append(list, s)
	}
	_, err = tx.Exec(sqlExport, tx.NewID(), p.ID, tx.Actor.ID, tx.Now.Unix(), len(list), p.KeptUntil().Unix())
	return p, list, err
}

// Exports lists the files taken of a petition, for who answers for it.
func Exports(tx *store.Tx, petition string) ([]Export, error) {
	p, err := Own(tx, petition)
	if err != nil {
		return nil, err
	}
	return store.All(tx, scanExport, sqlExports, p.ID)
}
