-- 0009_listing: search across boxes.

-- Where people read the other box's pages, as an operator of this one noted
-- it; empty while nobody did. This box never asks anything of that address.
ALTER TABLE listing_origins ADD COLUMN web TEXT NOT NULL DEFAULT '';

-- One box's cards, the newest first.
CREATE INDEX listing_cards_origin ON listing_cards (origin_id, card_id, kind, seen_by, expires_at);
