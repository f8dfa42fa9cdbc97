-- 0018_agenda: events that repeat.

ALTER TABLE agenda_events ADD COLUMN series TEXT NOT NULL DEFAULT '' -- JSON: rule, dates added, taken out, skipped and changed; empty: once
  CHECK (series = '' OR json_valid(series));
ALTER TABLE agenda_events ADD COLUMN listed TEXT NOT NULL DEFAULT ''; -- up to when and by which table of holidays its card has dates; empty: all it will ever have

CREATE INDEX agenda_events_listed ON agenda_events (listed) WHERE listed <> '';
