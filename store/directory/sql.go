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
			phone, email, website, hours, access, capacity, equipment, rna, siret, register, tags, fields, residents_only,
			audience, parent_id, author_id, claimed, source, source_id, source_hash, source_at, run_id,
			verified_at, archived_at, created_at, updated_at, id)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	sqlUpdate = `UPDATE directory_elements SET kind = ?, category = ?, name = ?, name_key = ?, brief = ?, description = ?, street = ?,
			commune = ?, lat = ?, lon = ?, phone = ?, email = ?, website = ?, hours = ?, access = ?, capacity = ?, equipment = ?,
			rna = ?, siret = ?, register = ?, tags = ?, fields = ?, residents_only = ?, audience = ?, parent_id = ?, author_id = ?,
			claimed = ?, source = ?, source_id = ?, source_hash = ?, source_at = ?, run_id = ?, verified_at = ?, archived_at = ?,
			created_at = ?, updated_at = ?
		WHERE id = ?`
	sqlDelete = `DELETE FROM directory_elements WHERE id = ?`

	sqlColumns = `SELECT id, kind, category, name, brief, description, street, commune, lat, lon, phone, email, website, hours, access,
		capacity, equipment, rna, siret, register, tags, fields, residents_only, audience, coalesce(parent_id, ''), author_id, claimed,
		source, source_id, source_hash, source_at, run_id, verified_at, archived_at, created_at, updated_at
		FROM directory_elements `
	sqlByID = sqlColumns + `WHERE id = ?`

	sqlIsAdmin    = `SELECT EXISTS (SELECT 1 FROM directory_members WHERE element_id = ? AND account = ? AND admin = 1 AND state = 'member')`
	sqlAdminCount = `SELECT count(*) FROM directory_members WHERE element_id = ? AND admin = 1 AND state = 'member'`
	sqlAppoint    = `INSERT INTO directory_members (element_id, account, admin, label, shown, state, joined_at) VALUES (?, ?, 1, '', 0, 'member', ?)
		ON CONFLICT (element_id, account) DO UPDATE SET admin = 1, state = 'member'`

	sqlMadeBy   = sqlColumns + `WHERE author_id = ? ORDER BY created_at, id`
	sqlPersonOf = `SELECT id FROM directory_elements WHERE kind = 'person' AND author_id = ?`
	sqlUnname   = `UPDATE directory_elements SET author_id = '' WHERE author_id = ?`
	sqlLeaveAll = `DELETE FROM directory_members WHERE account = ?`
	sqlUninvite = `UPDATE directory_invitations SET invited_by = '' WHERE invited_by = ?`
	sqlUnuse    = `UPDATE directory_invitations SET used_by = '' WHERE used_by = ?`
	sqlUnclaim  = `DELETE FROM directory_claims WHERE account = ?`
	sqlUnanswer = `UPDATE directory_claims SET answered_by = '' WHERE answered_by = ?`
)

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
		string(fields), joined(e.ResidentsOnly), int(e.Audience), parent, e.AuthorID, e.Claimed,
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
	var equipment, tags, fields, residents string
	var sourceAt, archived *int64
	var verified, created, updated int64
	err := r.Scan(&e.ID, &e.Kind, &e.Category, &e.Name, &e.Brief, &e.Description, &e.Street, &e.Commune, &lat, &lon,
		&e.Phone, &e.Email, &e.Website, &e.Hours, &e.Access, &capacity, &equipment, &e.RNA, &e.SIRET, &e.Register, &tags,
		&fields, &residents, &e.Audience, &e.ParentID, &e.AuthorID, &e.Claimed,
		&e.Source.Name, &e.Source.ID, &e.Source.Hash, &sourceAt, &e.Source.Run, &verified, &archived, &created, &updated)
	if err != nil {
		return Element{}, err
	}
	if lat.Valid {
		e.Position = &listing.Point{Lat: lat.Int32, Lon: lon.Int32}
	}
	e.Capacity = int(capacity.Int64)
	e.Equipment, e.Tags, e.ResidentsOnly = split(equipment), split(tags), split(residents)
	if err := json.Unmarshal([]byte(fields), &e.Fields); err != nil {
		return Element{}, err
	}
	e.Source.At, e.ArchivedAt = instant(sourceAt), instant(archived)
	e.VerifiedAt, e.CreatedAt, e.UpdatedAt = instant(&verified), instant(&created), instant(&updated)
	return e, nil
}
