package store_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"copi.local/store"
	"copi.local/store/storetest"
)

// TestReportsAndHidingsOfPostsAreNotLost takes a file from before posts were
// moderated as cards are (migration 50): what was reported, hidden and named
// stays, whoever did it.
func TestReportsAndHidingsOfPostsAreNotLost(t *testing.T) {
	path := filepath.Join(t.TempDir(), "copi.db")
	files, err := filepath.Glob("migrations/00[0-4]?_*.sql")
	if err != nil || len(files) != 49 {
		t.Fatalf("%d migrations before, %v", len(files), err)
	}
	var old strings.Builder
	for _, file := range files {
		script, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&old, "%s;\n", script)
	}
	old.WriteString(`
INSERT INTO discussion_posts (id, module, thing_id, n, author_id, text, quoted, at, taken, hidden_at, hidden_by, hidden_in, reason, reason_text) VALUES
  ('boxpost', 'ads', 'bike', 1, 'tom', 'un', 0, 10, '', 20, 'mod', 'box', 'insult', 'poli'),
  ('grouppost', 'discussion', 'topic', 1, 'tom', 'deux', 0, 11, '', 21, 'lea', 'group', 'off_topic', ''),
  ('plain', 'ads', 'bike', 2, 'lea', 'trois', 1, 12, '', NULL, '', '', '', ''),
  ('gone', 'ads', 'bike', 3, 'lea', '', 0, 13, 'author', NULL, '', '', '', '');
INSERT INTO discussion_edits (post_id, n, text, at) VALUES ('plain', 1, 'avant', 13);
INSERT INTO discussion_reports (id, post_id, reason, report_text, reporter_id, at, decided_at, decided_by) VALUES
  ('open', 'plain', 'insult', 'lisez', 'zoe', 14, NULL, ''), ('done', 'boxpost', 'insult', '', 'zoe', 15, 20, 'mod');
INSERT INTO discussion_named (post_id, at) VALUES ('plain', 16);
PRAGMA user_version = 49`)
	exec(t, path, old.String())
	db, err := store.Open(t.Context(), path, store.Options{Clock: storetest.NewClock()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	for query, want := range map[string]string{
		`SELECT group_concat(id || ':' || taken || ':' || hidden, ' ') FROM (SELECT * FROM discussion_posts ORDER BY at)`:                                      "boxpost::1 grouppost::1 plain::0 gone:author:0",
		`SELECT group_concat(thing_id || ':' || hidden_by || ':' || reason || ':' || in_place, ' ') FROM (SELECT * FROM moderation_hidings ORDER BY thing_id)`: "boxpost:mod:insult:0 grouppost:lea:off_topic:1",
		`SELECT group_concat(thing_id || ':' || reporter_id || ':' || (decided_at IS NULL), ' ') FROM (SELECT * FROM moderation_reports ORDER BY created_at)`:  "plain:zoe:1 boxpost:zoe:0",
		`SELECT module || '/' || thing_id FROM moderation_names`:                                                                                               "post/plain",
		`SELECT text FROM discussion_edits`: "avant",
	} {
		storetest.View(t, db, store.Actor{}, func(tx *store.Tx) error {
			if got, err := store.One(tx, store.Scan[string], query); err != nil || got != want {
				t.Errorf("%s: %q, %v, want %q", query, got, err, want)
			}
			return nil
		})
	}
}
