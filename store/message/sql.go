package message

import (
	"time"

	"copi.local/store"
)

const (
	sqlFind = `SELECT t.id FROM message_threads t
		JOIN message_sides a ON a.thread_id = t.id JOIN message_sides b ON b.thread_id = t.id AND b.side <> a.side
		WHERE t.module = ? AND t.thing_id = ? AND a.account_id = ? AND a.element_id = ? AND b.account_id = ? AND b.element_id = ?`
	sqlBegin = `INSERT INTO message_threads (id, module, thing_id, title, last_n, last_at, started_at)
		VALUES (?1, ?2, ?3, '', 0, ?4, ?4)`
	sqlAddSide = `INSERT INTO message_sides (thread_id, side, account_id, element_id, cleared) VALUES (?, ?, ?, ?, 0)`
	sqlTitle   = `UPDATE message_threads SET title = ? WHERE id = ?`
	sqlTitleOf = `SELECT title FROM message_threads WHERE id = ?`
	sqlSides   = `SELECT account_id, element_id FROM message_sides WHERE thread_id = ? ORDER BY side`

	// Threads an account began: the first message of each is its own.
	sqlBegunSince   = `SELECT count(*) FROM message_messages WHERE author_id = ? AND at > ? AND n = 1`
	sqlWrittenSince = `SELECT count(*) FROM message_messages WHERE author_id = ? AND at > ?`
	sqlWrite        = `INSERT INTO message_messages (thread_id, n, side, author_id, text, taken, at) VALUES (?, ?, ?, ?, ?, '', ?)`
	sqlLast         = `UPDATE message_threads SET last_n = ?, last_at = ? WHERE id = ?`
	sqlUnreadOne    = `INSERT INTO message_seats (thread_id, account_id, side, unread) VALUES (?, ?, ?, 1)
		ON CONFLICT DO UPDATE SET unread = unread + 1, side = excluded.side`
	sqlOpened     = `DELETE FROM message_seats WHERE thread_id = ? AND account_id = ?`
	sqlLeaveSeats = `DELETE FROM message_seats WHERE thread_id = ? AND side = ?`

	// Sides of threads begun while an element was a desk.
	sqlAtDesks = `SELECT s.thread_id, s.side, s.cleared FROM message_desks d JOIN message_sides s ON s.element_id = d.element_id
		JOIN message_threads b ON b.id = s.thread_id AND b.started_at >= d.since WHERE d.element_id IN (SELECT value FROM json_each(`
	sqlQuestions = `WITH mine AS (` + sqlAtDesks + `?2))) ` + sqlThreadColumns + `, mine.side
		FROM mine JOIN message_threads t ON t.id = mine.thread_id` + sqlThreadJoins + `?1
		WHERE t.last_n > mine.cleared AND m.side <> mine.side ORDER BY t.last_at, t.id LIMIT ?3`
	sqlKeepDesk = `INSERT INTO message_desks (element_id, since) VALUES (?, ?) ON CONFLICT DO NOTHING`
	sqlDropDesk = `DELETE FROM message_desks WHERE element_id = ?`
	sqlDesks    = `SELECT element_id FROM message_desks ORDER BY element_id`
	sqlIsDesk   = `SELECT EXISTS (SELECT 1 FROM message_desks WHERE element_id = ?)`
	sqlOnDesk   = `SELECT EXISTS (SELECT 1 FROM message_threads t JOIN message_desks d ON t.started_at >= d.since
		WHERE t.id = ? AND d.element_id = ?)`

	sqlThreadColumns = `SELECT t.id, t.module, t.thing_id, t.title, t.last_n, t.last_at, a.account_id, a.element_id, a.cleared,
			b.account_id, b.element_id, b.cleared, coalesce(u.unread, 0),
			coalesce(m.side, 0), coalesce(m.author_id, ''), coalesce(m.text, ''), coalesce(m.taken, '')`
	sqlThreadJoins = ` JOIN message_sides a ON a.thread_id = t.id AND a.side = 0
		JOIN message_sides b ON b.thread_id = t.id AND b.side = 1
		LEFT JOIN message_messages m ON m.thread_id = t.id AND m.n = t.last_n
		LEFT JOIN message_seats u ON u.thread_id = t.id AND u.account_id = `
	sqlThread = sqlThreadColumns + `, 0 FROM message_threads t` + sqlThreadJoins + `?2 WHERE t.id = ?1`
	// A thread of which somebody is both sides is theirs as the person.
	sqlMine = `WITH mine AS (SELECT thread_id, side, cleared, min(rank) FROM (
			SELECT thread_id, side, cleared, 0 AS rank FROM message_sides WHERE account_id = ?1
			UNION ALL SELECT thread_id, side, cleared, 1 FROM message_sides WHERE element_id IN (SELECT value FROM json_each(?2))
			UNION ALL SELECT thread_id, side, cleared, 1 FROM (` + sqlAtDesks + `?5)))) GROUP BY thread_id) ` +
		sqlThreadColumns + `, mine.side FROM mine JOIN message_threads t ON t.id = mine.thread_id` + sqlThreadJoins + `?1
		WHERE t.last_n > mine.cleared ORDER BY t.last_at DESC, t.id LIMIT ?3 OFFSET ?4`

	sqlMessageColumns = `SELECT n, side, author_id, text, taken, at FROM message_messages `
	sqlMessages       = sqlMessageColumns + `WHERE thread_id = ? AND n > ? AND n < ? ORDER BY n DESC LIMIT ?`
	sqlAround         = sqlMessageColumns + `WHERE thread_id = ? AND n BETWEEN ? AND ? AND at <= ? ORDER BY n DESC`
	sqlAnswered       = `SELECT EXISTS (SELECT 1 FROM message_messages WHERE thread_id = ? AND side = ?)`
	sqlAuthor         = `SELECT author_id FROM message_messages WHERE thread_id = ? AND n = ?`

	sqlClear = `UPDATE message_sides SET cleared = ? WHERE thread_id = ? AND side = ?`

	// A side that is there reads what it has not thrown away.
	sqlSweepMessages = `DELETE FROM message_messages WHERE thread_id = ?1 AND n <= (SELECT min(cleared) FROM message_sides
		WHERE thread_id = ?1 AND (account_id <> '' OR element_id <> ''))`
	sqlSweep = `DELETE FROM message_threads WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM message_sides s
		WHERE s.thread_id = ?1 AND (s.account_id <> '' OR s.element_id <> '') AND s.cleared < message_threads.last_n)`

	sqlIsBlocked = `SELECT EXISTS (SELECT 1 FROM message_blocks
		WHERE account_id = ? AND element_id = ? AND barred_account = ? AND barred_element = ?)`
	sqlBlock = `INSERT INTO message_blocks (account_id, element_id, barred_account, barred_element, at) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT DO NOTHING`
	sqlUnblock   = `DELETE FROM message_blocks WHERE account_id = ? AND element_id = ? AND barred_account = ? AND barred_element = ?`
	sqlBlockings = `SELECT account_id, element_id, barred_account, barred_element, at FROM message_blocks
		WHERE account_id = ?1 OR account_id = '' AND element_id IN (SELECT value FROM json_each(?2)) ORDER BY at DESC, barred_account, barred_element`

	sqlReport = `INSERT INTO message_reports (id, thread_id, n, reason, report_text, reporter_id, at, decided_by)
		VALUES (?, ?, ?, ?, ?, ?, ?, '')`
	sqlReportColumns = `SELECT id, thread_id, n, reason, report_text, reporter_id, at FROM message_reports WHERE decided_at IS NULL `
	sqlReports       = sqlReportColumns + `ORDER BY at, id`
	sqlReportByID    = sqlReportColumns + `AND id = ?`
	sqlReportCount   = `SELECT count(*) FROM message_reports WHERE decided_at IS NULL`
	sqlIsReported    = `SELECT EXISTS (SELECT 1 FROM message_reports WHERE thread_id = ? AND decided_at IS NULL)`
	sqlDecide        = `UPDATE message_reports SET decided_at = ?, decided_by = ? WHERE id = ?`
	sqlTake          = `UPDATE message_messages SET text = '', taken = ? WHERE thread_id = ? AND n = ?`

	sqlForget = `DELETE FROM message_threads WHERE id IN (SELECT id FROM message_threads WHERE last_at < ? AND NOT EXISTS (
		SELECT 1 FROM message_reports r WHERE r.thread_id = message_threads.id AND r.decided_at IS NULL) ORDER BY last_at LIMIT ?)`

	sqlSidesOf   = `SELECT thread_id FROM message_sides WHERE account_id = ?`
	sqlThreadsOf = `SELECT thread_id FROM message_sides WHERE account_id = ?1
		UNION SELECT thread_id FROM message_messages WHERE author_id = ?1 ORDER BY 1`
	sqlSideOfAuthor = `SELECT side FROM message_messages WHERE thread_id = ? AND author_id = ? LIMIT 1`
	sqlReportedBy   = `SELECT count(*) FROM message_reports WHERE reporter_id = ?`
	sqlDecidedBy    = `SELECT count(*) FROM message_reports WHERE decided_by = ?`

	sqlEraseMessages   = `UPDATE message_messages SET text = '', taken = 'erased' WHERE author_id = ?`
	sqlUnnameMessages  = `UPDATE message_messages SET author_id = '' WHERE author_id = ?`
	sqlEraseSeats      = `DELETE FROM message_seats WHERE account_id = ?`
	sqlEraseBlocks     = `DELETE FROM message_blocks WHERE account_id = ?1 OR barred_account = ?1`
	sqlEraseReports    = `UPDATE message_reports SET report_text = '' WHERE reporter_id = ?`
	sqlUnnameReports   = `UPDATE message_reports SET reporter_id = '' WHERE reporter_id = ?`
	sqlUnnameDecisions = `UPDATE message_reports SET decided_by = '' WHERE decided_by = ?`
	sqlUntitle         = `UPDATE message_threads SET title = '' WHERE module = 'directory' AND id IN (SELECT thread_id FROM message_sides WHERE account_id = ? AND side = 1)`
	sqlUntitleAll      = `UPDATE message_threads SET title = '' WHERE id IN (SELECT thread_id FROM message_sides WHERE account_id = ? AND side = 1)`
	sqlUnnameSides     = `UPDATE message_sides SET account_id = '' WHERE account_id = ?`
)

