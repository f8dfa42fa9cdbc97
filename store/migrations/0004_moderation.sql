-- 0004_moderation: what waits for a moderator, and what was decided.

-- What visitors propose, whole, until a moderator decides. Nothing of it is in
-- any list before.
CREATE TABLE moderation_proposals (
  id          TEXT    PRIMARY KEY,
  module      TEXT    NOT NULL,                   -- that will own it: agenda
  title       TEXT    NOT NULL,
  payload     TEXT    NOT NULL,                   -- JSON, the module's own; empty once purged
  follow_hash BLOB    NOT NULL UNIQUE,            -- SHA-256 of the proposer's follow-up code
  state       INTEGER NOT NULL CHECK (state IN (0, 1, 2)), -- 0 waits, 1 accepted, 2 refused
  reason      TEXT    NOT NULL,                   -- of a refusal, one of a list
  reason_text TEXT    NOT NULL,                   -- shown to the proposer
  thing_id    TEXT    NOT NULL,                   -- what it became
  created_at  INTEGER NOT NULL,
  decided_at  INTEGER,
  decided_by  TEXT    NOT NULL,                   -- account; empty while it waits
  CHECK ((state = 0) = (decided_at IS NULL))
) STRICT;
CREATE INDEX moderation_proposals_state ON moderation_proposals (state, created_at);

-- "Signaler": one of each person for each thing.
CREATE TABLE moderation_reports (
  id          TEXT    PRIMARY KEY,
  module      TEXT    NOT NULL,
  thing_id    TEXT    NOT NULL,
  reason      TEXT    NOT NULL,
  report_text TEXT    NOT NULL,
  reporter_id TEXT    NOT NULL,                   -- account; empty for a visitor
  created_at  INTEGER NOT NULL,
  decided_at  INTEGER,
  upheld      INTEGER CHECK (upheld IN (0, 1)),
  decided_by  TEXT    NOT NULL
) STRICT;
CREATE INDEX moderation_reports_open ON moderation_reports (module, thing_id) WHERE decided_at IS NULL;
CREATE UNIQUE INDEX moderation_reports_once ON moderation_reports (module, thing_id, reporter_id)
  WHERE reporter_id <> '' AND decided_at IS NULL;

-- What is hidden now, and why its author reads that it is.
CREATE TABLE moderation_hidings (
  module      TEXT    NOT NULL,
  thing_id    TEXT    NOT NULL,
  reason      TEXT    NOT NULL,
  reason_text TEXT    NOT NULL,
  hidden_at   INTEGER NOT NULL,
  hidden_by   TEXT    NOT NULL,
  PRIMARY KEY (module, thing_id)
) STRICT, WITHOUT ROWID;

-- The public log: what was done, of which kind, for which reason. No names.
CREATE TABLE moderation_entries (
  n      INTEGER PRIMARY KEY,
  at     INTEGER NOT NULL,
  act    TEXT    NOT NULL,
  kind   TEXT    NOT NULL,                        -- of the card or proposal
  reason TEXT    NOT NULL
) STRICT;
CREATE TRIGGER moderation_entries_keep BEFORE UPDATE ON moderation_entries BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER moderation_entries_stay BEFORE DELETE ON moderation_entries BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;

-- Where anonymous acts came from, as a keyed hash, for the limits; an hour or
-- a day, then gone.
CREATE TABLE moderation_sources (
  source BLOB    NOT NULL,                        -- HMAC-SHA-256 of the address
  act    TEXT    NOT NULL,
  at     INTEGER NOT NULL
) STRICT;
CREATE INDEX moderation_sources_act ON moderation_sources (source, act, at);
CREATE INDEX moderation_sources_at ON moderation_sources (at);

-- The key of those hashes; drawn again each day, so that old ones say nothing.
CREATE TABLE moderation_keys (
  one     INTEGER PRIMARY KEY CHECK (one = 1),
  key     BLOB    NOT NULL,
  made_at INTEGER NOT NULL
) STRICT;
