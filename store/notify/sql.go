package notify

import (
	"database/sql"
	"encoding/json"
	"math"
	"time"

	"copi.local/store"
	"copi.local/store/listing"
)

const (
	sqlFollow = `INSERT INTO notify_follows (account_id, what, target, name, often, print, since) VALUES (?, ?, ?, ?, ?, ?, ?)`

	sqlFollowColumns = `SELECT f.id, f.account_id, f.what, f.target, f.name, f.often, f.print, f.since`
	sqlFromFollows   = sqlFollowColumns + ` FROM notify_follows f `
	sqlFollowing     = sqlFromFollows + `WHERE account_id = ? AND what = ? AND target = ?`
	sqlFollows       = sqlFromFollows + `WHERE account_id = ? ORDER BY id DESC`
	sqlOwnFollow     = sqlFromFollows + `WHERE id = ? AND account_id = ?`
	sqlMatching      = sqlFromFollows + `WHERE what = ? AND target = ?`
	sqlByToken       = sqlFromFollows + `JOIN notify_notices n ON n.follow_id = f.id WHERE n.token = ? AND n.token <> '' AND n.at > ?`
	sqlCountFollows  = `SELECT count(*) FROM notify_follows WHERE account_id = ?`
	sqlAnyFollow     = `SELECT EXISTS (SELECT 1 FROM notify_follows)`
	sqlFollowedCards = `SELECT DISTINCT target FROM notify_follows WHERE what = 'card'`
	sqlOften         = `UPDATE notify_follows SET often = ? WHERE id = ?`
	sqlPrint         = `UPDATE notify_follows SET print = ? WHERE id = ?`
	sqlPrints        = `UPDATE notify_follows SET print = ? WHERE what = 'card' AND target = ? AND print IS NOT ?`
	sqlStop          = `DELETE FROM notify_follows WHERE id = ?`

	// One line for each person and thing: what is unread counts on.
	sqlTell = `INSERT INTO notify_notices (account_id, module, thing_id, key, args, n, at, follow_id, token, print)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (account_id, module, thing_id) DO UPDATE SET key = excluded.key, args = excluded.args,
			n = CASE WHEN read_at IS NULL THEN n ELSE 0 END + excluded.n, at = excluded.at, read_at = NULL,
			follow_id = coalesce(excluded.follow_id, follow_id),
			token = CASE WHEN excluded.token <> '' AND (token = '' OR follow_id IS NOT excluded.follow_id) THEN excluded.token ELSE token END,
			print = coalesce(excluded.print, print)`
	sqlNoticeColumns = `SELECT n.id, n.module, n.thing_id, n.key, n.args, n.n, n.at, n.read_at IS NOT NULL, n.token,
			f.id, f.what, f.target, f.name, f.often
		FROM notify_notices n LEFT JOIN notify_follows f ON f.id = n.follow_id `
	sqlNotices  = sqlNoticeColumns + `WHERE n.account_id = ? ORDER BY n.at DESC, n.id DESC LIMIT ? OFFSET ?`
	sqlNotice   = sqlNoticeColumns + `WHERE n.id = ? AND n.account_id = ?`
	sqlUnread   = `SELECT count(*) FROM notify_notices WHERE account_id = ? AND read_at IS NULL`
	sqlUnreadOf = `SELECT count(*) FROM notify_notices WHERE follow_id = ? AND read_at IS NULL AND thing_id <> ?`
	sqlRead     = `UPDATE notify_notices SET read_at = ? WHERE id = ?`
	sqlSettle   = `UPDATE notify_notices SET read_at = ? WHERE account_id = ? AND module = ? AND thing_id = ? AND key = ? AND read_at IS NULL`
	sqlReadAll  = `UPDATE notify_notices SET read_at = ? WHERE account_id = ? AND read_at IS NULL`

	// Who was told of a card, or will be on a morning, in the look it has now.
	sqlTold = `SELECT EXISTS (SELECT 1 FROM notify_notices WHERE account_id = ?1 AND module = ?2 AND thing_id = ?3 AND print = ?4)
		OR EXISTS (SELECT 1 FROM notify_waits WHERE account_id = ?1 AND module = ?2 AND thing_id = ?3 AND print = ?4)`
	// Who was told of it in another look, or will be, and follows still what they were told for.
	sqlToldOf = `SELECT f.id, n.account_id, f.what, f.target, f.name, f.often, n.print, f.since
		FROM notify_notices n JOIN notify_follows f ON f.id = n.follow_id
		WHERE n.thing_id = ?1 AND n.print IS NOT NULL AND n.print <> ?2
		UNION ALL SELECT f.id, w.account_id, f.what, f.target, f.name, f.often, w.print, f.since
		FROM notify_waits w JOIN notify_follows f ON f.id = w.follow_id
		WHERE w.thing_id = ?1 AND w.print IS NOT NULL AND w.print <> ?2`

	sqlWait = `INSERT INTO notify_waits (account_id, module, thing_id, follow_id, key, print, at) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET key = excluded.key, print = coalesce(excluded.print, print)`
	sqlWaiting = sqlFollowColumns + `, count(*) FROM notify_waits w JOIN notify_follows f ON f.id = w.follow_id
		GROUP BY f.id HAVING min(w.at) < CASE f.often WHEN 3 THEN ?2 ELSE ?1 END ORDER BY f.id LIMIT ?3`
	sqlWaitOf      = `SELECT module, thing_id, key, print FROM notify_waits WHERE follow_id = ?`
	sqlForgetWaits = `DELETE FROM notify_waits WHERE follow_id = ?`

	sqlMark    = `SELECT at, card FROM notify_marks WHERE name = ?`
	sqlSetMark = `INSERT INTO notify_marks (name, at, card) VALUES (?, ?, ?)
		ON CONFLICT DO UPDATE SET at = excluded.at, card = excluded.card`

	sqlPurge = `DELETE FROM notify_notices WHERE read_at < ? OR at < ?`
	sqlTrim  = `DELETE FROM notify_notices WHERE id IN (SELECT id FROM (
			SELECT id, row_number() OVER (PARTITION BY account_id ORDER BY at DESC, id DESC) AS k FROM notify_notices) WHERE k > ?)`

	sqlEraseWaits   = `DELETE FROM notify_waits WHERE account_id = ?`
	sqlEraseNotices = `DELETE FROM notify_notices WHERE account_id = ?`
	sqlEraseFollows = `DELETE FROM notify_follows WHERE account_id = ?`
)

