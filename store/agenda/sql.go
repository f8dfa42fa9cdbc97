package agenda

import (
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/calendar"
	"copi.local/store/listing"
)

const (
	sqlInsert = `INSERT INTO agenda_events (title, description, place, organiser, contact, tags, lat, lon,
			starts, ends, zone, all_day, winter, starts_at, ends_at, audience, status, reason,
			moved_from, draft, publish_at, parent_id, series, author_id, validated_by, sequence, masked, group_id, inside, updated_at, created_at, id)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	sqlUpdate = `UPDATE agenda_events SET title = ?, description = ?, place = ?, organiser = ?, contact = ?, tags = ?,
			lat = ?, lon = ?, starts = ?, ends = ?, zone = ?, all_day = ?, winter = ?, starts_at = ?, ends_at = ?,
			audience = ?, status = ?, reason = ?, moved_from = ?, draft = ?, publish_at = ?, parent_id = ?, series = ?, author_id = ?, validated_by = ?, sequence = ?, masked = ?, group_id = ?, inside = ?, updated_at = ?
		WHERE id = ?`
	sqlDelete = `DELETE FROM agenda_events WHERE id = ?`
	sqlAuthor = `SELECT author_id FROM agenda_events WHERE id = ?`

	sqlColumns = `SELECT id, title, description, place, organiser, contact, tags, lat, lon, starts, ends, zone, all_day, winter,
		starts_at, ends_at, audience, status, reason, moved_from, draft, coalesce(publish_at, 0), parent_id, series,
		author_id, validated_by, sequence, masked, coalesce(group_id, ''), inside, created_at, updated_at
		FROM agenda_events `
	sqlByID = sqlColumns + `WHERE id = ?`
	sqlOf   = sqlColumns + `WHERE author_id = ? ORDER BY starts_at DESC, id LIMIT ?`

	// parts of a programme: all of them, and those an account may see
	sqlParts         = sqlColumns + `WHERE parent_id = ? AND parent_id <> '' ORDER BY starts_at, id`
	sqlProgramme     = sqlColumns + `WHERE parent_id = ? AND parent_id <> '' AND (draft = 0 OR author_id = ? AND author_id <> '') ORDER BY starts_at, id`
	sqlProgrammeSize = `SELECT count(*) FROM agenda_events WHERE parent_id = ? AND parent_id <> '' AND id <> ?`
	sqlProgrammeDays = `SELECT DISTINCT parent_id, substr(starts, 1, 10) FROM agenda_events
		WHERE parent_id IN (SELECT value FROM json_each(?)) AND parent_id <> '' AND draft = 0 AND status <> 'cancelled' ORDER BY 1, 2`

	sqlDrafts  = sqlColumns + `WHERE author_id = ? AND draft = 1 ORDER BY updated_at DESC, id`
	sqlDue     = sqlColumns + `WHERE publish_at <= ? ORDER BY publish_at, id`
	sqlNextDue = `SELECT min(publish_at) FROM agenda_events WHERE publish_at IS NOT NULL`

	sqlOfGroup   = sqlColumns + `WHERE group_id = ? ORDER BY parent_id DESC, id` // parts before their whole
	sqlIDsOf     = `SELECT id FROM agenda_events WHERE author_id = ?`
	sqlUnname    = `UPDATE agenda_events SET author_id = '' WHERE author_id = ?`
	sqlUnnameMod = `UPDATE agenda_events SET validated_by = '' WHERE validated_by = ?`
)

// columns are the values of sqlInsert and sqlUpdate up to updated_at.
func (e *Event) columns() []any {
	var lat, lon any
	if e.Position != nil {
		lat, lon = e.Position.Lat, e.Position.Lon
	}
	var publish any
	if !e.PublishAt.IsZero() {
		publish = e.PublishAt.Unix()
	}
	audience, group, inside := e.Audience.Columns(e.Group)
	return []any{
		e.Title, e.Description, e.Place, e.Organiser, e.Contact, strings.Join(e.Tags, "\n"), lat, lon,
		e.Starts.String(), e.Ends.String(), e.Zone, e.AllDay, e.Winter, e.StartsAt.Unix(), e.EndsAt.Unix(),
		audience, e.Status, e.Reason, e.MovedFrom.String(), e.Draft, publish, e.ParentID, e.column(), e.AuthorID, e.ValidatedBy, e.Sequence, e.Masked, group, inside, e.UpdatedAt.Unix(),
	}
}

func scanEvent(r store.Row) (Event, error) {
	var e Event
	var tags, starts, ends, moved, series string
	var lat, lon *int32
	var startsAt, endsAt, publish, created, updated int64
	var inside bool
	err := r.Scan(&e.ID, &e.Title, &e.Description, &e.Place, &e.Organiser, &e.Contact, &tags, &lat, &lon,
		&starts, &ends, &e.Zone, &e.AllDay, &e.Winter, &startsAt, &endsAt, &e.Audience, &e.Status, &e.Reason,
		&moved, &e.Draft, &publish, &e.ParentID, &series, &e.AuthorID, &e.ValidatedBy, &e.Sequence, &e.Masked, &e.Group, &inside, &created, &updated)
	if err != nil {
		return Event{}, err
	}
	if tags != "" {
		e.Tags = strings.Split(tags, "\n")
	}
	if lat != nil && lon != nil {
		e.Position = &listing.Point{Lat: *lat, Lon: *lon}
	}
	for _, w := range []struct {
		to   *calendar.Wall
		text string
	}{{&e.Starts, starts}, {&e.Ends, ends}, {&e.MovedFrom, moved}} {
		if w.text == "" {
			continue
		}
		if *w.to, err = calendar.ParseWall(w.text); err != nil {
			return Event{}, err
		}
	}
	if publish != 0 {
		e.PublishAt = instant(publish)
	}
	if err := e.read(series); err != nil {
		return Event{}, err
	}
	if inside {
		e.Audience = listing.Group
	}
	e.StartsAt, e.EndsAt = instant(startsAt), instant(endsAt)
	e.CreatedAt, e.UpdatedAt = instant(created), instant(updated)
	return e, nil
}

func instant(unix int64) time.Time { return time.Unix(unix, 0).UTC() }
