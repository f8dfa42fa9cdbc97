-- 0038_petition: petitions, who signed them, and files given out of them.

CREATE TABLE petition_petitions (
  id            TEXT    PRIMARY KEY,    -- also of its card
  title         TEXT    NOT NULL,
  description   TEXT    NOT NULL,       -- what is asked for
  masked        INTEGER NOT NULL CHECK (masked IN (0, 1)),  -- contacts in its words are for registered people only
  addressee     TEXT    NOT NULL,       -- who is asked
  purpose       TEXT    NOT NULL,       -- what the signatures are for; printed on the sheets
  tags          TEXT    NOT NULL,       -- one a line
  goal          INTEGER NOT NULL CHECK (goal >= 0),         -- signatures; 0: none said, or a share
  share         INTEGER NOT NULL CHECK (share BETWEEN 0 AND 10000), -- of the electors, in hundredths of a percent
  electors      INTEGER NOT NULL CHECK (electors >= 0),     -- as the organiser stated it
  only_electors INTEGER NOT NULL CHECK (only_electors IN (0, 1)), -- which signatures the goal counts
  keep_months   INTEGER NOT NULL CHECK (keep_months BETWEEN 1 AND 12), -- signatures, from its closing
  state         TEXT    NOT NULL CHECK (state IN ('open', 'over', 'deposited', 'closed')),
  author_id     TEXT    NOT NULL,       -- empty: has left
  ends_at       INTEGER NOT NULL,       -- nobody signs from then on
  over_at       INTEGER NOT NULL,       -- when signing ended; 0: it has not
  deposited_at  INTEGER NOT NULL,       -- 0: not
  closed_at     INTEGER NOT NULL,       -- 0: not
  purge_at      INTEGER NOT NULL,       -- of the signatures; 0: not closed
  purged        INTEGER NOT NULL CHECK (purged IN (0, 1)),
  frozen_electors    INTEGER NOT NULL,  -- the figure as deposited, or as closed
  frozen_inhabitants INTEGER NOT NULL,
  frozen_others      INTEGER NOT NULL,
  withdrawn     INTEGER NOT NULL,       -- signatures taken back since
  answer        TEXT    NOT NULL,       -- of the addressee
  answered_at   INTEGER NOT NULL,       -- 0: not
  official      INTEGER NOT NULL CHECK (official IN (0, 1)), -- an operator published the answer, not the organiser
  created_at    INTEGER NOT NULL,
  updated_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX petition_petitions_author ON petition_petitions (author_id) WHERE author_id <> '';
CREATE INDEX petition_petitions_end ON petition_petitions (ends_at) WHERE state = 'open';
CREATE INDEX petition_petitions_waiting ON petition_petitions (over_at) WHERE state IN ('over', 'deposited');
CREATE INDEX petition_petitions_purge ON petition_petitions (purge_at) WHERE state = 'closed' AND purged = 0;
CREATE INDEX petition_petitions_closed ON petition_petitions (closed_at) WHERE state = 'closed';

-- A signature, on the web or typed from a sheet. Rows with the same
-- person_key are one person, and count once.
CREATE TABLE petition_signatures (
  id          TEXT    PRIMARY KEY,
  petition_id TEXT    NOT NULL REFERENCES petition_petitions ON DELETE CASCADE,
  account_id  TEXT    NOT NULL,         -- who signed on the web; empty: on paper
  person_key  TEXT    NOT NULL,         -- folded name, year of birth, folded commune
  name        TEXT    NOT NULL,
  birth_year  INTEGER NOT NULL,         -- to tell namesakes apart, and for nothing else
  commune     TEXT    NOT NULL,
  who         INTEGER NOT NULL CHECK (who BETWEEN 1 AND 3), -- 1 elector, 2 inhabitant, 3 other; as declared
  shown       INTEGER NOT NULL CHECK (shown IN (0, 1)),     -- their name may be public
  contact     TEXT    NOT NULL,         -- given to be kept informed; may be empty
  sheet       INTEGER NOT NULL CHECK (sheet >= 0),          -- number written on the sheet; 0: on the web
  typed_by    TEXT    NOT NULL,         -- who typed the sheet; empty: signed on the web, or has left
  day         TEXT    NOT NULL          -- it was signed, or typed
) STRICT;
CREATE UNIQUE INDEX petition_signatures_once ON petition_signatures (petition_id, account_id) WHERE account_id <> '';
CREATE INDEX petition_signatures_person ON petition_signatures (petition_id, person_key, who);
CREATE INDEX petition_signatures_account ON petition_signatures (account_id) WHERE account_id <> '';
CREATE INDEX petition_signatures_typist ON petition_signatures (typed_by) WHERE typed_by <> '';

-- A file of signatures somebody took away.
CREATE TABLE petition_exports (
  id          TEXT    PRIMARY KEY,
  petition_id TEXT    NOT NULL REFERENCES petition_petitions ON DELETE CASCADE,
  account_id  TEXT    NOT NULL,         -- empty: has left
  at          INTEGER NOT NULL,
  people      INTEGER NOT NULL,         -- in the file
  until       INTEGER NOT NULL,         -- when the file has to be deleted
  reminded    INTEGER NOT NULL CHECK (reminded IN (0, 1))
) STRICT;
CREATE INDEX petition_exports_petition ON petition_exports (petition_id, at);
CREATE INDEX petition_exports_account ON petition_exports (account_id) WHERE account_id <> '';
CREATE INDEX petition_exports_due ON petition_exports (until) WHERE reminded = 0;
