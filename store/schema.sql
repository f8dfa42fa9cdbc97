-- Made by `make schema` from the migrations; do not edit.

CREATE TRIGGER account_log_grounds_keep BEFORE UPDATE ON account_log_grounds BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;

CREATE TRIGGER account_log_grounds_stay BEFORE DELETE ON account_log_grounds BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;

CREATE TRIGGER account_logs_keep BEFORE UPDATE ON account_logs BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;

CREATE TRIGGER account_logs_stay BEFORE DELETE ON account_logs BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;

CREATE TRIGGER listing_cards_added AFTER INSERT ON listing_cards BEGIN
  INSERT INTO listing_counts VALUES (NEW.kind, NEW.seen_by, 1)
    ON CONFLICT DO UPDATE SET n = n + 1;
END;

CREATE TRIGGER listing_cards_moved AFTER UPDATE OF kind, audience, hidden ON listing_cards BEGIN
  UPDATE listing_counts SET n = n - 1 WHERE kind = OLD.kind AND seen_by = OLD.seen_by;
  INSERT INTO listing_counts VALUES (NEW.kind, NEW.seen_by, 1)
    ON CONFLICT DO UPDATE SET n = n + 1;
END;

CREATE TRIGGER listing_cards_removed AFTER DELETE ON listing_cards BEGIN
  UPDATE listing_counts SET n = n - 1 WHERE kind = OLD.kind AND seen_by = OLD.seen_by;
END;

CREATE TRIGGER listing_tag_acts_keep BEFORE UPDATE OF n, at, act, spelling, tag, cards, seen_by ON listing_tag_acts BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;

CREATE TRIGGER listing_tag_acts_stay BEFORE DELETE ON listing_tag_acts BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;

CREATE TRIGGER listing_zone_cards_moved AFTER UPDATE OF kind, audience, hidden, expires_at ON listing_cards BEGIN
  UPDATE listing_zone_cards SET kind = NEW.kind, seen_by = NEW.seen_by, expires_at = NEW.expires_at WHERE card_id = NEW.card_id;
END;

CREATE TRIGGER moderation_decisions_keep BEFORE UPDATE ON moderation_decisions
WHEN new.n <> old.n OR new.module <> old.module
  OR new.thing_id <> old.thing_id AND (new.thing_id <> '' OR old.module <> 'account')
  OR new.decided_by <> old.decided_by AND new.decided_by <> ''
  OR new.author_id <> old.author_id AND new.author_id <> ''
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;

CREATE TRIGGER moderation_decisions_stay BEFORE DELETE ON moderation_decisions BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;

CREATE TRIGGER moderation_entries_keep BEFORE UPDATE ON moderation_entries BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;

CREATE TRIGGER moderation_entries_stay BEFORE DELETE ON moderation_entries BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;

CREATE TRIGGER timebank_transfers_booked AFTER INSERT ON timebank_transfers BEGIN
  UPDATE timebank_accounts SET balance = balance - NEW.minutes WHERE number = NEW.from_number;
  UPDATE timebank_accounts SET balance = balance + NEW.minutes WHERE number = NEW.to_number;
END;

CREATE TRIGGER timebank_transfers_fixed BEFORE UPDATE OF n, id, series, kind, from_number, to_number, minutes, day, at, reverses, over ON timebank_transfers BEGIN
  SELECT raise(ABORT, 'a movement is never changed');
END;

CREATE TRIGGER timebank_transfers_stay BEFORE DELETE ON timebank_transfers BEGIN
  SELECT raise(ABORT, 'a movement is never deleted');
END;

