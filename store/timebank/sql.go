package timebank

// The rules.
const (
	sqlRules    = `SELECT low, high, soft, days, shown, words, series, coalesce(wrong_at, 0) FROM timebank_rules`
	sqlSetRules = `UPDATE timebank_rules SET low = ?, high = ?, soft = ?, days = ?, shown = ?, words = ?`
	sqlSetWrong = `UPDATE timebank_rules SET wrong_at = ?`
)

// Accounts.
const (
	sqlAccountColumns = `SELECT number, kind, account_id, element_id, name, balance, auto, debt, opened_at, coalesce(closed_at, 0) FROM timebank_accounts `
	sqlAccount        = sqlAccountColumns + `WHERE number = ?`
	sqlOfPerson       = sqlAccountColumns + `WHERE account_id = ? AND account_id <> '' AND closed_at IS NULL`
	sqlOfElement      = sqlAccountColumns + `WHERE element_id = ? AND element_id <> '' AND closed_at IS NULL`
	sqlAllOfPerson    = sqlAccountColumns + `WHERE account_id = ? ORDER BY opened_at`
	sqlOpenAccounts   = sqlAccountColumns + `WHERE closed_at IS NULL ORDER BY length(number), number`

	// sqlCountAll counts closed ones too: a number is given once.
	sqlCountAll = `SELECT count(*) FROM timebank_accounts`
	sqlOpen     = `INSERT INTO timebank_accounts (number, kind, account_id, element_id, name, balance, auto, debt, opened_at)
		VALUES (?, ?, ?, ?, ?, 0, 0, ?, ?)`
	sqlSetAuto = `UPDATE timebank_accounts SET auto = ? WHERE number = ?`
	sqlSetDebt = `UPDATE timebank_accounts SET debt = ? WHERE number = ?`
	sqlClose   = `UPDATE timebank_accounts SET closed_at = ?, auto = 0 WHERE number = ?`

	sqlUnnameAccounts = `UPDATE timebank_accounts SET account_id = '' WHERE account_id = ?`
)

// Movements.
const (
	sqlBook = `INSERT INTO timebank_transfers (id, series, kind, from_number, to_number, minutes, text, about_module, about_id, day, at,
			entered_by, reverses, over)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, (SELECT n FROM timebank_transfers WHERE id = ?), ?)`
	sqlTransferColumns = `SELECT t.n, t.id, t.series, t.kind, t.from_number, t.to_number, t.minutes, t.text, t.about_module, t.about_id,
			t.day, t.at, t.entered_by, coalesce((SELECT id FROM timebank_transfers WHERE n = t.reverses), ''),
			coalesce((SELECT id FROM timebank_transfers WHERE reverses = t.n), ''), t.over
		FROM timebank_transfers t `
	sqlTransfer = sqlTransferColumns + `WHERE t.id = ?`
	// sqlStatement reads both ends through their indexes.
	sqlStatement = sqlTransferColumns + `WHERE t.n IN (
			SELECT n FROM timebank_transfers WHERE from_number = ?1 AND at >= ?2 AND at < ?3
			UNION ALL SELECT n FROM timebank_transfers WHERE to_number = ?1 AND at >= ?2 AND at < ?3)
		ORDER BY t.n`
	sqlBalanceBefore = `SELECT coalesce((SELECT sum(minutes) FROM timebank_transfers WHERE to_number = ?1 AND at < ?2), 0)
		- coalesce((SELECT sum(minutes) FROM timebank_transfers WHERE from_number = ?1 AND at < ?2), 0)`
	sqlSum    = `SELECT coalesce(sum(balance), 0) FROM timebank_accounts`
	sqlVerify = `WITH moved (number, minutes) AS (
			SELECT number, sum(minutes) FROM (
				SELECT to_number AS number, sum(minutes) AS minutes FROM timebank_transfers GROUP BY to_number
				UNION ALL SELECT from_number, -sum(minutes) FROM timebank_transfers GROUP BY from_number)
			GROUP BY number)
		SELECT a.number, a.balance, coalesce(m.minutes, 0) FROM timebank_accounts a LEFT JOIN moved m USING (number)
		WHERE a.balance <> coalesce(m.minutes, 0) ORDER BY a.number`
	sqlFigures = `SELECT (SELECT coalesce(sum(balance), 0) FROM timebank_accounts),
			(SELECT count(*) FROM timebank_accounts WHERE closed_at IS NULL AND kind IN ('person', 'element')),
			coalesce(sum(minutes), 0), count(*)
		FROM timebank_transfers t WHERE at >= ? AND kind IN ('pay', 'request', 'paper')
			AND NOT EXISTS (SELECT 1 FROM timebank_transfers WHERE reverses = t.n)`

	sqlEnteredBy = `SELECT count(*) FROM timebank_transfers WHERE entered_by = ?1 AND entered_by <> ''
		AND from_number NOT IN (SELECT number FROM timebank_accounts WHERE account_id = ?1)`
	sqlBlankTransfers = `UPDATE timebank_transfers SET text = '' WHERE entered_by = ? AND entered_by <> '' AND text <> '' AND kind <> 'request'`
	sqlBlankAsked     = `UPDATE timebank_transfers SET text = '' WHERE kind = 'request' AND text <> ''
		AND to_number IN (SELECT number FROM timebank_accounts WHERE account_id = ?)`
	sqlUnnameTransfers = `UPDATE timebank_transfers SET entered_by = '' WHERE entered_by = ? AND entered_by <> ''`
)

