-- 0003_agenda: events. What repeats will come in tables of its own.

CREATE TABLE agenda_events (
  id               TEXT    PRIMARY KEY,           -- also of its card
  title            TEXT    NOT NULL,
  description      TEXT    NOT NULL,
  place            TEXT    NOT NULL,
  organiser        TEXT    NOT NULL,
  contact          TEXT    NOT NULL,              -- public: where to ask
  tags             TEXT    NOT NULL,              -- one a line
  lat              INTEGER,                       -- degrees × 100,000
  lon              INTEGER,
  starts           TEXT    NOT NULL,              -- on the wall: 2026-03-14T20:00
  ends             TEXT    NOT NULL,              -- empty without an end; of all-day events the day after the last
  zone             TEXT    NOT NULL,              -- IANA
  all_day          INTEGER NOT NULL CHECK (all_day IN (0, 1)),
  winter           INTEGER NOT NULL CHECK (winter IN (0, 1)), -- in the hour that comes twice, the second one
  starts_at        INTEGER NOT NULL,
  ends_at          INTEGER NOT NULL,              -- exclusive; starts_at without an end
  audience         INTEGER NOT NULL CHECK (audience IN (0, 1)), -- 0 residents, 1 everybody
  cancelled        INTEGER NOT NULL CHECK (cancelled IN (0, 1)),
  cancelled_reason TEXT    NOT NULL,
  author_id        TEXT    NOT NULL,              -- empty: a visitor's, or of somebody who left
  validated_by     TEXT    NOT NULL,              -- the moderator of a visitor's proposal
  sequence         INTEGER NOT NULL,              -- RFC 5545 SEQUENCE
  created_at       INTEGER NOT NULL,
  updated_at       INTEGER NOT NULL,
  CHECK ((lat IS NULL) = (lon IS NULL)),
  CHECK (ends_at >= starts_at)
) STRICT;
CREATE INDEX agenda_events_author ON agenda_events (author_id, starts_at);
CREATE INDEX agenda_events_validated ON agenda_events (validated_by) WHERE validated_by <> '';
