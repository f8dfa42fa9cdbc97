package mutualaid

import (
	"encoding/json"
	"time"

	"copi.local/store"
	"copi.local/store/calendar"
)

const (
	sqlInsertRoster = `INSERT INTO mutualaid_rosters (title, text, place, starts, minutes, zone, rule, skip, places, audience, closed,
			author_id, created_at, updated_at, id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	sqlUpdateRoster = `UPDATE mutualaid_rosters SET title = ?, text = ?, place = ?, starts = ?, minutes = ?, zone = ?, rule = ?, skip = ?,
			places = ?, audience = ?, closed = ?, author_id = ?, created_at = ?, updated_at = ? WHERE id = ?`
	sqlDeleteRoster = `DELETE FROM mutualaid_rosters WHERE id = ?`

	sqlRosterColumns = `SELECT id, title, text, place, starts, minutes, zone, rule, skip, places, audience, closed,
			author_id, created_at, updated_at FROM mutualaid_rosters `
	sqlRosterByID   = sqlRosterColumns + `WHERE id = ?`
	sqlRosters      = sqlRosterColumns + `ORDER BY closed, title, id`
	sqlRostersOf    = sqlRosterColumns + `WHERE author_id = ? ORDER BY title, id`
	sqlRosterAuthor = `SELECT author_id FROM mutualaid_rosters WHERE id = ?`
	sqlUnnameRoster = `UPDATE mutualaid_rosters SET author_id = '' WHERE author_id = ?`

	sqlShiftChanges  = `SELECT date, places, cancelled, note FROM mutualaid_shifts WHERE roster_id = ?`
	sqlUnchangeShift = `DELETE FROM mutualaid_shifts WHERE roster_id = ? AND date = ?`
	sqlChangeShift   = `INSERT INTO mutualaid_shifts (roster_id, date, places, cancelled, note) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET places = excluded.places, cancelled = excluded.cancelled, note = excluded.note`

	sqlInsertTurn = `INSERT INTO mutualaid_turns (id, roster_id, date, starts_at, ends_at, account_id, offer, offered_to, against, reminded, taken_at)
		VALUES (?, ?, ?, ?, ?, ?, 0, '', '', ?, ?)`
	sqlDropTurn  = `DELETE FROM mutualaid_turns WHERE id = ?`
	sqlMoveTurn  = `UPDATE mutualaid_turns SET date = ?, starts_at = ?, ends_at = ?, reminded = 0 WHERE id = ?`
	sqlHandTurn  = `UPDATE mutualaid_turns SET account_id = ?, offer = 0, offered_to = '', against = '', reminded = ? WHERE id = ?`
	sqlOfferTurn = `UPDATE mutualaid_turns SET offer = ?, offered_to = ?, against = ? WHERE id = ?`
	sqlUnoffer   = `UPDATE mutualaid_turns SET offer = 0, offered_to = '', against = '' WHERE against = ?`
	sqlReminded  = `UPDATE mutualaid_turns SET reminded = 1 WHERE id = ?`

	sqlTurnColumns = `SELECT id, roster_id, date, starts_at, ends_at, account_id, offer, offered_to, against, taken_at FROM mutualaid_turns `
	sqlTurnByID    = sqlTurnColumns + `WHERE id = ?`
	// sqlTurnsBetween also finds what another hour of the same night shows: its
	// reader compares names.
	sqlTurnsBetween  = sqlTurnColumns + `WHERE roster_id = ? AND starts_at BETWEEN ? AND ? ORDER BY taken_at, id`
	sqlTurnsToCome   = sqlTurnColumns + `WHERE roster_id = ? AND ends_at > ? ORDER BY starts_at, id`
	sqlTurnsOf       = sqlTurnColumns + `WHERE account_id = ? AND ends_at > ? ORDER BY starts_at, id`
	sqlTurnsEver     = sqlTurnColumns + `WHERE account_id = ? ORDER BY starts_at, id`
	sqlTurnsProposed = sqlTurnColumns + `WHERE offered_to = ? AND offered_to <> '' AND starts_at > ? ORDER BY starts_at, id`
	sqlTurnsToRemind = sqlTurnColumns + `WHERE reminded = 0 AND starts_at > ? AND starts_at < ? ORDER BY starts_at, id LIMIT ?`

	sqlOverlap = `SELECT r.title FROM mutualaid_turns t JOIN mutualaid_rosters r ON r.id = t.roster_id
		WHERE t.account_id = ? AND t.starts_at < ? AND t.ends_at > ? AND t.id <> ? AND t.id <> ? ORDER BY t.starts_at LIMIT 1`
	sqlCompanions  = `SELECT account_id FROM mutualaid_turns WHERE roster_id = ? GROUP BY account_id ORDER BY max(taken_at) DESC, account_id LIMIT ?`
	sqlForgetTurns = `DELETE FROM mutualaid_turns WHERE id IN (SELECT id FROM mutualaid_turns WHERE ends_at < ? LIMIT ?)`
	sqlUnofferTo   = `UPDATE mutualaid_turns SET offer = 0, offered_to = '', against = '' WHERE offered_to = ?`
)

// storedSkip is the column skip.
type storedSkip struct {
	Public bool   `json:"public,omitempty"`
	Alsace bool   `json:"alsace,omitempty"`
	School string `json:"school,omitempty"`
}

// columns are the values of sqlInsertRoster and sqlUpdateRoster.
func (r *Roster) columns() []any {
	skip, err := json.Marshal(storedSkip(r.Skip))
	if err != nil {
		panic(err) // strings and booleans
	}
	return []any{
		r.Title, r.Text, r.Place, r.Starts.String(), r.Lasts, r.Zone, r.Rule.String(), string(skip), r.Places, r.Audience, r.Closed,
		r.AuthorID, r.CreatedAt.Unix(), r.UpdatedAt.Unix(), r.ID,
	}
}

func scanRoster(row store.Row) (r Roster, err error) {
	var starts, rule, skip string
	var created, updated int64
	err = row.Scan(&r.ID, &r.Title, &r.Text, &r.Place, &starts, &r.Lasts, &r.Zone, &rule, &skip, &r.Places, &r.Audience, &r.Closed,
		&r.AuthorID, &created, &updated)
	if err != nil {
		return r, err
	}
	r.CreatedAt, r.UpdatedAt = time.Unix(created, 0).UTC(), time.Unix(updated, 0).UTC()
	if r.Starts, err = calendar.ParseWall(starts); err != nil {
		return r, err
	}
	if rule != "" {
		if r.Rule, err = calendar.ParseRule(rule); err != nil {
			return r, err
		}
	}
	var s storedSkip
	err = json.Unmarshal([]byte(skip), &s)
	r.Skip = calendar.Skip(s)
	return r, err
}

func scanShiftChange(row store.Row) (c shiftChange, err error) {
	err = row.Scan(&c.date, &c.places, &c.cancelled, &c.note)
	return c, err
}

func scanTurn(row store.Row) (t Turn, err error) {
	var date string
	var at, until, taken int64
	if err = row.Scan(&t.ID, &t.RosterID, &date, &at, &until, &t.AccountID, &t.Offer, &t.OfferedTo, &t.Against, &taken); err != nil {
		return t, err
	}
	t.At, t.Until, t.TakenAt = time.Unix(at, 0).UTC(), time.Unix(until, 0).UTC(), time.Unix(taken, 0).UTC()
	t.Date, err = calendar.ParseWall(date)
	return t, err
}
