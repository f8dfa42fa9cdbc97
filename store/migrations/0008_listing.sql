-- 0008_listing: what maps ask. Cards of a box with all that their filters need,
-- and cards that are nowhere.

DROP INDEX listing_cards_place;
CREATE INDEX listing_cards_place ON listing_cards (lat, lon, card_id, kind, seen_by, expires_at, starts_at, ends_at) WHERE lat IS NOT NULL;
CREATE INDEX listing_cards_nowhere ON listing_cards (card_id, kind, seen_by, expires_at, starts_at, ends_at) WHERE lat IS NULL;

-- Maps somebody made for a subject: filters of lists, colours, where to look.
CREATE TABLE listing_maps (
  id         TEXT    PRIMARY KEY,
  slug       TEXT    NOT NULL UNIQUE,     -- in addresses: defibrillateurs
  code       TEXT    NOT NULL UNIQUE,     -- short code, of the same set as those of cards
  title      TEXT    NOT NULL,
  note       TEXT    NOT NULL,
  filters    TEXT    NOT NULL,            -- as in the address of a list: tag=compost&radius_km=10
  colours    TEXT    NOT NULL,            -- one a line: a colour, a space, a tag
  lat        INTEGER,                     -- middle, degrees × 100,000; NULL to show all of it
  lon        INTEGER,
  zoom       INTEGER NOT NULL,
  author_id  TEXT    NOT NULL,            -- account; empty when they left
  removed    INTEGER NOT NULL CHECK (removed IN (0, 1)), -- only its address and code are kept, so that nothing else takes them
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  CHECK ((lat IS NULL) = (lon IS NULL))
) STRICT;
CREATE INDEX listing_maps_author ON listing_maps (author_id) WHERE removed = 0;
