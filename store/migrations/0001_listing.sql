-- The spine: one row for every searchable thing of this box and of its neighbours.

-- Boxes whose cards are kept here. Row 0 is this box: its commune, name and place.
CREATE TABLE listing_origins (
  origin_id INTEGER PRIMARY KEY,
  key       BLOB NOT NULL UNIQUE,         -- 32 bytes of PROTOCOL.md §1; empty for this box
  name      TEXT NOT NULL,
  commune   TEXT NOT NULL,                -- INSEE code, or x-…; empty until set up
  lat       INTEGER,                      -- degrees × 100,000
  lon       INTEGER,
  seen_at   INTEGER NOT NULL,             -- when it last told us something new
  CHECK ((lat IS NULL) = (lon IS NULL))
) STRICT;

INSERT INTO listing_origins (origin_id, key, name, commune, seen_at) VALUES (0, x'', '', '', 0);

CREATE TABLE listing_cards (
  card_id    INTEGER PRIMARY KEY,         -- grows with arrival: newest first is card_id descending
  origin_id  INTEGER NOT NULL REFERENCES listing_origins,
  module     TEXT NOT NULL,               -- owner of the thing; 'neighbour' for other origins
  id         TEXT NOT NULL,               -- store.NewID; also the id on the wire
  code       TEXT,                        -- short code of own things that are or were public
  kind       TEXT NOT NULL,
  title      TEXT NOT NULL,
  summary    TEXT NOT NULL,
  tags       TEXT NOT NULL,               -- as written, one a line
  commune    TEXT NOT NULL,
  lat        INTEGER,                     -- degrees × 100,000
  lon        INTEGER,
  starts_at  INTEGER,
  ends_at    INTEGER,                     -- exclusive; starts_at when there is no end
  flags      INTEGER NOT NULL,            -- PROTOCOL.md §2 key 15
  price      INTEGER,                     -- minor units of price_unit
  price_unit TEXT,
  expires_at INTEGER NOT NULL,            -- 253402300799 (year 9999) for never
  audience   INTEGER NOT NULL CHECK (audience IN (0, 1)), -- 0 everybody, 1 residents
  hidden     INTEGER NOT NULL CHECK (hidden IN (0, 1)),   -- by a moderator, reversibly
  rev        INTEGER NOT NULL,            -- last change told to neighbours; 0 when never public
  version    INTEGER NOT NULL,            -- grows with every change of this card
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  seen_by    INTEGER NOT NULL GENERATED ALWAYS AS (CASE WHEN hidden THEN 9 ELSE audience END) STORED, -- least role; 9 nobody
  UNIQUE (origin_id, id),
  CHECK ((lat IS NULL) = (lon IS NULL)),
  CHECK ((starts_at IS NULL) = (ends_at IS NULL)),
  CHECK (origin_id = 0 OR (audience = 0 AND rev = 0 AND code IS NULL))
) STRICT;

-- Each index carries what its counts and pages need, so that they never touch the rows they skip.
CREATE INDEX listing_cards_kind ON listing_cards (kind, card_id, seen_by, expires_at);
CREATE INDEX listing_cards_commune ON listing_cards (commune, card_id, seen_by, expires_at);
CREATE INDEX listing_cards_dates ON listing_cards (starts_at, card_id, ends_at, kind, seen_by, expires_at) WHERE starts_at IS NOT NULL;
CREATE INDEX listing_cards_span ON listing_cards (ends_at - starts_at) WHERE starts_at IS NOT NULL;
CREATE INDEX listing_cards_place ON listing_cards (lat, lon, card_id, kind, seen_by, expires_at) WHERE lat IS NOT NULL;
CREATE INDEX listing_cards_expiry ON listing_cards (expires_at, kind, seen_by) WHERE expires_at < 253402300799;
CREATE INDEX listing_cards_id ON listing_cards (id);
CREATE UNIQUE INDEX listing_cards_code ON listing_cards (code) WHERE code IS NOT NULL;
CREATE INDEX listing_cards_rev ON listing_cards (rev) WHERE rev > 0;

-- How many cards of each kind each role sees: exact totals without counting.
CREATE TABLE listing_counts (
  kind    TEXT NOT NULL,
  seen_by INTEGER NOT NULL,
  n       INTEGER NOT NULL,
  PRIMARY KEY (kind, seen_by)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER listing_cards_added AFTER INSERT ON listing_cards BEGIN
  INSERT INTO listing_counts VALUES (NEW.kind, NEW.seen_by, 1)
    ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER listing_cards_removed AFTER DELETE ON listing_cards BEGIN
  UPDATE listing_counts SET n = n - 1 WHERE kind = OLD.kind AND seen_by = OLD.seen_by;
END;
CREATE TRIGGER listing_cards_moved AFTER UPDATE OF kind, audience, hidden ON listing_cards BEGIN
  UPDATE listing_counts SET n = n - 1 WHERE kind = OLD.kind AND seen_by = OLD.seen_by;
  INSERT INTO listing_counts VALUES (NEW.kind, NEW.seen_by, 1)
    ON CONFLICT DO UPDATE SET n = n + 1;
END;

-- What a neighbour fetches by hash: schema.org names as JSON. Own cards only.
CREATE TABLE listing_bodies (
  card_id INTEGER PRIMARY KEY REFERENCES listing_cards ON DELETE CASCADE,
  body    TEXT NOT NULL
) STRICT;

-- Own cards that were public and are gone: neighbours have to hear of it, and
-- their short codes stay taken.
CREATE TABLE listing_withdrawals (
  id           TEXT PRIMARY KEY,
  rev          INTEGER NOT NULL UNIQUE,
  code         TEXT NOT NULL UNIQUE,
  erased       INTEGER NOT NULL CHECK (erased IN (0, 1)),
  withdrawn_at INTEGER NOT NULL
) STRICT;

-- The counter of own changes; one row.
CREATE TABLE listing_revs (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  rev INTEGER NOT NULL
) STRICT;

INSERT INTO listing_revs VALUES (1, 0);

-- Tags of each card under their folded canonical key.
CREATE TABLE listing_card_tags (
  tag     TEXT NOT NULL,
  card_id INTEGER NOT NULL REFERENCES listing_cards ON DELETE CASCADE,
  PRIMARY KEY (tag, card_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX listing_card_tags_card ON listing_card_tags (card_id);

-- Tags somebody gave other spellings; any other tag is its own canonical form.
CREATE TABLE listing_tags (
  tag  TEXT PRIMARY KEY,                  -- folded
  name TEXT NOT NULL                      -- as shown
) STRICT;

CREATE TABLE listing_aliases (
  alias TEXT PRIMARY KEY,                 -- folded
  name  TEXT NOT NULL,                    -- as shown
  tag   TEXT NOT NULL REFERENCES listing_tags
) STRICT;
CREATE INDEX listing_aliases_tag ON listing_aliases (tag);

-- Full text of every card, folded and stemmed by package listing before it gets here.
CREATE VIRTUAL TABLE listing_search USING fts5 (
  title, tags, body, marks,               -- marks: kind and who may see, so that counts need no join
  content = '', contentless_delete = 1, prefix = '2 3', tokenize = 'unicode61 remove_diacritics 0'
);
