package petition

import (
	"strings"

	"copi.local/store"
)

const (
	sqlInsert = `INSERT INTO petition_petitions (title, description, masked, addressee, purpose, tags, goal, share, electors, only_electors,
			keep_months, state, author_id, ends_at, over_at, deposited_at, closed_at, purge_at, purged, frozen_electors, frozen_inhabitants,
			frozen_others, withdrawn, answer, answered_at, official, updated_at, id, created_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	sqlUpdate = `UPDATE petition_petitions SET title = ?, description = ?, masked = ?, addressee = ?, purpose = ?, tags = ?, goal = ?,
			share = ?, electors = ?, only_electors = ?, keep_months = ?, state = ?, author_id = ?, ends_at = ?, over_at = ?, deposited_at = ?,
			closed_at = ?, purge_at = ?, purged = ?, frozen_electors = ?, frozen_inhabitants = ?, frozen_others = ?, withdrawn = ?,
			answer = ?, answered_at = ?, official = ?, updated_at = ?
		WHERE id = ?`
	sqlDelete = `DELETE FROM petition_petitions WHERE id = ?`
	sqlAuthor = `SELECT author_id FROM petition_petitions WHERE id = ?`

	sqlColumns = `SELECT title, description, masked, addressee, purpose, tags, goal, share, electors, only_electors, keep_months, state,
			author_id, ends_at, over_at, deposited_at, closed_at, purge_at, purged, frozen_electors, frozen_inhabitants, frozen_others,
			withdrawn, answer, answered_at, official, updated_at, id, created_at
		FROM petition_petitions `
	sqlByID    = sqlColumns + `WHERE id = ?`
	sqlOf      = sqlColumns + `WHERE author_id = ? ORDER BY created_at DESC, id LIMIT ?`
	sqlLive    = `SELECT count(*) FROM petition_petitions WHERE author_id = ? AND state <> 'closed'`
	sqlClosed  = sqlColumns + `WHERE state = 'closed' ORDER BY closed_at DESC, id LIMIT ? OFFSET ?`
	sqlEnding  = sqlColumns + `WHERE state = 'open' AND ends_at <= ? ORDER BY ends_at, id LIMIT ?`
	sqlNextEnd = `SELECT min(ends_at) FROM petition_petitions WHERE state = 'open'`
	sqlWaiting = sqlColumns + `WHERE state IN ('over', 'deposited') AND over_at <= ? ORDER BY over_at, id LIMIT ?`
	sqlToPurge = sqlColumns + `WHERE state = 'closed' AND purged = 0 AND purge_at <= ? ORDER BY purge_at, id LIMIT ?`

	sqlSign = `INSERT INTO petition_signatures (id, petition_id, account_id, person_key, name, birth_year, commune, who, shown, contact, sheet, typed_by, day)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	sqlSignAgain = `UPDATE petition_signatures SET person_key = ?, name = ?, birth_year = ?, commune = ?, who = ?, shown = ?, contact = ?
		WHERE petition_id = ? AND account_id = ?`
	sqlUnsign = `DELETE FROM petition_signatures WHERE petition_id = ? AND account_id = ?`
	sqlStrike = `DELETE FROM petition_signatures WHERE petition_id = ? AND id = ?`
	sqlPurge  = `DELETE FROM petition_signatures WHERE petition_id = ?`
	sqlKnown  = `SELECT count(*) FROM petition_signatures WHERE petition_id = ? AND person_key = ?`

	// one row a person: what they declared, the most telling first
	sqlPersons = `FROM (SELECT min(who) AS w FROM petition_signatures WHERE petition_id = ? GROUP BY person_key)`
	sqlTally   = `SELECT coalesce(sum(w = 1), 0), coalesce(sum(w = 2), 0), coalesce(sum(w = 3), 0) ` + sqlPersons

	sqlSignatureColumns = `SELECT id, petition_id, account_id, person_key, name, birth_year, commune, who, shown, contact, sheet, typed_by, day
		FROM petition_signatures `
	sqlMine       = sqlSignatureColumns + `WHERE petition_id = ? AND account_id = ?`
	sqlRow        = sqlSignatureColumns + `WHERE petition_id = ? AND id = ?`
	sqlSignedBy   = sqlSignatureColumns + `WHERE account_id = ? ORDER BY day DESC, id`
	sqlSignatures = sqlSignatureColumns + `WHERE petition_id = ? ORDER BY person_key, who, id LIMIT ? OFFSET ?`
	sqlAll        = sqlSignatureColumns + `WHERE petition_id = ? ORDER BY person_key, who, id`
	sqlRows       = `SELECT count(*) FROM petition_signatures WHERE petition_id = ?`
	sqlNames      = `SELECT min(name) FROM petition_signatures WHERE petition_id = ? GROUP BY person_key HAVING min(shown) = 1 ORDER BY person_key LIMIT ? OFFSET ?`
	sqlSigners    = `SELECT account_id FROM petition_signatures WHERE petition_id = ? AND account_id <> '' ORDER BY id`

	sqlExport    = `INSERT INTO petition_exports (id, petition_id, account_id, at, people, until, reminded) VALUES (?, ?, ?, ?, ?, ?, 0)`
	sqlExports   = `SELECT petition_id, account_id, at, people, until, id FROM petition_exports WHERE petition_id = ? ORDER BY at, id`
	sqlExportsOf = `SELECT petition_id, account_id, at, people, until, id FROM petition_exports WHERE account_id = ? ORDER BY at, id`
	sqlDue       = `SELECT petition_id, account_id, at, people, until, id FROM petition_exports WHERE reminded = 0 AND until <= ? ORDER BY until, id LIMIT ?`
	sqlSooner    = `UPDATE petition_exports SET until = ?2 WHERE petition_id = ?1 AND until > ?2`
	sqlReminded  = `UPDATE petition_exports SET reminded = 1 WHERE id = ?`

	sqlUnauthor = `UPDATE petition_petitions SET author_id = '' WHERE author_id = ?`
	sqlUntyped  = `UPDATE petition_signatures SET typed_by = '' WHERE typed_by = ?`
	sqlUnnamed  = `UPDATE petition_exports SET account_id = '' WHERE account_id = ?`
)

