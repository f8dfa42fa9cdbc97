-- 0030_group: people who talk and decide together.

CREATE TABLE group_groups (
  id         TEXT    PRIMARY KEY,      -- also of its card
  name       TEXT    NOT NULL,
  name_key   TEXT    NOT NULL,         -- folded, for lists in order
  purpose    TEXT    NOT NULL,
  theme      TEXT    NOT NULL,
  reading    TEXT    NOT NULL CHECK (reading IN ('everybody', 'residents', 'members')),         -- who reads what is written in it
  seen       TEXT    NOT NULL CHECK (seen IN ('everybody', 'residents', 'members', 'keepers')), -- who sees its members and their number
  joining    TEXT    NOT NULL CHECK (joining IN ('free', 'asked', 'invited')),
  author_id  TEXT    NOT NULL,         -- who began it; empty: has left
  active_at  INTEGER NOT NULL,         -- when something was last written in it
  closed_at  INTEGER,                  -- nothing is written in it any more
  orphan_at  INTEGER,                  -- since when nobody keeps it
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX group_groups_author ON group_groups (author_id, created_at) WHERE author_id <> '';
CREATE INDEX group_groups_orphan ON group_groups (orphan_at) WHERE orphan_at IS NOT NULL;

-- Who belongs to a group, or asks to.
CREATE TABLE group_members (
  group_id   TEXT    NOT NULL REFERENCES group_groups ON DELETE CASCADE,
  account_id TEXT    NOT NULL,
  state      TEXT    NOT NULL CHECK (state IN ('asked', 'member')),
  role       INTEGER NOT NULL CHECK (role BETWEEN 1 AND 3), -- member, moderator, keeper
  label      TEXT    NOT NULL,         -- "trésorière"; gives no right
  note       TEXT    NOT NULL,         -- what the person wrote when asking; empty once a member
  silent     INTEGER NOT NULL CHECK (silent IN (0, 1)), -- named to nobody but the keepers: the member decides
  invited_by TEXT    NOT NULL,         -- empty: nobody, or has left
  joined_at  INTEGER NOT NULL,         -- or asked
  PRIMARY KEY (group_id, account_id),
  CHECK (role = 1 OR state = 'member')
) STRICT, WITHOUT ROWID;
CREATE INDEX group_members_account ON group_members (account_id);
CREATE INDEX group_members_inviter ON group_members (invited_by) WHERE invited_by <> '';

-- Who may not come back, whatever the joining is.
CREATE TABLE group_bans (
  group_id   TEXT    NOT NULL REFERENCES group_groups ON DELETE CASCADE,
  account_id TEXT    NOT NULL,
  reason     TEXT    NOT NULL,         -- told to the person and to the keepers
  keeper_id  TEXT    NOT NULL,         -- who decided; empty: has left
  at         INTEGER NOT NULL,
  PRIMARY KEY (group_id, account_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX group_bans_account ON group_bans (account_id);
CREATE INDEX group_bans_keeper ON group_bans (keeper_id) WHERE keeper_id <> '';

CREATE TABLE group_invitations (
  id         TEXT    PRIMARY KEY,
  group_id   TEXT    NOT NULL REFERENCES group_groups ON DELETE CASCADE,
  code_hash  BLOB    UNIQUE,           -- SHA-256; NULL of one made in the box for an account
  guest_id   TEXT    NOT NULL,         -- the account it is for; empty: whoever holds the code
  label      TEXT    NOT NULL,
  note       TEXT    NOT NULL,         -- for whom, as the inviter wrote it; empty once answered, or after thirty days
  invited_by TEXT    NOT NULL,         -- empty: has left
  used_by    TEXT    NOT NULL,         -- who accepted; empty before, and of who declined
  state      TEXT    NOT NULL CHECK (state IN ('pending', 'accepted', 'declined', 'revoked')),
  days       INTEGER NOT NULL CHECK (days BETWEEN 1 AND 30),
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  asked_at   INTEGER,                  -- its holder asked for a new one after it expired
  ended_at   INTEGER,                  -- answered or revoked
  CHECK ((state = 'pending') = (ended_at IS NULL)),
  CHECK ((code_hash IS NULL) = (guest_id <> ''))
) STRICT;
CREATE INDEX group_invitations_group ON group_invitations (group_id, created_at);
CREATE INDEX group_invitations_guest ON group_invitations (guest_id) WHERE guest_id <> '';
CREATE INDEX group_invitations_inviter ON group_invitations (invited_by) WHERE invited_by <> '';
CREATE INDEX group_invitations_user ON group_invitations (used_by) WHERE used_by <> '';
CREATE INDEX group_invitations_over ON group_invitations (coalesce(ended_at, expires_at));
CREATE INDEX group_invitations_noted ON group_invitations (created_at) WHERE note <> '';

-- What the keepers did, for the members; a year, then gone.
CREATE TABLE group_acts (
  id         INTEGER PRIMARY KEY,
  group_id   TEXT    NOT NULL REFERENCES group_groups ON DELETE CASCADE,
  account_id TEXT    NOT NULL,         -- who acted; empty: has left
  other_id   TEXT    NOT NULL,         -- whom it was about; empty: nobody, or has left
  act        TEXT    NOT NULL,
  at         INTEGER NOT NULL
) STRICT;
CREATE INDEX group_acts_group ON group_acts (group_id, id);
CREATE INDEX group_acts_account ON group_acts (account_id) WHERE account_id <> '';
CREATE INDEX group_acts_other ON group_acts (other_id) WHERE other_id <> '';
CREATE INDEX group_acts_at ON group_acts (at);

-- A group of groups: which groups are in which.
CREATE TABLE group_parts (
  group_id TEXT    NOT NULL REFERENCES group_groups ON DELETE CASCADE, -- the group of groups
  part_id  TEXT    NOT NULL REFERENCES group_groups ON DELETE CASCADE,
  agreed   INTEGER NOT NULL CHECK (agreed IN (0, 1)), -- 0: invited, its keepers have not said
  at       INTEGER NOT NULL,
  PRIMARY KEY (group_id, part_id),
  CHECK (group_id <> part_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX group_parts_part ON group_parts (part_id);

-- Who speaks for a group in a group of groups.
CREATE TABLE group_delegates (
  group_id   TEXT NOT NULL,
  part_id    TEXT NOT NULL,
  account_id TEXT NOT NULL,
  PRIMARY KEY (group_id, part_id, account_id),
  FOREIGN KEY (group_id, part_id) REFERENCES group_parts ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX group_delegates_account ON group_delegates (account_id);

-- A question a group of groups puts to its groups.
CREATE TABLE group_inquiries (
  id         TEXT    PRIMARY KEY,
  group_id   TEXT    NOT NULL REFERENCES group_groups ON DELETE CASCADE,
  question   TEXT    NOT NULL,
  text       TEXT    NOT NULL,
  rule       TEXT    NOT NULL CHECK (rule IN ('unanimity', 'majority', 'members')), -- said before, and never changed
  author_id  TEXT    NOT NULL,         -- empty: has left
  until      INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX group_inquiries_group ON group_inquiries (group_id, created_at);
CREATE INDEX group_inquiries_author ON group_inquiries (author_id) WHERE author_id <> '';

-- The groups it was put to, as they were then, and what each answered.
CREATE TABLE group_answers (
  inquiry_id  TEXT    NOT NULL REFERENCES group_inquiries ON DELETE CASCADE,
  part_id     TEXT    NOT NULL,        -- its name is kept: a group may leave, or be gone
  name        TEXT    NOT NULL,
  weight      INTEGER NOT NULL CHECK (weight >= 0), -- its members when it was asked
  answer      TEXT    NOT NULL CHECK (answer IN ('', 'yes', 'no', 'abstain')), -- empty: none yet
  account_id  TEXT    NOT NULL,        -- of the delegate; empty: none yet, or has left
  answered_at INTEGER,
  PRIMARY KEY (inquiry_id, part_id),
  CHECK ((answer = '') = (answered_at IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX group_answers_account ON group_answers (account_id) WHERE account_id <> '';
