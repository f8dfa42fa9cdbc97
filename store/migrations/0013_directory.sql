-- 0013_directory: who answers for an element, who belongs to it, who asks to.

CREATE TABLE directory_members (
  element_id TEXT    NOT NULL REFERENCES directory_elements ON DELETE CASCADE,
  account    TEXT    NOT NULL,
  admin      INTEGER NOT NULL CHECK (admin IN (0, 1)),
  label      TEXT    NOT NULL,             -- "trésorière"; gives no permission
  shown      INTEGER NOT NULL CHECK (shown IN (0, 1, 2)), -- to nobody, residents, everybody here
  state      TEXT    NOT NULL CHECK (state IN ('asked', 'member')),
  joined_at  INTEGER NOT NULL,
  PRIMARY KEY (element_id, account)
) STRICT, WITHOUT ROWID;
CREATE INDEX directory_members_account ON directory_members (account);

CREATE TABLE directory_invitations (
  id         TEXT    PRIMARY KEY,
  element_id TEXT    NOT NULL REFERENCES directory_elements ON DELETE CASCADE,
  code_hash  BLOB    NOT NULL UNIQUE,      -- SHA-256
  label      TEXT    NOT NULL,
  admin      INTEGER NOT NULL CHECK (admin IN (0, 1)),
  invited_by TEXT    NOT NULL,             -- empty when that person left
  used_by    TEXT    NOT NULL,             -- who accepted or declined; empty before
  state      TEXT    NOT NULL CHECK (state IN ('pending', 'accepted', 'declined', 'revoked')),
  created_at INTEGER NOT NULL,
  printed_at INTEGER NOT NULL,             -- when its code was last made
  expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX directory_invitations_element ON directory_invitations (element_id, state);

CREATE TABLE directory_claims (
  id          TEXT    PRIMARY KEY,
  element_id  TEXT    NOT NULL REFERENCES directory_elements ON DELETE CASCADE,
  account     TEXT    NOT NULL,
  reason      TEXT    NOT NULL,
  state       TEXT    NOT NULL CHECK (state IN ('waiting', 'accepted', 'refused', 'withdrawn')),
  answer      TEXT    NOT NULL,            -- of the moderator
  answered_by TEXT    NOT NULL,
  created_at  INTEGER NOT NULL,
  answered_at INTEGER
) STRICT;
CREATE INDEX directory_claims_waiting ON directory_claims (created_at) WHERE state = 'waiting';
CREATE UNIQUE INDEX directory_claims_once ON directory_claims (element_id, account) WHERE state = 'waiting';
