-- 0011_category: the kinds of things an operator may name, and the fields added to them.

-- The choices of a set ("directory.poi"). A key never changes and never goes: things keep it.
CREATE TABLE category_choices (
  set_name    TEXT    NOT NULL,                   -- directory.org, directory.place, …
  key         TEXT    NOT NULL,                   -- slug of its first name
  name        TEXT    NOT NULL,                   -- as shown; also the first tag of the cards that have it
  icon        TEXT    NOT NULL,                   -- of the sprite
  position    INTEGER NOT NULL,
  retired     INTEGER NOT NULL DEFAULT 0 CHECK (retired IN (0, 1)), -- not to be chosen any more
  merged_into TEXT    NOT NULL DEFAULT '',        -- key that stands for it since a merge
  PRIMARY KEY (set_name, key)
) STRICT, WITHOUT ROWID;

-- Merges, so that one can be taken back: which things had the key that went.
CREATE TABLE category_merges (
  id        INTEGER PRIMARY KEY,
  set_name  TEXT    NOT NULL,
  from_key  TEXT    NOT NULL,
  into_key  TEXT    NOT NULL,
  things    TEXT    NOT NULL,                     -- ids, one a line
  merged_at INTEGER NOT NULL,
  undone_at INTEGER                               -- NULL: it stands
) STRICT;
CREATE INDEX category_merges_set ON category_merges (set_name, id);

-- What an operator wants to know of every thing of a set. A retired field is
-- asked no more; what was answered stays with the things.
CREATE TABLE category_fields (
  set_name TEXT    NOT NULL,
  key      TEXT    NOT NULL,
  label    TEXT    NOT NULL,
  help     TEXT    NOT NULL,
  kind     TEXT    NOT NULL CHECK (kind IN ('text', 'long', 'number', 'yesno', 'choice')),
  choices  TEXT    NOT NULL,                      -- one a line
  public   INTEGER NOT NULL CHECK (public IN (0, 1)), -- 0 residents only
  required INTEGER NOT NULL CHECK (required IN (0, 1)),
  position INTEGER NOT NULL,
  retired  INTEGER NOT NULL DEFAULT 0 CHECK (retired IN (0, 1)),
  PRIMARY KEY (set_name, key)
) STRICT, WITHOUT ROWID;

INSERT INTO category_choices (set_name, key, name, icon, position) VALUES
  ('directory.org', 'association', 'association', 'users', 1),
  ('directory.org', 'commerce', 'commerce', 'store', 2),
  ('directory.org', 'artisan', 'artisan', 'hammer', 3),
  ('directory.org', 'entreprise', 'entreprise', 'building-2', 4),
  ('directory.org', 'ferme', 'ferme', 'tractor', 5),
  ('directory.org', 'sante', 'santé', 'stethoscope', 6),
  ('directory.org', 'collectivite', 'collectivité', 'landmark', 7),
  ('directory.org', 'service-public', 'service public', 'life-buoy', 8),
  ('directory.org', 'enseignement', 'enseignement', 'graduation-cap', 9),
  ('directory.org', 'cooperative', 'coopérative', 'handshake', 10),
  ('directory.org', 'groupe-informel', 'groupe informel', 'users-round', 11),

  ('directory.project', 'solidarite', 'solidarité', 'hand-heart', 1),
  ('directory.project', 'environnement', 'environnement', 'leaf', 2),
  ('directory.project', 'alimentation', 'jardin et alimentation', 'carrot', 3),
  ('directory.project', 'culture', 'culture et patrimoine', 'palette', 4),
  ('directory.project', 'travaux', 'travaux et équipement', 'construction', 5),
  ('directory.project', 'mobilite', 'mobilité', 'bike', 6),
  ('directory.project', 'energie', 'énergie', 'sun', 7),
  ('directory.project', 'numerique', 'numérique', 'monitor', 8),
  ('directory.project', 'projet-citoyen', 'projet citoyen', 'sprout', 9),

  ('directory.place', 'salle', 'salle', 'door-open', 1),
  ('directory.place', 'mairie', 'mairie', 'landmark', 2),
  ('directory.place', 'ecole', 'école', 'school', 3),
  ('directory.place', 'bibliotheque', 'bibliothèque', 'library', 4),
  ('directory.place', 'marche', 'marché', 'shopping-basket', 5),
  ('directory.place', 'terrain', 'terrain de sport', 'volleyball', 6),
  ('directory.place', 'aire-de-jeux', 'aire de jeux', 'toy-brick', 7),
  ('directory.place', 'parc', 'parc ou jardin', 'trees', 8),
  ('directory.place', 'tiers-lieu', 'tiers-lieu', 'coffee', 9),
  ('directory.place', 'maison-de-sante', 'maison de santé', 'hospital', 10),
  ('directory.place', 'lieu-de-culte', 'lieu de culte', 'church', 11),
  ('directory.place', 'patrimoine', 'patrimoine', 'castle', 12),
  ('directory.place', 'hebergement', 'hébergement', 'bed', 13),
  ('directory.place', 'camping', 'camping', 'tent', 14),
  ('directory.place', 'arret', 'gare ou arrêt', 'bus', 15),
  ('directory.place', 'autre-lieu', 'autre lieu', 'map-pin', 16),

  ('directory.poi', 'defibrillateur', 'défibrillateur', 'heart-pulse', 1),
  ('directory.poi', 'point-d-eau', 'point d''eau', 'droplets', 2),
  ('directory.poi', 'toilettes', 'toilettes', 'toilet', 3),
  ('directory.poi', 'boite-a-livres', 'boîte à livres', 'book-open', 4),
  ('directory.poi', 'composteur', 'composteur', 'sprout', 5),
  ('directory.poi', 'point-de-tri', 'point de tri', 'recycle', 6),
  ('directory.poi', 'banc', 'banc', 'armchair', 7),
  ('directory.poi', 'table', 'table de pique-nique', 'utensils', 8),
  ('directory.poi', 'sentier', 'sentier', 'footprints', 9),
  ('directory.poi', 'point-de-vue', 'point de vue', 'binoculars', 10),
  ('directory.poi', 'four-a-pain', 'four à pain', 'flame', 11),
  ('directory.poi', 'borne-de-recharge', 'borne de recharge', 'ev-charger', 12),
  ('directory.poi', 'covoiturage', 'aire de covoiturage', 'car', 13),
  ('directory.poi', 'velos', 'stationnement vélo', 'bike', 14),
  ('directory.poi', 'boite-aux-lettres', 'boîte aux lettres', 'mailbox', 15),
  ('directory.poi', 'affichage', 'panneau d''affichage', 'newspaper', 16),
  ('directory.poi', 'oeuvre', 'œuvre d''art', 'palette', 17),
  ('directory.poi', 'arbre', 'arbre remarquable', 'tree-deciduous', 18);
