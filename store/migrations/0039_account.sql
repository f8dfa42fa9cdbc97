-- 0039_account: versions of the charter, who may not act, minors, and which
-- decision an act of the public log follows.

-- A version is "major.minor": a new major one is to be accepted again, a minor
-- one corrects and changes nothing.
ALTER TABLE account_charters ADD COLUMN major INTEGER NOT NULL DEFAULT 1 CHECK (major > 0);
ALTER TABLE account_charters ADD COLUMN minor INTEGER NOT NULL DEFAULT 0 CHECK (minor >= 0);
-- From this instant, who has not accepted it reads and no more; NULL for the
-- first, which is accepted before there is an account, and for a correction.
ALTER TABLE account_charters ADD COLUMN due_at INTEGER;
ALTER TABLE account_charters ADD COLUMN summary TEXT NOT NULL DEFAULT ''; -- what changes and why, in a few words

-- Who may sign in, read, take their data and leave, and nothing else, for some time.
CREATE TABLE account_suspensions (
  account_id TEXT    PRIMARY KEY REFERENCES account_people (id) ON DELETE CASCADE,
  from_at    INTEGER NOT NULL,
  until_at   INTEGER NOT NULL CHECK (until_at > from_at),
  reason     TEXT    NOT NULL                     -- in words, for the person
) STRICT;

-- Who is under 15. Nothing else about anybody's age is kept, and this until then.
CREATE TABLE account_minors (
  account_id TEXT    PRIMARY KEY REFERENCES account_people (id) ON DELETE CASCADE,
  month      TEXT    NOT NULL,                    -- of the 15th birthday, "2026-07"; empty once it has come
  agreed_at  INTEGER                              -- an operator saw the sheet a parent signed; NULL: not yet
) STRICT;

-- What an act of the public log follows from: a decision, loosely.
CREATE TABLE account_log_grounds (
  n      INTEGER PRIMARY KEY REFERENCES account_logs (n),
  module TEXT    NOT NULL,
  ref    TEXT    NOT NULL
) STRICT;
CREATE INDEX account_log_grounds_ref ON account_log_grounds (module, ref);
CREATE TRIGGER account_log_grounds_keep BEFORE UPDATE ON account_log_grounds BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER account_log_grounds_stay BEFORE DELETE ON account_log_grounds BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;

-- The recovery sheet opens an operator's account once, until an operator says
-- that it is under seal again.
ALTER TABLE account_boxes ADD COLUMN recovery_used_at INTEGER;

-- Statutes, internal rules and the like: texts people refer to and need not
-- accept. Every version stays.
CREATE TABLE account_texts (
  id           TEXT    NOT NULL,
  version      INTEGER NOT NULL,
  title        TEXT    NOT NULL,
  body         TEXT    NOT NULL,
  summary      TEXT    NOT NULL,                  -- what changes and why, in a few words
  published_at INTEGER NOT NULL,
  PRIMARY KEY (id, version)
) STRICT, WITHOUT ROWID;
