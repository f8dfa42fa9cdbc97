-- 0028_timebank: accounts in minutes of help, and what moved between them.

-- The rules of the box; one row.
CREATE TABLE timebank_rules (
  one      INTEGER PRIMARY KEY CHECK (one = 1),
  low      INTEGER NOT NULL CHECK (low <= 0),   -- minutes; nobody pays further down
  high     INTEGER NOT NULL CHECK (high >= 0),  -- minutes; nobody is paid further up
  soft     INTEGER NOT NULL CHECK (soft IN (0, 1)), -- above high is noted instead of refused
  days     INTEGER NOT NULL CHECK (days BETWEEN 1 AND 90), -- a request to pay waits so long
  shown    INTEGER NOT NULL CHECK (shown IN (0, 1, 2)), -- balances: to nobody else, to holders of accounts, to everybody
  words    TEXT    NOT NULL,                    -- the village's own rules; empty for none
  series   TEXT    NOT NULL,                    -- letters before the numbers of receipts
  wrong_at INTEGER                              -- since when the sums are wrong and nothing moves; null: they are right
) STRICT;
INSERT INTO timebank_rules VALUES (1, -300, 1200, 0, 14, 0, '', 'A', NULL);

-- An account. Its number is said aloud, its last digit checks the others.
CREATE TABLE timebank_accounts (
  number     TEXT    PRIMARY KEY,
  kind       TEXT    NOT NULL CHECK (kind IN ('person', 'element', 'common', 'frontier')),
  account_id TEXT    NOT NULL,          -- the person; empty for other kinds, and after they left
  element_id TEXT    NOT NULL,          -- the organisation, whose administrators keep it
  name       TEXT    NOT NULL,          -- of an organisation or a neighbouring box, as last known
  balance    INTEGER NOT NULL,          -- minutes; the trigger below keeps it
  auto       INTEGER NOT NULL CHECK (auto IN (0, 1)), -- pays a request nobody answered
  opened_at  INTEGER NOT NULL,
  closed_at  INTEGER,
  CHECK (closed_at IS NULL OR balance = 0)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX timebank_accounts_person ON timebank_accounts (account_id) WHERE account_id <> '' AND closed_at IS NULL;
CREATE UNIQUE INDEX timebank_accounts_element ON timebank_accounts (element_id) WHERE element_id <> '' AND closed_at IS NULL;
INSERT INTO timebank_accounts VALUES ('0000', 'common', '', '', '', 0, 0, 0, NULL);

-- One movement: both of its legs in one row, so that all balances add up to 0.
CREATE TABLE timebank_transfers (
  n            INTEGER PRIMARY KEY,
  id           TEXT    NOT NULL UNIQUE, -- made before it is confirmed: sent twice, it is booked once
  series       TEXT    NOT NULL,
  kind         TEXT    NOT NULL CHECK (kind IN ('pay', 'request', 'paper', 'settle', 'reverse')),
  from_number  TEXT    NOT NULL REFERENCES timebank_accounts,
  to_number    TEXT    NOT NULL REFERENCES timebank_accounts,
  minutes      INTEGER NOT NULL CHECK (minutes > 0),
  text         TEXT    NOT NULL,        -- what for
  about_module TEXT    NOT NULL,
  about_id     TEXT    NOT NULL,
  day          TEXT    NOT NULL,        -- of the help, as on the wall; empty: the day it was booked
  at           INTEGER NOT NULL,
  entered_by   TEXT    NOT NULL,        -- who paid or typed it; empty: the box, or somebody who left
  reverses     INTEGER UNIQUE REFERENCES timebank_transfers,
  over         INTEGER NOT NULL CHECK (over IN (0, 1)), -- it took the receiver above a soft ceiling
  CHECK (from_number <> to_number),
  CHECK ((kind = 'reverse') = (reverses IS NOT NULL))
) STRICT;
CREATE INDEX timebank_transfers_from ON timebank_transfers (from_number, at, minutes);
CREATE INDEX timebank_transfers_to ON timebank_transfers (to_number, at, minutes);
CREATE INDEX timebank_transfers_by ON timebank_transfers (entered_by) WHERE entered_by <> '';
CREATE INDEX timebank_transfers_at ON timebank_transfers (at);

CREATE TRIGGER timebank_transfers_booked AFTER INSERT ON timebank_transfers BEGIN
  UPDATE timebank_accounts SET balance = balance - NEW.minutes WHERE number = NEW.from_number;
  UPDATE timebank_accounts SET balance = balance + NEW.minutes WHERE number = NEW.to_number;
END;
-- What is booked stays: a mistake is mended by a movement the other way.
CREATE TRIGGER timebank_transfers_stay BEFORE DELETE ON timebank_transfers BEGIN
  SELECT raise(ABORT, 'a movement is never deleted');
END;
CREATE TRIGGER timebank_transfers_fixed BEFORE UPDATE OF n, id, series, kind, from_number, to_number, minutes, day, at, reverses, over ON timebank_transfers BEGIN
  SELECT raise(ABORT, 'a movement is never changed');
END;

-- Somebody asks to be paid.
CREATE TABLE timebank_requests (
  id           TEXT    PRIMARY KEY,
  from_number  TEXT    NOT NULL REFERENCES timebank_accounts, -- who is to pay
  to_number    TEXT    NOT NULL REFERENCES timebank_accounts, -- who asks
  minutes      INTEGER NOT NULL CHECK (minutes > 0),
  text         TEXT    NOT NULL,
  about_module TEXT    NOT NULL,
  about_id     TEXT    NOT NULL,
  day          TEXT    NOT NULL,
  state        TEXT    NOT NULL CHECK (state IN ('open', 'paid', 'refused', 'withdrawn', 'expired')),
  reason       TEXT    NOT NULL,        -- why it was refused
  asked_at     INTEGER NOT NULL,
  ends_at      INTEGER NOT NULL,
  asked_by     TEXT    NOT NULL,        -- empty: somebody who left
  answered_at  INTEGER,
  transfer     INTEGER REFERENCES timebank_transfers,
  CHECK (from_number <> to_number),
  CHECK ((state = 'paid') = (transfer IS NOT NULL))
) STRICT;
CREATE INDEX timebank_requests_from ON timebank_requests (from_number, asked_at);
CREATE INDEX timebank_requests_to ON timebank_requests (to_number, asked_at);
CREATE INDEX timebank_requests_open ON timebank_requests (ends_at) WHERE state = 'open';
CREATE INDEX timebank_requests_by ON timebank_requests (asked_by) WHERE asked_by <> '';
