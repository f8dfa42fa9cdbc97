-- The journal of an organisation or of a group.

-- An entry is of an element of the directory, or of a group.
CREATE TABLE discussion_entries (
  id         TEXT    PRIMARY KEY,
  element_id TEXT    NOT NULL,                   -- empty for a group's
  group_id   TEXT    NOT NULL,                   -- empty for an element's
  author_id  TEXT    NOT NULL,                   -- empty after they left
  title      TEXT    NOT NULL,
  text       TEXT    NOT NULL,
  audience   INTEGER NOT NULL CHECK (audience IN (0, 1, 3)), -- as chosen: residents, everybody, the group's members
  free       INTEGER NOT NULL CHECK (free IN (0, 1)),        -- under CC BY-SA, for ever
  at         INTEGER NOT NULL,
  edited_at  INTEGER,                            -- after the first minutes
  CHECK ((element_id = '') <> (group_id = '')),
  CHECK (audience <> 3 OR group_id <> '')
) STRICT;
CREATE INDEX discussion_entries_element ON discussion_entries (element_id, at) WHERE element_id <> '';
CREATE INDEX discussion_entries_group ON discussion_entries (group_id, at) WHERE group_id <> '';
CREATE INDEX discussion_entries_author ON discussion_entries (author_id, at);

-- What an entry said before it was changed.
CREATE TABLE discussion_entry_edits (
  entry_id TEXT    NOT NULL REFERENCES discussion_entries (id) ON DELETE CASCADE,
  n        INTEGER NOT NULL,
  title    TEXT    NOT NULL,
  text     TEXT    NOT NULL,
  at       INTEGER NOT NULL,                     -- when it stopped saying it
  PRIMARY KEY (entry_id, n)
) STRICT, WITHOUT ROWID;
