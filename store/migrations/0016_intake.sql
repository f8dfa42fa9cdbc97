-- 0016_intake: files an operator brings, and what became of them.

-- A file that waits to be looked at, is being written, or was.
CREATE TABLE intake_runs (
  id         TEXT    PRIMARY KEY,        -- also the name of the file that waits
  format     TEXT    NOT NULL,
  file       TEXT    NOT NULL,           -- its name where it came from
  size       INTEGER NOT NULL,           -- bytes; 0 when it was not kept
  state      TEXT    NOT NULL CHECK (state IN ('waiting', 'writing', 'done', 'undone')),
  choices    TEXT    NOT NULL,           -- what the operator chose, as JSON
  started_by TEXT    NOT NULL,           -- account; empty: the command line, or has left
  position   INTEGER NOT NULL DEFAULT 0, -- things of the file that are written
  added      INTEGER NOT NULL DEFAULT 0,
  updated    INTEGER NOT NULL DEFAULT 0,
  unchanged  INTEGER NOT NULL DEFAULT 0,
  kept       INTEGER NOT NULL DEFAULT 0, -- claimed or edited here
  same       INTEGER NOT NULL DEFAULT 0, -- another card has the number
  refused    INTEGER NOT NULL DEFAULT 0,
  skipped    INTEGER NOT NULL DEFAULT 0,
  removed    INTEGER NOT NULL DEFAULT 0, -- by undoing
  created_at INTEGER NOT NULL,
  ended_at   INTEGER                     -- NULL until it is done
) STRICT;
CREATE INDEX intake_runs_created ON intake_runs (created_at);

-- The first lines of a run that were refused.
CREATE TABLE intake_faults (
  run_id TEXT    NOT NULL REFERENCES intake_runs ON DELETE CASCADE,
  n      INTEGER NOT NULL,               -- from 1
  line   INTEGER NOT NULL,
  reason TEXT    NOT NULL,
  detail TEXT    NOT NULL,
  PRIMARY KEY (run_id, n)
) STRICT, WITHOUT ROWID;

-- Events that came from a calendar, by their name there.
CREATE TABLE intake_events (
  source_id   TEXT    PRIMARY KEY,       -- UID
  event_id    TEXT    NOT NULL,
  run_id      TEXT    NOT NULL,          -- the import that made it
  sequence    INTEGER NOT NULL,          -- there (RFC 5545)
  hash        BLOB    NOT NULL,          -- SHA-256 of what was imported last
  imported_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX intake_events_run ON intake_events (run_id);

-- Better positions of communes than the ones built in, from a file.
CREATE TABLE listing_places (
  insee       TEXT    PRIMARY KEY,
  lat         INTEGER NOT NULL,          -- degrees × 100,000
  lon         INTEGER NOT NULL,
  imported_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
