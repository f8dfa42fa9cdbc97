-- 0006_listing: cards for everybody on this box and for no neighbour, such as
-- those of people who list themselves (PROTOCOL.md §2: no card that travels
-- describes a private person).
ALTER TABLE listing_cards ADD COLUMN here INTEGER NOT NULL DEFAULT 0
  CHECK (here IN (0, 1) AND (here = 0 OR (audience = 0 AND origin_id = 0)));
