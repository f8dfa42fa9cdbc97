-- 0046_vote: ideas the mairie is asked to answer.

-- An idea addressed to the mairie, and what the mairie said to it.
CREATE TABLE vote_asks (
  proposal_id TEXT    PRIMARY KEY REFERENCES vote_proposals ON DELETE CASCADE,
  due         TEXT    NOT NULL,         -- the last day to answer, on the wall; fixed when it was addressed
  state       TEXT    NOT NULL CHECK (state IN ('received', 'studied', 'accepted', 'declined')),
  answer      TEXT    NOT NULL,         -- in words; empty before the answer
  answered_at INTEGER NOT NULL          -- 0: not yet
) STRICT, WITHOUT ROWID;
CREATE INDEX vote_asks_due ON vote_asks (due) WHERE answered_at = 0;

-- The rules of decisions; one row.
CREATE TABLE vote_settings (
  one         INTEGER PRIMARY KEY CHECK (one = 1),
  answer_days INTEGER NOT NULL          -- days the mairie has to answer an idea
) STRICT;
INSERT INTO vote_settings (one, answer_days) VALUES (1, 30);
