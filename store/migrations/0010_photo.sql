-- 0010_photo: photos of things of any module. The pictures themselves are
-- files in the data directory, named by their hash.

CREATE TABLE photo_files (
  hash         TEXT    PRIMARY KEY,           -- SHA-256 of the large picture, hexadecimal: its name on the card and on the wire
  bytes        INTEGER NOT NULL,              -- of the large picture, 1280 pixels
  thumb_bytes  INTEGER NOT NULL,              -- of the small one, 320 pixels
  width        INTEGER NOT NULL,
  height       INTEGER NOT NULL,
  thumb_width  INTEGER NOT NULL,
  thumb_height INTEGER NOT NULL,
  uses         INTEGER NOT NULL,              -- rows of photo_uses; at 0 the files go, then the row
  created_at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX photo_files_unused ON photo_files (hash) WHERE uses = 0;

CREATE TABLE photo_uses (
  id         TEXT    PRIMARY KEY,
  module     TEXT    NOT NULL,                -- of the thing it hangs on
  thing_id   TEXT    NOT NULL,
  hash       TEXT    NOT NULL REFERENCES photo_files (hash),
  position   INTEGER NOT NULL,                -- from 0 on, without gaps; 0 is the one lists show
  alt        TEXT    NOT NULL,                -- what it shows, for who cannot see it; empty: it only decorates
  author_id  TEXT    NOT NULL,                -- who hung it; empty after they left
  created_at INTEGER NOT NULL,
  UNIQUE (thing_id, module, hash)
) STRICT;
CREATE INDEX photo_uses_place ON photo_uses (thing_id, module, position);
CREATE INDEX photo_uses_hash ON photo_uses (hash);
CREATE INDEX photo_uses_author ON photo_uses (author_id) WHERE author_id <> '';
