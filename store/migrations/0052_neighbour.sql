-- 0052_neighbour: what stands behind the cards of other boxes: their bodies,
-- and the pictures these name (PROTOCOL.md §§2, 5, 6).

-- What each live card of another box names by its hash. A card's body is named
-- by the card, its pictures by the body once that is here.
CREATE TABLE neighbour_mentions (
  log_id INTEGER NOT NULL,
  id     BLOB    NOT NULL,                        -- of the card
  role   INTEGER NOT NULL CHECK (role IN (0, 1, 2)), -- body, small picture, large picture
  place  INTEGER NOT NULL,                        -- among those of its role, from 0 on
  hash   BLOB    NOT NULL CHECK (length(hash) = 32),
  bytes  INTEGER NOT NULL,                        -- as the card or body says: what comes must be that long
  alt    TEXT    NOT NULL DEFAULT '',             -- of a picture: what it shows
  width  INTEGER NOT NULL DEFAULT 0,              -- of a picture, in pixels; 0: nobody said
  height INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (log_id, id, role, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX neighbour_mentions_hash ON neighbour_mentions (hash);

-- The bytes that are here, checked against their hash. Bodies lie in the row;
-- pictures are files of the data directory, named by their hash.
CREATE TABLE neighbour_copies (
  hash       BLOB    PRIMARY KEY CHECK (length(hash) = 32),
  bytes      INTEGER NOT NULL,
  body       BLOB,                                -- as received; NULL: a file
  plain      TEXT,                                -- the body as JSON, for pages; NULL for a file and what JSON cannot say
  fetched_at INTEGER NOT NULL,
  used_at    INTEGER NOT NULL                     -- somebody looked at it, to the day
) STRICT, WITHOUT ROWID;
CREATE INDEX neighbour_copies_used ON neighbour_copies (used_at, bytes);

-- Small pictures travel under a hash of their own.
ALTER TABLE photo_files ADD COLUMN thumb_hash TEXT NOT NULL DEFAULT ''; -- SHA-256 of the small picture; empty: not worked out yet
CREATE INDEX photo_files_thumb ON photo_files (thumb_hash);

-- Neighbours' cards that a moderator hid: what stands behind them is removed
-- and not fetched again.
CREATE INDEX listing_cards_hushed ON listing_cards (origin_id, id) WHERE hidden = 1;
