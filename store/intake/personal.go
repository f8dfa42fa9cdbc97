package intake

import "copi.local/store"

// Personal is what the module holds about persons: who brought a file.
var Personal = store.Personal{
	Module: Module,
	Tables: []string{"intake_runs"},
	Export: func(tx *store.Tx, account string) (any, error) {
		type brought struct {
			File   string `json:"file"`
			Format string `json:"format"`
			At     int64  `json:"at"`
		}
		list, err := store.All(tx, func(r store.Row) (b brought, err error) {
			err = r.Scan(&b.File, &b.Format, &b.At)
			return b, err
		}, sqlBy, account)
		if err != nil || len(list) == 0 {
			return nil, err
		}
		return list, nil
	},
	Erase: func(tx *store.Tx, account string, _ store.Erasure) error {
		_, err := tx.Exec(sqlUnname, account)
		return err
	},
}
