package directory

import (
	"strings"
	"testing"

	"copi.local/store"
	"copi.local/store/storetest"
)

// TestImportsLookThingsUp asks SQLite how it answers what an import asks for
// each line: along an index, however large the directory is.
func TestImportsLookThingsUp(t *testing.T) {
	db, _ := storetest.Open(t)
	storetest.View(t, db, store.Actor{}, func(tx *store.Tx) error {
		for _, c := range []struct {
			name, query, want string
			args              []any
		}{
			{"source", sqlImported, "directory_elements_source", []any{"rna", "W1"}},
			{"number", sqlRegistered, "directory_elements_rna", []any{"W1", "W1", "1", "1"}},
			{"lookalike", sqlLookalike, "directory_elements_name", []any{"a", "org", "46123", "rna", "W1"}},
			{"undo", sqlUndoable, "directory_elements_run", []any{"r", 1000}},
			{"seen", sqlSeen, "sqlite_autoindex_directory_elements_1", []any{1, 1, "a"}},
		} {
			steps, err := store.All(tx, func(r store.Row) (detail string, err error) {
				var id, parent, none int
				err = r.Scan(&id, &parent, &none, &detail)
				return detail, err
			}, "EXPLAIN QUERY PLAN "+c.query, c.args...)
			if err != nil {
				return err
			}
			plan := strings.Join(steps, "\n")
			if !strings.Contains(plan, c.want) || strings.Contains(plan, "SCAN directory_elements") || strings.Contains(plan, "SCAN c") {
				t.Errorf("%s:\n%s\nwant %s", c.name, plan, c.want)
			}
		}
		return nil
	})
}
