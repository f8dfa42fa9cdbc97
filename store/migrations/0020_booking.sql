-- 0020_booking: rooms, goods to lend, and who has them when.

-- What can be booked: a room, several rooms opened into one, or some goods of
-- one sort.
CREATE TABLE booking_resources (
  id          TEXT    PRIMARY KEY,      -- also of its card
  kind        TEXT    NOT NULL CHECK (kind IN ('room', 'good')),
  name        TEXT    NOT NULL,
  description TEXT    NOT NULL,
  site        TEXT    NOT NULL,         -- where it is, as people say it; a place of the directory when there is one of this name
  capacity    INTEGER NOT NULL CHECK (capacity >= 0),            -- persons; 0: not said
  equipment   TEXT    NOT NULL,         -- one a line
  stock       INTEGER NOT NULL CHECK (stock BETWEEN 1 AND 10000), -- of goods; a room is 1
  before_min  INTEGER NOT NULL CHECK (before_min BETWEEN 0 AND 1440), -- kept free before each booking
  after_min   INTEGER NOT NULL CHECK (after_min BETWEEN 0 AND 1440),  -- and after
  who         TEXT    NOT NULL CHECK (who IN ('residents', 'managers')), -- who may ask
  validated   INTEGER NOT NULL CHECK (validated IN (0, 1)),  -- a manager answers each request
  text_again  INTEGER NOT NULL CHECK (text_again IN (0, 1)), -- also when only its words change
  zone        TEXT    NOT NULL,         -- IANA
  terms       TEXT    NOT NULL,         -- rules and tariffs as JSON; empty for none
  closed      INTEGER NOT NULL CHECK (closed IN (0, 1)),     -- nobody can book it any more
  longest     INTEGER NOT NULL,         -- seconds of its longest stretch ever: how far a search looks back
  created_at  INTEGER NOT NULL,
  updated_at  INTEGER NOT NULL
) STRICT;

