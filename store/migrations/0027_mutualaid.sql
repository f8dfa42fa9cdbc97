-- 0027_mutualaid: rosters and who takes which shift, chores of the village, the
-- list of isolated persons.

CREATE TABLE mutualaid_rosters (
  id         TEXT    PRIMARY KEY,           -- also of its card
  title      TEXT    NOT NULL,
  text       TEXT    NOT NULL,
  place      TEXT    NOT NULL,
  starts     TEXT    NOT NULL,              -- the first shift, on the wall: 2026-03-14T09:00
  minutes    INTEGER NOT NULL CHECK (minutes BETWEEN 15 AND 1440), -- how long a shift lasts
  zone       TEXT    NOT NULL,              -- IANA
  rule       TEXT    NOT NULL,              -- RRULE; empty: one shift
  skip       TEXT    NOT NULL CHECK (json_valid(skip)), -- holidays without shifts: {"public":true,"alsace":true,"school":"C"}
  places     INTEGER NOT NULL CHECK (places BETWEEN 1 AND 50), -- persons a shift needs
  audience   INTEGER NOT NULL CHECK (audience IN (0, 1)), -- 0 residents, 1 everybody
  closed     INTEGER NOT NULL CHECK (closed IN (0, 1)),   -- nobody new
  author_id  TEXT    NOT NULL,              -- empty after its author left
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX mutualaid_rosters_author ON mutualaid_rosters (author_id) WHERE author_id <> '';

-- What is different on one shift; the others have no row.
CREATE TABLE mutualaid_shifts (
  roster_id TEXT    NOT NULL REFERENCES mutualaid_rosters ON DELETE CASCADE,
  date      TEXT    NOT NULL,               -- on the wall
  places    INTEGER NOT NULL CHECK (places BETWEEN 0 AND 50), -- 0: as the others
  cancelled INTEGER NOT NULL CHECK (cancelled IN (0, 1)),
  note      TEXT    NOT NULL,               -- what those who come should know
  PRIMARY KEY (roster_id, date)
) STRICT, WITHOUT ROWID;

-- Who comes to which shift.
CREATE TABLE mutualaid_turns (
  id         TEXT    PRIMARY KEY,
  roster_id  TEXT    NOT NULL REFERENCES mutualaid_rosters ON DELETE CASCADE,
  date       TEXT    NOT NULL,              -- of the shift, on the wall
  starts_at  INTEGER NOT NULL,
  ends_at    INTEGER NOT NULL CHECK (ends_at > starts_at), -- exclusive
  account_id TEXT    NOT NULL,              -- who answers for it, until somebody else accepts
  offer      INTEGER NOT NULL CHECK (offer IN (0, 1, 2)), -- 0 keeps it, 1 to whoever wants it, 2 to offered_to
  offered_to TEXT    NOT NULL,              -- the account it is proposed to
  against    TEXT    NOT NULL,              -- the turn of theirs it is to be swapped with; empty for none
  reminded   INTEGER NOT NULL CHECK (reminded IN (0, 1)),
  taken_at   INTEGER NOT NULL,
  CHECK ((offer = 2) = (offered_to <> '')),
  UNIQUE (roster_id, date, account_id)
) STRICT;
CREATE INDEX mutualaid_turns_account ON mutualaid_turns (account_id, ends_at);
CREATE INDEX mutualaid_turns_offered ON mutualaid_turns (offered_to) WHERE offered_to <> '';
CREATE INDEX mutualaid_turns_remind ON mutualaid_turns (starts_at) WHERE reminded = 0;
CREATE INDEX mutualaid_turns_ends ON mutualaid_turns (ends_at);

-- Tasks of the village that somebody takes on.
CREATE TABLE mutualaid_chores (
  id          TEXT    PRIMARY KEY,          -- also of its card
  title       TEXT    NOT NULL,
  text        TEXT    NOT NULL,
  place       TEXT    NOT NULL,
  contact     TEXT    NOT NULL,             -- shown to people with an account
  tags        TEXT    NOT NULL,             -- one a line
  day         TEXT    NOT NULL,             -- by when, "2026-03-14"; empty: when somebody can
  minutes     INTEGER NOT NULL CHECK (minutes BETWEEN 0 AND 6000), -- of work for each; 0: not said
  hands       INTEGER NOT NULL CHECK (hands BETWEEN 1 AND 50),     -- persons it needs
  again_every INTEGER NOT NULL CHECK (again_every BETWEEN 0 AND 366), -- days after it was done; 0: once
  audience    INTEGER NOT NULL CHECK (audience IN (0, 1)), -- 0 residents, 1 everybody
  done_at     INTEGER,                      -- null while it is to do; of what repeats never set
  last_done   INTEGER,                      -- of what repeats, the last time
  author_id   TEXT    NOT NULL,             -- empty after its author left
  created_at  INTEGER NOT NULL,
  updated_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX mutualaid_chores_author ON mutualaid_chores (author_id) WHERE author_id <> '';
CREATE INDEX mutualaid_chores_board ON mutualaid_chores (day, id) WHERE done_at IS NULL;
CREATE INDEX mutualaid_chores_done ON mutualaid_chores (done_at) WHERE done_at IS NOT NULL;

CREATE TABLE mutualaid_hands (
  chore_id   TEXT    NOT NULL REFERENCES mutualaid_chores ON DELETE CASCADE,
  account_id TEXT    NOT NULL,
  taken_at   INTEGER NOT NULL,
  PRIMARY KEY (chore_id, account_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX mutualaid_hands_account ON mutualaid_hands (account_id);

-- The two persons who may read the list of isolated persons. The box holds what
-- seals for them, and what opens only closed with a phrase it does not keep.
CREATE TABLE mutualaid_referents (
  seat       INTEGER PRIMARY KEY CHECK (seat IN (1, 2)),
  account_id TEXT    NOT NULL UNIQUE,
  public_key BLOB,                          -- X25519; null until the person chose a phrase
  closed_key TEXT    NOT NULL,              -- the private key, sealed by the phrase; empty until then
  named_at   INTEGER NOT NULL,
  CHECK ((public_key IS NULL) = (closed_key = ''))
) STRICT;

-- One isolated person: not a word of them is readable here.
CREATE TABLE mutualaid_isolated (
  id       TEXT    PRIMARY KEY,
  number   TEXT    NOT NULL UNIQUE,         -- on the paper the person keeps: the first four characters of the id
  consent  TEXT    NOT NULL,                -- the day they agreed, "2026-03-14"
  until    TEXT    NOT NULL,                -- the day they are to be asked again
  warned   INTEGER NOT NULL CHECK (warned IN (0, 1, 2)) -- of that day: 1 a month before, 2 when it came
) STRICT;

CREATE TABLE mutualaid_sealed (
  isolated_id TEXT    NOT NULL REFERENCES mutualaid_isolated ON DELETE CASCADE,
  seat        INTEGER NOT NULL REFERENCES mutualaid_referents (seat) ON DELETE CASCADE,
  sealed      BLOB    NOT NULL,             -- to the referent's public key (RFC 9180), padded
  PRIMARY KEY (isolated_id, seat)
) STRICT, WITHOUT ROWID;
