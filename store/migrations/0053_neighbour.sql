-- Bundles: what the maker of the last bundle taken here held when it made it
-- (its have-vector, PROTOCOL.md §11). The next bundle made for it begins there.
CREATE TABLE neighbour_vectors (
  producer BLOB    NOT NULL CHECK (length(producer) = 32),
  origin   BLOB    NOT NULL CHECK (length(origin) = 32),
  epoch    INTEGER NOT NULL,
  seq      INTEGER NOT NULL,
  PRIMARY KEY (producer, origin)
) STRICT, WITHOUT ROWID;
