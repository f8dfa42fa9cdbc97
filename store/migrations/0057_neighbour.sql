-- 0057_neighbour: which boxes this one looks for: near it, of its territory, or
-- named by its operators (PROTOCOL.md §6); and whether it is a hub.

-- What the operators chose. A box that holds others' cards already goes on
-- taking all it is offered until they choose: nothing goes without their word.
CREATE TABLE neighbour_scopes (
  one         INTEGER PRIMARY KEY CHECK (one = 1),
  radius      INTEGER NOT NULL DEFAULT 50 CHECK (radius BETWEEN 0 AND 500), -- kilometres around this box; 0: any distance
  kinds       TEXT    NOT NULL DEFAULT 'event',   -- kinds of cards whose words come ahead, with spaces between
  hub         INTEGER NOT NULL DEFAULT 0 CHECK (hub IN (0, 1)),
  departments TEXT    NOT NULL DEFAULT ''         -- of a hub: their codes, with spaces between; empty: all
) STRICT;
INSERT INTO neighbour_scopes (one, radius) SELECT 1, CASE WHEN EXISTS (SELECT 1 FROM neighbour_logs WHERE own = 0) THEN 0 ELSE 50 END;

-- The communes of this box's territory beside its own.
CREATE TABLE neighbour_communes (
  commune TEXT PRIMARY KEY                        -- INSEE code
) STRICT, WITHOUT ROWID;

-- Single boxes wanted wherever they lie.
CREATE TABLE neighbour_wishes (
  origin BLOB PRIMARY KEY CHECK (length(origin) = 32),
  name   TEXT NOT NULL                            -- as it was known
) STRICT, WITHOUT ROWID;

-- Boxes that vouches lead to and that lie outside, as their cards said when
-- they were looked at; nothing else is kept of them.
CREATE TABLE neighbour_outsiders (
  origin   BLOB PRIMARY KEY CHECK (length(origin) = 32),
  name     TEXT    NOT NULL,
  communes TEXT    NOT NULL,                      -- it says it is of, with spaces between
  points   TEXT    NOT NULL,                      -- it says it lies at, "lat,lon" in 1/100,000 degrees, with spaces between
  cards    INTEGER NOT NULL,                      -- live ones it had
  at       INTEGER NOT NULL                       -- when it was looked at
) STRICT, WITHOUT ROWID;
