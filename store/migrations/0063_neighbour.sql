-- 0063_neighbour: territories that boxes publish and adopt (PROTOCOL.md §6).

-- The territory cards of other boxes' logs. What lies in one is in its body.
CREATE TABLE neighbour_territories (
  log_id INTEGER NOT NULL REFERENCES neighbour_logs ON DELETE CASCADE,
  id     BLOB    NOT NULL CHECK (length(id) = 10),   -- of the card
  name   TEXT    NOT NULL,
  hash   BLOB    NOT NULL CHECK (length(hash) = 32), -- of the body: another hash is another version
  at     INTEGER NOT NULL,                           -- this version came here
  PRIMARY KEY (log_id, id)
) STRICT, WITHOUT ROWID;

-- A zone that is published has the id of its card, an adopted one says whose
-- copy it is.
ALTER TABLE listing_zones ADD COLUMN card TEXT;           -- while neighbours may see it
ALTER TABLE listing_zones ADD COLUMN source_origin BLOB CHECK (length(source_origin) = 32);
ALTER TABLE listing_zones ADD COLUMN source_card TEXT;    -- of that origin
ALTER TABLE listing_zones ADD COLUMN source_version BLOB CHECK (length(source_version) = 32); -- hash of the body that was copied
ALTER TABLE listing_zones ADD COLUMN source_box TEXT;     -- what the origin was called then
ALTER TABLE listing_zones ADD COLUMN source_at INTEGER;   -- the copy was made