-- A room that opens into others (by a partition, say), and these.
CREATE TABLE booking_parts (
  whole_id TEXT NOT NULL REFERENCES booking_resources ON DELETE CASCADE,
  part_id  TEXT NOT NULL REFERENCES booking_resources ON DELETE CASCADE,
  PRIMARY KEY (whole_id, part_id),
  CHECK (whole_id <> part_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX booking_parts_part ON booking_parts (part_id);

-- Who answers requests, beside the operators.
CREATE TABLE booking_managers (
  resource_id TEXT NOT NULL REFERENCES booking_resources ON DELETE CASCADE,
  account_id  TEXT NOT NULL,
  PRIMARY KEY (resource_id, account_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX booking_managers_account ON booking_managers (account_id);

-- Bookings of one request that repeats.
CREATE TABLE booking_series (
  id          TEXT    PRIMARY KEY,
  resource_id TEXT    NOT NULL REFERENCES booking_resources ON DELETE CASCADE,
  author_id   TEXT    NOT NULL,
  rule        TEXT    NOT NULL,         -- RRULE, RFC 5545 §3.3.10
  skip        TEXT    NOT NULL,         -- what it leaves out: "", "public", "school:C", both with a space
  created_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX booking_series_author ON booking_series (author_id) WHERE author_id <> '';

CREATE TABLE booking_bookings (
  id          TEXT    PRIMARY KEY,
  resource_id TEXT    NOT NULL REFERENCES booking_resources ON DELETE CASCADE,
  series_id   TEXT    REFERENCES booking_series ON DELETE SET NULL,
  author_id   TEXT    NOT NULL,         -- who asked; empty: has left
  holder      TEXT    NOT NULL,         -- for whom, when a manager wrote it down
  title       TEXT    NOT NULL,
  note        TEXT    NOT NULL,         -- to the managers
  private     INTEGER NOT NULL CHECK (private IN (0, 1)), -- plans say "occupied"
  people      INTEGER NOT NULL CHECK (people >= 0),
  units       INTEGER NOT NULL CHECK (units >= 1),        -- of goods
  class       TEXT    NOT NULL,         -- of the tariff and of the order of preference; empty for none
  package     TEXT    NOT NULL,         -- of the tariff; empty: the hours as they are
  starts      TEXT    NOT NULL,         -- on the wall, 2026-03-14T20:00
  ends        TEXT    NOT NULL,         -- exclusive
  zone        TEXT    NOT NULL,         -- IANA
  all_day     INTEGER NOT NULL CHECK (all_day IN (0, 1)),
  starts_at   INTEGER NOT NULL,
  ends_at     INTEGER NOT NULL CHECK (ends_at > starts_at),
  state       TEXT    NOT NULL CHECK (state IN ('asked', 'approved', 'refused', 'cancelled', 'queued', 'expired')),
  reason      TEXT    NOT NULL,         -- why it was refused or cancelled
  derogation  TEXT    NOT NULL,         -- why a manager set a rule aside
  was         TEXT    NOT NULL,         -- while a change waits for its answer: resource, starts, ends, all_day as JSON
  publish     INTEGER NOT NULL CHECK (publish IN (0, 1)), -- as an event of the agenda, once approved
  event_id    TEXT    NOT NULL,         -- that event; empty for none
  event_date  TEXT    NOT NULL,         -- which of its dates, as its series first had it; empty for its only one
  follows     INTEGER NOT NULL CHECK (follows IN (0, 1)), -- the event moves too when the change is approved
  answered_by TEXT    NOT NULL,         -- the manager
  asked_at    INTEGER NOT NULL,
  expires_at  INTEGER,                  -- of one that waits
  updated_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX booking_bookings_author ON booking_bookings (author_id, starts_at) WHERE author_id <> '';
CREATE INDEX booking_bookings_waiting ON booking_bookings (state, resource_id, starts_at) WHERE state IN ('asked', 'queued');
CREATE INDEX booking_bookings_series ON booking_bookings (series_id, starts_at) WHERE series_id IS NOT NULL;
CREATE INDEX booking_bookings_event ON booking_bookings (event_id) WHERE event_id <> '';
CREATE INDEX booking_bookings_expiry ON booking_bookings (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX booking_bookings_resource ON booking_bookings (resource_id, starts_at);

-- What a booking that holds takes: of its room, of the room's parts and of all
-- that these are parts of. A row for each, so that a conflict is one look-up.
CREATE TABLE booking_spans (
  booking_id  TEXT    NOT NULL REFERENCES booking_bookings ON DELETE CASCADE,
  resource_id TEXT    NOT NULL REFERENCES booking_resources ON DELETE CASCADE,
  old         INTEGER NOT NULL CHECK (old IN (0, 1)), -- where it stood, until a change is answered
  busy_from   INTEGER NOT NULL,         -- with what is kept free before
  busy_until  INTEGER NOT NULL,         -- with what is kept free after; exclusive
  from_at     INTEGER NOT NULL,
  until_at    INTEGER NOT NULL,
  units       INTEGER NOT NULL,
  PRIMARY KEY (booking_id, resource_id, old)
) STRICT, WITHOUT ROWID;
CREATE INDEX booking_spans_when ON booking_spans (resource_id, busy_from, busy_until, units);

-- One person asks another to change places.
CREATE TABLE booking_exchanges (
  id         TEXT    PRIMARY KEY,
  one_id     TEXT    NOT NULL REFERENCES booking_bookings ON DELETE CASCADE, -- of who asks
  other_id   TEXT    NOT NULL REFERENCES booking_bookings ON DELETE CASCADE,
  agreed     INTEGER NOT NULL CHECK (agreed IN (0, 1)), -- the other said yes; a manager answers
  asked_at   INTEGER NOT NULL,
  UNIQUE (one_id, other_id)
) STRICT;
CREATE INDEX booking_exchanges_other ON booking_exchanges (other_id);

-- What was done with a booking, and by whom.
CREATE TABLE booking_acts (
  id         INTEGER PRIMARY KEY,
  booking_id TEXT    NOT NULL REFERENCES booking_bookings ON DELETE CASCADE,
  account_id TEXT    NOT NULL,          -- empty: the box, or somebody who has left
  act        TEXT    NOT NULL,
  text       TEXT    NOT NULL,
  at         INTEGER NOT NULL
) STRICT;
CREATE INDEX booking_acts_booking ON booking_acts (booking_id, id);
CREATE INDEX booking_acts_account ON booking_acts (account_id) WHERE account_id <> '';
CREATE INDEX booking_acts_derogation ON booking_acts (at) WHERE act = 'derogation';

-- How bookings are handled; one row.
CREATE TABLE booking_rules (
  one  INTEGER PRIMARY KEY CHECK (one = 1),
  days INTEGER NOT NULL CHECK (days BETWEEN 1 AND 90) -- a request holds its hours so long without an answer
) STRICT;

INSERT INTO booking_rules VALUES (1, 10);
