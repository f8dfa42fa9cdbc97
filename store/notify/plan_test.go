package notify

import (
	"strings"
	"testing"

	"copi.local/store"
	"copi.local/store/storetest"
)

// TestWhatEveryPageAndCommitAsksReadsAnIndex: the count in the head of each
// page, and what a commit makes the box look for, must not read what all
// residents follow and were told.
func TestWhatEveryPageAndCommitAsksReadsAnIndex(t *testing.T) {
	db, _ := storetest.Open(t)
	for name, c := range map[string]struct {
		query string
		args  int
		want  string
	}{
		"the count in the head":   {sqlUnread, 1, "notify_notices_unread"},
		"a page of notices":       {sqlNotices, 3, "notify_notices_latest"},
		"who follows a thing":     {sqlMatching, 2, "notify_follows_target"},
		"the button of a page":    {sqlFollowing, 3, "sqlite_autoindex_notify_follows_1"},
		"was it told":             {sqlTold, 4, "sqlite_autoindex_notify_notices_1"},
		"who was told of a card":  {sqlToldOf, 2, "notify_notices_thing"},
		"who is about to be told": {sqlToldOf, 2, "notify_waits_thing"},
		"a link without account":  {sqlByToken, 2, "notify_notices_token"},
		"lines of one follow":     {sqlUnreadOf, 2, "notify_notices_follow"},
		"the end of a follow":     {sqlForgetWaits, 1, "notify_waits_follow"},
	} {
		storetest.View(t, db, store.Actor{}, func(tx *store.Tx) error {
			steps, err := store.All(tx, func(r store.Row) (step string, err error) {
				var id, parent, unused int
				err = r.Scan(&id, &parent, &unused, &step)
				return step, err
			}, "EXPLAIN QUERY PLAN "+c.query, make([]any, c.args)...)
			plan := strings.Join(steps, "; ")
			if !strings.Contains(plan, c.want) || strings.Contains(plan, "SCAN n") || strings.Contains(plan, "SCAN w") || strings.Contains(plan, "SCAN f") {
				t.Errorf("%s: %s", name, plan)
			}
			return err
		})
	}
}
