package ads

import (
	"encoding/json"
	"time"

	"copi.local/store"
	"copi.local/store/listing"
)

const (
	sqlColumns = `SELECT id, verb, title, text, category, fields, price, coalesce(price_unit, ''), per, place, lat, lon, audience, state,
		renewals, warned, masked, coalesce(group_id, ''), inside, author_id, expires_at, ended_at, created_at, updated_at FROM ads_ads `
	sqlByID   = sqlColumns + `WHERE id = ?`
	sqlOf     = sqlColumns + `WHERE author_id = ? ORDER BY updated_at DESC, id LIMIT ?`
	sqlAmong  = sqlColumns + `WHERE id IN (SELECT value FROM json_each(?))`
	sqlAuthor = `SELECT author_id FROM ads_ads WHERE id = ?`
	sqlLive   = `SELECT count(*) FROM ads_ads WHERE author_id = ? AND state IN ('available', 'reserved', 'waiting')`
	sqlInsert = `INSERT INTO ads_ads (verb, title, text, category, fields, price, price_unit, per, place, lat, lon, audience, state,
			renewals, warned, masked, group_id, inside, author_id, expires_at, ended_at, updated_at, created_at, id)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	sqlUpdate = `UPDATE ads_ads SET verb = ?, title = ?, text = ?, category = ?, fields = ?, price = ?, price_unit = ?, per = ?, place = ?,
			lat = ?, lon = ?, audience = ?, state = ?, renewals = ?, warned = ?, masked = ?, group_id = ?, inside = ?, author_id = ?, expires_at = ?, ended_at = ?, updated_at = ?
		WHERE id = ?`
	sqlDelete = `DELETE FROM ads_ads WHERE id = ?`

	sqlCategoryCount = `SELECT count(*) FROM ads_ads WHERE category = ?`
	sqlCategoryIDs   = `SELECT id FROM ads_ads WHERE category = ? ORDER BY id`

	// What time does: see job.go.
	sqlLiveStates = `state IN ('available', 'reserved', 'waiting') `
	sqlSeen       = `state IN ('available', 'reserved') `
	sqlEnding     = sqlColumns + `WHERE ` + sqlLiveStates + `AND expires_at <= ? ORDER BY expires_at, id LIMIT ?`
	sqlNextEnd    = `SELECT min(expires_at) FROM ads_ads WHERE ` + sqlLiveStates
	sqlToWarn     = sqlColumns + `WHERE ` + sqlSeen + `AND expires_at <= ? AND warned = 0 ORDER BY expires_at, id LIMIT ?`
	sqlNextWarn   = `SELECT min(expires_at) FROM ads_ads WHERE ` + sqlSeen + `AND warned = 0`
	sqlPast       = sqlColumns + `WHERE ended_at <= ? ORDER BY ended_at, id LIMIT ?`

	sqlRule    = `SELECT days, renewals FROM ads_rules WHERE one = 1`
	sqlSetRule = `UPDATE ads_rules SET days = ?, renewals = ? WHERE one = 1`

	sqlOfGroup = sqlColumns + `WHERE group_id = ? ORDER BY id`
	sqlUnname  = `UPDATE ads_ads SET author_id = '' WHERE id = ?`
)

// columns are the values of sqlInsert and sqlUpdate up to updated_at.
func (a *Ad) columns() []any {
	var lat, lon, price, unit, ended any
	if a.Position != nil {
		lat, lon = a.Position.Lat, a.Position.Lon
	}
	if a.Price != nil {
		price, unit = a.Price.Amount, a.Price.Unit
	}
	if !a.EndedAt.IsZero() {
		ended = a.EndedAt.Unix()
	}
	fields := []byte("{}")
	if a.Fields != nil {
		fields, _ = json.Marshal(a.Fields) // strings: cannot fail
	}
	audience, group, inside := a.Audience.Columns(a.Group)
	return []any{
		a.Verb, a.Title, a.Text, a.Category, string(fields), price, unit, a.Per, a.Place, lat, lon, audience, a.State,
		a.Renewals, a.Warned, a.Masked, group, inside, a.AuthorID, a.ExpiresAt.Unix(), ended, a.UpdatedAt.Unix(),
	}
}

func scanAd(r store.Row) (Ad, error) {
	var a Ad
	var fields, unit string
	var lat, lon *int32
	var price, ended *int64
	var expires, created, updated int64
	var inside bool
	err := r.Scan(&a.ID, &a.Verb, &a.Title, &a.Text, &a.Category, &fields, &price, &unit, &a.Per, &a.Place, &lat, &lon, &a.Audience, &a.State,
		&a.Renewals, &a.Warned, &a.Masked, &a.Group, &inside, &a.AuthorID, &expires, &ended, &created, &updated)
	if err != nil {
		return Ad{}, err
	}
	if err := json.Unmarshal([]byte(fields), &a.Fields); err != nil {
		return Ad{}, err
	}
	if lat != nil && lon != nil {
		a.Position = &listing.Point{Lat: *lat, Lon: *lon}
	}
	if unit != "" {
		a.Price = &listing.Price{Unit: unit}
		if price != nil {
			a.Price.Amount = *price
		}
	}
	if inside {
		a.Audience = listing.Group
	}
	if ended != nil {
		a.EndedAt = instant(*ended)
	}
	a.ExpiresAt, a.CreatedAt, a.UpdatedAt = instant(expires), instant(created), instant(updated)
	return a, nil
}

func instant(unix int64) time.Time { return time.Unix(unix, 0).UTC() }
