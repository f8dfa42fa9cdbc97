-- 0023_reaction: one "J'aime" of a person for a public thing. Only their number
-- is ever shown.

CREATE TABLE reaction_reactions (
  module     TEXT    NOT NULL,
  thing_id   TEXT    NOT NULL,
  account_id TEXT    NOT NULL,
  at         INTEGER NOT NULL,
  PRIMARY KEY (module, thing_id, account_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX reaction_reactions_account ON reaction_reactions (account_id);
CREATE INDEX reaction_reactions_thing ON reaction_reactions (thing_id);

-- Who does not want to see them.
CREATE TABLE reaction_hidings (
  account_id TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
