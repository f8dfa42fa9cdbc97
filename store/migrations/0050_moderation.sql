-- Posts and comments are moderated as things with cards are: their reports and
-- hidings move to where those of all others stand.

-- Hidden by who moderates only where it stands, a group for one.
ALTER TABLE moderation_hidings ADD COLUMN in_place INTEGER NOT NULL DEFAULT 0 CHECK (in_place IN (0, 1));

-- Whether an old report was found right nobody wrote down.
INSERT INTO moderation_reports (id, module, thing_id, reason, report_text, reporter_id, created_at, decided_at, decided_by)
SELECT id, 'post', post_id, reason, report_text, reporter_id, at, decided_at, decided_by FROM discussion_reports;
DROP TABLE discussion_reports;

INSERT INTO moderation_hidings (module, thing_id, reason, reason_text, hidden_at, hidden_by, in_place)
SELECT 'post', id, reason, reason_text, hidden_at, hidden_by, hidden_in = 'group' FROM discussion_posts WHERE hidden_at IS NOT NULL;

-- What others wrote in which the name of somebody who left may stand: a
-- moderator looks at it (VP-1). Nothing says who it was.
CREATE TABLE moderation_names (
  module   TEXT    NOT NULL,
  thing_id TEXT    NOT NULL,
  at       INTEGER NOT NULL,
  PRIMARY KEY (module, thing_id)
) STRICT, WITHOUT ROWID;
INSERT INTO moderation_names (module, thing_id, at) SELECT 'post', post_id, at FROM discussion_named;
DROP TABLE discussion_named;

-- Of a post only that it is hidden stays with it, as with a card; and moderators
-- can take one away for good.
DROP INDEX discussion_posts_hider;
DROP INDEX discussion_posts_comments;
ALTER TABLE discussion_posts ADD COLUMN hidden INTEGER NOT NULL DEFAULT 0 CHECK (hidden IN (0, 1));
ALTER TABLE discussion_posts ADD COLUMN gone TEXT NOT NULL DEFAULT '' CHECK (gone IN ('', 'author', 'erased', 'moderator'));
UPDATE discussion_posts SET hidden = hidden_at IS NOT NULL, gone = taken;
ALTER TABLE discussion_posts DROP COLUMN hidden_at;
ALTER TABLE discussion_posts DROP COLUMN hidden_by;
ALTER TABLE discussion_posts DROP COLUMN hidden_in;
ALTER TABLE discussion_posts DROP COLUMN reason;
ALTER TABLE discussion_posts DROP COLUMN reason_text;
ALTER TABLE discussion_posts DROP COLUMN taken;
ALTER TABLE discussion_posts RENAME COLUMN gone TO taken;
CREATE INDEX discussion_posts_comments ON discussion_posts (at DESC, id DESC)
  WHERE module <> 'discussion' AND taken = '' AND hidden = 0;
