-- 0049_vote: elections without candidates.

-- Whom who conducts an election proposed, for the consent of a round.
CREATE TABLE vote_nominees (
  proposal_id TEXT    NOT NULL REFERENCES vote_proposals ON DELETE CASCADE,
  round       INTEGER NOT NULL,
  n           INTEGER NOT NULL,         -- of vote_numbers
  why         TEXT    NOT NULL,         -- in words, for those on the roll
  PRIMARY KEY (proposal_id, round)
) STRICT, WITHOUT ROWID;

-- What people said in the rounds of an election that are over: for those on the
-- roll, and never in what is published.
CREATE TABLE vote_sayings (
  proposal_id TEXT    NOT NULL REFERENCES vote_proposals ON DELETE CASCADE,
  round       INTEGER NOT NULL,
  account_id  TEXT    NOT NULL,         -- of somebody who has left: an id of nobody
  how         TEXT    NOT NULL,         -- as in vote_roll
  ballot      TEXT    NOT NULL,         -- JSON of the tally
  reason      TEXT    NOT NULL,
  answer      TEXT    NOT NULL,         -- of an objection judged not valid: why
  PRIMARY KEY (proposal_id, round, account_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX vote_sayings_account ON vote_sayings (account_id);
