-- 0001_listing: filled by its module
CREATE TABLE listing_cards (id TEXT PRIMARY KEY) STRICT;
