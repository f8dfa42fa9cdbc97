package agenda

import (
	"strings"
	"testing"

	"copi.local/store"
	"copi.local/store/storetest"
)

// TestWhatEveryWriteAsksReadsAnIndex: each event that is written looks for the
// parts of its programme. Without their index a calendar of 10,000 events took
// twice as long to come in as it does.
func TestWhatEveryWriteAsksReadsAnIndex(t *testing.T) {
	db, _ := storetest.Open(t)
	for query, args := range map[string]int{sqlParts: 1, sqlProgramme: 2, sqlProgrammeSize: 2} {
		storetest.View(t, db, store.Actor{}, func(tx *store.Tx) error {
			steps, err := store.All(tx, func(r store.Row) (step string, err error) {
				var id, parent, unused int
				err = r.Scan(&id, &parent, &unused, &step)
				return step, err
			}, "EXPLAIN QUERY PLAN "+query, make([]any, args)...)
			if plan := strings.Join(steps, "; "); !strings.Contains(plan, "agenda_events_parent") {
				t.Errorf("%s: %s", query, plan)
			}
			return err
		})
	}
}
