-- 0022_message: words between two parties about a thing. Only the two read
-- them, and a moderator what was reported and what stands around it.

CREATE TABLE message_threads (
  id         TEXT    PRIMARY KEY,
  module     TEXT    NOT NULL,      -- of the thing it is about
  thing_id   TEXT    NOT NULL,
  title      TEXT    NOT NULL,      -- of the thing, as it was when somebody last began from it
  last_n     INTEGER NOT NULL,      -- number of the last message
  last_at    INTEGER NOT NULL,
  started_at INTEGER NOT NULL
) STRICT;
CREATE INDEX message_threads_thing ON message_threads (module, thing_id);
CREATE INDEX message_threads_last ON message_threads (last_at);

-- The two parties: a person, or an organisation for which its administrators
-- read and answer. Both empty: a person who has left.
CREATE TABLE message_sides (
  thread_id  TEXT    NOT NULL REFERENCES message_threads ON DELETE CASCADE,
  side       INTEGER NOT NULL CHECK (side IN (0, 1)), -- 0 began
  account_id TEXT    NOT NULL,
  element_id TEXT    NOT NULL,
  cleared    INTEGER NOT NULL,      -- this side threw away the messages up to this number
  PRIMARY KEY (thread_id, side)
) STRICT, WITHOUT ROWID;
CREATE INDEX message_sides_account ON message_sides (account_id);
CREATE INDEX message_sides_element ON message_sides (element_id);

-- How many messages somebody has not opened. Theirs to know: the other side is
-- never told.
CREATE TABLE message_seats (
  thread_id  TEXT    NOT NULL REFERENCES message_threads ON DELETE CASCADE,
  account_id TEXT    NOT NULL,
  side       INTEGER NOT NULL CHECK (side IN (0, 1)),
  unread     INTEGER NOT NULL,
  PRIMARY KEY (thread_id, account_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX message_seats_account ON message_seats (account_id);

CREATE TABLE message_messages (
  thread_id  TEXT    NOT NULL REFERENCES message_threads ON DELETE CASCADE,
  n          INTEGER NOT NULL,      -- 1, 2, 3, …
  side       INTEGER NOT NULL CHECK (side IN (0, 1)),
  author_id  TEXT    NOT NULL,      -- who wrote it, also for an organisation; empty: has left
  text       TEXT    NOT NULL,      -- empty once it was taken away
  taken      TEXT    NOT NULL,      -- why it was taken away: "erased" with its author, or a moderator's reason; empty: it is there
  at         INTEGER NOT NULL,
  PRIMARY KEY (thread_id, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX message_messages_author ON message_messages (author_id, at);

-- Who wants no messages from whom; both are parties, as above.
CREATE TABLE message_blocks (
  account_id     TEXT    NOT NULL,
  element_id     TEXT    NOT NULL,
  barred_account TEXT    NOT NULL,
  barred_element TEXT    NOT NULL,
  at             INTEGER NOT NULL,
  PRIMARY KEY (account_id, element_id, barred_account, barred_element)
) STRICT, WITHOUT ROWID;
CREATE INDEX message_blocks_barred ON message_blocks (barred_account);

-- Messages somebody asked a moderator to read.
CREATE TABLE message_reports (
  id          TEXT    PRIMARY KEY,
  thread_id   TEXT    NOT NULL REFERENCES message_threads ON DELETE CASCADE,
  n           INTEGER NOT NULL,
  reason      TEXT    NOT NULL,
  report_text TEXT    NOT NULL,
  reporter_id TEXT    NOT NULL,     -- empty: has left
  at          INTEGER NOT NULL,
  decided_at  INTEGER,              -- null while it waits
  decided_by  TEXT    NOT NULL,
  UNIQUE (thread_id, n)
) STRICT;
CREATE INDEX message_reports_open ON message_reports (at) WHERE decided_at IS NULL;
CREATE INDEX message_reports_reporter ON message_reports (reporter_id);