CREATE TABLE account_acceptances (
  account_id  TEXT    NOT NULL REFERENCES account_people (id) ON DELETE CASCADE,
  version     INTEGER NOT NULL REFERENCES account_charters (version),
  accepted_at INTEGER NOT NULL,
  on_paper    INTEGER NOT NULL DEFAULT 0 CHECK (on_paper IN (0, 1)), -- an operator saw the signed sheet
  PRIMARY KEY (account_id, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE account_acts (
  id         INTEGER PRIMARY KEY,
  account_id TEXT    NOT NULL REFERENCES account_people (id) ON DELETE CASCADE,
  at         INTEGER NOT NULL,
  act        TEXT    NOT NULL
) STRICT;

CREATE TABLE account_boxes (
  id                INTEGER PRIMARY KEY CHECK (id = 1),
  card_id           TEXT    NOT NULL,             -- of the box's own public card
  setup_hash        BLOB,                         -- SHA-256 of the token of the phone that sets up; NULL before and after
  name              TEXT    NOT NULL DEFAULT '',  -- "La boîte de Valmorel-sur-Lère"
  insee             TEXT    NOT NULL DEFAULT '',  -- commune
  commune           TEXT    NOT NULL DEFAULT '',  -- its name
  lat               INTEGER NOT NULL DEFAULT 0,   -- WGS 84 × 100,000
  lon               INTEGER NOT NULL DEFAULT 0,
  place_confirmed   INTEGER NOT NULL DEFAULT 0 CHECK (place_confirmed IN (0, 1)),
  publisher         TEXT    NOT NULL DEFAULT '',  -- legal notice: who publishes
  publisher_address TEXT    NOT NULL DEFAULT '',
  publisher_phone   TEXT    NOT NULL DEFAULT '',
  director          TEXT    NOT NULL DEFAULT '',  -- director of publication
  host              TEXT    NOT NULL DEFAULT '',  -- who keeps the machine
  host_address      TEXT    NOT NULL DEFAULT '',
  host_phone        TEXT    NOT NULL DEFAULT '',
  contact           TEXT    NOT NULL DEFAULT '',  -- data protection contact
  recovery_hash     BLOB,                         -- SHA-256 of the recovery public key
  recovery_printed  INTEGER NOT NULL DEFAULT 0 CHECK (recovery_printed IN (0, 1)),
  done_at           INTEGER                       -- set up since; NULL until then
, recovery_used_at INTEGER, seal_key BLOB CHECK (length(seal_key) = 32), backup_key BLOB CHECK (length(backup_key) = 32), restored_at INTEGER, restored_from INTEGER) STRICT;

CREATE TABLE account_charters (
  version      INTEGER PRIMARY KEY,
  body         TEXT    NOT NULL,
  published_at INTEGER                            -- NULL: a draft
, major INTEGER NOT NULL DEFAULT 1 CHECK (major > 0), minor INTEGER NOT NULL DEFAULT 0 CHECK (minor >= 0), due_at INTEGER, summary TEXT NOT NULL DEFAULT '') STRICT;

CREATE TABLE account_codes (
  account_id TEXT    NOT NULL REFERENCES account_people (id) ON DELETE CASCADE,
  number     INTEGER NOT NULL CHECK (number BETWEEN 1 AND 8),
  hash       TEXT    NOT NULL,                    -- argon2id
  used_at    INTEGER,
  PRIMARY KEY (account_id, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE account_erasures (
  id_hash   BLOB    PRIMARY KEY,                  -- SHA-256 of the account's id
  erased_on INTEGER NOT NULL,                     -- start of the day
  keep      INTEGER NOT NULL CHECK (keep IN (0, 1)) -- what they wrote stays, unnamed
) STRICT, WITHOUT ROWID;

CREATE TABLE account_log_grounds (
  n      INTEGER PRIMARY KEY REFERENCES account_logs (n),
  module TEXT    NOT NULL,
  ref    TEXT    NOT NULL
) STRICT;

CREATE TABLE account_logs (
  n    INTEGER PRIMARY KEY,
  at   INTEGER NOT NULL,
  act  TEXT    NOT NULL,
  hash BLOB    NOT NULL                           -- SHA-256(hash of n-1, n, at, act)
) STRICT;

CREATE TABLE account_minors (
  account_id TEXT    PRIMARY KEY REFERENCES account_people (id) ON DELETE CASCADE,
  month      TEXT    NOT NULL,                    -- of the 15th birthday, "2026-07"; empty once it has come
  agreed_at  INTEGER                              -- an operator saw the sheet a parent signed; NULL: not yet
) STRICT;

CREATE TABLE account_people (
  id          TEXT    PRIMARY KEY,
  login       TEXT    NOT NULL UNIQUE,            -- folded: elodie.martin
  name        TEXT    NOT NULL,                   -- as shown; may repeat
  name_folded TEXT    NOT NULL,
  hamlet      TEXT    NOT NULL DEFAULT '',        -- tells two of one name apart
  role        INTEGER NOT NULL CHECK (role BETWEEN 1 AND 3),
  password    TEXT    NOT NULL DEFAULT '',        -- argon2id, PHC text; empty: none yet
  must_change INTEGER NOT NULL DEFAULT 0 CHECK (must_change IN (0, 1)),
  created_at  INTEGER NOT NULL
) STRICT;

CREATE TABLE account_sessions (
  token_hash  BLOB    PRIMARY KEY,                -- SHA-256 of the cookie
  id          TEXT    NOT NULL UNIQUE,            -- to name it on a page
  account_id  TEXT    NOT NULL REFERENCES account_people (id) ON DELETE CASCADE,
  device      TEXT    NOT NULL DEFAULT '',        -- "Firefox, Android"
  shared      INTEGER NOT NULL CHECK (shared IN (0, 1)),
  created_at  INTEGER NOT NULL,
  seen_at     INTEGER NOT NULL,                   -- to the day, for an operator to five minutes
  expires_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE account_slips (
  account_id TEXT    PRIMARY KEY REFERENCES account_people (id) ON DELETE CASCADE,
  hash       TEXT    NOT NULL,                    -- argon2id
  printed_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;

CREATE TABLE account_suspensions (
  account_id TEXT    PRIMARY KEY REFERENCES account_people (id) ON DELETE CASCADE,
  from_at    INTEGER NOT NULL,
  until_at   INTEGER NOT NULL CHECK (until_at > from_at),
  reason     TEXT    NOT NULL                     -- in words, for the person
) STRICT;

CREATE TABLE account_texts (
  id           TEXT    NOT NULL,
  version      INTEGER NOT NULL,
  title        TEXT    NOT NULL,
  body         TEXT    NOT NULL,
  summary      TEXT    NOT NULL,                  -- what changes and why, in a few words
  published_at INTEGER NOT NULL,
  PRIMARY KEY (id, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE account_waits (
  id         INTEGER PRIMARY KEY CHECK (id = 1),
  started_at INTEGER NOT NULL,
  ends_at    INTEGER NOT NULL
) STRICT;

CREATE TABLE ads_ads (
  id          TEXT    PRIMARY KEY,
  verb        TEXT    NOT NULL CHECK (verb IN ('give', 'sell', 'lend', 'rent', 'swap', 'job', 'seek')),
  title       TEXT    NOT NULL,
  text        TEXT    NOT NULL,
  category    TEXT    NOT NULL,                   -- key of the set ads.ad
  fields      TEXT    NOT NULL DEFAULT '{}',      -- to the operator's fields, by key
  price       INTEGER,                            -- cents or minutes; NULL with its unit when none was said
  price_unit  TEXT    CHECK (price_unit IN ('EUR', 'min', 'free', 'swap', 'ask')),
  per         TEXT    NOT NULL DEFAULT '' CHECK (per IN ('', 'hour', 'day', 'week', 'month')), -- what the price is for
  place       TEXT    NOT NULL,                   -- in words; may be empty
  lat         INTEGER,                            -- rough, degrees × 100,000; NULL with lon when it is the commune
  lon         INTEGER,
  audience    INTEGER NOT NULL CHECK (audience IN (0, 1)), -- as listing.Audience
  state       TEXT    NOT NULL CHECK (state IN ('available', 'reserved', 'waiting', 'gone', 'over')), -- waiting: a moderator looks first; gone: its author says so; over: its time has passed
  renewals    INTEGER NOT NULL DEFAULT 0,         -- since its words changed last
  warned      INTEGER NOT NULL DEFAULT 0 CHECK (warned IN (0, 1)), -- its author knows that it ends soon
  author_id   TEXT    NOT NULL,                   -- empty after they left, where an organisation answers for it
  expires_at  INTEGER NOT NULL,
  ended_at    INTEGER,                            -- of gone and over
  created_at  INTEGER NOT NULL,
  updated_at  INTEGER NOT NULL
, masked INTEGER NOT NULL DEFAULT 0 CHECK (masked IN (0, 1)), group_id TEXT, inside INTEGER NOT NULL DEFAULT 0 -- 1 for the group's members alone; audience is 0 then
  CHECK (inside IN (0, 1) AND (inside = 0 OR (audience = 0 AND group_id IS NOT NULL)))) STRICT;

CREATE TABLE ads_rules (
  one      INTEGER PRIMARY KEY CHECK (one = 1),
  days     INTEGER NOT NULL,                      -- an ad stands for
  renewals INTEGER NOT NULL                       -- without a change of its words
) STRICT;

CREATE TABLE agenda_events (
  id               TEXT    PRIMARY KEY,           -- also of its card
  title            TEXT    NOT NULL,
  description      TEXT    NOT NULL,
  place            TEXT    NOT NULL,
  organiser        TEXT    NOT NULL,
  contact          TEXT    NOT NULL,              -- public: where to ask
  tags             TEXT    NOT NULL,              -- one a line
  lat              INTEGER,                       -- degrees × 100,000
  lon              INTEGER,
  starts           TEXT    NOT NULL,              -- on the wall: 2026-03-14T20:00
  ends             TEXT    NOT NULL,              -- empty without an end; of all-day events the day after the last
  zone             TEXT    NOT NULL,              -- IANA
  all_day          INTEGER NOT NULL CHECK (all_day IN (0, 1)),
  winter           INTEGER NOT NULL CHECK (winter IN (0, 1)), -- in the hour that comes twice, the second one
  starts_at        INTEGER NOT NULL,
  ends_at          INTEGER NOT NULL,              -- exclusive; starts_at without an end
  audience         INTEGER NOT NULL CHECK (audience IN (0, 1)), -- 0 residents, 1 everybody
  reason TEXT    NOT NULL,
  author_id        TEXT    NOT NULL,              -- empty: a visitor's, or of somebody who left
  validated_by     TEXT    NOT NULL,              -- the moderator of a visitor's proposal
  sequence         INTEGER NOT NULL,              -- RFC 5545 SEQUENCE
  created_at       INTEGER NOT NULL,
  updated_at       INTEGER NOT NULL, series TEXT NOT NULL DEFAULT '' -- JSON: rule, dates added, taken out, skipped and changed; empty: once
  CHECK (series = '' OR json_valid(series)), listed TEXT NOT NULL DEFAULT '', status TEXT NOT NULL DEFAULT 'confirmed' -- postponed: no new date yet
  CHECK (status IN ('confirmed', 'tentative', 'cancelled', 'postponed')), moved_from TEXT NOT NULL DEFAULT '', draft INTEGER NOT NULL DEFAULT 0 CHECK (draft IN (0, 1)), publish_at INTEGER, parent_id TEXT NOT NULL DEFAULT '', masked INTEGER NOT NULL DEFAULT 0 CHECK (masked IN (0, 1)), group_id TEXT, inside INTEGER NOT NULL DEFAULT 0 -- 1 for the group's members alone; audience is 0 then
  CHECK (inside IN (0, 1) AND (inside = 0 OR (audience = 0 AND group_id IS NOT NULL))),
  CHECK ((lat IS NULL) = (lon IS NULL)),
  CHECK (ends_at >= starts_at)
) STRICT;

CREATE TABLE agenda_participations (
  n          INTEGER PRIMARY KEY,           -- the order in which people asked
  id         TEXT    NOT NULL UNIQUE,
  event_id   TEXT    NOT NULL REFERENCES agenda_events ON DELETE CASCADE,
  date       TEXT    NOT NULL,              -- of a series the date, on the wall; otherwise empty
  account_id TEXT    NOT NULL,              -- empty: no account
  name       TEXT    NOT NULL,              -- of who has no account
  code_hash  BLOB    UNIQUE,                -- SHA-256 of what withdraws it; null of an account's
  persons    INTEGER NOT NULL CHECK (persons BETWEEN 1 AND 20),
  note       TEXT    NOT NULL,              -- to the organiser
  waiting    INTEGER NOT NULL CHECK (waiting IN (0, 1)),
  asked_at   INTEGER NOT NULL,
  ends_at    INTEGER NOT NULL               -- of the date: names are forgotten some time after
) STRICT;

CREATE TABLE agenda_rolls (
  event_id  TEXT    PRIMARY KEY REFERENCES agenda_events ON DELETE CASCADE,
  capacity  INTEGER NOT NULL CHECK (capacity >= 0),            -- persons on each date; 0 for as many as come
  most      INTEGER NOT NULL CHECK (most BETWEEN 1 AND 20),    -- persons of one participation
  anonymous INTEGER NOT NULL CHECK (anonymous IN (0, 1)),      -- also who has no account, with a name only
  closed    INTEGER NOT NULL CHECK (closed IN (0, 1))          -- nobody new
) STRICT, WITHOUT ROWID;

CREATE TABLE assembly_assemblies (
  id           TEXT    PRIMARY KEY,
  group_id     TEXT    NOT NULL,         -- whose meeting it is; empty: an organisation's
  element_id   TEXT    NOT NULL,         -- the organisation; empty: a group's
  author_id    TEXT    NOT NULL,         -- who planned it; empty: has left
  title        TEXT    NOT NULL,
  place        TEXT    NOT NULL,
  description  TEXT    NOT NULL,         -- what the convocation says beside
  starts       TEXT    NOT NULL,         -- on the wall
  zone         TEXT    NOT NULL,         -- IANA
  starts_at    INTEGER NOT NULL,         -- the same as an instant
  notice       INTEGER NOT NULL,         -- days the statutes want between convocation and meeting
  strict       INTEGER NOT NULL CHECK (strict IN (0, 1)), -- too late is refused, not warned of
  proxies      INTEGER NOT NULL,         -- how many one person may hold
  quorum_num   INTEGER NOT NULL,         -- a share of the roll; den 0: none
  quorum_den   INTEGER NOT NULL,
  quorum_least INTEGER NOT NULL CHECK (quorum_least IN (0, 1)), -- at least that share, not more than it
  again_num    INTEGER NOT NULL,         -- the same when it is convened a second time
  again_den    INTEGER NOT NULL,
  again_least  INTEGER NOT NULL CHECK (again_least IN (0, 1)),
  again_notice INTEGER NOT NULL,         -- days, of a second convocation
  after_id     TEXT    NOT NULL,         -- the meeting without quorum it follows; empty: the first
  state        TEXT    NOT NULL CHECK (state IN ('draft', 'convened', 'open', 'closed', 'cancelled')),
  convened_at  INTEGER NOT NULL,         -- 0: not yet
  late         INTEGER NOT NULL,         -- days it was convened too late, knowingly
  opened_at    INTEGER NOT NULL,
  closed_at    INTEGER NOT NULL,
  present      INTEGER NOT NULL,         -- when it was closed
  represented  INTEGER NOT NULL,         -- when it was closed
  reason       TEXT    NOT NULL,         -- why it was cancelled
  created_at   INTEGER NOT NULL
) STRICT;

CREATE TABLE assembly_items (
  id          TEXT    PRIMARY KEY,
  assembly_id TEXT    NOT NULL REFERENCES assembly_assemblies ON DELETE CASCADE,
  n           INTEGER NOT NULL,          -- from 1
  title       TEXT    NOT NULL,
  proposal_id TEXT    NOT NULL,          -- a decision of this box; empty: none
  state       TEXT    NOT NULL CHECK (state IN ('todo', 'current', 'done')),
  present     INTEGER NOT NULL,          -- when it was done with
  represented INTEGER NOT NULL,          -- when it was done with
  said        TEXT    NOT NULL,          -- what the minutes say of it
  hands       INTEGER NOT NULL CHECK (hands IN (0, 1)), -- there was a show of hands
  pro         INTEGER NOT NULL,
  contra      INTEGER NOT NULL,
  abstained   INTEGER NOT NULL
, share_num INTEGER NOT NULL DEFAULT 1, share_den INTEGER NOT NULL DEFAULT 2, share_least INTEGER NOT NULL DEFAULT 0 CHECK (share_least IN (0, 1)), share_of TEXT NOT NULL DEFAULT 'expressed' CHECK (share_of IN ('expressed', 'voters', 'roll'))) STRICT;

CREATE TABLE assembly_proxies (
  id          TEXT    PRIMARY KEY,
  assembly_id TEXT    NOT NULL REFERENCES assembly_assemblies ON DELETE CASCADE,
  giver       TEXT    NOT NULL REFERENCES assembly_roll ON DELETE CASCADE,
  holder      TEXT    NOT NULL REFERENCES assembly_roll ON DELETE CASCADE,
  paper       INTEGER NOT NULL CHECK (paper IN (0, 1)), -- on a signed sheet, typed by who keeps the meeting
  given_at    INTEGER NOT NULL,
  came        INTEGER NOT NULL CHECK (came IN (0, 1))   -- the giver came after all
) STRICT;

CREATE TABLE assembly_roll (
  id          TEXT    PRIMARY KEY,
  assembly_id TEXT    NOT NULL REFERENCES assembly_assemblies ON DELETE CASCADE,
  account_id  TEXT    NOT NULL,          -- empty: somebody without account, or who has left
  name        TEXT    NOT NULL,          -- of somebody without account
  there       INTEGER NOT NULL CHECK (there IN (0, 1)),
  came_at     INTEGER NOT NULL,          -- 0: has not come
  left_at     INTEGER NOT NULL           -- 0: has not left again
) STRICT;

CREATE TABLE booking_acts (
  id         INTEGER PRIMARY KEY,
  booking_id TEXT    NOT NULL REFERENCES booking_bookings ON DELETE CASCADE,
  account_id TEXT    NOT NULL,          -- empty: the box, or somebody who has left
  act        TEXT    NOT NULL,
  text       TEXT    NOT NULL,
  at         INTEGER NOT NULL
) STRICT;

CREATE TABLE booking_answers (
  booking_id TEXT    NOT NULL REFERENCES booking_bookings ON DELETE CASCADE,
  question   TEXT    NOT NULL,          -- its key in the terms
  label      TEXT    NOT NULL,
  answer     TEXT    NOT NULL,
  place      INTEGER NOT NULL,          -- their order
  PRIMARY KEY (booking_id, question)
) STRICT, WITHOUT ROWID;

CREATE TABLE booking_bookings (
  id          TEXT    PRIMARY KEY,
  resource_id TEXT    NOT NULL REFERENCES booking_resources ON DELETE CASCADE,
  series_id   TEXT    REFERENCES booking_series ON DELETE SET NULL,
  author_id   TEXT    NOT NULL,         -- who asked; empty: has left
  holder      TEXT    NOT NULL,         -- for whom, when a manager wrote it down
  title       TEXT    NOT NULL,
  note        TEXT    NOT NULL,         -- to the managers
  private     INTEGER NOT NULL CHECK (private IN (0, 1)), -- plans say "occupied"
  people      INTEGER NOT NULL CHECK (people >= 0),
  units       INTEGER NOT NULL CHECK (units >= 1),        -- of goods
  class       TEXT    NOT NULL,         -- of the tariff and of the order of preference; empty for none
  package     TEXT    NOT NULL,         -- of the tariff; empty: the hours as they are
  starts      TEXT    NOT NULL,         -- on the wall, 2026-03-14T20:00
  ends        TEXT    NOT NULL,         -- exclusive
  zone        TEXT    NOT NULL,         -- IANA
  all_day     INTEGER NOT NULL CHECK (all_day IN (0, 1)),
  starts_at   INTEGER NOT NULL,
  ends_at     INTEGER NOT NULL CHECK (ends_at > starts_at),
  state       TEXT    NOT NULL CHECK (state IN ('asked', 'approved', 'refused', 'cancelled', 'queued', 'expired')),
  reason      TEXT    NOT NULL,         -- why it was refused or cancelled
  derogation  TEXT    NOT NULL,         -- why a manager set a rule aside
  was         TEXT    NOT NULL,         -- while a change waits for its answer: resource, starts, ends, all_day as JSON
  publish     INTEGER NOT NULL CHECK (publish IN (0, 1)), -- as an event of the agenda, once approved
  event_id    TEXT    NOT NULL,         -- that event; empty for none
  event_date  TEXT    NOT NULL,         -- which of its dates, as its series first had it; empty for its only one
  follows     INTEGER NOT NULL CHECK (follows IN (0, 1)), -- the event moves too when the change is approved
  answered_by TEXT    NOT NULL,         -- the manager
  asked_at    INTEGER NOT NULL,
  expires_at  INTEGER,                  -- of one that waits
  updated_at  INTEGER NOT NULL
) STRICT;

CREATE TABLE booking_exchanges (
  id         TEXT    PRIMARY KEY,
  one_id     TEXT    NOT NULL REFERENCES booking_bookings ON DELETE CASCADE, -- of who asks
  other_id   TEXT    NOT NULL REFERENCES booking_bookings ON DELETE CASCADE,
  agreed     INTEGER NOT NULL CHECK (agreed IN (0, 1)), -- the other said yes; a manager answers
  asked_at   INTEGER NOT NULL,
  UNIQUE (one_id, other_id)
) STRICT;

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

CREATE TABLE booking_loans (
  booking_id  TEXT    PRIMARY KEY REFERENCES booking_bookings ON DELETE CASCADE,
  resource_id TEXT    NOT NULL REFERENCES booking_resources ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE booking_managers (
  resource_id TEXT NOT NULL REFERENCES booking_resources ON DELETE CASCADE,
  account_id  TEXT NOT NULL,
  PRIMARY KEY (resource_id, account_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE booking_parts (
  whole_id TEXT NOT NULL REFERENCES booking_resources ON DELETE CASCADE,
  part_id  TEXT NOT NULL REFERENCES booking_resources ON DELETE CASCADE,
  PRIMARY KEY (whole_id, part_id),
  CHECK (whole_id <> part_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE booking_resources (
  id          TEXT    PRIMARY KEY,      -- also of its card
  kind        TEXT    NOT NULL CHECK (kind IN ('room', 'good')),
  name        TEXT    NOT NULL,
  description TEXT    NOT NULL,
  site        TEXT    NOT NULL,         -- where it is, as people say it; a place of the directory when there is one of this name
  capacity    INTEGER NOT NULL CHECK (capacity >= 0),            -- persons; 0: not said
  equipment   TEXT    NOT NULL,         -- one a line
  stock       INTEGER NOT NULL CHECK (stock BETWEEN 1 AND 10000), -- of goods; a room is 1
  before_min  INTEGER NOT NULL CHECK (before_min BETWEEN 0 AND 1440), -- kept free before each booking
  after_min   INTEGER NOT NULL CHECK (after_min BETWEEN 0 AND 1440),  -- and after
  who         TEXT    NOT NULL CHECK (who IN ('residents', 'managers')), -- who may ask
  validated   INTEGER NOT NULL CHECK (validated IN (0, 1)),  -- a manager answers each request
  text_again  INTEGER NOT NULL CHECK (text_again IN (0, 1)), -- also when only its words change
  zone        TEXT    NOT NULL,         -- IANA
  terms       TEXT    NOT NULL,         -- rules and tariffs as JSON; empty for none
  closed      INTEGER NOT NULL CHECK (closed IN (0, 1)),     -- nobody can book it any more
  longest     INTEGER NOT NULL,         -- seconds of its longest stretch ever: how far a search looks back
  created_at  INTEGER NOT NULL,
  updated_at  INTEGER NOT NULL
) STRICT;

CREATE TABLE booking_rules (
  one  INTEGER PRIMARY KEY CHECK (one = 1),
  days INTEGER NOT NULL CHECK (days BETWEEN 1 AND 90) -- a request holds its hours so long without an answer
) STRICT;

CREATE TABLE booking_series (
  id          TEXT    PRIMARY KEY,
  resource_id TEXT    NOT NULL REFERENCES booking_resources ON DELETE CASCADE,
  author_id   TEXT    NOT NULL,
  rule        TEXT    NOT NULL,         -- RRULE, RFC 5545 §3.3.10
  skip        TEXT    NOT NULL,         -- what it leaves out: "", "public", "school:C", both with a space
  created_at  INTEGER NOT NULL
) STRICT;

CREATE TABLE booking_spans (
  booking_id  TEXT    NOT NULL REFERENCES booking_bookings ON DELETE CASCADE,
  resource_id TEXT    NOT NULL REFERENCES booking_resources ON DELETE CASCADE,
  old         INTEGER NOT NULL CHECK (old IN (0, 1)), -- where it stood, until a change is answered
  busy_from   INTEGER NOT NULL,         -- with what is kept free before
  busy_until  INTEGER NOT NULL,         -- with what is kept free after; exclusive
  from_at     INTEGER NOT NULL,
  until_at    INTEGER NOT NULL,
  units       INTEGER NOT NULL,
  PRIMARY KEY (booking_id, resource_id, old)
) STRICT, WITHOUT ROWID;

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

CREATE TABLE category_choices (
  set_name    TEXT    NOT NULL,                   -- directory.org, directory.place, …
  key         TEXT    NOT NULL,                   -- slug of its first name
  name        TEXT    NOT NULL,                   -- as shown; also the first tag of the cards that have it
  icon        TEXT    NOT NULL,                   -- of the sprite
  position    INTEGER NOT NULL,
  retired     INTEGER NOT NULL DEFAULT 0 CHECK (retired IN (0, 1)), -- not to be chosen any more
  merged_into TEXT    NOT NULL DEFAULT '', warning TEXT NOT NULL DEFAULT '', vetted INTEGER NOT NULL DEFAULT 0 CHECK (vetted IN (0, 1)),        -- key that stands for it since a merge
  PRIMARY KEY (set_name, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE category_fields (
  set_name TEXT    NOT NULL,
  key      TEXT    NOT NULL,
  label    TEXT    NOT NULL,
  help     TEXT    NOT NULL,
  kind     TEXT    NOT NULL CHECK (kind IN ('text', 'long', 'number', 'yesno', 'choice')),
  choices  TEXT    NOT NULL,                      -- one a line
  public   INTEGER NOT NULL CHECK (public IN (0, 1)), -- 0 residents only
  required INTEGER NOT NULL CHECK (required IN (0, 1)),
  position INTEGER NOT NULL,
  retired  INTEGER NOT NULL DEFAULT 0 CHECK (retired IN (0, 1)),
  PRIMARY KEY (set_name, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE category_merges (
  id        INTEGER PRIMARY KEY,
  set_name  TEXT    NOT NULL,
  from_key  TEXT    NOT NULL,
  into_key  TEXT    NOT NULL,
  things    TEXT    NOT NULL,                     -- ids, one a line
  merged_at INTEGER NOT NULL,
  undone_at INTEGER                               -- NULL: it stands
) STRICT;

CREATE TABLE directory_acts (
  id         INTEGER PRIMARY KEY,
  element_id TEXT    NOT NULL REFERENCES directory_elements ON DELETE CASCADE,
  account_id TEXT    NOT NULL,             -- who acted; empty when that person left
  other_id   TEXT    NOT NULL,             -- the member it was about; empty for none, or when that person left
  act        TEXT    NOT NULL,
  module     TEXT    NOT NULL,             -- of the thing it was about; empty for none
  thing_id   TEXT    NOT NULL,
  title      TEXT    NOT NULL,             -- of that thing at the time
  at         INTEGER NOT NULL
) STRICT;

CREATE TABLE directory_circles (
  element_id TEXT    PRIMARY KEY REFERENCES directory_elements ON DELETE CASCADE,
  joining    INTEGER NOT NULL CHECK (joining IN (0, 1)),  -- by invitation only; anybody may ask
  seen       INTEGER NOT NULL CHECK (seen IN (0, 1, 2))   -- members and their number, at most: to administrators, residents, everybody here
) STRICT, WITHOUT ROWID;

CREATE TABLE directory_claims (
  id          TEXT    PRIMARY KEY,
  element_id  TEXT    NOT NULL REFERENCES directory_elements ON DELETE CASCADE,
  account_id  TEXT    NOT NULL,
  reason      TEXT    NOT NULL,
  state       TEXT    NOT NULL CHECK (state IN ('waiting', 'accepted', 'refused', 'withdrawn', 'passed')), -- passed: on to a new administrator
  answer      TEXT    NOT NULL,            -- of the moderator
  answered_by TEXT    NOT NULL,
  created_at  INTEGER NOT NULL,
  answered_at INTEGER,
  CHECK ((state = 'waiting') = (answered_at IS NULL))
) STRICT;

CREATE TABLE directory_elements (
  id             TEXT    PRIMARY KEY,      -- also of its card
  kind           TEXT    NOT NULL CHECK (kind IN ('org', 'project', 'place', 'poi', 'person')),
  category       TEXT    NOT NULL,         -- key in the set directory.<kind> of package category; empty for none
  name           TEXT    NOT NULL,
  name_key       TEXT    NOT NULL,         -- folded, for duplicates
  brief          TEXT    NOT NULL,         -- one line
  description    TEXT    NOT NULL,
  street         TEXT    NOT NULL,         -- address within the commune
  commune        TEXT    NOT NULL,         -- INSEE code or x-…; empty: the box's own
  lat            INTEGER,                  -- degrees × 100,000; of a person rounded before it gets here
  lon            INTEGER,
  phone          TEXT    NOT NULL,
  email          TEXT    NOT NULL,
  website        TEXT    NOT NULL,
  hours          TEXT    NOT NULL,         -- opening_hours of OpenStreetMap where understood, else as written
  access         TEXT    NOT NULL,         -- how to get in, also with a wheelchair; where the key is
  capacity       INTEGER,                  -- persons
  equipment      TEXT    NOT NULL,         -- one a line
  rna            TEXT    NOT NULL,         -- W and nine characters
  siret          TEXT    NOT NULL,         -- 14 digits
  register       TEXT    NOT NULL,         -- number in the register of a tribunal (Alsace-Moselle)
  tags           TEXT    NOT NULL,         -- one a line, without the category
  fields         TEXT    NOT NULL,         -- custom fields as JSON: key to value
  residents_only TEXT    NOT NULL,         -- names of the fields visitors do not see, one a line
  withheld       TEXT    NOT NULL,         -- names of the fields nobody else sees, one a line
  audience       INTEGER NOT NULL CHECK (audience IN (0, 1, 2)), -- 0 residents, 1 everybody, 2 everybody here
  parent_id      TEXT    REFERENCES directory_elements ON DELETE SET NULL,
  author_id      TEXT    NOT NULL,         -- who made it; of a person the person; empty: imported, or has left
  claimed        INTEGER NOT NULL CHECK (claimed IN (0, 1)), -- 0: imported, nobody answers for it
  source         TEXT    NOT NULL,         -- of an import: rna, sirene, osm…; empty: written here
  source_id      TEXT    NOT NULL,         -- there
  source_hash    BLOB,                     -- SHA-256 of what was imported last
  source_at      INTEGER,                  -- when it was imported last
  run_id         TEXT    NOT NULL,         -- the import that made it
  verified_at    INTEGER NOT NULL,         -- when somebody last said that it is right
  reminded       INTEGER NOT NULL DEFAULT 0, -- reminders sent since
  archived_at    INTEGER,
  created_at     INTEGER NOT NULL,
  updated_at     INTEGER NOT NULL,
  CHECK ((lat IS NULL) = (lon IS NULL)),
  CHECK (kind <> 'person' OR audience <> 1)
) STRICT;

CREATE TABLE directory_invitations (
  id         TEXT    PRIMARY KEY,
  element_id TEXT    NOT NULL REFERENCES directory_elements ON DELETE CASCADE,
  code_hash  BLOB    NOT NULL UNIQUE,      -- SHA-256
  label      TEXT    NOT NULL,
  note       TEXT    NOT NULL,             -- for whom, as the inviter wrote it; empty once answered
  admin      INTEGER NOT NULL CHECK (admin IN (0, 1)),
  invited_by TEXT    NOT NULL,             -- empty when that person left
  used_by    TEXT    NOT NULL,             -- who accepted; empty before, and of who declined
  state      TEXT    NOT NULL CHECK (state IN ('pending', 'accepted', 'declined', 'revoked')),
  days       INTEGER NOT NULL,             -- how long a code is valid
  created_at INTEGER NOT NULL,
  printed_at INTEGER NOT NULL,             -- when its code was last made
  expires_at INTEGER NOT NULL,
  asked_at   INTEGER,                      -- its holder asked for a new one after it expired
  ended_at   INTEGER,                      -- answered or revoked
  CHECK ((state = 'pending') = (ended_at IS NULL))
) STRICT;

CREATE TABLE directory_links (
  element_id TEXT NOT NULL REFERENCES directory_elements ON DELETE CASCADE,
  role       TEXT NOT NULL CHECK (role IN ('organiser', 'place', 'partner')),
  module     TEXT NOT NULL,
  thing_id   TEXT NOT NULL,
  confirmed  INTEGER NOT NULL CHECK (confirmed IN (0, 1)), -- by the other side, where it has one
  PRIMARY KEY (element_id, role, module, thing_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE directory_members (
  element_id TEXT    NOT NULL REFERENCES directory_elements ON DELETE CASCADE,
  account_id TEXT    NOT NULL,
  admin      INTEGER NOT NULL CHECK (admin IN (0, 1)),
  label      TEXT    NOT NULL,             -- "trésorière"; gives no permission
  note       TEXT    NOT NULL,             -- what the person wrote when asking; empty once a member
  shown      INTEGER NOT NULL CHECK (shown IN (0, 1, 2)), -- by name to nobody, residents, everybody here: the member decides
  state      TEXT    NOT NULL CHECK (state IN ('asked', 'member')),
  invited_by TEXT    NOT NULL,             -- empty when nobody did, or that person left
  joined_at  INTEGER NOT NULL,             -- or asked
  PRIMARY KEY (element_id, account_id),
  CHECK (admin = 0 OR state = 'member')
) STRICT, WITHOUT ROWID;

CREATE TABLE directory_rules (
  one            INTEGER PRIMARY KEY CHECK (one = 1),
  months         INTEGER NOT NULL CHECK (months BETWEEN 1 AND 60),        -- after which the first reminder comes
  reminders      INTEGER NOT NULL CHECK (reminders BETWEEN 0 AND 12),
  days           INTEGER NOT NULL CHECK (days BETWEEN 1 AND 90),          -- between two reminders; so long after the last it is greyed
  archive_months INTEGER NOT NULL CHECK (archive_months BETWEEN 1 AND 60) -- after it was greyed
) STRICT;

CREATE TABLE discussion_closings (
  module   TEXT    NOT NULL,
  thing_id TEXT    NOT NULL,
  at       INTEGER NOT NULL,
  PRIMARY KEY (module, thing_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE discussion_edits (
  post_id TEXT    NOT NULL REFERENCES discussion_posts (id) ON DELETE CASCADE,
  n       INTEGER NOT NULL,
  text    TEXT    NOT NULL,
  at      INTEGER NOT NULL,                      -- when it stopped saying it
  PRIMARY KEY (post_id, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE discussion_entries (
  id         TEXT    PRIMARY KEY,
  element_id TEXT    NOT NULL,                   -- empty for a group's
  group_id   TEXT    NOT NULL,                   -- empty for an element's
  author_id  TEXT    NOT NULL,                   -- empty after they left
  title      TEXT    NOT NULL,
  text       TEXT    NOT NULL,
  audience   INTEGER NOT NULL CHECK (audience IN (0, 1, 3)), -- as chosen: residents, everybody, the group's members
  free       INTEGER NOT NULL CHECK (free IN (0, 1)),        -- under CC BY-SA, for ever
  at         INTEGER NOT NULL,
  edited_at  INTEGER,                            -- after the first minutes
  CHECK ((element_id = '') <> (group_id = '')),
  CHECK (audience <> 3 OR group_id <> '')
) STRICT;

CREATE TABLE discussion_entry_edits (
  entry_id TEXT    NOT NULL REFERENCES discussion_entries (id) ON DELETE CASCADE,
  n        INTEGER NOT NULL,
  title    TEXT    NOT NULL,
  text     TEXT    NOT NULL,
  at       INTEGER NOT NULL,                     -- when it stopped saying it
  PRIMARY KEY (entry_id, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE discussion_mentions (
  post_id    TEXT    NOT NULL REFERENCES discussion_posts (id) ON DELETE CASCADE,
  account_id TEXT    NOT NULL,
  starts     INTEGER NOT NULL,                   -- bytes
  ends       INTEGER NOT NULL,
  PRIMARY KEY (post_id, starts)
) STRICT, WITHOUT ROWID;

CREATE TABLE discussion_officials (
  element_id TEXT    PRIMARY KEY,
  at         INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE discussion_options (
  post_id TEXT    NOT NULL REFERENCES discussion_polls (post_id) ON DELETE CASCADE,
  n       INTEGER NOT NULL,
  text    TEXT    NOT NULL,
  gone    INTEGER NOT NULL,                      -- answers of people who have left since
  PRIMARY KEY (post_id, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE discussion_picks (
  post_id    TEXT    NOT NULL REFERENCES discussion_polls (post_id) ON DELETE CASCADE,
  account_id TEXT    NOT NULL,
  n          INTEGER NOT NULL,
  PRIMARY KEY (post_id, account_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE discussion_polls (
  post_id TEXT    PRIMARY KEY REFERENCES discussion_posts (id) ON DELETE CASCADE,
  until   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE discussion_posts (
  id          TEXT    PRIMARY KEY,
  module      TEXT    NOT NULL,                  -- of the thing it is about: a topic is of this module
  thing_id    TEXT    NOT NULL,
  n           INTEGER NOT NULL CHECK (n > 0),
  author_id   TEXT    NOT NULL,                  -- empty after they left
  text        TEXT    NOT NULL,                  -- empty once it was taken away
  quoted      INTEGER NOT NULL CHECK (quoted >= 0 AND quoted < n), -- number of the post it answers; 0: none
  at          INTEGER NOT NULL,
  edited_at   INTEGER,                           -- after the first minutes
  hidden INTEGER NOT NULL DEFAULT 0 CHECK (hidden IN (0, 1)), taken TEXT NOT NULL DEFAULT '' CHECK (taken IN ('', 'author', 'erased', 'moderator')),
  UNIQUE (module, thing_id, n)
) STRICT;

CREATE TABLE discussion_reads (
  account_id TEXT    NOT NULL,
  topic_id   TEXT    NOT NULL REFERENCES discussion_topics (id) ON DELETE CASCADE,
  n          INTEGER NOT NULL,
  PRIMARY KEY (account_id, topic_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE discussion_topics (
  id         TEXT    PRIMARY KEY,
  group_id   TEXT    NOT NULL,
  sort       TEXT    NOT NULL CHECK (sort IN ('discussion', 'announcement')),
  title      TEXT    NOT NULL,                   -- empty: its author took it along
  author_id  TEXT    NOT NULL,                   -- empty after they left
  pinned     INTEGER NOT NULL CHECK (pinned IN (0, 1)),
  closed_at  INTEGER,                            -- nobody replies from then on
  created_at INTEGER NOT NULL,
  last_at    INTEGER NOT NULL                    -- of its latest post
) STRICT;

CREATE TABLE discussion_visits (
  account_id TEXT    PRIMARY KEY,
  since      INTEGER NOT NULL,                   -- what is newer is shown as new
  seen_at    INTEGER NOT NULL,
  read_at    INTEGER NOT NULL                    -- what was posted up to then counts as read
) STRICT, WITHOUT ROWID;

CREATE TABLE group_acts (
  id         INTEGER PRIMARY KEY,
  group_id   TEXT    NOT NULL REFERENCES group_groups ON DELETE CASCADE,
  account_id TEXT    NOT NULL,         -- who acted; empty: has left
  other_id   TEXT    NOT NULL,         -- whom it was about; empty: nobody, or has left
  act        TEXT    NOT NULL,
  at         INTEGER NOT NULL
) STRICT;

CREATE TABLE group_answers (
  inquiry_id  TEXT    NOT NULL REFERENCES group_inquiries ON DELETE CASCADE,
  part_id     TEXT    NOT NULL,        -- its name is kept: a group may leave, or be gone
  name        TEXT    NOT NULL,
  weight      INTEGER NOT NULL CHECK (weight >= 0), -- its members when it was asked
  answer      TEXT    NOT NULL CHECK (answer IN ('', 'yes', 'no', 'abstain')), -- empty: none yet
  account_id  TEXT    NOT NULL,        -- of the delegate; empty: none yet, or has left
  answered_at INTEGER,
  PRIMARY KEY (inquiry_id, part_id),
  CHECK ((answer = '') = (answered_at IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE group_bans (
  group_id   TEXT    NOT NULL REFERENCES group_groups ON DELETE CASCADE,
  account_id TEXT    NOT NULL,
  reason     TEXT    NOT NULL,         -- told to the person and to the keepers
  keeper_id  TEXT    NOT NULL,         -- who decided; empty: has left
  at         INTEGER NOT NULL,
  PRIMARY KEY (group_id, account_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE group_delegates (
  group_id   TEXT NOT NULL,
  part_id    TEXT NOT NULL,
  account_id TEXT NOT NULL,
  PRIMARY KEY (group_id, part_id, account_id),
  FOREIGN KEY (group_id, part_id) REFERENCES group_parts ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE group_groups (
  id         TEXT    PRIMARY KEY,      -- also of its card
  name       TEXT    NOT NULL,
  name_key   TEXT    NOT NULL,         -- folded, for lists in order
  purpose    TEXT    NOT NULL,
  theme      TEXT    NOT NULL,
  reading    TEXT    NOT NULL CHECK (reading IN ('everybody', 'residents', 'members')),         -- who reads what is written in it
  seen       TEXT    NOT NULL CHECK (seen IN ('everybody', 'residents', 'members', 'keepers')), -- who sees its members and their number
  joining    TEXT    NOT NULL CHECK (joining IN ('free', 'asked', 'invited')),
  author_id  TEXT    NOT NULL,         -- who began it; empty: has left
  active_at  INTEGER NOT NULL,         -- when something was last written in it
  closed_at  INTEGER,                  -- nothing is written in it any more
  orphan_at  INTEGER,                  -- since when nobody keeps it
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
, pause INTEGER NOT NULL DEFAULT 0 CHECK (pause BETWEEN 0 AND 1440)) STRICT;

CREATE TABLE group_inquiries (
  id         TEXT    PRIMARY KEY,
  group_id   TEXT    NOT NULL REFERENCES group_groups ON DELETE CASCADE,
  question   TEXT    NOT NULL,
  text       TEXT    NOT NULL,
  rule       TEXT    NOT NULL CHECK (rule IN ('unanimity', 'majority', 'members')), -- said before, and never changed
  author_id  TEXT    NOT NULL,         -- empty: has left
  until      INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE group_invitations (
  id         TEXT    PRIMARY KEY,
  group_id   TEXT    NOT NULL REFERENCES group_groups ON DELETE CASCADE,
  code_hash  BLOB    UNIQUE,           -- SHA-256; NULL of one made in the box for an account
  guest_id   TEXT    NOT NULL,         -- the account it is for; empty: whoever holds the code
  label      TEXT    NOT NULL,
  note       TEXT    NOT NULL,         -- for whom, as the inviter wrote it; empty once answered, or after thirty days
  invited_by TEXT    NOT NULL,         -- empty: has left
  used_by    TEXT    NOT NULL,         -- who accepted; empty before, and of who declined
  state      TEXT    NOT NULL CHECK (state IN ('pending', 'accepted', 'declined', 'revoked')),
  days       INTEGER NOT NULL CHECK (days BETWEEN 1 AND 30),
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  asked_at   INTEGER,                  -- its holder asked for a new one after it expired
  ended_at   INTEGER,                  -- answered or revoked
  CHECK ((state = 'pending') = (ended_at IS NULL)),
  CHECK ((code_hash IS NULL) = (guest_id <> ''))
) STRICT;

CREATE TABLE group_members (
  group_id   TEXT    NOT NULL REFERENCES group_groups ON DELETE CASCADE,
  account_id TEXT    NOT NULL,
  state      TEXT    NOT NULL CHECK (state IN ('asked', 'member')),
  role       INTEGER NOT NULL CHECK (role BETWEEN 1 AND 3), -- member, moderator, keeper
  label      TEXT    NOT NULL,         -- "trésorière"; gives no right
  note       TEXT    NOT NULL,         -- what the person wrote when asking; empty once a member
  silent     INTEGER NOT NULL CHECK (silent IN (0, 1)), -- named to nobody but the keepers: the member decides
  invited_by TEXT    NOT NULL,         -- empty: nobody, or has left
  joined_at  INTEGER NOT NULL,         -- or asked
  PRIMARY KEY (group_id, account_id),
  CHECK (role = 1 OR state = 'member')
) STRICT, WITHOUT ROWID;

CREATE TABLE group_parts (
  group_id TEXT    NOT NULL REFERENCES group_groups ON DELETE CASCADE, -- the group of groups
  part_id  TEXT    NOT NULL REFERENCES group_groups ON DELETE CASCADE,
  agreed   INTEGER NOT NULL CHECK (agreed IN (0, 1)), -- 0: invited, its keepers have not said
  at       INTEGER NOT NULL,
  PRIMARY KEY (group_id, part_id),
  CHECK (group_id <> part_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE hotspot_settings (
  one        INTEGER PRIMARY KEY CHECK (one = 1),
  mode       TEXT    NOT NULL CHECK (mode IN ('off', 'portail', 'discret')),
  ssid       TEXT    NOT NULL, -- 1 to 32 bytes; empty before it was ever switched on
  passphrase TEXT    NOT NULL, -- 8 to 63 characters of ASCII, as WPA2 wants them
  channel    INTEGER NOT NULL CHECK (channel BETWEEN 1 AND 13), -- of 2.4 GHz
  country    TEXT    NOT NULL CHECK (length(country) = 2) -- whose rules of radio hold, ISO 3166
) STRICT;

CREATE TABLE intake_events (
  source_id   TEXT    PRIMARY KEY,       -- UID
  event_id    TEXT    NOT NULL,
  run_id      TEXT    NOT NULL,          -- the import that made it
  sequence    INTEGER NOT NULL,          -- there (RFC 5545)
  hash        BLOB    NOT NULL,          -- SHA-256 of what was imported last
  imported_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE intake_faults (
  run_id TEXT    NOT NULL REFERENCES intake_runs ON DELETE CASCADE,
  n      INTEGER NOT NULL,               -- from 1
  line   INTEGER NOT NULL,
  reason TEXT    NOT NULL,
  detail TEXT    NOT NULL,
  PRIMARY KEY (run_id, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE intake_runs (
  id         TEXT    PRIMARY KEY,        -- also the name of the file that waits
  format     TEXT    NOT NULL,
  file       TEXT    NOT NULL,           -- its name where it came from
  size       INTEGER NOT NULL,           -- bytes; 0 when it was not kept
  state      TEXT    NOT NULL CHECK (state IN ('waiting', 'writing', 'done', 'undone')),
  choices    TEXT    NOT NULL,           -- what the operator chose, as JSON
  started_by TEXT    NOT NULL,           -- account; empty: the command line, or has left
  position   INTEGER NOT NULL DEFAULT 0, -- things of the file that are written
  added      INTEGER NOT NULL DEFAULT 0,
  updated    INTEGER NOT NULL DEFAULT 0,
  unchanged  INTEGER NOT NULL DEFAULT 0,
  kept       INTEGER NOT NULL DEFAULT 0, -- claimed or edited here
  same       INTEGER NOT NULL DEFAULT 0, -- another card has the number
  refused    INTEGER NOT NULL DEFAULT 0,
  skipped    INTEGER NOT NULL DEFAULT 0,
  removed    INTEGER NOT NULL DEFAULT 0, -- by undoing
  created_at INTEGER NOT NULL,
  ended_at   INTEGER                     -- NULL until it is done
) STRICT;

CREATE TABLE listing_aliases (
  alias TEXT PRIMARY KEY,                 -- folded
  name  TEXT NOT NULL,                    -- as shown
  tag   TEXT NOT NULL REFERENCES listing_tags
) STRICT;

CREATE TABLE listing_bodies (
  card_id INTEGER PRIMARY KEY REFERENCES listing_cards ON DELETE CASCADE,
  body    TEXT NOT NULL
) STRICT;

CREATE TABLE listing_card_tags (
  tag     TEXT NOT NULL,
  card_id INTEGER NOT NULL REFERENCES listing_cards ON DELETE CASCADE,
  PRIMARY KEY (tag, card_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE listing_cards (
  card_id    INTEGER PRIMARY KEY,         -- grows with arrival: newest first is card_id descending
  origin_id  INTEGER NOT NULL REFERENCES listing_origins,
  module     TEXT NOT NULL,               -- owner of the thing; 'neighbour' for other origins
  id         TEXT NOT NULL,               -- store.NewID; also the id on the wire
  code       TEXT,                        -- short code of own things that are or were public
  kind       TEXT NOT NULL,
  title      TEXT NOT NULL,
  summary    TEXT NOT NULL,
  tags       TEXT NOT NULL,               -- as written, one a line
  commune    TEXT NOT NULL,
  lat        INTEGER,                     -- degrees × 100,000
  lon        INTEGER,
  starts_at  INTEGER,
  ends_at    INTEGER,                     -- exclusive; starts_at when there is no end
  flags      INTEGER NOT NULL,            -- PROTOCOL.md §2 key 15
  price      INTEGER,                     -- minor units of price_unit
  price_unit TEXT,
  expires_at INTEGER NOT NULL,            -- 253402300799 (year 9999) for never
  audience   INTEGER NOT NULL CHECK (audience IN (0, 1)), -- 0 everybody, 1 residents
  hidden     INTEGER NOT NULL CHECK (hidden IN (0, 1)),   -- by a moderator, reversibly
  rev        INTEGER NOT NULL,            -- last change told to neighbours; 0 when never public
  version    INTEGER NOT NULL,            -- grows with every change of this card
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  seen_by    INTEGER NOT NULL GENERATED ALWAYS AS (CASE WHEN hidden THEN 9 ELSE audience END) STORED, here INTEGER NOT NULL DEFAULT 0
  CHECK (here IN (0, 1) AND (here = 0 OR (audience = 0 AND origin_id = 0))), name_key TEXT NOT NULL DEFAULT '', group_id TEXT, chosen INTEGER     -- audience asked for, as listing.Audience; the group may have it narrower
  CHECK ((chosen IS NULL) = (group_id IS NULL)), inside INTEGER NOT NULL DEFAULT 0 -- 1 for the group's members alone, 2 and hidden by a moderator
  CHECK (inside IN (0, 1, 2) AND (inside = 0 OR (hidden = 1 AND audience = 1 AND origin_id = 0 AND group_id IS NOT NULL))), examined INTEGER NOT NULL DEFAULT 0 -- 1 while moderators have to judge it: then they read it, of whatever group
  CHECK (examined IN (0, 1)), -- least role; 9 nobody
  UNIQUE (origin_id, id),
  CHECK ((lat IS NULL) = (lon IS NULL)),
  CHECK ((starts_at IS NULL) = (ends_at IS NULL)),
  CHECK (origin_id = 0 OR (audience = 0 AND rev = 0 AND code IS NULL))
) STRICT;

CREATE TABLE listing_communes (
  commune    TEXT PRIMARY KEY,            -- INSEE code, or x-…
  name       TEXT NOT NULL,
  slug       TEXT UNIQUE,                 -- in addresses: biars-sur-cere; NULL without a name
  department TEXT NOT NULL,               -- code: 46, 2A, 974
  population INTEGER NOT NULL,            -- 0 when unknown
  lat        INTEGER,                     -- degrees × 100,000
  lon        INTEGER,
  CHECK ((lat IS NULL) = (lon IS NULL))
) STRICT;

CREATE TABLE listing_counts (
  kind    TEXT NOT NULL,
  seen_by INTEGER NOT NULL,
  n       INTEGER NOT NULL,
  PRIMARY KEY (kind, seen_by)
) STRICT, WITHOUT ROWID;

CREATE TABLE listing_dates (
  card_id   INTEGER NOT NULL REFERENCES listing_cards ON DELETE CASCADE,
  starts_at INTEGER NOT NULL,
  ends_at   INTEGER NOT NULL,              -- exclusive
  flags     INTEGER NOT NULL,              -- PROTOCOL.md §2 key 15: cancelled alone
  summary   TEXT    NOT NULL,              -- instead of the card's; empty for the same
  PRIMARY KEY (card_id, starts_at),
  CHECK (ends_at >= starts_at)
) STRICT, WITHOUT ROWID;

CREATE TABLE listing_groups (
  group_id TEXT    PRIMARY KEY,
  audience INTEGER NOT NULL CHECK (audience IN (0, 1, 2, 3)) -- as listing.Audience
) STRICT, WITHOUT ROWID;

CREATE TABLE listing_homes (
  account_id TEXT    NOT NULL,
  lat        INTEGER NOT NULL,            -- of the square's centre, degrees × 100,000
  lon        INTEGER NOT NULL,
  made_at    INTEGER NOT NULL,
  PRIMARY KEY (account_id, lat, lon)
) STRICT, WITHOUT ROWID;

CREATE TABLE listing_maps (
  id         TEXT    PRIMARY KEY,
  slug       TEXT    NOT NULL UNIQUE,     -- in addresses: defibrillateurs
  code       TEXT    NOT NULL UNIQUE,     -- short code, of the same set as those of cards
  title      TEXT    NOT NULL,
  note       TEXT    NOT NULL,
  filters    TEXT    NOT NULL,            -- as in the address of a list: tag=compost&radius_km=10
  colours    TEXT    NOT NULL,            -- one a line: a colour, a space, a tag
  lat        INTEGER,                     -- middle, degrees × 100,000; NULL to show all of it
  lon        INTEGER,
  zoom       INTEGER NOT NULL,
  author_id  TEXT    NOT NULL,            -- account; empty when they left
  removed    INTEGER NOT NULL CHECK (removed IN (0, 1)), -- only its address and code are kept, so that nothing else takes them
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  CHECK ((lat IS NULL) = (lon IS NULL))
) STRICT;

CREATE TABLE listing_offs (
  sort TEXT NOT NULL CHECK (sort IN ('switch', 'kind', 'module')),
  name TEXT NOT NULL,
  PRIMARY KEY (sort, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE listing_origins (
  origin_id INTEGER PRIMARY KEY,
  key       BLOB NOT NULL UNIQUE,         -- 32 bytes of PROTOCOL.md §1; empty for this box
  name      TEXT NOT NULL,
  commune   TEXT NOT NULL,                -- INSEE code, or x-…; empty until set up
  lat       INTEGER,                      -- degrees × 100,000
  lon       INTEGER,
  seen_at   INTEGER NOT NULL, web TEXT NOT NULL DEFAULT '', stale INTEGER NOT NULL DEFAULT 0 CHECK (stale IN (0, 1)), hops INTEGER NOT NULL DEFAULT 0 CHECK (hops >= 0),             -- when it last told us something new
  CHECK ((lat IS NULL) = (lon IS NULL))
) STRICT;

CREATE TABLE listing_places (
  insee       TEXT    PRIMARY KEY,
  lat         INTEGER NOT NULL,          -- degrees × 100,000
  lon         INTEGER NOT NULL,
  imported_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE listing_readers (
  account_id TEXT NOT NULL,
  group_id   TEXT NOT NULL,
  PRIMARY KEY (account_id, group_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE listing_revs (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  rev INTEGER NOT NULL
, twins_from INTEGER) STRICT;

CREATE VIRTUAL TABLE listing_search USING fts5 (
  title, tags, body, marks,               -- marks: kind and who may see, so that counts need no join
  content = '', contentless_delete = 1, prefix = '2 3', tokenize = 'unicode61 remove_diacritics 0'
);

CREATE TABLE listing_tag_acts (
  n         INTEGER PRIMARY KEY,
  at        INTEGER NOT NULL,
  act       TEXT    NOT NULL CHECK (act IN ('merge', 'rename', 'apart')),
  spelling  TEXT    NOT NULL,             -- as shown: what was merged, renamed or told apart
  tag       TEXT    NOT NULL,             -- as shown: with what, to what, from what
  cards     INTEGER NOT NULL,             -- that moved with it, of those visitors see
  seen_by   INTEGER NOT NULL,             -- least role that sees cards under each of the two, at that time
  undone_at INTEGER
) STRICT;

CREATE TABLE listing_tags (
  tag  TEXT PRIMARY KEY,                  -- folded
  name TEXT NOT NULL                      -- as shown
) STRICT;

CREATE TABLE listing_territories (
  one       INTEGER PRIMARY KEY CHECK (one = 1),
  zone_id   INTEGER REFERENCES listing_zones ON DELETE SET NULL,
  radius_km INTEGER CHECK (radius_km > 0)
) STRICT;

CREATE TABLE listing_twins (
  moment  INTEGER NOT NULL,               -- they begin: minutes since 1970; all day: -1 less the days since 1970
  lead_id INTEGER NOT NULL,               -- the card of place 0
  place   INTEGER NOT NULL CHECK (place >= 0 AND (place = 0) = (card_id = lead_id)), -- who of them is shown where several may be: the least
  card_id INTEGER NOT NULL REFERENCES listing_cards ON DELETE CASCADE,
  PRIMARY KEY (moment, lead_id, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE listing_withdrawals (
  id           TEXT PRIMARY KEY,
  rev          INTEGER NOT NULL UNIQUE,
  code         TEXT NOT NULL UNIQUE,
  erased       INTEGER NOT NULL CHECK (erased IN (0, 1)),
  withdrawn_at INTEGER NOT NULL
) STRICT;

CREATE TABLE listing_words (
  word     TEXT PRIMARY KEY,              -- folded
  mirrored TEXT NOT NULL                  -- from its end, for slips at the beginning
) STRICT, WITHOUT ROWID;

CREATE TABLE listing_zone_cards (
  zone_id    INTEGER NOT NULL REFERENCES listing_zones ON DELETE CASCADE,
  card_id    INTEGER NOT NULL REFERENCES listing_cards ON DELETE CASCADE,
  kind       TEXT    NOT NULL,
  seen_by    INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (zone_id, card_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE listing_zone_communes (
  zone_id INTEGER NOT NULL REFERENCES listing_zones ON DELETE CASCADE,
  commune TEXT    NOT NULL,               -- INSEE code
  PRIMARY KEY (zone_id, commune)
) STRICT, WITHOUT ROWID;

CREATE TABLE listing_zone_hands (
  zone_id   INTEGER NOT NULL REFERENCES listing_zones ON DELETE CASCADE,
  origin_id INTEGER NOT NULL REFERENCES listing_origins ON DELETE CASCADE,
  id        TEXT    NOT NULL,             -- of the card
  added     INTEGER NOT NULL CHECK (added IN (0, 1)), -- 0 taken out
  PRIMARY KEY (zone_id, origin_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE listing_zones (
  zone_id    INTEGER PRIMARY KEY,
  id         TEXT NOT NULL UNIQUE,        -- in addresses: pays-des-deux-rives
  name       TEXT NOT NULL,
  kind       TEXT NOT NULL,               -- see listing.ZoneKinds
  note       TEXT NOT NULL,
  shape      TEXT NOT NULL,               -- outline, GeoJSON MultiPolygon; empty without one
  south      INTEGER,                     -- the rectangle around it, degrees × 100,000
  north      INTEGER,
  west       INTEGER,
  east       INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL, card TEXT, source_origin BLOB CHECK (length(source_origin) = 32), source_card TEXT, source_version BLOB CHECK (length(source_version) = 32), source_box TEXT, source_at INTEGER,
  CHECK ((shape = '') = (south IS NULL) AND (shape = '') = (north IS NULL) AND (shape = '') = (west IS NULL) AND (shape = '') = (east IS NULL))
) STRICT;

CREATE TABLE message_blocks (
  account_id     TEXT    NOT NULL,
  element_id     TEXT    NOT NULL,
  barred_account TEXT    NOT NULL,
  barred_element TEXT    NOT NULL,
  at             INTEGER NOT NULL,
  PRIMARY KEY (account_id, element_id, barred_account, barred_element)
) STRICT, WITHOUT ROWID;

CREATE TABLE message_desks (
  element_id TEXT    PRIMARY KEY,
  since      INTEGER NOT NULL                     -- threads begun before stay with who wrote them
) STRICT, WITHOUT ROWID;

CREATE TABLE message_messages (
  thread_id  TEXT    NOT NULL REFERENCES message_threads ON DELETE CASCADE,
  n          INTEGER NOT NULL,      -- 1, 2, 3, …
  side       INTEGER NOT NULL CHECK (side IN (0, 1)),
  author_id  TEXT    NOT NULL,      -- who wrote it, also for an organisation; empty: has left
  text       TEXT    NOT NULL,      -- empty once it was taken away
  taken      TEXT    NOT NULL,      -- why it was taken away: "erased" with its author, or a moderator's reason; empty: it is there
  at         INTEGER NOT NULL,
  PRIMARY KEY (thread_id, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE message_reports (
  id          TEXT    PRIMARY KEY,
  thread_id   TEXT    NOT NULL REFERENCES message_threads ON DELETE CASCADE,
  n           INTEGER NOT NULL,
  reason      TEXT    NOT NULL,
  report_text TEXT    NOT NULL,
  reporter_id TEXT    NOT NULL,     -- empty: has left
  at          INTEGER NOT NULL,
  decided_at  INTEGER,              -- null while it waits
  decided_by  TEXT    NOT NULL,
  UNIQUE (thread_id, n)
) STRICT;

CREATE TABLE message_seats (
  thread_id  TEXT    NOT NULL REFERENCES message_threads ON DELETE CASCADE,
  account_id TEXT    NOT NULL,
  side       INTEGER NOT NULL CHECK (side IN (0, 1)),
  unread     INTEGER NOT NULL,
  PRIMARY KEY (thread_id, account_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE message_sides (
  thread_id  TEXT    NOT NULL REFERENCES message_threads ON DELETE CASCADE,
  side       INTEGER NOT NULL CHECK (side IN (0, 1)), -- 0 began
  account_id TEXT    NOT NULL,
  element_id TEXT    NOT NULL,
  cleared    INTEGER NOT NULL,      -- this side threw away the messages up to this number
  PRIMARY KEY (thread_id, side)
) STRICT, WITHOUT ROWID;

CREATE TABLE message_threads (
  id         TEXT    PRIMARY KEY,
  module     TEXT    NOT NULL,      -- of the thing it is about
  thing_id   TEXT    NOT NULL,
  title      TEXT    NOT NULL,      -- of the thing, as it was when somebody last began from it
  last_n     INTEGER NOT NULL,      -- number of the last message
  last_at    INTEGER NOT NULL,
  started_at INTEGER NOT NULL
) STRICT;

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

CREATE TABLE moderation_decisions (
  n          INTEGER PRIMARY KEY REFERENCES moderation_entries (n),
  module     TEXT    NOT NULL,
  thing_id   TEXT    NOT NULL,                    -- of module account: who it is about
  decided_by TEXT    NOT NULL,                    -- account; empty for the box itself, or once it left
  author_id  TEXT    NOT NULL                     -- account; empty for nobody on this box
) STRICT;

CREATE TABLE moderation_entries (
  n      INTEGER PRIMARY KEY,
  at     INTEGER NOT NULL,
  act    TEXT    NOT NULL,
  kind   TEXT    NOT NULL,                        -- of the card or proposal
  reason TEXT    NOT NULL
, article TEXT NOT NULL DEFAULT '') STRICT;

CREATE TABLE moderation_hidings (
  module      TEXT    NOT NULL,
  thing_id    TEXT    NOT NULL,
  reason      TEXT    NOT NULL,
  reason_text TEXT    NOT NULL,
  hidden_at   INTEGER NOT NULL,
  hidden_by   TEXT    NOT NULL, pending INTEGER NOT NULL DEFAULT 0 CHECK (pending IN (0, 1)), in_place INTEGER NOT NULL DEFAULT 0 CHECK (in_place IN (0, 1)),
  PRIMARY KEY (module, thing_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE moderation_holds (
  module      TEXT    NOT NULL,
  thing_id    TEXT    NOT NULL,
  title       TEXT    NOT NULL,
  held_at     INTEGER NOT NULL,
  refused     INTEGER NOT NULL DEFAULT 0 CHECK (refused IN (0, 1)),
  reason      TEXT    NOT NULL DEFAULT '',        -- of a refusal, one of a list
  reason_text TEXT    NOT NULL DEFAULT '',        -- shown to the author
  decided_by  TEXT    NOT NULL DEFAULT '', refused_by TEXT NOT NULL DEFAULT '', appeal TEXT NOT NULL DEFAULT '',        -- account; empty while it waits
  PRIMARY KEY (module, thing_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE moderation_keys (
  one     INTEGER PRIMARY KEY CHECK (one = 1),
  key     BLOB    NOT NULL,
  made_at INTEGER NOT NULL
) STRICT;

CREATE TABLE moderation_names (
  module   TEXT    NOT NULL,
  thing_id TEXT    NOT NULL,
  at       INTEGER NOT NULL,
  PRIMARY KEY (module, thing_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE moderation_proposals (
  id          TEXT    PRIMARY KEY,
  module      TEXT    NOT NULL,                   -- that will own it: agenda
  title       TEXT    NOT NULL,
  payload     TEXT    NOT NULL,                   -- JSON, the module's own; empty once purged
  follow_hash BLOB    NOT NULL UNIQUE,            -- SHA-256 of the proposer's follow-up code
  state       INTEGER NOT NULL CHECK (state IN (0, 1, 2)), -- 0 waits, 1 accepted, 2 refused
  reason      TEXT    NOT NULL,                   -- of a refusal, one of a list
  reason_text TEXT    NOT NULL,                   -- shown to the proposer
  thing_id    TEXT    NOT NULL,                   -- what it became
  created_at  INTEGER NOT NULL,
  decided_at  INTEGER,
  decided_by  TEXT    NOT NULL, refused_by TEXT NOT NULL DEFAULT '', appeal TEXT NOT NULL DEFAULT '',                   -- account; empty while it waits
  CHECK ((state = 0) = (decided_at IS NULL))
) STRICT;

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

CREATE TABLE moderation_reports (
  id          TEXT    PRIMARY KEY,
  module      TEXT    NOT NULL,
  thing_id    TEXT    NOT NULL,
  reason      TEXT    NOT NULL,
  report_text TEXT    NOT NULL,
  reporter_id TEXT    NOT NULL,                   -- account; empty for a visitor
  created_at  INTEGER NOT NULL,
  decided_at  INTEGER,
  upheld      INTEGER CHECK (upheld IN (0, 1)),
  decided_by  TEXT    NOT NULL
, weight INTEGER NOT NULL DEFAULT 1 CHECK (weight IN (0, 1))) STRICT;

CREATE TABLE moderation_rules (
  one     INTEGER PRIMARY KEY CHECK (one = 1),
  reports INTEGER NOT NULL CHECK (reports BETWEEN 0 AND 20) -- that hide a thing for the time being; 0: never
) STRICT;

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

CREATE TABLE moderation_sources (
  source BLOB    NOT NULL,                        -- HMAC-SHA-256 of the address
  act    TEXT    NOT NULL,
  at     INTEGER NOT NULL
) STRICT;

CREATE TABLE mutualaid_chores (
  id          TEXT    PRIMARY KEY,          -- also of its card
  title       TEXT    NOT NULL,
  text        TEXT    NOT NULL,
  place       TEXT    NOT NULL,
  contact     TEXT    NOT NULL,             -- shown to people with an account
  tags        TEXT    NOT NULL,             -- one a line
  day         TEXT    NOT NULL,             -- by when, "2026-03-14"; empty: when somebody can
  minutes     INTEGER NOT NULL CHECK (minutes BETWEEN 0 AND 6000), -- of work for each; 0: not said
  hands       INTEGER NOT NULL CHECK (hands BETWEEN 1 AND 50),     -- persons it needs
  again_every INTEGER NOT NULL CHECK (again_every BETWEEN 0 AND 366), -- days after it was done; 0: once
  audience    INTEGER NOT NULL CHECK (audience IN (0, 1)), -- 0 residents, 1 everybody
  done_at     INTEGER,                      -- null while it is to do; of what repeats never set
  last_done   INTEGER,                      -- of what repeats, the last time
  author_id   TEXT    NOT NULL,             -- empty after its author left
  created_at  INTEGER NOT NULL,
  updated_at  INTEGER NOT NULL
) STRICT;

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
, masked INTEGER NOT NULL DEFAULT 0 CHECK (masked IN (0, 1))) STRICT;

CREATE TABLE mutualaid_hands (
  chore_id   TEXT    NOT NULL REFERENCES mutualaid_chores ON DELETE CASCADE,
  account_id TEXT    NOT NULL,
  taken_at   INTEGER NOT NULL,
  PRIMARY KEY (chore_id, account_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE mutualaid_isolated (
  id       TEXT    PRIMARY KEY,
  number   TEXT    NOT NULL UNIQUE,         -- on the paper the person keeps: the first four characters of the id
  consent  TEXT    NOT NULL,                -- the day they agreed, "2026-03-14"
  until    TEXT    NOT NULL,                -- the day they are to be asked again
  warned   INTEGER NOT NULL CHECK (warned IN (0, 1, 2)) -- of that day: 1 a month before, 2 when it came
) STRICT;

CREATE TABLE mutualaid_matches (
  favour_id TEXT NOT NULL REFERENCES mutualaid_favours ON DELETE CASCADE,
  card_id   TEXT NOT NULL,              -- of a card, of this box or another
  PRIMARY KEY (favour_id, card_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE mutualaid_referents (
  seat       INTEGER PRIMARY KEY CHECK (seat IN (1, 2)),
  account_id TEXT    NOT NULL UNIQUE,
  public_key BLOB,                          -- X25519; null until the person chose a phrase
  closed_key TEXT    NOT NULL,              -- the private key, sealed by the phrase; empty until then
  named_at   INTEGER NOT NULL,
  CHECK ((public_key IS NULL) = (closed_key = ''))
) STRICT;

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

CREATE TABLE mutualaid_rosters (
  id         TEXT    PRIMARY KEY,           -- also of its card
  title      TEXT    NOT NULL,
  text       TEXT    NOT NULL,
  place      TEXT    NOT NULL,
  starts     TEXT    NOT NULL,              -- the first shift, on the wall: 2026-03-14T09:00
  minutes    INTEGER NOT NULL CHECK (minutes BETWEEN 15 AND 1440), -- how long a shift lasts
  zone       TEXT    NOT NULL,              -- IANA
  rule       TEXT    NOT NULL,              -- RRULE; empty: one shift
  skip       TEXT    NOT NULL CHECK (json_valid(skip)), -- holidays without shifts: {"public":true,"alsace":true,"school":"C"}
  places     INTEGER NOT NULL CHECK (places BETWEEN 1 AND 50), -- persons a shift needs
  audience   INTEGER NOT NULL CHECK (audience IN (0, 1)), -- 0 residents, 1 everybody
  closed     INTEGER NOT NULL CHECK (closed IN (0, 1)),   -- nobody new
  author_id  TEXT    NOT NULL,              -- empty after its author left
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE mutualaid_sealed (
  isolated_id TEXT    NOT NULL REFERENCES mutualaid_isolated ON DELETE CASCADE,
  seat        INTEGER NOT NULL REFERENCES mutualaid_referents (seat) ON DELETE CASCADE,
  sealed      BLOB    NOT NULL,             -- to the referent's public key (RFC 9180), padded
  PRIMARY KEY (isolated_id, seat)
) STRICT, WITHOUT ROWID;

CREATE TABLE mutualaid_shifts (
  roster_id TEXT    NOT NULL REFERENCES mutualaid_rosters ON DELETE CASCADE,
  date      TEXT    NOT NULL,               -- on the wall
  places    INTEGER NOT NULL CHECK (places BETWEEN 0 AND 50), -- 0: as the others
  cancelled INTEGER NOT NULL CHECK (cancelled IN (0, 1)),
  note      TEXT    NOT NULL,               -- what those who come should know
  PRIMARY KEY (roster_id, date)
) STRICT, WITHOUT ROWID;

CREATE TABLE mutualaid_turns (
  id         TEXT    PRIMARY KEY,
  roster_id  TEXT    NOT NULL REFERENCES mutualaid_rosters ON DELETE CASCADE,
  date       TEXT    NOT NULL,              -- of the shift, on the wall
  starts_at  INTEGER NOT NULL,
  ends_at    INTEGER NOT NULL CHECK (ends_at > starts_at), -- exclusive
  account_id TEXT    NOT NULL,              -- who answers for it, until somebody else accepts
  offer      INTEGER NOT NULL CHECK (offer IN (0, 1, 2)), -- 0 keeps it, 1 to whoever wants it, 2 to offered_to
  offered_to TEXT    NOT NULL,              -- the account it is proposed to
  against    TEXT    NOT NULL,              -- the turn of theirs it is to be swapped with; empty for none
  reminded   INTEGER NOT NULL CHECK (reminded IN (0, 1)),
  taken_at   INTEGER NOT NULL,
  CHECK ((offer = 2) = (offered_to <> '')),
  UNIQUE (roster_id, date, account_id)
) STRICT;

CREATE TABLE neighbour_blocks (
  origin BLOB PRIMARY KEY CHECK (length(origin) = 32),
  name   TEXT    NOT NULL,                        -- as it was known
  at     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE neighbour_bodies (
  id   BLOB PRIMARY KEY,                          -- of the card
  hash BLOB NOT NULL,
  body BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE neighbour_claims (
  log_id INTEGER NOT NULL REFERENCES neighbour_logs ON DELETE CASCADE,
  id     BLOB    NOT NULL,                        -- of the card
  kind   TEXT    NOT NULL CHECK (kind IN ('vouch', 'label')), -- label: its operators blocked it
  about  BLOB    NOT NULL CHECK (length(about) = 32), -- the origin spoken of
  name   TEXT    NOT NULL,                        -- what its author calls it
  gone   INTEGER NOT NULL DEFAULT 0 CHECK (gone IN (0, 1)), -- ours: taken back, the tombstone is still to be signed
  PRIMARY KEY (log_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE neighbour_communes (
  commune TEXT PRIMARY KEY                        -- INSEE code
) STRICT, WITHOUT ROWID;

CREATE TABLE neighbour_copies (
  hash       BLOB    PRIMARY KEY CHECK (length(hash) = 32),
  bytes      INTEGER NOT NULL,
  body       BLOB,                                -- as received; NULL: a file
  plain      TEXT,                                -- the body as JSON, for pages; NULL for a file and what JSON cannot say
  fetched_at INTEGER NOT NULL,
  used_at    INTEGER NOT NULL                     -- somebody looked at it, to the day
) STRICT, WITHOUT ROWID;

CREATE TABLE neighbour_epochs (
  log_id       INTEGER NOT NULL REFERENCES neighbour_logs ON DELETE CASCADE,
  n            INTEGER NOT NULL,
  statement    BLOB    NOT NULL,
  sig          BLOB    NOT NULL,
  previous_sig BLOB,
  recovery_key BLOB,
  recovery_sig BLOB,
  PRIMARY KEY (log_id, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE neighbour_erasures (
  n       INTEGER PRIMARY KEY,                     -- in the order they were published
  id      BLOB    NOT NULL UNIQUE CHECK (length(id) = 10), -- of the card
  epoch   INTEGER NOT NULL,                        -- of the tombstone: a Have that goes as far confirms it …
  seq     INTEGER NOT NULL,
  at      INTEGER NOT NULL,                        -- by this box's clock
  quality INTEGER NOT NULL,                        -- how far that clock was to be trusted, as store.ClockQuality
  ran     INTEGER NOT NULL                         -- seconds this box had run
) STRICT;

CREATE TABLE neighbour_heads (
  log_id INTEGER NOT NULL REFERENCES neighbour_logs ON DELETE CASCADE,
  epoch  INTEGER NOT NULL,
  seq    INTEGER NOT NULL,
  head   BLOB    NOT NULL,
  sig    BLOB    NOT NULL,
  PRIMARY KEY (log_id, epoch, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE neighbour_hides (
  origin BLOB    NOT NULL CHECK (length(origin) = 32),
  id     BLOB    NOT NULL,                        -- of the card
  at     INTEGER NOT NULL,
  PRIMARY KEY (origin, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE neighbour_links (
  link_id       INTEGER PRIMARY KEY,
  peer          TEXT    NOT NULL UNIQUE,          -- libp2p peer id
  origin        BLOB    UNIQUE CHECK (length(origin) = 32), -- NULL until it has told
  name          TEXT    NOT NULL DEFAULT '',      -- of its commune, as it says
  commune       TEXT    NOT NULL DEFAULT '',      -- INSEE code or x-…, as it says
  state         TEXT    NOT NULL CHECK (state IN ('pairing', 'paired', 'blocked')),
  addresses     TEXT    NOT NULL DEFAULT '',      -- multiaddrs, one a line, last seen first
  feed          BLOB    NOT NULL DEFAULT x'',     -- its have-feed as last seen: id …
  feed_rev      INTEGER NOT NULL DEFAULT 0,       -- … and how far this box has read it
  covered_epoch INTEGER NOT NULL DEFAULT 0,       -- its receipt: how much of our own log it holds
  covered_seq   INTEGER NOT NULL DEFAULT 0,
  faults        INTEGER NOT NULL DEFAULT 0,       -- malformed or forged, since an operator last looked
  paired_at     INTEGER NOT NULL DEFAULT 0,
  contact_at    INTEGER NOT NULL DEFAULT 0        -- 0: never
, labels INTEGER NOT NULL DEFAULT 0 CHECK (labels IN (0, 1))) STRICT;

CREATE TABLE neighbour_logs (
  log_id       INTEGER PRIMARY KEY,
  origin       BLOB    NOT NULL UNIQUE CHECK (length(origin) = 32),
  own          INTEGER NOT NULL CHECK (own IN (0, 1)),
  listed       INTEGER NOT NULL DEFAULT 0,        -- origin_id in the listing; 0 for our own
  hops         INTEGER NOT NULL DEFAULT 0,        -- 0 our own, 1 from the origin itself
  epoch        INTEGER NOT NULL DEFAULT 0,        -- 0: no verified head yet
  seq          INTEGER NOT NULL DEFAULT 0,
  floor        INTEGER NOT NULL DEFAULT 0,
  count        INTEGER NOT NULL DEFAULT 0,
  head         BLOB    NOT NULL DEFAULT x'',      -- as received
  sig          BLOB    NOT NULL DEFAULT x'',
  generation   INTEGER NOT NULL DEFAULT 0,        -- of the records that are main
  rev          INTEGER NOT NULL DEFAULT 0,        -- of the have-feed, at the last change
  from_peer    TEXT    NOT NULL DEFAULT '',       -- who gave the head; it is not offered back
  confirmed_at INTEGER NOT NULL DEFAULT 0,        -- when a neighbour last had this head, or a newer one came
  relist       INTEGER NOT NULL DEFAULT 0 CHECK (relist IN (0, 1)),     -- the last pull did not add up
  over_quota   INTEGER NOT NULL DEFAULT 0 CHECK (over_quota IN (0, 1)), -- stays at its last head
  proof        BLOB    NOT NULL DEFAULT x''       -- a second head of the same number: frozen
, changed INTEGER NOT NULL DEFAULT 0, changed_at INTEGER NOT NULL DEFAULT 0, waits INTEGER NOT NULL DEFAULT 0 CHECK (waits IN (0, 1)), leased_ran INTEGER NOT NULL DEFAULT 0, lease TEXT NOT NULL DEFAULT '' CHECK (lease IN ('', 'stale', 'lapsed'))) STRICT;

CREATE TABLE neighbour_mentions (
  log_id INTEGER NOT NULL,
  id     BLOB    NOT NULL,                        -- of the card
  role   INTEGER NOT NULL CHECK (role IN (0, 1, 2)), -- body, small picture, large picture
  place  INTEGER NOT NULL,                        -- among those of its role, from 0 on
  hash   BLOB    NOT NULL CHECK (length(hash) = 32),
  bytes  INTEGER NOT NULL,                        -- as the card or body says: what comes must be that long
  alt    TEXT    NOT NULL DEFAULT '',             -- of a picture: what it shows
  width  INTEGER NOT NULL DEFAULT 0,              -- of a picture, in pixels; 0: nobody said
  height INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (log_id, id, role, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE neighbour_outsiders (
  origin   BLOB PRIMARY KEY CHECK (length(origin) = 32),
  name     TEXT    NOT NULL,
  communes TEXT    NOT NULL,                      -- it says it is of, with spaces between
  points   TEXT    NOT NULL,                      -- it says it lies at, "lat,lon" in 1/100,000 degrees, with spaces between
  cards    INTEGER NOT NULL,                      -- live ones it had
  at       INTEGER NOT NULL                       -- when it was looked at
) STRICT, WITHOUT ROWID;

CREATE TABLE neighbour_publishers (
  one           INTEGER PRIMARY KEY CHECK (one = 1),
  feed          BLOB    NOT NULL CHECK (length(feed) = 8), -- random: a new one makes neighbours start at 0
  rev           INTEGER NOT NULL DEFAULT 0,
  inst          BLOB    NOT NULL CHECK (length(inst) = 8), -- PROTOCOL.md §3 key 8
  profile       BLOB    NOT NULL CHECK (length(profile) = 10), -- id of our profile card
  next_seq      INTEGER NOT NULL DEFAULT 1,
  published_rev INTEGER NOT NULL DEFAULT 0,       -- of the listing's changes
  head_at       INTEGER NOT NULL DEFAULT 0,
  running       INTEGER NOT NULL DEFAULT 0 CHECK (running IN (0, 1)) -- 1 at a start: the last stop was not clean
, machine BLOB NOT NULL DEFAULT x'', doubt   TEXT NOT NULL DEFAULT '' CHECK (doubt IN ('', 'moved', 'older', 'fork', 'copy')), hop_limit INTEGER NOT NULL DEFAULT 3 CHECK (hop_limit BETWEEN 1 AND 8), scope INTEGER NOT NULL DEFAULT 0, answers INTEGER NOT NULL DEFAULT 1 CHECK (answers IN (0, 1)), relays INTEGER NOT NULL DEFAULT 0 CHECK (relays IN (0, 1))) STRICT;

CREATE TABLE neighbour_records (
  log_id     INTEGER NOT NULL,
  generation INTEGER NOT NULL,
  seq        INTEGER NOT NULL,
  id         BLOB    NOT NULL,
  gone       INTEGER NOT NULL,                    -- PROTOCOL.md §2 key 12
  card       BLOB    NOT NULL,                    -- as received
  sig        BLOB    NOT NULL,
  hash       BLOB    NOT NULL,                    -- SHA-256 of card
  at         INTEGER NOT NULL,                    -- when it was written here
  PRIMARY KEY (log_id, generation, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE neighbour_returns (
  log_id INTEGER PRIMARY KEY REFERENCES neighbour_logs ON DELETE CASCADE,
  epoch  INTEGER NOT NULL,
  seq    INTEGER NOT NULL,
  peer   TEXT    NOT NULL,                        -- who gave it
  tip    BLOB    NOT NULL                         -- epochs and head, as a frame
) STRICT;

CREATE TABLE neighbour_routes (
  origin BLOB PRIMARY KEY CHECK (length(origin) = 32),
  hops   INTEGER NOT NULL CHECK (hops BETWEEN 1 AND 8),
  via    BLOB    NOT NULL                         -- the origin that vouches for it; empty when linked
) STRICT, WITHOUT ROWID;

CREATE TABLE neighbour_scopes (
  one         INTEGER PRIMARY KEY CHECK (one = 1),
  radius      INTEGER NOT NULL DEFAULT 50 CHECK (radius BETWEEN 0 AND 500), -- kilometres around this box; 0: any distance
  kinds       TEXT    NOT NULL DEFAULT 'event',   -- kinds of cards whose words come ahead, with spaces between
  hub         INTEGER NOT NULL DEFAULT 0 CHECK (hub IN (0, 1)),
  departments TEXT    NOT NULL DEFAULT ''         -- of a hub: their codes, with spaces between; empty: all
) STRICT;

CREATE TABLE neighbour_stagings (
  log_id     INTEGER PRIMARY KEY REFERENCES neighbour_logs ON DELETE CASCADE,
  epoch      INTEGER NOT NULL,
  upto       INTEGER NOT NULL,                    -- everything up to here has come
  relist     INTEGER NOT NULL CHECK (relist IN (0, 1)),
  generation INTEGER NOT NULL,
  from_peer  TEXT    NOT NULL,                    -- empty when several fed it, or one in several sessions
  cards      INTEGER NOT NULL
) STRICT;

CREATE TABLE neighbour_territories (
  log_id INTEGER NOT NULL REFERENCES neighbour_logs ON DELETE CASCADE,
  id     BLOB    NOT NULL CHECK (length(id) = 10),   -- of the card
  name   TEXT    NOT NULL,
  hash   BLOB    NOT NULL CHECK (length(hash) = 32), -- of the body: another hash is another version
  at     INTEGER NOT NULL,                           -- this version came here
  PRIMARY KEY (log_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE neighbour_vectors (
  producer BLOB    NOT NULL CHECK (length(producer) = 32),
  origin   BLOB    NOT NULL CHECK (length(origin) = 32),
  epoch    INTEGER NOT NULL,
  seq      INTEGER NOT NULL,
  PRIMARY KEY (producer, origin)
) STRICT, WITHOUT ROWID;

CREATE TABLE neighbour_wishes (
  origin BLOB PRIMARY KEY CHECK (length(origin) = 32),
  name   TEXT NOT NULL                            -- as it was known
) STRICT, WITHOUT ROWID;

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

CREATE TABLE notify_marks (
  name TEXT    PRIMARY KEY CHECK (name IN ('own', 'neighbours')),
  at   INTEGER NOT NULL,
  card INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

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

CREATE TABLE petition_exports (
  id          TEXT    PRIMARY KEY,
  petition_id TEXT    NOT NULL REFERENCES petition_petitions ON DELETE CASCADE,
  account_id  TEXT    NOT NULL,         -- empty: has left
  at          INTEGER NOT NULL,
  people      INTEGER NOT NULL,         -- in the file
  until       INTEGER NOT NULL,         -- when the file has to be deleted
  reminded    INTEGER NOT NULL CHECK (reminded IN (0, 1))
) STRICT;

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

CREATE TABLE photo_files (
  hash         TEXT    PRIMARY KEY,           -- SHA-256 of the large picture, hexadecimal: its name on the card and on the wire
  bytes        INTEGER NOT NULL,              -- of the large picture, 1280 pixels
  thumb_bytes  INTEGER NOT NULL,              -- of the small one, 320 pixels
  width        INTEGER NOT NULL,
  height       INTEGER NOT NULL,
  thumb_width  INTEGER NOT NULL,
  thumb_height INTEGER NOT NULL,
  uses         INTEGER NOT NULL,              -- rows of photo_uses; at 0 the files go, then the row
  created_at   INTEGER NOT NULL
, thumb_hash TEXT NOT NULL DEFAULT '') STRICT, WITHOUT ROWID;

CREATE TABLE photo_uses (
  id         TEXT    PRIMARY KEY,
  module     TEXT    NOT NULL,                -- of the thing it hangs on
  thing_id   TEXT    NOT NULL,
  hash       TEXT    NOT NULL REFERENCES photo_files (hash),
  position   INTEGER NOT NULL,                -- from 0 on, without gaps; 0 is the one lists show
  alt        TEXT    NOT NULL,                -- what it shows, for who cannot see it; empty: it only decorates
  author_id  TEXT    NOT NULL,                -- who hung it; empty after they left
  created_at INTEGER NOT NULL,
  UNIQUE (thing_id, module, hash)
) STRICT;

CREATE TABLE reaction_hidings (
  account_id TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE TABLE reaction_reactions (
  module     TEXT    NOT NULL,
  thing_id   TEXT    NOT NULL,
  account_id TEXT    NOT NULL,
  at         INTEGER NOT NULL,
  PRIMARY KEY (module, thing_id, account_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE store_jobs (
  name   TEXT    PRIMARY KEY,
  due_at INTEGER NOT NULL,                        -- not before
  ran_at INTEGER,                                 -- when it last changed something
  failed TEXT    NOT NULL DEFAULT '',             -- why the last try failed; empty: it did not
  since  INTEGER,                                 -- it fails since then
  CHECK ((failed = '') = (since IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE timebank_accounts (
  number     TEXT    PRIMARY KEY,
  kind       TEXT    NOT NULL CHECK (kind IN ('person', 'element', 'common', 'frontier')),
  account_id TEXT    NOT NULL,          -- the person; empty for other kinds, and after they left
  element_id TEXT    NOT NULL,          -- the organisation, whose administrators keep it
  name       TEXT    NOT NULL,          -- of an organisation or a neighbouring box, as last known
  balance    INTEGER NOT NULL,          -- minutes; the trigger below keeps it
  auto       INTEGER NOT NULL CHECK (auto IN (0, 1)), -- pays a request nobody answered
  opened_at  INTEGER NOT NULL,
  closed_at  INTEGER, debt INTEGER NOT NULL DEFAULT 1 CHECK (debt IN (0, 1)),
  CHECK (closed_at IS NULL OR balance = 0)
) STRICT, WITHOUT ROWID;

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

CREATE TABLE vote_amendments (
  id          TEXT    PRIMARY KEY,
  proposal_id TEXT    NOT NULL REFERENCES vote_proposals ON DELETE CASCADE,
  author_id   TEXT    NOT NULL,         -- empty: has left
  description TEXT    NOT NULL,
  state       TEXT    NOT NULL CHECK (state IN ('open', 'taken', 'declined')),
  answer      TEXT    NOT NULL,         -- why
  created_at  INTEGER NOT NULL
) STRICT;

CREATE TABLE vote_asks (
  proposal_id TEXT    PRIMARY KEY REFERENCES vote_proposals ON DELETE CASCADE,
  due         TEXT    NOT NULL,         -- the last day to answer, on the wall; fixed when it was addressed
  state       TEXT    NOT NULL CHECK (state IN ('received', 'studied', 'accepted', 'declined')),
  answer      TEXT    NOT NULL,         -- in words; empty before the answer
  answered_at INTEGER NOT NULL          -- 0: not yet
) STRICT, WITHOUT ROWID;

CREATE TABLE vote_ballots (
  proposal_id TEXT NOT NULL REFERENCES vote_proposals ON DELETE CASCADE,
  account_id  TEXT NOT NULL,            -- of somebody who has left: an id of nobody
  ballot      TEXT NOT NULL,            -- JSON of the tally
  reason      TEXT NOT NULL,            -- of an objection, a reserve, an advice
  answer      TEXT NOT NULL,            -- of an objection judged not valid: why
  PRIMARY KEY (proposal_id, account_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE vote_codes (
  proposal_id TEXT NOT NULL REFERENCES vote_desks ON DELETE CASCADE,
  code        TEXT NOT NULL,
  PRIMARY KEY (proposal_id, code)
) STRICT, WITHOUT ROWID;

CREATE TABLE vote_delegations (
  proposal_id TEXT NOT NULL REFERENCES vote_proposals ON DELETE CASCADE,
  account_id  TEXT NOT NULL,            -- of somebody who has left: an id of nobody
  to_id       TEXT NOT NULL,
  PRIMARY KEY (proposal_id, account_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE vote_desks (
  proposal_id TEXT    PRIMARY KEY REFERENCES vote_proposals ON DELETE CASCADE,
  printed     INTEGER NOT NULL,         -- ballots, those given back among them
  settled     INTEGER NOT NULL CHECK (settled IN (0, 1)) -- the two entries agree and are counted
) STRICT;

CREATE TABLE vote_entries_sealed (
  proposal_id TEXT    NOT NULL REFERENCES vote_desks ON DELETE CASCADE,
  n           INTEGER NOT NULL CHECK (n IN (1, 2)),
  account_id  TEXT    NOT NULL,
  found       INTEGER NOT NULL,         -- ballots in the box; -1: not all is typed
  ballots     TEXT    NOT NULL,         -- number and JSON of the tally, one a line, in the order of the numbers
  PRIMARY KEY (proposal_id, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE vote_followups (
  id          TEXT    PRIMARY KEY,
  proposal_id TEXT    NOT NULL REFERENCES vote_proposals ON DELETE CASCADE,
  description TEXT    NOT NULL,
  carrier     TEXT    NOT NULL,         -- who sees to it, in words
  due         TEXT    NOT NULL,         -- day on the wall
  done        TEXT    NOT NULL,         -- what was done; empty: not yet
  done_at     INTEGER NOT NULL,         -- 0: not yet
  created_at  INTEGER NOT NULL
) STRICT;

CREATE TABLE vote_marks_sealed (
  proposal_id TEXT NOT NULL REFERENCES vote_proposals ON DELETE CASCADE,
  account_id  TEXT NOT NULL,
  how         TEXT NOT NULL,
  PRIMARY KEY (proposal_id, account_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE vote_nominees (
  proposal_id TEXT    NOT NULL REFERENCES vote_proposals ON DELETE CASCADE,
  round       INTEGER NOT NULL,
  n           INTEGER NOT NULL,         -- of vote_numbers
  why         TEXT    NOT NULL,         -- in words, for those on the roll
  PRIMARY KEY (proposal_id, round)
) STRICT, WITHOUT ROWID;

CREATE TABLE vote_numbers (
  proposal_id TEXT    NOT NULL REFERENCES vote_proposals ON DELETE CASCADE,
  n           INTEGER NOT NULL,         -- from 0, in the order of the roll
  account_id  TEXT    NOT NULL,         -- of somebody who has left: an id of nobody
  declined    INTEGER NOT NULL CHECK (declined IN (0, 1)), -- was drawn and does not want to
  PRIMARY KEY (proposal_id, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE vote_proposals (
  id          TEXT    PRIMARY KEY,      -- also of its card
  group_id    TEXT    NOT NULL,         -- whose decision it is; empty: of all residents
  title       TEXT    NOT NULL,
  description TEXT    NOT NULL,
  choices     TEXT    NOT NULL,         -- what there is to choose from, one a line; empty: for or against
  state       TEXT    NOT NULL CHECK (state IN ('idea', 'discussion', 'amendment', 'vote', 'closed', 'cancelled')),
  author_id   TEXT    NOT NULL,         -- empty: has left
  audience    INTEGER NOT NULL,
  needed      INTEGER NOT NULL,         -- supports the idea needs
  amend_until INTEGER NOT NULL,         -- 0: no phase of amendments yet
  rule        TEXT    NOT NULL,         -- JSON, frozen when the vote opens; empty before it is written
  closes      TEXT    NOT NULL,         -- on the wall; empty before the rule is written
  zone        TEXT    NOT NULL,         -- IANA
  closes_at   INTEGER NOT NULL,         -- the same as an instant, at which the vote takes effect; 0: none
  opened_at   INTEGER NOT NULL,         -- 0: not yet
  closed_at   INTEGER NOT NULL,         -- 0: not yet
  round       INTEGER NOT NULL,         -- of consent: from 1
  roll_size   INTEGER NOT NULL,         -- who may vote, counted when it opened; 0 before
  extended    INTEGER NOT NULL CHECK (extended IN (0, 1)),  -- its end was put off once, since not all had answered
  restarted   INTEGER NOT NULL CHECK (restarted IN (0, 1)), -- the box came back from a copy, which holds no open urn
  warned      INTEGER NOT NULL CHECK (warned IN (0, 1)),    -- people were told that it ends soon
  outcome     TEXT    NOT NULL,         -- in one word of the tally; empty before
  reason      TEXT    NOT NULL,         -- why it was cancelled
  created_at  INTEGER NOT NULL,
  updated_at  INTEGER NOT NULL
, sort TEXT NOT NULL DEFAULT '' -- what is decided; empty: something in words
  CHECK (sort IN ('', 'date', 'nocandidate', 'sortition'))) STRICT;

CREATE TABLE vote_results (
  proposal_id TEXT    NOT NULL REFERENCES vote_proposals ON DELETE CASCADE,
  round       INTEGER NOT NULL,
  file        TEXT    NOT NULL,         -- JSON: text, rule, roll, ballots without names, result
  sha256      TEXT    NOT NULL,         -- of the file, hexadecimal
  closed_at   INTEGER NOT NULL,
  PRIMARY KEY (proposal_id, round)
) STRICT, WITHOUT ROWID;

CREATE TABLE vote_roll (
  proposal_id TEXT NOT NULL REFERENCES vote_proposals ON DELETE CASCADE,
  account_id  TEXT NOT NULL,            -- of somebody who has left: an id of nobody
  how         TEXT NOT NULL,            -- how they voted: web, paper, desk, proxy; empty: not
  PRIMARY KEY (proposal_id, account_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE vote_sayings (
  proposal_id TEXT    NOT NULL REFERENCES vote_proposals ON DELETE CASCADE,
  round       INTEGER NOT NULL,
  account_id  TEXT    NOT NULL,         -- of somebody who has left: an id of nobody
  how         TEXT    NOT NULL,         -- as in vote_roll
  ballot      TEXT    NOT NULL,         -- JSON of the tally
  reason      TEXT    NOT NULL,
  answer      TEXT    NOT NULL,         -- of an objection judged not valid: why
  PRIMARY KEY (proposal_id, round, account_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE vote_settings (
  one         INTEGER PRIMARY KEY CHECK (one = 1),
  answer_days INTEGER NOT NULL          -- days the mairie has to answer an idea
) STRICT;

CREATE TABLE vote_supports (
  proposal_id TEXT NOT NULL REFERENCES vote_proposals ON DELETE CASCADE,
  account_id  TEXT NOT NULL,
  PRIMARY KEY (proposal_id, account_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE vote_tellers (
  proposal_id TEXT NOT NULL REFERENCES vote_desks ON DELETE CASCADE,
  account_id  TEXT NOT NULL,
  PRIMARY KEY (proposal_id, account_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE vote_texts (
  proposal_id TEXT    NOT NULL REFERENCES vote_proposals ON DELETE CASCADE,
  n           INTEGER NOT NULL,         -- from 1
  title       TEXT    NOT NULL,
  description TEXT    NOT NULL,
  choices     TEXT    NOT NULL,
  until       INTEGER NOT NULL,         -- when it was changed
  PRIMARY KEY (proposal_id, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE vote_told (
  proposal_id TEXT    NOT NULL REFERENCES vote_proposals ON DELETE CASCADE,
  account_id  TEXT    NOT NULL,         -- whose voice it is
  to_id       TEXT    NOT NULL,         -- who was told
  told_at     INTEGER NOT NULL,
  PRIMARY KEY (proposal_id, account_id, to_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE vote_urns_sealed (
  proposal_id TEXT NOT NULL REFERENCES vote_proposals ON DELETE CASCADE,
  ballots     TEXT NOT NULL,            -- one a line, sorted by what they say
  PRIMARY KEY (proposal_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX account_acts_account ON account_acts (account_id, at);

CREATE INDEX account_log_grounds_ref ON account_log_grounds (module, ref);

CREATE INDEX account_people_name ON account_people (name_folded);

CREATE INDEX account_people_role ON account_people (role);

CREATE INDEX account_sessions_account ON account_sessions (account_id);

CREATE INDEX ads_ads_author ON ads_ads (author_id, updated_at);

CREATE INDEX ads_ads_category ON ads_ads (category);

CREATE INDEX ads_ads_group ON ads_ads (group_id) WHERE group_id IS NOT NULL;

CREATE INDEX ads_ads_live ON ads_ads (expires_at) WHERE state IN ('available', 'reserved', 'waiting');

CREATE INDEX ads_ads_past ON ads_ads (ended_at) WHERE ended_at IS NOT NULL;

CREATE INDEX agenda_events_author ON agenda_events (author_id, starts_at);

CREATE INDEX agenda_events_group ON agenda_events (group_id) WHERE group_id IS NOT NULL;

CREATE INDEX agenda_events_listed ON agenda_events (listed) WHERE listed <> '';

CREATE INDEX agenda_events_parent ON agenda_events (parent_id, starts_at) WHERE parent_id <> '';

CREATE INDEX agenda_events_publish ON agenda_events (publish_at) WHERE publish_at IS NOT NULL;

CREATE INDEX agenda_events_validated ON agenda_events (validated_by) WHERE validated_by <> '';

CREATE UNIQUE INDEX agenda_participations_account ON agenda_participations (account_id, event_id, date) WHERE account_id <> '';

CREATE INDEX agenda_participations_date ON agenda_participations (event_id, date, n);

CREATE INDEX agenda_participations_ends ON agenda_participations (ends_at);

CREATE INDEX assembly_assemblies_author ON assembly_assemblies (author_id) WHERE author_id <> '';

CREATE INDEX assembly_assemblies_draft ON assembly_assemblies (starts_at) WHERE state = 'draft';

CREATE INDEX assembly_assemblies_element ON assembly_assemblies (element_id, starts_at) WHERE element_id <> '';

CREATE INDEX assembly_assemblies_group ON assembly_assemblies (group_id, starts_at) WHERE group_id <> '';

CREATE INDEX assembly_items_assembly ON assembly_items (assembly_id, n);

CREATE INDEX assembly_items_proposal ON assembly_items (proposal_id) WHERE proposal_id <> '';

CREATE INDEX assembly_proxies_assembly ON assembly_proxies (assembly_id, given_at, id);

CREATE UNIQUE INDEX assembly_proxies_giver ON assembly_proxies (giver) WHERE came = 0;

CREATE INDEX assembly_proxies_holder ON assembly_proxies (holder);

CREATE UNIQUE INDEX assembly_roll_account ON assembly_roll (account_id, assembly_id) WHERE account_id <> '';

CREATE INDEX assembly_roll_assembly ON assembly_roll (assembly_id, id);

CREATE INDEX booking_acts_account ON booking_acts (account_id) WHERE account_id <> '';

CREATE INDEX booking_acts_booking ON booking_acts (booking_id, id);

CREATE INDEX booking_acts_derogation ON booking_acts (at) WHERE act = 'derogation';

CREATE INDEX booking_bookings_author ON booking_bookings (author_id, starts_at) WHERE author_id <> '';

CREATE INDEX booking_bookings_event ON booking_bookings (event_id) WHERE event_id <> '';

CREATE INDEX booking_bookings_expiry ON booking_bookings (expires_at) WHERE expires_at IS NOT NULL;

CREATE INDEX booking_bookings_resource ON booking_bookings (resource_id, starts_at);

CREATE INDEX booking_bookings_series ON booking_bookings (series_id, starts_at) WHERE series_id IS NOT NULL;

CREATE INDEX booking_bookings_waiting ON booking_bookings (state, resource_id, starts_at) WHERE state IN ('asked', 'queued');

CREATE INDEX booking_exchanges_other ON booking_exchanges (other_id);

CREATE INDEX booking_faults_author ON booking_faults (author_id) WHERE author_id <> '';

CREATE INDEX booking_faults_open ON booking_faults (resource_id, at) WHERE settled_at IS NULL;

CREATE INDEX booking_faults_settled ON booking_faults (settled_by) WHERE settled_by <> '';

CREATE INDEX booking_loans_resource ON booking_loans (resource_id);

CREATE INDEX booking_managers_account ON booking_managers (account_id);

CREATE INDEX booking_parts_part ON booking_parts (part_id);

CREATE INDEX booking_series_author ON booking_series (author_id) WHERE author_id <> '';

CREATE INDEX booking_spans_when ON booking_spans (resource_id, busy_from, busy_until, units);

CREATE INDEX booking_steps_by ON booking_steps (done_by) WHERE done_by <> '';

CREATE INDEX category_merges_set ON category_merges (set_name, id);

CREATE INDEX directory_acts_account ON directory_acts (account_id) WHERE account_id <> '';

CREATE INDEX directory_acts_at ON directory_acts (at);

CREATE INDEX directory_acts_element ON directory_acts (element_id, id);

CREATE INDEX directory_acts_other ON directory_acts (other_id) WHERE other_id <> '';

CREATE INDEX directory_claims_account ON directory_claims (account_id, created_at);

CREATE INDEX directory_claims_answerer ON directory_claims (answered_by) WHERE answered_by <> '';

CREATE UNIQUE INDEX directory_claims_once ON directory_claims (element_id, account_id) WHERE state = 'waiting';

CREATE INDEX directory_claims_waiting ON directory_claims (created_at) WHERE state = 'waiting';

CREATE INDEX directory_elements_archived ON directory_elements (archived_at) WHERE archived_at IS NOT NULL;

CREATE INDEX directory_elements_author ON directory_elements (author_id) WHERE author_id <> '';

CREATE INDEX directory_elements_category ON directory_elements (kind, category);

CREATE INDEX directory_elements_name ON directory_elements (name_key, kind, id);

CREATE INDEX directory_elements_parent ON directory_elements (parent_id) WHERE parent_id IS NOT NULL;

CREATE UNIQUE INDEX directory_elements_person ON directory_elements (author_id) WHERE kind = 'person' AND author_id <> '';

CREATE INDEX directory_elements_rna ON directory_elements (rna) WHERE rna <> '';

CREATE INDEX directory_elements_run ON directory_elements (run_id) WHERE run_id <> '';

CREATE INDEX directory_elements_siret ON directory_elements (siret) WHERE siret <> '';

CREATE UNIQUE INDEX directory_elements_source ON directory_elements (source, source_id) WHERE source <> '';

CREATE INDEX directory_elements_unclaimed ON directory_elements (name_key, id) WHERE claimed = 0 AND archived_at IS NULL;

CREATE INDEX directory_elements_verified ON directory_elements (verified_at) WHERE archived_at IS NULL;

CREATE INDEX directory_invitations_element ON directory_invitations (element_id, created_at);

CREATE INDEX directory_invitations_inviter ON directory_invitations (invited_by) WHERE invited_by <> '';

CREATE INDEX directory_invitations_over ON directory_invitations (coalesce(ended_at, expires_at));

CREATE INDEX directory_invitations_user ON directory_invitations (used_by) WHERE used_by <> '';

CREATE INDEX directory_links_thing ON directory_links (module, thing_id);

CREATE INDEX directory_members_account ON directory_members (account_id);

CREATE INDEX discussion_entries_author ON discussion_entries (author_id, at);

CREATE INDEX discussion_entries_element ON discussion_entries (element_id, at) WHERE element_id <> '';

CREATE INDEX discussion_entries_group ON discussion_entries (group_id, at) WHERE group_id <> '';

CREATE INDEX discussion_mentions_account ON discussion_mentions (account_id);

CREATE INDEX discussion_picks_account ON discussion_picks (account_id);

CREATE INDEX discussion_posts_author ON discussion_posts (author_id, at);

CREATE INDEX discussion_posts_comments ON discussion_posts (at DESC, id DESC)
  WHERE module <> 'discussion' AND taken = '' AND hidden = 0;

CREATE INDEX discussion_reads_topic ON discussion_reads (topic_id);

CREATE INDEX discussion_topics_author ON discussion_topics (author_id, created_at);

CREATE INDEX discussion_topics_group ON discussion_topics (group_id, pinned DESC, last_at DESC, id);

CREATE INDEX group_acts_account ON group_acts (account_id) WHERE account_id <> '';

CREATE INDEX group_acts_at ON group_acts (at);

CREATE INDEX group_acts_group ON group_acts (group_id, id);

CREATE INDEX group_acts_other ON group_acts (other_id) WHERE other_id <> '';

CREATE INDEX group_answers_account ON group_answers (account_id) WHERE account_id <> '';

CREATE INDEX group_bans_account ON group_bans (account_id);

CREATE INDEX group_bans_keeper ON group_bans (keeper_id) WHERE keeper_id <> '';

CREATE INDEX group_delegates_account ON group_delegates (account_id);

CREATE INDEX group_groups_author ON group_groups (author_id, created_at) WHERE author_id <> '';

CREATE INDEX group_groups_orphan ON group_groups (orphan_at) WHERE orphan_at IS NOT NULL;

CREATE INDEX group_inquiries_author ON group_inquiries (author_id) WHERE author_id <> '';

CREATE INDEX group_inquiries_group ON group_inquiries (group_id, created_at);

CREATE INDEX group_invitations_group ON group_invitations (group_id, created_at);

CREATE INDEX group_invitations_guest ON group_invitations (guest_id) WHERE guest_id <> '';

CREATE INDEX group_invitations_inviter ON group_invitations (invited_by) WHERE invited_by <> '';

CREATE INDEX group_invitations_noted ON group_invitations (created_at) WHERE note <> '';

CREATE INDEX group_invitations_over ON group_invitations (coalesce(ended_at, expires_at));

CREATE INDEX group_invitations_user ON group_invitations (used_by) WHERE used_by <> '';

CREATE INDEX group_members_account ON group_members (account_id);

CREATE INDEX group_members_inviter ON group_members (invited_by) WHERE invited_by <> '';

CREATE INDEX group_parts_part ON group_parts (part_id);

CREATE INDEX intake_events_run ON intake_events (run_id);

CREATE INDEX intake_runs_created ON intake_runs (created_at);

CREATE INDEX listing_aliases_tag ON listing_aliases (tag);

CREATE INDEX listing_card_tags_card ON listing_card_tags (card_id);

CREATE UNIQUE INDEX listing_cards_code ON listing_cards (code) WHERE code IS NOT NULL;

CREATE INDEX listing_cards_commune ON listing_cards (commune, card_id, seen_by, expires_at);

CREATE INDEX listing_cards_dates ON listing_cards (starts_at, card_id, ends_at, kind, seen_by, expires_at) WHERE starts_at IS NOT NULL;

CREATE INDEX listing_cards_expiry ON listing_cards (expires_at, kind, seen_by) WHERE expires_at < 253402300799;

CREATE INDEX listing_cards_group ON listing_cards (group_id, card_id) WHERE group_id IS NOT NULL;

CREATE INDEX listing_cards_hushed ON listing_cards (origin_id, id) WHERE hidden = 1;

CREATE INDEX listing_cards_id ON listing_cards (id);

CREATE INDEX listing_cards_kind ON listing_cards (kind, card_id, seen_by, expires_at);

CREATE INDEX listing_cards_kind_name ON listing_cards (kind, name_key, card_id);

CREATE INDEX listing_cards_name ON listing_cards (name_key, card_id);

CREATE INDEX listing_cards_nowhere ON listing_cards (card_id, kind, seen_by, expires_at, starts_at, ends_at) WHERE lat IS NULL;

CREATE INDEX listing_cards_origin ON listing_cards (origin_id, card_id, kind, seen_by, expires_at);

CREATE INDEX listing_cards_place ON listing_cards (lat, lon, card_id, kind, seen_by, expires_at, starts_at, ends_at) WHERE lat IS NOT NULL;

CREATE INDEX listing_cards_placeless ON listing_cards (commune, card_id, kind, seen_by, expires_at) WHERE lat IS NULL;

CREATE INDEX listing_cards_repeating ON listing_cards (ends_at) WHERE flags & 4 AND origin_id = 0;

CREATE INDEX listing_cards_rev ON listing_cards (rev) WHERE rev > 0;

CREATE INDEX listing_cards_span ON listing_cards (ends_at - starts_at) WHERE starts_at IS NOT NULL;

CREATE INDEX listing_cards_touched ON listing_cards (updated_at, card_id) WHERE origin_id = 0;

CREATE INDEX listing_dates_span ON listing_dates (ends_at - starts_at);

CREATE INDEX listing_dates_starts ON listing_dates (starts_at, card_id, ends_at);

CREATE INDEX listing_maps_author ON listing_maps (author_id) WHERE removed = 0;

CREATE INDEX listing_readers_group ON listing_readers (group_id, account_id);

CREATE INDEX listing_twins_card ON listing_twins (card_id, place);

CREATE INDEX listing_words_mirrored ON listing_words (mirrored);

CREATE INDEX listing_zone_cards_card ON listing_zone_cards (card_id);

CREATE INDEX listing_zone_communes_commune ON listing_zone_communes (commune, zone_id);

CREATE INDEX listing_zone_hands_card ON listing_zone_hands (origin_id, id);

CREATE INDEX message_blocks_barred ON message_blocks (barred_account);

CREATE INDEX message_messages_author ON message_messages (author_id, at);

CREATE INDEX message_reports_open ON message_reports (at) WHERE decided_at IS NULL;

CREATE INDEX message_reports_reporter ON message_reports (reporter_id);

CREATE INDEX message_seats_account ON message_seats (account_id);

CREATE INDEX message_sides_account ON message_sides (account_id);

CREATE INDEX message_sides_element ON message_sides (element_id);

CREATE INDEX message_threads_last ON message_threads (last_at);

CREATE INDEX message_threads_thing ON message_threads (module, thing_id);

CREATE UNIQUE INDEX moderation_appeals_open ON moderation_appeals (module, thing_id) WHERE undone IS NULL;

CREATE INDEX moderation_appeals_ref ON moderation_appeals (module, thing_id, made_at);

CREATE INDEX moderation_decisions_author ON moderation_decisions (author_id);

CREATE INDEX moderation_decisions_by ON moderation_decisions (decided_by);

CREATE INDEX moderation_decisions_ref ON moderation_decisions (module, thing_id);

CREATE INDEX moderation_holds_wait ON moderation_holds (held_at) WHERE refused = 0;

CREATE INDEX moderation_proposals_state ON moderation_proposals (state, created_at);

CREATE INDEX moderation_removals_thing ON moderation_removals (thing_id);

CREATE INDEX moderation_reports_at ON moderation_reports (created_at);

CREATE INDEX moderation_reports_by ON moderation_reports (reporter_id, decided_at);

CREATE UNIQUE INDEX moderation_reports_once ON moderation_reports (module, thing_id, reporter_id)
  WHERE reporter_id <> '' AND decided_at IS NULL;

CREATE INDEX moderation_reports_open ON moderation_reports (module, thing_id) WHERE decided_at IS NULL;

CREATE INDEX moderation_sealings_ref ON moderation_sealings (module, thing_id);

CREATE INDEX moderation_sources_act ON moderation_sources (source, act, at);

CREATE INDEX moderation_sources_at ON moderation_sources (at);

CREATE INDEX mutualaid_chores_author ON mutualaid_chores (author_id) WHERE author_id <> '';

CREATE INDEX mutualaid_chores_board ON mutualaid_chores (day, id) WHERE done_at IS NULL;

CREATE INDEX mutualaid_chores_done ON mutualaid_chores (done_at) WHERE done_at IS NOT NULL;

CREATE INDEX mutualaid_favours_author ON mutualaid_favours (author_id) WHERE author_id <> '';

CREATE INDEX mutualaid_favours_ended ON mutualaid_favours (ended_at) WHERE state <> 'open';

CREATE INDEX mutualaid_favours_expiry ON mutualaid_favours (expires_at) WHERE state = 'open';

CREATE INDEX mutualaid_favours_matched ON mutualaid_favours (matched_at) WHERE state = 'open';

CREATE INDEX mutualaid_favours_urgent ON mutualaid_favours (urgent_until) WHERE state = 'open' AND urgent_until > 0;

CREATE INDEX mutualaid_hands_account ON mutualaid_hands (account_id);

CREATE INDEX mutualaid_replies_author ON mutualaid_replies (author_id) WHERE author_id <> '';

CREATE INDEX mutualaid_replies_favour ON mutualaid_replies (favour_id, created_at);

CREATE UNIQUE INDEX mutualaid_replies_once ON mutualaid_replies (favour_id, author_id) WHERE author_id <> '';

CREATE INDEX mutualaid_rosters_author ON mutualaid_rosters (author_id) WHERE author_id <> '';

CREATE INDEX mutualaid_turns_account ON mutualaid_turns (account_id, ends_at);

CREATE INDEX mutualaid_turns_ends ON mutualaid_turns (ends_at);

CREATE INDEX mutualaid_turns_offered ON mutualaid_turns (offered_to) WHERE offered_to <> '';

CREATE INDEX mutualaid_turns_remind ON mutualaid_turns (starts_at) WHERE reminded = 0;

CREATE INDEX neighbour_bodies_hash ON neighbour_bodies (hash);

CREATE INDEX neighbour_claims_about ON neighbour_claims (about);

CREATE INDEX neighbour_copies_used ON neighbour_copies (used_at, bytes);

CREATE INDEX neighbour_logs_rev ON neighbour_logs (rev);

CREATE INDEX neighbour_mentions_hash ON neighbour_mentions (hash);

CREATE UNIQUE INDEX neighbour_records_id ON neighbour_records (log_id, generation, id);

CREATE INDEX notify_follows_target ON notify_follows (what, target);

CREATE INDEX notify_notices_follow ON notify_notices (follow_id) WHERE follow_id IS NOT NULL;

CREATE INDEX notify_notices_latest ON notify_notices (account_id, at);

CREATE INDEX notify_notices_thing ON notify_notices (thing_id) WHERE print IS NOT NULL;

CREATE UNIQUE INDEX notify_notices_token ON notify_notices (token) WHERE token <> '';

CREATE INDEX notify_notices_unread ON notify_notices (account_id) WHERE read_at IS NULL;

CREATE INDEX notify_waits_follow ON notify_waits (follow_id, at);

CREATE INDEX notify_waits_thing ON notify_waits (thing_id) WHERE print IS NOT NULL;

CREATE INDEX petition_exports_account ON petition_exports (account_id) WHERE account_id <> '';

CREATE INDEX petition_exports_due ON petition_exports (until) WHERE reminded = 0;

CREATE INDEX petition_exports_petition ON petition_exports (petition_id, at);

CREATE INDEX petition_petitions_author ON petition_petitions (author_id) WHERE author_id <> '';

CREATE INDEX petition_petitions_closed ON petition_petitions (closed_at) WHERE state = 'closed';

CREATE INDEX petition_petitions_end ON petition_petitions (ends_at) WHERE state = 'open';

CREATE INDEX petition_petitions_purge ON petition_petitions (purge_at) WHERE state = 'closed' AND purged = 0;

CREATE INDEX petition_petitions_waiting ON petition_petitions (over_at) WHERE state IN ('over', 'deposited');

CREATE INDEX petition_signatures_account ON petition_signatures (account_id) WHERE account_id <> '';

CREATE UNIQUE INDEX petition_signatures_once ON petition_signatures (petition_id, account_id) WHERE account_id <> '';

CREATE INDEX petition_signatures_person ON petition_signatures (petition_id, person_key, who);

CREATE INDEX petition_signatures_typist ON petition_signatures (typed_by) WHERE typed_by <> '';

CREATE INDEX photo_files_thumb ON photo_files (thumb_hash);

CREATE INDEX photo_files_unused ON photo_files (hash) WHERE uses = 0;

CREATE INDEX photo_uses_author ON photo_uses (author_id) WHERE author_id <> '';

CREATE INDEX photo_uses_hash ON photo_uses (hash);

CREATE INDEX photo_uses_place ON photo_uses (thing_id, module, position);

CREATE INDEX reaction_reactions_account ON reaction_reactions (account_id);

CREATE INDEX reaction_reactions_thing ON reaction_reactions (thing_id);

CREATE UNIQUE INDEX timebank_accounts_element ON timebank_accounts (element_id) WHERE element_id <> '' AND closed_at IS NULL;

CREATE UNIQUE INDEX timebank_accounts_person ON timebank_accounts (account_id) WHERE account_id <> '' AND closed_at IS NULL;

CREATE INDEX timebank_batches_checked ON timebank_batches (checked_by) WHERE checked_by <> '';

CREATE INDEX timebank_batches_ended ON timebank_batches (ended_by) WHERE ended_by <> '';

CREATE INDEX timebank_batches_typed ON timebank_batches (typed_by) WHERE typed_by <> '';

CREATE INDEX timebank_gaps_done ON timebank_gaps (done_by) WHERE done_by <> '';

CREATE INDEX timebank_gaps_noted ON timebank_gaps (noted_by) WHERE noted_by <> '';

CREATE INDEX timebank_gaps_open ON timebank_gaps (n) WHERE done_at IS NULL;

CREATE INDEX timebank_lines_by ON timebank_lines (set_by) WHERE set_by <> '';

CREATE INDEX timebank_prints_by ON timebank_prints (printed_by) WHERE printed_by <> '';

CREATE INDEX timebank_prints_number ON timebank_prints (number) WHERE number IS NOT NULL;

CREATE INDEX timebank_requests_by ON timebank_requests (asked_by) WHERE asked_by <> '';

CREATE INDEX timebank_requests_from ON timebank_requests (from_number, asked_at);

CREATE INDEX timebank_requests_open ON timebank_requests (ends_at) WHERE state = 'open';

CREATE INDEX timebank_requests_to ON timebank_requests (to_number, asked_at);

CREATE UNIQUE INDEX timebank_slips_booked ON timebank_slips (paper) WHERE transfer IS NOT NULL;

CREATE INDEX timebank_transfers_at ON timebank_transfers (at);

CREATE INDEX timebank_transfers_by ON timebank_transfers (entered_by) WHERE entered_by <> '';

CREATE INDEX timebank_transfers_from ON timebank_transfers (from_number, at, minutes);

CREATE INDEX timebank_transfers_to ON timebank_transfers (to_number, at, minutes);

CREATE INDEX vote_amendments_author ON vote_amendments (author_id) WHERE author_id <> '';

CREATE INDEX vote_amendments_proposal ON vote_amendments (proposal_id, created_at);

CREATE INDEX vote_asks_due ON vote_asks (due) WHERE answered_at = 0;

CREATE INDEX vote_ballots_account ON vote_ballots (account_id);

CREATE INDEX vote_delegations_account ON vote_delegations (account_id);

CREATE INDEX vote_delegations_to ON vote_delegations (to_id);

CREATE INDEX vote_followups_proposal ON vote_followups (proposal_id, due);

CREATE INDEX vote_numbers_account ON vote_numbers (account_id);

CREATE INDEX vote_proposals_author ON vote_proposals (author_id) WHERE author_id <> '';

CREATE INDEX vote_proposals_group ON vote_proposals (group_id, created_at) WHERE group_id <> '';

CREATE INDEX vote_proposals_state ON vote_proposals (state, closes_at);

CREATE INDEX vote_roll_account ON vote_roll (account_id);

CREATE INDEX vote_sayings_account ON vote_sayings (account_id);

CREATE INDEX vote_supports_account ON vote_supports (account_id);

CREATE INDEX vote_tellers_account ON vote_tellers (account_id);

CREATE INDEX vote_told_account ON vote_told (account_id);

CREATE INDEX vote_told_to ON vote_told (to_id);
