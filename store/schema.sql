-- Made by `make schema` from the migrations; do not edit.

CREATE TABLE listing_cards (id TEXT PRIMARY KEY) STRICT;