func scanThread(r store.Row) (t Thread, err error) {
	var at int64
	err = r.Scan(&t.ID, &t.About.Module, &t.About.ID, &t.Title, &t.lastN, &at,
		&t.Sides[0].Account, &t.Sides[0].Element, &t.cleared[0], &t.Sides[1].Account, &t.Sides[1].Element, &t.cleared[1],
		&t.Unread, &t.Last.Side, &t.Last.Author, &t.Last.Text, &t.Last.Taken, &t.Mine)
	t.LastAt = time.Unix(at, 0).UTC()
	t.Last.N, t.Last.At = t.lastN, t.LastAt
	return t, err
}

func scanMessage(r store.Row) (m Message, err error) {
	var at int64
	err = r.Scan(&m.N, &m.Side, &m.Author, &m.Text, &m.Taken, &at)
	m.At = time.Unix(at, 0).UTC()
	return m, err
}

func scanParty(r store.Row) (p Party, err error) {
	err = r.Scan(&p.Account, &p.Element)
	return p, err
}

func scanBlocking(r store.Row) (b Blocking, err error) {
	var at int64
	err = r.Scan(&b.By.Account, &b.By.Element, &b.Of.Account, &b.Of.Element, &at)
	b.At = time.Unix(at, 0).UTC()
	return b, err
}

func scanReport(row store.Row) (r Report, err error) {
	var at int64
	err = row.Scan(&r.ID, &r.thread, &r.n, &r.Reason, &r.Text, &r.reporter, &at)
	r.At = time.Unix(at, 0).UTC()
	return r, err
}
