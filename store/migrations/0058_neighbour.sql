-- 0058_neighbour: linked boxes may search here.

-- Whether the questions of linked boxes are answered (/copi/search, PROTOCOL.md §5).
ALTER TABLE neighbour_publishers ADD COLUMN answers INTEGER NOT NULL DEFAULT 1 CHECK (answers IN (0, 1));

-- Cards of boxes that are carried no longer, or never were, which moderators
-- here hid: a search of a linked box may find them.
CREATE TABLE neighbour_hides (
  origin BLOB    NOT NULL CHECK (length(origin) = 32),
  id     BLOB    NOT NULL,                        -- of the card
  at     INTEGER NOT NULL,
  PRIMARY KEY (origin, id)
) STRICT, WITHOUT ROWID;
