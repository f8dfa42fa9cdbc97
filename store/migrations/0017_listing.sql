-- 0017_listing: the dates of cards that repeat.

-- Every date of an own card that has several, within the horizon its module
-- chose. The card itself carries the current or next one.
CREATE TABLE listing_dates (
  card_id   INTEGER NOT NULL REFERENCES listing_cards ON DELETE CASCADE,
  starts_at INTEGER NOT NULL,
  ends_at   INTEGER NOT NULL,              -- exclusive
  flags     INTEGER NOT NULL,              -- PROTOCOL.md §2 key 15: cancelled alone
  summary   TEXT    NOT NULL,              -- instead of the card's; empty for the same
  PRIMARY KEY (card_id, starts_at),
  CHECK (ends_at >= starts_at)
) STRICT, WITHOUT ROWID;
CREATE INDEX listing_dates_starts ON listing_dates (starts_at, card_id, ends_at);
CREATE INDEX listing_dates_span ON listing_dates (ends_at - starts_at);

-- Own cards that repeat, by the end of the date they carry.
CREATE INDEX listing_cards_repeating ON listing_cards (ends_at) WHERE flags & 4 AND origin_id = 0;
