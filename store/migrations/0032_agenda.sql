-- 0032_agenda: events of a group, for everybody, for residents, or for its
-- members alone.
ALTER TABLE agenda_events ADD COLUMN group_id TEXT;                   -- NULL without a group
ALTER TABLE agenda_events ADD COLUMN inside INTEGER NOT NULL DEFAULT 0 -- 1 for the group's members alone; audience is 0 then
  CHECK (inside IN (0, 1) AND (inside = 0 OR (audience = 0 AND group_id IS NOT NULL)));
CREATE INDEX agenda_events_group ON agenda_events (group_id) WHERE group_id IS NOT NULL;
