-- 0040_moderation: second opinions, what a report weighs, removal by two, who decided what, sealed copies.

-- Public with the line: the article of the charter it rests on, its title as it stood.
ALTER TABLE moderation_entries ADD COLUMN article TEXT NOT NULL DEFAULT '';

-- Who decided a line of the log, and about whose thing: for moderators only.
-- It grows and does not change, but for the names of who leaves.
CREATE TABLE moderation_decisions (
  n          INTEGER PRIMARY KEY REFERENCES moderation_entries (n),
  module     TEXT    NOT NULL,
  thing_id   TEXT    NOT NULL,                    -- of module account: who it is about
  decided_by TEXT    NOT NULL,                    -- account; empty for the box itself, or once it left
  author_id  TEXT    NOT NULL                     -- account; empty for nobody on this box
) STRICT;
CREATE INDEX moderation_decisions_ref ON moderation_decisions (module, thing_id);
CREATE INDEX moderation_decisions_by ON moderation_decisions (decided_by);
CREATE INDEX moderation_decisions_author ON moderation_decisions (author_id);
CREATE TRIGGER moderation_decisions_keep BEFORE UPDATE ON moderation_decisions
WHEN new.n <> old.n OR new.module <> old.module
  OR new.thing_id <> old.thing_id AND (new.thing_id <> '' OR old.module <> 'account')
  OR new.decided_by <> old.decided_by AND new.decided_by <> ''
  OR new.author_id <> old.author_id AND new.author_id <> ''
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER moderation_decisions_stay BEFORE DELETE ON moderation_decisions BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;

-- 0: read as any other, and hides nothing (MD-3).
ALTER TABLE moderation_reports ADD COLUMN weight INTEGER NOT NULL DEFAULT 1 CHECK (weight IN (0, 1));
CREATE INDEX moderation_reports_by ON moderation_reports (reporter_id, decided_at);
CREATE INDEX moderation_reports_at ON moderation_reports (created_at);

-- "Demander un second avis" (MD-1): of what was hidden, or of a suspension.
CREATE TABLE moderation_appeals (
  id          TEXT    PRIMARY KEY,
  module      TEXT    NOT NULL,                   -- account: of a suspension
  thing_id    TEXT    NOT NULL,
  account_id  TEXT    NOT NULL,                   -- who asks; empty once they left
  appeal_text TEXT    NOT NULL,
  made_at     INTEGER NOT NULL,
  against     TEXT    NOT NULL,                   -- account that decided, and does not answer
  undone      INTEGER CHECK (undone IN (0, 1)),   -- NULL while it waits
  answer      TEXT    NOT NULL DEFAULT '',
  decided_at  INTEGER,
  decided_by  TEXT    NOT NULL DEFAULT '',
  CHECK ((undone IS NULL) = (decided_at IS NULL))
) STRICT;
CREATE UNIQUE INDEX moderation_appeals_open ON moderation_appeals (module, thing_id) WHERE undone IS NULL;
CREATE INDEX moderation_appeals_ref ON moderation_appeals (module, thing_id, made_at);

-- The same of what waits to be shown: it waits again, for somebody else.
ALTER TABLE moderation_holds ADD COLUMN refused_by TEXT NOT NULL DEFAULT '';     -- account that said no first
ALTER TABLE moderation_holds ADD COLUMN appeal TEXT NOT NULL DEFAULT '';
ALTER TABLE moderation_proposals ADD COLUMN refused_by TEXT NOT NULL DEFAULT '';
ALTER TABLE moderation_proposals ADD COLUMN appeal TEXT NOT NULL DEFAULT '';

-- Taken away for good: one moderator asks, another confirms. The row stays.
CREATE TABLE moderation_removals (
  module      TEXT    NOT NULL,
  thing_id    TEXT    NOT NULL,
  kind        TEXT    NOT NULL,                   -- of its card
  reason      TEXT    NOT NULL,
  reason_text TEXT    NOT NULL,                   -- for its author
  article     TEXT    NOT NULL,
  author_id   TEXT    NOT NULL,
  asked_at    INTEGER NOT NULL,
  asked_by    TEXT    NOT NULL,
  done_at     INTEGER,
  decided_by  TEXT    NOT NULL DEFAULT '',        -- who confirmed
  PRIMARY KEY (module, thing_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX moderation_removals_thing ON moderation_removals (thing_id);

-- What was illegal, as it stood, sealed for who holds the recovery sheet, until
-- a day (MD-7). The box cannot read it.
CREATE TABLE moderation_sealings (
  id         TEXT    PRIMARY KEY,
  module     TEXT    NOT NULL,
  thing_id   TEXT    NOT NULL,
  kind       TEXT    NOT NULL,
  sealed     BLOB    NOT NULL,
  sealed_at  INTEGER NOT NULL,
  until_at   INTEGER NOT NULL CHECK (until_at > sealed_at),
  decided_by TEXT    NOT NULL                     -- account that had it sealed
) STRICT;
CREATE INDEX moderation_sealings_ref ON moderation_sealings (module, thing_id);

-- The public half of the key of the recovery sheet; NULL on a box set up before
-- this, until somebody types the words.
ALTER TABLE account_boxes ADD COLUMN seal_key BLOB CHECK (length(seal_key) = 32);
