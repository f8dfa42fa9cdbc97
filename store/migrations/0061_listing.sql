-- 0061_listing: an event that several boxes entered is shown once (ACCEPTANCE FE-11).

-- How far a box is: 1 linked with this one, else as many links away.
ALTER TABLE listing_origins ADD COLUMN hops INTEGER NOT NULL DEFAULT 0 CHECK (hops >= 0);
UPDATE listing_origins SET hops = coalesce((SELECT l.hops FROM neighbour_logs l WHERE l.listed = origin_id AND origin_id > 0), 0);

-- Cards of one event from several boxes, worked out from the cards whenever one
-- of them changes (listing.compare). A card of a neighbour stands in one row behind
-- another; an own one that repeats may lead on many of its dates.
CREATE TABLE listing_twins (
  moment  INTEGER NOT NULL,               -- they begin: minutes since 1970; all day: -1 less the days since 1970
  lead_id INTEGER NOT NULL,               -- the card of place 0
  place   INTEGER NOT NULL CHECK (place >= 0 AND (place = 0) = (card_id = lead_id)), -- who of them is shown where several may be: the least
  card_id INTEGER NOT NULL REFERENCES listing_cards ON DELETE CASCADE,
  PRIMARY KEY (moment, lead_id, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX listing_twins_card ON listing_twins (card_id, place);

-- Where the work on cards that were there before goes on; NULL when it is done.
ALTER TABLE listing_revs ADD COLUMN twins_from INTEGER;
UPDATE listing_revs SET twins_from = 0 WHERE EXISTS (SELECT 1 FROM listing_cards WHERE origin_id > 0);
