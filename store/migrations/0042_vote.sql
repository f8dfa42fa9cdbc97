-- 0042_vote: ballots of paper, and voices passed on to others.

-- The desk of a secret vote: people who vote on paper sign there.
CREATE TABLE vote_desks (
  proposal_id TEXT    PRIMARY KEY REFERENCES vote_proposals ON DELETE CASCADE,
  printed     INTEGER NOT NULL,         -- ballots, those given back among them
  settled     INTEGER NOT NULL CHECK (settled IN (0, 1)) -- the two entries agree and are counted
) STRICT;

-- The numbers printed on the ballots that may be in the box: of no person, no
-- order but their own.
CREATE TABLE vote_codes (
  proposal_id TEXT NOT NULL REFERENCES vote_desks ON DELETE CASCADE,
  code        TEXT NOT NULL,
  PRIMARY KEY (proposal_id, code)
) STRICT, WITHOUT ROWID;

-- People of the roll who may type ballots beside those who lead the vote.
CREATE TABLE vote_tellers (
  proposal_id TEXT NOT NULL REFERENCES vote_desks ON DELETE CASCADE,
  account_id  TEXT NOT NULL,
  PRIMARY KEY (proposal_id, account_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX vote_tellers_account ON vote_tellers (account_id);

-- The two entries of the ballots in the box, each by another person. In no copy,
-- and gone once they agree: somebody may remember the number of their ballot.
CREATE TABLE vote_entries_sealed (
  proposal_id TEXT    NOT NULL REFERENCES vote_desks ON DELETE CASCADE,
  n           INTEGER NOT NULL CHECK (n IN (1, 2)),
  account_id  TEXT    NOT NULL,
  found       INTEGER NOT NULL,         -- ballots in the box; -1: not all is typed
  ballots     TEXT    NOT NULL,         -- number and JSON of the tally, one a line, in the order of the numbers
  PRIMARY KEY (proposal_id, n)
) STRICT, WITHOUT ROWID;

-- Voices passed on in a vote that is not secret.
CREATE TABLE vote_delegations (
  proposal_id TEXT NOT NULL REFERENCES vote_proposals ON DELETE CASCADE,
  account_id  TEXT NOT NULL,            -- of somebody who has left: an id of nobody
  to_id       TEXT NOT NULL,
  PRIMARY KEY (proposal_id, account_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX vote_delegations_account ON vote_delegations (account_id);
CREATE INDEX vote_delegations_to ON vote_delegations (to_id);
