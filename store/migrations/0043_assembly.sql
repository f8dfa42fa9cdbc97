-- 0043_assembly: general meetings, who was there and who stood for whom.

-- A meeting of a group, or of an organisation of the directory.
CREATE TABLE assembly_assemblies (
  id           TEXT    PRIMARY KEY,
  group_id     TEXT    NOT NULL,         -- whose meeting it is; empty: an organisation's
  element_id   TEXT    NOT NULL,         -- the organisation; empty: a group's
  author_id    TEXT    NOT NULL,         -- who planned it; empty: has left
  title        TEXT    NOT NULL,
  place        TEXT    NOT NULL,
  description  TEXT    NOT NULL,         -- what the convocation says beside
  starts       TEXT    NOT NULL,         -- on the wall
  zone         TEXT    NOT NULL,         -- IANA
  starts_at    INTEGER NOT NULL,         -- the same as an instant
  notice       INTEGER NOT NULL,         -- days the statutes want between convocation and meeting
  strict       INTEGER NOT NULL CHECK (strict IN (0, 1)), -- too late is refused, not warned of
  proxies      INTEGER NOT NULL,         -- how many one person may hold
  quorum_num   INTEGER NOT NULL,         -- a share of the roll; den 0: none
  quorum_den   INTEGER NOT NULL,
  quorum_least INTEGER NOT NULL CHECK (quorum_least IN (0, 1)), -- at least that share, not more than it
  again_num    INTEGER NOT NULL,         -- the same when it is convened a second time
  again_den    INTEGER NOT NULL,
  again_least  INTEGER NOT NULL CHECK (again_least IN (0, 1)),
  again_notice INTEGER NOT NULL,         -- days, of a second convocation
  after_id     TEXT    NOT NULL,         -- the meeting without quorum it follows; empty: the first
  state        TEXT    NOT NULL CHECK (state IN ('draft', 'convened', 'open', 'closed', 'cancelled')),
  convened_at  INTEGER NOT NULL,         -- 0: not yet
  late         INTEGER NOT NULL,         -- days it was convened too late, knowingly
  opened_at    INTEGER NOT NULL,
  closed_at    INTEGER NOT NULL,
  present      INTEGER NOT NULL,         -- when it was closed
  represented  INTEGER NOT NULL,         -- when it was closed
  reason       TEXT    NOT NULL,         -- why it was cancelled
  created_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX assembly_assemblies_group ON assembly_assemblies (group_id, starts_at) WHERE group_id <> '';
CREATE INDEX assembly_assemblies_element ON assembly_assemblies (element_id, starts_at) WHERE element_id <> '';
CREATE INDEX assembly_assemblies_author ON assembly_assemblies (author_id) WHERE author_id <> '';

-- The order of the day.
CREATE TABLE assembly_items (
  id          TEXT    PRIMARY KEY,
  assembly_id TEXT    NOT NULL REFERENCES assembly_assemblies ON DELETE CASCADE,
  n           INTEGER NOT NULL,          -- from 1
  title       TEXT    NOT NULL,
  proposal_id TEXT    NOT NULL,          -- a decision of this box; empty: none
  state       TEXT    NOT NULL CHECK (state IN ('todo', 'current', 'done')),
  present     INTEGER NOT NULL,          -- when it was done with
  represented INTEGER NOT NULL,          -- when it was done with
  said        TEXT    NOT NULL,          -- what the minutes say of it
  hands       INTEGER NOT NULL CHECK (hands IN (0, 1)), -- there was a show of hands
  pro         INTEGER NOT NULL,
  contra      INTEGER NOT NULL,
  abstained   INTEGER NOT NULL
) STRICT;
CREATE INDEX assembly_items_assembly ON assembly_items (assembly_id, n);
CREATE INDEX assembly_items_proposal ON assembly_items (proposal_id) WHERE proposal_id <> '';

-- Who may take part: accounts, and people without one by their names.
CREATE TABLE assembly_roll (
  id          TEXT    PRIMARY KEY,
  assembly_id TEXT    NOT NULL REFERENCES assembly_assemblies ON DELETE CASCADE,
  account_id  TEXT    NOT NULL,          -- empty: somebody without account, or who has left
  name        TEXT    NOT NULL,          -- of somebody without account
  there       INTEGER NOT NULL CHECK (there IN (0, 1)),
  came_at     INTEGER NOT NULL,          -- 0: has not come
  left_at     INTEGER NOT NULL           -- 0: has not left again
) STRICT;
CREATE INDEX assembly_roll_assembly ON assembly_roll (assembly_id, id);
CREATE UNIQUE INDEX assembly_roll_account ON assembly_roll (account_id, assembly_id) WHERE account_id <> '';

-- Who stands for whom. One that ended because its giver came stays on the roll
-- call that is printed.
CREATE TABLE assembly_proxies (
  id          TEXT    PRIMARY KEY,
  assembly_id TEXT    NOT NULL REFERENCES assembly_assemblies ON DELETE CASCADE,
  giver       TEXT    NOT NULL REFERENCES assembly_roll ON DELETE CASCADE,
  holder      TEXT    NOT NULL REFERENCES assembly_roll ON DELETE CASCADE,
  paper       INTEGER NOT NULL CHECK (paper IN (0, 1)), -- on a signed sheet, typed by who keeps the meeting
  given_at    INTEGER NOT NULL,
  came        INTEGER NOT NULL CHECK (came IN (0, 1))   -- the giver came after all
) STRICT;
CREATE INDEX assembly_proxies_assembly ON assembly_proxies (assembly_id, given_at, id);
CREATE UNIQUE INDEX assembly_proxies_giver ON assembly_proxies (giver) WHERE came = 0;
CREATE INDEX assembly_proxies_holder ON assembly_proxies (holder);
