package directory

import (
	"database/sql"
	"encoding/json"
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/listing"
)

const (
	sqlInsert = `INSERT INTO directory_elements (kind, category, name, name_key, brief, description, street, commune, lat, lon,
			phone, email, website, hours, access, capacity, equipment, rna, siret, register, tags, fields, residents_only, withheld,
			audience, parent_id, author_id, claimed, source, source_id, source_hash, source_at, run_id,
			verified_at, archived_at, created_at, updated_at, id)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	sqlUpdate = `UPDATE directory_elements SET kind = ?, category = ?, name = ?, name_key = ?, brief = ?, description = ?, street = ?,
			commune = ?, lat = ?, lon = ?, phone = ?, email = ?, website = ?, hours = ?, access = ?, capacity = ?, equipment = ?,
			rna = ?, siret = ?, register = ?, tags = ?, fields = ?, residents_only = ?, withheld = ?, audience = ?, parent_id = ?, author_id = ?,
			claimed = ?, source = ?, source_id = ?, source_hash = ?, source_at = ?, run_id = ?, verified_at = ?, archived_at = ?,
			created_at = ?, updated_at = ?
		WHERE id = ?`
	sqlDelete = `DELETE FROM directory_elements WHERE id = ?`

	sqlColumns = `SELECT id, kind, category, name, brief, description, street, commune, lat, lon, phone, email, website, hours, access,
		capacity, equipment, rna, siret, register, tags, fields, residents_only, withheld, audience, coalesce(parent_id, ''), author_id, claimed,
		source, source_id, source_hash, source_at, run_id, verified_at, archived_at, created_at, updated_at
		FROM directory_elements `
	sqlByID = sqlColumns + `WHERE id = ?`

	sqlParentOf = `SELECT coalesce(parent_id, '') FROM directory_elements WHERE id = ?`
	sqlChildren = sqlColumns + `WHERE parent_id = ? ORDER BY kind, name_key, id`
	sqlNames    = `SELECT id, kind, name_key FROM directory_elements ORDER BY name_key, kind, id`
	sqlByRNA    = sqlColumns + `WHERE rna = ? AND rna <> ''`
	sqlBySIRET  = sqlColumns + `WHERE siret = ? AND siret <> ''`
	sqlPlaces   = `SELECT id FROM directory_elements WHERE name_key = ? AND kind = 'place' AND archived_at IS NULL LIMIT 2`
	sqlMine     = sqlColumns + `WHERE id IN (SELECT element_id FROM directory_members WHERE account_id = ? AND admin = 1)
		ORDER BY name_key, id`
	sqlAdmins = `SELECT account_id FROM directory_members WHERE element_id = ? AND admin = 1 ORDER BY account_id`

	sqlCategoryCount = `SELECT count(*) FROM directory_elements WHERE kind = ? AND category = ?`
	sqlCategoryIDs   = `SELECT id FROM directory_elements WHERE kind = ? AND category = ? ORDER BY id`
	sqlSetCategory   = `UPDATE directory_elements SET category = ? WHERE id = ?`

	sqlRule    = `SELECT months, reminders, days, archive_months FROM directory_rules`
	sqlSetRule = `UPDATE directory_rules SET months = ?, reminders = ?, days = ?, archive_months = ?`
	sqlStale   = `SELECT id, verified_at, reminded FROM directory_elements
		WHERE archived_at IS NULL AND verified_at <= ? AND (reminded < ? OR verified_at <= ?) ORDER BY verified_at`
	sqlReminded = `UPDATE directory_elements SET reminded = ? WHERE id = ?`
	sqlVerify   = `UPDATE directory_elements SET verified_at = ?, reminded = 0, archived_at = NULL WHERE id = ?`
	sqlArchive  = `UPDATE directory_elements SET archived_at = ? WHERE id = ?`
	sqlVerified = `SELECT id, verified_at FROM directory_elements WHERE id IN (SELECT value FROM json_each(?))`
	sqlArchived = sqlColumns + `WHERE archived_at IS NOT NULL ORDER BY archived_at DESC LIMIT ?`
	sqlTour     = sqlColumns + `WHERE archived_at IS NULL AND kind <> 'person' AND verified_at <= ? ORDER BY verified_at LIMIT ?`
	sqlTourSize = `SELECT count(*) FROM directory_elements WHERE archived_at IS NULL AND kind <> 'person' AND verified_at <= ?`

	sqlLink = `INSERT INTO directory_links (element_id, role, module, thing_id, confirmed) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET confirmed = max(confirmed, excluded.confirmed)`
	sqlUnlink    = `DELETE FROM directory_links WHERE role = ? AND module = ? AND thing_id = ?`
	sqlUnlinkAll = `DELETE FROM directory_links WHERE module = ? AND thing_id = ?`
	sqlLinksOf   = `SELECT element_id, role, confirmed FROM directory_links WHERE module = ? AND thing_id = ? ORDER BY role, element_id`
	sqlThings    = `SELECT thing_id FROM directory_links WHERE element_id = ? AND role = ? AND module = ? AND confirmed = 1 ORDER BY thing_id`
	sqlRelated   = `SELECT DISTINCT thing_id FROM directory_links WHERE element_id = ? AND role IN (?, ?) AND confirmed = 1 ORDER BY thing_id`

	sqlMadeBy   = sqlColumns + `WHERE author_id = ? ORDER BY created_at, id`
	sqlPersonOf = `SELECT id FROM directory_elements WHERE kind = 'person' AND author_id = ?`
	sqlUnname   = `UPDATE directory_elements SET author_id = '' WHERE author_id = ?`
)

// What an import asks (import.go).
const (
	sqlImported = `SELECT id, coalesce(parent_id, ''), run_id, claimed, source_hash, coalesce(source_at, 0), created_at, updated_at, archived_at
		FROM directory_elements WHERE source = ? AND source_id = ? AND source <> ''`
	sqlRegistered = `SELECT EXISTS (SELECT 1 FROM directory_elements WHERE rna = ? AND rna <> '' AND ? <> '')
		OR EXISTS (SELECT 1 FROM directory_elements WHERE siret = ? AND siret <> '' AND ? <> '')`
	sqlLookalike = `SELECT id, name FROM directory_elements
		WHERE name_key = ? AND kind = ? AND commune IN (?, '') AND (source, source_id) <> (?, ?) AND archived_at IS NULL LIMIT 1`
	sqlSeen     = `UPDATE directory_elements SET source_at = ?, verified_at = ?, reminded = 0 WHERE id = ?`
	sqlUndoable = sqlColumns + `WHERE run_id = ? AND run_id <> '' AND claimed = 0 AND updated_at <= source_at
		AND NOT EXISTS (SELECT 1 FROM directory_claims c WHERE c.element_id = directory_elements.id AND c.state = 'waiting')
		LIMIT ?`
)

func scanImported(r store.Row) (i imported, err error) {
	err = r.Scan(&i.id, &i.parent, &i.run, &i.claimed, &i.hash, &i.at, &i.created, &i.wrote, &i.archived)
	return i, err
}

// columns are the values of sqlInsert and sqlUpdate, the id last.
func (e *Element) columns() []any {
	var lat, lon, capacity, parent any
	if e.Position != nil {
		lat, lon = e.Position.Lat, e.Position.Lon
	}
	if e.Capacity > 0 {
		capacity = e.Capacity
	}
	if e.ParentID != "" {
		parent = e.ParentID
	}
	fields := []byte("{}")
	if len(e.Fields) > 0 {
		fields, _ = json.Marshal(e.Fields) // strings: cannot fail
	}
	return []any{
		string(e.Kind), e.Category, e.Name, listing.Fold(e.Name), e.Brief, e.Description, e.Street, e.Commune, lat, lon,
		e.Phone, e.Email, e.Website, e.Hours, e.Access, capacity, joined(e.Equipment), e.RNA, e.SIRET, e.Register, joined(e.Tags),
		string(fields), joined(e.ResidentsOnly), joined(e.Withheld), int(e.Audience), parent, e.AuthorID, e.Claimed,
		e.Source.Name, e.Source.ID, e.Source.Hash, seconds(e.Source.At), e.Source.Run,
		e.VerifiedAt.Unix(), seconds(e.ArchivedAt), e.CreatedAt.Unix(), e.UpdatedAt.Unix(), e.ID,
	}
}

func joined(lines []string) string { return strings.Join(lines, "\n") }

func split(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, "\n")
}

// seconds is an instant as it is stored; nil for none.
func seconds(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.Unix()
}

func instant(at *int64) time.Time {
	if at == nil {
		return time.Time{}
	}
	return time.Unix(*at, 0).UTC()
}

func scanElement(r store.Row) (Element, error) {
	var e Element
	var lat, lon sql.NullInt32
	var capacity sql.NullInt64
	var equipment, tags, fields, residents, withheld string
	var sourceAt, archived *int64
	var verified, created, updated int64
	err := r.Scan(&e.ID, &e.Kind, &e.Category, &e.Name, &e.Brief, &e.Description, &e.Street, &e.Commune, &lat, &lon,
		&e.Phone, &e.Email, &e.Website, &e.Hours, &e.Access, &capacity, &equipment, &e.RNA, &e.SIRET, &e.Register, &tags,
		&fields, &residents, &withheld, &e.Audience, &e.ParentID, &e.AuthorID, &e.Claimed,
		&e.Source.Name, &e.Source.ID, &e.Source.Hash, &sourceAt, &e.Source.Run, &verified, &archived, &created, &updated)
	if err != nil {
		return Element{}, err
	}
	if lat.Valid {
		e.Position = &listing.Point{Lat: lat.Int32, Lon: lon.Int32}
	}
	e.Capacity = int(capacity.Int64)
	e.Equipment, e.Tags, e.ResidentsOnly, e.Withheld = split(equipment), split(tags), split(residents), split(withheld)
	if err := json.Unmarshal([]byte(fields), &e.Fields); err != nil {
		return Element{}, err
	}
	e.Source.At, e.ArchivedAt = instant(sourceAt), instant(archived)
	e.VerifiedAt, e.CreatedAt, e.UpdatedAt = instant(&verified), instant(&created), instant(&updated)
	return e, nil
}
