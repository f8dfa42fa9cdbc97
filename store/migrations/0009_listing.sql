-- 0009_listing: search across boxes.

-- Where people read the other box's pages, as an operator of this one noted
-- it; empty while nobody did. This box never asks anything of that address.
ALTER TABLE listing_origins ADD COLUMN web TEXT NOT NULL DEFAULT '';

-- One box's cards, the newest first.
CREATE INDEX listing_cards_origin ON listing_cards (origin_id, card_id, kind, seen_by, expires_at);

-- What the stewards of tags did, in order. Which spelling stands for which tag
-- (listing_aliases, listing_tags) is what the lines not undone make of it, one
-- after the other: undoing one is leaving it out. Public, and without names.
CREATE TABLE listing_tag_acts (
  n         INTEGER PRIMARY KEY,
  at        INTEGER NOT NULL,
  act       TEXT    NOT NULL CHECK (act IN ('merge', 'rename', 'apart')),
  spelling  TEXT    NOT NULL,             -- as shown: what was merged, renamed or told apart
  tag       TEXT    NOT NULL,             -- as shown: with what, to what, from what
  cards     INTEGER NOT NULL,             -- that moved with it, of those visitors see
  seen_by   INTEGER NOT NULL,             -- least role that sees cards under each of the two, at that time
  undone_at INTEGER
) STRICT;
CREATE TRIGGER listing_tag_acts_keep BEFORE UPDATE OF n, at, act, spelling, tag, cards, seen_by ON listing_tag_acts BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER listing_tag_acts_stay BEFORE DELETE ON listing_tag_acts BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;

INSERT INTO listing_tag_acts (at, act, spelling, tag, cards, seen_by)
  SELECT 0, 'merge', a.name, t.name, 0, 1 FROM listing_aliases a JOIN listing_tags t USING (tag) ORDER BY a.rowid;

-- The words visitors can find something by, for those who mistype one. A word
-- that only residents read, or that was taken down, is not here (RE-6).
CREATE TABLE listing_words (
  word     TEXT PRIMARY KEY,              -- folded
  mirrored TEXT NOT NULL                  -- from its end, for slips at the beginning
) STRICT, WITHOUT ROWID;
CREATE INDEX listing_words_mirrored ON listing_words (mirrored);