// columns are the values of sqlInsert and sqlUpdate up to id.
func (p *Petition) columns() []any {
	return []any{
		p.Title, p.Text, p.Masked, p.Addressee, p.Purpose, strings.Join(p.Tags, "\n"), p.Goal, p.Share, p.Electors, p.OnlyElectors,
		p.KeepMonths, p.State, p.AuthorID, store.Unix(p.EndsAt), store.Unix(p.OverAt), store.Unix(p.DepositedAt), store.Unix(p.ClosedAt), store.Unix(p.PurgeAt), p.Purged,
		p.Frozen.Electors, p.Frozen.Inhabitants, p.Frozen.Others, p.Withdrawn, p.Answer, store.Unix(p.AnsweredAt), p.Official, p.UpdatedAt.Unix(), p.ID,
	}
}

func scanPetition(r store.Row) (p Petition, err error) {
	var tags string
	var ends, over, deposited, closed, purge, answered, updated, created int64
	err = r.Scan(&p.Title, &p.Text, &p.Masked, &p.Addressee, &p.Purpose, &tags, &p.Goal, &p.Share, &p.Electors, &p.OnlyElectors,
		&p.KeepMonths, &p.State, &p.AuthorID, &ends, &over, &deposited, &closed, &purge, &p.Purged, &p.Frozen.Electors,
		&p.Frozen.Inhabitants, &p.Frozen.Others, &p.Withdrawn, &p.Answer, &answered, &p.Official, &updated, &p.ID, &created)
	if tags != "" {
		p.Tags = strings.Split(tags, "\n")
	}
	p.EndsAt, p.OverAt, p.DepositedAt, p.ClosedAt = store.Instant(ends), store.Instant(over), store.Instant(deposited), store.Instant(closed)
	p.PurgeAt, p.AnsweredAt, p.UpdatedAt, p.CreatedAt = store.Instant(purge), store.Instant(answered), store.Instant(updated), store.Instant(created)
	return p, err
}

func scanSignature(r store.Row) (s Signature, err error) {
	err = r.Scan(&s.ID, &s.PetitionID, &s.AccountID, &s.key, &s.Name, &s.BirthYear, &s.Commune, &s.Who, &s.Shown, &s.Contact,
		&s.Sheet, &s.TypedBy, &s.Day)
	return s, err
}

func scanTally(r store.Row) (t Tally, err error) {
	err = r.Scan(&t.Electors, &t.Inhabitants, &t.Others)
	return t, err
}

func scanExport(r store.Row) (e Export, err error) {
	var at, until int64
	err = r.Scan(&e.PetitionID, &e.AccountID, &at, &e.People, &until, &e.id)
	e.At, e.Until = store.Instant(at), store.Instant(until)
	return e, err
}
