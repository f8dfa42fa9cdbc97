-- 0036_vote: decisions, from the idea to what became of it.

-- A proposal: an idea, the vote on it, its result.
CREATE TABLE vote_proposals (
  id          TEXT    PRIMARY KEY,      -- also of its card
  group_id    TEXT    NOT NULL,         -- whose decision it is; empty: of all residents
  title       TEXT    NOT NULL,
  description TEXT    NOT NULL,
  choices     TEXT    NOT NULL,         -- what there is to choose from, one a line; empty: for or against
  state       TEXT    NOT NULL CHECK (state IN ('idea', 'discussion', 'amendment', 'vote', 'closed', 'cancelled')),
  author_id   TEXT    NOT NULL,         -- empty: has left
  audience    INTEGER NOT NULL,
  needed      INTEGER NOT NULL,         -- supports the idea needs
  amend_until INTEGER NOT NULL,         -- 0: no phase of amendments yet
  rule        TEXT    NOT NULL,         -- JSON, frozen when the vote opens; empty before it is written
  closes      TEXT    NOT NULL,         -- on the wall; empty before the rule is written
  zone        TEXT    NOT NULL,         -- IANA
  closes_at   INTEGER NOT NULL,         -- the same as an instant, at which the vote takes effect; 0: none
  opened_at   INTEGER NOT NULL,         -- 0: not yet
  closed_at   INTEGER NOT NULL,         -- 0: not yet
  round       INTEGER NOT NULL,         -- of consent: from 1
  roll_size   INTEGER NOT NULL,         -- who may vote, counted when it opened; 0 before
  extended    INTEGER NOT NULL CHECK (extended IN (0, 1)),  -- its end was put off once, since not all had answered
  restarted   INTEGER NOT NULL CHECK (restarted IN (0, 1)), -- the box came back from a copy, which holds no open urn
  warned      INTEGER NOT NULL CHECK (warned IN (0, 1)),    -- people were told that it ends soon
  outcome     TEXT    NOT NULL,         -- in one word of the tally; empty before
  reason      TEXT    NOT NULL,         -- why it was cancelled
  created_at  INTEGER NOT NULL,
  updated_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX vote_proposals_state ON vote_proposals (state, closes_at);
CREATE INDEX vote_proposals_group ON vote_proposals (group_id, created_at) WHERE group_id <> '';
CREATE INDEX vote_proposals_author ON vote_proposals (author_id) WHERE author_id <> '';

-- Who supports an idea.
CREATE TABLE vote_supports (
  proposal_id TEXT NOT NULL REFERENCES vote_proposals ON DELETE CASCADE,
  account_id  TEXT NOT NULL,
  PRIMARY KEY (proposal_id, account_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX vote_supports_account ON vote_supports (account_id);

-- The text as it stood before each change; nothing changes once a vote is open.
CREATE TABLE vote_texts (
  proposal_id TEXT    NOT NULL REFERENCES vote_proposals ON DELETE CASCADE,
  n           INTEGER NOT NULL,         -- from 1
  title       TEXT    NOT NULL,
  description TEXT    NOT NULL,
  choices     TEXT    NOT NULL,
  until       INTEGER NOT NULL,         -- when it was changed
  PRIMARY KEY (proposal_id, n)
) STRICT, WITHOUT ROWID;

-- Changes somebody asks for before the vote.
CREATE TABLE vote_amendments (
  id          TEXT    PRIMARY KEY,
  proposal_id TEXT    NOT NULL REFERENCES vote_proposals ON DELETE CASCADE,
  author_id   TEXT    NOT NULL,         -- empty: has left
  description TEXT    NOT NULL,
  state       TEXT    NOT NULL CHECK (state IN ('open', 'taken', 'declined')),
  answer      TEXT    NOT NULL,         -- why
  created_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX vote_amendments_proposal ON vote_amendments (proposal_id, created_at);
CREATE INDEX vote_amendments_author ON vote_amendments (author_id) WHERE author_id <> '';

-- The roll: who may vote, frozen when the vote opens, in the order of the ids.
-- Of a secret vote nothing is written here before it is closed.
CREATE TABLE vote_roll (
  proposal_id TEXT NOT NULL REFERENCES vote_proposals ON DELETE CASCADE,
  account_id  TEXT NOT NULL,            -- of somebody who has left: an id of nobody
  how         TEXT NOT NULL,            -- how they voted: web, paper, desk, proxy; empty: not
  PRIMARY KEY (proposal_id, account_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX vote_roll_account ON vote_roll (account_id);

-- Ballots of votes that are not secret: they can be changed until the end, and
-- only the last is kept.
CREATE TABLE vote_ballots (
  proposal_id TEXT NOT NULL REFERENCES vote_proposals ON DELETE CASCADE,
  account_id  TEXT NOT NULL,            -- of somebody who has left: an id of nobody
  ballot      TEXT NOT NULL,            -- JSON of the tally
  reason      TEXT NOT NULL,            -- of an objection, a reserve, an advice
  answer      TEXT NOT NULL,            -- of an objection judged not valid: why
  PRIMARY KEY (proposal_id, account_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX vote_ballots_account ON vote_ballots (account_id);

-- The urns of secret votes that are open, and who has put a ballot in. Tables
-- whose name ends in _sealed are in no copy of the file, and are written anew as
-- a whole each time, in an order that says nothing (see vote/urn.go).
CREATE TABLE vote_urns_sealed (
  proposal_id TEXT NOT NULL REFERENCES vote_proposals ON DELETE CASCADE,
  ballots     TEXT NOT NULL,            -- one a line, sorted by what they say
  PRIMARY KEY (proposal_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE vote_marks_sealed (
  proposal_id TEXT NOT NULL REFERENCES vote_proposals ON DELETE CASCADE,
  account_id  TEXT NOT NULL,
  how         TEXT NOT NULL,
  PRIMARY KEY (proposal_id, account_id)
) STRICT, WITHOUT ROWID;

-- What was counted: the published file, and what became of earlier rounds.
CREATE TABLE vote_results (
  proposal_id TEXT    NOT NULL REFERENCES vote_proposals ON DELETE CASCADE,
  round       INTEGER NOT NULL,
  file        TEXT    NOT NULL,         -- JSON: text, rule, roll, ballots without names, result
  sha256      TEXT    NOT NULL,         -- of the file, hexadecimal
  closed_at   INTEGER NOT NULL,
  PRIMARY KEY (proposal_id, round)
) STRICT, WITHOUT ROWID;

-- What is to be done after a decision, by whom and by when.
CREATE TABLE vote_followups (
  id          TEXT    PRIMARY KEY,
  proposal_id TEXT    NOT NULL REFERENCES vote_proposals ON DELETE CASCADE,
  description TEXT    NOT NULL,
  carrier     TEXT    NOT NULL,         -- who sees to it, in words
  due         TEXT    NOT NULL,         -- day on the wall
  done        TEXT    NOT NULL,         -- what was done; empty: not yet
  done_at     INTEGER NOT NULL,         -- 0: not yet
  created_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX vote_followups_proposal ON vote_followups (proposal_id, due);
