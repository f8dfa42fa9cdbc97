package booking

import (
	"database/sql"
	"encoding/json"
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/calendar"
)

const (
	sqlInsertResource = `INSERT INTO booking_resources (kind, name, description, site, capacity, equipment, stock,
			before_min, after_min, who, validated, text_again, zone, terms, closed, updated_at, created_at, id, longest)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)`
	sqlUpdateResource = `UPDATE booking_resources SET kind = ?, name = ?, description = ?, site = ?, capacity = ?,
			equipment = ?, stock = ?, before_min = ?, after_min = ?, who = ?, validated = ?, text_again = ?, zone = ?, terms = ?,
			closed = ?, updated_at = ? WHERE id = ?`
	sqlResourceColumns = `SELECT id, kind, name, description, site, capacity, equipment, stock, before_min, after_min,
			who, validated, text_again, zone, terms, closed, created_at, updated_at FROM booking_resources `
	sqlResource  = sqlResourceColumns + `WHERE id = ?`
	sqlResources = sqlResourceColumns + `ORDER BY site = '', site, kind DESC, name, id`

	sqlParts     = `SELECT part_id FROM booking_parts WHERE whole_id = ?`
	sqlAllParts  = `SELECT whole_id, part_id FROM booking_parts`
	sqlDropParts = `DELETE FROM booking_parts WHERE whole_id = ?`
	sqlAddPart   = `INSERT INTO booking_parts VALUES (?, ?) ON CONFLICT DO NOTHING`
	sqlIsPart    = `SELECT count(*) FROM booking_parts WHERE part_id = ?`
	// sqlRelated: the thing itself, its parts, and the wholes that have any of these.
	sqlRelated = `WITH space (id) AS (SELECT ?1 UNION SELECT part_id FROM booking_parts WHERE whole_id = ?1)
		SELECT id FROM space UNION SELECT whole_id FROM booking_parts JOIN space ON part_id = space.id`

	sqlManages     = `SELECT count(*) FROM booking_managers WHERE resource_id = ? AND account_id = ?`
	sqlManagedBy   = `SELECT resource_id FROM booking_managers WHERE account_id = ?`
	sqlManagersOf  = `SELECT account_id FROM booking_managers WHERE resource_id = ?`
	sqlAddManager  = `INSERT INTO booking_managers VALUES (?, ?) ON CONFLICT DO NOTHING`
	sqlDropManager = `DELETE FROM booking_managers WHERE resource_id = ? AND account_id = ?`

	sqlInsert = `INSERT INTO booking_bookings (resource_id, series_id, author_id, holder, title, note, private, people, units, class,
			package, starts, ends, zone, all_day, starts_at, ends_at, state, reason, derogation, was, publish, event_id, event_date,
			follows, answered_by, expires_at, updated_at, asked_at, id)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	sqlUpdate = `UPDATE booking_bookings SET resource_id = ?, series_id = ?, author_id = ?, holder = ?, title = ?, note = ?,
			private = ?, people = ?, units = ?, class = ?, package = ?, starts = ?, ends = ?, zone = ?, all_day = ?, starts_at = ?,
			ends_at = ?, state = ?, reason = ?, derogation = ?, was = ?, publish = ?, event_id = ?, event_date = ?, follows = ?, answered_by = ?,
			expires_at = ?, updated_at = ? WHERE id = ?`
	sqlColumns = `SELECT id, resource_id, series_id, author_id, holder, title, note, private, people, units, class, package,
			starts, ends, zone, all_day, starts_at, ends_at, state, reason, derogation, was, publish, event_id, event_date, follows,
			answered_by, asked_at, expires_at, updated_at FROM booking_bookings `
	sqlByID         = sqlColumns + `WHERE id = ?`
	sqlOfEvent      = sqlColumns + `WHERE event_id = ? AND state IN ('asked', 'approved') AND ends_at > ? ORDER BY starts_at, id`
	sqlOf           = sqlColumns + `WHERE author_id = ? ORDER BY starts_at DESC, id LIMIT ?`
	sqlHeldBy       = sqlColumns + `WHERE author_id = ? AND state IN ('asked', 'approved') ORDER BY starts_at`
	sqlWaiting      = sqlColumns + `WHERE state = ?2 AND resource_id = ?1 ORDER BY starts_at, asked_at, id`
	sqlInsertSeries = `INSERT INTO booking_series (id, resource_id, author_id, rule, skip, created_at) VALUES (?, ?, ?, ?, ?, ?)`
	sqlSeries       = `SELECT id, resource_id, author_id, rule, skip FROM booking_series WHERE id = ?`
	sqlOfSeries     = sqlColumns + `WHERE series_id = ? ORDER BY starts_at, id`
	sqlOverdue      = sqlColumns + `WHERE expires_at <= ? AND state IN ('asked', 'queued') ORDER BY expires_at, id LIMIT 100`
	sqlToCome       = sqlColumns + `WHERE resource_id = ? AND ends_at > ? AND state IN ('asked', 'approved')`

	sqlDropSpans = `DELETE FROM booking_spans WHERE booking_id = ?`
	sqlAddSpan   = `INSERT INTO booking_spans VALUES (?, ?, ?, ?, ?, ?, ?, ?)`
	sqlLongest   = `UPDATE booking_resources SET longest = ? WHERE id = ? AND longest < ?`
	// sqlTaken: a stretch that reaches into ours began no longer before it than
	// the longest stretch there ever was.
	sqlTaken = `SELECT s.booking_id, s.busy_from, s.busy_until, s.units FROM booking_spans AS s
		WHERE s.resource_id = ?1 AND s.busy_from > ?2 - (SELECT longest FROM booking_resources WHERE id = ?1) - 1
			AND s.busy_from < ?3 AND s.busy_until > ?2
		ORDER BY s.busy_from, s.busy_until`
	sqlPlan = `SELECT s.booking_id, b.resource_id, s.old, s.busy_from, s.busy_until, s.from_at, s.until_at, s.units,
			b.title, b.private, b.state, b.author_id, b.all_day
		FROM booking_spans AS s JOIN booking_bookings AS b ON b.id = s.booking_id
		WHERE s.resource_id = ?1 AND s.busy_from > ?2 - (SELECT longest FROM booking_resources WHERE id = ?1) - 1
			AND s.busy_from < ?3 AND s.busy_until > ?2
		ORDER BY s.busy_from, s.busy_until, s.booking_id`

	sqlAct       = `INSERT INTO booking_acts (booking_id, account_id, act, text, at) VALUES (?, ?, ?, ?, ?)`
	sqlActs      = `SELECT booking_id, account_id, act, text, at FROM booking_acts WHERE booking_id = ? ORDER BY id`
	sqlDerogated = `SELECT a.booking_id, a.account_id, a.act, a.text, a.at FROM booking_acts AS a
		JOIN booking_bookings AS b ON b.id = a.booking_id WHERE a.act = 'derogation' AND b.resource_id = ? ORDER BY a.at DESC, a.id DESC LIMIT 200`

	sqlPropose         = `INSERT INTO booking_exchanges (id, one_id, other_id, agreed, asked_at) VALUES (?, ?, ?, 0, ?) ON CONFLICT DO NOTHING`
	sqlExchange        = `SELECT id, one_id, other_id, agreed FROM booking_exchanges WHERE id = ?`
	sqlExchanges       = `SELECT id, one_id, other_id, agreed FROM booking_exchanges WHERE one_id = ?1 OR other_id = ?1 ORDER BY asked_at, id`
	sqlAgree           = `UPDATE booking_exchanges SET agreed = 1 WHERE id = ?`
	sqlDropExchange    = `DELETE FROM booking_exchanges WHERE id = ?`
	sqlForgetExchanges = `DELETE FROM booking_exchanges WHERE one_id = ? OR other_id = ?`

	sqlRules    = `SELECT days FROM booking_rules`
	sqlSetRules = `UPDATE booking_rules SET days = ?`

	sqlUnname = `UPDATE booking_bookings SET author_id = '', holder = '', note = '',
			title = CASE private WHEN 1 THEN '' ELSE title END WHERE author_id = ?`
	sqlUnnameAnswered = `UPDATE booking_bookings SET answered_by = '' WHERE answered_by = ?`
	sqlUnnameSeries   = `UPDATE booking_series SET author_id = '' WHERE author_id = ?`
	sqlUnnameActs     = `UPDATE booking_acts SET account_id = '' WHERE account_id = ?`
	sqlNoManager      = `DELETE FROM booking_managers WHERE account_id = ?`
	sqlTakenStill     = `SELECT EXISTS (SELECT 1 FROM booking_bookings
		WHERE resource_id = ? AND ends_at > ? AND state IN ('asked', 'approved', 'queued'))`
	sqlDropResource = `DELETE FROM booking_resources WHERE id = ?`
	sqlDelete       = `DELETE FROM booking_bookings WHERE id = ?`
)

// columns are the values of sqlInsertResource and sqlUpdateResource up to
// updated_at.
func (r *Resource) columns() []any {
	return []any{
		r.Kind, r.Name, r.Description, r.Site, r.Capacity, strings.Join(r.Equipment, "\n"), r.Stock,
		int(r.Before / time.Minute), int(r.After / time.Minute), r.Who, r.Validated, r.TextAgain, r.Zone, r.Terms, r.Closed,
		r.UpdatedAt.Unix(),
	}
}

func scanResource(row store.Row) (Resource, error) {
	var r Resource
	var equipment string
	var before, after, created, updated int64
	err := row.Scan(&r.ID, &r.Kind, &r.Name, &r.Description, &r.Site, &r.Capacity, &equipment, &r.Stock, &before,
		&after, &r.Who, &r.Validated, &r.TextAgain, &r.Zone, &r.Terms, &r.Closed, &created, &updated)
	if err != nil {
		return Resource{}, err
	}
	if equipment != "" {
		r.Equipment = strings.Split(equipment, "\n")
	}
	r.Before, r.After = time.Duration(before)*time.Minute, time.Duration(after)*time.Minute
	r.CreatedAt, r.UpdatedAt = instant(created), instant(updated)
	return r, nil
}

func scanPart(row store.Row) (part, error) {
	var p part
	err := row.Scan(&p.whole, &p.part)
	return p, err
}

// columns are the values of sqlInsert and sqlUpdate up to updated_at.
func (b *Booking) columns() ([]any, error) {
	was := ""
	if b.Was != nil {
		text, err := json.Marshal(b.Was)
		if err != nil {
			return nil, err
		}
		was = string(text)
	}
	var expires, series any
	if !b.ExpiresAt.IsZero() {
		expires = b.ExpiresAt.Unix()
	}
	if b.SeriesID != "" {
		series = b.SeriesID
	}
	return []any{
		b.Resource, series, b.AuthorID, b.Holder, b.Title, b.Note, b.Private, b.People, b.Units, b.Class, b.Package,
		b.Starts.String(), b.Ends.String(), b.Zone, b.AllDay, b.StartsAt.Unix(), b.EndsAt.Unix(), b.State, b.Reason,
		b.Derogation, was, b.Publish, b.EventID, b.EventDate.String(), b.Follows, b.AnsweredBy, expires, b.UpdatedAt.Unix(),
	}, nil
}

func scanBooking(row store.Row) (Booking, error) {
	var b Booking
	var starts, ends, was, eventDate string
	var startsAt, endsAt, asked, updated int64
	var expires sql.NullInt64
	var series sql.NullString
	err := row.Scan(&b.ID, &b.Resource, &series, &b.AuthorID, &b.Holder, &b.Title, &b.Note, &b.Private, &b.People, &b.Units,
		&b.Class, &b.Package, &starts, &ends, &b.Zone, &b.AllDay, &startsAt, &endsAt, &b.State, &b.Reason, &b.Derogation, &was,
		&b.Publish, &b.EventID, &eventDate, &b.Follows, &b.AnsweredBy, &asked, &expires, &updated)
	if err != nil {
		return Booking{}, err
	}
	b.SeriesID = series.String
	if b.Starts, err = calendar.ParseWall(starts); err != nil {
		return Booking{}, err
	}
	if b.Ends, err = calendar.ParseWall(ends); err != nil {
		return Booking{}, err
	}
	if eventDate != "" {
		if b.EventDate, err = calendar.ParseWall(eventDate); err != nil {
			return Booking{}, err
		}
	}
	if was != "" {
		b.Was = &Slot{}
		if err := json.Unmarshal([]byte(was), b.Was); err != nil {
			return Booking{}, err
		}
	}
	if expires.Valid {
		b.ExpiresAt = instant(expires.Int64)
	}
	b.StartsAt, b.EndsAt, b.AskedAt, b.UpdatedAt = instant(startsAt), instant(endsAt), instant(asked), instant(updated)
	return b, nil
}

func instant(unix int64) time.Time { return time.Unix(unix, 0).UTC() }

// save writes a booking that exists.
func (b *Booking) save(tx *store.Tx) error {
	b.UpdatedAt = tx.Now
	columns, err := b.columns()
	if err != nil {
		return err
	}
	_, err = tx.Exec(sqlUpdate, append(columns, b.ID)...)
	return err
}

// insert writes a new booking.
func (b *Booking) insert(tx *store.Tx) error {
	b.AskedAt, b.UpdatedAt = tx.Now, tx.Now
	columns, err := b.columns()
	if err != nil {
		return err
	}
	_, err = tx.Exec(sqlInsert, append(columns, b.AskedAt.Unix(), b.ID)...)
	return err
}
