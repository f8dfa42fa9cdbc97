package category

import (
	"strings"
	"time"

	"copi.local/store"
)

const (
	sqlColumns = `SELECT set_name, key, name, icon, position, retired, merged_into, warning, vetted FROM category_choices `
	sqlOf      = sqlColumns + `WHERE set_name = ? AND retired = 0 AND merged_into = '' ORDER BY position, key`
	sqlAll     = sqlColumns + `WHERE set_name = ? AND merged_into = '' ORDER BY retired, position, key`
	sqlGet     = sqlColumns + `WHERE set_name = ? AND key = ?`
	sqlCount   = `SELECT count(*) FROM category_choices WHERE set_name = ? AND retired = 0 AND merged_into = ''`
	sqlNext    = `SELECT coalesce(max(position), 0) + 1 FROM category_choices WHERE set_name = ?`
	sqlTaken   = `SELECT EXISTS (SELECT 1 FROM category_choices WHERE set_name = ? AND key = ?)`
	sqlAdd     = `INSERT INTO category_choices (set_name, key, name, icon, position) VALUES (?, ?, ?, ?, ?)`
	sqlRename  = `UPDATE category_choices SET name = ?, icon = ? WHERE set_name = ? AND key = ?`
	sqlRetire  = `UPDATE category_choices SET retired = ? WHERE set_name = ? AND key = ?`
	sqlRule    = `UPDATE category_choices SET warning = ?, vetted = ? WHERE set_name = ? AND key = ?`
	sqlPlace   = `UPDATE category_choices SET position = ? WHERE set_name = ? AND key = ?`
	sqlMerge   = `UPDATE category_choices SET merged_into = ? WHERE set_name = ? AND key = ?`

	sqlMergeLog     = `INSERT INTO category_merges (set_name, from_key, into_key, things, merged_at) VALUES (?, ?, ?, ?, ?)`
	sqlMergeColumns = `SELECT m.id, m.set_name, m.from_key, m.into_key, c.name, m.things, m.merged_at
		FROM category_merges m JOIN category_choices c ON c.set_name = m.set_name AND c.key = m.from_key
		WHERE m.undone_at IS NULL AND m.set_name = ? `
	sqlMerges  = sqlMergeColumns + `ORDER BY m.id DESC`
	sqlMerging = sqlMergeColumns + `AND m.id = ?`
	sqlUnmerge = `UPDATE category_merges SET undone_at = ? WHERE id = ?`

	sqlFieldColumns = `SELECT set_name, key, label, help, kind, choices, public, required, position, retired FROM category_fields `
	sqlFields       = sqlFieldColumns + `WHERE set_name = ? AND retired = 0 ORDER BY position, key`
	sqlAllFields    = sqlFieldColumns + `WHERE set_name = ? ORDER BY retired, position, key`
	sqlField        = sqlFieldColumns + `WHERE set_name = ? AND key = ?`
	sqlCountFields  = `SELECT count(*) FROM category_fields WHERE set_name = ? AND retired = 0`
	sqlNextField    = `SELECT coalesce(max(position), 0) + 1 FROM category_fields WHERE set_name = ?`
	sqlTakenField   = `SELECT EXISTS (SELECT 1 FROM category_fields WHERE set_name = ? AND key = ?)`
	sqlAddField     = `INSERT INTO category_fields (label, help, kind, choices, public, required, position, set_name, key)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`
	sqlEditField = `UPDATE category_fields SET label = ?, help = ?, choices = ?, public = ?, required = ?
		WHERE set_name = ? AND key = ?`
	sqlRetireField = `UPDATE category_fields SET retired = ? WHERE set_name = ? AND key = ?`
	sqlPlaceField  = `UPDATE category_fields SET position = ? WHERE set_name = ? AND key = ?`
)

func scan(r store.Row) (c Category, err error) {
	err = r.Scan(&c.Set, &c.Key, &c.Name, &c.Icon, &c.Position, &c.Retired, &c.into, &c.Warning, &c.Vetted)
	return c, err
}

func scanMerging(r store.Row) (m Merging, err error) {
	var things string
	var at int64
	err = r.Scan(&m.ID, &m.Set, &m.From, &m.Into, &m.FromName, &things, &at)
	if things != "" {
		m.Things = strings.Split(things, "\n")
	}
	m.At = time.Unix(at, 0).UTC()
	return m, err
}

func scanField(r store.Row) (f Field, err error) {
	var choices string
	err = r.Scan(&f.Set, &f.Key, &f.Label, &f.Help, &f.Kind, &choices, &f.Public, &f.Required, &f.Position, &f.Retired)
	if choices != "" {
		f.Choices = strings.Split(choices, "\n")
	}
	return f, err
}