// Requests.
const (
	sqlRequestColumns = `SELECT id, from_number, to_number, minutes, text, about_module, about_id, day, state, reason, asked_at, ends_at,
			asked_by, coalesce(answered_at, 0), coalesce((SELECT id FROM timebank_transfers WHERE n = transfer), '')
		FROM timebank_requests `
	sqlRequest = sqlRequestColumns + `WHERE id = ?`
	sqlOpenIn  = sqlRequestColumns + `WHERE from_number = ? AND state = 'open' ORDER BY asked_at, id`
	sqlOpenOut = sqlRequestColumns + `WHERE to_number = ? AND state = 'open' ORDER BY asked_at, id`
	sqlOverdue = sqlRequestColumns + `WHERE state = 'open' AND ends_at <= ? ORDER BY ends_at, id LIMIT ?`
	sqlAskedBy = sqlRequestColumns + `WHERE asked_by = ? AND asked_by <> '' ORDER BY asked_at, id`

	sqlOpenBetween = `SELECT count(*) FROM timebank_requests WHERE from_number = ? AND to_number = ? AND state = 'open'`
	sqlAsk         = `INSERT INTO timebank_requests (id, from_number, to_number, minutes, text, about_module, about_id, day, state, reason,
			asked_at, ends_at, asked_by)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'open', '', ?, ?, ?)`
	sqlEndRequest  = `UPDATE timebank_requests SET state = ?, reason = ?, answered_at = ?, transfer = ? WHERE id = ?`
	sqlEndRequests = `UPDATE timebank_requests SET state = 'withdrawn', answered_at = ?1
		WHERE state = 'open' AND (from_number = ?2 OR to_number = ?2)`

	sqlForgetRequests = `DELETE FROM timebank_requests WHERE state <> 'open' AND answered_at < ?`

	sqlBlankRequests  = `UPDATE timebank_requests SET text = '' WHERE asked_by = ? AND asked_by <> '' AND text <> ''`
	sqlBlankReasons   = `UPDATE timebank_requests SET reason = '' WHERE reason <> '' AND from_number IN (SELECT number FROM timebank_accounts WHERE account_id = ?)`
	sqlReasonsOf      = `SELECT reason FROM timebank_requests WHERE reason <> '' AND from_number IN (SELECT number FROM timebank_accounts WHERE account_id = ?) ORDER BY asked_at`
	sqlUnnameRequests = `UPDATE timebank_requests SET asked_by = '' WHERE asked_by = ? AND asked_by <> ''`
)
