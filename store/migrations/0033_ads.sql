-- 0033_ads: ads of a group, for everybody, for residents, or for its members
-- alone.
ALTER TABLE ads_ads ADD COLUMN group_id TEXT;                   -- NULL without a group
ALTER TABLE ads_ads ADD COLUMN inside INTEGER NOT NULL DEFAULT 0 -- 1 for the group's members alone; audience is 0 then
  CHECK (inside IN (0, 1) AND (inside = 0 OR (audience = 0 AND group_id IS NOT NULL)));
CREATE INDEX ads_ads_group ON ads_ads (group_id) WHERE group_id IS NOT NULL;
