package appliance

import (
	"slices"
	"testing"

	"copi.local/store"
	"copi.local/store/storetest"
)

// TestEveryTableThatNamesAnAccountIsPersonal fails for a table whose rows point
// at a person while no module exports and erases them.
func TestEveryTableThatNamesAnAccountIsPersonal(t *testing.T) {
	var listed []string
	for _, p := range personal {
		if p.Export == nil || p.Erase == nil {
			t.Errorf("%s: no export or no erasure", p.Module)
		}
		listed = append(listed, p.Tables...)
	}
	db, _ := storetest.Open(t)
	storetest.View(t, db, store.Actor{}, func(tx *store.Tx) error {
		tables, err := store.All(tx, store.Scan[string], `
			SELECT DISTINCT t.name FROM pragma_table_list AS t, pragma_table_info(t.name) AS c
			WHERE t.schema = 'main' AND t.type = 'table' AND (c.type = 'TEXT' AND c.name LIKE '%\_by' ESCAPE '\'
				OR c.name IN ('account_id', 'author_id', 'person_id', 'moderator_id', 'operator_id', 'reporter_id', 'member_id'))`)
		for _, table := range tables {
			if !slices.Contains(listed, table) {
				t.Errorf("table %s names an account; its module must list it in Personal", table)
			}
		}
		return err
	})
}
