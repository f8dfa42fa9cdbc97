-- 0031_listing: things of a group. A card may belong to a group, whoever reads
-- it; one for the group's members alone is hidden, so that every list, count
-- and index of before leaves it out.
ALTER TABLE listing_cards ADD COLUMN group_id TEXT;     -- of the group; NULL without one
ALTER TABLE listing_cards ADD COLUMN chosen INTEGER     -- audience asked for, as listing.Audience; the group may have it narrower
  CHECK ((chosen IS NULL) = (group_id IS NULL));
ALTER TABLE listing_cards ADD COLUMN inside INTEGER NOT NULL DEFAULT 0 -- 1 for the group's members alone, 2 and hidden by a moderator
  CHECK (inside IN (0, 1, 2) AND (inside = 0 OR (hidden = 1 AND audience = 1 AND origin_id = 0 AND group_id IS NOT NULL)));
ALTER TABLE listing_cards ADD COLUMN examined INTEGER NOT NULL DEFAULT 0 -- 1 while moderators have to judge it: then they read it, of whatever group
  CHECK (examined IN (0, 1));
CREATE INDEX listing_cards_group ON listing_cards (group_id, card_id) WHERE group_id IS NOT NULL;

-- Who reads what is for the members of a group alone.
CREATE TABLE listing_readers (
  account_id TEXT NOT NULL,
  group_id   TEXT NOT NULL,
  PRIMARY KEY (account_id, group_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX listing_readers_group ON listing_readers (group_id, account_id);

-- How widely a group is read: nothing of it goes further.
CREATE TABLE listing_groups (
  group_id TEXT    PRIMARY KEY,
  audience INTEGER NOT NULL CHECK (audience IN (0, 1, 2, 3)) -- as listing.Audience
) STRICT, WITHOUT ROWID;
