-- placeholder for the first vertical slice
CREATE TABLE listing_cards (id TEXT PRIMARY KEY) STRICT;
