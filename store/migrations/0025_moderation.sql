-- 0025_moderation: reports hide a thing until a moderator decides; some things wait for one before they are shown.

-- What the operator decides; one row.
CREATE TABLE moderation_rules (
  one     INTEGER PRIMARY KEY CHECK (one = 1),
  reports INTEGER NOT NULL CHECK (reports BETWEEN 0 AND 20) -- that hide a thing for the time being; 0: never
) STRICT;
INSERT INTO moderation_rules (one, reports) VALUES (1, 3);

-- Hidden by its reports alone, until a moderator decides (PA-6).
ALTER TABLE moderation_hidings ADD COLUMN pending INTEGER NOT NULL DEFAULT 0 CHECK (pending IN (0, 1));

-- What its module shows to nobody before a moderator has read it (PA-7), and
-- what one said no to.
CREATE TABLE moderation_holds (
  module      TEXT    NOT NULL,
  thing_id    TEXT    NOT NULL,
  title       TEXT    NOT NULL,
  held_at     INTEGER NOT NULL,
  refused     INTEGER NOT NULL DEFAULT 0 CHECK (refused IN (0, 1)),
  reason      TEXT    NOT NULL DEFAULT '',        -- of a refusal, one of a list
  reason_text TEXT    NOT NULL DEFAULT '',        -- shown to the author
  decided_by  TEXT    NOT NULL DEFAULT '',        -- account; empty while it waits
  PRIMARY KEY (module, thing_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX moderation_holds_wait ON moderation_holds (held_at) WHERE refused = 0;

-- What a category asks of its things: words shown in the form and on the page,
-- and whether a moderator reads them first.
ALTER TABLE category_choices ADD COLUMN warning TEXT NOT NULL DEFAULT '';
ALTER TABLE category_choices ADD COLUMN vetted INTEGER NOT NULL DEFAULT 0 CHECK (vetted IN (0, 1));
UPDATE category_choices SET vetted = 1, warning = 'Animaux vivants. Mentions à vérifier avant de publier (code rural, article L. 214-8-1) : l''âge, le numéro d''identification de l''animal ou celui de la mère avec le nombre de petits de la portée, l''inscription ou non à un livre généalogique, et le numéro SIREN d''un élevage. Un chiot ou un chaton se cède après huit semaines.'
  WHERE set_name = 'ads.ad' AND key = 'animaux';
UPDATE category_choices SET vetted = 1, warning = 'Une arme ou des munitions ne changent de mains que par un armurier ou un courtier agréé, avec les papiers de l''arme. L''annonce le dit.'
  WHERE set_name = 'ads.ad' AND key = 'chasse';
UPDATE category_choices SET vetted = 1, warning = 'Un médicament ne se vend ni ne se donne entre particuliers, même entamé ou périmé : rapportez-le à la pharmacie. Le matériel médical (lit, fauteuil, béquilles) a sa place ici.'
  WHERE set_name = 'ads.ad' AND key = 'sante';
UPDATE category_choices SET vetted = 1, warning = 'Vendre de l''alcool demande une licence, et la vente aux moins de 18 ans est interdite. Jus, cidre doux et sirops se proposent librement.'
  WHERE set_name = 'ads.ad' AND key = 'boissons';
UPDATE category_choices SET vetted = 1, warning = 'Une offre d''emploi dit le lieu, la durée et la rémunération, et n''écarte personne pour son âge, son sexe, son origine ou sa santé. Tout travail payé se déclare, par exemple par le chèque emploi.'
  WHERE set_name = 'ads.ad' AND key = 'travail';

-- Contacts in its words are for registered people only (PA-3).
ALTER TABLE agenda_events ADD COLUMN masked INTEGER NOT NULL DEFAULT 0 CHECK (masked IN (0, 1));
ALTER TABLE ads_ads ADD COLUMN masked INTEGER NOT NULL DEFAULT 0 CHECK (masked IN (0, 1));
