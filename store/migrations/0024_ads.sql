-- 0024_ads: what people give, sell, lend, rent, swap, look for, and the work they offer.

CREATE TABLE ads_ads (
  id          TEXT    PRIMARY KEY,
  verb        TEXT    NOT NULL CHECK (verb IN ('give', 'sell', 'lend', 'rent', 'swap', 'job', 'seek')),
  title       TEXT    NOT NULL,
  text        TEXT    NOT NULL,
  category    TEXT    NOT NULL,                   -- key of the set ads.ad
  fields      TEXT    NOT NULL DEFAULT '{}',      -- to the operator's fields, by key
  price       INTEGER,                            -- cents or minutes; NULL with its unit when none was said
  price_unit  TEXT    CHECK (price_unit IN ('EUR', 'min', 'free', 'swap', 'ask')),
  per         TEXT    NOT NULL DEFAULT '' CHECK (per IN ('', 'hour', 'day', 'week', 'month')), -- what the price is for
  place       TEXT    NOT NULL,                   -- in words; may be empty
  lat         INTEGER,                            -- rough, degrees × 100,000; NULL with lon when it is the commune
  lon         INTEGER,
  audience    INTEGER NOT NULL CHECK (audience IN (0, 1)), -- as listing.Audience
  state       TEXT    NOT NULL CHECK (state IN ('available', 'reserved', 'waiting', 'gone', 'over')), -- waiting: a moderator looks first; gone: its author says so; over: its time has passed
  renewals    INTEGER NOT NULL DEFAULT 0,         -- since its words changed last
  warned      INTEGER NOT NULL DEFAULT 0 CHECK (warned IN (0, 1)), -- its author knows that it ends soon
  author_id   TEXT    NOT NULL,                   -- empty after they left, where an organisation answers for it
  expires_at  INTEGER NOT NULL,
  ended_at    INTEGER,                            -- of gone and over
  created_at  INTEGER NOT NULL,
  updated_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX ads_ads_author ON ads_ads (author_id, updated_at);
CREATE INDEX ads_ads_category ON ads_ads (category);
CREATE INDEX ads_ads_live ON ads_ads (expires_at) WHERE state IN ('available', 'reserved', 'waiting');
CREATE INDEX ads_ads_past ON ads_ads (ended_at) WHERE ended_at IS NOT NULL;

-- What the operator decides; one row.
CREATE TABLE ads_rules (
  one      INTEGER PRIMARY KEY CHECK (one = 1),
  days     INTEGER NOT NULL,                      -- an ad stands for
  renewals INTEGER NOT NULL                       -- without a change of its words
) STRICT;
INSERT INTO ads_rules (one, days, renewals) VALUES (1, 30, 3);

INSERT INTO category_choices (set_name, key, name, icon, position) VALUES
  ('ads.ad', 'maison', 'maison et mobilier', 'armchair', 1),
  ('ads.ad', 'cuisine', 'cuisine et électroménager', 'utensils', 2),
  ('ads.ad', 'bricolage', 'outils et bricolage', 'hammer', 3),
  ('ads.ad', 'materiaux', 'matériaux', 'construction', 4),
  ('ads.ad', 'jardin', 'jardin et plantes', 'sprout', 5),
  ('ads.ad', 'produits', 'produits de la ferme', 'carrot', 6),
  ('ads.ad', 'boissons', 'vins et boissons', 'coffee', 7),
  ('ads.ad', 'bois', 'bois de chauffage', 'flame', 8),
  ('ads.ad', 'agricole', 'matériel agricole', 'tractor', 9),
  ('ads.ad', 'animaux', 'animaux', 'paw-print', 10),
  ('ads.ad', 'velos', 'vélos', 'bike', 11),
  ('ads.ad', 'vehicules', 'autos et motos', 'car', 12),
  ('ads.ad', 'enfants', 'enfants et jouets', 'toy-brick', 13),
  ('ads.ad', 'vetements', 'vêtements', 'shopping-basket', 14),
  ('ads.ad', 'livres', 'livres et jeux', 'book-open', 15),
  ('ads.ad', 'musique', 'musique', 'music', 16),
  ('ads.ad', 'sport', 'sport et loisirs', 'volleyball', 17),
  ('ads.ad', 'chasse', 'chasse et pêche', 'trees', 18),
  ('ads.ad', 'informatique', 'informatique et téléphones', 'monitor', 19),
  ('ads.ad', 'sante', 'santé', 'heart-pulse', 20),
  ('ads.ad', 'logement', 'logement et locaux', 'bed', 21),
  ('ads.ad', 'travail', 'travail et services', 'handshake', 22),
  ('ads.ad', 'autre', 'autre annonce', 'star', 23);
