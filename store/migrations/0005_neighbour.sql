-- 0005_neighbour: the boxes this one is linked with, the logs it holds, its own log.

-- Boxes an operator paired this one with, is pairing it with, or shut out.
CREATE TABLE neighbour_links (
  link_id       INTEGER PRIMARY KEY,
  peer          TEXT    NOT NULL UNIQUE,          -- libp2p peer id
  origin        BLOB    UNIQUE CHECK (length(origin) = 32), -- NULL until it has told
  name          TEXT    NOT NULL DEFAULT '',      -- of its commune, as it says
  commune       TEXT    NOT NULL DEFAULT '',      -- INSEE code or x-…, as it says
  state         TEXT    NOT NULL CHECK (state IN ('pairing', 'paired', 'blocked')),
  addresses     TEXT    NOT NULL DEFAULT '',      -- multiaddrs, one a line, last seen first
  feed          BLOB    NOT NULL DEFAULT x'',     -- its have-feed as last seen: id …
  feed_rev      INTEGER NOT NULL DEFAULT 0,       -- … and how far this box has read it
  covered_epoch INTEGER NOT NULL DEFAULT 0,       -- its receipt: how much of our own log it holds
  covered_seq   INTEGER NOT NULL DEFAULT 0,
  faults        INTEGER NOT NULL DEFAULT 0,       -- malformed or forged, since an operator last looked
  paired_at     INTEGER NOT NULL DEFAULT 0,
  contact_at    INTEGER NOT NULL DEFAULT 0        -- 0: never
) STRICT;

-- One row for each origin whose log is held, this box's own included. What
-- "main" is called in PROTOCOL.md §4: the records of one generation, equal to
-- the last verified head.
CREATE TABLE neighbour_logs (
  log_id       INTEGER PRIMARY KEY,
  origin       BLOB    NOT NULL UNIQUE CHECK (length(origin) = 32),
  own          INTEGER NOT NULL CHECK (own IN (0, 1)),
  listed       INTEGER NOT NULL DEFAULT 0,        -- origin_id in the listing; 0 for our own
  hops         INTEGER NOT NULL DEFAULT 0,        -- 0 our own, 1 from the origin itself
  epoch        INTEGER NOT NULL DEFAULT 0,        -- 0: no verified head yet
  seq          INTEGER NOT NULL DEFAULT 0,
  floor        INTEGER NOT NULL DEFAULT 0,
  count        INTEGER NOT NULL DEFAULT 0,
  head         BLOB    NOT NULL DEFAULT x'',      -- as received
  sig          BLOB    NOT NULL DEFAULT x'',
  generation   INTEGER NOT NULL DEFAULT 0,        -- of the records that are main
  rev          INTEGER NOT NULL DEFAULT 0,        -- of the have-feed, at the last change
  from_peer    TEXT    NOT NULL DEFAULT '',       -- who gave the head; it is not offered back
  confirmed_at INTEGER NOT NULL DEFAULT 0,        -- when a neighbour last had this head, or a newer one came
  relist       INTEGER NOT NULL DEFAULT 0 CHECK (relist IN (0, 1)),     -- the last pull did not add up
  over_quota   INTEGER NOT NULL DEFAULT 0 CHECK (over_quota IN (0, 1)), -- stays at its last head
  proof        BLOB    NOT NULL DEFAULT x''       -- a second head of the same number: frozen
) STRICT;
CREATE INDEX neighbour_logs_rev ON neighbour_logs (rev);

-- Statements E(1), E(2)… of each origin, with what proves them.
CREATE TABLE neighbour_epochs (
  log_id       INTEGER NOT NULL REFERENCES neighbour_logs ON DELETE CASCADE,
  n            INTEGER NOT NULL,
  statement    BLOB    NOT NULL,
  sig          BLOB    NOT NULL,
  previous_sig BLOB,
  recovery_key BLOB,
  recovery_sig BLOB,
  PRIMARY KEY (log_id, n)
) STRICT, WITHOUT ROWID;

-- The latest version of every card and tombstone, in the order it is served.
-- A pull under way writes the next generation; the swap makes it main without
-- touching its rows.
CREATE TABLE neighbour_records (
  log_id     INTEGER NOT NULL,
  generation INTEGER NOT NULL,
  seq        INTEGER NOT NULL,
  id         BLOB    NOT NULL,
  gone       INTEGER NOT NULL,                    -- PROTOCOL.md §2 key 12
  card       BLOB    NOT NULL,                    -- as received
  sig        BLOB    NOT NULL,
  hash       BLOB    NOT NULL,                    -- SHA-256 of card
  at         INTEGER NOT NULL,                    -- when it was written here
  PRIMARY KEY (log_id, generation, seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX neighbour_records_id ON neighbour_records (log_id, generation, id);

-- Pulls under way, one an origin.
CREATE TABLE neighbour_stagings (
  log_id     INTEGER PRIMARY KEY REFERENCES neighbour_logs ON DELETE CASCADE,
  epoch      INTEGER NOT NULL,
  upto       INTEGER NOT NULL,                    -- everything up to here has come
  relist     INTEGER NOT NULL CHECK (relist IN (0, 1)),
  generation INTEGER NOT NULL,
  from_peer  TEXT    NOT NULL,                    -- empty when several fed it, or one in several sessions
  cards      INTEGER NOT NULL
) STRICT;

-- The last 32 heads of each origin: the trail.
CREATE TABLE neighbour_heads (
  log_id INTEGER NOT NULL REFERENCES neighbour_logs ON DELETE CASCADE,
  epoch  INTEGER NOT NULL,
  seq    INTEGER NOT NULL,
  head   BLOB    NOT NULL,
  sig    BLOB    NOT NULL,
  PRIMARY KEY (log_id, epoch, seq)
) STRICT, WITHOUT ROWID;

-- Bodies of our own cards, for neighbours who ask by hash.
CREATE TABLE neighbour_bodies (
  id   BLOB PRIMARY KEY,                          -- of the card
  hash BLOB NOT NULL,
  body BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX neighbour_bodies_hash ON neighbour_bodies (hash);

-- The have-feed of this database and the state of its publisher; one row.
CREATE TABLE neighbour_publishers (
  one           INTEGER PRIMARY KEY CHECK (one = 1),
  feed          BLOB    NOT NULL CHECK (length(feed) = 8), -- random: a new one makes neighbours start at 0
  rev           INTEGER NOT NULL DEFAULT 0,
  inst          BLOB    NOT NULL CHECK (length(inst) = 8), -- PROTOCOL.md §3 key 8
  profile       BLOB    NOT NULL CHECK (length(profile) = 10), -- id of our profile card
  next_seq      INTEGER NOT NULL DEFAULT 1,
  published_rev INTEGER NOT NULL DEFAULT 0,       -- of the listing's changes
  head_at       INTEGER NOT NULL DEFAULT 0,
  running       INTEGER NOT NULL DEFAULT 0 CHECK (running IN (0, 1)) -- 1 at a start: the last stop was not clean
) STRICT;

INSERT INTO neighbour_publishers (one, feed, inst, profile) VALUES (1, randomblob(8), randomblob(8), randomblob(10));
