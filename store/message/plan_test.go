package message

import (
	"strings"
	"testing"

	"copi.local/store"
	"copi.local/store/storetest"
)

// TestWhatIsAskedReadsAnIndex: no page and no message reads what everybody
// wrote.
func TestWhatIsAskedReadsAnIndex(t *testing.T) {
	db, _ := storetest.Open(t)
	for name, c := range map[string]struct {
		query string
		args  int
	}{
		"somebody's threads":   {sqlMine, 5},
		"questions to a desk":  {sqlQuestions, 3},
		"one thread":           {sqlThread, 2},
		"its messages":         {sqlMessages, 4},
		"the thread of two":    {sqlFind, 6},
		"the limit of threads": {sqlBegunSince, 2},
		"the limit of words":   {sqlWrittenSince, 2},
		"is it blocked":        {sqlIsBlocked, 4},
		"what waits":           {sqlReportCount, 0},
		"what is a year old":   {sqlForget, 2},
	} {
		storetest.View(t, db, store.Actor{}, func(tx *store.Tx) error {
			steps, err := store.All(tx, func(r store.Row) (step string, err error) {
				var id, parent, unused int
				err = r.Scan(&id, &parent, &unused, &step)
				return step, err
			}, "EXPLAIN QUERY PLAN "+c.query, make([]any, c.args)...)
			for _, step := range steps {
				if strings.HasPrefix(step, "SCAN") && !strings.Contains(step, "INDEX") && !strings.Contains(step, "json_each") &&
					step != "SCAN mine" && step != "SCAN CONSTANT ROW" && !strings.Contains(step, "subquery") {
					t.Errorf("%s: %s", name, strings.Join(steps, "; "))
				}
			}
			return err
		})
	}
}
