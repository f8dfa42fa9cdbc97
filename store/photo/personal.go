package photo

import (
	"time"

	"copi.local/store"
)

// Personal is what the module holds about persons: who hung which photo.
var Personal = store.Personal{
	Module: Module,
	Tables: []string{"photo_uses"},
	Export: export,
	Erase:  erase,
}

// Holding is a photo as exported. File is its name in the archive, where the
// pages put the picture itself beside.
type Holding struct {
	File      string    `json:"file"`
	Hash      string    `json:"hash"`
	Thing     string    `json:"thing"`
	Alt       string    `json:"alt"`
	Width     int       `json:"width"`
	Height    int       `json:"height"`
	Bytes     int64     `json:"bytes"`
	CreatedAt time.Time `json:"created_at"`
}

func export(tx *store.Tx, account string) (any, error) {
	photos, err := store.All(tx, scanPhoto, sqlBy, account)
	if err != nil || len(photos) == 0 {
		return nil, err
	}
	list := make([]Holding, len(photos))
	for i, p := range photos {
		list[i] = Holding{"photos/" + p.Hash + ".jpg", p.Hash, p.Ref.String(), p.Alt, p.Width, p.Height, p.Bytes, p.CreatedAt}
	}
	return list, nil
}

// erase takes down what the person hung, or only their name. What they wrote
// themselves its own module takes away with all that hangs on it.
func erase(tx *store.Tx, account string, how store.Erasure) error {
	if how == store.EraseAll {
		photos, err := store.All(tx, scanPhoto, sqlBy, account)
		if err != nil {
			return err
		}
		for _, p := range photos {
			if err := Detach(tx, p.Ref, p.ID); err != nil {
				return err
			}
		}
	}
	_, err := tx.Exec(sqlUnname, account)
	return err
}
