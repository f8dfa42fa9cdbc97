-- 0062_neighbour: which erasures of our own linked boxes have confirmed (PROTOCOL.md §8).

-- No word of what was erased: an id is random and says nothing.
CREATE TABLE neighbour_erasures (
  n       INTEGER PRIMARY KEY,                     -- in the order they were published
  id      BLOB    NOT NULL UNIQUE CHECK (length(id) = 10), -- of the card
  epoch   INTEGER NOT NULL,                        -- of the tombstone: a Have that goes as far confirms it …
  seq     INTEGER NOT NULL,
  at      INTEGER NOT NULL,                        -- by this box's clock
  quality INTEGER NOT NULL,                        -- how far that clock was to be trusted, as store.ClockQuality
  ran     INTEGER NOT NULL                         -- seconds this box had run
) STRICT;
