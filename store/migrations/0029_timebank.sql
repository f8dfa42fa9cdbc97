-- 0029_timebank: paper of the time bank: coupons that are printed, what is
-- typed in from paper in batches, what an older copy of the box lacks; and
-- trust lines to neighbouring boxes.

-- Sheets of coupons, and booklets of a member; each coupon's number is given
-- once.
CREATE TABLE timebank_prints (
  n          INTEGER PRIMARY KEY,
  series     TEXT    NOT NULL,          -- letters before the numbers of its coupons
  first      INTEGER NOT NULL CHECK (first > 0),
  count      INTEGER NOT NULL CHECK (count BETWEEN 1 AND 100),
  number     TEXT    REFERENCES timebank_accounts, -- whose booklet; null: blank coupons
  printed_at INTEGER NOT NULL,
  printed_by TEXT    NOT NULL,          -- empty: somebody who left
  UNIQUE (series, first)
) STRICT;
CREATE INDEX timebank_prints_by ON timebank_prints (printed_by) WHERE printed_by <> '';
CREATE INDEX timebank_prints_number ON timebank_prints (number) WHERE number IS NOT NULL;

-- An older copy of the box was put back: movements after it may be missing.
CREATE TABLE timebank_gaps (
  n        INTEGER PRIMARY KEY,
  series   TEXT    NOT NULL UNIQUE,     -- of the receipts and coupons that may be unknown; a new one follows
  last     INTEGER NOT NULL,            -- movement: those after it may be missing
  coupon   INTEGER NOT NULL,            -- coupon: those after it may be printed and unknown
  taken_at INTEGER NOT NULL,            -- the copy
  noted_at INTEGER NOT NULL,
  noted_by TEXT    NOT NULL,            -- empty: the box, or somebody who left
  done_at  INTEGER,                     -- all is in again, as an operator says
  done_by  TEXT    NOT NULL
) STRICT;
CREATE INDEX timebank_gaps_open ON timebank_gaps (n) WHERE done_at IS NULL;
CREATE INDEX timebank_gaps_noted ON timebank_gaps (noted_by) WHERE noted_by <> '';
CREATE INDEX timebank_gaps_done ON timebank_gaps (done_by) WHERE done_by <> '';

-- Paper typed in together. It is read again before anything is booked, and then
-- booked in one transaction.
CREATE TABLE timebank_batches (
  n          INTEGER PRIMARY KEY,
  gap        INTEGER REFERENCES timebank_gaps, -- of receipts that are taken in again; null: coupons
  state      TEXT    NOT NULL CHECK (state IN ('typed', 'checked', 'booked', 'dropped')),
  checked    TEXT    NOT NULL CHECK (checked IN ('', 'again', 'lines')), -- typed a second time, or compared line by line
  typed_at   INTEGER NOT NULL,
  typed_by   TEXT    NOT NULL,          -- empty: somebody who left; so below
  checked_by TEXT    NOT NULL,
  ended_at   INTEGER,
  ended_by   TEXT    NOT NULL
) STRICT;
CREATE INDEX timebank_batches_typed ON timebank_batches (typed_by) WHERE typed_by <> '';
CREATE INDEX timebank_batches_checked ON timebank_batches (checked_by) WHERE checked_by <> '';
CREATE INDEX timebank_batches_ended ON timebank_batches (ended_by) WHERE ended_by <> '';

-- One slip of a batch, as it was typed.
CREATE TABLE timebank_slips (
  batch       INTEGER NOT NULL REFERENCES timebank_batches,
  place       INTEGER NOT NULL CHECK (place > 0),
  paper       TEXT    NOT NULL,         -- number of the coupon, or of the receipt
  from_number TEXT    NOT NULL,         -- may be no account's
  to_number   TEXT    NOT NULL,
  minutes     INTEGER NOT NULL,
  day         TEXT    NOT NULL,         -- of the help, as on the wall
  fault       TEXT    NOT NULL,         -- why it was not booked; empty: it was, or nothing was
  transfer    INTEGER REFERENCES timebank_transfers,
  PRIMARY KEY (batch, place)
) STRICT, WITHOUT ROWID;
-- A slip of paper is booked once, for ever.
CREATE UNIQUE INDEX timebank_slips_booked ON timebank_slips (paper) WHERE transfer IS NOT NULL;

-- What this village and a neighbouring one may owe each other: each side says
-- how much it owes at most, and how much the other may owe it. The smaller of
-- both counts.
CREATE TABLE timebank_lines (
  peer       TEXT    PRIMARY KEY,       -- of the linked box
  number     TEXT    NOT NULL UNIQUE REFERENCES timebank_accounts, -- of kind frontier
  owe        INTEGER NOT NULL CHECK (owe >= 0),        -- minutes, as this village says
  lend       INTEGER NOT NULL CHECK (lend >= 0),
  their_owe  INTEGER NOT NULL CHECK (their_owe >= 0),  -- as the other one said
  their_lend INTEGER NOT NULL CHECK (their_lend >= 0),
  set_at     INTEGER NOT NULL,
  set_by     TEXT    NOT NULL,          -- empty: somebody who left
  ended_at   INTEGER                    -- null: it holds
) STRICT, WITHOUT ROWID;
CREATE INDEX timebank_lines_by ON timebank_lines (set_by) WHERE set_by <> '';
