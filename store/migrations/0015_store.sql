-- 0015_store: what the box does by itself, and when next.

CREATE TABLE store_jobs (
  name   TEXT    PRIMARY KEY,
  due_at INTEGER NOT NULL,                        -- not before
  ran_at INTEGER,                                 -- when it last changed something
  failed TEXT    NOT NULL DEFAULT '',             -- why the last try failed; empty: it did not
  since  INTEGER,                                 -- it fails since then
  CHECK ((failed = '') = (since IS NULL))
) STRICT, WITHOUT ROWID;
