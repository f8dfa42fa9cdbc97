-- 0044_vote: a date to meet at, a lot.

ALTER TABLE vote_proposals ADD COLUMN sort TEXT NOT NULL DEFAULT '' -- what is decided; empty: something in words
  CHECK (sort IN ('', 'date', 'nocandidate', 'sortition'));

-- Who can be drawn, by the number they have in what is published: the roll as it
-- was frozen. Also room for the names a ballot can give in an election without
-- candidates, which is still to come.
CREATE TABLE vote_numbers (
  proposal_id TEXT    NOT NULL REFERENCES vote_proposals ON DELETE CASCADE,
  n           INTEGER NOT NULL,         -- from 0, in the order of the roll
  account_id  TEXT    NOT NULL,         -- of somebody who has left: an id of nobody
  declined    INTEGER NOT NULL CHECK (declined IN (0, 1)), -- was drawn and does not want to
  PRIMARY KEY (proposal_id, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX vote_numbers_account ON vote_numbers (account_id);
