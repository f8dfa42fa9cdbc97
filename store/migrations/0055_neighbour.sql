-- 0055_neighbour: boxes vouch for one another, so that cards travel beyond the boxes they are linked with.

-- What origins say of other origins, in cards of their logs; of our own log
-- what our operators said.
CREATE TABLE neighbour_claims (
  log_id INTEGER NOT NULL REFERENCES neighbour_logs ON DELETE CASCADE,
  id     BLOB    NOT NULL,                        -- of the card
  kind   TEXT    NOT NULL CHECK (kind IN ('vouch', 'label')), -- label: its operators blocked it
  about  BLOB    NOT NULL CHECK (length(about) = 32), -- the origin spoken of
  name   TEXT    NOT NULL,                        -- what its author calls it
  gone   INTEGER NOT NULL DEFAULT 0 CHECK (gone IN (0, 1)), -- ours: taken back, the tombstone is still to be signed
  PRIMARY KEY (log_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX neighbour_claims_about ON neighbour_claims (about);

-- The origins this box carries, as links, vouches and blocks make it: 1 hop
-- linked, else one more than who vouches for it. Reckoned anew when they change.
CREATE TABLE neighbour_routes (
  origin BLOB PRIMARY KEY CHECK (length(origin) = 32),
  hops   INTEGER NOT NULL CHECK (hops BETWEEN 1 AND 8),
  via    BLOB    NOT NULL                         -- the origin that vouches for it; empty when linked
) STRICT, WITHOUT ROWID;
INSERT INTO neighbour_routes (origin, hops, via)
  SELECT origin, 1, x'' FROM neighbour_links WHERE state = 'paired' AND origin IS NOT NULL;

-- Origins an operator shut out, linked with or not.
CREATE TABLE neighbour_blocks (
  origin BLOB PRIMARY KEY CHECK (length(origin) = 32),
  name   TEXT    NOT NULL,                        -- as it was known
  at     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The blocks a linked box publishes hold here too.
ALTER TABLE neighbour_links ADD COLUMN labels INTEGER NOT NULL DEFAULT 0 CHECK (labels IN (0, 1));

-- How far an origin may be, and how often what is carried has grown: a cursor
-- in a neighbour's feed read under an older scope counts for nothing.
ALTER TABLE neighbour_publishers ADD COLUMN hop_limit INTEGER NOT NULL DEFAULT 3 CHECK (hop_limit BETWEEN 1 AND 8);
ALTER TABLE neighbour_publishers ADD COLUMN scope INTEGER NOT NULL DEFAULT 0;

-- Changed cards taken from an origin that are not paid off yet, as of an
-- instant; a day pays off a fixed number.
ALTER TABLE neighbour_logs ADD COLUMN changed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE neighbour_logs ADD COLUMN changed_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE neighbour_logs ADD COLUMN waits INTEGER NOT NULL DEFAULT 0 CHECK (waits IN (0, 1)); -- until enough is paid off
