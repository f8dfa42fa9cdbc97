-- 0014_notify: what people follow, and what the box tells them.

-- Cards, tags, communes and zones somebody wants to hear of.
CREATE TABLE notify_follows (
  id         INTEGER PRIMARY KEY,
  account_id TEXT    NOT NULL,
  what       TEXT    NOT NULL CHECK (what IN ('card', 'tag', 'commune', 'zone')),
  target     TEXT    NOT NULL,                    -- id of a card, folded tag, INSEE code, id of a zone
  name       TEXT    NOT NULL,                    -- of a tag, as typed; empty for what has a name of its own
  often      INTEGER NOT NULL CHECK (often BETWEEN 0 AND 3), -- 0 never, 1 at once, 2 each day, 3 each week
  print      INTEGER,                             -- of a card: how it looked when last told
  since      INTEGER NOT NULL,
  UNIQUE (account_id, what, target)
) STRICT;
CREATE INDEX notify_follows_target ON notify_follows (what, target);

-- One line for each person and thing. No words of the thing: they are read
-- when the line is shown, with the rights of who reads.
CREATE TABLE notify_notices (
  id         INTEGER PRIMARY KEY,
  account_id TEXT    NOT NULL,
  module     TEXT    NOT NULL,                    -- of the thing; notify: a follow, whose news are gathered
  thing_id   TEXT    NOT NULL,
  key        TEXT    NOT NULL,                    -- of the sentence
  args       TEXT    NOT NULL,                    -- JSON
  n          INTEGER NOT NULL,                    -- news since it was last read
  at         INTEGER NOT NULL,
  read_at    INTEGER,
  follow_id  INTEGER REFERENCES notify_follows ON DELETE SET NULL, -- why it is told
  token      TEXT    NOT NULL,                    -- of the link that ends the follow without signing in
  print      INTEGER,                             -- of a card: how it looked when told
  UNIQUE (account_id, module, thing_id)
) STRICT;
CREATE INDEX notify_notices_latest ON notify_notices (account_id, at);
CREATE INDEX notify_notices_unread ON notify_notices (account_id) WHERE read_at IS NULL;
CREATE INDEX notify_notices_thing ON notify_notices (thing_id) WHERE print IS NOT NULL;
CREATE INDEX notify_notices_follow ON notify_notices (follow_id) WHERE follow_id IS NOT NULL;
CREATE UNIQUE INDEX notify_notices_token ON notify_notices (token) WHERE token <> '';

-- What waits for the morning it is gathered on.
CREATE TABLE notify_waits (
  account_id TEXT    NOT NULL,
  module     TEXT    NOT NULL,
  thing_id   TEXT    NOT NULL,
  follow_id  INTEGER NOT NULL REFERENCES notify_follows ON DELETE CASCADE,
  key        TEXT    NOT NULL,                    -- as of a notice
  print      INTEGER,
  at         INTEGER NOT NULL,
  PRIMARY KEY (account_id, module, thing_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX notify_waits_follow ON notify_waits (follow_id, at);
CREATE INDEX notify_waits_thing ON notify_waits (thing_id) WHERE print IS NOT NULL;

-- How far the cards were looked through: own ones by change, neighbours' by arrival.
CREATE TABLE notify_marks (
  name TEXT    PRIMARY KEY CHECK (name IN ('own', 'neighbours')),
  at   INTEGER NOT NULL,
  card INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Own cards by their last change, whoever may see them.
CREATE INDEX listing_cards_touched ON listing_cards (updated_at, card_id) WHERE origin_id = 0;
