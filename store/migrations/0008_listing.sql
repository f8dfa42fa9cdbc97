-- 0008_listing: what maps ask. Cards of a box with all that their filters need,
-- and cards that are nowhere.

DROP INDEX listing_cards_place;
CREATE INDEX listing_cards_place ON listing_cards (lat, lon, card_id, kind, seen_by, expires_at, starts_at, ends_at) WHERE lat IS NOT NULL;
CREATE INDEX listing_cards_nowhere ON listing_cards (card_id, kind, seen_by, expires_at, starts_at, ends_at) WHERE lat IS NULL;
