-- 0012_directory: who is here, what exists, where.

CREATE TABLE directory_elements (
  id             TEXT    PRIMARY KEY,      -- also of its card
  kind           TEXT    NOT NULL CHECK (kind IN ('org', 'project', 'place', 'poi', 'person')),
  category       TEXT    NOT NULL,         -- key in the set directory.<kind> of package category; empty for none
  name           TEXT    NOT NULL,
  name_key       TEXT    NOT NULL,         -- folded, for duplicates
  brief          TEXT    NOT NULL,         -- one line
  description    TEXT    NOT NULL,
  street         TEXT    NOT NULL,         -- address within the commune
  commune        TEXT    NOT NULL,         -- INSEE code or x-…; empty: the box's own
  lat            INTEGER,                  -- degrees × 100,000; of a person rounded before it gets here
  lon            INTEGER,
  phone          TEXT    NOT NULL,
  email          TEXT    NOT NULL,
  website        TEXT    NOT NULL,
  hours          TEXT    NOT NULL,         -- opening_hours of OpenStreetMap where understood, else as written
  access         TEXT    NOT NULL,         -- how to get in, also with a wheelchair; where the key is
  capacity       INTEGER,                  -- persons
  equipment      TEXT    NOT NULL,         -- one a line
  rna            TEXT    NOT NULL,         -- W and nine characters
  siret          TEXT    NOT NULL,         -- 14 digits
  register       TEXT    NOT NULL,         -- number in the register of a tribunal (Alsace-Moselle)
  tags           TEXT    NOT NULL,         -- one a line, without the category
  fields         TEXT    NOT NULL,         -- custom fields as JSON: key to value
  residents_only TEXT    NOT NULL,         -- names of the fields visitors do not see, one a line
  withheld       TEXT    NOT NULL,         -- names of the fields nobody else sees, one a line
  audience       INTEGER NOT NULL CHECK (audience IN (0, 1, 2)), -- 0 residents, 1 everybody, 2 everybody here
  parent_id      TEXT    REFERENCES directory_elements ON DELETE SET NULL,
  author_id      TEXT    NOT NULL,         -- who made it; of a person the person; empty: imported, or has left
  claimed        INTEGER NOT NULL CHECK (claimed IN (0, 1)), -- 0: imported, nobody answers for it
  source         TEXT    NOT NULL,         -- of an import: rna, sirene, osm…; empty: written here
  source_id      TEXT    NOT NULL,         -- there
  source_hash    BLOB,                     -- SHA-256 of what was imported last
  source_at      INTEGER,                  -- when it was imported last
  run_id         TEXT    NOT NULL,         -- the import that made it
  verified_at    INTEGER NOT NULL,         -- when somebody last said that it is right
  reminded       INTEGER NOT NULL DEFAULT 0, -- reminders sent since
  archived_at    INTEGER,
  created_at     INTEGER NOT NULL,
  updated_at     INTEGER NOT NULL,
  CHECK ((lat IS NULL) = (lon IS NULL)),
  CHECK (kind <> 'person' OR audience <> 1)
) STRICT;
CREATE INDEX directory_elements_name ON directory_elements (name_key, kind, id);
CREATE INDEX directory_elements_parent ON directory_elements (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX directory_elements_author ON directory_elements (author_id) WHERE author_id <> '';
CREATE INDEX directory_elements_run ON directory_elements (run_id) WHERE run_id <> '';
CREATE INDEX directory_elements_rna ON directory_elements (rna) WHERE rna <> '';
CREATE INDEX directory_elements_siret ON directory_elements (siret) WHERE siret <> '';
CREATE INDEX directory_elements_archived ON directory_elements (archived_at) WHERE archived_at IS NOT NULL;
CREATE INDEX directory_elements_verified ON directory_elements (verified_at) WHERE archived_at IS NULL;
CREATE INDEX directory_elements_category ON directory_elements (kind, category);
CREATE UNIQUE INDEX directory_elements_source ON directory_elements (source, source_id) WHERE source <> '';
CREATE UNIQUE INDEX directory_elements_person ON directory_elements (author_id) WHERE kind = 'person' AND author_id <> '';

-- What an element has to do with things of other modules, and with other elements.
CREATE TABLE directory_links (
  element_id TEXT NOT NULL REFERENCES directory_elements ON DELETE CASCADE,
  role       TEXT NOT NULL CHECK (role IN ('organiser', 'place', 'partner')),
  module     TEXT NOT NULL,
  thing_id   TEXT NOT NULL,
  confirmed  INTEGER NOT NULL CHECK (confirmed IN (0, 1)), -- by the other side, where it has one
  PRIMARY KEY (element_id, role, module, thing_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX directory_links_thing ON directory_links (module, thing_id);

-- When elements are to be looked at again; one row.
CREATE TABLE directory_rules (
  one            INTEGER PRIMARY KEY CHECK (one = 1),
  months         INTEGER NOT NULL CHECK (months BETWEEN 1 AND 60),        -- after which the first reminder comes
  reminders      INTEGER NOT NULL CHECK (reminders BETWEEN 0 AND 12),
  days           INTEGER NOT NULL CHECK (days BETWEEN 1 AND 90),          -- between two reminders; so long after the last it is greyed
  archive_months INTEGER NOT NULL CHECK (archive_months BETWEEN 1 AND 60) -- after it was greyed
) STRICT;

INSERT INTO directory_rules VALUES (1, 6, 4, 14, 6);

-- Cards in the order of a dictionary. Those stored before get it wholly with
-- their next change; until then accents count.
ALTER TABLE listing_cards ADD COLUMN name_key TEXT NOT NULL DEFAULT '';
UPDATE listing_cards SET name_key = lower(title);
CREATE INDEX listing_cards_name ON listing_cards (name_key, card_id);
CREATE INDEX listing_cards_kind_name ON listing_cards (kind, name_key, card_id);
