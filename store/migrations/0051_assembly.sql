-- 0051_assembly: how many voices a show of hands needs, drafts that wait to be
-- convened, and who was told lately that a voice was passed on.

-- The share of the voices that adopts an item by a show of hands. Those of before
-- were said to need more than half of what was expressed.
ALTER TABLE assembly_items ADD COLUMN share_num INTEGER NOT NULL DEFAULT 1;
ALTER TABLE assembly_items ADD COLUMN share_den INTEGER NOT NULL DEFAULT 2;
ALTER TABLE assembly_items ADD COLUMN share_least INTEGER NOT NULL DEFAULT 0 CHECK (share_least IN (0, 1)); -- at least that share, not more than it
ALTER TABLE assembly_items ADD COLUMN share_of TEXT NOT NULL DEFAULT 'expressed' CHECK (share_of IN ('expressed', 'voters', 'roll'));

-- Drafts are looked at after each commit by who may convene.
CREATE INDEX assembly_assemblies_draft ON assembly_assemblies (starts_at) WHERE state = 'draft';

-- When somebody last heard that a voice was passed on to them, while the vote is open.
CREATE TABLE vote_told (
  proposal_id TEXT    NOT NULL REFERENCES vote_proposals ON DELETE CASCADE,
  account_id  TEXT    NOT NULL,         -- whose voice it is
  to_id       TEXT    NOT NULL,         -- who was told
  told_at     INTEGER NOT NULL,
  PRIMARY KEY (proposal_id, account_id, to_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX vote_told_account ON vote_told (account_id);
CREATE INDEX vote_told_to ON vote_told (to_id);
