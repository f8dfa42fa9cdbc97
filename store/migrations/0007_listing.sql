-- 0007_listing: the territory. Zones and what lies in them, the communes cards
-- speak of, where the box looks first, the rounded homes of persons, and the
-- modules that are switched off.

-- Areas people of the village speak of: a commune, a grouping of communes, a
-- hamlet, a basin of life, a self-declared commune. They may overlap.
CREATE TABLE listing_zones (
  zone_id    INTEGER PRIMARY KEY,
  id         TEXT NOT NULL UNIQUE,        -- in addresses: pays-des-deux-rives
  name       TEXT NOT NULL,
  kind       TEXT NOT NULL,               -- see listing.ZoneKinds
  note       TEXT NOT NULL,
  shape      TEXT NOT NULL,               -- outline, GeoJSON MultiPolygon; empty without one
  south      INTEGER,                     -- the rectangle around it, degrees × 100,000
  north      INTEGER,
  west       INTEGER,
  east       INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  CHECK ((shape = '') = (south IS NULL) AND (shape = '') = (north IS NULL) AND (shape = '') = (west IS NULL) AND (shape = '') = (east IS NULL))
) STRICT;

CREATE TABLE listing_zone_communes (
  zone_id INTEGER NOT NULL REFERENCES listing_zones ON DELETE CASCADE,
  commune TEXT    NOT NULL,               -- INSEE code
  PRIMARY KEY (zone_id, commune)
) STRICT, WITHOUT ROWID;
CREATE INDEX listing_zone_communes_commune ON listing_zone_communes (commune, zone_id);

-- Cards somebody put into a zone or took out of it, whatever their place. By
-- id, so that a card that is withdrawn and comes back stays where it was put.
CREATE TABLE listing_zone_hands (
  zone_id   INTEGER NOT NULL REFERENCES listing_zones ON DELETE CASCADE,
  origin_id INTEGER NOT NULL REFERENCES listing_origins ON DELETE CASCADE,
  id        TEXT    NOT NULL,             -- of the card
  added     INTEGER NOT NULL CHECK (added IN (0, 1)), -- 0 taken out
  PRIMARY KEY (zone_id, origin_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX listing_zone_hands_card ON listing_zone_hands (origin_id, id);

-- Which cards lie in which zones, worked out at each change of either. It
-- carries what counts need, so that they never read the cards.
CREATE TABLE listing_zone_cards (
  zone_id    INTEGER NOT NULL REFERENCES listing_zones ON DELETE CASCADE,
  card_id    INTEGER NOT NULL REFERENCES listing_cards ON DELETE CASCADE,
  kind       TEXT    NOT NULL,
  seen_by    INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (zone_id, card_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX listing_zone_cards_card ON listing_zone_cards (card_id);

CREATE TRIGGER listing_zone_cards_moved AFTER UPDATE OF kind, audience, hidden, expires_at ON listing_cards BEGIN
  UPDATE listing_zone_cards SET kind = NEW.kind, seen_by = NEW.seen_by, expires_at = NEW.expires_at WHERE card_id = NEW.card_id;
END;

-- The communes that cards or zones speak of, copied from the program's list of
-- all communes; one it does not know has no name.
CREATE TABLE listing_communes (
  commune    TEXT PRIMARY KEY,            -- INSEE code, or x-…
  name       TEXT NOT NULL,
  slug       TEXT UNIQUE,                 -- in addresses: biars-sur-cere; NULL without a name
  department TEXT NOT NULL,               -- code: 46, 2A, 974
  population INTEGER NOT NULL,            -- 0 when unknown
  lat        INTEGER,                     -- degrees × 100,000
  lon        INTEGER,
  CHECK ((lat IS NULL) = (lon IS NULL))
) STRICT;

-- A card without a place of its own counts as being in its commune.
CREATE INDEX listing_cards_placeless ON listing_cards (commune, card_id, kind, seen_by, expires_at) WHERE lat IS NULL;

-- Where this box looks first: a zone, or a circle around it; one row.
CREATE TABLE listing_territories (
  one       INTEGER PRIMARY KEY CHECK (one = 1),
  zone_id   INTEGER REFERENCES listing_zones ON DELETE SET NULL,
  radius_km INTEGER CHECK (radius_km > 0)
) STRICT;
INSERT INTO listing_territories (one) VALUES (1);

-- The squares of about a kilometre that stand for persons' homes. Each is
-- worked out once and used again, so that many things posted from one home
-- tell no more than one does.
CREATE TABLE listing_homes (
  account_id TEXT    NOT NULL,
  lat        INTEGER NOT NULL,            -- of the square's centre, degrees × 100,000
  lon        INTEGER NOT NULL,
  made_at    INTEGER NOT NULL,
  PRIMARY KEY (account_id, lat, lon)
) STRICT, WITHOUT ROWID;

-- What an operator switched off on this box. Nothing is lost: the cards stay,
-- and no list shows them. A kind goes when no module that is on has it; where
-- modules share a kind, a module's own cards go.
CREATE TABLE listing_offs (
  sort TEXT NOT NULL CHECK (sort IN ('switch', 'kind', 'module')),
  name TEXT NOT NULL,
  PRIMARY KEY (sort, name)
) STRICT, WITHOUT ROWID;
