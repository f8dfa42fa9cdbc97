-- 0026_mutualaid: what people ask for and offer, and who answers.

-- A favour: mutual aid asked for or offered, a seat in a car among it.
CREATE TABLE mutualaid_favours (
  id           TEXT    PRIMARY KEY,     -- also of its card
  side         TEXT    NOT NULL CHECK (side IN ('need', 'help')),
  sort         TEXT    NOT NULL CHECK (sort IN ('goods', 'hand', 'skill', 'space', 'ride')),
  title        TEXT    NOT NULL,
  description  TEXT    NOT NULL,
  tags         TEXT    NOT NULL,        -- one a line
  place        TEXT    NOT NULL,        -- of a ride where it leaves from
  destination  TEXT    NOT NULL,        -- of a ride
  carries      TEXT    NOT NULL,        -- of a ride: what can be brought back
  lat          INTEGER,                 -- degrees × 100,000
  lon          INTEGER,
  starts       TEXT    NOT NULL,        -- on the wall; empty: at no given time
  ends         TEXT    NOT NULL,        -- the day after the last of whole days; empty: no end said
  zone         TEXT    NOT NULL,        -- IANA
  all_day      INTEGER NOT NULL CHECK (all_day IN (0, 1)),
  availability TEXT    NOT NULL,        -- in words
  minutes      INTEGER NOT NULL CHECK (minutes BETWEEN 0 AND 6000), -- of the time bank; 0: none
  places       INTEGER NOT NULL CHECK (places BETWEEN 0 AND 99),    -- how many may be chosen; 0: no limit
  minor        INTEGER NOT NULL CHECK (minor IN (0, 1)),     -- it concerns somebody under age
  adult        TEXT    NOT NULL,        -- who is responsible then
  audience     INTEGER NOT NULL,
  urgent_until INTEGER NOT NULL,        -- 0: not urgent
  state        TEXT    NOT NULL CHECK (state IN ('open', 'settled', 'over')),
  author_id    TEXT    NOT NULL,        -- empty: has left
  expires_at   INTEGER NOT NULL,        -- when it ends by itself
  warned       INTEGER NOT NULL CHECK (warned IN (0, 1)),    -- its author was told that it ends soon
  matched_at   INTEGER NOT NULL,        -- when somebody last looked for what answers it
  ended_at     INTEGER NOT NULL,        -- 0: open
  created_at   INTEGER NOT NULL,
  updated_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX mutualaid_favours_author ON mutualaid_favours (author_id) WHERE author_id <> '';
CREATE INDEX mutualaid_favours_expiry ON mutualaid_favours (expires_at) WHERE state = 'open';
CREATE INDEX mutualaid_favours_urgent ON mutualaid_favours (urgent_until) WHERE state = 'open' AND urgent_until > 0;
CREATE INDEX mutualaid_favours_matched ON mutualaid_favours (matched_at) WHERE state = 'open';
CREATE INDEX mutualaid_favours_ended ON mutualaid_favours (ended_at) WHERE state <> 'open';

-- Who answered a favour, and the word of thanks of each.
CREATE TABLE mutualaid_replies (
  id            TEXT    PRIMARY KEY,
  favour_id     TEXT    NOT NULL REFERENCES mutualaid_favours ON DELETE CASCADE,
  author_id     TEXT    NOT NULL,       -- empty: has left
  element_id    TEXT    NOT NULL,       -- the organisation in whose name; empty: their own
  thread_id     TEXT    NOT NULL,       -- of the messages of the two; empty for none
  description   TEXT    NOT NULL,       -- private: the two sides read it
  places        INTEGER NOT NULL CHECK (places BETWEEN 1 AND 99),
  state         TEXT    NOT NULL CHECK (state IN ('offered', 'chosen', 'passed', 'declined', 'withdrawn')),
  asker_word    TEXT    NOT NULL,       -- of thanks, by who put the favour
  asker_agrees  INTEGER NOT NULL CHECK (asker_agrees IN (0, 1)),   -- that the two words are shown
  helper_word   TEXT    NOT NULL,       -- by who answered
  helper_agrees INTEGER NOT NULL CHECK (helper_agrees IN (0, 1)),
  created_at    INTEGER NOT NULL,
  updated_at    INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX mutualaid_replies_once ON mutualaid_replies (favour_id, author_id) WHERE author_id <> '';
CREATE INDEX mutualaid_replies_favour ON mutualaid_replies (favour_id, created_at);
CREATE INDEX mutualaid_replies_author ON mutualaid_replies (author_id) WHERE author_id <> '';

-- Which cards its author was told of that may answer a favour.
CREATE TABLE mutualaid_matches (
  favour_id TEXT NOT NULL REFERENCES mutualaid_favours ON DELETE CASCADE,
  card_id   TEXT NOT NULL,              -- of a card, of this box or another
  PRIMARY KEY (favour_id, card_id)
) STRICT, WITHOUT ROWID;

-- Contacts in its words are for registered people only (PA-3).
ALTER TABLE mutualaid_favours ADD COLUMN masked INTEGER NOT NULL DEFAULT 0 CHECK (masked IN (0, 1));
