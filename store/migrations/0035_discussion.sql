-- What cannot be commented on.

-- Things whoever answers for them closed to comments.
CREATE TABLE discussion_closings (
  module   TEXT    NOT NULL,
  thing_id TEXT    NOT NULL,
  at       INTEGER NOT NULL,
  PRIMARY KEY (module, thing_id)
) STRICT, WITHOUT ROWID;

-- Elements of the directory that speak officially: neither they nor what is
-- published in their name takes comments.
CREATE TABLE discussion_officials (
  element_id TEXT    PRIMARY KEY,
  at         INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Comments of all things by their age, for the feed.
CREATE INDEX discussion_posts_comments ON discussion_posts (at DESC, id DESC)
  WHERE module <> 'discussion' AND taken = '' AND hidden_at IS NULL;
