-- 0019_agenda: whether an event takes place, drafts, programmes.

ALTER TABLE agenda_events ADD COLUMN status TEXT NOT NULL DEFAULT 'confirmed' -- postponed: no new date yet
  CHECK (status IN ('confirmed', 'tentative', 'cancelled', 'postponed'));
UPDATE agenda_events SET status = 'cancelled' WHERE cancelled = 1;
ALTER TABLE agenda_events DROP COLUMN cancelled;
ALTER TABLE agenda_events RENAME COLUMN cancelled_reason TO reason; -- of a cancellation or postponement
ALTER TABLE agenda_events ADD COLUMN moved_from TEXT NOT NULL DEFAULT ''; -- on the wall: when it was to begin before it was postponed
ALTER TABLE agenda_events ADD COLUMN draft INTEGER NOT NULL DEFAULT 0 CHECK (draft IN (0, 1)); -- without a card
ALTER TABLE agenda_events ADD COLUMN publish_at INTEGER; -- when a draft is published by itself; null when it is not
ALTER TABLE agenda_events ADD COLUMN parent_id TEXT NOT NULL DEFAULT ''; -- the event whose programme it belongs to

CREATE INDEX agenda_events_parent ON agenda_events (parent_id, starts_at) WHERE parent_id <> '';
CREATE INDEX agenda_events_publish ON agenda_events (publish_at) WHERE publish_at IS NOT NULL;

-- How people take part in an event. Without a row nobody registers.
CREATE TABLE agenda_rolls (
  event_id  TEXT    PRIMARY KEY REFERENCES agenda_events ON DELETE CASCADE,
  capacity  INTEGER NOT NULL CHECK (capacity >= 0),            -- persons on each date; 0 for as many as come
  most      INTEGER NOT NULL CHECK (most BETWEEN 1 AND 20),    -- persons of one participation
  anonymous INTEGER NOT NULL CHECK (anonymous IN (0, 1)),      -- also who has no account, with a name only
  closed    INTEGER NOT NULL CHECK (closed IN (0, 1))          -- nobody new
) STRICT, WITHOUT ROWID;

CREATE TABLE agenda_participations (
  n          INTEGER PRIMARY KEY,           -- the order in which people asked
  id         TEXT    NOT NULL UNIQUE,
  event_id   TEXT    NOT NULL REFERENCES agenda_events ON DELETE CASCADE,
  date       TEXT    NOT NULL,              -- of a series the date, on the wall; otherwise empty
  account_id TEXT    NOT NULL,              -- empty: no account
  name       TEXT    NOT NULL,              -- of who has no account
  code_hash  BLOB    UNIQUE,                -- SHA-256 of what withdraws it; null of an account's
  persons    INTEGER NOT NULL CHECK (persons BETWEEN 1 AND 20),
  note       TEXT    NOT NULL,              -- to the organiser
  waiting    INTEGER NOT NULL CHECK (waiting IN (0, 1)),
  asked_at   INTEGER NOT NULL,
  ends_at    INTEGER NOT NULL               -- of the date: names are forgotten some time after
) STRICT;
CREATE INDEX agenda_participations_date ON agenda_participations (event_id, date, n);
CREATE UNIQUE INDEX agenda_participations_account ON agenda_participations (account_id, event_id, date) WHERE account_id <> '';
CREATE INDEX agenda_participations_ends ON agenda_participations (ends_at);
