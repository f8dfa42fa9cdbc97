package mutualaid

import (
	"strings"

	"copi.local/store"
	"copi.local/store/calendar"
	"copi.local/store/listing"
)

const (
	sqlInsert = `INSERT INTO mutualaid_favours (side, sort, title, description, tags, place, destination, carries, lat, lon,
			starts, ends, zone, all_day, availability, minutes, places, minor, adult, audience, urgent_until, state,
			masked, author_id, expires_at, warned, ended_at, updated_at, id, matched_at, created_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, 0, ?)`
	sqlUpdate = `UPDATE mutualaid_favours SET side = ?, sort = ?, title = ?, description = ?, tags = ?, place = ?, destination = ?,
			carries = ?, lat = ?, lon = ?, starts = ?, ends = ?, zone = ?, all_day = ?, availability = ?, minutes = ?, places = ?,
			minor = ?, adult = ?, audience = ?, urgent_until = ?, state = ?, masked = ?, author_id = ?, expires_at = ?, warned = 0, ended_at = ?, updated_at = ?
		WHERE id = ?`
	sqlDelete = `DELETE FROM mutualaid_favours WHERE id = ?`
	sqlAuthor = `SELECT author_id FROM mutualaid_favours WHERE id = ?`

	sqlColumns = `SELECT id, side, sort, title, description, tags, place, destination, carries, lat, lon, starts, ends, zone, all_day,
			availability, minutes, places, minor, adult, audience, urgent_until, state, masked, author_id, expires_at, ended_at, created_at, updated_at
		FROM mutualaid_favours `
	sqlByID = sqlColumns + `WHERE id = ?`
	sqlOf   = sqlColumns + `WHERE author_id = ? ORDER BY created_at DESC, id LIMIT ?`

	// flagged by an account and still so; shown until somebody answers
	sqlUrgentOf = `SELECT count(*) FROM mutualaid_favours WHERE author_id = ? AND state = 'open' AND urgent_until > ? AND expires_at > ? AND id <> ?`
	sqlAlerts   = sqlColumns + `WHERE state = 'open' AND urgent_until > ?1 AND urgent_until > 0 AND expires_at > ?1 AND NOT EXISTS
			(SELECT 1 FROM mutualaid_replies r WHERE r.favour_id = mutualaid_favours.id AND r.state IN ('offered', 'chosen'))
		ORDER BY urgent_until, id`

	sqlEnding  = sqlColumns + `WHERE state = 'open' AND expires_at <= ? ORDER BY expires_at, id LIMIT ?`
	sqlNextEnd = `SELECT min(expires_at) FROM mutualaid_favours WHERE state = 'open'`
	sqlWarn    = sqlColumns + `WHERE state = 'open' AND warned = 0 AND starts = '' AND expires_at <= ? ORDER BY expires_at, id LIMIT ?`
	sqlWarned  = `UPDATE mutualaid_favours SET warned = 1 WHERE id = ?`
	sqlOld     = sqlColumns + `WHERE state <> 'open' AND ended_at <= ? ORDER BY ended_at, id LIMIT ?`

	sqlToMatch  = sqlColumns + `WHERE state = 'open' AND matched_at <= ? AND expires_at > ? ORDER BY matched_at, id LIMIT ?`
	sqlMatched  = `UPDATE mutualaid_favours SET matched_at = ? WHERE id = ?`
	sqlMatch    = `INSERT INTO mutualaid_matches (favour_id, card_id) VALUES (?, ?) ON CONFLICT DO NOTHING`
	sqlUnauthor = `UPDATE mutualaid_favours SET author_id = '' WHERE author_id = ?`

	sqlReplyInsert = `INSERT INTO mutualaid_replies (id, favour_id, author_id, element_id, thread_id, description, places, state,
			asker_word, asker_agrees, helper_word, helper_agrees, created_at, updated_at)
		VALUES (?, ?, ?, ?, '', ?, ?, 'offered', '', 0, '', 0, ?, ?)`
	sqlReplyAgain = `UPDATE mutualaid_replies SET element_id = ?, description = ?, places = ?, state = 'offered',
		asker_word = '', asker_agrees = 0, helper_word = '', helper_agrees = 0, updated_at = ? WHERE id = ?`
	sqlThread     = `UPDATE mutualaid_replies SET thread_id = ? WHERE id = ?`
	sqlReplyState = `UPDATE mutualaid_replies SET state = ?, updated_at = ? WHERE id = ?`
	sqlPass       = `UPDATE mutualaid_replies SET state = ?, updated_at = ? WHERE favour_id = ? AND state = ?`
	sqlAskerWord  = `UPDATE mutualaid_replies SET asker_word = ?, asker_agrees = ?, updated_at = ? WHERE id = ?`
	sqlHelperWord = `UPDATE mutualaid_replies SET helper_word = ?, helper_agrees = ?, updated_at = ? WHERE id = ?`

	sqlReplyColumns = `SELECT id, favour_id, author_id, element_id, thread_id, description, places, state, asker_word, asker_agrees,
			helper_word, helper_agrees, created_at, updated_at FROM mutualaid_replies `
	sqlReply     = sqlReplyColumns + `WHERE id = ? AND favour_id = ?`
	sqlReplies   = sqlReplyColumns + `WHERE favour_id = ? ORDER BY created_at, id`
	sqlReplyMine = sqlReplyColumns + `WHERE favour_id = ? AND author_id = ?`
	sqlRepliesOf = sqlReplyColumns + `WHERE author_id = ? ORDER BY created_at DESC, id LIMIT ?`
	sqlInState   = sqlReplyColumns + `WHERE favour_id = ? AND state = ? ORDER BY created_at, id`
	sqlTaken     = `SELECT coalesce(sum(places), 0) FROM mutualaid_replies WHERE favour_id = ? AND state = 'chosen'`
	sqlWaiting   = `SELECT count(*) FROM mutualaid_replies WHERE favour_id = ? AND state = 'offered'`

	sqlUnreply = `DELETE FROM mutualaid_replies WHERE author_id = ? AND NOT (state = 'chosen' AND asker_agrees AND helper_agrees)`
	sqlForget  = `DELETE FROM mutualaid_replies WHERE author_id = ?`
	sqlUnnamed = `UPDATE mutualaid_replies SET author_id = '', description = '' WHERE author_id = ?`
)

