-- 0019_agenda: whether an event takes place, drafts, programmes.

ALTER TABLE agenda_events ADD COLUMN status TEXT NOT NULL DEFAULT 'confirmed' -- postponed: no new date yet
  CHECK (status IN ('confirmed', 'tentative', 'cancelled', 'postponed'));
UPDATE agenda_events SET status = 'cancelled' WHERE cancelled = 1;
ALTER TABLE agenda_events DROP COLUMN cancelled;
ALTER TABLE agenda_events RENAME COLUMN cancelled_reason TO reason; -- of a cancellation or postponement
ALTER TABLE agenda_events ADD COLUMN moved_from TEXT NOT NULL DEFAULT ''; -- on the wall: when it was to begin before it was postponed
ALTER TABLE agenda_events ADD COLUMN draft INTEGER NOT NULL DEFAULT 0 CHECK (draft IN (0, 1)); -- without a card
ALTER TABLE agenda_events ADD COLUMN publish_at INTEGER; -- when a draft is published by itself; null when it is not
ALTER TABLE agenda_events ADD COLUMN parent_id TEXT NOT NULL DEFAULT ''; -- the event whose programme it belongs to

CREATE INDEX agenda_events_parent ON agenda_events (parent_id, starts_at) WHERE parent_id <> '';
CREATE INDEX agenda_events_publish ON agenda_events (publish_at) WHERE publish_at IS NOT NULL;
