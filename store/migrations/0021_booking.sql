-- 0021_booking: what changes hands with a booking, and what was answered when
-- it was asked for.

-- One thing done: a document handed in, a deposit, the key out and in, the
-- state of the place, the price agreed, a fee waived. It is there once it is
-- done, and goes when it is taken back; booking_acts tells of both.
CREATE TABLE booking_steps (
  booking_id TEXT    NOT NULL REFERENCES booking_bookings ON DELETE CASCADE,
  step       TEXT    NOT NULL CHECK (step IN ('price', 'document', 'deposit_in', 'key_out', 'state_in', 'state_out', 'key_in',
               'deposit_out', 'waived', 'late')), -- late: the box told somebody that it is not back
  item       TEXT    NOT NULL,          -- which document; of late the booking that is not back; else empty
  note       TEXT    NOT NULL,
  cents      INTEGER NOT NULL CHECK (cents >= 0),
  done_by      TEXT    NOT NULL,          -- the manager; empty: the box, or somebody who has left
  at         INTEGER NOT NULL,
  PRIMARY KEY (booking_id, step, item)
) STRICT, WITHOUT ROWID;
CREATE INDEX booking_steps_by ON booking_steps (done_by) WHERE done_by <> '';

-- What is out of the house, to find what should be back.
CREATE TABLE booking_loans (
  booking_id  TEXT    PRIMARY KEY REFERENCES booking_bookings ON DELETE CASCADE,
  resource_id TEXT    NOT NULL REFERENCES booking_resources ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX booking_loans_resource ON booking_loans (resource_id);

-- Answers to the questions of a resource's terms, with the question as it was
-- then.
CREATE TABLE booking_answers (
  booking_id TEXT    NOT NULL REFERENCES booking_bookings ON DELETE CASCADE,
  question   TEXT    NOT NULL,          -- its key in the terms
  label      TEXT    NOT NULL,
  answer     TEXT    NOT NULL,
  place      INTEGER NOT NULL,          -- their order
  PRIMARY KEY (booking_id, question)
) STRICT, WITHOUT ROWID;

-- What does not work in a room, as somebody who stood there said.
CREATE TABLE booking_faults (
  id          TEXT    PRIMARY KEY,
  resource_id TEXT    NOT NULL REFERENCES booking_resources ON DELETE CASCADE,
  what        TEXT    NOT NULL,         -- heating, light, water, lock, cleaning, gear, other
  text        TEXT    NOT NULL,         -- for the managers only
  author_id   TEXT    NOT NULL,         -- empty: a visitor, or somebody who has left
  at          INTEGER NOT NULL,
  settled_at  INTEGER,                  -- null while it lasts
  settled_by  TEXT    NOT NULL
) STRICT;
CREATE INDEX booking_faults_open ON booking_faults (resource_id, at) WHERE settled_at IS NULL;
CREATE INDEX booking_faults_author ON booking_faults (author_id) WHERE author_id <> '';
CREATE INDEX booking_faults_settled ON booking_faults (settled_by) WHERE settled_by <> '';