// columns are the values of sqlInsert and sqlUpdate up to id.
func (f *Favour) columns() []any {
	var lat, lon any
	if f.Position != nil {
		lat, lon = f.Position.Lat, f.Position.Lon
	}
	return []any{
		f.Side, f.Sort, f.Title, f.Description, strings.Join(f.Tags, "\n"), f.Place, f.Destination, f.Carries, lat, lon,
		f.Starts.String(), f.Ends.String(), f.Zone, f.AllDay, f.Availability, f.Minutes, f.Places, f.Minor, f.Adult, f.Audience,
		store.Unix(f.UrgentUntil), f.State, f.Masked, f.AuthorID, store.Unix(f.ExpiresAt), store.Unix(f.EndedAt), f.UpdatedAt.Unix(), f.ID,
	}
}

func scanFavour(r store.Row) (f Favour, err error) {
	var tags, starts, ends string
	var lat, lon *int32
	var urgent, expires, ended, created, updated int64
	err = r.Scan(&f.ID, &f.Side, &f.Sort, &f.Title, &f.Description, &tags, &f.Place, &f.Destination, &f.Carries, &lat, &lon,
		&starts, &ends, &f.Zone, &f.AllDay, &f.Availability, &f.Minutes, &f.Places, &f.Minor, &f.Adult, &f.Audience,
		&urgent, &f.State, &f.Masked, &f.AuthorID, &expires, &ended, &created, &updated)
	if err != nil {
		return Favour{}, err
	}
	if tags != "" {
		f.Tags = strings.Split(tags, "\n")
	}
	if lat != nil && lon != nil {
		f.Position = &listing.Point{Lat: *lat, Lon: *lon}
	}
	if f.Starts, err = readWall(starts); err != nil {
		return Favour{}, err
	}
	if f.Ends, err = readWall(ends); err != nil {
		return Favour{}, err
	}
	f.UrgentUntil, f.ExpiresAt, f.EndedAt = store.Instant(urgent), store.Instant(expires), store.Instant(ended)
	f.CreatedAt, f.UpdatedAt = store.Instant(created), store.Instant(updated)
	_ = f.checkTimes() // it was right when it was written: should a zone's rules change, the rest still stands
	return f, nil
}

func scanReply(r store.Row) (y Reply, err error) {
	var created, updated int64
	err = r.Scan(&y.ID, &y.FavourID, &y.AuthorID, &y.ElementID, &y.ThreadID, &y.Text, &y.Places, &y.State, &y.AskerWord, &y.AskerAgrees,
		&y.HelperWord, &y.HelperAgrees, &created, &updated)
	y.CreatedAt, y.UpdatedAt = store.Instant(created), store.Instant(updated)
	return y, err
}

func readWall(s string) (calendar.Wall, error) {
	if s == "" {
		return calendar.Wall{}, nil
	}
	return calendar.ParseWall(s)
}
