-- 0059_neighbour: a box may let exchanges of linked boxes with one another pass through it.
ALTER TABLE neighbour_publishers ADD COLUMN relays INTEGER NOT NULL DEFAULT 0 CHECK (relays IN (0, 1));
