-- Whether this box may speak for its origin (PROTOCOL.md §9). inst is bound to
-- a machine: when the box starts elsewhere, or a neighbour holds more of its
-- log than it does, nothing is published until an operator has said why.
ALTER TABLE neighbour_publishers ADD COLUMN machine BLOB NOT NULL DEFAULT x''; -- SHA-256 of its serial numbers; empty: not bound yet
ALTER TABLE neighbour_publishers ADD COLUMN doubt   TEXT NOT NULL DEFAULT '' CHECK (doubt IN ('', 'moved', 'older', 'fork', 'copy'));

-- The newer state of the own log that a neighbour gave back: the records are a
-- complete staging, this is the tip they lead to.
CREATE TABLE neighbour_returns (
  log_id INTEGER PRIMARY KEY REFERENCES neighbour_logs ON DELETE CASCADE,
  epoch  INTEGER NOT NULL,
  seq    INTEGER NOT NULL,
  peer   TEXT    NOT NULL,                        -- who gave it
  tip    BLOB    NOT NULL                         -- epochs and head, as a frame
) STRICT;
