-- 0013_directory: who answers for an element, who belongs to it, who asks to.

CREATE TABLE directory_members (
  element_id TEXT    NOT NULL REFERENCES directory_elements ON DELETE CASCADE,
  account_id TEXT    NOT NULL,
  admin      INTEGER NOT NULL CHECK (admin IN (0, 1)),
  label      TEXT    NOT NULL,             -- "trésorière"; gives no permission
  note       TEXT    NOT NULL,             -- what the person wrote when asking; empty once a member
  shown      INTEGER NOT NULL CHECK (shown IN (0, 1, 2)), -- by name to nobody, residents, everybody here: the member decides
  state      TEXT    NOT NULL CHECK (state IN ('asked', 'member')),
  invited_by TEXT    NOT NULL,             -- empty when nobody did, or that person left
  joined_at  INTEGER NOT NULL,             -- or asked
  PRIMARY KEY (element_id, account_id),
  CHECK (admin = 0 OR state = 'member')
) STRICT, WITHOUT ROWID;
CREATE INDEX directory_members_account ON directory_members (account_id);

-- How an element takes people in and tells of them; without a row the kind decides.
CREATE TABLE directory_circles (
  element_id TEXT    PRIMARY KEY REFERENCES directory_elements ON DELETE CASCADE,
  joining    INTEGER NOT NULL CHECK (joining IN (0, 1)),  -- by invitation only; anybody may ask
  seen       INTEGER NOT NULL CHECK (seen IN (0, 1, 2))   -- members and their number, at most: to administrators, residents, everybody here
) STRICT, WITHOUT ROWID;

CREATE TABLE directory_invitations (
  id         TEXT    PRIMARY KEY,
  element_id TEXT    NOT NULL REFERENCES directory_elements ON DELETE CASCADE,
  code_hash  BLOB    NOT NULL UNIQUE,      -- SHA-256
  label      TEXT    NOT NULL,
  note       TEXT    NOT NULL,             -- for whom, as the inviter wrote it; empty once answered
  admin      INTEGER NOT NULL CHECK (admin IN (0, 1)),
  invited_by TEXT    NOT NULL,             -- empty when that person left
  used_by    TEXT    NOT NULL,             -- who accepted; empty before, and of who declined
  state      TEXT    NOT NULL CHECK (state IN ('pending', 'accepted', 'declined', 'revoked')),
  days       INTEGER NOT NULL,             -- how long a code is valid
  created_at INTEGER NOT NULL,
  printed_at INTEGER NOT NULL,             -- when its code was last made
  expires_at INTEGER NOT NULL,
  asked_at   INTEGER,                      -- its holder asked for a new one after it expired
  ended_at   INTEGER,                      -- answered or revoked
  CHECK ((state = 'pending') = (ended_at IS NULL))
) STRICT;
CREATE INDEX directory_invitations_element ON directory_invitations (element_id, created_at);
CREATE INDEX directory_invitations_inviter ON directory_invitations (invited_by) WHERE invited_by <> '';
CREATE INDEX directory_invitations_user ON directory_invitations (used_by) WHERE used_by <> '';
CREATE INDEX directory_invitations_over ON directory_invitations (coalesce(ended_at, expires_at));

CREATE TABLE directory_claims (
  id          TEXT    PRIMARY KEY,
  element_id  TEXT    NOT NULL REFERENCES directory_elements ON DELETE CASCADE,
  account_id  TEXT    NOT NULL,
  reason      TEXT    NOT NULL,
  state       TEXT    NOT NULL CHECK (state IN ('waiting', 'accepted', 'refused', 'withdrawn', 'passed')), -- passed: on to a new administrator
  answer      TEXT    NOT NULL,            -- of the moderator
  answered_by TEXT    NOT NULL,
  created_at  INTEGER NOT NULL,
  answered_at INTEGER,
  CHECK ((state = 'waiting') = (answered_at IS NULL))
) STRICT;
CREATE INDEX directory_claims_waiting ON directory_claims (created_at) WHERE state = 'waiting';
CREATE UNIQUE INDEX directory_claims_once ON directory_claims (element_id, account_id) WHERE state = 'waiting';
CREATE INDEX directory_claims_account ON directory_claims (account_id, created_at);
CREATE INDEX directory_claims_answerer ON directory_claims (answered_by) WHERE answered_by <> '';

-- Who did what in the name of an element, for its administrators and for
-- moderators; a year, then gone.
CREATE TABLE directory_acts (
  id         INTEGER PRIMARY KEY,
  element_id TEXT    NOT NULL REFERENCES directory_elements ON DELETE CASCADE,
  account_id TEXT    NOT NULL,             -- who acted; empty when that person left
  other_id   TEXT    NOT NULL,             -- the member it was about; empty for none, or when that person left
  act        TEXT    NOT NULL,
  module     TEXT    NOT NULL,             -- of the thing it was about; empty for none
  thing_id   TEXT    NOT NULL,
  title      TEXT    NOT NULL,             -- of that thing at the time
  at         INTEGER NOT NULL
) STRICT;
CREATE INDEX directory_acts_element ON directory_acts (element_id, id);
CREATE INDEX directory_acts_account ON directory_acts (account_id) WHERE account_id <> '';
CREATE INDEX directory_acts_other ON directory_acts (other_id) WHERE other_id <> '';
CREATE INDEX directory_acts_at ON directory_acts (at);

-- Cards nobody answers for, for the sheet of slips.
CREATE INDEX directory_elements_unclaimed ON directory_elements (name_key, id) WHERE claimed = 0 AND archived_at IS NULL;
