package timebank

import (
	"strings"
	"testing"

	"copi.local/store"
	"copi.local/store/storetest"
)

// TestQueriesOfOneAccountUseIndexes: what a page of one account asks for reads
// no whole table, however many movements the village has.
func TestQueriesOfOneAccountUseIndexes(t *testing.T) {
	db, _ := storetest.Open(t)
	storetest.View(t, db, store.Actor{}, func(tx *store.Tx) error {
		for name, q := range map[string]struct {
			query string
			args  int
		}{
			"account": {sqlAccount, 1}, "of a person": {sqlOfPerson, 1}, "of an element": {sqlOfElement, 1},
			"movement": {sqlTransfer, 1}, "statement": {sqlStatement, 3}, "opening": {sqlBalanceBefore, 2},
			"request": {sqlRequest, 1}, "asked": {sqlOpenIn, 1}, "asking": {sqlOpenOut, 1}, "overdue": {sqlOverdue, 2},
			"between": {sqlOpenBetween, 2}, "asked by": {sqlAskedBy, 1}, "end requests": {sqlEndRequests, 2},
			"blank": {sqlBlankTransfers, 1}, "unname": {sqlUnnameTransfers, 1}, "unname requests": {sqlUnnameRequests, 1},
		} {
			plan, err := store.All(tx, func(r store.Row) (detail string, err error) {
				var id, parent, unused int
				err = r.Scan(&id, &parent, &unused, &detail)
				return detail, err
			}, "EXPLAIN QUERY PLAN "+q.query, make([]any, q.args)...)
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			for _, step := range plan {
				if strings.HasPrefix(step, "SCAN ") && !strings.Contains(step, "CONSTANT ROW") && !strings.Contains(step, "USING") {
					t.Errorf("%s: %s", name, step)
				}
			}
		}
		return nil
	})
}