// into is where the columns of a follow go.
func (f *Follow) into(since *int64, more ...any) []any {
	return append([]any{&f.ID, &f.account, &f.What, &f.Target, &f.Name, &f.Often, &f.print, since}, more...)
}

func scanFollow(r store.Row) (f Follow, err error) {
	var since int64
	err = r.Scan(f.into(&since)...)
	f.Since = time.Unix(since, 0).UTC()
	return f, err
}

func scanWaiting(r store.Row) (v waiting, err error) {
	var since int64
	err = r.Scan(v.into(&since, &v.n)...)
	v.Since = time.Unix(since, 0).UTC()
	return v, err
}

func scanWait(r store.Row) (l line, err error) {
	var p sql.NullInt64
	err = r.Scan(&l.about.Module, &l.about.ID, &l.key, &p)
	if p.Valid {
		l.print = p.Int64
	}
	return l, err
}

func scanMark(r store.Row) (m listing.Mark, err error) {
	err = r.Scan(&m.At, &m.Card)
	return m, err
}

func scanNotice(r store.Row) (n Notice, err error) {
	var args string
	var at int64
	var id, often sql.NullInt64
	var what, target, name sql.NullString
	err = r.Scan(&n.ID, &n.About.Module, &n.About.ID, &n.Key, &args, &n.N, &at, &n.Read, &n.Token, &id, &what, &target, &name, &often)
	if err != nil {
		return n, err
	}
	n.At = time.Unix(at, 0).UTC()
	if id.Valid {
		n.Follow = &Follow{ID: id.Int64, What: What(what.String), Target: target.String, Name: name.String, Often: Often(often.Int64)}
	}
	if err := json.Unmarshal([]byte(args), &n.Args); err != nil {
		return n, err
	}
	for i, v := range n.Args {
		if x, ok := v.(float64); ok && x == math.Trunc(x) { // numbers choose the plural
			n.Args[i] = int(x)
		}
	}
	return n, nil
}
