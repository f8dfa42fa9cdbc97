-- What groups talk about, and every post: of a topic, or about any other thing.

CREATE TABLE discussion_topics (
  id         TEXT    PRIMARY KEY,
  group_id   TEXT    NOT NULL,
  sort       TEXT    NOT NULL CHECK (sort IN ('discussion', 'announcement')),
  title      TEXT    NOT NULL,                   -- empty: its author took it along
  author_id  TEXT    NOT NULL,                   -- empty after they left
  pinned     INTEGER NOT NULL CHECK (pinned IN (0, 1)),
  closed_at  INTEGER,                            -- nobody replies from then on
  created_at INTEGER NOT NULL,
  last_at    INTEGER NOT NULL                    -- of its latest post
) STRICT;
CREATE INDEX discussion_topics_group ON discussion_topics (group_id, pinned DESC, last_at DESC, id);
CREATE INDEX discussion_topics_author ON discussion_topics (author_id, created_at);

-- Numbers of a thing's posts have no gaps: a post that is taken away leaves its
-- row, so that pages and quotes stay where they are.
CREATE TABLE discussion_posts (
  id          TEXT    PRIMARY KEY,
  module      TEXT    NOT NULL,                  -- of the thing it is about: a topic is of this module
  thing_id    TEXT    NOT NULL,
  n           INTEGER NOT NULL CHECK (n > 0),
  author_id   TEXT    NOT NULL,                  -- empty after they left
  text        TEXT    NOT NULL,                  -- empty once it was taken away
  quoted      INTEGER NOT NULL CHECK (quoted >= 0 AND quoted < n), -- number of the post it answers; 0: none
  at          INTEGER NOT NULL,
  edited_at   INTEGER,                           -- after the first minutes
  taken       TEXT    NOT NULL CHECK (taken IN ('', 'author', 'erased')),
  hidden_at   INTEGER,                           -- by a moderator
  hidden_by   TEXT    NOT NULL,                  -- empty after they left
  hidden_in   TEXT    NOT NULL CHECK (hidden_in IN ('', 'group', 'box')), -- whose moderator
  reason      TEXT    NOT NULL,
  reason_text TEXT    NOT NULL,
  UNIQUE (module, thing_id, n)
) STRICT;
CREATE INDEX discussion_posts_author ON discussion_posts (author_id, at);
CREATE INDEX discussion_posts_hider ON discussion_posts (hidden_by) WHERE hidden_by <> '';

-- What a post said before it was changed.
CREATE TABLE discussion_edits (
  post_id TEXT    NOT NULL REFERENCES discussion_posts (id) ON DELETE CASCADE,
  n       INTEGER NOT NULL,
  text    TEXT    NOT NULL,
  at      INTEGER NOT NULL,                      -- when it stopped saying it
  PRIMARY KEY (post_id, n)
) STRICT, WITHOUT ROWID;

-- Who is named in a post, and where in its text.
CREATE TABLE discussion_mentions (
  post_id    TEXT    NOT NULL REFERENCES discussion_posts (id) ON DELETE CASCADE,
  account_id TEXT    NOT NULL,
  starts     INTEGER NOT NULL,                   -- bytes
  ends       INTEGER NOT NULL,
  PRIMARY KEY (post_id, starts)
) STRICT, WITHOUT ROWID;
CREATE INDEX discussion_mentions_account ON discussion_mentions (account_id);

-- How far somebody has read a topic.
CREATE TABLE discussion_reads (
  account_id TEXT    NOT NULL,
  topic_id   TEXT    NOT NULL REFERENCES discussion_topics (id) ON DELETE CASCADE,
  n          INTEGER NOT NULL,
  PRIMARY KEY (account_id, topic_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX discussion_reads_topic ON discussion_reads (topic_id);

-- When somebody looked at what is new.
CREATE TABLE discussion_visits (
  account_id TEXT    PRIMARY KEY,
  since      INTEGER NOT NULL,                   -- what is newer is shown as new
  seen_at    INTEGER NOT NULL,
  read_at    INTEGER NOT NULL                    -- what was posted up to then counts as read
) STRICT, WITHOUT ROWID;

-- A quick question in a post. It decides nothing.
CREATE TABLE discussion_polls (
  post_id TEXT    PRIMARY KEY REFERENCES discussion_posts (id) ON DELETE CASCADE,
  until   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE discussion_options (
  post_id TEXT    NOT NULL REFERENCES discussion_polls (post_id) ON DELETE CASCADE,
  n       INTEGER NOT NULL,
  text    TEXT    NOT NULL,
  gone    INTEGER NOT NULL,                      -- answers of people who have left since
  PRIMARY KEY (post_id, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE discussion_picks (
  post_id    TEXT    NOT NULL REFERENCES discussion_polls (post_id) ON DELETE CASCADE,
  account_id TEXT    NOT NULL,
  n          INTEGER NOT NULL,
  PRIMARY KEY (post_id, account_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX discussion_picks_account ON discussion_picks (account_id);

-- Posts that somebody asked a moderator to read.
CREATE TABLE discussion_reports (
  id          TEXT    PRIMARY KEY,
  post_id     TEXT    NOT NULL REFERENCES discussion_posts (id) ON DELETE CASCADE,
  reason      TEXT    NOT NULL,
  report_text TEXT    NOT NULL,
  reporter_id TEXT    NOT NULL,                  -- empty after they left
  at          INTEGER NOT NULL,
  decided_at  INTEGER,
  decided_by  TEXT    NOT NULL
) STRICT;
CREATE UNIQUE INDEX discussion_reports_once ON discussion_reports (post_id, reporter_id) WHERE reporter_id <> '';
CREATE INDEX discussion_reports_open ON discussion_reports (post_id) WHERE decided_at IS NULL;
CREATE INDEX discussion_reports_person ON discussion_reports (reporter_id, at);

-- Posts of others in which the name of somebody who left may stand: a moderator
-- looks at them. Nothing says who it was.
CREATE TABLE discussion_named (
  post_id TEXT    PRIMARY KEY REFERENCES discussion_posts (id) ON DELETE CASCADE,
  at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
