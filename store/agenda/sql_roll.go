package agenda

import "copi.local/store"

const (
	sqlRoll    = `SELECT event_id, capacity, most, anonymous, closed FROM agenda_rolls WHERE event_id = ?`
	sqlSetRoll = `INSERT INTO agenda_rolls (event_id, capacity, most, anonymous, closed) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET capacity = excluded.capacity, most = excluded.most, anonymous = excluded.anonymous, closed = excluded.closed`

	sqlAttendance = `SELECT coalesce(sum(persons) FILTER (WHERE waiting = 0), 0), coalesce(sum(persons) FILTER (WHERE waiting = 1), 0)
		FROM agenda_participations WHERE event_id = ? AND date = ?`
	sqlWaitedFor   = `SELECT DISTINCT date FROM agenda_participations WHERE event_id = ? AND waiting = 1 ORDER BY date`
	sqlJoinedDates = `SELECT DISTINCT date FROM agenda_participations WHERE event_id = ? ORDER BY date`

	sqlJoin = `INSERT INTO agenda_participations (id, event_id, date, account_id, name, code_hash, persons, note, waiting, asked_at, ends_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	sqlStrike       = `DELETE FROM agenda_participations WHERE id = ?`
	sqlPromote      = `UPDATE agenda_participations SET waiting = 0 WHERE id = ?`
	sqlJoinedUntil  = `UPDATE agenda_participations SET ends_at = ? WHERE event_id = ? AND date = ''`
	sqlForgetJoined = `DELETE FROM agenda_participations WHERE ends_at < ?`

	sqlJoined        = `SELECT id, event_id, date, account_id, name, persons, note, waiting, asked_at FROM agenda_participations `
	sqlMine          = sqlJoined + `WHERE event_id = ? AND date = ? AND account_id = ? AND account_id <> ''`
	sqlByJoinCode    = sqlJoined + `WHERE code_hash = ?`
	sqlParticipation = sqlJoined + `WHERE id = ? AND event_id = ?`
	sqlQueue         = sqlJoined + `WHERE event_id = ? AND date = ? AND waiting = 1 ORDER BY n`
	sqlAttendants    = sqlJoined + `WHERE event_id = ? AND date = ? ORDER BY waiting, n`
	sqlJoinedBy      = sqlJoined + `WHERE account_id = ? AND account_id <> '' ORDER BY n`
	sqlJoinedToCome  = sqlJoined + `WHERE account_id = ? AND account_id <> '' AND ends_at >= ? ORDER BY ends_at, n`
	sqlAttending     = `SELECT DISTINCT account_id FROM agenda_participations WHERE event_id = ? AND account_id <> '' AND ends_at >= ?`
)

func scanRoll(r store.Row) (l Roll, err error) {
	err = r.Scan(&l.EventID, &l.Capacity, &l.Most, &l.Anonymous, &l.Closed)
	return l, err
}

func scanParticipation(r store.Row) (p Participation, err error) {
	var date string
	var asked int64
	if err = r.Scan(&p.ID, &p.EventID, &date, &p.AccountID, &p.Name, &p.Persons, &p.Note, &p.Waiting, &asked); err != nil {
		return p, err
	}
	p.AskedAt = instant(asked)
	p.Date, err = readDate(date)
	return p, err
}
