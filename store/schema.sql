-- Made by `make schema` from the migrations; do not edit.

CREATE TRIGGER account_logs_keep BEFORE UPDATE ON account_logs BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;

CREATE TRIGGER account_logs_stay BEFORE DELETE ON account_logs BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;

CREATE TABLE account_acceptances (
  account_id  TEXT    NOT NULL REFERENCES account_people (id) ON DELETE CASCADE,
  version     INTEGER NOT NULL REFERENCES account_charters (version),
  accepted_at INTEGER NOT NULL,
  on_paper    INTEGER NOT NULL DEFAULT 0 CHECK (on_paper IN (0, 1)), -- an operator saw the signed sheet
  PRIMARY KEY (account_id, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE account_acts (
  id         INTEGER PRIMARY KEY,
  account_id TEXT    NOT NULL REFERENCES account_people (id) ON DELETE CASCADE,
  at         INTEGER NOT NULL,
  act        TEXT    NOT NULL
) STRICT;

CREATE TABLE account_boxes (
  id                INTEGER PRIMARY KEY CHECK (id = 1),
  card_id           TEXT    NOT NULL,             -- of the box's own public card
  setup_hash        BLOB,                         -- SHA-256 of the token of the phone that sets up; NULL before and after
  name              TEXT    NOT NULL DEFAULT '',  -- "La boîte de Valmorel-sur-Lère"
  insee             TEXT    NOT NULL DEFAULT '',  -- commune
  commune           TEXT    NOT NULL DEFAULT '',  -- its name
  lat               INTEGER NOT NULL DEFAULT 0,   -- WGS 84 × 100,000
  lon               INTEGER NOT NULL DEFAULT 0,
  place_confirmed   INTEGER NOT NULL DEFAULT 0 CHECK (place_confirmed IN (0, 1)),
  publisher         TEXT    NOT NULL DEFAULT '',  -- legal notice: who publishes
  publisher_address TEXT    NOT NULL DEFAULT '',
  publisher_phone   TEXT    NOT NULL DEFAULT '',
  director          TEXT    NOT NULL DEFAULT '',  -- director of publication
  host              TEXT    NOT NULL DEFAULT '',  -- who keeps the machine
  host_address      TEXT    NOT NULL DEFAULT '',
  host_phone        TEXT    NOT NULL DEFAULT '',
  contact           TEXT    NOT NULL DEFAULT '',  -- data protection contact
  recovery_hash     BLOB,                         -- SHA-256 of the recovery public key
  recovery_printed  INTEGER NOT NULL DEFAULT 0 CHECK (recovery_printed IN (0, 1)),
  done_at           INTEGER                       -- set up since; NULL until then
) STRICT;

CREATE TABLE account_charters (
  version      INTEGER PRIMARY KEY,
  body         TEXT    NOT NULL,
  published_at INTEGER                            -- NULL: a draft
) STRICT;

CREATE TABLE account_codes (
  account_id TEXT    NOT NULL REFERENCES account_people (id) ON DELETE CASCADE,
  number     INTEGER NOT NULL CHECK (number BETWEEN 1 AND 8),
  hash       TEXT    NOT NULL,                    -- argon2id
  used_at    INTEGER,
  PRIMARY KEY (account_id, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE account_erasures (
  id_hash   BLOB    PRIMARY KEY,                  -- SHA-256 of the account's id
  erased_on INTEGER NOT NULL,                     -- start of the day
  keep      INTEGER NOT NULL CHECK (keep IN (0, 1)) -- what they wrote stays, unnamed
) STRICT, WITHOUT ROWID;

CREATE TABLE account_logs (
  n    INTEGER PRIMARY KEY,
  at   INTEGER NOT NULL,
  act  TEXT    NOT NULL,
  hash BLOB    NOT NULL                           -- SHA-256(hash of n-1, n, at, act)
) STRICT;

CREATE TABLE account_people (
  id          TEXT    PRIMARY KEY,
  login       TEXT    NOT NULL UNIQUE,            -- folded: elodie.martin
  name        TEXT    NOT NULL,                   -- as shown; may repeat
  name_folded TEXT    NOT NULL,
  hamlet      TEXT    NOT NULL DEFAULT '',        -- tells two of one name apart
  role        INTEGER NOT NULL CHECK (role BETWEEN 1 AND 3),
  password    TEXT    NOT NULL DEFAULT '',        -- argon2id, PHC text; empty: none yet
  must_change INTEGER NOT NULL DEFAULT 0 CHECK (must_change IN (0, 1)),
  created_at  INTEGER NOT NULL
) STRICT;

CREATE TABLE account_sessions (
  token_hash  BLOB    PRIMARY KEY,                -- SHA-256 of the cookie
  id          TEXT    NOT NULL UNIQUE,            -- to name it on a page
  account_id  TEXT    NOT NULL REFERENCES account_people (id) ON DELETE CASCADE,
  device      TEXT    NOT NULL DEFAULT '',        -- "Firefox, Android"
  shared      INTEGER NOT NULL CHECK (shared IN (0, 1)),
  created_at  INTEGER NOT NULL,
  seen_at     INTEGER NOT NULL,                   -- to the day, for an operator to five minutes
  expires_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE account_slips (
  account_id TEXT    PRIMARY KEY REFERENCES account_people (id) ON DELETE CASCADE,
  hash       TEXT    NOT NULL,                    -- argon2id
  printed_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;

CREATE TABLE account_waits (
  id         INTEGER PRIMARY KEY CHECK (id = 1),
  started_at INTEGER NOT NULL,
  ends_at    INTEGER NOT NULL
) STRICT;

CREATE TABLE listing_cards (id TEXT PRIMARY KEY) STRICT;

CREATE INDEX account_acts_account ON account_acts (account_id, at);

CREATE INDEX account_people_name ON account_people (name_folded);

CREATE INDEX account_people_role ON account_people (role);

CREATE INDEX account_sessions_account ON account_sessions (account_id);
